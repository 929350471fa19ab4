"""The sensors: few and slow. Added documents, failed crawls, new versions, failures to tell of.

Each looks at the state and the lake, asks for runs of one province each, and never for a province
whose last run still goes on. What is worth a retry is ``retries``', how people are told is
``alerts``'.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

import dagster as dg

from pipelines.alerts import AlertError, Alerts
from pipelines.busy import KEY_TAGS, is_busy, open_provinces
from pipelines.checks import freshness
from pipelines.due import due_partitions
from pipelines.freshness import stale
from pipelines.jobs import COLLECT
from pipelines.means import STAGES, Means
from pipelines.partitions import (
    Partition,
    by_province,
    contiguous,
    describe,
    from_key,
    last_full_year,
    to_key,
)
from pipelines.resources import Settings
from pipelines.retention import tidy, tidy_reports
from pipelines.retries import Attempts, decide, from_cursor, to_cursor
from pipelines.schedules import request
from warehouse.home import Home
from warehouse.state import State

_REREAD_AT_ONCE = 4
_WITHOUT_CRAWL = STAGES[1:]
_MINUTE = 60
_MOST_WORDS = 2000  # of a failure that people are told of


def make_sensors(means: Means, alerts: Alerts, *, running: bool) -> list[dg.SensorDefinition]:
    """All sensors.

    Args:
        means: the clock.
        alerts: whom failures are told.
        running: whether they run without being switched on in the web interface.
    """
    status = dg.DefaultSensorStatus.RUNNING if running else dg.DefaultSensorStatus.STOPPED
    return [
        _added(status),
        _again(means, alerts, status),
        _reread(status),
        _fresh(means, status),
        _tidy(means, status),
        _tell(alerts, status),
    ]


def _added(status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.sensor(
        name="added",
        description="Documents added by hand are loaded and published, without a crawl.",
        job_name=COLLECT,
        minimum_interval_seconds=5 * _MINUTE,
        default_status=status,
        required_resource_keys={"settings"},
    )
    def added(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        settings: Settings = context.resources.settings
        home = settings.at()
        due = due_partitions(home)
        if not due:
            return dg.SkipReason("no document was added")
        busy = open_provinces(context.instance)
        return _result(
            run
            for province, years in by_province(due).items()
            if not is_busy(home, province, busy)
            for run in _runs(f"added {_mark(home, province)}", province, years, _WITHOUT_CRAWL)
        )

    return added


def _mark(home: Home, province: str) -> int:
    """What changes when more is added: a load that failed is not asked for again and again."""
    return (home.state / "due" / f"{province}.json").stat().st_mtime_ns


def _again(means: Means, alerts: Alerts, status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.sensor(
        name="again",
        description="A crawl that failed for a passing reason is tried again after growing pauses.",
        job_name=COLLECT,
        minimum_interval_seconds=15 * _MINUTE,
        default_status=status,
        required_resource_keys={"settings"},
    )
    def again(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        settings: Settings = context.resources.settings
        if settings.is_demo():
            return dg.SkipReason("a demo home is not collected for by a sensor")
        home, busy = settings.at(), open_provinces(context.instance)
        crawls = {
            key: stages["crawl"]
            for key, stages in State(home).read().items()
            if "crawl" in stages and not is_busy(home, key[0], busy)
        }
        before = from_cursor(context.cursor)
        decision = decide(crawls, before, means.clock())
        if decision.report:
            _send(alerts, context, _given_up(decision.report), {"event": "given_up"})
        # What a busy province was remembered for is kept until it can be looked at.
        kept = {key: entry for key, entry in before.items() if key[0] in busy}
        found = [
            run
            for province, years in by_province(decision.again).items()
            for run in _runs(_attempt(decision.attempts, province, years), province, years, None)
        ]
        return dg.SensorResult(
            run_requests=found,
            skip_reason=None if found else "no crawl is to be tried again now",
            cursor=to_cursor({**kept, **decision.attempts}),
        )

    return again


def _attempt(attempts: Mapping[Partition, Attempts], province: str, years: Iterable[int]) -> str:
    """Names an attempt by its last failure, so that the same one is never asked for twice."""
    return f"again {max(attempts[province, year].failed_at for year in years)}"


def _given_up(report: Mapping[Partition, str]) -> str:
    lines = [f"{describe([key])}: {reason}" for key, reason in report.items()]
    return "crawls still fail after all attempts:\n" + "\n".join(lines)


def _reread(status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.sensor(
        name="reread",
        description="After an update of the parser or the forms the archive is read anew.",
        job_name=COLLECT,
        minimum_interval_seconds=60 * _MINUTE,
        default_status=status,
        required_resource_keys={"settings"},
    )
    def reread(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        from pipelines.outdated import current_versions, outdated

        settings: Settings = context.resources.settings
        if settings.is_demo():
            return dg.SkipReason("a demo home is read anew by running the demo again")
        home, busy = settings.at(), open_provinces(context.instance)
        old = by_province(outdated(home))
        if not old:
            return dg.SkipReason("everything was read by this version")
        free = [province for province in old if not is_busy(home, province, busy)]
        version = "-".join(current_versions().values())
        return _result(
            run
            for province in free[:_REREAD_AT_ONCE]
            for run in _runs(f"reread {version}", province, old[province], _WITHOUT_CRAWL)
        )

    return reread


def _fresh(means: Means, status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.sensor(
        name="fresh",
        description="Partitions whose last crawl is too long ago turn their check red.",
        minimum_interval_seconds=6 * 60 * _MINUTE,
        default_status=status,
        required_resource_keys={"settings"},
    )
    def fresh(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        settings: Settings = context.resources.settings
        if settings.is_demo():
            return dg.SkipReason("a demo home is not collected for by schedule")
        now, done = means.clock(), State(settings.at()).read()
        every = set(done) | {(p, last_full_year(now)) for p in settings.provinces()}
        stale_now = [
            str(to_key(key))
            for key in sorted(every)
            if stale(key[1], done.get(key, {}).get("crawl"), now) is not None
        ]
        before = set(json.loads(context.cursor)) if context.cursor else set()
        # Only what changed: a check a partition and tick would drown the store in a year.
        changed = [
            freshness(key, done.get(key, {}).get("crawl"), now, context.instance)
            for key in map(from_key, sorted(before ^ set(stale_now)))
            if key in every
        ]
        return dg.SensorResult(
            asset_events=changed,
            skip_reason=f"{len(stale_now)} partitions are not fresh, {len(changed)} changed",
            cursor=json.dumps(stale_now, ensure_ascii=False),
        )

    return fresh


def _tidy(means: Means, status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.sensor(
        name="tidy",
        description="Old runs that the grid does not need any more are removed.",
        minimum_interval_seconds=24 * 60 * _MINUTE,
        default_status=status,
        required_resource_keys={"settings"},
    )
    def tidied(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        settings: Settings = context.resources.settings
        removed = tidy(context.instance, means.clock(), settings.keep_days)
        reports = tidy_reports(settings.at(), means.clock(), settings.keep_days)
        return dg.SkipReason(
            f"{removed} runs and {reports} run reports older than {settings.keep_days} days were"
            " removed"
        )

    return tidied


def _runs(
    occasion: str, province: str, years: Iterable[int], stages: tuple[str, ...] | None
) -> Iterator[dg.RunRequest]:
    for newest, oldest in contiguous(years):
        yield request(f"{occasion} {newest}-{oldest}", province, newest, oldest, stages=stages)


def _result(runs: Iterable[dg.RunRequest]) -> dg.SensorResult | dg.SkipReason:
    found = list(runs)
    if not found:
        return dg.SkipReason("their last run still goes on")
    return dg.SensorResult(run_requests=found)


def _tell(alerts: Alerts, status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name="tell",
        description="Failed runs are told to the address or command of the settings, if any.",
        minimum_interval_seconds=_MINUTE,
        default_status=status,
        monitor_all_code_locations=True,
    )
    def tell(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        if not alerts.is_set:
            return dg.SkipReason("neither GONGKAI_ALERT_URL nor GONGKAI_ALERT_COMMAND is set")
        run = context.dagster_run
        about = _span(run)
        details = {
            "event": "run_failed",
            "run_id": run.run_id,
            "partitions": about,
            "tags": {k: v for k, v in run.tags.items() if k.startswith("gongkai/")},
        }
        named = f" ({about})" if about else ""
        words = _reason(context)[:_MOST_WORDS]
        _send(alerts, context, f"run {run.run_id[:8]}{named} failed: {words}", details)
        return None

    return tell


def _span(run: dg.DagsterRun) -> str | None:
    """The first and last key of a run."""
    keys = [run.tags[tag] for tag in KEY_TAGS if tag in run.tags]
    return " to ".join(dict.fromkeys(keys)) or None


def _reason(context: dg.RunFailureSensorContext) -> str:
    """Why a run failed, in its own words: without Dagster's stack, which stands on its page."""
    for event in context.get_step_failure_events():
        data = event.step_failure_data
        if data.user_failure_data is not None and data.user_failure_data.description:
            return data.user_failure_data.description
        if data.error is not None:
            return (data.error.cause or data.error).message.strip()
    return (context.failure_event.message or "no reason was given").strip()


def _send(
    alerts: Alerts,
    context: dg.SensorEvaluationContext | dg.RunFailureSensorContext,
    text: str,
    details: Mapping[str, object],
) -> None:
    """Tells people where somebody is to be told; a failure to do so is logged, without address."""
    if not alerts.is_set:
        return
    try:
        alerts.send(text, details)
    except AlertError as error:
        context.log.error(f"nobody was told: {error}")
