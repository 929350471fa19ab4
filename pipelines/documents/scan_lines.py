"""Lines of text on a sheet: in the cells of its tables and outside them, as crops for the reader.

Where ink stands and how it is cut into lines; what it says is read by ``scan_ocr``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipelines.documents.pdf_geometry import Frame
from pipelines.documents.pdf_shapes import Box
from pipelines.documents.scan_grid import Lattice, inside
from pipelines.documents.scan_image import PIXEL, Sheet
from pipelines.documents.scan_ink import (
    INK,
    Area,
    Mask,
    faint_strokes,
    glyphs,
    ink_of,
    slant,
    stretches,
    text_pieces,
    text_rows,
    typical_height,
)
from pipelines.documents.scan_light import Pixels

_COLUMN_GAP = 3.0  # heights of a line; wider gaps stand between columns of text
_MARGIN = 0.15  # of a line's height, around a crop
_ROOM = 0.2  # of a line's height, around a second crop
_UPRIGHT = 1.8  # heights of a line; what is as high and narrow is the rest of a ruled line
_NEAR = 1.2  # heights of a line; a sign stands nearer to its digits
_FAINT_WIDTH = 4  # pixels
_HIGHEST = 160  # pixels; higher ink outside tables is a picture
_DARKNESS = (INK, 150, 115)  # thin strokes break and near ones touch at one or the other
_COLOURED = 20  # pixels of ink in a cell that only shows in the colours of stamps


@dataclass(slots=True)
class Strip:
    """One line of text.

    Attributes:
        area: around its ink, in pixels of the sheet.
        crop: its picture, dirt removed.
        glyphs: pieces of ink side by side, by how dark ink has to be to count.
        cut: whether its ink reaches the border of its cell.
        height: of its ink.
        slant: how far it is one stroke that rises to the right, from -1 to 1.
    """

    area: Area
    crop: Pixels
    glyphs: tuple[int, ...]
    cut: bool
    height: int
    slant: float

    def roomier(self) -> Pixels:
        """Its picture with more paper around it, for a second reading."""
        room = max(3, round(_ROOM * self.height))
        return np.pad(self.crop, room, constant_values=255)


@dataclass(slots=True)
class CellInk:
    """What stands in one cell.

    Attributes:
        box: of the cell in points of the upright sheet.
        strips: its lines of text.
        coloured: whether it has ink only in the colours of stamps.
        faint: whether it has only strokes too faint to be read.
    """

    box: Box
    strips: list[Strip]
    coloured: bool
    faint: bool


def cells_of(sheet: Sheet, lattice: Lattice, frame: Frame) -> list[CellInk]:
    """The ink in every cell of a table, in the order of its cells."""
    areas = [inside(lattice, box) for box in frame.cells]
    inks = [ink_of(_cut(lattice.paper, a)) for a in areas]
    usual = typical_height(b - a for ink in inks for a, b in text_rows(ink))
    found = []
    for box, area, ink in zip(frame.cells, areas, inks, strict=True):
        faint = faint_strokes(_cut(sheet.paper, area))
        strips = []
        for row in text_rows(ink, usual):
            for piece in text_pieces(ink[row[0] : row[1]], area[2] - area[0]):
                whole, more = _with_faint(faint[row[0] : row[1]], piece, row[1] - row[0])
                strips.append(_strip(lattice.paper, area, ink, row, whole, usual, more))
        coloured = not strips and sheet.full is not sheet.paper and _has_colour(sheet, area)
        found.append(CellInk(box, strips, coloured, not strips and bool(faint.any())))
    return found


def _with_faint(faint: Mask, piece: tuple[int, int], height: int) -> tuple[tuple[int, int], int]:
    """A piece of a line with the faint strokes beside it, and how many these are.

    Args:
        faint: level strokes in the line's rows.
        piece: left and right of its ink.
        height: of the line.
    """
    reach = round(_NEAR * height)
    first, last = max(0, piece[0] - reach), min(faint.shape[1], piece[1] + reach)
    before = stretches(faint[:, first : piece[0] - 1].sum(axis=0)) if piece[0] > first + 1 else []
    behind = stretches(faint[:, piece[1] + 1 : last].sum(axis=0)) if last > piece[1] + 1 else []
    before = [b for b in before if b[1] - b[0] >= _FAINT_WIDTH]
    behind = [b for b in behind if b[1] - b[0] >= _FAINT_WIDTH]
    left = first + before[0][0] if before else piece[0]
    right = piece[1] + 1 + behind[-1][1] if behind else piece[1]
    return (left, right), len(before) + len(behind)


def _cut(grey: Pixels, area: Area) -> Pixels:
    left, top, right, bottom = area
    return grey[top:bottom, left:right]


def _has_colour(sheet: Sheet, area: Area) -> bool:
    return int(ink_of(_cut(sheet.full, area)).sum()) >= _COLOURED


def _strip(
    grey: Pixels,
    area: Area,
    ink: Mask,
    row: tuple[int, int],
    piece: tuple[int, int],
    usual: float,
    faint: int = 0,
) -> Strip:
    """One line of an area.

    Args:
        grey: the sheet.
        area: the area.
        ink: of the area.
        row: top and bottom of the line in the area.
        piece: its left and right.
        usual: the height of text around; strokes that are lower get its room.
        faint: how many faint strokes it has beside its ink.
    """
    (top, bottom), (left, right) = row, piece
    mark = _cut(grey, area)[top:bottom, left:right]
    height = max(bottom - top, round(usual))
    margin = max(2, round(_MARGIN * height))
    middle = (top + bottom) / 2
    upper = max(0, round(middle - height / 2) - margin)
    lower = min(ink.shape[0], round(middle + height / 2) + margin)
    first, last = max(0, left - margin), min(ink.shape[1], right + margin)
    crop = _cut(grey, area)[upper:lower, first:last].copy()
    # Neighbouring lines and dirt are no part of this one.
    dirt = (crop < INK) & ~ink[upper:lower, first:last]
    crop[dirt] = 255
    crop[: max(0, top - upper)] = np.maximum(crop[: max(0, top - upper)], INK)
    crop[bottom - upper :] = np.maximum(crop[bottom - upper :], INK)
    place = (area[0] + left, area[1] + top, area[0] + right, area[1] + bottom)
    edge = top == 0 or bottom == ink.shape[0] or left == 0 or right == ink.shape[1]
    cut = edge and _goes_on(grey, place)
    pieces = tuple(glyphs(mark < dark) + faint for dark in _DARKNESS)
    return Strip(place, crop, pieces, cut, bottom - top, slant(mark < INK))


def _goes_on(grey: Pixels, area: Area) -> bool:
    """Whether no paper is left between some ink and what lies beyond an area's border."""
    left, top, right, bottom = area
    beyond = (
        grey[max(0, top - 2) : top, left:right].max(axis=0, initial=0),
        grey[bottom : bottom + 2, left:right].max(axis=0, initial=0),
        grey[top:bottom, max(0, left - 2) : left].max(axis=1, initial=0),
        grey[top:bottom, right : right + 2].max(axis=1, initial=0),
    )
    within = (
        grey[top, left:right],
        grey[bottom - 1, left:right],
        grey[top:bottom, left],
        grey[top:bottom, right - 1],
    )
    return any(
        bool(((outer < INK) & (inner < INK)).any())
        for outer, inner in zip(beyond, within, strict=True)
    )


def strips_outside(sheet: Sheet, lattice: Lattice) -> list[Strip]:
    """Lines of text outside all tables, from top to bottom."""
    found: list[Strip] = []
    for top, bottom, ink in _bands(sheet, lattice):
        rows = text_rows(ink)
        usual = typical_height(b - a for a, b in rows)
        for row in rows:
            if row[1] - row[0] > _HIGHEST or row[1] - row[0] < 0.3 * usual:
                continue
            gap = round(_COLUMN_GAP * (row[1] - row[0]))
            for piece in text_pieces(ink[row[0] : row[1]], gap):
                if row[1] - row[0] > _UPRIGHT * max(usual, piece[1] - piece[0]):
                    continue
                area = (0, top, sheet.width, bottom)
                found.append(_tight(sheet.full, area, ink, row, piece, usual))
    return found


def _tight(
    grey: Pixels,
    area: Area,
    ink: Mask,
    row: tuple[int, int],
    piece: tuple[int, int],
    usual: float,
) -> Strip:
    """A strip whose rows fit this piece of its line."""
    levels = np.nonzero(ink[row[0] : row[1], piece[0] : piece[1]].any(axis=1))[0]
    own = (row[0] + int(levels[0]), row[0] + int(levels[-1]) + 1)
    return _strip(grey, area, ink, own, piece, usual)


def _bands(sheet: Sheet, lattice: Lattice) -> Iterator[tuple[int, int, Mask]]:
    """The parts of the sheet between its tables, with their ink; ruled lines are left out."""
    borders = [0]
    for frame in lattice.frames:
        borders += [round(frame.box[1] / PIXEL) - 4, round(frame.box[3] / PIXEL) + 6]
    borders.append(sheet.height)
    for i in range(0, len(borders) - 1, 2):
        top, bottom = max(0, borders[i]), min(sheet.height, borders[i + 1])
        if bottom - top < 12:
            continue
        ink = ink_of(sheet.full[top:bottom])
        rules = lattice.rules[top:bottom]
        yield top, bottom, ink & ~rules
