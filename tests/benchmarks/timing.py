"""One figure of a benchmark: our time and the peer's, taken by turns in one process."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the results; times in milliseconds an item, the best of several rounds."""

    work: str
    ours: float
    peer: str
    theirs: float
    goal: float  # how many times faster than the peer we want to be

    def __str__(self) -> str:
        ratio = self.theirs / self.ours
        verdict = "reached" if ratio >= self.goal else "NOT reached"
        return (
            f"{self.work}: {self.ours:.2f} ms; {self.peer}: {self.theirs:.2f} ms; "
            f"{ratio:.2f} times as fast, goal {self.goal:g} {verdict}"
        )


@dataclass(frozen=True)
class Goal:
    """A figure that is held against a number rather than a peer; less is better."""

    work: str
    found: float
    unit: str
    goal: float

    def __str__(self) -> str:
        verdict = "reached" if self.found <= self.goal else "NOT reached"
        return f"{self.work}: {self.found:.4g} {self.unit}; goal {self.goal:g} {verdict}"


def compare(
    work: str,
    ours: Callable[[bytes], object],
    peer: str,
    theirs: Callable[[bytes], object],
    items: Sequence[bytes],
    goal: float,
    rounds: int = 5,
) -> Figure:
    """Times both on the same items by turns, after one round that is not counted.

    In processor time, which a busy machine disturbs less than the clock does.
    """
    times: dict[int, list[float]] = {0: [], 1: []}
    for turn in range(rounds + 1):
        for who, job in enumerate((ours, theirs)):
            gc.collect()  # so that nobody's garbage costs the other time
            start = time.process_time()
            for item in items:
                job(item)
            if turn:
                times[who].append((time.process_time() - start) / len(items) * 1000)
    return Figure(work, min(times[0]), peer, min(times[1]), goal)
