"""Which readings of a table's rows the sums of its columns leave.

Rows with one sure reading stand, right or wrong. The readings of the others are thinned out by
what each column can still add up to; what remains is searched, within bounds. A cell is read where
all that remains agrees on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.reports.model import Figure
from pipelines.reports.torn_readings import Reading, Readings
from warehouse.facts.forms import Form

_MAX_STEPS = 20_000
_MAX_FOUND = 500
_MUCH = 10**9
Range = tuple[int, int]


@dataclass(frozen=True)
class Equation:
    """A sum that every column must satisfy: the signed rows add up to nothing."""

    signs: Mapping[str, int]


def equations_of(rules: Form) -> list[Equation]:
    """The sums of a form's table three."""
    outcomes = dict.fromkeys(rules.request.outcomes, 1)
    return [
        Equation({**outcomes, "total_processed": -1}),
        Equation({"received": 1, "carried_in": 1, "total_processed": -1, "carried_out": -1}),
    ]


@dataclass
class _Search:
    equations: Sequence[Equation]
    columns: int
    active: Sequence[int]
    options: dict[str, list[Reading]]
    found: list[dict[str, Reading]] = field(default_factory=list)
    steps: int = 0
    stopped: bool = False


def choose(
    rows: Mapping[str, Readings],
    equations: Sequence[Equation],
    columns: int,
    total: int | None,
) -> dict[str, list[Figure] | None]:
    """The figures of every row.

    Args:
        rows: per item its readings, for every item of the form that is printed.
        equations: the sums; items that are not in ``rows`` may be anything.
        columns: how many columns.
        total: the column of the rows' own sums.

    Returns:
        Per item its figures, an unreadable one where the readings differ; None for a row without
        any reading.
    """
    open_rows = {k: r.options for k, r in rows.items() if r.options and not _fixed(r)}
    fixed = {k: r.options[0] for k, r in rows.items() if r.options and _fixed(r)}
    trusted = {k: [r] for k, r in fixed.items() if adds_up(r, total)}
    chosen: dict[str, list[Figure] | None] = dict.fromkeys(rows)
    for key, reading in fixed.items():
        chosen[key] = list(reading.figures)
    if open_rows:
        used = [e for e in equations if any(k in open_rows for k in e.signs)]
        searches = [_Search(used, columns, range(columns), {**trusted, **open_rows})]
        _solve(searches[0], open_rows)
        if not searches[0].found and not searches[0].stopped:
            searches = _without_one(used, columns, total, {**trusted, **open_rows}, open_rows)
        for key in open_rows:
            chosen[key] = _agreed(searches, key, rows[key].raw, columns)
    return chosen


def _without_one(
    equations: Sequence[Equation],
    columns: int,
    total: int | None,
    options: Mapping[str, list[Reading]],
    open_rows: Mapping[str, list[Reading]],
) -> list[_Search]:
    """The searches when the sums cannot hold: an organ's mistake in one column and the total.

    Each column in turn is left out; what all that succeed agree on is what is printed.
    """
    searches = []
    for column in range(columns):
        if column != total:
            active = [c for c in range(columns) if c not in (column, total)]
            search = _Search(equations, columns, active, dict(options))
            _solve(search, open_rows)
            searches.append(search)
    return searches


def holds(figures: Mapping[str, Sequence[Figure]], equations: Sequence[Equation], n: int) -> bool:
    """Whether every sum holds in every column; what is not printed counts as nothing."""
    return all(
        sum(
            sign * int(figures[k][c].value or 0)
            for k, sign in equation.signs.items()
            if k in figures
        )
        == 0
        for equation in equations
        for c in range(n)
    )


def _fixed(row: Readings) -> bool:
    return row.sure and not row.suspect


def adds_up(reading: Reading, total: int | None) -> bool:
    """Whether the total column of a row is the sum of the others."""
    return total is None or sum(reading.values) == 2 * reading.values[total]


def _ranges(search: _Search, key: str) -> list[Range]:
    options = search.options.get(key)
    if not options:
        return [(0, _MUCH)] * search.columns
    values = [o.values for o in options]
    return [(min(v[c] for v in values), max(v[c] for v in values)) for c in range(search.columns)]


def _solve(search: _Search, open_rows: Mapping[str, list[Reading]]) -> None:
    ranges = {k: _ranges(search, k) for e in search.equations for k in e.signs}
    if not _thin(search, ranges, set(open_rows)):
        return
    order = sorted(
        (k for k in open_rows if len(search.options[k]) > 1), key=lambda k: len(search.options[k])
    )
    single = {k: search.options[k][0] for k in open_rows if len(search.options[k]) == 1}
    _descend(search, order, 0, ranges, single)


def _thin(search: _Search, ranges: dict[str, list[Range]], keys: set[str]) -> bool:
    """Drops readings that no reading of the other rows can balance; False when a row has none."""
    changed = True
    while changed:
        changed = False
        for key in keys & ranges.keys():
            kept = [o for o in search.options[key] if _possible(search, ranges, key, o)]
            if not kept:
                return False
            if len(kept) < len(search.options[key]):
                search.options[key] = kept
                ranges[key] = _ranges(search, key)
                changed = True
    return all(_feasible(e, ranges, c) for e in search.equations for c in search.active)


def _possible(search: _Search, ranges: dict[str, list[Range]], key: str, option: Reading) -> bool:
    before = ranges[key]
    ranges[key] = [(v, v) for v in option.values]
    fits = all(
        _feasible(e, ranges, c) for e in search.equations if key in e.signs for c in search.active
    )
    ranges[key] = before
    return fits


def _feasible(equation: Equation, ranges: Mapping[str, list[Range]], column: int) -> bool:
    low = high = 0
    for key, sign in equation.signs.items():
        least, most = ranges[key][column]
        low += least if sign > 0 else -most
        high += most if sign > 0 else -least
    return low <= 0 <= high


def _descend(
    search: _Search,
    order: list[str],
    depth: int,
    ranges: dict[str, list[Range]],
    taken: dict[str, Reading],
) -> None:
    if depth == len(order):
        search.found.append(dict(taken))
        search.stopped = search.stopped or len(search.found) >= _MAX_FOUND
        return
    key = order[depth]
    before = ranges.get(key)
    for option in search.options[key]:
        search.steps += 1
        if search.steps > _MAX_STEPS:
            search.stopped = True
        if search.stopped:
            break
        if before is not None:
            if not _possible(search, ranges, key, option):
                continue
            ranges[key] = [(v, v) for v in option.values]
        taken[key] = option
        _descend(search, order, depth + 1, ranges, taken)
        del taken[key]
        if before is not None:
            ranges[key] = before


def _agreed(searches: Sequence[_Search], key: str, raw: str, columns: int) -> list[Figure] | None:
    """The figures on which everything found agrees; None when nothing was found."""
    readings = [
        r for s in searches for r in (s.options[key] if s.stopped else (f[key] for f in s.found))
    ]
    if not readings:
        return None
    agreed = []
    for c in range(columns):
        cells = {(r.figures[c].value, r.figures[c].meaning == "blank") for r in readings}
        agreed.append(
            readings[0].figures[c] if len(cells) == 1 else Figure(None, "unreadable", raw)
        )
    return agreed
