"""Text that runs out of the last cell of a page: letters printed below the table's last line.

A word processor that writes upright text into a cell which the page cuts goes on below it. Only
letters that stand exactly under those of the cell are taken.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.documents.model import Cell
from pipelines.documents.pdf_lines import Line
from pipelines.documents.pdf_tables import Grid

_STEP = 2.0  # ems from one letter to the next at most
_LEAST_LETTERS = 2  # of the cell, one a line


def take_overflow(grid: Grid, lines: list[Line]) -> None:
    """Gives a cell the letters that run out of it; they are taken out of ``lines``.

    Args:
        grid: a ruled table of one page; its cells are changed.
        lines: the page's other lines of text, from top to bottom; changed.
    """
    below = [x for x in lines if x.middle > grid.box[3]]
    for cell in grid.cells:
        if cell.row + cell.rowspan == grid.height and _is_upright(cell):
            found = _running_out(cell, below)
            cell.text = "\n".join([cell.text, *(x.text for x in found)])
            gone = {id(x) for x in found}
            lines[:] = [x for x in lines if id(x) not in gone]


def _is_upright(cell: Cell) -> bool:
    letters = cell.text.split("\n")
    return len(letters) >= _LEAST_LETTERS and all(len(x) == 1 for x in letters)


def _running_out(cell: Cell, below: Sequence[Line]) -> list[Line]:
    """The letters under a cell, one a line, each close to the one before."""
    found: list[Line] = []
    if cell.box is None:
        return found
    left, _, right, last = cell.box
    for line in below:
        inside = left < line.box[0] and line.box[2] < right
        if len(line.text) != 1 or not inside or line.middle - last > _STEP * line.size:
            break
        found.append(line)
        last = line.middle
    return found
