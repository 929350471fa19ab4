"""Stages for tests of the Dagster side: they keep the contract and end as they are told to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warehouse.state import Outcome, State

if TYPE_CHECKING:
    from pipelines.stages import Block

Partition = tuple[str, int]
NOW = datetime(2026, 3, 1, tzinfo=UTC)
Grid = dict[str, dict[str, str]]
AT = "2026-03-01T00:00:00+00:00"


@dataclass
class FakeStages:
    """Every partition is done with a count of its year, unless planned otherwise.

    ``plan`` gives, by stage and partition, another outcome or an exception to raise; ``found``,
    by stage, outcomes of partitions that nobody asked for.
    """

    plan: Mapping[tuple[str, str, int], Outcome | BaseException] = field(default_factory=dict)
    found: Mapping[str, Mapping[Partition, Outcome]] = field(default_factory=dict)
    calls: list[tuple[str, str, tuple[int, ...]]] = field(default_factory=list)

    def crawl(self, block: Block) -> dict[Partition, Outcome]:
        return self._run("crawl", block)

    def parse(self, block: Block) -> dict[Partition, Outcome]:
        return self._run("parse", block)

    def load(self, block: Block) -> dict[Partition, Outcome]:
        return self._run("load", block)

    def publish(self, block: Block) -> dict[Partition, Outcome]:
        return self._run("publish", block)

    def _run(self, stage: str, block: Block) -> dict[Partition, Outcome]:
        self.calls.append((stage, block.province, block.years))
        block.say(f"{stage} {block.province} {block.years}")
        outcomes: dict[Partition, Outcome] = {}
        for year in block.years:
            entry = self.plan.get((stage, block.province, year))
            if isinstance(entry, BaseException):
                raise entry
            counts = {"reports": year, f"{stage}_calls": 1}
            outcome = entry or Outcome("done", counts=counts, at=AT, run_id=block.run_id)
            State(block.home).record(stage, block.province, year, outcome)
            outcomes[block.province, year] = outcome
        outcomes.update(self.found.get(stage, {}))
        return outcomes


def failed(reason: str) -> Outcome:
    return Outcome("failed", reason=reason, at=AT, run_id="r")


def empty() -> Outcome:
    return Outcome("empty", at=AT, run_id="r")
