"""Cells of a table that its ruled lines do not close: faint, broken or left out by style.

What the search for closed cells has left over is divided by the lines that are there, so that no
figure in it is passed over.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from pipelines.documents.pdf_shapes import Box
from pipelines.documents.scan_image import PIXEL

_SAME = 5.0  # points within which borders are one; no cell is as narrow
_NEAR = 5  # pixels around a border in which its line is looked for
_DRAWN = 0.5  # of a border
Place = tuple[int, int]


def unclosed_cells(
    cells: list[Box], around: Box, level: NDArray[np.bool_], upright: NDArray[np.bool_]
) -> list[Box]:
    """Boxes for the parts of a table that are in no cell.

    Args:
        cells: those that are closed, in points.
        around: the box of the table.
        level: pixels of level lines.
        upright: pixels of upright lines.
    """
    xs = _borders([around[0], around[2], *(x for c in cells for x in (c[0], c[2]))])
    ys = _borders([around[1], around[3], *(y for c in cells for y in (c[1], c[3]))])
    free = {(r, c) for r in range(len(ys) - 1) for c in range(len(xs) - 1)}
    for box in cells:
        rows = range(_nearest(ys, box[1]), _nearest(ys, box[3]))
        columns = range(_nearest(xs, box[0]), _nearest(xs, box[2]))
        free -= {(r, c) for r in rows for c in columns}
    found = []
    for part in _parts(free, xs, ys, level, upright):
        first, last = min(part), max(part)
        whole = (last[0] - first[0] + 1) * (last[1] - first[1] + 1) == len(part)
        spans = [(first, last)] if whole else [(p, p) for p in sorted(part)]
        found += [(xs[a[1]], ys[a[0]], xs[b[1] + 1], ys[b[0] + 1]) for a, b in spans]
    return found


def _borders(values: Iterable[float]) -> list[float]:
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _SAME:
            kept.append(value)
    return kept


def _nearest(borders: list[float], value: float) -> int:
    i = min(bisect_left(borders, value), len(borders) - 1)
    return i - 1 if i and value - borders[i - 1] < borders[i] - value else i


def _parts(
    free: set[Place],
    xs: list[float],
    ys: list[float],
    level: NDArray[np.bool_],
    upright: NDArray[np.bool_],
) -> list[set[Place]]:
    """Free places that no line divides, together."""
    parts = []
    left = set(free)
    while left:
        part: set[Place] = set()
        todo = [left.pop()]
        while todo:
            r, c = todo.pop()
            part.add((r, c))
            for place, wall in (
                ((r, c + 1), _upright_wall(upright, xs[c + 1], ys[r], ys[r + 1])),
                ((r, c - 1), _upright_wall(upright, xs[c], ys[r], ys[r + 1])),
                ((r + 1, c), _level_wall(level, ys[r + 1], xs[c], xs[c + 1])),
                ((r - 1, c), _level_wall(level, ys[r], xs[c], xs[c + 1])),
            ):
                if place in left and not wall:
                    left.remove(place)
                    todo.append(place)
        parts.append(part)
    return parts


def _upright_wall(mask: NDArray[np.bool_], x: float, top: float, bottom: float) -> bool:
    rows = slice(round(top / PIXEL), max(round(top / PIXEL) + 1, round(bottom / PIXEL)))
    at = round(x / PIXEL)
    near = mask[rows, max(0, at - _NEAR) : at + _NEAR + 1]
    return bool(near.size) and float(near.any(axis=1).mean()) > _DRAWN


def _level_wall(mask: NDArray[np.bool_], y: float, left: float, right: float) -> bool:
    columns = slice(round(left / PIXEL), max(round(left / PIXEL) + 1, round(right / PIXEL)))
    at = round(y / PIXEL)
    near = mask[max(0, at - _NEAR) : at + _NEAR + 1, columns]
    return bool(near.size) and float(near.any(axis=0).mean()) > _DRAWN
