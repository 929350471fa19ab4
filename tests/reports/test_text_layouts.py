"""Text whose columns are kept, cut or read down instead of across: every cell right or flagged."""

from __future__ import annotations

from random import Random

import pytest

from crawler.replica.reports import Report
from crawler.replica.scale import scaled_world
from tests.reports.test_torn import assert_nothing_wrong, read, total
from tests.reports.text_dialects import damage, misprinted, render, score
from tests.reports.text_layouts import LAYOUTS

APART = ("labels_first", "column_by_column")
"""Figures apart from their labels: two lines that change places tell nothing."""
LEAST_READ = {"fixed_columns": 0.95, "drawn": 0.95} | dict.fromkeys(APART, 0.4)
"""The share of cells to be read where the text alone cannot always tell; elsewhere 0.99."""


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    found = scaled_world(5, 5, [2019, 2021, 2022], seed="layouts").reports
    Random(5).shuffle(found)
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_read_or_flagged(layout: str, reports: list[Report]) -> None:
    rng = Random(layout)
    result = total([score(r, read(render(r, layout, rng))) for r in reports[:6]])
    assert_nothing_wrong(result)
    assert result.share >= LEAST_READ.get(layout, 0.99), str(result)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_organs_mistake_is_never_mended(layout: str, reports: list[Report]) -> None:
    rng = Random(layout)
    found = [misprinted(r, rng) for r in reports[6:12]]
    assert_nothing_wrong(total([score(r, read(render(r, layout, rng))) for r in found]))


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name not in APART])
def test_damage_leaves_no_wrong_number_unflagged(layout: str, reports: list[Report]) -> None:
    rng = Random(layout)
    assert_nothing_wrong(
        total([score(r, read(damage(render(r, layout, rng), rng, 3))) for r in reports[:5]])
    )


@pytest.mark.long
@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name not in APART])
def test_damage_by_the_hundred(layout: str) -> None:
    found = scaled_world(10, 8, [2019, 2020, 2021, 2023], seed="layouts-long").reports
    rng = Random(layout)
    for _ in range(200):
        report = rng.choice(found)
        if rng.random() < 0.3:
            report = misprinted(report, rng)
        text = damage(render(report, layout, rng), rng, rng.randint(0, 5))
        assert_nothing_wrong(score(report, read(text)))


@pytest.mark.parametrize("differs", [False, True])
def test_a_lost_row_and_a_doubled_one_of_a_list_shift_nothing(
    differs: bool, reports: list[Report]
) -> None:
    rng = Random(7)
    results = []
    for report in reports[:6]:
        lines = render(report, "listed", rng).split("\n")
        rows = [i for i, line in enumerate(lines) if "社会公益组织" in line]
        lost, doubled = sorted(rng.sample(rows[4:12], 2))
        again = lines[doubled].replace("总计", "总计1") if differs else lines[doubled]
        lines.insert(doubled, again)
        del lines[lost]
        results.append(score(report, read("\n".join(lines))))
    assert_nothing_wrong(total(results))
    if not differs:
        assert total(results).share >= 0.9, str(total(results))
