"""The official tables as spans of cells, before any markup.

Belongs here: the geometry of tables two, three and four (which cell spans how much, in what order).
Does not belong here: HTML or Word markup (``render_html``, ``render_docx``), numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from crawler.replica.figures import APPLICANTS, CHANNELS
from crawler.replica.labels import RequestRow, labels, request_rows, restyle
from crawler.replica.printing import Habit, Printed

LABEL_COLUMNS = 3


@dataclass(frozen=True)
class Cell:
    """One cell: its text, how many rows and columns it spans, and whether it holds a value."""

    text: str
    rows: int = 1
    columns: int = 1
    value: bool = False


Row = list[Cell]
Grid = list[Row]


def proactive_tables(printed: Printed, habit: Habit, form: str) -> list[Grid]:
    """Lay out table two: one grid, or one a block where the office splits it.

    Args:
        printed: The cells' texts.
        habit: Label style and whether the blocks stand together.
        form: Name of the form.
    """
    blocks = [_proactive_block(block, printed, habit) for block in labels()["proactive"][form]]
    return [[row for block in blocks for row in block]] if habit.one_table else blocks


def _proactive_block(block: dict[str, Any], printed: Printed, habit: Habit) -> Grid:
    def style(text: str) -> str:
        return restyle(text, habit.label_style)

    grid: Grid = [[Cell(style(block["title"]), columns=4)]]
    grid.append(_widen_last([Cell(style(text)) for text in block["head"]]))
    for item, label in block["rows"].items():
        keys = [("proactive", item, measure) for measure in block["measures"]]
        if all(key in printed.texts for key in keys):
            values = [Cell(printed.texts[key], value=True) for key in keys]
            grid.append(_widen_last([Cell(style(label)), *values]))
    return grid


def _widen_last(row: Row) -> Row:
    """Let the last cell of a row of table two reach to its fourth column."""
    last = row[-1]
    return [*row[:-1], Cell(last.text, columns=5 - len(row), value=last.value)]


def request_table(printed: Printed, habit: Habit, form: str) -> Grid:
    """Lay out table three with its three header rows; a column not printed is left out.

    Args:
        printed: The cells' texts.
        habit: Label style.
        form: Name of the form.
    """

    def style(text: str) -> str:
        return restyle(text, habit.label_style)

    texts = labels()["request"]
    applicants = [a for a in APPLICANTS if printed.has("request", "received", a)]
    organisations = applicants[1:]
    grid: Grid = [
        [
            Cell(style(texts["note"]), rows=3, columns=LABEL_COLUMNS),
            Cell(style(texts["applicants_head"]), columns=len(applicants) + 1),
        ],
        [
            Cell(style(texts["applicants"]["natural_person"]), rows=2),
            Cell(style(texts["organisations_head"]), columns=len(organisations)),
            Cell(style(texts["applicants"]["total"]), rows=2),
        ],
        [Cell(style(texts["applicants"][a])) for a in organisations],
    ]
    grid += _labelled_rows(list(request_rows(form)), style)
    for row, found in zip(grid[3:], request_rows(form), strict=True):
        for column in (*applicants, "total"):
            row.append(Cell(printed.texts["request", found.item, column], value=True))
    return grid


def _labelled_rows(
    rows: list[RequestRow], style: Callable[[str], str], depth: int = 0
) -> list[Row]:
    """Build the label cells of rows that share their first ``depth`` labels."""
    grid: list[Row] = []
    for label, members in groupby(rows, key=lambda row: row.path[depth]):
        group = list(members)
        if len(group[0].path) == depth + 1:
            grid.append([Cell(style(label), columns=LABEL_COLUMNS - depth)])
        else:
            inner = _labelled_rows(group, style, depth + 1)
            inner[0].insert(0, Cell(style(label), rows=len(group)))
            grid += inner
    return grid


def legal_table(printed: Printed, habit: Habit) -> Grid:
    """Lay out table four: three header rows over one row of fifteen values."""

    def style(text: str) -> str:
        return restyle(text, habit.label_style)

    texts = labels()["legal_challenge"]
    results = list(texts["results"])
    names = [style(texts["results"][result]) for result in results]
    values = [
        Cell(printed.texts["legal_challenge", channel, result], value=True)
        for channel in CHANNELS
        for result in results
    ]
    return [
        [
            Cell(style(texts["reconsideration_head"]), columns=5),
            Cell(style(texts["litigation_head"]), columns=10),
        ],
        [
            *[Cell(name, rows=2) for name in names],
            *[Cell(style(text), columns=5) for text in texts["channels"].values()],
        ],
        [Cell(name) for _ in texts["channels"] for name in names],
        values,
    ]
