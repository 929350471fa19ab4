"""Spreadsheets of other kinds: ODS, packed and flat, and the XML of Excel 2003."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from html import escape
from typing import NamedTuple

import pytest

from crawler.replica.reports import Report
from crawler.replica.tables import Grid
from pipelines.documents.model import DocumentError
from pipelines.documents.read import read_document
from tests.documents import truth


class Typed(NamedTuple):
    """A cell as it is typed: its 0-based column, text and spans."""

    column: int
    text: str
    wide: int = 1
    high: int = 1


Rows = list[list[Typed]]


def _typed(report: Report) -> Rows:
    """A whole report typed into one sheet."""
    rows = [[Typed(0, text)] for text in (report.truth.title, *report.prose.preamble)]
    for number, section in report.prose.sections.items():
        rows += [[Typed(0, text)] for text in (section.heading, *section.paragraphs)]
        for table in report.grids().get(number, []):
            rows += _grid(table)
    return rows


def _grid(table: Grid) -> Rows:
    taken: set[tuple[int, int]] = set()
    rows: Rows = []
    for y, row in enumerate(table):
        rows.append([])
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            high, wide = range(y, y + cell.rows), range(x, x + cell.columns)
            taken |= {(r, c) for r in high for c in wide}
            rows[-1].append(Typed(x, cell.text, cell.columns, cell.rows))
    return rows


EXCEL = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">{0}</Workbook>'
)


def excel_xml(rows: Rows) -> bytes:
    lines = []
    for row in rows:
        cells = []
        for cell in row:
            spans = f' ss:MergeAcross="{cell.wide - 1}"' if cell.wide > 1 else ""
            spans += f' ss:MergeDown="{cell.high - 1}"' if cell.high > 1 else ""
            kind = "Number" if cell.text.isdigit() else "String"
            data = f'<Data ss:Type="{kind}">{escape(cell.text)}</Data>'
            cells.append(f'<Cell ss:Index="{cell.column + 1}"{spans}>{data}</Cell>')
        lines.append(f"<Row>{''.join(cells)}</Row>")
    sheet = f"<Worksheet><Table>{''.join(lines)}</Table></Worksheet>"
    return EXCEL.format(sheet).encode()


OASIS = "urn:oasis:names:tc:opendocument:xmlns:{0}:1.0"
SPACES = " ".join(
    f'xmlns:{name}="{OASIS.format(name)}"' for name in ("office", "table", "text", "style")
)
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def flat_ods(rows: Rows) -> bytes:
    lines = []
    for row in rows:
        cells, at = [], 0
        for cell in row:
            gap = cell.column - at
            cells += [f'<table:table-cell table:number-columns-repeated="{gap}"/>'] if gap else []
            spans = f'table:number-columns-spanned="{cell.wide}" '
            spans += f'table:number-rows-spanned="{cell.high}"'
            cells.append(
                f"<table:table-cell {spans}><text:p>{escape(cell.text)}</text:p></table:table-cell>"
            )
            covered = '<table:covered-table-cell table:number-columns-repeated="{0}"/>'
            cells += [covered.format(cell.wide - 1)] if cell.wide > 1 else []
            at = cell.column + cell.wide
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    lines.append('<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>')
    table = f"<table:table>{''.join(lines)}</table:table-row></table:table>"
    return (
        f'<?xml version="1.0"?><office:document {SPACES} office:mimetype="{ODS}"><office:body>'
        f"<office:spreadsheet>{table}</office:spreadsheet></office:body></office:document>"
    ).encode()


def packed_ods(rows: Rows) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", ODS)
        archive.writestr("content.xml", flat_ods(rows))
    return out.getvalue()


@pytest.mark.parametrize("make", [excel_xml, flat_ods, packed_ods], ids=lambda f: f.__name__)
def test_a_report_on_a_sheet(make: Callable[[Rows], bytes]) -> None:
    for report in truth.picked(3):
        result = truth.parsed(make(_typed(report)), "a.xls")
        assert truth.wrong_cells(result, report) == ([], truth.cells(report)), result["error"]
        assert result["title"] == report.truth.title


def _texts(data: bytes) -> list[list[str]]:
    return [[c.text if c else "" for c in row] for row in read_document(data).tables[0].rows]


def test_what_excel_hides_and_formats() -> None:
    def row(looks: str, *texts: str, kind: str = "String", cell: str = "") -> str:
        data = (f'<Cell{cell}><Data ss:Type="{kind}">{t}</Data></Cell>' for t in texts)
        return f"<Row{looks}>{''.join(data)}</Row>"

    inner = (
        '<Styles><Style ss:ID="s"><NumberFormat ss:Format="0;-0;;@"/></Style></Styles>'
        '<Worksheet><Table><Column ss:Index="2" ss:Hidden="1"/>'
        + row("", "a", "hidden", "b")
        + row(' ss:Hidden="1"', "x", "x", "x")
        + row("", "0", "1", "0", kind="Number", cell=' ss:StyleID="s"')
        + row(' ss:Index="5"', "2020-01-01", "x", "c", kind="DateTime")
        + '<Row><Cell ss:Formula="=1+1"/><Cell/><Cell><Data ss:Type="Number">12</Data></Cell></Row>'
        "</Table></Worksheet><Worksheet><Table>"
        + row("", "unseen", "unseen")
        + "</Table><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"
        "</Worksheet>"
    )
    assert _texts(EXCEL.format(inner).encode()) == [
        ["a", "b"],
        ["", ""],
        ["", ""],
        ["\ufffc", "\ufffc"],
        ["\ufffc", "12"],
    ]


def test_what_ods_hides() -> None:
    def cell(text: str, looks: str = "") -> str:
        return f"<table:table-cell{looks}><text:p>{text}</text:p></table:table-cell>"

    data = flat_ods([]).decode()
    shown = "<table:table-row>{0}</table:table-row>".format
    inner = (
        '<table:table><table:table-column/><table:table-column table:visibility="collapse"/>'
        + shown(cell("a") + cell("hidden") + cell("b"))
        + f'<table:table-row table:visibility="filter">{cell("x") * 3}</table:table-row>'
        + shown(cell("c") + cell("x") + cell("1", ' office:value-type="boolean"'))
        + '<table:table-row table:number-rows-repeated="2">'
        + cell("7", ' table:number-columns-repeated="3"')
        + "</table:table-row></table:table>"
    )
    start, end = data.index("<table:table>"), data.index("</office:spreadsheet>")
    assert _texts((data[:start] + inner + data[end:]).encode()) == [
        ["a", "b"],
        ["c", "\ufffc"],
        ["7", "7"],
        ["7", "7"],
    ]


@pytest.mark.parametrize(
    "data",
    [
        excel_xml([[Typed(100_000, "x")]]),
        excel_xml([]),
        flat_ods([]),
        flat_ods([[Typed(300, "x")]]),
        packed_ods([[Typed(0, "x")]])[:-40],
        excel_xml([[Typed(0, "x")]])[:-40],
        excel_xml([[Typed(0, "x")]]).replace(b"?>\n<?", b"?><!DOCTYPE x [<!ENTITY a 'b'>]><?", 1),
    ],
)
def test_hostile_sheets_end_as_errors(data: bytes) -> None:
    with pytest.raises(DocumentError):
        read_document(data)
