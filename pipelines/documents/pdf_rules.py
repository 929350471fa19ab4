"""Tables that are ruled in part: lines between rows only, or frames that hold several rows.

Only told here; what stands in them is read elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.documents.model import Cell
from pipelines.documents.pdf_pieces import is_figure
from pipelines.documents.pdf_shapes import Box, Edge
from pipelines.documents.pdf_stitch import is_value
from pipelines.documents.pdf_tables import Grid

UNDIVIDED = "figures of several rows with no line between"
"""Why a cell may say something else than it seems to."""
_LEAST_RULES = 3
_FEW_LINES = 2  # of a cell that holds one row
_MANY_WORDS = 3  # lines of words beside a figure; a unit or a note has fewer
_NARROW = 1.5  # characters a line of a label that reads downwards
_LEAST_CELLS = 3  # in which a figure stands under words


def rule_runs(edges: Sequence[Edge], grids: Sequence[Grid]) -> list[list[Edge]]:
    """Level lines outside all grids that stand above each other as those of a table's rows."""
    free = sorted(
        (e for e in edges if not e.upright and not any(_inside(e, g.box) for g in grids)),
        key=lambda e: e.at,
    )
    runs: list[list[Edge]] = []
    for edge in free:
        last = runs[-1] if runs else []
        right = max((e.end for e in last), default=0)
        if last and (abs(edge.end - right) < 9 or edge.at - last[-1].at < 2):
            last.append(edge)
        else:
            runs.append([edge])
    return [r for r in runs if len({round(e.at) for e in r}) >= _LEAST_RULES]


def _inside(edge: Edge, box: Box) -> bool:
    return box[1] - 3 <= edge.at <= box[3] + 3 and box[0] - 3 <= edge.start <= box[2] + 3


def is_unruled(grid: Grid) -> bool:
    """Whether cells of a ruled table hold the figures of several rows."""
    return any(is_undivided(c.text) for c in grid.cells) or _in_step(grid)


def is_undivided(text: str) -> bool:
    """Whether the text of a cell holds the figures of several rows."""
    lines = text.split("\n")
    return len(lines) > _FEW_LINES and _holds_rows(lines)


def _in_step(grid: Grid) -> bool:
    """Whether all figures of some row, and its label, are as many lines high."""
    high: dict[int, int] = {}
    for cell in grid.cells:
        if "\n" in cell.text and cell.rowspan == 1:
            high[cell.row] = high.get(cell.row, 0) + 1
    rows = [row for row, cells in high.items() if cells >= _LEAST_CELLS]
    return any(_is_in_step([c for c in grid.cells if c.row == row]) for row in rows)


def _is_in_step(row: Sequence[Cell]) -> bool:
    """The same of one row."""
    figures, words = [], 0
    for cell in row:
        lines = cell.text.split("\n")
        if all(map(_is_figures, lines)):
            figures.append(len(lines))
        else:
            words = max(words, len(lines))
    return len(figures) >= _LEAST_CELLS - 1 and words >= min(figures) == max(figures) > 1


def _is_figures(line: str) -> bool:
    """Whether a line is nothing but figures."""
    words = line.split()
    return bool(words) and all(map(is_figure, words))


def may_be_unruled(grid: Grid) -> bool:
    """Whether the figures of a ruled table stand in the cells of its head, no line between."""
    high = [c.text.split("\n") for c in grid.cells if "\n" in c.text]
    return sum(map(_ends_in_figure, high)) >= _LEAST_CELLS


def _ends_in_figure(lines: Sequence[str]) -> bool:
    return is_value(lines[-1]) and not any(map(is_value, lines[:-1]))


def _holds_rows(lines: Sequence[str]) -> bool:
    """Whether lines of one cell are rows: many figures, or figures among words.

    Words that say that there is none are also words of labels, in a narrow cell on a line of their
    own; words of a character a line are a label that reads downwards.
    """
    words = [x for x in lines if not _is_figures(x)]
    if not words:
        return len(lines) > _FEW_LINES
    sure = any(_is_figures(x) and not x.isalpha() for x in lines)
    downwards = sum(map(len, words)) <= _NARROW * len(words)
    return sure and len(words) > _MANY_WORDS and not downwards
