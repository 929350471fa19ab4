"""Figures that stand in blocks apart from their rows' labels: read by the sums, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from crawler.replica.reports import Report
from crawler.replica.tables import Grid
from tests.documents import truth
from tests.reports import text_dialects
from tests.reports.test_torn import assert_nothing_wrong, read, total
from tests.reports.text_dialects import Lines, misprinted, render, score
from tests.reports.text_layouts import matrix


def figures_above(grid: Grid, rng: Random) -> Lines:
    """Each row's figures on the line before its label."""
    lines = []
    for row in grid:
        lines += [" ".join(c.text for c in row if c.value)] + [c.text for c in row if not c.value]
    return [line for line in lines if line]


def columns_named(grid: Grid, rng: Random) -> Lines:
    """All labels of rows, then the figures of each column behind its name, in two pages."""
    if len(grid) < 20:
        return text_dialects.spaces(grid, rng)
    places = matrix(grid)
    head, body = [places[1], places[2]], places[3:]
    lines = [places[0][3][0].text]
    for part in (body[:12], body[12:]):
        lines += [c.text for row in part for c, begins in row if begins and not c.value]
        for column in range(3, len(places[0])):
            name = (head[1] if head[1][column][0].text else head[0])[column][0].text
            lines += [name] if part[0] is body[0] else []
            lines += [row[column][0].text for row in part]
    return lines


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    found = [r for r in truth.picked(60) if r.habit.zeros == "digit"]
    return [r for r in found if r.habit.numbers == "plain" and not r.habit.without_other][:8]


@pytest.mark.parametrize("dialect", [figures_above, columns_named], ids=lambda f: f.__name__)
def test_blocks_are_read_or_flagged(
    dialect: Callable[[Grid, Random], Lines],
    reports: list[Report],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(text_dialects.DIALECTS, dialect.__name__, dialect)
    rng = Random(7)
    result = total([score(r, read(render(r, dialect.__name__, rng))) for r in reports])
    assert_nothing_wrong(result)
    assert result.share > 0.7, str(result)
    wrong = [misprinted(r, rng) for r in reports]
    assert_nothing_wrong(total([score(r, read(render(r, dialect.__name__, rng))) for r in wrong]))
