"""The XML of Excel 2003, which sites export as .xls: visible sheets to paragraphs and tables."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pipelines.documents.model import Cell, Document, DocumentError
from pipelines.documents.number_format import GENERAL
from pipelines.documents.sheets import MAX_SHEETS, check_place, lay_out, number, thing
from pipelines.documents.sniff import EXCEL_XML
from pipelines.documents.table_parts import to_blocks
from pipelines.documents.word_package import parse

_S = "{urn:schemas-microsoft-com:office:spreadsheet}"
_VISIBLE = "{urn:schemas-microsoft-com:office:excel}Visible"
_NAMED = {"General Number": GENERAL, "Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%"}
_NUMBER, _TEXT = "Number", "String"


def read_excel_xml(data: bytes) -> Document:
    """Reads a spreadsheet.

    Raises:
        DocumentError: broken, empty, or more cells than any form has.
    """
    root = parse(data, "Excel XML")
    formats = {}
    for style in root.iter(f"{_S}Style"):
        code = style.find(f"{_S}NumberFormat")
        named = "" if code is None else code.get(f"{_S}Format") or ""
        formats[style.get(f"{_S}ID") or ""] = _NAMED.get(named, named)
    document = Document(EXCEL_XML)
    sheets = [s for s in root.iter(f"{_S}Worksheet") if s.findtext(f".//{_VISIBLE}") is None]
    for sheet in sheets[:MAX_SHEETS]:
        document.blocks += to_blocks(_rows(sheet, formats), sheet=True)
    if not document.blocks:
        raise DocumentError("the spreadsheet holds nothing")
    return document


def _rows(sheet: etree._Element, formats: dict[str, str]) -> list[list[Cell]]:
    """The cells of each row with spans, hidden rows and columns left out."""
    printed: dict[int, dict[int, Cell]] = {}
    merges: dict[tuple[int, int], tuple[int, int]] = {}
    hidden: set[int] = set()
    for r, row in _numbered(sheet.iter(f"{_S}Row")):
        if row.get(f"{_S}Hidden") == "1":
            hidden.add(r)
        for c, cell in _numbered(row.iter(f"{_S}Cell"), "MergeAcross"):
            check_place(r, c)
            across, down = _count(cell, "MergeAcross"), _count(cell, "MergeDown")
            printed.setdefault(r, {})[c] = _cell(cell, formats.get(cell.get(f"{_S}StyleID") or ""))
            if across or down:
                check_place(r + down, c + across)
                merges[r, c] = r + down, c + across
    columns = {
        at + n
        for at, column in _numbered(sheet.iter(f"{_S}Column"), "Span")
        if column.get(f"{_S}Hidden") == "1"
        for n in range(_count(column, "Span") + 1)
    }
    return lay_out(printed, merges, hidden, columns)


def _numbered(
    elements: Iterator[etree._Element], wide: str = "Span"
) -> Iterator[tuple[int, etree._Element]]:
    """Elements with their 0-based places: their own index, else behind the one before."""
    at = 0
    for element in elements:
        index = element.get(f"{_S}Index") or ""
        at = int(index) - 1 if index.isdigit() and index != "0" else at
        yield at, element
        at += 1 + _count(element, wide)


def _count(element: etree._Element, name: str) -> int:
    value = element.get(f"{_S}{name}") or ""
    return min(int(value), 100_000) if value.isdigit() else 0


def _cell(cell: etree._Element, code: str | None) -> Cell:
    data = cell.find(f"{_S}Data")
    if data is None:
        return thing() if cell.get(f"{_S}Formula") else Cell("", 0, 0)
    text = "".join(data.itertext())
    kind = data.get(f"{_S}Type")
    if kind == _NUMBER:
        return number(text.strip(), code or GENERAL)
    if kind != _TEXT:
        return thing()  # dates, truth values and errors
    lines = (" ".join(line.split()) for line in text.splitlines())
    return Cell("\n".join(line for line in lines if line), 0, 0)
