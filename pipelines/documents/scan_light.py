"""The light of a picture taken out: shadows of the scanner, shading of a table's cells.

What is left is ink on white paper. What the ink is, is found elsewhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
"""Grey levels, 255 is paper; rows from the top."""

_BLOCK = 32  # pixels over which light is even
_COARSE = 3  # pixels; noise is evened out over as many
_STROKE = 7  # of these; no stroke of a letter is as thick
_DARKEST = 110  # grey level; light letters stand on a darker ground
_INK_SHARE = 0.7  # per cent of a page's pixels; a page with print has more ink
_DARK_ENOUGH, _BLANK = 130.0, 222.0  # grey levels of ink that needs no help; of no ink at all
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
    light = _widest(_widest(light))
    light = np.maximum(light, 0.35 * light.max())
    back = np.asarray(
        Image.fromarray(light, mode="F").resize(
            (columns * _BLOCK, rows * _BLOCK), Image.Resampling.BILINEAR
        )
    )[:height, :width]
    even = grey.astype(np.float32) * (255.0 / np.maximum(back, 1.0))
    levels: Pixels = np.minimum(even, 255.0).astype(np.uint8)
    return levels


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
    rows, columns = -(-height // _COARSE), -(-width // _COARSE)
    added = ((0, rows * _COARSE - height), (0, columns * _COARSE - width))
    padded = np.pad(grey, added, mode="edge")
    small = padded.reshape(rows, _COARSE, columns, _COARSE).mean(axis=(1, 3), dtype=np.float32)
    ground = -_highest(-_highest(small))
    shaded = (ground >= _DARKEST) & (ground < _WHITE)
    if not shaded.any():
        return grey
    gain = np.where(shaded, 255.0 / np.maximum(ground, 1.0), 1.0).astype(np.float32)
    spread = gain.repeat(_COARSE, axis=0).repeat(_COARSE, axis=1)[:height, :width]
    levels: Pixels = np.minimum(grey * spread, 255.0).astype(np.uint8)
    return levels


def _highest(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each value raised to the highest of the square around it."""
    reach = _STROKE // 2
    padded = np.pad(values, reach, mode="edge")
    height, width = values.shape
    level = np.maximum.reduce([padded[:, c : c + width] for c in range(_STROKE)])
    highest: NDArray[np.float32] = np.maximum.reduce(
        [level[r : r + height] for r in range(_STROKE)]
    )
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
