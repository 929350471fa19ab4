"""Keeping the run storage bounded: old runs go, unless the grid still needs them.

A run is needed as long as it is the newest one, or the newest successful one, for any partition
of any asset: without it a cell of the grid would change its colour. All others are removed, with
their events and logs, once they are older than a number of days; so are run reports in the home
that no partition's state names. Ticks are Dagster's own to purge
(``dagster.yaml``); what is done is in the home's state and is never touched.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import dagster as dg

from pipelines.busy import keys_of
from pipelines.means import STAGES
from pipelines.partitions import make_partitions
from warehouse.home import Home
from warehouse.state import State

KEEP_DAYS = 90
"""Age from which a run that is not needed any more is removed."""

_PAGE = 200
_ENDED = frozenset(
    {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}
)


def superfluous_runs(
    instance: dg.DagsterInstance, now: datetime, keep_days: int = KEEP_DAYS
) -> Iterator[str]:
    """Ids of runs that can go, newest first.

    Args:
        instance: whose runs.
        now: the time, with a zone.
        keep_days: younger runs stay in any case.
    """
    partitions = make_partitions()
    newest: set[tuple[str, str]] = set()
    good: set[tuple[str, str]] = set()
    old = now - timedelta(days=keep_days)
    for record in _records(instance):
        run = record.dagster_run
        if run.status not in _ENDED:
            continue
        cells = set(_cells(run, partitions))
        is_good = run.status == dg.DagsterRunStatus.SUCCESS
        needed = not cells <= newest or (is_good and not cells <= good)
        newest |= cells
        if is_good:
            good |= cells
        if not needed and record.create_timestamp < old:
            yield run.run_id


def _records(instance: dg.DagsterInstance) -> Iterator[dg.RunRecord]:
    """All runs, newest first."""
    cursor = None
    while page := instance.get_run_records(limit=_PAGE, cursor=cursor):
        yield from page
        cursor = page[-1].dagster_run.run_id


def _cells(
    run: dg.DagsterRun, partitions: dg.MultiPartitionsDefinition
) -> Iterator[tuple[str, str]]:
    """The cells of the grid, asset and partition, that a run was about."""
    chosen = {key.to_user_string() for key in run.asset_selection or ()} or set(STAGES)
    keys = keys_of(run, partitions)
    for stage in chosen:
        for key in keys:
            yield stage, key


def tidy_reports(home: Home, now: datetime, keep_days: int = KEEP_DAYS) -> int:
    """Removes run reports that are old and that no partition's state names.

    Args:
        home: whose.
        now: the time, with a zone.
        keep_days: younger reports stay in any case.

    Returns:
        How many were removed.

    Raises:
        warehouse.state.StateError: the state cannot be read.
        OSError: a report cannot be removed.
    """
    named = {outcome.run_id for one in State(home).read().values() for outcome in one.values()}
    old = (now - timedelta(days=keep_days)).timestamp()
    removed = 0
    for path in home.reports.glob("*.json"):
        if path.name.split(".")[0] not in named and path.stat().st_mtime < old:
            path.unlink()
            removed += 1
    return removed


def tidy(
    instance: dg.DagsterInstance,
    now: datetime,
    keep_days: int = KEEP_DAYS,
    most: int = 200,
    seconds: float = 20.0,
) -> int:
    """Removes runs that can go, a bounded number at a time.

    Args:
        instance: whose runs.
        now: the time, with a zone.
        keep_days: younger runs stay in any case.
        most: how many to remove at most.
        seconds: how long to go on at most.

    Returns:
        How many were removed.
    """
    until = time.monotonic() + seconds
    removed = 0
    for run_id in list(superfluous_runs(instance, now, keep_days)):
        if removed >= most or time.monotonic() > until:
            break
        instance.delete_run(run_id)
        instance.compute_log_manager.delete_logs(prefix=[run_id])
        removed += 1
    return removed
