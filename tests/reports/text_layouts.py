"""Layouts of text that keep or lose the columns of a table: grids to lines, cell by cell.

Belongs here: what extractors do with spans, column widths and reading order. Does not belong here:
dialects that go row by row (``text_dialects``), any test.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from crawler.replica.tables import Cell, Grid

Lines = list[str]
Matrix = list[list[tuple[Cell, bool]]]
"""Per place of the grid its cell, and whether the cell begins there."""


def matrix(grid: Grid) -> Matrix:
    """The grid with every place filled."""
    places: dict[tuple[int, int], tuple[Cell, bool]] = {}
    for r, row in enumerate(grid):
        c = 0
        for cell in row:
            while (r, c) in places:
                c += 1
            for i in range(cell.rows):
                for j in range(cell.columns):
                    places[r + i, c + j] = (cell, i == j == 0)
            c += cell.columns
    width = 1 + max(c for _, c in places)
    return [[places.get((r, c), (Cell(""), False)) for c in range(width)] for r in range(len(grid))]


def _spread(grid: Grid) -> list[list[str]]:
    return [[cell.text if begins else "" for cell, begins in row] for row in matrix(grid)]


def tabs_padded(grid: Grid, rng: Random) -> Lines:
    """Empty cells where a label spans."""
    return ["\t".join(row) for row in _spread(grid)] + [""]


def tabs_cut(grid: Grid, rng: Random) -> Lines:
    """The same, empty cells at the ends of some rows cut off."""
    rows = ["\t".join(row) for row in _spread(grid)]
    return [row.strip("\t") if rng.random() < 0.4 else row for row in rows] + [""]


def pipes_repeated(grid: Grid, rng: Random) -> Lines:
    """Markdown whose converter repeats what spans."""
    rows = ["| " + " | ".join(cell.text for cell, _ in row) + " |" for row in matrix(grid)]
    return [rows[0], "|" + "---|" * len(matrix(grid)[0]), *rows[1:], ""]


def pipes_bare(grid: Grid, rng: Random) -> Lines:
    """Markdown without outer pipes."""
    rows = [" | ".join(row) for row in _spread(grid)]
    return [rows[0], " | ".join(["---"] * len(_spread(grid)[0])), *rows[1:], ""]


def _wrapped(text: str, width: int) -> list[str]:
    return [text[i : i + width] for i in range(0, len(text), width)] or [""]


def fixed_columns(grid: Grid, rng: Random) -> Lines:
    """As printed: narrow columns, labels wrapped beside each other, figures on one line a row."""
    places = matrix(grid)
    middle = rng.random() < 0.5
    widths = [4 if any(c.value for c, _ in column) else 5 for column in zip(*places, strict=True)]
    tops, heights = [0], []
    for row in places:
        tall = [
            len(_wrapped(cell.text, sum(widths[c : c + cell.columns])))
            for c, (cell, begins) in enumerate(row)
            if begins and cell.rows == 1 and cell.text
        ]
        heights.append(max([1, *tall]))
        tops.append(tops[-1] + heights[-1])
    lines = [[" " * (2 * w + 2) for w in widths] for _ in range(tops[-1])]
    for r, row in enumerate(places):
        for c, (cell, begins) in enumerate(row):
            if not begins:
                continue
            pieces = _wrapped(cell.text, sum(widths[c : c + cell.columns]))
            room = tops[r + cell.rows] - tops[r]
            first = tops[r] + (max(room - len(pieces), 0) // 2 if middle or cell.value else 0)
            if cell.value and not middle:
                first = tops[r]
            for i, piece in enumerate(pieces[:room]):
                lines[first + i][c] = piece + "  "
    return ["".join(line).rstrip() for line in lines]


def drawn(grid: Grid, rng: Random) -> Lines:
    """The same between rules of box characters."""
    inner = fixed_columns(grid, rng)
    return ["┌" + "─" * 30 + "┐", *(f"│{line}│" for line in inner), "└" + "─" * 30 + "┘"]


def listed(grid: Grid, rng: Random) -> Lines:
    """Each row as a list of "column figure"; rows without labels as they are."""
    if all(row[0].value for row in grid if any(cell.value for cell in row)):
        return [" ".join(cell.text for cell in row) for row in grid]
    lines: Lines = []
    head: list[str] = []
    for row in matrix(grid):
        values = [(c, cell) for c, (cell, begins) in enumerate(row) if begins and cell.value]
        labels = [cell.text for cell, begins in row if begins and not cell.value and cell.text]
        if not values:
            head = [cell.text for cell, _ in row]
            lines += [] if len(labels) > 1 else labels
        else:
            lines += labels[:-1]
            named = [f"{head[c]}{cell.text}" for c, cell in values]
            lines.append(f"{labels[-1]}：" + "，".join(named))
    return lines


def labels_first(grid: Grid, rng: Random) -> Lines:
    """All labels, then the rows of figures."""
    labels = [cell.text for row in grid for cell in row if not cell.value and cell.text]
    rows = [" ".join(cell.text for cell in row if cell.value) for row in grid]
    return [*labels, *(row for row in rows if row.strip())]


def column_by_column(grid: Grid, rng: Random) -> Lines:
    """All labels, then the figures column by column."""
    places = matrix(grid)
    labels = [cell.text for row in grid for cell in row if not cell.value and cell.text]
    figures = [
        cell.text
        for column in zip(*places, strict=True)
        for cell, begins in column
        if begins and cell.value and cell.text
    ]
    return [*labels, *figures]


LAYOUTS: dict[str, Callable[[Grid, Random], Lines]] = {
    f.__name__: f
    for f in (
        tabs_padded,
        tabs_cut,
        pipes_repeated,
        pipes_bare,
        fixed_columns,
        drawn,
        listed,
        labels_first,
        column_by_column,
    )
}
