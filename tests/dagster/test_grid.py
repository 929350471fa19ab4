"""The grid and the run status tell the truth about a block in which some years fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import pytest
from fake_stages import NOW, FakeStages, Grid, empty, failed

from pipelines.definitions import build_defs
from pipelines.instance import open_instance
from pipelines.means import Journal, Means
from pipelines.resources import Settings
from pipelines.runs import BlockResult, missing
from warehouse.home import Home
from warehouse.state import Outcome, State

if TYPE_CHECKING:
    from pipelines.stages import Block

SD = "山东省"
YEARS = [2024, 2023, 2022]
KEYS = [f"{SD}|{year}" for year in YEARS]
STAGES = ["crawl", "parse", "load", "publish"]
Run = Callable[[FakeStages, str, list[int]], BlockResult]
ReadGrid = Callable[[list[str]], Grid]


def row(*status: str) -> dict[str, str]:
    names = {"M": "MATERIALIZED", "F": "FAILED", "-": "MISSING"}
    return {key: names[short] for key, short in zip(KEYS, status, strict=True)}


def runs_of(home: Home) -> list[dg.DagsterRun]:
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        return list(instance.get_runs())


def test_all_good_is_green(run: Run, grid: ReadGrid, home: Home) -> None:
    result = run(FakeStages(), SD, YEARS)
    assert result.success
    assert grid(KEYS) == {name: row("M", "M", "M") for name in STAGES}
    assert [r.status.value for r in runs_of(home)] == ["SUCCESS"]


def test_a_year_that_brought_nothing_fails_alone(run: Run, grid: ReadGrid, home: Home) -> None:
    stages = FakeStages(
        {
            ("crawl", SD, 2023): failed("site down"),
            ("parse", SD, 2023): empty(),
            ("load", SD, 2023): empty(),
        }
    )
    result = run(stages, SD, YEARS)
    assert not result.success
    assert result.journal.failed == {(SD, 2023): "crawl: site down"}
    assert grid(KEYS) == {name: row("M", "F", "M") for name in STAGES}
    assert [r.status.value for r in runs_of(home)] == ["FAILURE"]
    # One visit for all years, and the others went all the way.
    assert stages.calls[0] == ("crawl", SD, (2024, 2023, 2022))
    assert stages.calls[-1] == ("publish", SD, (2024, 2022))


def test_a_failed_crawl_with_older_documents_is_red_in_crawl_only(run: Run, grid: ReadGrid) -> None:
    result = run(FakeStages({("crawl", SD, 2023): failed("one site of five down")}), SD, YEARS)
    assert not result.success
    rest = {name: row("M", "M", "M") for name in STAGES[1:]}
    assert grid(KEYS) == {"crawl": row("M", "F", "M"), **rest}


def test_a_year_that_cannot_be_loaded_is_not_published(run: Run, grid: ReadGrid) -> None:
    stages = FakeStages({("load", SD, 2022): failed("disk full")})
    result = run(stages, SD, YEARS)
    assert result.journal.failed == {(SD, 2022): "load: disk full"}
    good, bad = row("M", "M", "M"), row("M", "M", "F")
    assert grid(KEYS) == {"crawl": good, "parse": good, "load": bad, "publish": bad}


def test_a_year_held_back_by_publish_is_red_there(run: Run, grid: ReadGrid) -> None:
    held = Outcome("held", reason="half of last year's reports are gone")
    result = run(FakeStages({("publish", SD, 2024): held}), SD, YEARS)
    assert result.journal.failed == {(SD, 2024): f"publish: {held.reason}"}
    assert grid(KEYS)["publish"] == row("F", "M", "M")


def test_an_empty_year_is_no_failure(run: Run, grid: ReadGrid) -> None:
    plan = {(stage, SD, 2022): empty() for stage in STAGES}
    assert run(FakeStages(plan), SD, YEARS).success
    assert grid(KEYS) == {name: row("M", "M", "M") for name in STAGES}


def test_a_stage_that_forgets_a_year_has_failed_it(run: Run, grid: ReadGrid) -> None:
    class Forgetful(FakeStages):
        def parse(self, block: Block) -> dict[tuple[str, int], Outcome]:
            outcomes = super().parse(block)
            del outcomes[SD, 2023]
            return outcomes

    result = run(Forgetful(), SD, YEARS)
    assert result.journal.failed == {(SD, 2023): "parse: the stage gave no outcome"}
    assert grid(KEYS)["publish"] == row("M", "F", "M")


def test_an_exception_fails_its_stage_and_is_on_record(
    run: Run, grid: ReadGrid, home: Home, lines: list[str]
) -> None:
    result = run(FakeStages({("parse", SD, 2023): RuntimeError("a bug")}), SD, YEARS)
    assert set(result.journal.failed) == {(SD, year) for year in YEARS}
    assert grid(KEYS) == {
        "crawl": row("M", "M", "M"),
        **{name: row("F", "F", "F") for name in STAGES[1:]},
    }
    recorded = State(home).of(SD, 2024)["parse"]
    assert (recorded.status, recorded.reason) == ("failed", "RuntimeError: a bug")
    assert "parse broke off: RuntimeError: a bug" in lines


def test_only_missing_years_run_again(run: Run, grid: ReadGrid, home: Home) -> None:
    run(FakeStages({("publish", SD, 2023): failed("no space")}), SD, YEARS)
    assert missing(home, SD, YEARS) == [2023]
    again = FakeStages()
    assert run(again, SD, missing(home, SD, YEARS)).success
    assert {years for _, _, years in again.calls} == {(2023,)}
    assert grid(KEYS) == {name: row("M", "M", "M") for name in STAGES}
    assert missing(home, SD, YEARS) == []


def test_a_later_failure_shows_over_an_earlier_success(run: Run, grid: ReadGrid) -> None:
    run(FakeStages(), SD, YEARS)
    run(FakeStages({("load", SD, 2023): failed("broken")}), SD, [2023])
    assert grid(KEYS)["load"] == row("M", "F", "M")


def test_years_with_gaps_are_runs_of_their_own(run: Run, grid: ReadGrid, home: Home) -> None:
    stages = FakeStages()
    result = run(stages, SD, [2022, 2024])
    assert result.success
    assert len(result.run_ids) == 2
    assert [c for c in stages.calls if c[0] == "crawl"] == [
        ("crawl", SD, (2024,)),
        ("crawl", SD, (2022,)),
    ]
    assert grid(KEYS) == {name: row("M", "-", "M") for name in STAGES}


def test_a_report_of_another_year_updates_that_year_too(run: Run, grid: ReadGrid) -> None:
    found = Outcome("done", counts={"reports": 1})
    stages = FakeStages(found={"parse": {(SD, 2023): found, (SD, 1999): found}})
    assert run(stages, SD, [2024]).success
    assert stages.calls[-1] == ("publish", SD, (2024, 2023, 1999))
    assert grid(KEYS) == {
        "crawl": row("M", "-", "-"),
        **{name: row("M", "M", "-") for name in STAGES[1:]},
    }


def test_a_broken_registry_is_told(run: Run, settings: Settings, grid: ReadGrid) -> None:
    Path(settings.sites or "").write_text("- host: 12\n", encoding="utf-8")
    result = run(FakeStages(), SD, YEARS)
    assert not result.success
    assert "sites.yaml, entry 1" in result.errors[0]
    assert grid(KEYS) == {name: row("F", "F", "F") for name in STAGES}


def test_materializations_carry_counts_and_the_run_report(run: Run, home: Home) -> None:
    class Reporting(FakeStages):
        def crawl(self, block: Block) -> dict[tuple[str, int], Outcome]:
            home.reports.mkdir(parents=True, exist_ok=True)
            (home.reports / f"{block.run_id}.job.json").write_text("{}")
            (home.reports / f"{block.run_id}.json").write_text("{}")
            return super().crawl(block)

    run(Reporting(), SD, YEARS)
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        records = instance.fetch_materializations(dg.AssetKey("load"), limit=10).records
    assert {r.partition_key for r in records} == set(KEYS)
    for record in records:
        materialization = record.asset_materialization
        assert materialization is not None
        metadata = materialization.metadata
        assert metadata["reports"].value == int(str(record.partition_key).split("|")[1])
        assert metadata["load_calls"].value == 1
        assert metadata["status"].value == "done"
        report = home.reports / f"{metadata['run_id'].value}.json"
        assert metadata["run_report"].value == str(report)


@pytest.mark.parametrize("chosen", [["parse", "load", "publish"], ["publish"]])
def test_one_run_takes_several_provinces_and_some_stages(
    chosen: list[str], settings: Settings, home: Home, grid: ReadGrid
) -> None:
    """As the web interface starts it: a range of keys, a selection of assets, a job of its own."""
    bj, tj = "北京市", "天津市"
    stages = FakeStages({("publish", bj, 2024): failed("held")})
    journal = Journal()
    defs = build_defs(
        settings=settings, means=Means(lambda: stages, [].append, lambda: NOW, journal)
    )
    with open_instance(home.dagster) as instance:
        result = defs.resolve_job_def("collect").execute_in_process(
            instance=instance,
            raise_on_error=False,
            asset_selection=[dg.AssetKey(name) for name in chosen],
            tags={
                "dagster/asset_partition_range_start": f"{bj}|2023",
                "dagster/asset_partition_range_end": f"{tj}|2024",
            },
        )
    assert not result.success
    assert [name for name, province, _ in stages.calls if province == tj] == chosen
    assert journal.failed == {(bj, 2024): "publish: held"}
    keys = [f"{p}|{y}" for p in (bj, tj) for y in (2024, 2023)]
    shown = grid(keys)
    assert list(shown["publish"].values()) == ["FAILED", *["MATERIALIZED"] * 3]
    assert set(shown["crawl"].values()) == {"MISSING"}


def test_a_failed_year_says_why_on_its_page_and_stays_red(
    run: Run, grid: ReadGrid, home: Home
) -> None:
    run(FakeStages({("crawl", SD, 2023): failed("one site of five down")}), SD, YEARS)
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        key = dg.AssetKey("crawl")
        seen = instance.fetch_observations(key, limit=9).records
        made = instance.fetch_materializations(key, limit=9).records
    (observed,) = [record.asset_observation for record in seen]
    assert observed is not None
    assert observed.partition == f"{SD}|2023"
    assert observed.metadata["reason"].value == "one site of five down"
    # The newest year last: it is the one that the asset's own page shows.
    assert [record.partition_key for record in made] == [f"{SD}|2024", f"{SD}|2022"]
    assert grid(KEYS)["crawl"] == row("M", "F", "M")


def test_without_partitions_a_run_says_what_is_missing(settings: Settings, home: Home) -> None:
    job = build_defs(settings=settings).resolve_job_def("collect")
    with open_instance(home.dagster) as instance:
        ended = job.execute_in_process(instance=instance, raise_on_error=False)
    (failure,) = [event for event in ended.all_events if event.is_step_failure]
    assert "choose provinces and years" in str(failure.step_failure_data.user_failure_data)
