"""Ink of an area: where it stands, cut into lines of text and pieces of a line.

Dots of dirt are told from points and signs here; what the ink says is read elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

import numpy as np
from numpy.typing import NDArray

from pipelines.documents.scan_light import Pixels

Mask = NDArray[np.bool_]
Area = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are outside."""

INK = 184
"""Darker is ink: 0.72 of paper."""
_FAINT, _STROKE = 222, 4  # grey level; pixels of a run, longer than a dot of dirt
_SPECK = 8  # pixels of ink; less in one piece is dirt
_POINT = 5  # pixels of ink; a decimal point has as much
_DOT, _SPOT = 5, 3  # pixels; pieces that are no larger are dirt: far from other ink, near to it
_FAR = 1.5  # heights of a line; a sign stands nearer to its digits
_SIGN = (0.3, 0.75)  # of a line's height; where a minus stands
_TEXT = (9, 90)  # pixels; heights that text may have


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


def faint_strokes(grey: Pixels) -> Mask:
    """Where level strokes are that may be too faint to count as ink, such as a thin minus."""
    dark = grey < _FAINT
    if dark.shape[1] < _STROKE:
        return np.zeros_like(dark)
    runs = np.lib.stride_tricks.sliding_window_view(dark, _STROKE, axis=1).all(axis=2)
    strokes: Mask = np.zeros_like(dark)
    for step in range(_STROKE):
        strokes[:, step : step + runs.shape[1]] |= runs
    return strokes


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

    Dirt before and behind the line is left out, if it cannot be a sign or a point.
    """
    profile = ink.sum(axis=0)
    parts = [(a, b) for a, b in stretches(profile) if profile[a:b].sum() >= _POINT]
    while len(parts) > 1 and _is_dirt(ink, parts[0], parts[1][0] - parts[0][1]):
        parts.pop(0)
    while len(parts) > 1 and _is_dirt(ink, parts[-1], parts[-1][0] - parts[-2][1]):
        parts.pop()
    pieces: list[tuple[int, int]] = []
    for part in parts:
        if pieces and part[0] - pieces[-1][1] <= gap:
            pieces[-1] = (pieces[-1][0], part[1])
        else:
            pieces.append(part)
    return pieces


def _is_dirt(ink: Mask, part: tuple[int, int], gap: int) -> bool:
    """Whether a piece of ink is a spot: smaller than any sign, or small and far from the rest.

    Args:
        ink: of the line.
        part: left and right of the piece.
        gap: the empty columns between it and the rest.
    """
    rows = np.nonzero(ink[:, part[0] : part[1]].any(axis=1))[0]
    high, wide = int(rows[-1]) - int(rows[0]) + 1, part[1] - part[0]
    size, height = max(high, wide), int(ink.shape[0])
    if gap > _FAR * height:
        return size <= _DOT
    middle = (int(rows[0]) + int(rows[-1])) / 2
    sign = _SIGN[0] * height <= middle <= _SIGN[1] * height and wide >= high
    return size <= _SPOT and not sign


def glyphs(ink: Mask) -> int:
    """How many pieces of ink stand side by side."""
    profile = ink.sum(axis=0)
    return sum(int(profile[a:b].sum()) >= _POINT for a, b in stretches(profile))


def slant(ink: Mask) -> float:
    """How far ink is one stroke that rises to the right, from -1 (falls) to 1."""
    rows, columns = np.nonzero(ink)
    if len(rows) < _SPECK or np.ptp(rows) == 0 or np.ptp(columns) == 0:
        return 0.0
    return -float(np.corrcoef(rows, columns)[0, 1])


def typical_height(heights: Iterable[int]) -> float:
    """The height of a line of text, from many."""
    usual = [h for h in heights if _TEXT[0] <= h <= _TEXT[1]]
    return float(median(usual)) if usual else 24.0
