"""The partitions: every province times every year, and what a block of them is.

Keys and their order only. What is done for a partition is ``warehouse.state``'s to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

import dagster as dg
import yaml

from warehouse.facts.divisions import PROVINCES

Partition: TypeAlias = tuple[str, int]
"""A province and a year."""

CHINA = ZoneInfo("Asia/Shanghai")
FIRST_YEAR: int = yaml.safe_load(
    Path(__file__).with_name("partitions.yaml").read_text(encoding="utf-8")
)["first_year"]


def last_full_year(now: datetime) -> int:
    """The last year that is over in China at ``now`` (with a time zone): its reports are due."""
    return now.astimezone(CHINA).year - 1


def make_partitions() -> dg.MultiPartitionsDefinition:
    """All partitions: every province times every year that is over in China.

    Years are time windows, so a new one appears at midnight of 1 January without a restart.
    Provinces stand in official order and years oldest first: a province and a range of years is
    one contiguous range of keys, which Dagster gives to one run.
    """
    years = dg.TimeWindowPartitionsDefinition(
        start=str(FIRST_YEAR), fmt="%Y", cron_schedule="0 0 1 1 *", timezone=CHINA.key
    )
    provinces = dg.StaticPartitionsDefinition(list(PROVINCES))
    return dg.MultiPartitionsDefinition({"province": provinces, "year": years})


def key_range(province: str, newest: int, oldest: int) -> dict[str, str]:
    """Tags that give a run one province and a range of years."""
    return {
        "dagster/asset_partition_range_start": to_key((province, oldest)),
        "dagster/asset_partition_range_end": to_key((province, newest)),
    }


def to_key(partition: Partition) -> dg.MultiPartitionKey:
    """The Dagster key of a partition, as text ``<province>|<year>``."""
    province, year = partition
    return dg.MultiPartitionKey({"province": province, "year": str(year)})


def from_key(key: str) -> Partition:
    """The partition of a Dagster key.

    Raises:
        ValueError: ``key`` is not ``<province>|<year>``.
    """
    province, bar, year = key.partition("|")
    if not bar or not year.isdecimal():
        raise ValueError(f"{key!r} is not a partition key: <province>|<year> is expected")
    return province, int(year)


def by_province(partitions: Iterable[Partition]) -> dict[str, tuple[int, ...]]:
    """Years by province, newest first; provinces in the order they come."""
    found: dict[str, set[int]] = {}
    for province, year in partitions:
        found.setdefault(province, set()).add(year)
    return {province: tuple(sorted(years, reverse=True)) for province, years in found.items()}


def contiguous(years: Iterable[int]) -> list[tuple[int, int]]:
    """Splits years into ranges without a gap, newest first, each as (newest, oldest)."""
    ranges: list[tuple[int, int]] = []
    for year in sorted(set(years), reverse=True):
        if ranges and ranges[-1][1] == year + 1:
            ranges[-1] = (ranges[-1][0], year)
        else:
            ranges.append((year, year))
    return ranges


def describe(partitions: Sequence[Partition]) -> str:
    """A short text for people: provinces with their years, ranges written as such."""
    parts = []
    for province, years in by_province(partitions).items():
        spans = (f"{new}" if new == old else f"{old} to {new}" for new, old in contiguous(years))
        parts.append(f"{province} {', '.join(spans)}")
    return "; ".join(parts)
