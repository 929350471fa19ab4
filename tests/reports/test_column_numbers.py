"""Rows that number the columns of a table: passed over in every format, and figures are not."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from random import Random

import pytest

from crawler.replica.render_docx import docx_of
from crawler.replica.render_html import render_body
from crawler.replica.reports import Report
from crawler.replica.tables import Cell, Grid
from pipelines.reports.read import read_report
from tests.documents import truth
from tests.reports.text_dialects import render, score

Row = list[Cell]


def _wide(grid: Grid) -> int:
    return sum(c.columns for c in grid[0])


def _marked(word: str) -> Callable[[int, int], Row]:
    """Numbers behind a word."""

    def row(labels: int, figures: int) -> Row:
        return [Cell(word, columns=labels), *(Cell(str(i)) for i in range(1, figures + 1))]

    return row


def _lettered(labels: int, figures: int) -> Row:
    letters = [Cell(word) for word in "甲乙丙"[:labels]]
    return [*letters, *(Cell(str(i)) for i in range(1, figures + 1))]


def _with_sums(labels: int, figures: int) -> Row:
    return [*_lettered(labels, figures)[:-1], Cell(f"{figures}=1+2+3+4")]


def _bare(labels: int, figures: int) -> Row:
    return [Cell("", columns=labels), *(Cell(str(i)) for i in range(1, figures + 1))]


KINDS = {
    "word": _marked("栏次"),
    "letters": _lettered,
    "sums": _with_sums,
    "bare": _bare,
}


def numbered(plain: Report, kind: str) -> Report:
    """The report with a row of column numbers under the heads of its tables."""
    report = deepcopy(plain)
    report.habit = replace(report.habit, numbers="plain")
    grids = {k: [[list(row) for row in g] for g in v] for k, v in report.grids().items()}
    make = KINDS[kind]
    three, four = grids["3"][0], grids["4"][0]
    three.insert(3, make(3, _wide(three) - 3))
    if kind == "bare":
        four.insert(3, [Cell(str(i)) for i in range(1, 16)])
    else:
        for grid in grids["2"]:
            for at in reversed([i for i, r in enumerate(grid) if r[0].text == "信息内容"]):
                figures = len(grid[at]) - 1
                grid.insert(at + 1, make(1, figures))
                last = grid[at + 1][-1]
                grid[at + 1][-1] = replace(last, columns=4 - figures)
    report._grids = grids
    return report


def _plain(count: int) -> list[Report]:
    return [
        r
        for r in truth.picked(60)
        if r.habit.numbers == "plain"
        and r.habit.zeros == "digit"
        and not r.habit.without_regulation
    ][:count]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", ["html", "docx"])
def test_numbers_of_columns_are_no_figures(kind: str, ending: str) -> None:
    for i, plain in enumerate(_plain(3)):
        report = numbered(plain, kind)
        layout = ("editor", "word", "mixed")[i]
        data = (
            docx_of(report)
            if ending == "docx"
            else render_body(report.prose, report.grids(), layout).encode()
        )
        found = read_report(data, f"x.{ending}").to_json()
        assert truth.wrong_cells(found, report) == ([], truth.cells(report)), found["findings"]
        assert found["status"] == "complete"


@pytest.mark.parametrize("kind", ["word", "letters", "bare"])
@pytest.mark.parametrize(
    "dialect", ["spaces", "cell_a_line", "tabs_padded", "pipes", "leading_trimmed", "label_apart"]
)
def test_numbers_of_columns_in_text(kind: str, dialect: str) -> None:
    for plain in _plain(3):
        report = numbered(plain, kind)
        found = read_report(render(report, dialect, Random(1)).encode(), "x.txt").to_json()
        result = score(report, found)
        assert result.share == 1, (result.examples[:3], found["findings"][:3])
        assert found["status"] == "complete", found["findings"]


def test_a_row_of_the_form_that_prints_1_2_3_4_is_read() -> None:
    plain = _plain(1)[0]
    report = deepcopy(plain)
    grids = {k: [[list(row) for row in g] for g in v] for k, v in report.grids().items()}
    row = next(r for r in grids["3"][0] if any(c.value for c in r))
    figures = iter("1234567")
    row[:] = [replace(c, text=next(figures)) if c.value else c for c in row]
    page = render_body(report.prose, grids, "editor").encode()
    found = read_report(page, "x.html").to_json()
    printed = [v for v in found["request"]["received"].values() if v is not None]
    assert printed == list(range(1, len(printed) + 1))
    assert "row_total" in {f["rule"] for f in found["findings"]}


def test_the_only_row_of_table_four_is_read() -> None:
    plain = _plain(1)[0]
    report = deepcopy(plain)
    grids = {k: [[list(row) for row in g] for g in v] for k, v in report.grids().items()}
    grids["4"][0][-1] = [Cell(str(i), value=True) for i in range(1, 16)]
    page = render_body(report.prose, grids, "editor").encode()
    found = read_report(page, "x.html").to_json()
    assert list(found["legal_challenge"]["reconsideration"].values()) == [1, 2, 3, 4, 5]
