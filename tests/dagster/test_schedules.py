"""What a tick asks for: the right days, year and provinces, decided by China's time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import dagster as dg
import pytest

from pipelines.busy import open_provinces
from pipelines.definitions import build_defs
from pipelines.locks import province_lock
from pipelines.partitions import CHINA, from_key
from pipelines.resources import Settings
from pipelines.schedules import Plan, plans, requests
from warehouse.facts.divisions import PROVINCES
from warehouse.home import Home

SEASON, LATE, OLDER = plans()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A registry with a site in every province."""
    registry = tmp_path / "sites.yaml"
    registry.write_text(
        "".join(
            f"- host: www.p{number}.gov.cn\n  name: x\n  province: {province}\n"
            for number, province in enumerate(PROVINCES)
        ),
        encoding="utf-8",
    )
    return Settings(home=str(tmp_path / "home"), sites=str(registry))


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def field(text: str, least: int, most: int) -> set[int]:
    found = set()
    for part in text.split(","):
        if part == "*":
            found |= set(range(least, most + 1))
        else:
            first, _, last = part.partition("-")
            found |= set(range(int(first), int(last or first) + 1))
    return found


def ticks(plan: Plan, year: int) -> Iterator[datetime]:
    """Every hour of a year at which a plan's cron lines tick (day and weekday are never both)."""
    hour = china(f"{year}-01-01")
    while hour.year == year:
        for line in plan.cron:
            minute, hours, days, months, weekdays = line.split()
            assert minute == "0"
            assert "*" in (days, weekdays)
            weekday = hour.isoweekday() % 7
            if (
                hour.hour in field(hours, 0, 23)
                and hour.day in field(days, 1, 31)
                and hour.month in field(months, 1, 12)
                and weekday in field(weekdays, 0, 6)
            ):
                yield hour
        hour += timedelta(hours=1)


def asked(plan: Plan, at: datetime, settings: Settings) -> list[dg.RunRequest]:
    found = requests(plan, at, settings, frozenset())
    return [] if isinstance(found, dg.SkipReason) else found


def test_the_season_is_every_night_from_2_january_to_15_april() -> None:
    nights = sorted({at.date() for at in ticks(SEASON, 2027)})
    assert (f"{nights[0]:%m-%d}", f"{nights[-1]:%m-%d}") == ("01-02", "04-15")
    assert len(nights) == 30 + 28 + 31 + 15
    assert {at.hour for at in ticks(SEASON, 2027)} == {0, 1, 2, 3, 4, 5}


def test_the_rest_of_the_year_is_weekly_and_never_beside_the_season(settings: Settings) -> None:
    season = {at.date() for at in ticks(SEASON, 2027)}
    nights = {at.date() for at in ticks(LATE, 2027) if asked(LATE, at, settings)}
    assert nights
    assert not nights & season
    ordered = sorted(nights)
    assert ordered[0] == datetime(2027, 4, 18).date()
    assert {(b - a).days for a, b in pairwise(ordered)} == {7}
    # New Year's Day is a Sunday in 2028: not yet the season.
    assert not LATE.is_paused(china("2028-01-01 00:00"))


@pytest.mark.parametrize("plan", [SEASON, LATE, OLDER], ids=lambda plan: plan.name)
def test_every_province_has_its_turn_once_and_they_are_spread(
    plan: Plan, settings: Settings
) -> None:
    every = list(ticks(plan, 2027))
    first = next(at for at in every if asked(plan, at, settings))
    window = [at for at in every if at >= first][: plan.ticks]
    turns = [[r.tags["gongkai/province"] for r in asked(plan, at, settings)] for at in window]
    assert sorted(p for turn in turns for p in turn) == sorted(PROVINCES)
    assert max(map(len, turns)) <= 6


@pytest.mark.parametrize(
    ("at", "year"),
    [
        # In UTC it is still the old year in the first eight hours of China's.
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), 2026),
        (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), 2025),
        (china("2027-01-02 00:00"), 2026),
        (china("2027-12-31 23:59"), 2026),
        (china("2028-02-29 03:00"), 2027),
    ],
)
def test_the_last_year_is_that_of_the_tick_in_china(at: datetime, year: int) -> None:
    assert SEASON.span(at) == (year, year)
    assert OLDER.span(at) == (year - 1, 2008)


def test_older_years_are_one_run_a_province_and_asked_in_full(settings: Settings) -> None:
    found = asked(OLDER, china("2027-06-15 01:00"), settings)
    assert [r.tags["gongkai/province"] for r in found] == [PROVINCES[14]]
    (run,) = found
    span = run.partition_key_range
    assert span is not None
    assert [from_key(key)[1] for key in (span.start, span.end)] == [2008, 2025]
    assert run.run_config == {"resources": {"settings": {"config": {"full": True}}}}


def test_a_province_whose_run_goes_on_is_skipped_and_the_others_are_not(
    settings: Settings, home: Home
) -> None:
    at = china("2027-01-02 00:00")
    turn = [r.tags["gongkai/province"] for r in asked(SEASON, at, settings)]
    busy, locked, *free = turn
    with province_lock(settings.at(), locked, print):
        found = requests(SEASON, at, settings, frozenset({busy}))
        assert isinstance(found, list)
        assert [r.tags["gongkai/province"] for r in found] == free
    skipped = requests(SEASON, at, settings, frozenset(turn))
    assert isinstance(skipped, dg.SkipReason)
    assert busy in str(skipped.skip_message)
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        instance.add_run(dg.DagsterRun("collect", tags={"dagster/partition": f"{busy}|2024"}))
        assert open_provinces(instance) == {busy}
        # One year over all provinces: those between the ends are busy as well.
        ends = {"dagster/asset_partition_range_start": f"{PROVINCES[0]}|2024"}
        ends["dagster/asset_partition_range_end"] = f"{PROVINCES[-1]}|2024"
        instance.add_run(dg.DagsterRun("collect", tags=ends))
        assert open_provinces(instance) == set(PROVINCES)


def test_dagster_evaluates_a_tick(settings: Settings, home: Home) -> None:
    defs = build_defs(settings=settings, running=True)
    repository = defs.get_repository_def()
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        for schedule in repository.schedule_defs:
            assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
            with dg.build_schedule_context(
                instance=instance,
                scheduled_execution_time=china("2027-06-06 01:00"),
                resources={"settings": settings},
            ) as context:
                tick = schedule.evaluate_tick(context)
            if schedule.name == "late":
                # The third province of every six; 6 June is a Sunday.
                runs = [from_key(str(r.partition_key_range.start)) for r in tick.run_requests or []]
                assert runs == [(province, 2026) for province in PROVINCES[1::6]]


def test_a_demo_home_is_never_collected_for_by_schedule(settings: Settings, home: Home) -> None:
    demo = Settings(home=settings.home, sites=settings.sites, demo=True)
    repository = build_defs(settings=demo).get_repository_def()
    with dg.build_schedule_context(
        scheduled_execution_time=china("2027-02-01 00:00"), resources={"settings": demo}
    ) as context:
        tick = repository.get_schedule_def("season").evaluate_tick(context)
    assert not tick.run_requests
    assert "demo" in str(tick.skip_message)


def test_schedules_can_be_held_back(settings: Settings) -> None:
    repository = build_defs(settings=settings, running=False).get_repository_def()
    statuses = {
        s.default_status.value for s in (*repository.schedule_defs, *repository.sensor_defs)
    }
    assert statuses == {"STOPPED"}
