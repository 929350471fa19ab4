"""Ruled lines that are broken: dashed or dotted ones, and those that poor toner left in pieces.

Short thin strokes in one line are a ruled one when there is paper on both sides, and when upright
ones also touch the level lines that they cross: the ones of a column of figures never do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pipelines.documents.pdf_shapes import Edge
from pipelines.documents.scan_ink import INK, Mask
from pipelines.documents.scan_light import Pixels
from pipelines.documents.scan_runs import Line, segments

_PIECE = 4  # pixels; a shorter stroke is a dot of dirt
_DOTS = 3  # pixels between the dots of a dotted line
_GAP = 16  # pixels between two strokes of one line
_THICK = 9  # pixels; what is thicker is no ruled line
_LEVEL, _UPRIGHT = 220, 90  # pixels that a line must run
_DRAWN = 0.4  # of it is ink
_CROWDED = 0.3  # of its length may have ink beside it
_RAILS, _TOUCHED = 3, 0.4  # level lines that are crossed; share of the sides that are touched
_TOUCH = 5  # pixels from the middle of a level line
_FLAG, _FLAGS = (4, 6), 0.08  # pixels left of a stroke; share of its length with ink there
_WHOLE = 0.99  # of a line
_FEW = 3  # gaps that a page may have by chance
_NEAR = 2  # pixels by which a line may leave its row
_SAME = 4  # pixels within which two lines are one


def broken_lines(paper: Pixels, known: Sequence[Edge]) -> list[Edge]:
    """The broken lines of a sheet.

    Args:
        paper: grey levels.
        known: its whole lines, in pixels.
    """
    level = [e for e in known if not e.upright]
    found = [Edge(False, *line) for line, _ in _lines(paper, _LEVEL) if not _is_known(line, level)]
    rails = level + found
    across = np.ascontiguousarray(paper.T)
    upright = [e for e in known if e.upright]
    found += [
        Edge(True, *line)
        for line, drawn in _lines(across, _UPRIGHT)
        if not _is_known(line, upright)
        and _touches(line, drawn, rails)
        and not _has_flags(across, line)
    ]
    return found


def are_in_pieces(edges: Sequence[Edge]) -> bool:
    """Whether several lines go on in their own direction after a short gap."""
    gaps = 0
    for upright in (False, True):
        same = sorted((e for e in edges if e.upright is upright), key=lambda e: e.start)
        for i, edge in enumerate(same):
            gaps += any(
                abs(e.at - edge.at) <= _NEAR and 1 < e.start - edge.end <= _GAP
                for e in same[i + 1 :]
            )
    return gaps > _FEW


def _lines(grey: Pixels, shortest: int) -> Iterator[tuple[Line, Mask]]:
    """Lines of strokes along the rows, with where ink is along each."""
    dark = grey < INK
    thick = _run_of(np.ascontiguousarray(dark.T), _THICK).T
    strokes = _run_of(_closed(dark & ~thick, _DOTS), _PIECE)
    wide = strokes.copy()
    wide[1:] |= strokes[:-1]
    wide[:-1] |= strokes[1:]
    for line in segments(_run_of(_closed(wide, _GAP), shortest)):
        at, start, end = round(line[0]), int(line[1]), int(line[2])
        drawn: Mask = np.any(strokes[max(0, at - _NEAR) : at + _NEAR + 1, start:end], axis=0)
        if end - start < shortest or not float(drawn.mean()) >= _DRAWN:
            continue
        sides = (grey[max(0, at - 7), start:end], grey[min(len(grey) - 1, at + 7), start:end])
        if all(float((side < INK).mean()) < _CROWDED for side in sides):
            yield line, drawn


def _run_of(mask: Mask, length: int) -> Mask:
    """What of a mask is in runs along the rows of at least a length."""
    padded = np.zeros((mask.shape[0], mask.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = mask
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    long = ends - starts >= length
    marks = np.zeros((mask.shape[0], mask.shape[1] + 1), dtype=np.int8)
    marks[rows[long], starts[long]] = 1
    marks[rows[long], ends[long]] = -1
    runs: Mask = np.cumsum(marks, axis=1, dtype=np.int8)[:, :-1] > 0
    return runs


def _closed(mask: Mask, most: int) -> Mask:
    """A mask with gaps along its rows of at most some pixels filled."""
    edged = np.ones((mask.shape[0], mask.shape[1] + 2), dtype=np.bool_)
    edged[:, 1:-1] = mask
    gaps = ~edged
    return (~(gaps & _run_of(gaps, most + 1)))[:, 1:-1]


def _is_known(line: Line, edges: Sequence[Edge]) -> bool:
    """Whether whole lines cover one."""
    near = [e for e in edges if abs(e.at - line[0]) <= _SAME]
    covered = sum(max(0.0, min(e.end, line[2]) - max(e.start, line[1])) for e in near)
    return covered >= _WHOLE * (line[2] - line[1])


def _has_flags(across: Pixels, line: Line) -> bool:
    """Whether strokes have ink close to the left, as every printed 1 has.

    Args:
        across: grey levels, the upright line along its rows.
        line: the line.
    """
    at, along = round(line[0]), slice(int(line[1]), int(line[2]))
    left = across[max(0, at - _FLAG[1]) : max(1, at - _FLAG[0] + 1), along] < INK
    return float(left.any(axis=0).mean()) > _FLAGS


def _touches(line: Line, drawn: Mask, rails: Sequence[Edge]) -> bool:
    """Whether a line has ink right beside most of the level lines that it crosses."""
    at, start, end = line
    crossed = [r.at for r in rails if r.start - _SAME <= at <= r.end + _SAME]
    sides = []
    for rail in (r for r in crossed if start - _TOUCH <= r <= end + _TOUCH):
        for first, last in ((rail - _TOUCH, rail - 2), (rail + 2, rail + _TOUCH)):
            begin, stop = round(first - start), round(last - start) + 1
            if begin >= 0 and stop <= len(drawn):
                sides.append(bool(drawn[begin:stop].any()))
    return len(sides) >= _RAILS and sum(sides) >= _TOUCHED * len(sides)
