"""Ruled lines brought together, and the cells between their crossings.

The same lines, points and cells as pdfplumber's table functions give (``merge_edges``,
``edges_to_intersections``, ``intersections_to_cells``), which copy a dictionary for every line and
compare lines by value; a test holds the two against each other. What the lines mean is not known
here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from pipelines.documents.pdf_shapes import Box, Edge

TOLERANCE = 3.0
"""Points by which lines may miss each other, as in pdfplumber's defaults."""
_MANY_POINTS = 4000  # crossings of one frame; the search for cells is quadratic in them
_SLACK = 0.01  # points; lines within it of the tolerance are compared exactly
Crossings = dict[tuple[float, float], tuple[int, int]]
"""From where lines cross to the upright and the level ones there, a bit for each line."""


def merge_edges(edges: Collection[Edge], snap: float = TOLERANCE) -> list[Edge]:
    """Lines on one axis joined where they touch, nearly.

    Args:
        edges: any lines.
        snap: by how many points the axes of lines may differ that are moved onto one; 0 for none.

    Returns:
        Level lines from top to bottom, then upright ones from left to right.
    """
    merged = []
    for upright in (False, True):
        own = [e for e in edges if e.upright == upright]
        if snap:
            own = _snapped(own, snap)
        own.sort(key=_axis)
        for _, lane in groupby(own, _axis):
            merged += _joined(lane)
    return merged


def _axis(edge: Edge) -> float:
    return edge[1]


def _start(edge: Edge) -> float:
    return edge[2]


def _snapped(edges: Sequence[Edge], tolerance: float) -> list[Edge]:
    """Lines whose axes are nearly one moved to the mean of these axes."""
    moved = []
    run: list[Edge] = []
    for edge in sorted(edges, key=_axis):
        if run and edge[1] > run[-1][1] + tolerance:
            moved += _at_mean(run)
            run = []
        run.append(edge)
    return moved + _at_mean(run) if run else moved


def _at_mean(run: Sequence[Edge]) -> list[Edge]:
    mean = sum(map(_axis, run)) / len(run)
    return [Edge(up, at + (mean - at), start, end) for up, at, start, end in run]


def _joined(lane: Iterable[Edge]) -> list[Edge]:
    """Lines on one axis that touch as one."""
    joined: list[Edge] = []
    for edge in sorted(lane, key=_start):
        last = joined[-1] if joined else None
        if last is None or edge[2] > last[3] + TOLERANCE:
            joined.append(edge)
        elif edge[3] > last[3]:
            joined[-1] = Edge(edge[0], last[1], last[2], edge[3])
    return joined


def crossings(edges: Sequence[Edge]) -> Crossings:
    """Where upright and level lines meet."""
    level = sorted((e for e in edges if not e.upright), key=lambda e: (e.at, e.start))
    heights = [e.at for e in level]
    found: Crossings = {}
    reach = TOLERANCE + _SLACK
    for i, (upright, x, top, bottom) in enumerate(edges):
        if not upright:
            continue
        first, last = bisect_left(heights, top - reach), bisect_right(heights, bottom + reach)
        for k in range(first, last):
            _, y, left, right = level[k]
            if (
                top <= y + TOLERANCE
                and bottom >= y - TOLERANCE
                and left - TOLERANCE <= x <= right + TOLERANCE
            ):
                ups, levels = found.get((x, y), (0, 0))
                found[x, y] = (ups | 1 << i, levels | 1 << k)
    return found


def cells_of(edges: Collection[Edge]) -> list[Box]:
    """The boxes of the cells between lines; none where more lines cross than any table has."""
    points = crossings(merge_edges(edges, 0))
    return cells_between(points) if len(points) <= _MANY_POINTS else []


def cells_between(points: Crossings) -> list[Box]:
    """The smallest cell below and right of each crossing."""
    ordered = sorted(points)
    below: dict[float, list[float]] = {}
    right: dict[float, list[float]] = {}
    for x, y in ordered:
        below.setdefault(x, []).append(y)
        right.setdefault(y, []).append(x)
    cells = (_smallest(p, points, below[p[0]], right[p[1]]) for p in ordered)
    return [c for c in cells if c is not None]


def _smallest(
    corner: tuple[float, float], points: Crossings, ys: list[float], xs: list[float]
) -> Box | None:
    x0, top = corner
    upright, level = points[corner]
    rights = None
    for bottom in ys[bisect_right(ys, top) :]:
        if not upright & points[x0, bottom][0]:
            continue
        if rights is None:
            rights = [x for x in xs[bisect_right(xs, x0) :] if level & points[x, top][1]]
        for x1 in rights:
            opposite = points.get((x1, bottom))
            if (
                opposite is not None
                and opposite[0] & points[x1, top][0]
                and opposite[1] & points[x0, bottom][1]
            ):
                return (x0, top, x1, bottom)
    return None
