"""What a run works with, handed in from outside, and what it came to.

The stages behind a protocol, the progress line, the clock, the journal. How stages follow each
other is ``pipelines.road``'s.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from pipelines.partitions import Partition
from warehouse.state import Outcome

if TYPE_CHECKING:
    from pipelines.stages import Block

STAGES = ("crawl", "parse", "load", "publish")
"""The stages in their order; also the keys of the assets."""

_GOOD = frozenset({"done", "empty"})


class Stages(Protocol):
    """The four stages: each says how every partition of the block ended."""

    def crawl(self, block: Block, /) -> Mapping[Partition, Outcome]:
        """Fetches what the sites list for these years, into the archive."""

    def parse(self, block: Block, /) -> Mapping[Partition, Outcome]:
        """Reads the archived documents of these years."""

    def load(self, block: Block, /) -> Mapping[Partition, Outcome]:
        """Writes the partitions' tables into the lake."""

    def publish(self, block: Block, /) -> Mapping[Partition, Outcome]:
        """Brings the partitions into the published files."""


@dataclass
class Journal:
    """What a run came to, for who started it in this process.

    Attributes:
        outcomes: by stage and partition.
        failed: the first reason, for each partition that did not come through.
        interrupted: whether the run was cancelled.
    """

    outcomes: dict[str, dict[Partition, Outcome]] = field(default_factory=dict)
    failed: dict[Partition, str] = field(default_factory=dict)
    interrupted: bool = False

    def note(self, stage: str, outcomes: Mapping[Partition, Outcome]) -> None:
        """Adds how a stage ended."""
        self.outcomes.setdefault(stage, {}).update(outcomes)
        self.failed = reasons(stage, outcomes) | self.failed


def installed_stages() -> Stages:
    """The project's own stages; the readers and the database load with them."""
    from pipelines import stages

    return stages


def say_to_stderr(line: str) -> None:
    """Writes a progress line to standard error, which Dagster keeps with the run."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Means:
    """What a run works with.

    Attributes:
        stages: gives the stages, called when a run begins so that nothing heavy loads before.
        say: takes progress lines.
        clock: the time, with a zone; also decides which years there are.
        journal: gets what runs came to in this process.
    """

    stages: Callable[[], Stages] = installed_stages
    say: Callable[[str], None] = say_to_stderr
    clock: Callable[[], datetime] = utc_now
    journal: Journal = field(default_factory=Journal)


def is_good(outcome: Outcome) -> bool:
    """Whether a partition with this outcome counts as materialised."""
    return outcome.status in _GOOD


def reasons(stage: str, outcomes: Mapping[Partition, Outcome]) -> dict[Partition, str]:
    """Why partitions did not come through a stage, for those that did not."""
    return {
        partition: f"{stage}: {outcome.reason or outcome.status}"
        for partition, outcome in outcomes.items()
        if not is_good(outcome)
    }
