"""What all spreadsheets have in common: cells at places, with merged areas, to rows of cells.

Bounded. A number is what the file stores; its format decides what the sheet prints, so a number
with more decimals than a report prints is in doubt. No file formats here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from pipelines.documents.model import Cell, DocumentError

MAX_CELLS = 200_000
MAX_SHEETS = 20
_MAX_ROWS = 20_000
_MAX_COLUMNS = 200
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}|.*[eE].*")
_DOUBT = "the sheet's number format decides what is printed"
Place = tuple[int, int]


def check_place(row: int, column: int) -> None:
    """Refuses a place (0-based) that no form reaches.

    Raises:
        DocumentError: it lies too far out.
    """
    if row >= _MAX_ROWS or column >= _MAX_COLUMNS:
        raise DocumentError(f"a sheet of more than {_MAX_ROWS} rows or {_MAX_COLUMNS} columns")


def number(raw: str) -> Cell:
    """A cell that stores a number, in doubt where its format decides what is printed."""
    return Cell(raw, 0, 0, doubt=_DOUBT if _LONG_NUMBER.fullmatch(raw) else None)


def lay_out(
    printed: Mapping[int, Mapping[int, Cell]],
    merges: Mapping[Place, Place],
    hidden: Collection[int] = frozenset(),
) -> list[list[Cell]]:
    """The cells of each row with spans, gaps filled with empty cells; hidden rows left out.

    Args:
        printed: the stored cells by row and column, 0-based.
        merges: upper left to lower right corner of the merged areas.
        hidden: rows that are not shown.

    Raises:
        DocumentError: more cells than any form has.
    """
    last = max(
        (r for r, cells in printed.items() if any(c.text for c in cells.values())), default=-1
    )
    width = 1 + max(
        (c for cells in printed.values() for c, x in cells.items() if x.text), default=-1
    )
    shown = [r for r in range(last + 1) if r not in hidden]
    if len(shown) * width > MAX_CELLS:
        raise DocumentError(f"a sheet of more than {MAX_CELLS} cells")
    covered: set[tuple[int, int]] = set()
    rows = []
    for r in shown:
        line = []
        for c in range(width):
            if (r, c) in covered:
                continue
            cell = printed.get(r, {}).get(c) or Cell("", 0, 0)
            bottom, right = merges.get((r, c), (r, c))
            cell.rowspan = sum(1 for x in shown if r <= x <= bottom) if bottom > r else 1
            cell.colspan = min(right, width - 1) - c + 1
            if (r, c) in merges:
                last_row = min(bottom, last)
                covered |= {(y, x) for y in range(r, last_row + 1) for x in range(c, right + 1)}
            line.append(cell)
        rows.append(line)
    return rows
