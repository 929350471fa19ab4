"""Rows, labels and the words of a head to the grid of a table that no lines divide.

Three columns hold the labels of groups and rows, the others one column of figures each; where a
head was found its words stand in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.documents.model import Cell
from pipelines.documents.pdf_labels import COLUMN, HEAD, Block, around, find_blocks
from pipelines.documents.pdf_lines import Line, make_line
from pipelines.documents.pdf_loose_rows import FigureRow, LooseRow, all_under
from pipelines.documents.pdf_tables import BROKEN, Grid, make_cell

UNCLEAR = "the row has no lines and its label stands apart"
_LABELS = 3  # columns of labels
_LABEL_WIDTH = 10.0  # points; they line up from page to page, whatever the labels' width
_LINE = 0.6  # ems from one line of a figure to the next at least
_NUMBER = re.compile(r"(\d{1,2})\s*[.．、]")


@dataclass(slots=True)
class LooseTable:
    """What was found of a table.

    Attributes:
        page: where it stands.
        columns: left and right of the columns of figures.
        rows: from top to bottom.
        groups: labels of groups.
        rest: text beside the figures that is no known label.
        names: of the columns; empty when the table has no head.
        channels: labels above the names, each with the columns it stands over, from and to.
        above: the other words of the head.
    """

    page: int
    columns: list[tuple[float, float]]
    rows: list[LooseRow] = field(default_factory=list)
    groups: list[Block] = field(default_factory=list)
    rest: list[Block] = field(default_factory=list)
    names: list[Block] = field(default_factory=list)
    channels: list[tuple[Block, int, int]] = field(default_factory=list)
    above: list[Block] = field(default_factory=list)

    def borders(self) -> list[float]:
        """Between the columns of figures and beside them."""
        middles = [(a + b) / 2 for a, b in self.columns]
        between = [(a + b) / 2 for a, b in pairwise(middles)]
        if not between:
            half = max(self.columns[0][1] - self.columns[0][0], 40.0)
            return [middles[0] - half, middles[0] + half]
        first, last = middles[0] - (between[0] - middles[0]), 2 * middles[-1] - between[-1]
        return [first, *between, last]

    def column_of(self, line: Line) -> int | None:
        """The column that a figure stands in."""
        middle = (line.box[0] + line.box[2]) / 2
        under = [
            i
            for i, (left, right) in enumerate(self.columns)
            if left - line.size < middle < right + line.size
        ]
        if len(under) == 1:
            return under[0]
        borders = self.borders()
        inside = [i for i, (a, b) in enumerate(pairwise(borders)) if a < middle < b]
        return inside[0] if len(inside) == 1 and inside[0] in (under or inside) else None


def head_of(table: LooseTable, head: Sequence[Block], figures: Sequence[FigureRow]) -> bool:
    """Finds the names of a table's columns; where they are more than the figures, its columns.

    Args:
        table: without head; changed.
        head: the words above its rows.
        figures: its rows of figures.

    Returns:
        Whether all columns have a name, or the table has no head.
    """
    if not head:
        return True
    wider = _columns_of_head(head)
    if len(wider) > len(table.columns) and all_under(wider, figures):
        table.columns = wider
    names = _names(table, head)
    if len(names) < len(table.columns):
        first = table.borders()[0]
        loose = [b for b in head if not b.kinds and b.box[0] > first - b.parts[0].size / 2]
        names |= {i: b for i, b in _names(table, _cut(table, loose)).items() if i not in names}
        head = [b for b in head if not any(b is x for x in loose)]
    if len(names) < len(table.columns):
        return False
    table.names = [names[i] for i in range(len(table.columns))]
    others = [b for b in head if not any(b is n for n in table.names)]
    runs = _runs([b.core for b in table.names])
    if len(runs) > 1:
        table.channels = _over(table, [b for b in others if COLUMN in b.kinds], runs)
        if not table.channels:
            return False
    over = {id(b) for b, _, _ in table.channels}
    table.above = [b for b in others if id(b) not in over]
    return True


def _columns_of_head(head: Sequence[Block]) -> list[tuple[float, float]]:
    """Left and right of the names that have no other name under them."""
    names = [b for b in head if COLUMN in b.kinds and HEAD not in b.kinds]
    lowest = [
        b.box
        for b in names
        if not any(
            o.box[1] >= b.box[3] - 1 and o.box[0] < b.box[2] and b.box[0] < o.box[2] for o in names
        )
    ]
    return sorted((b[0], b[2]) for b in lowest)


def _names(table: LooseTable, head: Iterable[Block]) -> dict[int, Block]:
    """The lowest name over each column."""
    found: dict[int, Block] = {}
    borders = table.borders()
    for block in head:
        if COLUMN not in block.kinds or HEAD in block.kinds:
            continue
        middle = (block.box[0] + block.box[2]) / 2
        for i, (left, right) in enumerate(pairwise(borders)):
            inside = left < middle < right
            if inside and (i not in found or block.box[3] > found[i].box[3]):
                found[i] = block
    return found


def _cut(table: LooseTable, blocks: Iterable[Block]) -> list[Block]:
    """Words of a head that touch, cut between the columns they stand over."""
    borders = table.borders()[1:-1]
    pieces = []
    for line in (p for b in blocks for p in b.parts):
        lanes: dict[int, list[int]] = {}
        for at, char in enumerate(line.chars):
            lane = sum((char.x0 + char.x1) / 2 > x for x in borders)
            lanes.setdefault(lane, []).append(at)
        pieces += [make_line([line.chars[i] for i in lane]) for lane in lanes.values()]
    return find_blocks(pieces)


def _runs(names: Sequence[str]) -> list[tuple[int, int]]:
    """Where the names of columns begin to repeat: from and to of each run."""
    starts = [0]
    for at, name in enumerate(names):
        if name in names[starts[-1] : at]:
            starts.append(at)
    return list(zip(starts, [*starts[1:], len(names)], strict=True))


def _over(
    table: LooseTable, blocks: Iterable[Block], runs: Sequence[tuple[int, int]]
) -> list[tuple[Block, int, int]]:
    """The label over each run of columns; none when one is missing or stands elsewhere."""
    borders = table.borders()
    ordered = sorted(blocks, key=lambda b: b.box[0])
    if len(ordered) != len(runs):
        return []
    found = []
    for block, (first, last) in zip(ordered, runs, strict=True):
        middle = (block.box[0] + block.box[2]) / 2
        if not borders[first] < middle < borders[last]:
            return []
        found.append((block, first, last))
    return found


def to_grid(table: LooseTable) -> Grid:
    """The grid of a table."""
    width = _LABELS + len(table.columns)
    rows: list[list[Cell]] = []
    if table.above:
        rows.append([_words(table, table.above, 0, width)])
    if table.channels:
        cells = [_words(table, [b], _LABELS + i, _LABELS + k) for b, i, k in table.channels]
        rows.append(cells)
    if table.names:
        names = [
            _words(table, [b], _LABELS + i, _LABELS + i + 1) for i, b in enumerate(table.names)
        ]
        rows.append(names)
    head = len(rows)
    groups = _groups_by_row(table)
    for at, row in enumerate(table.rows):
        rows.append(_row_cells(table, row, groups.get(at, [])))
    rows += [[_words(table, [b], 0, _LABELS)] for b in table.rest]
    cells = []
    for number, line in enumerate(rows):
        for cell in line:
            cell.row = number
            cells.append(cell)
    borders = table.borders()
    xs = [borders[0] - _LABEL_WIDTH * (_LABELS - i) for i in range(_LABELS)] + borders
    lines = [x for r in table.rows for x in r.lines]
    known = [*table.above, *table.names, *table.groups, *table.rest]
    box = around([*lines, *(p for b in known for p in b.parts)])
    grid = Grid(table.page, table.page, box, xs, len(rows), cells)
    grid.loose, grid.headless = True, head == 0
    return grid


def _words(table: LooseTable, blocks: Sequence[Block], first: int, last: int) -> Cell:
    parts = [p for b in blocks for p in b.parts]
    cell = Cell("\n".join(b.text for b in blocks), 0, first, page=table.page, box=around(parts))
    cell.colspan = last - first
    return cell


def _row_cells(table: LooseTable, row: LooseRow, groups: Sequence[Block]) -> list[Cell]:
    """The cells of one row: groups, its label, then one for each column of figures."""
    cells = [_words(table, [b], i, i + 1) for i, b in enumerate(groups[: _LABELS - 1])]
    if row.label is not None:
        cells.append(_words(table, [row.label], len(cells), _LABELS))
    placed: list[list[Line]] = [[] for _ in table.columns]
    strays: list[Line] = []
    lines = [row.figures, *row.pieces] if row.figures is not None else []
    for figure in (f for line in lines for f in line.figures):
        column = table.column_of(figure)
        (strays if column is None else placed[column]).append(figure)
    for i, figures in enumerate(placed):
        cell = _figure_cell(table, figures, _LABELS + i)
        if figures and (strays or not row.sure):
            cell.doubt = cell.doubt or UNCLEAR
        cells.append(cell)
    return cells


def _figure_cell(table: LooseTable, figures: Sequence[Line], column: int) -> Cell:
    if not figures:
        return Cell("", 0, column, page=table.page)
    place = (0, 1, column, column + 1)
    if len(figures) == 1:
        return make_cell(figures[0].chars, place, table.page, figures[0].box)
    ordered = sorted(figures, key=lambda f: f.middle)
    cell = make_cell([c for f in ordered for c in f.chars], place, table.page, around(ordered))
    beside = any(b.middle - a.middle < _LINE * b.size for a, b in pairwise(ordered))
    if beside:
        cell.doubt = UNCLEAR  # two columns taken for one
        return cell
    cell.text = "".join(f.text for f in ordered)
    cell.doubt, cell.readings = BROKEN, (cell.text,)
    return cell


def _groups_by_row(table: LooseTable) -> dict[int, list[Block]]:
    """The labels of groups at the first row of those they stand beside."""
    runs: list[list[int]] = []
    before: int | None = None
    for at, row in enumerate(table.rows):
        found = _NUMBER.match(row.label.text) if row.label else None
        number = int(found.group(1)) if found else None
        if runs and number is not None and before is not None and number == before + 1:
            runs[-1].append(at)
        else:
            runs.append([at])
        before = number
    placed: dict[int, list[Block]] = {}
    for group in sorted(table.groups, key=lambda g: g.box[0]):
        middle = (group.box[1] + group.box[3]) / 2
        home = min(runs, key=lambda r: _distance(table, r, middle))
        placed.setdefault(home[0], []).append(group)
    return placed


def _distance(table: LooseTable, run: Sequence[int], height: float) -> float:
    """How far a height is from the rows of a run."""
    top, bottom = table.rows[run[0]].top, table.rows[run[-1]].bottom
    return max(top - height, height - bottom, 0.0)
