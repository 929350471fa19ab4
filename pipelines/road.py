"""One province's way down the road, stage after stage, without Dagster.

Decides what a stage's outcome means for the stages after it. What a stage does is
``pipelines.stages``'; what an outcome looks like in Dagster is ``pipelines.assets``'.

The rules: a stage gets every year that is still on the way and says how each ended. A failed
crawl does not end a year's way, since a site that was down leaves the others' documents and older
ones to read; a failure after that does, and the published data of that year stays as it was. A
year is never stopped by another year.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC
from typing import TYPE_CHECKING

from pipelines.locks import publisher_lock
from pipelines.means import Means, Stages, is_good
from pipelines.partitions import Partition
from warehouse.state import Outcome, State

if TYPE_CHECKING:
    from pipelines.stages import Block

_FORGIVING = frozenset({"crawl"})


def travel(
    block: Block,
    names: Iterable[str],
    means: Means,
    on_crash: Callable[[str, Exception], None],
) -> Iterator[tuple[str, dict[Partition, Outcome]]]:
    """Takes a block through stages, giving each stage's outcomes as soon as it ends.

    Every year of the block has an outcome in every stage. Other years appear where a report
    turned out to cover one; they go on to the next stages too.

    Args:
        block: one province and its years; the caller holds the province's lock.
        names: which stages, in order.
        means: where the stages come from.
        on_crash: told of an exception that a stage let out; the run goes on without what it hit.

    Raises:
        warehouse.state.StateError: a crash could not be recorded.
    """
    stages = means.stages()
    years = list(block.years)
    lost: dict[Partition, Outcome] = {}
    hurt: set[Partition] = set()
    for name in names:
        outcomes: dict[Partition, Outcome] = {}
        if years:
            part = dataclasses.replace(block, years=tuple(years))
            outcomes = _settle(_call(stages, name, part, means, on_crash), part, hurt)
        outcomes |= lost
        yield name, outcomes
        bad = {partition for partition, outcome in outcomes.items() if not is_good(outcome)}
        hurt |= bad
        if name not in _FORGIVING:
            lost |= {p: _stopped(name, outcomes[p]) for p in bad - lost.keys()}
        ours = {year for province, year in outcomes if province == block.province}
        years = sorted(ours - {year for _, year in lost}, reverse=True)


def _call(
    stages: Stages,
    name: str,
    block: Block,
    means: Means,
    on_crash: Callable[[str, Exception], None],
) -> Mapping[Partition, Outcome]:
    """Runs one stage; an exception becomes a failed outcome of every year, on record."""
    try:
        if name == "publish":
            with publisher_lock(block.home, means.say):
                return stages.publish(block)
        stage: Callable[[Block], Mapping[Partition, Outcome]] = getattr(stages, name)
        return stage(block)
    except Exception as error:
        on_crash(name, error)
        at = means.clock().astimezone(UTC).isoformat(timespec="seconds")
        reason = f"{type(error).__name__}: {error}"
        outcome = Outcome("failed", reason=reason, at=at, run_id=block.run_id)
        for year in block.years:
            State(block.home).record(name, block.province, year, outcome)
        return {(block.province, year): outcome for year in block.years}


def _settle(
    said: Mapping[Partition, Outcome], block: Block, hurt: set[Partition]
) -> dict[Partition, Outcome]:
    """What a stage said, with every year in it and no emptiness that only hides a failure."""
    settled = dict(said)
    for year in block.years:
        partition = block.province, year
        outcome = settled.get(partition)
        if outcome is None:
            settled[partition] = Outcome("failed", reason="the stage gave no outcome")
        elif outcome.status == "empty" and partition in hurt:
            reason = "nothing there after an earlier stage failed"
            settled[partition] = dataclasses.replace(outcome, status="failed", reason=reason)
    return settled


def _stopped(stage: str, outcome: Outcome) -> Outcome:
    """The outcome, in all later stages, of a year whose way ended."""
    return dataclasses.replace(outcome, status="failed", counts={}, reason=f"stopped at {stage}")
