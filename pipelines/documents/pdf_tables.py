"""Frames and characters to grids: cells with their spans and text, on one page.

A grid is a table of one page before it is stitched to what the next page continues.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.documents.model import Cell, DocumentError, Table
from pipelines.documents.pdf_geometry import Frame
from pipelines.documents.pdf_lines import GARBLED, cell_text, garbled_share
from pipelines.documents.pdf_shapes import Box, Char

_LAYOUT_CELL = 600  # characters; a frame with a longer cell is drawn around text
_MAX_CELLS = 200_000
BROKEN = "a figure of several lines"
"""Why such a figure is doubtful."""
FAINT = "print that is pale or covered"
"""Why text that hardly anybody sees is doubtful."""
_DIGITS = re.compile(r"[+＋\-－]?[0-9０-９,，.．]*[0-9０-９][0-9０-９,，.．]*")
_SAME_BORDER = 2.0  # points
Span = tuple[int, int, int, int]
"""First row, row behind the last, first column, column behind the last."""


@dataclass(slots=True)
class Grid:
    """A table of one page or more.

    Attributes:
        page: 1-based page it begins on.
        last_page: the page it ends on.
        box: on its last page.
        xs: borders of its columns from left to right.
        height: rows.
        cells: in reading order, on the grid's rows and columns.
        geometric: whether its columns line up.
        loose: whether no lines divide it.
        headless: whether a loose table has no words over its columns.
    """

    page: int
    last_page: int
    box: Box
    xs: list[float]
    height: int
    cells: list[Cell]
    geometric: bool = True
    loose: bool = False
    headless: bool = False

    def to_table(self) -> Table:
        """The table with each cell in all its places."""
        width = len(self.xs) - 1
        if self.height * width > _MAX_CELLS:
            raise DocumentError(f"a table of more than {_MAX_CELLS} cells")
        rows: list[list[Cell | None]] = [[None] * width for _ in range(self.height)]
        for cell in self.cells:
            for row in rows[cell.row : cell.row + cell.rowspan]:
                row[cell.column : cell.column + cell.colspan] = [cell] * cell.colspan
        return Table([r for r in rows if any(r)], geometric=self.geometric, page=self.page)


def make_cell(chars: Sequence[Char], span: Span, page: int, box: Box | None) -> Cell:
    """A cell from what stands in it; garbage in it makes it doubtful."""
    text = cell_text(chars)
    row, row_end, column, column_end = span
    return Cell(
        text,
        row,
        column,
        rowspan=row_end - row,
        colspan=column_end - column,
        page=page,
        box=box,
        doubt=GARBLED if garbled_share(text) > 0 else None,
    )


def join_broken(grid: Grid) -> None:
    """Joins figures that stand in several lines of one cell; they stay doubtful.

    A narrow cell breaks a number as a word processor breaks a word. Beside a figure of one line it
    is no cell of several rows; whether it is one number is for the sums of the report.
    """
    whole = {(c.row, c.rowspan) for c in grid.cells if _DIGITS.fullmatch(c.text)}
    for cell in grid.cells:
        lines = cell.text.split("\n")
        if (
            len(lines) > 1
            and (cell.row, cell.rowspan) in whole
            and all(map(_DIGITS.fullmatch, lines))
        ):
            cell.text = "".join(lines)
            cell.doubt, cell.readings = cell.doubt or BROKEN, (cell.text,)


def take_grids(frames: Iterable[Frame], chars: list[Char], page: int) -> list[Grid]:
    """The grids of a page; their characters are taken out of ``chars``.

    Frames around text, such as the border of a page, are no tables and take nothing.

    Args:
        frames: from ``find_frames``.
        chars: of the page; changed.
        page: its number.
    """
    grids = []
    for frame in sorted(frames, key=lambda f: (f.box[2] - f.box[0]) * (f.box[3] - f.box[1])):
        inside, outside = _split(chars, frame.box)
        if not inside:
            continue
        grid = _grid(frame, inside, page)
        if any(len(c.text) > _LAYOUT_CELL for c in grid.cells):
            continue
        chars[:] = outside
        grids.append(grid)
    return grids


def fill_faint(grids: Iterable[Grid], faint: Sequence[Char]) -> None:
    """Gives cells in which nothing else stands the faint figures there; they stay doubtful."""
    for cell in (c for g in grids for c in g.cells if faint and not c.text and c.box):
        inside, _ = _split(faint, cell.box or (0, 0, 0, 0))
        text = cell_text(inside)
        if any(map(str.isdigit, text)):
            cell.text, cell.doubt = text, FAINT


def _split(chars: Iterable[Char], box: Box) -> tuple[list[Char], list[Char]]:
    """Characters whose middle is inside a box, and the others."""
    x0, top, x1, bottom = (2 * v for v in box)
    inside: list[Char] = []
    outside: list[Char] = []
    for char in chars:
        _, left, upper, right, lower = char
        if x0 <= left + right <= x1 and top <= upper + lower <= bottom:
            inside.append(char)
        else:
            outside.append(char)
    return inside, outside


def bordered_grid(boxes: Sequence[Box], cells: list[Cell], around: Box, page: int) -> Grid:
    """A grid of cells whose text is known.

    Args:
        boxes: of the cells.
        cells: in the same order; their places in the grid are set here.
        around: the box of the table.
        page: its number.
    """
    xs = _borders([x for b in boxes for x in (b[0], b[2])], around[0], around[2])
    ys = _borders([y for b in boxes for y in (b[1], b[3])], around[1], around[3])
    placed = []
    for box, cell in zip(boxes, cells, strict=True):
        cell.row, cell.column, cell.page = _at(ys, box[1]), _at(xs, box[0]), page
        cell.rowspan, cell.colspan = _at(ys, box[3]) - cell.row, _at(xs, box[2]) - cell.column
        if cell.rowspan > 0 and cell.colspan > 0:
            placed.append(cell)
    placed.sort(key=lambda c: (c.row, c.column))
    return Grid(page, page, around, xs, len(ys) - 1, placed)


def _grid(frame: Frame, chars: Iterable[Char], page: int) -> Grid:
    xs = _borders([x for c in frame.cells for x in (c[0], c[2])], frame.box[0], frame.box[2])
    ys = _borders([y for c in frame.cells for y in (c[1], c[3])], frame.box[1], frame.box[3])
    spans = [(_at(ys, c[1]), _at(ys, c[3]), _at(xs, c[0]), _at(xs, c[2])) for c in frame.cells]
    owner: dict[tuple[int, int], int] = {}
    for i, (r0, r1, c0, c1) in enumerate(spans):
        for place in ((r, c) for r in range(r0, r1) for c in range(c0, c1)):
            owner.setdefault(place, i)
    held: dict[int, list[Char]] = defaultdict(list)
    strays: dict[tuple[int, int], list[Char]] = defaultdict(list)
    for char in chars:
        _, left, upper, right, lower = char
        place = (_place(ys, (upper + lower) / 2), _place(xs, (left + right) / 2))
        if place in owner:
            held[owner[place]].append(char)
        else:
            strays[place].append(char)
    cells = [
        make_cell(held[i], span, page, box)
        for i, (span, box) in enumerate(zip(spans, frame.cells, strict=True))
        if span[0] < span[1] and span[2] < span[3]
    ]
    cells += _stray_cells(strays, owner, xs, ys, page)
    cells.sort(key=lambda c: (c.row, c.column))
    return Grid(page, page, frame.box, xs, len(ys) - 1, cells)


def _borders(values: Iterable[float], first: float, last: float) -> list[float]:
    """Borders of rows or columns, nearly equal ones once; those of the frame when it is wider."""
    kept: list[float] = []
    for value in sorted(set(values)):
        if not kept or value - kept[-1] > _SAME_BORDER:
            kept.append(value)
    before = [first] if kept[0] - first > 2 * _SAME_BORDER else []
    behind = [last] if last - kept[-1] > 2 * _SAME_BORDER else []
    return before + kept + behind


def _at(borders: list[float], value: float) -> int:
    """The border that is nearest to a value."""
    i = bisect_right(borders, value)
    if i == len(borders) or (i and value - borders[i - 1] <= borders[i] - value):
        return i - 1
    return i


def _place(borders: list[float], middle: float) -> int:
    """Between which borders a middle lies."""
    at = bisect_right(borders, middle)
    if at >= len(borders):
        return len(borders) - 2
    return at - 1 if at else 0


def _stray_cells(
    strays: dict[tuple[int, int], list[Char]],
    owner: dict[tuple[int, int], int],
    xs: list[float],
    ys: list[float],
    page: int,
) -> list[Cell]:
    """Cells for text in places that lines do not close: one for each free run of a row."""
    cells = []
    taken: set[tuple[int, int]] = set()
    for r, c in sorted(strays):
        if (r, c) in taken:
            continue
        first = last = c
        while first > 0 and (r, first - 1) not in owner:
            first -= 1
        while last + 2 < len(xs) and (r, last + 1) not in owner:
            last += 1
        run = [(r, i) for i in range(first, last + 1)]
        taken.update(run)
        chars = [char for place in run for char in strays.get(place, ())]
        box = (xs[first], ys[r], xs[last + 1], ys[r + 1])
        cells.append(make_cell(chars, (r, r + 1, first, last + 1), page, box))
    return cells
