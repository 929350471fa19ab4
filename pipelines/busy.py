"""Which provinces have a run under way or waiting, so that no schedule or sensor adds a second.

Asks Dagster for runs that have not ended, and the province's lock for those that Dagster does not
know (a run on another instance, a single stage on the command line).
"""

from __future__ import annotations

import dagster as dg

from pipelines.locks import is_free
from pipelines.partitions import from_key, make_partitions
from warehouse.home import Home

PROVINCE_TAG = "gongkai/province"
"""Names the province of a run that the project launched."""

_OPEN = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
KEY_TAGS = (
    "dagster/partition",
    "dagster/asset_partition_range_start",
    "dagster/asset_partition_range_end",
)
"""Where a run's tags hold the keys of its partitions, whoever launched it."""


def open_provinces(instance: dg.DagsterInstance) -> frozenset[str]:
    """Provinces of runs that have not ended, whoever launched them."""
    found, partitions = set(), make_partitions()
    for run in instance.get_runs(dg.RunsFilter(statuses=_OPEN)):
        if province := run.tags.get(PROVINCE_TAG):
            found.add(province)
        found |= {from_key(key)[0] for key in keys_of(run, partitions)}
    return frozenset(found)


def keys_of(run: dg.DagsterRun, partitions: dg.MultiPartitionsDefinition) -> list[str]:
    """The keys of a run's partitions; a range over provinces holds those between its ends.

    A range whose ends are no keys (any more) is as good as no range.
    """
    first, last = (run.tags.get(tag) for tag in KEY_TAGS[1:])
    if first is None or last is None:
        one = run.tags.get(KEY_TAGS[0])
        return [one] if one else []
    if not (partitions.has_partition_key(first) and partitions.has_partition_key(last)):
        return []
    return list(partitions.get_partition_keys_in_range(dg.PartitionKeyRange(first, last)))


def is_busy(home: Home, province: str, open_: frozenset[str]) -> bool:
    """Whether a run of a province goes on or waits.

    Args:
        home: whose.
        province: province key.
        open_: of ``open_provinces``.
    """
    return province in open_ or not is_free(home.locks / f"province-{province}.lock")
