"""Figures of a table without lines to rows and columns, and the label that stands beside each row.

Labels of one table stand all alike beside their figures: at the height of their middle, first or
last line, a little above or below. The height that brings most rows together counts.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from pipelines.documents.pdf_labels import GROUP, Block, around
from pipelines.documents.pdf_lines import Line

_SAME_ROW = 0.6  # ems; figures of one row differ less in height
_ALIKE = 0.45  # ems by which the heights of labels beside their figures may differ
_OFFSET = 0.42  # of the distance of rows; a label that stands farther may be another row's
_FARTHEST = 2.2  # ems, the same where there is one row
_WRAPPED = 2.6  # ems from one line of a figure to the next
_HALF = 1.5  # ems from the middle of a figure of two lines to each of them
_LEAST_FULL = 2  # rows that print a figure in each column
_DIGITS = re.compile(r"[+＋\-－]?[0-9０-９,，.．]+")
Heights = Callable[[Block], float]


@dataclass(slots=True)
class FigureRow:
    """Figures that stand beside each other, from left to right."""

    figures: list[Line]

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return float(median(f.middle for f in self.figures))

    @property
    def size(self) -> float:
        """The size of its figures."""
        return float(median(f.size for f in self.figures))


@dataclass(slots=True)
class LooseRow:
    """A row of the table.

    Attributes:
        figures: its figures, None when it prints none.
        label: its label, None when none was found.
        sure: whether the label stands beside the figures as in the other rows.
        pieces: lines of figures that go on in this row's cells.
    """

    figures: FigureRow | None
    label: Block | None
    sure: bool
    pieces: list[FigureRow] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        """All that it prints."""
        own = [self.figures, *self.pieces] if self.figures else self.pieces
        return [*(self.label.parts if self.label else []), *(f for r in own for f in r.figures)]

    @property
    def top(self) -> float:
        """Its upper end."""
        return around(self.lines)[1]

    @property
    def bottom(self) -> float:
        """Its lower end."""
        return around(self.lines)[3]


def figure_rows(figures: Sequence[Line]) -> list[FigureRow]:
    """Figures by the height they stand at, from top to bottom."""
    rows: list[FigureRow] = []
    for figure in sorted(figures, key=lambda f: f.middle):
        if rows and figure.middle - rows[-1].figures[0].middle <= _SAME_ROW * figure.size:
            rows[-1].figures.append(figure)
        else:
            rows.append(FigureRow([figure]))
    for row in rows:
        row.figures.sort(key=lambda f: f.box[0])
    return rows


def columns_of_figures(rows: Sequence[FigureRow]) -> list[tuple[float, float]]:
    """Left and right of the columns, from rows that print a figure in each.

    These are the rows with most figures, when those of all others stand under theirs; else the
    rows that print as many as most do.
    """
    widths = Counter(len(r.figures) for r in rows)
    for width in sorted((n for n in widths if widths[n] >= _LEAST_FULL), reverse=True):
        columns = _columns(rows, width)
        if all_under(columns, rows):
            return columns
    return _columns(rows, max(widths, key=lambda n: (widths[n] * n, n)))


def _columns(rows: Sequence[FigureRow], width: int) -> list[tuple[float, float]]:
    full = [r.figures for r in rows if len(r.figures) == width]
    return [(min(r[i].box[0] for r in full), max(r[i].box[2] for r in full)) for i in range(width)]


def all_under(columns: Sequence[tuple[float, float]], rows: Sequence[FigureRow]) -> bool:
    """Whether each figure stands in one column, and no two of a row in the same."""
    middles = [(a + b) / 2 for a, b in columns]
    for row in rows:
        taken: set[int] = set()
        for figure in row.figures:
            middle = (figure.box[0] + figure.box[2]) / 2
            near = min(range(len(middles)), key=lambda i: abs(middles[i] - middle))
            left, right = columns[near]
            if near in taken or not left - figure.size < middle < right + figure.size:
                return False
            taken.add(near)
    return True


def match_rows(
    rows: Sequence[FigureRow], labels: Sequence[Block], other: Sequence[Block] = ()
) -> list[LooseRow]:
    """Rows of figures with their labels, rows without figures too, from top to bottom.

    Args:
        rows: of figures.
        labels: known ones.
        other: text beside the figures that is no known label; a row that has it is one by itself.
    """
    pairs = _pairs(rows, labels)
    found = [LooseRow(r, pairs.get(i), i in pairs) for i, r in enumerate(rows)]
    used = {id(b) for b in pairs.values()}
    free = [b for b in labels if id(b) not in used and GROUP not in b.kinds]
    found = _with_pieces(found, other)
    for row in found:
        figures = row.figures
        if row.label is None and figures is not None:
            near = [(abs(_middle(b) - figures.middle), b) for b in free if _is_near(b, figures)]
            row.label = min(near, key=lambda n: n[0])[1] if near else None
            free = [b for b in free if b is not row.label]
    found += [LooseRow(None, b, True) for b in free]
    return sorted(found, key=_height)


def _height(row: LooseRow) -> float:
    if row.figures is not None:
        return row.figures.middle
    return _middle(row.label) if row.label else 0.0


def _middle(block: Block) -> float:
    box = block.box
    return (box[1] + box[3]) / 2


def _first(block: Block) -> float:
    return block.parts[0].middle


def _last(block: Block) -> float:
    return block.parts[-1].middle


def _is_near(block: Block, row: FigureRow) -> bool:
    box = block.box
    return box[1] - 2 * row.size < row.middle < box[3] + 2 * row.size


def _pairs(rows: Sequence[FigureRow], labels: Sequence[Block]) -> dict[int, Block]:
    """The label of each row, by the number of the row."""
    if not labels:
        return {}
    steps = [b.middle - a.middle for a, b in pairwise(rows)]
    size = float(median(r.size for r in rows))
    limit = _FARTHEST * size
    if steps:
        limit = min(limit, _OFFSET * float(median(steps)))
    best: dict[int, Block] = {}
    for height in (_middle, _first, _last):
        found = _alike(rows, labels, height, limit, _ALIKE * size)
        if len(found) > len(best):
            best = found
    return best


def _alike(
    rows: Sequence[FigureRow],
    labels: Sequence[Block],
    height: Heights,
    limit: float,
    tolerance: float,
) -> dict[int, Block]:
    """The most rows whose label stands at one height beside their figures.

    Args:
        rows: from top to bottom.
        labels: in any order.
        height: of a label, as it is compared.
        limit: how much higher or lower a label may stand than its figures.
        tolerance: how much this may differ.
    """
    middles = [r.middle for r in rows]
    near: list[tuple[float, int, Block]] = []
    for label in labels:
        at = height(label)
        for i in range(bisect_left(middles, at - limit), bisect_right(middles, at + limit)):
            near.append((at - middles[i], i, label))
    near.sort(key=lambda n: n[0])
    offsets = [n[0] for n in near]
    ends = [bisect_right(offsets, o + 2 * tolerance) for o in offsets]
    if not near:
        return {}
    start = max(range(len(near)), key=lambda i: (ends[i] - i, -abs(offsets[i] + tolerance)))
    window = near[start : ends[start]]
    usual = float(median(offset for offset, _, _ in window))
    pairs: dict[int, Block] = {}
    for _, i, label in sorted(window, key=lambda n: -abs(n[0] - usual)):
        # Of a group and the label behind it, the latter is the row's.
        if i not in pairs or label.box[0] >= pairs[i].box[0]:
            pairs[i] = label
    # A label has one row; of two so close, the other is a line of figures that go on.
    best = {id(label): i for _, i, label in sorted(window, key=lambda n: -abs(n[0] - usual))}
    return {i: label for i, label in pairs.items() if best[id(label)] == i}


def one_row(rows: Sequence[FigureRow]) -> LooseRow | None:
    """The only row of a table, None when there are more."""
    main = max(rows, key=lambda r: len(r.figures))
    row = LooseRow(main, None, True)
    rest = [LooseRow(r, None, False) for r in rows if r is not main]
    return row if _take_pieces(rest, [row]) == [] else None


def _with_pieces(rows: list[LooseRow], other: Sequence[Block]) -> list[LooseRow]:
    """Rows without the further lines of figures that were too long for their cells."""
    own = [r for r in rows if r.figures and any(_is_beside(b, r.figures) for b in other)]
    whole = [r for r in rows if r.label is not None]
    free = [r for r in rows if r.label is None and not any(r is o for o in own)]
    return whole + [o for o in own if o.label is None] + _take_pieces(free, whole)


def _is_beside(block: Block, row: FigureRow) -> bool:
    """Whether text stands at the height of figures."""
    box = block.box
    return box[1] - _SAME_ROW * row.size < row.middle < box[3] + _SAME_ROW * row.size


def _take_pieces(rows: list[LooseRow], whole: Sequence[LooseRow]) -> list[LooseRow]:
    """Gives the rows of a table the lines that go on in their cells; the others are left."""
    lines = [r.figures for r in rows if r.figures is not None]
    taken: set[int] = set()
    for home in whole:
        both = _above_and_below(home, lines)
        home.pieces += both
        taken |= {id(x) for x in both}
    # Lines that are farther from their row follow those that are nearer.
    for line in sorted(lines, key=lambda x: min((_far(h, x) for h in whole), default=0.0)):
        homes = [h for h in whole if id(line) not in taken and _goes_on(h, line)]
        if homes:
            min(homes, key=lambda h: _far(h, line)).pieces.append(line)
            taken.add(id(line))
    return [r for r in rows if id(r.figures) not in taken]


def _far(row: LooseRow, line: FigureRow) -> float:
    """How far a line of figures is from those of a row."""
    own = [row.figures, *row.pieces] if row.figures else []
    return min((abs(line.middle - x.middle) for x in own), default=float("inf"))


def _above_and_below(row: LooseRow, lines: Sequence[FigureRow]) -> list[FigureRow]:
    """Two lines of figures around the height of a row, in cells in which it has nothing itself."""
    if row.figures is None:
        return []
    here, reach = row.figures.middle, _HALF * row.figures.size
    above = [x for x in lines if 0 < here - x.middle <= reach]
    below = [x for x in lines if 0 < x.middle - here <= reach]
    if len(above) != 1 or len(below) != 1:
        return []
    figures = [*above[0].figures, *below[0].figures]
    own = any(_is_under(f, o) for f in figures for o in row.figures.figures)
    alike = len(above[0].figures) == len(below[0].figures) and all(
        _is_under(a, b) for a, b in zip(above[0].figures, below[0].figures, strict=True)
    )
    numbers = all(_DIGITS.fullmatch(f.text) for f in figures)
    return [above[0], below[0]] if alike and numbers and not own else []


def _is_under(a: Line, b: Line) -> bool:
    """Whether two figures stand over each other, their middles in one place."""
    return abs(a.box[0] + a.box[2] - b.box[0] - b.box[2]) < a.size


def _goes_on(row: LooseRow, piece: FigureRow) -> bool:
    """Whether a line of figures goes on in the cells of the row right above or below it."""
    if row.figures is None or not 0 < _far(row, piece) <= _WRAPPED * piece.size:
        return False
    own = [f for line in (row.figures, *row.pieces) for f in line.figures]
    return all(
        _DIGITS.fullmatch(f.text)
        and any(_DIGITS.fullmatch(o.text) and _is_under(f, o) for o in own)
        for f in piece.figures
    )
