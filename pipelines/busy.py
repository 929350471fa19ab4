"""Which provinces have a run under way or waiting, so that no schedule or sensor adds a second.

Asks Dagster for runs that have not ended, and the province's lock for those that Dagster does not
know (a run on another instance, a single stage on the command line).
"""

from __future__ import annotations

import dagster as dg

from pipelines.locks import is_free
from pipelines.partitions import from_key
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
_KEY_TAGS = (
    "dagster/partition",
    "dagster/asset_partition_range_start",
    "dagster/asset_partition_range_end",
)


def open_provinces(instance: dg.DagsterInstance) -> frozenset[str]:
    """Provinces of runs that have not ended, whoever launched them."""
    found = set()
    for run in instance.get_runs(dg.RunsFilter(statuses=_OPEN)):
        if province := run.tags.get(PROVINCE_TAG):
            found.add(province)
        found |= {from_key(run.tags[tag])[0] for tag in _KEY_TAGS if tag in run.tags}
    return frozenset(found)


def is_busy(home: Home, province: str, open_: frozenset[str]) -> bool:
    """Whether a run of a province goes on or waits.

    Args:
        home: whose.
        province: province key.
        open_: of ``open_provinces``.
    """
    return province in open_ or not is_free(home.locks / f"province-{province}.lock")
