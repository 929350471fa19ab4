"""What Dagster costs beyond the work: a backfill of all partitions, one partition, start, import.

The stages do nothing but write the state and what the checks said, so all that is measured is
overhead: the events of four assets and eight checks a partition among it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.checking import Result, rules
from pipelines.means import Means
from pipelines.resources import Settings
from pipelines.runs import run_block
from pipelines.verdicts import Verdicts
from tests.dagster.fake_stages import FakeStages
from tests.dagster.webui import free_port, stop, wait_until_served
from warehouse.facts.divisions import PROVINCES
from warehouse.home import Home
from warehouse.state import Outcome

if TYPE_CHECKING:
    from pipelines.stages import Block

_ROOT = Path(__file__).parents[2]
_YEARS = range(2008, 2025)
_NOW = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bound:
    """One line of the results: seconds, and what they must stay under."""

    work: str
    seconds: float
    limit: float
    processor: float | None = None

    def __str__(self) -> str:
        verdict = "reached" if self.seconds <= self.limit else "NOT reached"
        busy = f" ({self.processor:.1f} s of processor time)" if self.processor is not None else ""
        return f"{self.work}: {self.seconds:.1f} s{busy}, at most {self.limit:g} s {verdict}"


class _Judged(FakeStages):
    """Stages whose loads leave results of all checks."""

    def load(self, block: Block) -> dict[tuple[str, int], Outcome]:
        results = [Result(r.name, True, r.required, 0, 20, r.limit, "0 of 20") for r in rules()]
        for year in block.years:
            Verdicts(block.home).judged((block.province, year), "v", results, (), 20)
        return super().load(block)


def _collect(
    home: Home, registry: Path, provinces: Sequence[str], years: Sequence[int]
) -> tuple[float, float]:
    """Seconds by the clock and of processor time."""
    began, busy = time.monotonic(), time.process_time()
    settings = Settings(home=str(home.root), sites=str(registry), delay=0, demo=True)
    for province in provinces:
        means = Means(_Judged, lambda _: None, lambda: _NOW)
        done = run_block(home, province, years, settings, home.dagster, means)
        if not done.success:
            raise RuntimeError(f"{province}: {done.errors or done.journal.failed}")
    return time.monotonic() - began, time.process_time() - busy


def _registry(folder: Path) -> Path:
    path = folder / "sites.yaml"
    path.write_text("- {host: www.huancui.gov.cn, name: x, province: 山东省}\n", encoding="utf-8")
    return path


def _start(module: str, folder: Path) -> float:
    """Seconds until ``dagster dev`` serves a module."""
    workspace, port = folder / "workspace.yaml", free_port()
    workspace.write_text(f"load_from:\n- python_module: {{module_name: {module}}}\n")
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(folder),
        "GONGKAI_HOME": str(folder),
        "GONGKAI_PAUSED": "1",
        "PYTHONPATH": str(_ROOT),
    }
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(workspace), "-p", str(port)]
    began = time.monotonic()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_until_served(port, process)
        return time.monotonic() - began
    finally:
        stop(process)


def _import_seconds() -> float:
    probe = (
        "import dagster, time; t = time.perf_counter(); import pipelines.definitions\n"
        "print(time.perf_counter() - t)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=_ROOT
    )
    return float(done.stdout)


def figures() -> Iterator[Bound]:
    """The four figures; starts and imports are the best of three rounds, taken by turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home, registry = Home(folder / "home"), _registry(folder)
        one, busy = _collect(home, registry, PROVINCES[:1], [2024])
        yield Bound("one partition, Dagster beyond the work", one, 10, busy)
        every, busy = _collect(home, registry, PROVINCES, list(_YEARS))
        words = f"{len(_YEARS)} years of {len(PROVINCES)} provinces, Dagster beyond the work"
        yield Bound(words, every, 15 * 60, busy)
        starts: dict[str, list[float]] = {
            "tests.benchmarks.empty_defs": [],
            "pipelines.definitions": [],
        }
        for turn in range(3):
            for module, taken in starts.items():
                at = folder / f"{module}-{turn}"
                at.mkdir()
                taken.append(_start(module, at))
        empty, ours = (min(taken) for taken in starts.values())
        words = f"start of the web interface beyond that of one empty asset ({empty:.1f} s)"
        yield Bound(words, ours - empty, 4)
        imported = min(_import_seconds() for _ in range(3))
        yield Bound("import of pipelines.definitions beyond import dagster", imported, 1)
