"""The state of partitions, stage by stage."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.warehouse.made import SHANDONG, SHANGHAI
from warehouse.home import Home
from warehouse.state import Outcome, State, StateError


def test_the_last_outcome_of_each_stage_is_kept(tmp_path: Path) -> None:
    state = State(Home(tmp_path))
    assert state.read() == {}
    assert state.of(SHANDONG, 2021) == {}
    crawled = Outcome("done", {"fetched": 3}, None, "2026-11-22T02:15:00+00:00", "run1")
    failed = Outcome("failed", {}, "5 of 5 sites blocked", "2026-11-22T02:16:00+00:00", "run1")
    state.record("crawl", SHANDONG, 2021, failed)
    state.record("crawl", SHANDONG, 2021, crawled)
    state.record("load", SHANDONG, 2021, Outcome("held", reason="report_id twice"))
    state.record("crawl", SHANGHAI, 2020, failed)
    assert State(Home(tmp_path)).read() == {
        (SHANGHAI, 2020): {"crawl": failed},
        (SHANDONG, 2021): {"crawl": crawled, "load": Outcome("held", reason="report_id twice")},
    }


@pytest.mark.parametrize("broken", ["{", "[]", '{"crawl": {"status": "fine"}}', '{"crawl": 1}'])
def test_a_broken_file_is_named(tmp_path: Path, broken: str) -> None:
    state = State(Home(tmp_path))
    state.record("crawl", SHANDONG, 2021, Outcome("done"))
    (path,) = Home(tmp_path).state.rglob("2021.json")
    path.write_text(broken)
    with pytest.raises(StateError, match=r"2021\.json"):
        state.read()
