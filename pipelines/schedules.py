"""The schedules: when which provinces and years are collected.

What they are stands in ``schedules.yaml``; here is how a tick becomes runs, one a province. A tick
decides by its own time in China, never by the time at which it happens to be carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import dagster as dg
import yaml

from pipelines.busy import PROVINCE_TAG, is_busy, open_provinces
from pipelines.jobs import COLLECT
from pipelines.partitions import CHINA, FIRST_YEAR, key_range, last_full_year
from pipelines.resources import Settings


@dataclass(frozen=True)
class Plan:
    """One schedule.

    Attributes:
        name: of the schedule.
        about: what it is for.
        cron: when it ticks, in China's time.
        by: whether provinces are dealt out by the tick's hour or day.
        ticks: over how many.
        years: the last full year, or all older ones.
        full: whether everything is asked for again.
        pause: first and last day (month-day) of a time without runs.
    """

    name: str
    about: str
    cron: tuple[str, ...]
    by: Literal["hour", "day"]
    ticks: int
    years: Literal["last", "older"]
    full: bool = False
    pause: tuple[str, str] | None = None

    def turn(self, at: datetime) -> int:
        """Which of the ticks this one is, from 0."""
        local = at.astimezone(CHINA)
        return (local.hour if self.by == "hour" else local.day - 1) % self.ticks

    def provinces(self, at: datetime, every: Sequence[str]) -> list[str]:
        """The provinces whose turn it is."""
        return list(every[self.turn(at) :: self.ticks])

    def span(self, at: datetime) -> tuple[int, int]:
        """Newest and oldest year to collect."""
        last = last_full_year(at)
        return (last, last) if self.years == "last" else (last - 1, FIRST_YEAR)

    def is_paused(self, at: datetime) -> bool:
        """Whether the tick lies in the pause."""
        day = f"{at.astimezone(CHINA):%m-%d}"
        return self.pause is not None and self.pause[0] <= day <= self.pause[1]


def plans() -> list[Plan]:
    """The schedules as ``schedules.yaml`` has them."""
    raw = yaml.safe_load(Path(__file__).with_name("schedules.yaml").read_text(encoding="utf-8"))
    return [_plan(entry) for entry in raw]


def _plan(entry: dict[str, Any]) -> Plan:
    pause = entry.get("pause")
    return Plan(
        name=entry["name"],
        about=entry["about"],
        cron=tuple(entry["cron"]),
        by=entry["spread"]["by"],
        ticks=entry["spread"]["ticks"],
        years=entry["years"],
        full=entry.get("full", False),
        pause=(pause["from"], pause["to"]) if pause else None,
    )


def make_schedules(*, running: bool) -> list[dg.ScheduleDefinition]:
    """All schedules.

    Args:
        running: whether they run without being switched on in the web interface.
    """
    return [_schedule(plan, running=running) for plan in plans()]


def _schedule(plan: Plan, *, running: bool) -> dg.ScheduleDefinition:
    status = dg.DefaultScheduleStatus.RUNNING if running else dg.DefaultScheduleStatus.STOPPED

    @dg.schedule(
        name=plan.name,
        description=plan.about,
        cron_schedule=list(plan.cron),
        execution_timezone=CHINA.key,
        job_name=COLLECT,
        default_status=status,
        required_resource_keys={"settings"},
    )
    def tick(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
        settings: Settings = context.resources.settings
        if settings.is_demo():
            return dg.SkipReason("a demo home is not collected for by schedule")
        at, busy = context.scheduled_execution_time, open_provinces(context.instance)
        return requests(plan, at, settings, busy)

    return tick


def requests(
    plan: Plan, at: datetime, settings: Settings, busy: frozenset[str]
) -> list[dg.RunRequest] | dg.SkipReason:
    """What a tick asks for: one run for each province whose turn it is.

    Args:
        plan: the schedule.
        at: the tick's time.
        settings: home and registry.
        busy: provinces with a run under way.

    Raises:
        crawler.registry.RegistryError: the registry is not valid.
    """
    if plan.is_paused(at):
        return dg.SkipReason("another schedule collects nightly at this time of the year")
    turn = plan.provinces(at, settings.provinces())
    free = [province for province in turn if not is_busy(settings.at(), province, busy)]
    if not turn:
        return dg.SkipReason("no province has its turn at this tick")
    if not free:
        return dg.SkipReason(f"their last run still goes on: {', '.join(turn)}")
    newest, oldest = plan.span(at)
    occasion = f"{plan.name} {at.astimezone(CHINA):%Y-%m-%d}"
    return [request(occasion, province, newest, oldest, full=plan.full) for province in free]


def request(
    occasion: str,
    province: str,
    newest: int,
    oldest: int,
    *,
    full: bool = False,
    stages: Sequence[str] | None = None,
) -> dg.RunRequest:
    """One run of one province over a range of years.

    Args:
        occasion: with the province, what the run is asked for once and not twice.
        province: province key.
        newest: last year.
        oldest: first year.
        full: whether everything is asked for again.
        stages: only these; None: the whole road.
    """
    config = {"resources": {"settings": {"config": {"full": True}}}} if full else {}
    return dg.RunRequest(
        run_key=f"{occasion} {province}",
        run_config=config,
        tags={PROVINCE_TAG: province, "gongkai/occasion": occasion}
        | key_range(province, newest, oldest),
        asset_selection=[dg.AssetKey(stage) for stage in stages] if stages else None,
    )
