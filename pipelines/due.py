"""Partitions that wait for a stage, since something joined their archive without a crawl.

One file a province in the state. Who adds marks a partition; the load that takes it passes the
mark on to publish, which takes it away. Callers hold the province's lock.
"""

from __future__ import annotations

import json
from typing import Literal

from pipelines.partitions import Partition
from warehouse.facts.files import write_whole
from warehouse.home import Home

Stage = Literal["load", "publish"]


class Due:
    """The due partitions of one province.

    Args:
        home: whose.
        province: province key.
    """

    def __init__(self, home: Home, province: str) -> None:
        self._province = province
        self._path = home.state / "due" / f"{province}.json"

    def read(self) -> dict[int, Stage]:
        """The stage that each due year waits for; empty when none does.

        Raises:
            OSError: the file cannot be read.
            ValueError: it is not what was written.
        """
        try:
            raw: dict[str, Stage] = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return {int(year): stage for year, stage in raw.items()}

    def mark(self, year: int) -> None:
        """Makes a year due for load.

        Raises:
            OSError: it cannot be written down.
        """
        self._write({**self.read(), year: "load"})

    def passed(self, stage: Stage, year: int) -> None:
        """Notes that a year came through a stage; publish without a load before is not enough."""
        due = self.read()
        if due.get(year) != stage:
            return
        if stage == "load":
            due[year] = "publish"
        else:
            del due[year]
        self._write(due)

    def _write(self, due: dict[int, Stage]) -> None:
        text = json.dumps({str(year): due[year] for year in sorted(due)}, indent=1)
        write_whole(self._path, text + "\n")


def due_partitions(home: Home) -> dict[Partition, Stage]:
    """Every due partition of a home, with the stage it waits for."""
    found: dict[Partition, Stage] = {}
    for path in sorted((home.state / "due").glob("*.json")):
        found |= {(path.stem, year): stage for year, stage in Due(home, path.stem).read().items()}
    return found
