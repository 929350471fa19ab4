"""Table three laid on its side: its rows printed as columns, one row an applicant.

Turned upright before it is read, so that everything else sees the form's own layout.
"""

from __future__ import annotations

from pipelines.documents.model import Cell
from pipelines.reports.rows import Row, labels

_FEWEST_ITEMS = 6  # labels of rows side by side that make a head of a table on its side
_FEWEST_APPLICANTS = 3


def upright(rows: list[Row]) -> list[Row]:
    """The rows of table three as the form has them.

    Args:
        rows: as printed.

    Returns:
        The same rows, or those of a table on its side turned; a row of such a table that does not
        have as many cells as its head stays as it is.
    """
    find = labels().request_rows.find
    for at, head in enumerate(rows):
        texts = [t for c in head.cells if (t := c.text) and not t.isdigit()]
        if len(texts) < _FEWEST_ITEMS or sum(map(bool, map(find, texts))) < _FEWEST_ITEMS:
            continue
        below = _applicants(head, rows[at + 1 :])
        if len(below) >= _FEWEST_APPLICANTS:
            return _turned(head, below)
    return rows


def _applicants(head: Row, rows: list[Row]) -> list[tuple[Cell, Row]]:
    """The rows below a head that begin with an applicant, each with that cell."""
    found = []
    for row in rows:
        named = next((c for c in row.cells if c.text), None)
        if row.table != head.table or named is None or len(row.cells) != len(head.cells):
            break
        if labels().applicants.find(named.text) is None:
            break
        found.append((named, row))
    return found


def _turned(head: Row, below: list[tuple[Cell, Row]]) -> list[Row]:
    first = Row([Cell("", 0, 0), *(named for named, _ in below)], head.table, head.number, False)
    turned = [first]
    for place, cell in enumerate(head.cells):
        if cell.text and all(named is not row.cells[place] for named, row in below):
            values = [row.cells[place] for _, row in below]
            turned.append(Row([cell, *values], head.table, head.number, False))
    return turned
