"""What all spreadsheets have in common: cells at places, with merged areas, to rows of cells.

Bounded. A number is what its format prints (``number_format``); where that is not known, a number
with more decimals than a report prints is in doubt. No file formats here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal

from pipelines.documents.model import PICTURE, Cell, DocumentError
from pipelines.documents.number_format import (
    GENERAL,
    MOST_DIGITS,
    UnknownFormatError,
    printed,
)

MAX_CELLS = 200_000
MAX_SHEETS = 20
_MAX_ROWS = 20_000
MAX_COLUMNS = 200
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}|.*[eE].*")
_SURE_DIGITS = 10  # that every column of usual width shows
_ZERO = re.compile(r"-?0+(?:\.0*)?")
_DOUBT = "the sheet's number format decides what is printed"
Place = tuple[int, int]


def check_place(row: int, column: int) -> None:
    """Refuses a place (0-based) that no form reaches.

    Raises:
        DocumentError: it lies too far out.
    """
    if row >= _MAX_ROWS or column >= MAX_COLUMNS:
        raise DocumentError(f"a sheet of more than {_MAX_ROWS} rows or {MAX_COLUMNS} columns")


def number(raw: str, code: str = GENERAL, zeros: bool = True) -> Cell:
    """A cell that stores a number.

    Args:
        raw: as the file stores it.
        code: its number format.
        zeros: whether the sheet prints the zeros that it holds.
    """
    if code.lower() in ("", GENERAL.lower(), "@"):
        text = _without_noise(raw) if _LONG_NUMBER.fullmatch(raw) else raw
        doubt = _DOUBT if _LONG_NUMBER.fullmatch(text) else None
        return Cell("" if text == "0" and not zeros else text, 0, 0, doubt=doubt)
    try:
        text = printed(raw, code)
    except UnknownFormatError:
        return Cell(raw, 0, 0, doubt=_DOUBT)
    return Cell("" if not zeros and _ZERO.fullmatch(raw) else text, 0, 0)


def _without_noise(raw: str) -> str:
    """A sum without what binary fractions add far behind the point, which no sheet shows."""
    try:
        exact = Decimal(raw)
    except ArithmeticError:  # no number after all
        return raw
    if abs(exact.adjusted()) > MOST_DIGITS:
        return raw
    short = f"{Decimal(f'{exact:.{_SURE_DIGITS}g}').normalize():f}"
    return raw if _LONG_NUMBER.fullmatch(short) else short


def thing() -> Cell:
    """A cell that shows something which is no figure that can be read from the file."""
    return Cell(PICTURE, 0, 0)


def lay_out(
    printed: Mapping[int, Mapping[int, Cell]],
    merges: Mapping[Place, Place],
    hidden: Collection[int] = frozenset(),
    hidden_columns: Collection[int] = frozenset(),
) -> list[list[Cell]]:
    """The cells of each row with spans, gaps filled with empty cells; hidden ones left out.

    Args:
        printed: the stored cells by row and column, 0-based.
        merges: upper left to lower right corner of the merged areas.
        hidden: rows that are not shown.
        hidden_columns: columns that are not shown.

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
    across = [c for c in range(width) if c not in hidden_columns]
    owners = _owners(merges, last, width)
    placed: dict[Place, Cell] = {}
    rows: list[list[Cell]] = []
    for y, r in enumerate(shown):
        rows.append([])
        for x, c in enumerate(across):
            owner = owners.get((r, c), (r, c))
            if owner in placed:
                # Hidden rows and columns are no part of an area; what is left of it is one cell.
                cell = placed[owner]
                cell.rowspan = max(cell.rowspan, y - cell.row + 1)
                cell.colspan = max(cell.colspan, x - cell.column + 1)
                continue
            cell = printed.get(owner[0], {}).get(owner[1]) or Cell("", 0, 0)
            cell.row, cell.column = y, x
            placed[owner] = cell
            rows[-1].append(cell)
    return rows


def _owners(merges: Mapping[Place, Place], last: int, width: int) -> dict[Place, Place]:
    """The upper left corner of the area of every place that is in one.

    Raises:
        DocumentError: the areas have more places than any form.
    """
    owners: dict[Place, Place] = {}
    places = 0
    for (top, left), (bottom, right) in merges.items():
        down, wide = min(bottom, last) - top + 1, min(right, width - 1) - left + 1
        places += max(0, down) * max(0, wide)
        if places > MAX_CELLS:
            raise DocumentError(f"a sheet of more than {MAX_CELLS} merged cells")
        for y in range(top, top + down):
            owners.update({(y, x): (top, left) for x in range(left, left + wide)})
    return owners
