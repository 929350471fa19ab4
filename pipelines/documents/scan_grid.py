"""Ruled lines of a sheet, and the cells between them.

Lines are told from the strokes of letters by length, evenness and what is beside them. Everything
is in pixels of the sheet, frames are in points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.documents.pdf_geometry import Frame, columns_of, find_frames, merge
from pipelines.documents.pdf_shapes import Box, Edge
from pipelines.documents.scan_broken import are_in_pieces, broken_lines
from pipelines.documents.scan_gaps import unclosed_cells
from pipelines.documents.scan_image import PIXEL, Sheet
from pipelines.documents.scan_ink import INK, Area, Mask, stretches
from pipelines.documents.scan_light import Pixels
from pipelines.documents.scan_runs import THICK, segments
from pipelines.documents.scan_through import level_of, palest_line, without_back

_RULE = 236  # darker may be a thin or grey ruled line
_LEVEL, _UPRIGHT = 56, 22  # pixels that a line must run; a row of text has 22 at least
_WHOLE = 0.93  # of it must be drawn
_SURE_LEVEL, _SURE_UPRIGHT = 220, 60  # pixels; a shorter line must end at other lines
_MEETS, _MEETS_LONG = 3, 7  # pixels by which a line may miss others; letters miss them by more
_LETTER = 45  # pixels; lines that are longer are no strokes of letters
_SLIT = 5.0  # points; no cell is as narrow
_WALL = 11  # pixels around a border in which its line is looked for
_EVEN = 0.93  # of a line must be about as dark as its middle value
_STUMP = 6  # pixels; a shorter piece at the end of a line is none of it
_BESIDE = 7  # pixels; there is little ink as near to a ruled line
_CROWDED = (0.35, 0.65)  # of the length of a level line; labels reach close to upright ones


@dataclass(slots=True)
class Lattice:
    """The ruled lines of a sheet.

    Attributes:
        frames: the tables, boxes in points of the upright sheet.
        level: pixels of level lines.
        upright: pixels of upright lines.
        rules: pixels of long lines outside tables too, and what is beside them.
        paper: the sheet without what shines through from its back.
    """

    frames: list[Frame]
    level: Mask
    upright: Mask
    rules: Mask
    paper: Pixels


def find_lattice(sheet: Sheet) -> Lattice:
    """The ruled lines of a sheet and the tables they make."""
    level = _lines(sheet.paper, _LEVEL)
    upright = np.ascontiguousarray(_lines(np.ascontiguousarray(sheet.paper.T), _UPRIGHT).T)
    across = np.ascontiguousarray(sheet.paper.T)
    down = np.ascontiguousarray(upright.T)
    edges = [Edge(True, *e) for s in segments(down) for e in _even(across, s, _UPRIGHT)]
    edges = [e for e in edges if _is_open(across, e, _CROWDED[1])]
    sides = [e for e in edges if e.end - e.start >= _SURE_UPRIGHT]
    drawn = [Edge(False, *e) for s in segments(level) for e in _even(sheet.paper, s, _LEVEL)]
    edges += [e for e in drawn if _is_open(sheet.paper, e, _CROWDED[0]) or _spans(e, sides)]
    paper = sheet.paper
    if (palest := palest_line(paper, edges)) < 255:
        edges = [e for e in edges if level_of(paper, e) <= palest]
        paper = without_back(paper, palest)
        level &= paper < 255
        upright &= paper < 255
    lattice = Lattice([], level, upright, np.zeros_like(level), paper)
    _fill(lattice, sheet, _anchored(edges))
    if are_in_pieces(edges) or not _is_closed(lattice):
        pieces = broken_lines(paper, edges)
        if pieces:
            _fill(lattice, sheet, _anchored([*edges, *pieces]))
            # Elsewhere they may be letters: a row of the same strokes, as of "www".
            held = [p for p in pieces if any(_lies_in(p, f.box) for f in lattice.frames)]
            _draw(lattice, held)
            lattice.rules = _drawn(sheet, _anchored([*edges, *held]))
    for frame in lattice.frames:
        frame.cells += unclosed_cells(frame.cells, frame.box, level, upright)
    return lattice


def _fill(lattice: Lattice, sheet: Sheet, edges: Sequence[Edge]) -> None:
    """Sets the tables that lines make."""
    scaled = [Edge(e.upright, e.at * PIXEL, e.start * PIXEL, e.end * PIXEL) for e in edges]
    lattice.frames = _outermost(_without_slits(f) for f in find_frames(merge(scaled)))
    lattice.rules = _drawn(sheet, edges)


def _is_closed(lattice: Lattice) -> bool:
    """Whether there are tables and every part of them is in a cell."""
    return bool(lattice.frames) and not any(
        unclosed_cells(f.cells, f.box, lattice.level, lattice.upright) for f in lattice.frames
    )


def _lies_in(edge: Edge, box: Box) -> bool:
    """Whether a line, in pixels, is one of a table's, in points."""
    left, top, right, bottom = (side / PIXEL for side in box)
    ends = (edge.start, edge.end)
    if edge.upright:
        return left - THICK <= edge.at <= right + THICK and top < ends[1] and ends[0] < bottom
    return top - THICK <= edge.at <= bottom + THICK and left < ends[1] and ends[0] < right


def _draw(lattice: Lattice, edges: Iterable[Edge]) -> None:
    """Draws broken lines whole."""
    for edge in edges:
        at, along = slice(int(edge.at) - 1, int(edge.at) + 2), slice(int(edge.start), int(edge.end))
        if edge.upright:
            lattice.upright[along, at] = True
        else:
            lattice.level[at, along] = True


def _drawn(sheet: Sheet, edges: Iterable[Edge]) -> Mask:
    """Where ruled lines are drawn."""
    rules = np.zeros(sheet.paper.shape, dtype=np.bool_)
    for edge in edges:
        first, last = max(0, int(edge.at) - 5), int(edge.at) + 6
        start, end = max(0, int(edge.start) - 2), int(edge.end) + 2
        if edge.upright:
            rules[start:end, first:last] = True
        else:
            rules[first:last, start:end] = True
    return rules


def _lines(grey: Pixels, length: int) -> Mask:
    """Pixels of dark runs along the rows that are at least ``length`` long."""
    soft = grey.astype(np.uint16)
    soft[:, 1:-1] = (soft[:, :-2] + soft[:, 1:-1] + soft[:, 2:]) // 3
    dark = soft < _RULE
    counts = np.zeros((grey.shape[0], grey.shape[1] + 1), dtype=np.int32)
    np.cumsum(dark, axis=1, out=counts[:, 1:])
    if grey.shape[1] <= length:
        return np.zeros_like(dark)
    full = (counts[:, length:] - counts[:, :-length]) >= _WHOLE * length
    spread = np.zeros((grey.shape[0], grey.shape[1] + 1), dtype=np.int32)
    width = full.shape[1]
    spread[:, :width] += full
    spread[:, length : length + width] -= full
    run: Mask = (np.cumsum(spread, axis=1)[:, :-1] > 0) & dark
    return run


def _even(
    grey: Pixels, line: tuple[float, float, float], shortest: int
) -> Iterator[tuple[float, float, float]]:
    """The parts of a line that are drawn as evenly as a ruled one.

    Strokes of letters in a row have paper between them.

    Args:
        grey: the sheet, the line along its rows.
        line: its row, where it begins and ends.
        shortest: the length of a part that counts.
    """
    at, start, end = int(line[0]), int(line[1]), int(line[2])
    drift = 2 + min(4, (end - start) // 250)  # long lines are never quite level
    drawn = grey[max(0, at - drift) : at + drift + 1, start:end].min(axis=0)
    even = drawn <= (float(np.median(drawn)) + 255) / 2
    parts = [(a, b) for a, b in stretches(even.astype(np.int64), 1) if b - a >= _STUMP]
    if parts and float(even[2:-2].mean()) >= _EVEN:
        parts = [(parts[0][0], parts[-1][1])]  # dirt beyond its ends is no part of it
    for first, last in parts:
        if last - first >= shortest:
            yield line[0], float(start + first), float(start + last)


def _is_open(grey: Pixels, line: Edge, crowded: float) -> bool:
    """Whether there is no more ink beside a line than letters in cells have.

    Args:
        grey: the sheet, the line along its rows.
        line: the line.
        crowded: the share of its length that may have ink beside it.
    """
    at, along = int(line.at), slice(int(line.start), int(line.end))
    sides = (grey[max(0, at - _BESIDE)], grey[min(grey.shape[0] - 1, at + _BESIDE)])
    return all(float((side[along] < INK).mean()) < crowded for side in sides)


def _anchored(edges: Sequence[Edge]) -> list[Edge]:
    """Lines without the strokes of letters: short ones must end at other lines at both ends."""
    kept = [e for e in edges if e.end - e.start >= (_SURE_UPRIGHT if e.upright else _SURE_LEVEL)]
    rest = [e for e in edges if e.end - e.start < (_SURE_UPRIGHT if e.upright else _SURE_LEVEL)]
    while True:
        new = [e for e in rest if _spans(e, kept)]
        if not new:
            return kept
        kept += new
        rest = [e for e in rest if not any(e is n for n in new)]


def _is_held(edge: Edge, end: float, lines: Iterable[Edge], sign: int) -> bool:
    """Whether an end of a line lies on one of the lines across it, or goes through it a little.

    Args:
        edge: the line.
        end: where it ends, times ``sign``.
        lines: the lines that it may end at.
        sign: -1 for the end of the smaller coordinate, else 1.
    """
    miss = _MEETS_LONG if edge.end - edge.start > _LETTER else _MEETS
    return any(
        e.upright is not edge.upright
        and -THICK <= sign * e.at - end <= miss
        and e.start - _MEETS <= edge.at <= e.end + _MEETS
        for e in lines
    )


def _spans(edge: Edge, lines: Sequence[Edge]) -> bool:
    """Whether a line runs from one line across it to another."""
    return _is_held(edge, -edge.start, lines, -1) and _is_held(edge, edge.end, lines, 1)


def _without_slits(frame: Frame) -> Frame:
    """A frame without the slits between the strokes of one line."""
    cells = [c for c in frame.cells if min(c[2] - c[0], c[3] - c[1]) >= _SLIT]
    return Frame(frame.box, cells, frame.edges)


def _outermost(frames: Iterable[Frame]) -> list[Frame]:
    """Frames that stand in no other; borders around a whole page are left out."""
    tables = [f for f in frames if columns_of(f) > 1 or len(f.cells) > 2]
    kept: list[Frame] = []
    for frame in sorted(tables, key=lambda f: len(f.cells), reverse=True):
        x, y = (frame.box[0] + frame.box[2]) / 2, (frame.box[1] + frame.box[3]) / 2
        if not any(k.box[0] <= x <= k.box[2] and k.box[1] <= y <= k.box[3] for k in kept):
            kept.append(frame)
    return sorted(kept, key=lambda f: f.box[1])


def inside(lattice: Lattice, box: Box) -> Area:
    """The inner area of a cell, its border lines left outside.

    Args:
        lattice: of the sheet.
        box: of the cell, in points of the upright sheet.
    """
    left, top, right, bottom = (round(v / PIXEL) for v in box)
    level, upright = lattice.level, lattice.upright
    middle = (left + min(8, (right - left) // 4), right - min(8, (right - left) // 4))
    rows = slice(max(0, top - _WALL), max(0, bottom + _WALL))
    across = _share(level[rows, max(0, middle[0]) : middle[1]], 1)
    top, bottom = _within(across, rows.start, top, bottom)
    columns = slice(max(0, left - _WALL), max(0, right + _WALL))
    along = _share(upright[max(0, top + 2) : max(0, bottom - 2), columns], 0)
    left, right = _within(along, columns.start, left, right)
    return (left, top, right, bottom)


def _share(mask: Mask, axis: int) -> Mask:
    if mask.size == 0:
        return np.zeros(mask.shape[1 - axis], dtype=np.bool_)
    drawn: Mask = mask.mean(axis=axis) > 0.3
    return drawn


def _within(drawn: Mask, offset: int, first: int, last: int) -> tuple[int, int]:
    """The stretch between two borders that their lines leave free."""
    places = (np.nonzero(drawn)[0] + offset).tolist()
    upper, lower = _line_at(places, first), _line_at(places, last)
    begin = upper[1] + 2 if upper else first + 2
    end = lower[0] - 1 if lower else last - 2
    return max(0, begin), max(begin, end)


def _line_at(places: list[int], border: int) -> tuple[int, int] | None:
    """From where to where the line at a border goes, letters beside it left out."""
    near = [p for p in places if abs(p - border) <= _WALL]
    if not near:
        return None
    first = last = min(near, key=lambda p: abs(p - border))
    for place in near:
        if last < place <= last + 2:
            last = place
    for place in reversed(near):
        if first - 2 <= place < first:
            first = place
    return first, last
