"""Ruled lines of a sheet, and where the cells and lines of text between them stand.

Only ink and its place; what the ink says is read elsewhere. Everything is in pixels of the sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from pipelines.documents.pdf_geometry import Frame, columns_of, find_frames, merge
from pipelines.documents.pdf_shapes import Box, Edge
from pipelines.documents.scan_image import PIXEL, Pixels, Sheet

Mask = NDArray[np.bool_]
Area = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are outside."""

INK = 184
"""Darker is ink: 0.72 of paper."""
_RULE = 236  # darker may be a thin or grey ruled line
_LEVEL, _UPRIGHT = 56, 22  # pixels that a line must run; a row of text has 22 at least
_WHOLE = 0.93  # of it must be drawn
_THICK = 14  # pixels; a thicker bar is no ruled line
_SURE_LEVEL, _SURE_UPRIGHT = 220, 90  # pixels; a shorter line must end at other lines
_MEETS = 3  # pixels within which lines meet; letters stay further from the lines around them
_SLIT = 5.0  # points; no cell is as narrow
_WALL = 11  # pixels around a border in which its line is looked for
_EVEN = 0.93  # of a line must be about as dark as its middle value
_BESIDE = 7  # pixels; there is little ink as near to a ruled line
_CROWDED = 0.35  # of a line's length
_MOST_RUNS = 60_000
_SPECK = 8  # pixels of ink; less in one piece is dirt
_DOT = 5  # pixels; a piece that is no larger is dirt beside other ink
_TEXT = (9, 90)  # pixels; heights that text may have


@dataclass(slots=True)
class Lattice:
    """The ruled lines of a sheet.

    Attributes:
        frames: the tables, boxes in points of the upright sheet.
        level: pixels of level lines.
        upright: pixels of upright lines.
        rules: pixels of long lines outside tables too, and what is beside them.
    """

    frames: list[Frame]
    level: Mask
    upright: Mask
    rules: Mask


def find_lattice(sheet: Sheet) -> Lattice:
    """The ruled lines of a sheet and the tables they make."""
    level = _lines(sheet.paper, _LEVEL)
    upright = np.ascontiguousarray(_lines(np.ascontiguousarray(sheet.paper.T), _UPRIGHT).T)
    across = np.ascontiguousarray(sheet.paper.T)
    edges = [Edge(False, *e) for e in _segments(level) if _is_ruled(sheet.paper, *e)]
    edges += [
        Edge(True, *e) for e in _segments(np.ascontiguousarray(upright.T)) if _is_ruled(across, *e)
    ]
    edges = _anchored(edges)
    scaled = [Edge(e.upright, e.at * PIXEL, e.start * PIXEL, e.end * PIXEL) for e in edges]
    frames = [_without_slits(f) for f in find_frames(merge(scaled))]
    return Lattice(_outermost(frames), level, upright, _drawn(sheet, edges))


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


def _runs(mask: Mask) -> NDArray[np.int64]:
    """Row, start and end of every run of a mask's rows, in reading order."""
    padded = np.zeros((mask.shape[0], mask.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = mask
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    return np.stack([rows, starts, ends], axis=1)


def _segments(mask: Mask) -> list[tuple[float, float, float]]:
    """Lines of a mask along its rows: where, from and to."""
    runs = _runs(_bridged(mask))
    runs = runs[runs[:, 2] - runs[:, 1] >= 12]
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
        if size <= _THICK * (end - start):
            at = sum((g[0] + 0.5) * (g[2] - g[1]) for g in group) / size
            found.append((at, float(start), float(end)))
    return found


def _is_ruled(grey: Pixels, at: float, start: float, end: float) -> bool:
    """Whether a line is drawn as evenly as a ruled one and stands in the open.

    Strokes of letters in a row have paper between them, and the rest of the letters beside them.
    """
    middle, first, last = int(at), int(start), max(int(end), int(start) + 1)
    drawn = grey[max(0, middle - 2) : middle + 3, first + 2 : last - 2].min(axis=0)
    level = (float(np.median(drawn)) + 255) / 2
    if float((drawn <= level).mean()) < _EVEN:
        return False
    sides = (grey[max(0, middle - _BESIDE)], grey[min(grey.shape[0] - 1, middle + _BESIDE)])
    return all(float((side[first:last] < INK).mean()) < _CROWDED for side in sides)


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


def _anchored(edges: Sequence[Edge]) -> list[Edge]:
    """Lines without the strokes of letters: short ones must end at other lines at both ends."""
    kept = [e for e in edges if e.end - e.start >= (_SURE_UPRIGHT if e.upright else _SURE_LEVEL)]
    rest = [e for e in edges if e.end - e.start < (_SURE_UPRIGHT if e.upright else _SURE_LEVEL)]
    while True:
        new = [e for e in rest if _is_held(e, -e.start, kept, -1) and _is_held(e, e.end, kept, 1)]
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
    return any(
        e.upright is not edge.upright
        and -_THICK <= sign * e.at - end <= _MEETS
        and e.start - _MEETS <= edge.at <= e.end + _MEETS
        for e in lines
    )


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


def ink_of(grey: Pixels) -> Mask:
    """Where ink is, single dots of dirt left out."""
    dark = grey < INK
    counts = np.zeros(dark.shape, dtype=np.uint8)
    padded = np.pad(dark, 1).astype(np.uint8)
    for r in range(3):
        for c in range(3):
            counts += padded[r : r + dark.shape[0], c : c + dark.shape[1]]
    ink: Mask = dark & (counts > 2)
    return ink


def stretches(profile: NDArray[np.int64], gap: int = 0) -> list[tuple[int, int]]:
    """Runs of a profile that are not zero; those at most ``gap`` apart as one."""
    filled = np.concatenate(([0], (profile > 0).astype(np.int8), [0]))
    steps = np.diff(filled)
    found: list[tuple[int, int]] = []
    for start, end in zip(np.nonzero(steps == 1)[0], np.nonzero(steps == -1)[0], strict=True):
        if found and start - found[-1][1] <= gap:
            found[-1] = (found[-1][0], int(end))
        else:
            found.append((int(start), int(end)))
    return found


def text_rows(ink: Mask, usual: float | None = None) -> list[tuple[int, int]]:
    """Top and bottom of each line of text in an area.

    Args:
        ink: of the area.
        usual: the height of text around; what is much lower is part of a letter.
    """
    profile = ink.sum(axis=1)
    rows = [(a, b) for a, b in stretches(profile) if profile[a:b].sum() >= _SPECK]
    if not rows:
        return []
    tall = [b - a for a, b in rows if _TEXT[0] <= b - a <= _TEXT[1]]
    size = usual or (median(tall) if tall else rows[0][1] - rows[0][0])
    merged = [rows[0]]
    for row in rows[1:]:
        before = merged[-1]
        low = min(before[1] - before[0], row[1] - row[0]) < 0.7 * size
        if low and row[0] - before[1] < 0.45 * size and row[1] - before[0] <= 1.25 * size:
            merged[-1] = (before[0], row[1])
        else:
            merged.append(row)
    return merged


def text_pieces(ink: Mask, gap: int) -> list[tuple[int, int]]:
    """Left and right of the pieces of one line, cut where gaps are wider than ``gap``.

    Dirt before and behind the line is left out.
    """
    profile = ink.sum(axis=0)
    parts = [(a, b) for a, b in stretches(profile) if profile[a:b].sum() >= _SPECK]
    if len(parts) > 1:
        sizes = [_is_dirt(ink[:, a:b]) for a, b in parts]
        first = next((i for i, dirt in enumerate(sizes) if not dirt), 0)
        last = next((i for i in range(len(parts) - 1, -1, -1) if not sizes[i]), len(parts) - 1)
        parts = parts[first : last + 1]
    pieces: list[tuple[int, int]] = []
    for part in parts:
        if pieces and part[0] - pieces[-1][1] <= gap:
            pieces[-1] = (pieces[-1][0], part[1])
        else:
            pieces.append(part)
    return pieces


def _is_dirt(ink: Mask) -> bool:
    """Whether a piece of ink is a spot no larger than a dot."""
    rows = np.nonzero(ink.any(axis=1))[0]
    return max(int(ink.shape[1]), int(rows[-1]) - int(rows[0]) + 1) <= _DOT


def glyphs(ink: Mask) -> int:
    """How many pieces of ink stand side by side."""
    profile = ink.sum(axis=0)
    return sum(int(profile[a:b].sum()) >= _SPECK for a, b in stretches(profile))


def typical_height(heights: Iterable[int]) -> float:
    """The height of a line of text, from many."""
    usual = [h for h in heights if _TEXT[0] <= h <= _TEXT[1]]
    return float(median(usual)) if usual else 24.0
