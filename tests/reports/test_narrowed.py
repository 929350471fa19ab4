"""Readings narrowed by sums: one is told only where all sums of a cell hold with it alone."""

from __future__ import annotations

from pipelines.reports.mend import Identity, Key
from pipelines.reports.narrowed import narrowed


def _sums(rows: int, columns: int) -> list[Identity]:
    """Sums of a table whose last row and column are totals."""
    found = [
        Identity((*(((str(r), str(c)), 1) for c in range(columns)), ((str(r), "t"), -1)))
        for r in [*range(rows)]
    ]
    found += [
        Identity((*(((str(r), str(c)), 1) for r in range(rows)), (("t", str(c)), -1)))
        for c in [*range(columns), "t"]
    ]
    return found


def _table(rows: int, columns: int) -> dict[Key, int]:
    cells = {(str(r), str(c)): (7 * r + 3 * c) % 10 for r in range(rows) for c in range(columns)}
    for r in range(rows):
        cells[str(r), "t"] = sum(cells[str(r), str(c)] for c in range(columns))
    for column in [*map(str, range(columns)), "t"]:
        cells["t", column] = sum(cells[str(r), column] for r in range(rows))
    return cells


def test_doubt_everywhere_is_settled_where_readings_differ_enough() -> None:
    cells = _table(20, 6)
    doubtful = {k: [v, v + 1000 + 17 * i] for i, (k, v) in enumerate(cells.items()) if i % 2}
    values = {k: v for k, v in cells.items() if k not in doubtful}
    told = narrowed(values, doubtful, _sums(20, 6))
    assert told == {k: cells[k] for k in doubtful}


def test_what_two_readings_fit_is_not_told() -> None:
    cells = _table(3, 3)
    corner = [("0", "0"), ("0", "1"), ("1", "0"), ("1", "1")]
    # Adding one on a diagonal and taking it on the other leaves all sums as they are.
    shifts = dict(zip(corner, (1, -1, -1, 1), strict=True))
    doubtful = {k: [cells[k], cells[k] + shifts[k]] for k in corner}
    values = {k: v for k, v in cells.items() if k not in doubtful}
    assert narrowed(values, doubtful, _sums(3, 3)) == {}


def test_a_cell_of_a_sum_that_fails_is_not_told() -> None:
    cells = _table(3, 3)
    values = {**cells, ("0", "t"): cells["0", "t"] + 5}
    doubtful = {("0", "0"): [cells["0", "0"], cells["0", "0"] + 50]}
    del values["0", "0"]
    assert narrowed(values, doubtful, _sums(3, 3)) == {}
