"""Single stages of an order, without Dagster, and what is said of them.

What a stage does is ``pipelines.stages``'; how stages follow each other ``pipelines.road``'s.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from crawler.manners import parse_quiet_hours
from pipelines.locks import province_lock
from pipelines.means import Means, is_good
from pipelines.orders import Order
from pipelines.partitions import Partition
from pipelines.road import travel
from pipelines.stages import Block
from pipelines.troubles import crawl_troubles, trouble_lines
from warehouse.state import Outcome


def run_stages(order: Order, names: Sequence[str], say: Callable[[str], None]) -> int:
    """Runs single stages, province by province.

    Args:
        order: what.
        names: which stages, in their order.
        say: takes lines of progress.

    Returns:
        The exit code: 0, 2 when a partition or a promised document failed, 1 when
        nothing was done.
    """
    tally = _Tally(say)
    for province in order.years:
        with province_lock(order.home, province, say):
            _run_province(order, province, names, tally)
        if "crawl" in names:
            hosts = [site.host for site in order.sites[province]]
            years = order.years[province]
            troubles = crawl_troubles(order.home, province, years, hosts)
            tally.failed += len(troubles)
            for line in trouble_lines(troubles):
                say(line)
    return tally.close()


def _run_province(order: Order, province: str, names: Sequence[str], tally: _Tally) -> None:
    crashed: set[str] = set()
    # What crashed is the reason of the outcomes that follow, which are said.
    stages = travel(
        _block(order, province, tally.say),
        names,
        Means(say=tally.say),
        lambda stage, _: crashed.add(stage),
    )
    for stage, outcomes in stages:
        # A crawl that was blocked or found a site down did ask it, and wrote that down.
        tally.worked |= stage == "crawl" and not crashed
        tally.add(stage, outcomes)


def _block(order: Order, province: str, say: Callable[[str], None]) -> Block:
    return Block(
        home=order.home,
        province=province,
        years=order.years[province],
        run_id=f"{order.now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:4]}",
        sites=order.sites[province],
        delay=order.delay,
        demo=order.demo,
        now=order.now,
        say=say,
        full=order.full,
        quiet=parse_quiet_hours(order.quiet_hours) if order.quiet_hours else None,
        most_lists=order.most_lists,
        most_documents=order.most_documents,
        registry=order.registered.get(province),
    )


class _Tally:
    """What stages came to, said line by line and summed up.

    Attributes:
        say: takes lines of progress.
        failed: partitions and promised documents that failed.
        worked: whether anything was done.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.failed = 0
        self.worked = False
        self._idle = Counter[str]()
        self._said = set[str]()

    def add(self, stage: str, outcomes: Mapping[Partition, Outcome]) -> None:
        """Counts a stage's outcomes and says each that tells something."""
        for (province, year), outcome in sorted(outcomes.items()):
            self.failed += not is_good(outcome)
            self.worked |= is_good(outcome) or any(outcome.counts.values())
            if _is_idle(stage, outcome):
                self._idle[stage] += 1
                continue
            words = _words(outcome)
            again = outcome.reason is not None and words in self._said
            self.say(f"{stage} {province} {year}: {'as before' if again else words}")
            self._said.add(words)

    def close(self) -> int:
        """Says how many partitions had nothing to tell; gives the exit code."""
        for stage, number in self._idle.items():
            what = "are in the files" if stage == "publish" else "have no documents"
            self.say(f"{stage}: {number} partitions {what}")
        if not self.failed:
            return 0
        return 2 if self.worked else 1


def _is_idle(stage: str, outcome: Outcome) -> bool:
    """Whether a partition is not worth a line of its own among many."""
    if outcome.status == "empty":
        return outcome.reason is None
    return stage == "publish" and outcome.status == "done"


def _words(outcome: Outcome) -> str:
    counts = ", ".join(f"{number} {name}" for name, number in outcome.counts.items() if number)
    words = outcome.reason or counts
    return f"{outcome.status}. {words}" if words else outcome.status
