"""Spreadsheets: merged cells, kinds of cells, sheets with prose, limits."""

from __future__ import annotations

import html
import io
import zipfile
from pathlib import Path
from random import Random

import pytest

from crawler.replica.reports import Report
from crawler.replica.tables import Grid
from pipelines.documents.model import Document, DocumentError
from pipelines.documents.read import read_document
from pipelines.reports.read import read_report
from tests.documents import truth
from tests.reports.mutation import unflagged

S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def book(sheet: str, strings: str = "", state: str = "visible") -> bytes:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{TYPE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{TYPE}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {S} {R}><sheets><sheet name="a" state="{state}" r:id="r1"/></sheets>'
            "</workbook>",
        )
        archive.writestr("xl/_rels/workbook.xml.rels", relations)
        archive.writestr("xl/sharedStrings.xml", f"<sst {S}>{strings}</sst>")
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet {S}>{sheet}</worksheet>")
    return out.getvalue()


def rows_of(document: Document) -> list[list[str]]:
    return [[c.text if c else "" for c in row] for row in document.tables[0].rows]


def test_kinds_of_cells_and_merges() -> None:
    sheet = (
        '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1"><v>12</v></c></row>'
        '<row r="2" hidden="1"><c r="A2"><v>99</v></c></row>'
        '<row r="3"><c r="B3" t="inlineStr"><is><t>乙</t></is></c>'
        '<c r="C3" t="str"><v>/</v></c></row>'
        '<row r="4"><c r="B4"><v>0.30000000000000004</v></c><c r="C4"><v>0.3333333</v></c></row>'
        "</sheetData>"
        '<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="A3:A4"/></mergeCells>'
    )
    strings = "<si><r><t>甲</t></r><r><t>二</t></r><rPh><t>jia</t></rPh></si>"
    document = read_document(book(sheet, strings))
    assert rows_of(document) == [
        ["甲二", "甲二", "12"],
        ["", "乙", "/"],
        ["", "0.3", "0.3333333"],
    ]
    doubtful = [c.text for c in document.tables[0].cells() if c.doubt]
    assert doubtful == ["0.3333333"]


class Sheet:
    """Rows of cells as they are typed one below the other."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.merges: list[str] = []

    def line(self, text: str) -> None:
        self.rows.append(_cell(f"A{len(self.rows) + 1}", text))

    def grid(self, table: Grid) -> None:
        taken: set[tuple[int, int]] = set()
        start = len(self.rows)
        for n, row in enumerate(table):
            cells = []
            column = 0
            for cell in row:
                while (n, column) in taken:
                    column += 1
                wide, high = range(cell.columns), range(cell.rows)
                taken |= {(n + y, column + x) for y in high for x in wide}
                at = f"{_letters(column)}{start + n + 1}"
                cells.append(_cell(at, cell.text))
                if cell.rows * cell.columns > 1:
                    end = f"{_letters(column + cell.columns - 1)}{start + n + cell.rows}"
                    self.merges.append(f'<mergeCell ref="{at}:{end}"/>')
                column += cell.columns
            self.rows.append("".join(cells))

    def xml(self) -> str:
        rows = "".join(f'<row r="{i}">{r}</row>' for i, r in enumerate(self.rows, 1))
        merges = "".join(self.merges)
        return f"<sheetData>{rows}</sheetData><mergeCells>{merges}</mergeCells>"


def _cell(at: str, text: str) -> str:
    if text.isdigit() and text.isascii():
        return f'<c r="{at}"><v>{text}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t>{html.escape(text)}</t></is></c>'


def _sheet(report: Report) -> str:
    """A whole report typed into one sheet."""
    sheet = Sheet()
    for text in (report.truth.title, *report.prose.preamble):
        sheet.line(text)
    for number, section in report.prose.sections.items():
        for text in (section.heading, *section.paragraphs):
            sheet.line(text)
        for table in report.grids().get(number, []):
            sheet.grid(table)
    return sheet.xml()


def test_a_report_on_a_sheet() -> None:
    for report in truth.picked(3):
        result = truth.parsed(book(_sheet(report)), "a.xls")
        assert truth.wrong_cells(result, report) == ([], truth.cells(report)), result["error"]
        assert result["year"] == report.truth.year


def test_a_hidden_sheet_is_not_read() -> None:
    sheet = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    with pytest.raises(DocumentError, match="holds nothing"):
        read_document(book(sheet, state="hidden"))


HOSTILE = {
    "far": '<sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData>',
    "deep": '<sheetData><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>',
    "large": '<sheetData><row r="19999"><c r="GA19999"><v>1</v></c></row></sheetData>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sheets_end_as_errors(name: str) -> None:
    with pytest.raises(DocumentError):
        read_document(book(HOSTILE[name]))


XLS = Path(__file__).parents[1] / "fixtures" / "xls_2021" / "document.xls"


def test_a_damaged_excel_97_file_is_a_report_or_a_reason() -> None:
    data = XLS.read_bytes()
    whole = read_report(data, "a.xls").to_json()
    assert whole["status"] == "complete"
    for seed in range(80):
        rng = Random(seed)
        spoilt = bytearray(data)
        for _ in range(rng.choice((1, 4, 40))):
            spoilt[rng.randrange(8, len(spoilt))] = rng.randrange(256)
        if rng.random() < 0.2:
            del spoilt[rng.randrange(len(spoilt)) :]
        result = read_report(bytes(spoilt), "a.xls").to_json()
        assert result["status"] != "rejected" or result["error"]
        assert unflagged(result, whole) == []


def test_an_excel_97_file_with_another_ending_is_known_by_its_bytes() -> None:
    whole = read_report(XLS.read_bytes(), "a.doc").to_json()
    assert whole["status"] == "complete"
    assert whole["request"]["received"]["total"] is not None
