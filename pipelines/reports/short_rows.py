"""Rows that print one number fewer than the head has columns.

The number that is missing may have stood anywhere, in each row at another place. Every place is a
reading, with the number that the row's own sum gives there; the sums of the columns leave those
that are possible. A value on which all of them agree is what is printed there; where they differ
the cell is unreadable. Identities choose between readings, they never fill a gap that readings
differ about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.reports.model import Figure, Figures, Finding, Number, Position
from pipelines.reports.torn_readings import Reading, Readings
from pipelines.reports.torn_search import Equation, adds_up, choose, equations_of
from warehouse.facts.forms import Form, forms

_TOTAL = "total"
_COLUMNS = len(forms()[0].request.columns)
_MOST_READINGS = 300  # of one row
Line = tuple[Number | None, ...]
"""What a row may print; None for a nil mark."""


@dataclass(slots=True)
class ShortRow:
    """The figures that such a row prints, in order, and where it stands."""

    figures: list[Figure]
    position: Position


def restore(
    short: dict[str, ShortRow], figures: Figures, columns: Sequence[str], rules: Form
) -> list[Finding]:
    """Reads the short rows into ``figures``.

    Args:
        short: the short rows by item; each prints ``len(columns) - 1`` figures.
        figures: the whole rows; the short ones are added.
        columns: the printed columns.
        rules: the form.

    Returns:
        A finding a row: what was restored, or that it could not be read.
    """
    if not short:
        return []
    ceiling = max(_ceiling(figures, columns), default=0)
    lines = {item: _lines(row, columns, ceiling) for item, row in short.items()}
    rows = {
        item: Readings([_reading([figures[item][c] for c in columns])], sure=True)
        for item in figures
        if all(c in figures[item] for c in columns)
        and all(f.meaning != "unreadable" for f in figures[item].values())
    }
    for item, found in lines.items():
        rows[item] = Readings([_reading([_figure(n) for n in line]) for line in found])
    total = columns.index(_TOTAL) if len(columns) == _COLUMNS else None
    equations = equations_of(rules)
    chosen = choose(rows, equations, len(columns), total)
    if _contradicts(rows, chosen, equations, total):
        # An organ that erred somewhere may have erred in the sums that would have to decide.
        chosen = choose(rows, [], len(columns), total)
    findings = []
    for item, row in short.items():
        figures[item] = _agreed(row, chosen[item], lines[item], columns)
        findings.append(_finding(item, figures[item]))
    return findings


def _contradicts(
    rows: dict[str, Readings],
    chosen: dict[str, list[Figure] | None],
    equations: Sequence[Equation],
    total: int | None,
) -> bool:
    """Whether a sum of the table fails that is known in all its parts."""
    known = {k: r.options[0] for k, r in rows.items() if r.sure}
    if not all(adds_up(r, total) for r in known.values()):
        return True
    lines = {k: [f.value for f in row] for k, row in chosen.items() if row is not None}
    lines |= {k: list(r.values) for k, r in known.items()}
    for equation in equations:
        if not equation.signs.keys() <= lines.keys():
            continue
        for column in range(len(next(iter(lines.values())))):
            terms = [(sign, lines[k][column]) for k, sign in equation.signs.items()]
            off = sum(sign * (n or 0) for sign, n in terms)
            open_signs = {sign for sign, n in terms if n is None}
            # What is not known is not negative.
            if (off > 0 and -1 not in open_signs) or (off < 0 and 1 not in open_signs):
                return True
    return False


def _reading(figures: Sequence[Figure]) -> Reading:
    return Reading(tuple(figures))


def _figure(number: Number | None) -> Figure:
    return Figure(number, "nil_mark" if number is None else None)


def _ceiling(figures: Figures, columns: Sequence[str]) -> list[Number]:
    """What the columns print below the outcomes or above: no cell between is greater."""
    return [
        f.value
        for item in ("total_processed", "received")
        for c in columns
        if (f := figures.get(item, {}).get(c)) is not None and f.value is not None
    ]


def _lines(row: ShortRow, columns: Sequence[str], ceiling: Number) -> dict[Line, set[int]]:
    """Every line of numbers that the row may have printed, with the places of the missing one.

    None at all when they are too many, or the head lacks more columns than this row.
    """
    numbers = [f.value for f in row.figures]
    found: dict[Line, set[int]] = {}
    if len(numbers) != len(columns) - 1 or _TOTAL not in columns:
        return found
    whole = len(columns) == _COLUMNS
    at = columns.index(_TOTAL)
    for place in range(len(columns)):
        before = numbers[:place]
        line = [*(n or 0 for n in before), 0, *(n or 0 for n in numbers[place:])]
        others = [n for i, n in enumerate(line) if i not in (at, place)]
        if place == at:
            least, most = sum(others), sum(others) if whole else max(sum(others), int(ceiling))
        else:
            left = line[at] - sum(others)
            # With a column that is not printed at all, some of what is left may be its.
            least, most = (left if whole else 0), left
        if most - least > _MOST_READINGS:
            return {}
        for number in range(int(max(least, 0)), int(most) + 1):
            found.setdefault((*before, number, *numbers[place:]), set()).add(place)
    return found if len(found) <= _MOST_READINGS else {}


def _agreed(
    row: ShortRow,
    chosen: Sequence[Figure] | None,
    lines: dict[Line, set[int]],
    columns: Sequence[str],
) -> dict[str, Figure]:
    """The figures of a row, those that may be the missing one marked as restored."""
    raw = " ".join(f.raw for f in row.figures)
    if chosen is None:
        return {c: Figure(None, "unreadable", raw, row.position) for c in columns}
    possible = [
        line
        for line in lines
        if all(f.meaning == "unreadable" or f.value == n for f, n in zip(chosen, line, strict=True))
    ]
    gaps = set().union(*(lines[line] for line in possible))
    agreed = {}
    for place, (column, figure) in enumerate(zip(columns, chosen, strict=True)):
        printed = _printed(row, place, gaps)
        if figure.meaning == "unreadable":
            agreed[column] = Figure(None, "unreadable", raw, row.position)
        elif printed is not None:
            agreed[column] = printed
        else:
            agreed[column] = Figure(figure.value, "restored", raw, row.position)
    return agreed


def _printed(row: ShortRow, place: int, gaps: set[int]) -> Figure | None:
    """The printed figure that stands at a place wherever the missing one stood, or None."""
    if place in gaps:
        return None
    before = place < min(gaps, default=0)
    if not before and place < max(gaps, default=0):
        return None
    return row.figures[place if before else place - 1]


def _finding(item: str, figures: dict[str, Figure]) -> Finding:
    if all(f.meaning != "unreadable" for f in figures.values()):
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
