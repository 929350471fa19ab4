"""Tables of the forms without lines around their cells, told by their labels.

Labels that are known word by word show the rows: the figures of a row stand beside its label, all
rows of a table alike. The words of the head stand over the columns. A table whose labels are not
known, or stand otherwise, is left to ``pdf_unruled``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipelines.documents.pdf_labels import ARTICLE, GROUP, HEAD, ROW, Block, around, find_blocks
from pipelines.documents.pdf_lines import Line
from pipelines.documents.pdf_loose_grid import LooseTable, head_of, to_grid
from pipelines.documents.pdf_loose_rows import (
    FigureRow,
    columns_of_figures,
    figure_rows,
    match_rows,
    one_row,
)
from pipelines.documents.pdf_pieces import is_figure, pieces_of
from pipelines.documents.pdf_shapes import Edge
from pipelines.documents.pdf_stitch import is_section
from pipelines.documents.pdf_tables import Grid

_LEAST_KNOWN = 0.6  # of the rows of figures must have a known label
_LABEL_OVER = 0.3  # ems that a label may reach over the first figures


def take_loose(lines: list[Line], page: int, walls: Sequence[Edge] = ()) -> list[Grid]:
    """The tables that known labels make; their lines of text are taken out of ``lines``.

    Args:
        lines: of a page or of a part of it, from top to bottom; changed.
        page: its number.
        walls: upright ruled lines there.
    """
    heads = [i for i, x in enumerate(lines) if is_section(x.text)]
    grids: list[Grid] = []
    taken: set[int] = set()
    for first, last in zip([0, *(i + 1 for i in heads)], [*heads, len(lines)], strict=True):
        for grid in _in_section(lines[first:last], page, walls):
            grids.append(grid)
            top, bottom = grid.box[1], grid.box[3]
            taken |= {id(x) for x in lines[first:last] if top <= x.middle <= bottom}
    lines[:] = [x for x in lines if id(x) not in taken]
    return grids


def _in_section(lines: Sequence[Line], page: int, walls: Sequence[Edge]) -> list[Grid]:
    """The tables under one heading; each article of table two begins one."""
    pieces = [p for line in lines for p in pieces_of(line, walls)]
    figures = [p for p in pieces if is_figure(p.text)]
    if not figures:
        return []
    numbers = {id(f) for f in figures}
    blocks = find_blocks([p for p in pieces if id(p) not in numbers])
    tops = sorted(b.box[1] for b in blocks if ARTICLE in b.kinds)
    borders = [float("-inf"), *tops, float("inf")]
    grids = []
    for top, bottom in pairwise(borders):
        grid = _read(
            [b for b in blocks if top <= b.box[1] < bottom],
            [f for f in figures if top <= f.middle < bottom],
            page,
        )
        if grid is not None:
            grids.append(grid)
    return grids


def _read(blocks: list[Block], figures: list[Line], page: int) -> Grid | None:
    """One table of these labels and figures, None when they do not make one."""
    rows = figure_rows(figures)
    if not rows:
        return None
    columns = columns_of_figures(rows)
    left = columns[0][0]
    beside = [b for b in blocks if b.box[2] <= left + _LABEL_OVER * b.parts[0].size]
    table = LooseTable(page, columns)
    if any(ROW in b.kinds for b in beside):
        return _with_labels(table, rows, blocks, beside)
    return _with_head_only(table, rows, blocks)


def _with_labels(
    table: LooseTable, rows: list[FigureRow], blocks: list[Block], beside: list[Block]
) -> Grid | None:
    labels = [b for b in beside if ROW in b.kinds]
    matches = match_rows(rows, labels, [b for b in beside if not b.kinds])
    matched = [m for m in matches if m.figures is not None and m.label is not None and m.sure]
    printed = sum(m.figures is not None for m in matches)
    if not matched or len(matched) < _LEAST_KNOWN * printed:
        return None
    table.rows = matches
    top = min(m.top for m in matches)
    used = {id(m.label) for m in matches}
    head = [b for b in blocks if b.box[1] < top and id(b) not in used and _is_over(b, top)]
    head = _near(head)
    if not head_of(table, head, rows):
        return None
    taken = used | {id(b) for b in head}
    table.groups = [b for b in beside if GROUP in b.kinds and id(b) not in taken]
    end = max(m.bottom for m in matches)
    rest = [b for b in beside if id(b) not in taken and GROUP not in b.kinds]
    table.rest = [b for b in rest if top <= b.box[1] <= end + 2 * b.parts[0].size and not b.kinds]
    return to_grid(table)


def _is_over(block: Block, top: float) -> bool:
    return (block.box[1] + block.box[3]) / 2 < top


def _near(head: Sequence[Block]) -> list[Block]:
    """The words of a head: those from its first known one on."""
    known = [b.box[1] for b in head if b.kinds or any(HEAD in k for k in b.kinds)]
    if not known:
        return []
    return [b for b in head if b.box[1] >= min(known) - 1]


def _with_head_only(table: LooseTable, rows: list[FigureRow], blocks: list[Block]) -> Grid | None:
    """A table of one row whose head alone says what its figures are."""
    row = one_row(rows)
    if row is None:
        return None
    top = row.top
    head = _near([b for b in blocks if b.box[3] <= top + 1])
    if not head or not head_of(table, head, rows) or not table.channels:
        return None
    table.rows = [row]
    return to_grid(table)


__all__ = ["around", "take_loose"]
