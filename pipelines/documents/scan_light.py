"""The light of a picture taken out: shadows of the scanner, shading of a table's cells.

What is left is ink on white paper. What the ink is, is found elsewhere.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_Kind = TypeVar("_Kind", bound=np.generic)
Pixels = NDArray[np.uint8]
"""Grey levels, 255 is paper; rows from the top."""

_BLOCK = 32  # pixels over which light is even
_BARE = 40  # per cent of a page's blocks, or more, are bare paper
_BEND = 2.45  # standard deviations of noise that the second difference of three pixels has
_ACROSS, _BEYOND = 5, 2  # blocks; half of a dark head of a table; by which light spreads
_COARSE = 3  # pixels; noise is evened out over as many
_STROKE = 7  # of these; no stroke of a letter is as thick
_DARKEST = 110  # grey level; light letters stand on a darker ground
_INK_SHARE = 0.7  # per cent of a page's pixels; a page with print has more ink
_DARK_ENOUGH, _BLANK = 130.0, 222.0  # grey levels of ink that needs no help; of no ink at all
_GRAIN = 9.0  # grey levels by which dark ground may vary
_DEEP = 15.0  # grey levels; less above black nothing is told from it by being darker
_FILLED = 0.002  # of a page; a smaller dark ground is a thick stroke
_STROKES, _LETTER = 1, 4  # of these; half a thick stroke, a letter
_CELL = (4, 15)  # of these; half the height and width of a small cell
_BROAD = 230  # of the 279 squares of a small cell are in a dark one
_MOSTLY, _SURELY = 0.5, 0.78  # of a dark cell's ground is left dark by the letters on it
_LONG = 20  # times the reach of a letter; of dark ground that is covered with letters
_BLACK = 60.0  # grey level of ink
_WHITE = 250  # grey level; a lighter ground is not shaded


def lit_evenly(grey: Pixels) -> Pixels:
    """Grey levels in shares of the paper around them, which becomes 255."""
    height, width = grey.shape
    rows, columns = -(-height // _BLOCK), -(-width // _BLOCK)
    padded = np.pad(grey, ((0, rows * _BLOCK - height), (0, columns * _BLOCK - width)), mode="edge")
    blocks = padded.reshape(rows, _BLOCK, columns, _BLOCK).swapaxes(1, 2)
    flat = blocks.reshape(rows, columns, _BLOCK * _BLOCK)[:, :, ::5]
    light = np.percentile(flat, 85, axis=2).astype(np.float32)
    # Dark cells with white letters are no shadow: what is lighter on both sides of one counts.
    for _ in range(_ACROSS):
        light = _widest(light)
    for _ in range(_ACROSS - _BEYOND):
        light = -_widest(-light)
    light = np.maximum(light, 0.35 * light.max())
    back = np.asarray(
        Image.fromarray(light, mode="F").resize(
            (columns * _BLOCK, rows * _BLOCK), Image.Resampling.BILINEAR
        )
    )[:height, :width]
    even = grey.astype(np.float32) * (255.0 / np.maximum(back, 1.0))
    levels: Pixels = np.minimum(even, 255.0).astype(np.uint8)
    return levels


def grain_of(grey: Pixels) -> float:
    """By how many grey levels neighbouring pixels of bare paper differ: noise, or dots for grey."""
    height, width = grey.shape[0] // _BLOCK * _BLOCK, (grey.shape[1] - 2) // _BLOCK * _BLOCK
    if not height or not width:
        return 0.0
    levels = grey[:height:3, : width + 2].astype(np.int16)
    bend = np.abs(2 * levels[:, 1:-1] - levels[:, :-2] - levels[:, 2:])
    blocks = bend.reshape(-1, width // _BLOCK, _BLOCK).mean(axis=2)
    return float(np.percentile(blocks, _BARE)) / _BEND


def _widest(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each value raised to the highest of its neighbours."""
    padded = np.pad(values, 1, mode="edge")
    height, width = values.shape
    shifted = [padded[r : r + height, c : c + width] for r in range(3) for c in range(3)]
    highest: NDArray[np.float32] = np.maximum.reduce(shifted)
    return highest


def unshaded(grey: Pixels) -> Pixels:
    """Grey levels with the ground of shaded cells made white, so that their lines show.

    The ground is what is left when everything thinner than a bold stroke is taken away.
    """
    height, width = grey.shape
    ground = -_highest(-_highest(coarse(grey)))
    shaded = (ground >= _DARKEST) & (ground < _WHITE)
    if not shaded.any():
        return grey
    gain = np.where(shaded, 255.0 / np.maximum(ground, 1.0), 1.0).astype(np.float32)
    levels: Pixels = np.minimum(grey * fine(gain, height, width), 255.0).astype(np.uint8)
    return levels


def inverted(grey: Pixels) -> Pixels:
    """Grey levels with dark cells made white and the light letters on them dark.

    What is lighter or darker than the ground of such a cell is ink.
    """
    height, width = grey.shape
    small = coarse(grey)
    dark = _filled(small < _DARKEST)
    if float(dark.mean()) < _FILLED:
        return grey
    level = fine(_without_thin(small), height, width)
    light = np.maximum(grey - level - _GRAIN, 0.0) / np.maximum(255.0 - level - _GRAIN, 1.0)
    deeper = np.maximum(level - grey - _GRAIN, 0.0) / np.maximum(level - _GRAIN, _DEEP)
    written = (255.0 * (1.0 - np.minimum(light + deeper, 1.0))).astype(np.uint8)
    levels: Pixels = np.where(fine(dark, height, width), written, grey)
    # Where the fill ends, there the cell ends.
    levels[fine(dark & spread(~dark, 1), height, width)] = 0
    return levels


def _without_thin(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Levels of the ground where everything thinner than a letter, light or dark, is taken away."""
    darker = _highest(-_highest(-values, _LETTER), _LETTER)
    return -_highest(-_highest(darker, _LETTER), _LETTER)


def _filled(dark: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where the ground is dark, what is written on it included.

    Args:
        dark: small squares that are dark.
    """
    solid = spread(~spread(~dark, _STROKES), _STROKES)
    closed = ~spread(~spread(solid, _LETTER), _LETTER)
    inside = squares(closed, *_CELL)
    share = squares(closed & dark, *_CELL) / np.maximum(inside, 1)
    ground: NDArray[np.bool_] = closed & (share > _SURELY) & (inside > _BROAD)
    may_be = closed & (share > _MOSTLY)
    for _ in range(_LONG):
        if not ground.any():
            break
        ground = may_be & spread(ground, _LETTER)
    return ground


def spread(mask: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Squares that have one of a mask within some of them."""
    near: NDArray[np.bool_] = squares(mask, reach, reach) > 0
    return near


def squares(mask: NDArray[np.bool_], down: int, across: int) -> NDArray[np.int32]:
    """How many of the squares within reach of each are in a mask."""
    padded = np.pad(mask, ((down + 1, down), (across + 1, across)))
    table = np.cumsum(np.cumsum(padded, axis=0, dtype=np.int32), axis=1, dtype=np.int32)
    rows, columns = 2 * down + 1, 2 * across + 1
    lower, upper = table[rows:], table[:-rows]
    sums: NDArray[np.int32] = (
        lower[:, columns:] - lower[:, :-columns] - upper[:, columns:] + upper[:, :-columns]
    )
    return sums


def coarse(grey: Pixels) -> NDArray[np.float32]:
    """Means over small squares."""
    height, width = grey.shape
    rows, columns = -(-height // _COARSE), -(-width // _COARSE)
    added = ((0, rows * _COARSE - height), (0, columns * _COARSE - width))
    padded = np.pad(grey, added, mode="edge")
    means: NDArray[np.float32] = padded.reshape(rows, _COARSE, columns, _COARSE).mean(
        axis=(1, 3), dtype=np.float32
    )
    return means


def fine(values: NDArray[_Kind], height: int, width: int) -> NDArray[_Kind]:
    """Values of small squares for each pixel."""
    return values.repeat(_COARSE, axis=0).repeat(_COARSE, axis=1)[:height, :width]


def _highest(values: NDArray[np.float32], reach: int = _STROKE // 2) -> NDArray[np.float32]:
    """Each value raised to the highest of the square around it."""
    size = 2 * reach + 1
    padded = np.pad(values, reach, mode="edge")
    height, width = values.shape
    level = np.maximum.reduce([padded[:, c : c + width] for c in range(size)])
    highest: NDArray[np.float32] = np.maximum.reduce([level[r : r + height] for r in range(size)])
    return highest


def contrasted(grey: Pixels) -> Pixels:
    """Grey levels of a pale print made as dark as ink; a page without print stays as it is.

    Args:
        grey: in shares of the paper, which is 255.
    """
    dark = float(np.percentile(grey[::3, ::3], _INK_SHARE))
    if not _DARK_ENOUGH < dark < _BLANK:
        return grey
    gain = (255.0 - _BLACK) / (255.0 - dark)
    levels: Pixels = np.clip(255.0 - (255.0 - grey.astype(np.float32)) * gain, 0, 255).astype(
        np.uint8
    )
    return levels
