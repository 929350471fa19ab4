"""Rows that print one number fewer than the head has columns.

The number that is missing may have stood anywhere. Every place is tried, the same for all such
rows first (one cause tore them all); a place is possible when no accounting identity speaks
against it. A value on which all possible readings agree is what is printed there; where they
differ the cell is unreadable. Identities choose between readings, they never fill a gap that
readings differ about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.reports.model import Figure, Figures, Finding, Position
from warehouse.facts.forms import forms

_TOTAL = "total"
_COLUMNS = len(forms()[0].request.columns)
Values = dict[str, int | float | None]


@dataclass(slots=True)
class ShortRow:
    """The figures that such a row prints, in order, and where it stands."""

    figures: list[Figure]
    position: Position


def restore(
    short: dict[str, ShortRow],
    figures: Figures,
    columns: Sequence[str],
    outcomes: Sequence[str],
) -> list[Finding]:
    """Reads the short rows into ``figures``.

    Args:
        short: the short rows by item; each prints ``len(columns) - 1`` figures.
        figures: the whole rows; the short ones are added.
        columns: the printed columns.
        outcomes: the items whose sum is the total row.

    Returns:
        A finding a row: what was restored, or that it could not be read.
    """
    # A poorer head at a page break leaves rows that lack more than one number of the last head.
    odd = {i: r for i, r in short.items() if len(r.figures) != len(columns) - 1}
    short = {i: r for i, r in short.items() if i not in odd}
    findings = []
    for item, row in odd.items():
        figures[item] = _agreed(row, [], (), columns)
        findings.append(_finding(item, figures[item], False))
    if not short:
        return findings
    possible = [
        place
        for place in range(len(columns))
        if all(_row_fits(row, place, columns) for row in short.values())
        and _columns_fit(short, place, figures, columns, outcomes)
    ]
    for item, row in short.items():
        readings = [_reading(row, place, columns) for place in possible]
        figures[item] = _agreed(row, readings, possible, columns)
        findings.append(_finding(item, figures[item], bool(possible)))
    return findings


def _reading(row: ShortRow, place: int, columns: Sequence[str]) -> Values:
    """The row's values when the number at ``place`` is the missing one.

    That one comes from the row's own identity; None where the identity does not give it.
    """
    numbers = [f.value for f in row.figures]
    numbers.insert(place, None)
    values: Values = dict(zip(columns, numbers, strict=True))
    gap = columns[place]
    others = [v for c, v in values.items() if c not in (gap, _TOTAL)]
    if any(v is None for v in others):
        return values
    known = sum(v for v in others if v is not None)
    whole = len(columns) == _COLUMNS
    if gap == _TOTAL:
        values[gap] = known if whole else None
    elif (total := values.get(_TOTAL)) is not None and (whole or total <= known):
        # With a column that is not printed at all, only "nothing is left" is certain.
        values[gap] = total - known
    return values


def _row_fits(row: ShortRow, place: int, columns: Sequence[str]) -> bool:
    """Whether the row's identity allows this place: no negative number comes out."""
    values = _reading(row, place, columns)
    gap = values[columns[place]]
    return gap is None or gap >= 0


def _columns_fit(
    short: dict[str, ShortRow],
    place: int,
    figures: Figures,
    columns: Sequence[str],
    outcomes: Sequence[str],
) -> bool:
    """Whether every column's outcomes still make its printed total."""
    readings = {item: _reading(row, place, columns) for item, row in short.items()}
    for column in columns:
        total = _value(figures, "total_processed", column)
        parts = [
            readings[o].get(column) if o in readings else _value(figures, o, column)
            for o in outcomes
        ]
        if total is None or any(p is None for p in parts):
            continue
        if sum(p for p in parts if p is not None) != total:
            return False
    return True


def _value(figures: Figures, item: str, column: str) -> int | float | None:
    figure = figures.get(item, {}).get(column)
    return figure.value if figure else None


def _agreed(
    row: ShortRow, readings: list[Values], places: Iterable[int], columns: Sequence[str]
) -> dict[str, Figure]:
    gaps = {columns[p] for p in places}
    raw = " ".join(f.raw for f in row.figures)
    agreed = {}
    for column in columns:
        values = {r[column] for r in readings}
        value = values.pop() if len(values) == 1 else None
        if value is None:
            agreed[column] = Figure(None, "unreadable", raw, row.position)
        else:
            agreed[column] = Figure(
                value, "restored" if column in gaps else None, raw, row.position
            )
    return agreed


def _finding(item: str, figures: dict[str, Figure], possible: bool) -> Finding:
    if possible and all(f.meaning != "unreadable" for f in figures.values()):
        return Finding(
            "restored",
            "info",
            "a number of this row is missing; all readings that the sums allow agree",
            "request",
            item,
        )
    return Finding(
        "unreadable",
        "error",
        "a number of this row is missing and the sums do not tell which",
        "request",
        item,
    )
