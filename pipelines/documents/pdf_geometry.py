"""Ruled lines of a page to frames with the boxes of table cells.

Lines that touch form one frame. Sides that the edge of a page or an open style left undrawn are
closed first, since only what has four corners is a cell. Text plays no part here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.documents.pdf_crossings import TOLERANCE, cells_of, merge_edges
from pipelines.documents.pdf_shapes import Box, Edge

_SHORTEST = 3.0
_LONG = 14.0  # points; drawings of many lines are combed for these only
_MANY = 1500  # ruled lines of one page after merging; a dense table has about a hundred
_DOT_GAP = 4.0  # points between the middles of the dots of one line
_LEAST_DOTS = 4
_CUT_ENDS = 4  # upright lines that end at one height: a page edge
_CLOSE_ENDS = 2  # lines that must end at an undrawn side


@dataclass(slots=True)
class Frame:
    """Lines that touch each other, and the cells they enclose.

    Attributes:
        box: around all lines.
        cells: boxes of the cells, in pdfplumber's order.
        edges: the merged lines, closing ones included.
    """

    box: Box
    cells: list[Box]
    edges: list[Edge]


def find_frames(edges: Iterable[Edge]) -> list[Frame]:
    """The frames that merged lines make, from top to bottom; those without a cell are left out.

    A page with more lines than any table has (a map, a chart) is searched for long lines only,
    and given up when these are too many as well.
    """
    merged = list(edges)
    if len(merged) > _MANY:
        merged = [e for e in merged if e.end - e.start >= _LONG]
        if len(merged) > _MANY:
            return []
    merged += _across_ends(merged)
    frames = []
    for group in _touching(merged):
        closed = group + _closing(group)
        cells = cells_of(closed)
        if cells:
            frames.append(Frame(_around(group), cells, closed))
    return sorted(frames, key=lambda f: (f.box[1], f.box[0]))


def merge(edges: Iterable[Edge]) -> list[Edge]:
    """Lines on one axis joined, nearly equal ones snapped together."""
    merged = merge_edges({e for e in edges if e.end - e.start >= 1})
    return [e for e in merged if e.end - e.start >= _SHORTEST]


def dotted_edges(dots: Iterable[tuple[float, float]]) -> list[Edge]:
    """Lines that rows and columns of dots make."""
    points = list(dots)
    return [
        *_runs(((y, x) for x, y in points), upright=False),
        *_runs(points, upright=True),
    ]


def _runs(points: Iterable[tuple[float, float]], *, upright: bool) -> list[Edge]:
    lanes: dict[int, list[tuple[float, float]]] = {}
    for at, along in points:
        lanes.setdefault(round(at * 2), []).append((along, at))
    edges = []
    for lane in lanes.values():
        run: list[tuple[float, float]] = []
        for point in [*sorted(lane), (float("inf"), 0.0)]:
            if run and point[0] - run[-1][0] > _DOT_GAP:
                if len(run) >= _LEAST_DOTS:
                    edges.append(Edge(upright, run[0][1], run[0][0], run[-1][0]))
                run = []
            run.append(point)
    return edges


def box_edges(boxes: Iterable[Box]) -> list[Edge]:
    """The sides of filled boxes, for tables that are drawn by shading their cells."""
    return [
        edge
        for x0, top, x1, bottom in boxes
        for edge in (
            Edge(False, top, x0, x1),
            Edge(False, bottom, x0, x1),
            Edge(True, x0, top, bottom),
            Edge(True, x1, top, bottom),
        )
    ]


def touch(upright: Edge, level: Edge, tolerance: float = TOLERANCE) -> bool:
    """Whether an upright and a level line meet."""
    return (
        level.start - tolerance <= upright.at <= level.end + tolerance
        and upright.start - tolerance <= level.at <= upright.end + tolerance
    )


def columns_of(frame: Frame) -> int:
    """How many columns the cells of a frame begin."""
    return len({round(c[0]) for c in frame.cells})


def _touching(edges: Sequence[Edge]) -> list[list[Edge]]:
    """Groups of lines that are connected; lines on their own are left out."""
    parent = list(range(len(edges)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    level = sorted((e.at, e.start, e.end, i) for i, e in enumerate(edges) if not e.upright)
    heights = [x[0] for x in level]
    for i, (upright, at, start, end) in enumerate(edges):
        if upright:
            first = bisect_left(heights, start - TOLERANCE)
            for _, left, right, k in level[first : bisect_right(heights, end + TOLERANCE)]:
                if left - TOLERANCE <= at <= right + TOLERANCE:
                    parent[root(i)] = root(k)
    groups: dict[int, list[Edge]] = {}
    for i, edge in enumerate(edges):
        groups.setdefault(root(i), []).append(edge)
    return [g for g in groups.values() if len(g) > 1]


def _across_ends(edges: Sequence[Edge]) -> list[Edge]:
    """Level lines where the edge of a page ended upright ones: several end at one height there.

    Without them a column whose cell fills the whole page would belong to no table.
    """
    upright = sorted((e for e in edges if e.upright), key=lambda e: e.at)
    level = [e for e in edges if not e.upright]
    added: list[Edge] = []
    for end in (1, 0):
        lanes: dict[int, list[Edge]] = {}
        for edge in upright:
            lanes.setdefault(round((edge.start if end else edge.end) / TOLERANCE), []).append(edge)
        for lane in lanes.values():
            if len(lane) < _CUT_ENDS:
                continue
            at = lane[0].start if end else lane[0].end
            near = [e for e in level if abs(e.at - at) <= TOLERANCE]
            at = near[0].at if near else at
            added += [
                Edge(False, at, a.at, b.at)
                for a, b in pairwise(lane)
                if not any(e.start - TOLERANCE <= a.at and b.at <= e.end + TOLERANCE for e in near)
            ]
    return added


def _around(edges: Sequence[Edge]) -> Box:
    xs = [x for e in edges for x in ((e.at,) if e.upright else (e.start, e.end))]
    ys = [y for e in edges for y in ((e.start, e.end) if e.upright else (e.at,))]
    return (min(xs), min(ys), max(xs), max(ys))


def _closing(edges: Sequence[Edge]) -> list[Edge]:
    """Lines along the sides of a frame where other lines end and none is drawn."""
    x0, top, x1, bottom = _around(edges)
    upright = [e for e in edges if e.upright]
    level = [e for e in edges if not e.upright]
    return [
        *_close_side(level, upright, top, upper=True),
        *_close_side(level, upright, bottom, upper=False),
        *_close_side(upright, level, x0, upper=True),
        *_close_side(upright, level, x1, upper=False),
    ]


def _close_side(
    along: Sequence[Edge], across: Sequence[Edge], at: float, *, upper: bool
) -> list[Edge]:
    """What is missing of one side.

    Args:
        along: lines parallel to the side.
        across: lines that may end at it.
        at: where the side is.
        upper: whether it is the side of the smaller coordinate.
    """
    ends = sorted(
        e.at for e in across if abs((e.start if upper else e.end) - at) <= TOLERANCE + 0.5
    )
    if len(ends) < _CLOSE_ENDS:
        return []
    drawn = [e for e in along if abs(e.at - at) <= TOLERANCE]
    upright = not across[0].upright
    return [
        Edge(upright, drawn[0].at if drawn else at, start, end)
        for start, end in pairwise(ends)
        if not any(d.start - TOLERANCE <= start and end <= d.end + TOLERANCE for d in drawn)
    ]
