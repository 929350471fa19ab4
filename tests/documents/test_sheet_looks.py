"""Spreadsheets: number formats, hidden columns, colours and formulas decide what is printed."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from crawler.replica.reports import Report
from pipelines.documents.number_format import UnknownFormatError, printed
from pipelines.documents.read import read_document
from tests.documents import truth

PRINTED = [
    ("5", "0", "5"),
    ("5", "0.00", "5.00"),
    ("1234.5", "#,##0.00", "1234.50"),
    ("0.6", "0", "1"),
    ("2.5", "0", "3"),
    ("-3", "0", "-3"),
    ("0.5", "0%", "50%"),
    ("0", "0;-0;;@", ""),
    ("0", '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "-"),
    ("-5", "#,##0_);(#,##0)", "(5)"),
    ("-12", "0.00_ ;[Red]-0.00 ", "-12.00"),
    ("5", 'General"件"', "5件"),
    ("3", "+0;-0;0", "+3"),
    ("7", ";;;", ""),
    ("0", "#", ""),
    ("12.30", "0.##", "12.3"),
    ("1500", "0.0,", None),
    ("1500", "0,", "2"),
    ("44561", "yyyy-m-d", None),
    ("5", '[=0]"-";0', None),
    ("x", "0", None),
    ("1e999999", "0", None),
    ("1e999999", 'General"件"', None),
    ("nan", "0.00", None),
]


@pytest.mark.parametrize(("stored", "code", "text"), PRINTED)
def test_what_a_format_prints(stored: str, code: str, text: str | None) -> None:
    if text is None:
        with pytest.raises(UnknownFormatError):
            printed(stored, code)
    else:
        assert printed(stored, code) == text


Figure = Callable[[Cell], None]
Finish = Callable[[Worksheet], None]


def _book(report: Report, figure: Figure, finish: Finish) -> bytes:
    """A report typed into a sheet by a program that knows looks."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    at = 0
    for text in (report.truth.title, *report.prose.preamble):
        at += 1
        sheet.cell(at, 1, text)
    for number, section in report.prose.sections.items():
        for text in (section.heading, *section.paragraphs):
            at += 1
            sheet.cell(at, 1, text)
        for table in report.grids().get(number, []):
            taken: set[tuple[int, int]] = set()
            for y, row in enumerate(table):
                x = 0
                for cell in row:
                    while (y, x) in taken:
                        x += 1
                    down, wide = range(y, y + cell.rows), range(x, x + cell.columns)
                    taken |= {(r, c) for r in down for c in wide}
                    made = sheet.cell(at + y + 1, x + 1)
                    made.value = int(cell.text) if cell.text.isdigit() else cell.text
                    if cell.text.isdigit():
                        figure(made)
                    if cell.rows * cell.columns > 1:
                        last = (at + y + cell.rows, x + cell.columns)
                        sheet.merge_cells(None, at + y + 1, x + 1, *last)
            at += len(table)
    finish(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _nothing(_: object) -> None:
    """Changes nothing."""


def _hidden_column(sheet: Worksheet) -> None:
    """A hidden column of other figures between the labels and the first figures."""
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, 30, 99)
    sheet.column_dimensions[get_column_letter(30)].hidden = True


def _white_on_blue(cell: Cell) -> None:
    cell.font = Font(color="FFFFFFFF")
    cell.fill = PatternFill("solid", fgColor="FF003366")


def _font(**looks: Any) -> Figure:
    def give(cell: Cell) -> None:
        cell.font = Font(**looks)

    return give


def _format(code: str) -> Figure:
    def give(cell: Cell) -> None:
        cell.number_format = code

    return give


RIGHT: dict[str, tuple[Figure, Finish]] = {
    "plain": (_nothing, _nothing),
    "two decimals": (_format("0.00"), _nothing),
    "thousands": (_format("#,##0"), _nothing),
    "accounting": (_format("#,##0_);(#,##0)"), _nothing),
    "unit": (_format('0"件"'), _nothing),
    "hidden column": (_nothing, _hidden_column),
    "white on blue": (_white_on_blue, _nothing),
}


@pytest.mark.parametrize("name", RIGHT)
def test_looks_that_lose_nothing(name: str) -> None:
    for report in truth.picked(2):
        result = truth.parsed(_book(report, *RIGHT[name]), "a.xlsx")
        assert truth.wrong_cells(result, report) == ([], truth.cells(report)), result["error"]


def _formula(cell: Cell) -> None:
    cell.value = f"={cell.value}+0"


def _true(cell: Cell) -> None:
    cell.value = bool(cell.value)


UNREADABLE: dict[str, Figure] = {
    "white": _font(color="FFFFFFFF"),
    "the theme's white": _font(color=Color(theme=0)),
    "struck out": _font(strike=True),
    "formulas without results": _formula,
    "dates": _format("yyyy-mm-dd"),
    "truth values": _true,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_looks_that_leave_no_figure(name: str) -> None:
    report = truth.picked(1)[0]
    result = truth.parsed(_book(report, UNREADABLE[name], _nothing), "a.xlsx")
    assert truth.wrong_cells(result, report)[0] == []
    assert result["status"] == "partial"
    meanings = {c["meaning"] for c in result["cells"] if c["table"] == "request"}
    assert meanings == {"unreadable"}


def _without_zeros(sheet: Worksheet) -> None:
    sheet.sheet_view.showZeros = False


@pytest.mark.parametrize(
    ("figure", "finish"), [(_format("0;-0;;@"), _nothing), (_nothing, _without_zeros)]
)
def test_zeros_that_are_not_printed_are_blank(figure: Figure, finish: Finish) -> None:
    report = truth.picked(1)[0]
    result = truth.parsed(_book(report, figure, finish), "a.xlsx")
    assert result["status"] == "complete"
    row = report.truth.request["denied_security_stability"]
    assert 0 in row.values()
    wanted = {column: value or None for column, value in row.items()}
    assert result["request"]["denied_security_stability"] == wanted


def test_an_area_whose_first_column_is_hidden() -> None:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (["a", None, "b"], [None, "c", "d"], ["e", "f", 7]):
        sheet.append(row)
    sheet.merge_cells("A1:B1")
    sheet.column_dimensions["A"].hidden = True
    out = io.BytesIO()
    book.save(out)
    table = read_document(out.getvalue()).tables[0]
    assert [[c.text if c else "" for c in row] for row in table.rows] == [
        ["a", "b"],
        ["c", "d"],
        ["f", "7"],
    ]
