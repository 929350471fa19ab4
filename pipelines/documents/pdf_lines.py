"""Characters to lines of text: order, spaces by gaps, doubled print removed, garbage recognised.

Works on any set of characters, those of a cell or those of a page. No paragraphs here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from pipelines.documents.pdf_shapes import Box, Char
from pipelines.documents.radicals import plain_radicals

GARBLED = "garbled characters"
"""Why a cell or page cannot be read though it has a text layer."""
_FEW = 2  # characters of a cell that needs no lines
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uff0f\uff1a-\uffef\u3000-\u303f"
_IS_WIDE = re.compile(f"[{_WIDE}]")
_FIRST_WIDE = "\u2e80"
_BAD = re.compile(r"[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff\x00-\x08\x0e-\x1f\x7f-\x9f]")
_CID = re.compile(r"\(cid:\d+\)")
_DOUBLE = 0.35  # of a character's width; nearer to the one before is the same printed twice
_SAME_LINE = 0.42  # of the lower of two heights; how far apart the middles of one line may be
NARROW_GAP = 0.22  # of an em, between two letters or digits: a space
_WIDE_GAP = 0.9  # of an em, beside a Chinese character: a space
SEGMENT_GAP = 1.6  # of an em: another column


@dataclass(slots=True)
class Line:
    """One line of text.

    Attributes:
        text: with spaces where gaps show them.
        box: around its characters.
        size: the height of its characters.
        chars: from left to right.
    """

    text: str
    box: Box
    size: float
    chars: list[Char]

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.box[1] + self.box[3]) / 2


_left = itemgetter(1)


def lines_of(chars: Sequence[Char]) -> list[Line]:
    """The lines that characters stand in, from top to bottom."""
    rows: list[list[Char]] = []
    row: list[Char] = []
    middle = height = 0.0
    for char in sorted(chars, key=_level):
        top, bottom = char[2], char[4]
        here, tall = (top + bottom) / 2, bottom - top
        if row and here - middle <= _SAME_LINE * (tall if tall < height else height):
            row.append(char)
            # The line's middle follows its characters, so that mixed fonts stay together.
            middle += (here - middle) / len(row)
            if tall > height:
                height = tall
        else:
            row = [char]
            rows.append(row)
            middle, height = here, tall
    return [make_line(row) for row in rows]


def _level(char: Char) -> float:
    return char[2] + char[4]


def make_line(chars: Sequence[Char]) -> Line:
    """One line from its characters in any order."""
    if len(chars) == 1:
        only = chars[0]
        return Line(clean(only.text), only[1:], _em(chars), list(chars))
    row = sorted(chars, key=_left)
    doubled, widest, before, end = False, 0.0, -1e9, 1e9
    _, _, top, _, bottom = row[0]
    wide: list[float] = []
    for text, x0, upper, x1, lower in row:
        width = x1 - x0
        doubled = doubled or x0 - before < _DOUBLE * (width if width > 0.5 else 0.5)
        if x0 - end > widest:
            widest = x0 - end
        if text >= _FIRST_WIDE and _IS_WIDE.match(text):
            wide.append(width)
        if upper < top:
            top = upper
        if lower > bottom:
            bottom = lower
        before, end = x0, x1
    if doubled and len(kept := _without_doubles(row)) < len(row):
        return make_line(kept)
    if wide:
        em = max(sorted(wide)[len(wide) // 2], 1.0)
    else:
        em = max(0.85 * max([c[4] - c[2] for c in row]), 1.0)
    parts = [c[0] for c in row]
    if widest > NARROW_GAP * em:
        parts = _spaced(row, em)
    box = (row[0].x0, top, max([c[3] for c in row]), bottom)
    return Line(clean("".join(parts)), box, em, row)


def _spaced(row: Sequence[Char], em: float) -> list[str]:
    """The texts of a line's characters with spaces where gaps show them."""
    parts = [row[0].text]
    for before, char in pairwise(row):
        gap = char.x0 - before.x1
        if gap > NARROW_GAP * em and gap > _gap(before.text, char.text) * em:
            parts.append(" ")
        parts.append(char.text)
    return parts


def segments(line: Line, gap: float = SEGMENT_GAP) -> list[Line]:
    """A line cut where gaps are as wide as between columns, in ems."""
    chars, least, end = line.chars, gap * line.size, 1e9
    cuts = [0]
    for i, char in enumerate(chars):
        if char[1] - end > least:
            cuts.append(i)
        end = char[3]
    if len(cuts) == 1:
        return [line]
    return [make_line(chars[a:b]) for a, b in pairwise([*cuts, len(chars)])]


def _em(row: Sequence[Char]) -> float:
    """The size of a line's characters: the width of a Chinese one, else from the height."""
    wide = [c.x1 - c.x0 for c in row if c.text >= _FIRST_WIDE and _IS_WIDE.match(c.text)]
    if wide:
        return max(sorted(wide)[len(wide) // 2], 1.0)
    return max(0.85 * max(c.bottom - c.top for c in row), 1.0)


def _gap(before: str, after: str) -> float:
    wide = _IS_WIDE.match(before) or _IS_WIDE.match(after)
    return _WIDE_GAP if wide else NARROW_GAP


def _without_doubles(row: list[Char]) -> list[Char]:
    """Characters printed twice for boldness once."""
    kept: list[Char] = []
    for char in row:
        double = any(
            k.text == char.text
            and abs(k.x0 - char.x0) < 0.35 * max(char.x1 - char.x0, 0.5)
            and abs(k.top - char.top) < 0.35 * max(char.bottom - char.top, 0.5)
            for k in kept[-4:]
        )
        if not double:
            kept.append(char)
    return kept


def cell_text(chars: Sequence[Char]) -> str:
    """The text of a cell, one line a printed line; text turned upwards in its own order."""
    if len(chars) < _FEW:
        return clean(chars[0].text) if chars else ""
    lines = lines_of(chars)
    if len(lines) > 1 and all(len(line.chars) == 1 for line in lines):
        # One character a line: in the file's order, in which turned text reads upwards.
        drawn = [c.top for c in chars]
        rising = sum(b < a for a, b in pairwise(drawn))
        if rising == len(drawn) - 1 and any(len(c.text.encode()) > 1 for c in chars):
            lines.reverse()
    return "\n".join(line.text for line in lines)


def clean(text: str) -> str:
    """Text with look-alike code points made plain and white space made single spaces."""
    if text.isascii():
        return " ".join(text.split())
    return " ".join(plain_radicals(text).split())


def garbled_share(text: str) -> float:
    """How much of a text is characters that mean nothing, from 0 to 1."""
    if text.isascii() and text.isprintable() and "(" not in text:
        return 0.0
    length = len(text) - text.count(" ") - text.count("\n")
    if length <= 0:
        return 0.0
    cids = sum(len(m) for m in _CID.findall(text))
    return min(1.0, (len(_BAD.findall(text)) + cids) / length)
