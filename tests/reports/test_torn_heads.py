"""Torn text of tables whose columns stand in another order: read by the head, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from random import Random

import pytest

from crawler.replica.reports import Report
from crawler.replica.tables import Grid
from tests.documents import truth
from tests.reports.test_layouts import organisations_shuffled, total_first
from tests.reports.test_torn import assert_nothing_wrong, read, total
from tests.reports.text_dialects import render, score

Layout = Callable[[dict[str, list[Grid]], Report, Random], None]
LAYOUTS: tuple[Layout, ...] = (total_first, organisations_shuffled)


def laid_out(layout: Layout, seed: int) -> list[Report]:
    found = []
    for plain in (r for r in truth.picked(60) if r.habit.zeros == "digit"):
        report = deepcopy(plain)
        report.habit = replace(report.habit, numbers="plain")
        grids = {k: [[list(row) for row in g] for g in v] for k, v in report.grids().items()}
        layout(grids, report, Random(seed + len(found)))
        report._grids = grids
        found.append(report)
    return found[:8]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("dialect", ["spaces", "one_line", "broken_behind", "label_apart"])
def test_columns_are_read_by_the_head(layout: Layout, dialect: str) -> None:
    rng = Random(dialect)
    results = [score(r, read(render(r, dialect, rng))) for r in laid_out(layout, 3)]
    assert_nothing_wrong(total(results))
    told = layout is total_first or dialect in ("spaces", "one_line")
    assert total(results).share > (0.98 if told else 0.75)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("dialect", ["cell_a_line", "glued_rows", "one_line_glued", "paged"])
def test_what_the_head_does_not_tell_is_not_read(layout: Layout, dialect: str) -> None:
    rng = Random(dialect)
    results = [score(r, read(render(r, dialect, rng))) for r in laid_out(layout, 3)]
    assert_nothing_wrong(total(results))
