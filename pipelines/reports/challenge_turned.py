"""Table four turned on its side: a row a result, a column a channel.

Only where the head names the channels and each row begins with its result; the upright layouts
stand in ``challenge``.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.documents.model import Cell
from pipelines.reports.rows import Row, labels
from pipelines.reports.values import is_value_like

Named = Sequence[tuple[Cell, str]]
_CHANNELS = 2  # that a head names at least


def result_of(row: Row) -> str | None:
    """The result of a row that begins with its name and goes on with figures or nothing."""
    printed = [c for c in row.cells if c.text]
    if len(printed) < 2 or not all(is_value_like(c.text) for c in printed[1:]):
        return None
    return None if is_value_like(printed[0].text) else labels().results.find(printed[0].text)


def turned_row(row: Row, channels: Named) -> list[tuple[str, Cell]] | None:
    """The figures of such a row by channel; None when they do not stand as the head says.

    Args:
        row: the row, whose first printed cell is its result.
        channels: the cells of the head with the channels that they name, no heads over several.
    """
    names = [name for _, name in channels]
    if len(names) < _CHANNELS or len(set(names)) != len(names):
        return None
    first = next(i for i, c in enumerate(row.cells) if c.text)
    values = row.cells[first + 1 :]
    if row.geometric:
        return _by_place(values, channels)
    return list(zip(names, values, strict=True)) if len(values) == len(names) else None


def _by_place(values: Sequence[Cell], channels: Named) -> list[tuple[str, Cell]] | None:
    """By geometry; None when a printed cell would be left over or stand under two channels."""
    found = []
    for above, name in channels:
        right = above.column + above.colspan
        under = [c for c in values if c.column < right and c.column + c.colspan > above.column]
        if len(under) != 1:
            return None
        found.append((name, under[0]))
    taken = {id(c) for _, c in found}
    extra = [c for c in values if c.text and id(c) not in taken]
    last = max(c.column + c.colspan for c, _ in channels)
    # Behind the channels an organ may print the sum of a result.
    is_whole = len(taken) == len(found) and all(c.column >= last for c in extra)
    return found if is_whole else None
