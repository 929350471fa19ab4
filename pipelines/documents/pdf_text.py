"""Lines outside tables to paragraphs: page furniture dropped, columns in order, lines re-joined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median

from pipelines.documents.model import Paragraph
from pipelines.documents.pdf_lines import Line, make_line, segments
from pipelines.documents.pdf_stitch import is_section
from pipelines.documents.pdf_tables import Grid
from warehouse.facts.files import load_yaml

Item = Line | Grid
_MARGIN = 0.13  # of the page's height; page numbers and running heads stand no further in
_INDENT = 0.8  # of an em
_SHORT = 1.7  # ems that a line before the last of its paragraph may stay short of the margin
_LONG_LINE = 18  # ems; lines as long show where the margins are
_OTHER_SIZE = 1.15
_LOOSE = 1.45  # of the usual distance between lines
_GUTTER_LINES = 8  # lines side by side that make two columns
_FILLED = 0.55  # of a column's width; text fills it, the figures of a table do not


@dataclass(slots=True)
class PageText:
    """What one page holds.

    Attributes:
        number: 1-based.
        height: of the page in points.
        lines: outside tables, from top to bottom.
        grids: its tables.
    """

    number: int
    height: float
    lines: list[Line]
    grids: list[Grid]


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(load_yaml("pdf.yaml")[key])


def drop_furniture(pages: Sequence[PageText]) -> None:
    """Removes page numbers, and heads and feet that pages repeat."""
    margins = [(page, line) for page in pages for line in _in_margin(page)]
    seen = Counter(text for _, text in {(p.number, _running(x)) for p, x in margins})
    for page, line in margins:
        repeated = seen[_running(line)] >= max(2, len(pages) / 2)
        if repeated or _pattern("page_number").match(line.text):
            page.lines = [x for x in page.lines if x is not line]
    for page in pages[1:]:
        if page.lines and _pattern("continued").match(page.lines[0].text):
            page.lines.pop(0)


def _in_margin(page: PageText) -> list[Line]:
    """Lines in the upper and lower margin; tables have none above or below theirs."""
    edge = _MARGIN * page.height
    top = min([edge, *(g.box[1] for g in page.grids)])
    bottom = max([page.height - edge, *(g.box[3] for g in page.grids)])
    return [x for x in page.lines if x.box[3] <= top or x.box[1] >= bottom]


def _running(line: Line) -> str:
    """A line without its numbers and spaces."""
    return re.sub(r"\d+", "#", line.text).replace(" ", "")


def in_columns(items: list[Item]) -> list[Item]:
    """Items in reading order: where text runs in two columns, the left one first."""
    pieces: list[Item] = []
    for item in items:
        pieces += segments(item) if isinstance(item, Line) else [item]
    gutter = _gutter([p for p in pieces if isinstance(p, Line)])
    if gutter is None:
        return sorted(items, key=_top)
    ordered: list[Item] = []
    band: list[Item] = []
    for piece in sorted(pieces, key=_top):
        if piece.box[0] < gutter < piece.box[2]:
            ordered += _by_side(band, gutter)
            band = []
            ordered.append(piece)
        else:
            band.append(piece)
    return _joined_crossings(ordered + _by_side(band, gutter))


def _joined_crossings(items: list[Item]) -> list[Item]:
    """Pieces of one line that follow each other again as one line."""
    joined: list[Item] = []
    for item in items:
        before = joined[-1] if joined else None
        if (
            isinstance(item, Line)
            and isinstance(before, Line)
            and abs(item.middle - before.middle) < 0.3 * item.size
            and item.box[0] >= before.box[2]
            and item.box[0] - before.box[2] < 4 * item.size
        ):
            joined[-1] = make_line([*before.chars, *item.chars])
        else:
            joined.append(item)
    return joined


def _top(item: Item) -> tuple[float, float]:
    top = item.box[1] if isinstance(item, Grid) else item.middle - item.size / 2
    return (top, item.box[0])


def _by_side(items: list[Item], gutter: float) -> list[Item]:
    left = [i for i in items if i.box[0] < gutter]
    return left + [i for i in items if i.box[0] >= gutter]


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where the space between two columns of text is, None for one column."""
    if len(lines) < 2 * _GUTTER_LINES:
        return None
    left, right = min(x.box[0] for x in lines), max(x.box[2] for x in lines)
    em = median(x.size for x in lines)
    best: tuple[int, float] | None = None
    steps = 24
    for step in range(steps + 1):
        x = left + (right - left) * (0.3 + 0.4 * step / steps)
        crossing = sum(a.box[0] < x + em / 2 and a.box[2] > x - em / 2 for a in lines)
        if best is None or crossing < best[0]:
            best = (crossing, x)
    if best is None or best[0] > 0.2 * len(lines):
        return None
    x = best[1]
    for side, width in (
        ([a for a in lines if a.box[2] <= x], x - left),
        ([a for a in lines if a.box[0] >= x], right - x),
    ):
        full = [a for a in side if a.box[2] - a.box[0] > _FILLED * width]
        if len(full) < _GUTTER_LINES or len(full) < len(side) / 2:
            return None
    return x


class Paragraphs:
    """Joins lines to paragraphs, over page edges too.

    Args:
        lines: all lines of the document; they tell margins and distances.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self.done: list[Paragraph] = []
        self._last: Line | None = None
        self._page = 0
        self._right = self._left = 0.0
        gaps = [
            b.middle - a.middle for a, b in pairwise(lines) if 0 < b.middle - a.middle < 4 * a.size
        ]
        self._pitch = median(gaps) if gaps else 0.0

    def turn_to(self, items: Sequence[Item]) -> None:
        """Takes the margins from the page whose lines and tables come next.

        A page of a few short lines has those of the pages before, as far as its tables allow.
        """
        lines = [i for i in items if isinstance(i, Line)]
        long = [x for x in lines if x.box[2] - x.box[0] > _LONG_LINE * x.size]
        sides = [i.box for i in (long if len(long) > 2 else items)]
        if not sides:
            return
        left, right = min(b[0] for b in sides), max(b[2] for b in sides)
        if len(long) > 2 or self._right == 0:
            self._left, self._right = left, right
        else:
            self._left, self._right = min(self._left, left), max(self._right, right)

    def add(self, line: Line, page: int, *, first: bool) -> Paragraph | None:
        """Adds the next line.

        Args:
            line: the line.
            page: where it stands.
            first: whether a page or column begins with it.

        Returns:
            A new paragraph that begins with it; None when it goes on with the last one.
        """
        text = line.text
        if self._goes_on(line, first=first):
            self.done[-1].text = _joined(self.done[-1].text, text)
            self._remember(line)
            return None
        paragraph = Paragraph(text, page=page)
        self.done.append(paragraph)
        self._remember(line)
        return paragraph

    def end(self) -> None:
        """Nothing goes on with the last paragraph, for a table stands behind it."""
        self._last = None

    def _remember(self, line: Line) -> None:
        self._last = line
        self._last_full = line.box[2] >= self._right - _SHORT * line.size

    def _goes_on(self, line: Line, *, first: bool) -> bool:
        last = self._last
        if last is None or not self._last_full:
            return False
        if _begins_anew(last.text, line.text):
            return False
        if line.box[0] > self._left + _INDENT * line.size:
            return False
        if max(line.size, last.size) > _OTHER_SIZE * min(line.size, last.size):
            return False
        if not first and line.middle - last.middle > _LOOSE * max(self._pitch, line.size):
            return False
        return first or line.middle > last.middle


def _begins_anew(before: str, text: str) -> bool:
    """Whether a line is a heading, or a numbered point behind the end of a sentence."""
    rules = load_yaml("sections.yaml")
    if is_section(text) or is_section(before):
        return True
    ended = re.search(r"[。；：:！？]$", before) is not None
    return ended and re.match(f"{rules['number']}|{rules['point']}", text) is not None


def _joined(before: str, after: str) -> str:
    """Two lines as one; words of letters need a space between them."""
    space = before[-1:].isascii() and after[:1].isascii()
    between = " " if space and before[-1:].isalpha() and after[:1].isalpha() else ""
    return before + between + after
