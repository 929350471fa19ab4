"""Old runs go, and no cell of the grid changes its colour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import dagster as dg
from fake_stages import FakeStages, Grid, failed

from pipelines.retention import superfluous_runs, tidy, tidy_reports
from pipelines.runs import BlockResult
from warehouse.home import Home
from warehouse.state import State

SD = "山东省"
Run = Callable[[FakeStages, str, list[int]], BlockResult]
KEYS = [f"{SD}|{year}" for year in (2024, 2023, 2022)]


def later() -> datetime:
    return datetime.now(UTC) + timedelta(days=91)


def test_runs_that_later_ones_replace_are_removed(
    run: Run, home: Home, grid: Callable[[list[str]], Grid]
) -> None:
    first, second = run(FakeStages(), SD, [2024, 2023]), run(FakeStages(), SD, [2024, 2023])
    partly = run(FakeStages({("crawl", SD, 2023): failed("down")}), SD, [2023])
    other = run(FakeStages(), SD, [2022])
    before = grid(KEYS)
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        # The newest successful run stays beside the newest, failed one.
        assert list(superfluous_runs(instance, later())) == first.run_ids
        assert list(superfluous_runs(instance, datetime.now(UTC))) == []
        logs = home.dagster / "history" / "runs"
        stored = {path.name for path in logs.glob("*.db")}
        assert tidy(instance, later()) == 1
        assert tidy(instance, later()) == 0
        left = {r.run_id for r in instance.get_runs()}
        assert left == {*second.run_ids, *partly.run_ids, *other.run_ids}
        assert instance.all_logs(first.run_ids[0]) == []
        assert len(stored) >= len(list(logs.glob("*.db")))
    assert grid(KEYS) == before


def test_a_tick_removes_a_bounded_number(run: Run, home: Home) -> None:
    for _ in range(4):
        run(FakeStages(), SD, [2024])
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        assert tidy(instance, later(), most=2) == 2
        assert tidy(instance, later(), most=2) == 1
        assert instance.get_runs_count() == 1


def test_old_run_reports_go_unless_the_state_names_them(run: Run, home: Home) -> None:
    run(FakeStages(), SD, [2024])
    (named,) = {outcome.run_id for outcome in State(home).of(SD, 2024).values()}
    home.reports.mkdir(parents=True)
    for name in (f"{named}.json", "20200101T000000-aaaa.json", "20200101T000000-aaaa.job.json"):
        (home.reports / name).write_text("{}")
    assert tidy_reports(home, datetime.now(UTC)) == 0
    assert tidy_reports(home, later()) == 2
    assert [path.name for path in home.reports.iterdir()] == [f"{named}.json"]
