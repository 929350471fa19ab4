"""Many mixed documents on two workers beside the same on one, and the memory they take.

``GONGKAI_BENCH_DOCUMENTS`` sets how many (default 1000; the stated goal is for 10 000).
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from pipelines.conversion import Task
from pipelines.workers import readers
from tests.benchmarks.timing import Figure

_FIXTURES = Path(__file__).parents[1] / "fixtures"
_DOCUMENTS = int(os.environ.get("GONGKAI_BENCH_DOCUMENTS", "1000"))


def _tasks() -> Iterator[Task]:
    kept = [
        Task(p.read_bytes(), p.name)
        for p in sorted(_FIXTURES.glob("*/document.*"))
        if p.suffix in {".html", ".docx", ".txt", ".pdf"} and "scan" not in p.parent.name
    ]
    for number in range(_DOCUMENTS):
        yield kept[number % len(kept)]


def _resident(pid: int) -> int:
    """Megabytes that a process holds now."""
    fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * resource.getpagesize() // 2**20


def _read(workers: int) -> tuple[float, list[int]]:
    """Milliseconds a document, and what the largest worker held after each fifth of them."""
    begun = time.perf_counter()
    held = []
    done = 0
    with readers(workers) as pool:
        for _ in pool.read(_tasks()):
            done += 1
            if done % (_DOCUMENTS // 5) == 0 and pool.pids:
                held.append(max(map(_resident, pool.pids)))
    return (time.perf_counter() - begun) / done * 1000, held


def figures() -> list[Figure]:
    """One figure: two workers beside one, taken by turns, the better of two rounds each."""
    times: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(2):
        for workers, taken in times.items():
            spent, held = _read(workers)
            taken.append(spent)
    sizes = ", ".join(map(str, held))
    work = f"{_DOCUMENTS} mixed documents on two workers (largest after each fifth: {sizes} MB)"
    return [Figure(work, min(times[2]), "on one worker", min(times[1]), 1.8)]
