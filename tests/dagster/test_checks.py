"""Checks by partition: judged after a load, kept in the state, obeyed by publish, shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner
from fake_stages import NOW, FakeStages

from pipelines.checking import Before, Result, Rows, judge, last_deadline, rules
from pipelines.cli import cli
from pipelines.definitions import build_defs
from pipelines.freshness import stale
from pipelines.means import Journal, Means
from pipelines.resources import Settings
from pipelines.runs import run_block
from pipelines.stages import Block, publish
from pipelines.status import held_lines, status_rows
from pipelines.verdicts import Verdicts
from warehouse import query
from warehouse.home import Home
from warehouse.lake import write_partition
from warehouse.state import Outcome

SD = "山东省"
KEY = (SD, 2024)


def report(number: int, **more: object) -> dict[str, object]:
    row: dict[str, object] = {"report_id": f"r{number}", "organ_id": f"o{number}"}
    row |= {"organ": f"organ {number}", "sha256": f"s{number}", "status": "complete", "findings": 0}
    return row | more


def rows(reports: int, **tables: list[dict[str, object]]) -> Rows:
    empty: dict[str, list[dict[str, object]]] = {"finding": [], "document": []}
    return {"report": [report(n) for n in range(reports)], **empty, **tables}


def verdict(name: str, found: Rows, before: Before | None = None, now: datetime = NOW) -> Result:
    results = judge(2024, found, before or Before(), now)
    assert [r.name for r in results] == [rule.name for rule in rules()]
    return next(r for r in results if r.name == name)


def findings(number: int, rule: str, severity: str) -> list[dict[str, object]]:
    return [{"report_id": f"r{n}", "rule": rule, "severity": severity} for n in range(number)]


def test_a_drop_against_what_is_published_fails_and_small_changes_do_not() -> None:
    assert verdict("drop", rows(20)).passed
    assert verdict("drop", rows(70), Before(published=100)).passed
    dropped = verdict("drop", rows(69), Before(published=100))
    assert (dropped.passed, dropped.required, dropped.bad, dropped.of) == (False, True, 31, 100)
    # Two of three are gone: a share that says nothing on so few.
    assert verdict("drop", rows(1), Before(published=3)).passed
    assert verdict("drop", rows(300), Before(published=100)).passed


def test_our_findings_and_the_documents_are_told_apart() -> None:
    theirs = rows(20, finding=findings(9, "row_total", "warning"))
    assert verdict("ours", theirs).bad == 0
    assert verdict("misadded", theirs).bad == 9
    assert not verdict("misadded", theirs).passed
    ours = rows(20, finding=findings(11, "unreadable", "error"))
    assert not verdict("ours", ours).passed
    assert verdict("ours", ours).required
    assert verdict("misadded", ours).bad == 0
    few = rows(5, finding=findings(5, "unreadable", "error"))
    assert verdict("ours", few).passed
    assert "too few to judge" in verdict("ours", few).words


def test_unreadable_documents_count_with_partial_reports() -> None:
    found = rows(10, document=[{"outcome": "rejected"}] * 12 + [{"outcome": "not_report"}] * 50)
    result = verdict("unreadable", found)
    assert (result.passed, result.bad, result.of) == (False, 12, 22)


def test_regions_and_duplicates() -> None:
    lost = rows(20, finding=findings(2, "region_unresolved", "warning"))
    assert not verdict("regions", lost).passed
    twice = {"report": [*rows(20)["report"], report(20, sha256="s1"), report(21, organ="organ 2")]}
    assert verdict("duplicates", {**rows(0), **twice}).bad == 4


def test_coverage_asks_after_the_last_statutory_day_only() -> None:
    assert f"{last_deadline(2024)}" == "2025-03-31"
    assert f"{last_deadline(2015)}" == "2016-03-31"
    before = Before(beside=frozenset(f"o{n}" for n in range(20)))
    on_the_day = datetime(2025, 3, 31, 15, 59, tzinfo=UTC)
    assert verdict("coverage", rows(10), before, on_the_day).passed
    result = verdict("coverage", rows(10), before, on_the_day + timedelta(minutes=1))
    assert (result.passed, result.required, result.bad) == (False, False, 10)


@pytest.mark.parametrize(
    ("now", "at", "fresh"),
    [
        ("2025-01-03", "2024-06-01", True),  # the season has not begun to count
        ("2025-02-10", "2025-02-08", True),
        ("2025-02-10", "2025-02-05", False),
        ("2025-05-20", "2025-05-12", True),
        ("2025-05-20", "2025-05-05", False),
        ("2027-05-20", "2026-06-01", True),  # looked at once a year is enough
        ("2026-01-20", "2025-03-01", False),  # never since all reports were due
        ("2027-05-20", "2025-06-01", False),
    ],
)
def test_freshness_follows_the_calendar(now: str, at: str, fresh: bool) -> None:
    crawl = Outcome("done", at=f"{at}T00:00:00+00:00")
    moment = datetime.fromisoformat(f"{now}T00:00:00+00:00")
    assert (stale(2024, crawl, moment) is None) is fresh


def test_never_crawled_and_failed_are_not_fresh() -> None:
    assert stale(2024, None, NOW) == "it was never crawled"
    failed = Outcome("failed", reason="down", at=NOW.isoformat())
    assert "down" in str(stale(2024, failed, NOW))


def block(home: Home, *years: int) -> Block:
    return Block(home, SD, years, "run", [], 0, False, NOW, [].append)


def loaded(home: Home, year: int, reports: int) -> None:
    """A partition in the lake as ``load`` leaves it."""
    table = [
        {
            "report_id": f"{n}-{year}",
            "organ_id": f"o{n}",
            "organ": f"organ {n}",
            "status": "complete",
            "findings": 0,
        }
        for n in range(reports)
    ]
    info = {"written_at": NOW.isoformat()}
    manifest = write_partition(home, SD, year, {"report": table}, info)
    key, verdicts = (SD, year), Verdicts(home)
    found = rows(reports)
    results = judge(year, found, verdicts.before(key), NOW)
    verdicts.judged(key, manifest.version, results, (), reports)


def published(home: Home) -> dict[int, int]:
    found = query.run(home, "SELECT year, count(*) FROM report GROUP BY year ORDER BY year").rows
    return {int(str(year)): int(str(count)) for year, count in found}


def test_a_partition_that_fails_is_held_back_alone_until_it_is_released(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for year in (2024, 2023):
        loaded(home, year, 20)
    assert {o.status for o in publish(block(home, 2024, 2023)).values()} == {"done"}
    loaded(home, 2024, 3)
    loaded(home, 2023, 21)
    outcomes = publish(block(home, 2024, 2023))
    assert outcomes[KEY].status == "held"
    assert "drop: 17 of 20 (85%, limit 30%)" in str(outcomes[KEY].reason)
    assert outcomes[SD, 2023].status == "done"
    assert published(home) == {2023: 21, 2024: 20}
    # A second load of the same does not make it pass by comparing with itself.
    loaded(home, 2024, 3)
    assert publish(block(home, 2024))[KEY].status == "held"
    row = next(r for r in status_rows(home) if r["year"] == 2024)
    assert (row["publish"], "drop" in row["reason"]) == ("held", True)
    assert any("gongkai publish --release" in line for line in held_lines(home))

    words = ["publish", "--release", "--province", SD, "--year", "2024", "--home", str(tmp_path)]
    result = CliRunner().invoke(cli, words, standalone_mode=False)
    assert result.return_value == 0, result.output
    assert published(home) == {2023: 21, 2024: 3}
    assert held_lines(home) == []
    # Released is this version, not the next one.
    loaded(home, 2024, 20)
    assert publish(block(home, 2024))[KEY].status == "done"
    loaded(home, 2024, 2)
    assert publish(block(home, 2024))[KEY].status == "held"


def test_release_needs_to_be_told_what(tmp_path: Path) -> None:
    words = ["publish", "--release", "--home", str(tmp_path)]
    result = CliRunner().invoke(cli, words, standalone_mode=False)
    assert "--release needs --province and --year" in str(result.exception)


def test_dagster_shows_the_results_by_partition(home: Home, settings: Settings) -> None:
    class Judging(FakeStages):
        def load(self, block: Block) -> dict[tuple[str, int], Outcome]:
            for year in block.years:
                kept = Before(published=100 if year == 2024 else None)
                results = judge(year, rows(20), kept, NOW)
                Verdicts(block.home).judged((SD, year), "v", results, (), 20)
            return super().load(block)

    means = Means(Judging, [].append, lambda: NOW, Journal())
    run_block(home, SD, [2024, 2023], settings, home.dagster, means)
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        key = dg.AssetCheckKey(dg.AssetKey("load"), "drop")
        shown = {
            record.partition: record.status.value
            for record in instance.event_log_storage.get_asset_check_execution_history(key, limit=9)
        }
        fresh = dg.AssetCheckKey(dg.AssetKey("crawl"), "fresh")
        newest = instance.event_log_storage.get_asset_check_partition_info([key, fresh])
    assert shown == {f"{SD}|2024": "FAILED", f"{SD}|2023": "SUCCEEDED"}
    # The page of a check shows those results only that name the newest materialisation.
    assert len(newest) == 4
    assert all(one.is_current for one in newest)


@pytest.mark.parametrize("partition", [None, f"{SD}|2024"])
def test_executing_checks_alone_shows_what_the_state_holds(
    home: Home, settings: Settings, partition: str | None
) -> None:
    for year in (2024, 2023):
        Verdicts(home).judged((SD, year), "v", judge(year, rows(20), Before(), NOW), (), 20)
    key = dg.AssetCheckKey(dg.AssetKey("load"), "ours")
    job = dg.define_asset_job("alone", selection=dg.AssetSelection.checks(key))
    repository = dg.Definitions.merge(
        build_defs(settings=settings, means=Means(clock=lambda: NOW)), dg.Definitions(jobs=[job])
    )
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        done = repository.resolve_job_def("alone").execute_in_process(
            instance=instance, tags={"dagster/partition": partition} if partition else {}
        )
        assert done.success
        shown = instance.event_log_storage.get_asset_check_execution_history(key, limit=9)
    assert {record.partition for record in shown if record.status.value == "SUCCEEDED"} == (
        {partition} if partition else {f"{SD}|2024", f"{SD}|2023"}
    )
