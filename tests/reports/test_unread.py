"""What is printed is never called absent: remains of rows that no cell took say so."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from crawler.replica.reports import Report
from pipelines.documents.read import read_document
from pipelines.reports.model import TableRead
from pipelines.reports.request import read_request
from pipelines.reports.rows import sort_rows
from tests.documents import truth

FEE = "行政事业性收费"


def _report() -> tuple[Report, str]:
    """A report of the newer form whose fees are printed, and its page."""
    report = next(r for r in truth.reports() if r.truth.form == "2021")
    return report, truth.page(report, truth.body(report, "word"))


def _rows(page: str) -> list[str]:
    return re.findall(r"<tr.*?</tr>", page, re.S)


def _text(row: str) -> str:
    return "".join(re.sub(r"<[^>]+>", "", row).split())


def _fee_in_head(page: str) -> str:
    """The fee's row stands in the cells of its head, as where no line is drawn between."""
    rows = _rows(page)
    at = next(i for i, r in enumerate(rows) if FEE in _text(r))
    cells = [re.findall(r"<td.*?</td>", r, re.S) for r in rows[at - 1 : at + 1]]
    texts = [[_text(c) for c in row] for row in cells]
    both = "".join(f"<td>{a}<br>{b}</td>" for a, b in zip(*texts, strict=True))
    return page.replace(rows[at - 1], "").replace(rows[at], f"<tr>{both}</tr>")


def _fee_as_text(page: str) -> str:
    """Only the label of the fee's row is left, as a line of its own."""
    row = next(r for r in _rows(page) if FEE in _text(r))
    table = next(t for t in re.findall(r"<table.*?</table>", page, re.S) if row in t)
    return page.replace(table, f"{table.replace(row, '')}<p>{FEE}</p>")


def _without_fee(page: str) -> str:
    return page.replace(next(r for r in _rows(page) if FEE in _text(r)), "")


def _meanings(read: Any, table: str, item: str) -> set[str]:
    return {c["meaning"] for c in read["cells"] if (c["table"], c["item"]) == (table, item)}


@pytest.mark.parametrize("change", [_fee_in_head, _fee_as_text])
def test_a_row_that_is_printed_but_not_read_is_unreadable(change: Callable[[str], str]) -> None:
    report, page = _report()
    read = truth.parsed(change(page))
    assert _meanings(read, "proactive", "administrative_fee") == {"unreadable"}
    assert read["status"] == "partial"
    rules = {f["rule"] for f in read["findings"] if f["item"] == "administrative_fee"}
    assert rules == {"unreadable"}
    assert truth.wrong_cells(read, report)[0] == []


def test_a_row_that_is_not_printed_is_absent() -> None:
    _, page = _report()
    read = truth.parsed(_without_fee(page))
    assert _meanings(read, "proactive", "administrative_fee") == {"absent"}
    assert read["status"] == "complete"


def _head_cell(page: str, word: str) -> tuple[str, str]:
    """The row of table three's head and its cell with a word; the natural persons' is above."""
    own = word in "自然人"
    head = next(r for r in _rows(page) if word in _text(r) and ("自然人" in _text(r)) is own)
    return head, next(c for c in re.findall(r"<td.*?</td>", head, re.S) if word in _text(c))


def _with_head(page: str, word: str, text: str) -> str:
    head, cell = _head_cell(page, word)
    return page.replace(head, head.replace(cell, f"{cell[: cell.index('>') + 1]}{text}</td>"))


def _by_rows(page: str) -> TableRead:
    """Table three from its rows alone, no other road tried."""
    tables = read_document(page.encode(), "x.html").tables
    return read_request(sort_rows(tables)["request"], 2021)


@pytest.mark.parametrize("word", ["科研", "自然人"])
def test_one_head_that_cannot_be_read_is_taken_by_its_place_with_a_finding(word: str) -> None:
    report, page = _report()
    read = _by_rows(_with_head(page, word, ""))
    assert read.values() == report.truth.request
    assert "head_assumed" in {f.rule for f in read.findings}


@pytest.mark.parametrize(("word", "text"), [("科研", "外国驻华代表"), ("科研", "其他")])
def test_a_head_that_says_something_else_is_not_taken(word: str, text: str) -> None:
    _, page = _report()
    read = _by_rows(_with_head(page, word, text))
    assert {row["research_institution"].meaning for row in read.figures.values()} == {"unreadable"}


def test_a_table_whose_head_is_one_cell_is_not_called_absent() -> None:
    _, page = _report()
    rows = [r for r in _rows(page) if "结果维持" in _text(r) or "未经复议" in _text(r)]
    figures = _rows(page)[_rows(page).index(rows[-1]) + 1]
    words = "<br>".join(map(_text, rows))
    cell = f"<td>行政复议 行政诉讼<br>未经复议直接起诉 复议后起诉<br>{words}</td>"
    page = page.replace(rows[0], f"<tr>{cell}</tr>").replace(rows[1], "")
    page = page.replace(figures, re.sub(r"<td.*?</td>", "", figures, count=4, flags=re.S))
    read = truth.parsed(page)
    assert read["status"] == "partial"
    assert any(
        f["rule"] == "unreadable" and f["table"] == "legal_challenge" for f in read["findings"]
    )


WORN = ["约{0}", "≥{0}", "{0}（上年7）", "{0}月1日", "{0}+7", "{0}\u0336"]


@pytest.mark.parametrize("words", WORN)
def test_figures_of_table_four_with_words_beside_them_are_not_absent(words: str) -> None:
    report = truth.reports()[0]
    before, at, table = truth.body(report, "editor").rpartition("<table")
    worn = re.sub(r"<td>(\d+)</td>", rf"<td>{words.format(chr(92) + '1')}</td>", table)
    result = truth.parsed(truth.page(report, before + at + worn))
    assert result["status"] == "partial"
    meanings = {c["meaning"] for c in result["cells"] if c["table"] == "legal_challenge"}
    assert meanings == {"unreadable"}


def test_a_row_that_does_not_fit_is_not_taken_for_an_empty_one() -> None:
    report = truth.reports()[0]
    before, at, table = truth.body(report, "editor").rpartition("<table")
    noted = table.replace("</tr>", "<td>另案</td></tr>")
    result = truth.parsed(truth.page(report, before + at + noted))
    assert truth.wrong_cells(result, report)[0] == []
    assert result["status"] == "partial"


def test_one_figure_for_two_rows_of_table_two_is_flagged() -> None:
    report = truth.reports()[0]
    body = truth.body(report, "editor")
    merged = re.sub(
        r"<td>(\d+)</td></tr>\n(<tr>(?:(?!<tr>).)*?)<td>\d+</td></tr>",
        r"<td rowspan=2>\1</td></tr>\n\2</tr>",
        body[: body.index("</table>")],
    )
    result = truth.parsed(truth.page(report, merged + body[body.index("</table>") :]))
    assert truth.wrong_cells(result, report)[0] == []
    found = [f["item"] for f in result["findings"] if f["rule"] == "merged_cell"]
    assert {"administrative_penalty", "administrative_compulsion"} <= set(found)
