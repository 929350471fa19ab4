"""Lines in a mask: runs of pixels in neighbouring rows that belong together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipelines.documents.scan_ink import Mask

THICK = 14
"""Pixels; a thicker bar is no ruled line."""
_MOST_RUNS = 60_000
_SHORTEST = 12  # pixels of a run
Line = tuple[float, float, float]
"""Where, from and to, in pixels."""


def segments(mask: Mask) -> list[Line]:
    """Lines of a mask along its rows: where, from and to."""
    runs = _runs(_bridged(mask))
    runs = runs[runs[:, 2] - runs[:, 1] >= _SHORTEST]
    if len(runs) > _MOST_RUNS:
        return []
    open_groups: list[list[tuple[int, int, int]]] = []
    done: list[list[tuple[int, int, int]]] = []
    for row, start, end in runs.tolist():
        still = []
        mine: list[tuple[int, int, int]] = [(row, start, end)]
        for group in open_groups:
            if group[-1][0] < row - 1:
                done.append(group)
            elif _overlaps(group, row, start, end):
                mine = group + mine
            else:
                still.append(group)
        open_groups = [*still, mine]
    found = []
    for group in [*done, *open_groups]:
        start, end = min(g[1] for g in group), max(g[2] for g in group)
        size = sum(g[2] - g[1] for g in group)
        if size <= THICK * (end - start):
            at = sum((g[0] + 0.5) * (g[2] - g[1]) for g in group) / size
            found.append((at, float(start), float(end)))
    return found


def _runs(mask: Mask) -> NDArray[np.int64]:
    """Row, start and end of every run of a mask's rows, in reading order."""
    padded = np.zeros((mask.shape[0], mask.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = mask
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    return np.stack([rows, starts, ends], axis=1)


def _overlaps(group: list[tuple[int, int, int]], row: int, start: int, end: int) -> bool:
    for other_row, other_start, other_end in reversed(group):
        if other_row < row - 1:
            return False
        if other_start <= end + 2 and start <= other_end + 2:
            return True
    return False


def _bridged(mask: Mask) -> Mask:
    """A mask whose rows have gaps of a few pixels closed."""
    closed = mask.copy()
    for step in (1, 2, 3):
        closed[:, step:-step] |= mask[:, : -2 * step] & mask[:, 2 * step :]
    return closed
