"""Tables whose lines are missing, in part or all: rows and columns from how the text stands.

Figures under each other make the columns, figures beside each other the rows; a label that runs
over several lines goes with the figures it stands beside. Such a table claims no geometry for its
head and labels, but every row has as many cells of figures as the table has columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from pipelines.documents.model import Cell
from pipelines.documents.pdf_labels import around
from pipelines.documents.pdf_lines import NARROW_GAP, Line, make_line, segments
from pipelines.documents.pdf_shapes import Box, Edge
from pipelines.documents.pdf_stitch import begins, is_section, is_value
from pipelines.documents.pdf_tables import Grid, make_cell

UNCLEAR = "the row has no lines and its label stands apart"
_LEAST_ROWS = 3  # rows of figures that make a table of text without lines
_MOST_APART = 0.2  # of the rows; with more the whole table is doubtful
_OFFSET = 1.2  # ems by which labels may stand higher or lower than their figures
_MOST_BETWEEN = 6  # lines without figures inside a table: a head, a label of many lines
_LABEL_BELOW = 4.5  # ems that a label may reach below its figures
_HEAD_LINES = 8
_ENDS_SENTENCE = re.compile(r"[。；]$")
_FIRST_POINT = re.compile(r"^1\s*[.．、]")


@dataclass(slots=True)
class _Row:
    """One row of figures and the labels beside it."""

    top: float
    bottom: float
    labels: list[Line] = field(default_factory=list)
    values: list[Line] = field(default_factory=list)


def between_rules(run: Sequence[Edge], lines: list[Line], page: int) -> list[Grid]:
    """The tables between level lines; their lines of text are taken out of ``lines``.

    A heading between them ends one table. Rows that a page edge left without a line above or
    below are told by their figures.
    """
    left, right = min(e.start for e in run), max(e.end for e in run)
    ys = sorted({e.at for e in run})
    ys = [y for i, y in enumerate(ys) if i == 0 or y - ys[i - 1] > 3]
    beside = [x for x in lines if x.box[0] < right and x.box[2] > left]
    ys = [*_open_side(beside, ys[0], upper=True), *ys, *_open_side(beside, ys[-1], upper=False)]
    heads = [x.middle for x in beside if is_section(x.text) and ys[0] < x.middle < ys[-1]]
    grids = []
    for start, end in zip([ys[0] - 1, *heads], [*heads, ys[-1] + 1], strict=True):
        own = [y for y in ys if start < y < end]
        inside = [x for x in beside if own and own[0] < x.middle < own[-1]]
        grid = read_rows(inside, page, own) if len(own) > 1 else None
        if grid is not None:
            grids.append(grid)
            taken = {id(x) for x in inside}
            lines[:] = [x for x in lines if id(x) not in taken]
    return grids


def _open_side(lines: Sequence[Line], rule: float, *, upper: bool) -> list[float]:
    """Where a row without a line on one side ends, when figures stand there."""
    beyond = [x for x in lines if (x.middle < rule) == upper]
    near: list[Line] = []
    for line in sorted(beyond, key=lambda x: abs(x.middle - rule)):
        last = near[-1].middle if near else rule
        if abs(line.middle - last) > 2.5 * line.size or is_section(line.text):
            break
        near.append(line)
    if not any(sum(is_value(p.text) for p in _parts(x)) > 1 for x in near):
        return []
    edges = [x.box[1] - 1 if upper else x.box[3] + 1 for x in near]
    return [min(edges) if upper else max(edges)]


def take_tables(lines: list[Line], page: int) -> list[Grid]:
    """Tables of text without lines; their lines of text are taken out of ``lines``."""
    tabular = [is_tabular(x) for x in lines]
    grids: list[Grid] = []
    taken: set[int] = set()
    at = 0
    while at < len(lines):
        if not tabular[at]:
            at += 1
            continue
        first, last = _extent(lines, tabular, at)
        found = lines[first : last + 1]
        grid = read_rows(found, page, None)
        if grid is not None:
            grids.append(grid)
            taken.update(id(x) for x in found)
        at = last + 1
    lines[:] = [x for x in lines if id(x) not in taken]
    return grids


def is_tabular(line: Line) -> bool:
    """Whether a line of text has gaps as between the columns of a table."""
    parts = segments(line)
    return len(parts) > 1 and (len(parts) > 2 or any(is_value(p.text) for p in parts))


def _extent(lines: Sequence[Line], tabular: Sequence[bool], at: int) -> tuple[int, int]:
    """The first and last line of the table that the line at ``at`` belongs to."""
    first = last = at
    for i in range(at + 1, len(lines)):
        if is_section(lines[i].text) or i - last > _MOST_BETWEEN:
            break
        if tabular[i]:
            last = i
    while first > 0 and at - first < _HEAD_LINES:
        line = lines[first - 1]
        if is_section(line.text) or _ENDS_SENTENCE.search(line.text):
            break
        first -= 1
    # What is left of the last label stands close under its figures.
    figures = last
    while last + 1 < len(lines) and _hangs_on(lines[figures], lines[last], lines[last + 1]):
        last += 1
    return first, last


def _hangs_on(figures: Line, above: Line, below: Line) -> bool:
    """Whether a short line right under the last figures belongs to their label."""
    return (
        not is_section(below.text)
        and below.middle - above.middle < 2.0 * below.size
        and below.middle - figures.middle < _LABEL_BELOW * below.size
        and below.box[2] - below.box[0] < 0.4 * (figures.box[2] - figures.box[0])
    )


def read_rows(lines: Sequence[Line], page: int, borders: Sequence[float] | None) -> Grid | None:
    """The table that lines of text form.

    Args:
        lines: of the table, from top to bottom.
        page: where they stand.
        borders: between the rows when lines are drawn there.

    Returns:
        The table, or None when there are no rows of figures.
    """
    parts = [p for line in lines for p in _parts(line)]
    values = [p for p in parts if is_value(p.text)]
    columns = _columns(values)
    anchors = _clusters(values)
    if not columns or (len(anchors) < _LEAST_ROWS and borders is None):
        return None
    parts = [piece for p in parts for piece in _cut_off_figure(p, columns[0][0])]
    values = [p for p in parts if is_value(p.text)]
    words = [p for p in parts if not any(p is v for v in values)]
    ruled = borders is not None
    if borders is None:
        borders = _borders(anchors, words, columns[0][0])
    head = [w for w in words if w.middle < borders[0]]
    rows = [_Row(a, b) for a, b in pairwise(borders)]
    for part in parts:
        for row in rows:
            if row.top <= part.middle < row.bottom:
                (row.values if any(part is v for v in values) else row.labels).append(part)
                break
    unclear = [] if ruled else _unclear(rows)
    _gather_groups(rows)
    table = [[[w] for w in line] for line in _head_rows(head)]
    kept = [row for row in rows if row.labels or row.values]
    doubtful = {len(table) + i for i, row in enumerate(kept) if any(row is u for u in unclear)}
    table += [_cells_of(row, columns) for row in kept]
    grid = _to_grid(table, page, around(lines))
    for cell in grid.cells:
        if cell.row in doubtful and is_value(cell.text):
            cell.doubt = cell.doubt or UNCLEAR
    return grid


def _unclear(rows: Sequence[_Row]) -> list[_Row]:
    """Rows whose label does not stand beside their figures as those of the other rows do.

    A label of several lines stands around the height of its figures or begins near it, all of a
    table alike. One that does not may belong to the row above or below.
    """
    held = [(row, leaf) for row in rows if row.values and (leaf := _leaf_parts(row))]
    if not held:
        return list(rows)
    apart: list[list[_Row]] = []
    for last in (0, -1):
        offsets = [(x[0].middle + x[last].middle) / 2 - row.values[0].middle for row, x in held]
        usual, size = median(offsets), median(x[0].size for _, x in held)
        far = [
            row
            for (row, _), offset in zip(held, offsets, strict=True)
            if abs(offset - usual) > 0.5 * size
        ]
        apart.append(list(rows) if abs(usual) > _OFFSET * size else far)
    fewest = min(apart, key=len)
    return list(rows) if len(fewest) > _MOST_APART * len(held) else fewest


def _parts(line: Line) -> list[Line]:
    """A line cut between columns; figures are cut at every space."""
    return [
        piece
        for part in segments(line)
        for piece in (segments(part, NARROW_GAP) if is_value(part.text) else [part])
    ]


def _cut_off_figure(part: Line, figures: float) -> list[Line]:
    """A label that stands close to the first figure, without it."""
    label = [c for c in part.chars if c.x1 <= figures + 0.2 * part.size]
    rest = part.chars[len(label) :]
    if not label or not rest or is_value(part.text) or not is_value(make_line(rest).text):
        return [part]
    return [make_line(label), make_line(rest)]


def _columns(values: Sequence[Line]) -> list[tuple[float, float]]:
    """Where figures stand under each other, from left to right.

    Rows that print as many figures as most do show the columns.
    """
    rows: dict[int, list[Line]] = {}
    heights = _clusters(values)
    for value in values:
        at = min(range(len(heights)), key=lambda i: abs(heights[i] - value.middle))
        rows.setdefault(at, []).append(value)
    if not rows:
        return []
    widths = Counter(len(r) for r in rows.values())
    most = max(widths, key=lambda n: (widths[n] * n, n))
    full = [sorted(r, key=lambda v: v.box[0]) for r in rows.values() if len(r) == most]
    return [(min(r[i].box[0] for r in full), max(r[i].box[2] for r in full)) for i in range(most)]


def _clusters(values: Sequence[Line]) -> list[float]:
    """The heights at which figures stand."""
    heights: list[float] = []
    for value in sorted(values, key=lambda v: v.middle):
        if not heights or value.middle - heights[-1] > 0.6 * value.size:
            heights.append(value.middle)
    return heights


def _borders(anchors: Sequence[float], words: Sequence[Line], figures: float) -> list[float]:
    """Heights between the rows: before a numbered label, else in the widest gap."""
    labels = _leaf_labels(anchors, words, figures)
    steps = [b - a for a, b in pairwise(anchors)]
    usual = median(steps) if steps else 20.0
    end = max([anchors[-1], *(w.middle for w in words)]) + usual
    starts = [w for w in labels if begins(w.text)]
    if len(starts) == len(anchors):
        # As many numbered labels as rows of figures: they belong together in this order.
        tops = [min(w.box[1], a - 0.6 * w.size) for w, a in zip(starts, anchors, strict=True)]
        if all(a < top for a, top in zip(anchors, tops[1:], strict=False)):
            return [*tops, end]
    borders = [_border(anchors[0] - 1.5 * usual, anchors[0], labels)]
    for above, below in pairwise(anchors):
        borders.append(_border(above, below, labels))
    return [*borders, end]


def _leaf_labels(anchors: Sequence[float], words: Sequence[Line], figures: float) -> list[Line]:
    """Labels next to the figures, not those of groups before them."""
    left = [w for w in words if w.box[0] < figures]
    starts = []
    for anchor in anchors:
        beside = sorted(w.box[0] for w in left if abs(w.middle - anchor) < 0.6 * w.size)
        if len(beside) > 1:
            starts.append(beside[-1])
    edge = min(starts, default=0.0)
    return sorted((w for w in left if w.box[2] > edge), key=lambda w: w.middle)


def _border(above: float, below: float, labels: Sequence[Line]) -> float:
    between = [w for w in labels if above < w.middle <= below + 0.6 * w.size]
    for i, word in enumerate(between):
        if begins(word.text):
            rest = [w for w in between[i + 1 :] if not begins(w.text)]
            middle = (word.middle + (rest[-1].middle if rest else word.middle)) / 2
            if abs(below - middle) < abs(middle - above):
                return min(word.box[1], word.middle - word.size / 2)
    heights = [above, *(w.middle for w in between if w.middle < below), below]
    gaps = [(b - a, (a + b) / 2) for a, b in pairwise(heights)]
    return max(gaps)[1]


def _gather_groups(rows: Sequence[_Row]) -> None:
    """Brings the label of a group, printed beside its middle, to the group's first row."""
    at = 0
    while at < len(rows):
        end = at + 1
        if (leaf := _leaf(rows[at])) is not None and _FIRST_POINT.match(leaf.text):
            number = 2
            while end < len(rows) and (nxt := _leaf(rows[end])) is not None:
                if not re.match(rf"^{number}\s*[.．、]", nxt.text):
                    break
                number, end = number + 1, end + 1
            moved: list[Line] = []
            for row in rows[at:end]:
                own = _leaf_parts(row)
                moved += [w for w in row.labels if not any(w is o for o in own)]
                row.labels = own
            rows[at].labels = moved + rows[at].labels
        at = end


def _leaf_parts(row: _Row) -> list[Line]:
    """The parts of the label next to the figures."""
    if not row.labels:
        return []
    numbered = [w for w in row.labels if begins(w.text)]
    last = max(numbered or row.labels, key=lambda w: w.box[0])
    left = last.box[0] - 1.0 * last.size
    overlapping = [w for w in row.labels if w.box[2] > left + 1.5 * last.size and w.box[0] >= left]
    return sorted(overlapping, key=lambda w: w.middle)


def _leaf(row: _Row) -> Line | None:
    parts = _leaf_parts(row)
    return parts[0] if parts else None


def _head_rows(head: Sequence[Line]) -> list[list[Line]]:
    """Words of the head by line."""
    rows: list[list[Line]] = []
    for word in sorted(head, key=lambda w: (w.middle, w.box[0])):
        if rows and word.middle - rows[-1][0].middle < 0.5 * word.size:
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def _cells_of(row: _Row, columns: Sequence[tuple[float, float]]) -> list[list[Line]]:
    """The parts of each cell of a row: its labels, then its figures.

    Figures of a row with fewer than the table has columns go where they stand; what stands under
    no column or under two leaves the row as it is printed, for the identities to settle.
    """
    leaf = _leaf_parts(row)
    group = [w for w in row.labels if not any(w is x for x in leaf)]
    group.sort(key=lambda w: (w.middle, w.box[0]))
    cells = [c for c in (group, leaf) if c]
    if not row.values:
        return [[w] for w in sorted(row.labels, key=lambda w: w.box[0])]
    placed: list[list[Line]] = [[] for _ in columns]
    for value in row.values:
        middle = (value.box[0] + value.box[2]) / 2
        under = [
            i
            for i, (left, right) in enumerate(columns)
            if left - value.size < middle < right + value.size
        ]
        if len(under) != 1 or placed[under[0]]:
            return cells + [[v] for v in sorted(row.values, key=lambda v: v.box[0])]
        placed[under[0]].append(value)
    return cells + placed


def _to_grid(table: Sequence[Sequence[Sequence[Line]]], page: int, box: Box) -> Grid:
    cells: list[Cell] = []
    for r, line in enumerate(table):
        for c, parts in enumerate(line):
            chars = [x for part in parts for x in part.chars]
            if chars:
                cells.append(make_cell(chars, (r, r + 1, c, c + 1), page, around(parts)))
            else:
                cells.append(Cell("", r, c, page=page))
    width = max((len(line) for line in table), default=0)
    xs = [box[0] + (box[2] - box[0]) * i / max(width, 1) for i in range(width + 1)]
    return Grid(page, page, box, xs, len(table), cells, geometric=False)
