"""Carrying an order out through Dagster, province by province.

What is asked for is ``pipelines.orders``'; a run of a province is ``pipelines.runs``'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pipelines.instance import instance_dir
from pipelines.means import Means, is_good
from pipelines.orders import Order
from pipelines.resources import Settings
from pipelines.runs import BlockResult, run_block


@dataclass
class Collected:
    """What came of an order.

    Attributes:
        results: by province.
    """

    results: dict[str, BlockResult] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0 when all went through, 1 when nothing did, 2 when something failed."""
        if all(r.success for r in self.results.values()):
            return 0
        worked = any(
            is_good(outcome)
            for result in self.results.values()
            for outcome in result.journal.outcomes.get("publish", {}).values()
        )
        return 2 if worked else 1


def collect(order: Order, say: Callable[[str], None]) -> Collected:
    """Carries an order out through Dagster, one run a province.

    Args:
        order: what.
        say: takes lines of progress.
    """
    collected = Collected()
    settings = Settings(
        home=str(order.home.root.absolute()),
        sites=str(order.registry.absolute()) if order.registry else None,
        hosts=list(order.hosts),
        delay=order.delay,
        demo=order.demo,
        full=order.full,
        quiet_hours=order.quiet_hours,
    )
    directory = instance_dir(order.home)
    for number, (province, years) in enumerate(order.years.items(), 1):
        say(f"[{number}/{len(order.years)}] {province}: {', '.join(map(str, years))}")
        result = run_block(order.home, province, years, settings, directory, Means(say=say))
        collected.results[province] = result
        for error in result.errors:
            say(f"{province}: {error}")
        for (name, year), reason in result.journal.failed.items():
            say(f"failed {name} {year}: {reason}")
    return collected
