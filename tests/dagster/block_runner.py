"""A block run in a process of its own, as ``gongkai run`` is: arguments HOME PROVINCE YEAR MODE.

Modes: ``quick`` crawls for half a second; ``child`` starts a child in parse and waits for it, as
the crawl does; the stages leave their times and process ids in the home for the test to read.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from fake_stages import NOW, FakeStages

from pipelines.means import Means
from pipelines.resources import Settings
from pipelines.runs import run_block
from warehouse.home import Home
from warehouse.state import Outcome

if TYPE_CHECKING:
    from pipelines.stages import Block

Outcomes = dict[tuple[str, int], Outcome]


class Slow(FakeStages):
    def crawl(self, block: Block) -> Outcomes:
        began = time.monotonic()
        time.sleep(0.5)
        times = block.home.root / f"times-{block.run_id}-{time.monotonic_ns()}"
        times.write_text(f"{began} {time.monotonic()}")
        return super().crawl(block)


class WithChild(FakeStages):
    def parse(self, block: Block) -> Outcomes:
        child = subprocess.Popen(["sleep", "60"])
        (block.home.root / "child.pid").write_text(str(child.pid))
        try:
            child.wait()
        except BaseException:
            child.kill()
            child.wait()
            raise
        return super().parse(block)


def main(home: Home, province: str, year: int, mode: str) -> int:
    stages = {"quick": Slow, "child": WithChild}[mode]()
    settings = Settings(home=str(home.root), sites=str(home.root / "sites.yaml"), delay=0)
    try:
        result = run_block(
            home, province, [year], settings, home.dagster, Means(lambda: stages, clock=lambda: NOW)
        )
    except KeyboardInterrupt:
        return 130
    return 0 if result.success else 2


if __name__ == "__main__":
    sys.exit(main(Home(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3]), sys.argv[4]))
