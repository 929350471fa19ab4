"""Labels that were wrapped: the rest of a row's label on a line of its own below its figures.

Joined only where the two pieces together are a label of the form and the first alone is none, so
no figure can come under another row's name.
"""

from __future__ import annotations

import dataclasses

from pipelines.documents.model import Cell
from pipelines.reports.labels import LabelIndex
from pipelines.reports.rows import Row, labels
from pipelines.reports.values import is_value_like


def joined(rows: list[Row]) -> list[Row]:
    """The rows with wrapped labels made whole.

    Args:
        rows: of tables of any kind, in document order.

    Returns:
        The same rows, of which those that held only the rest of a label are gone.
    """
    if all(row.geometric for row in rows):
        return rows  # where cells have places, a wrapped label is one cell
    result: list[Row] = []
    for row in rows:
        rest = _lone(row)
        whole = _with(result[-1], rest) if result and rest is not None else None
        if whole is None:
            result.append(row)
        else:
            result[-1] = whole
    return result


def _lone(row: Row) -> str | None:
    """The text of a row that holds nothing but a piece of a label."""
    printed = [c.text for c in row.cells if c.text]
    if len(printed) != 1 or row.geometric or is_value_like(printed[0]):
        return None
    return None if _known(printed[0]) else printed[0]


def _with(row: Row, rest: str) -> Row | None:
    """A row of figures with the rest of its label, or None when that makes no label."""
    last = max((i for i, c in enumerate(row.cells) if not is_value_like(c.text)), default=-1)
    if row.geometric or last < 0 or not any(c.text for c in row.cells[last + 1 :]):
        return None
    label = row.cells[last]
    if _known(label.text) or not _known(label.text + rest):
        return None
    cells: list[Cell] = list(row.cells)
    cells[last] = dataclasses.replace(label, text=label.text + rest)
    return dataclasses.replace(row, cells=cells)


def _known(text: str) -> bool:
    found = labels()
    indexes: tuple[LabelIndex, ...] = (found.request_rows, found.items, found.channels)
    return any(index.find(text) is not None for index in indexes)
