"""ODS, packed or flat: visible sheets to paragraphs and tables.

A cell of an ODS file stores the text that is shown; it is taken as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pipelines.documents.model import Cell, Document, DocumentError
from pipelines.documents.sheets import MAX_SHEETS, check_place, lay_out, thing
from pipelines.documents.sniff import ODS
from pipelines.documents.table_parts import to_blocks
from pipelines.documents.word_package import Package, parse

_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_T, _TEXT, _OFFICE = (f"{{{_OASIS}:{name}:1.0}}" for name in ("table", "text", "office"))
_STYLE = f"{{{_OASIS}:style:1.0}}"
_CELLS = (f"{_T}table-cell", f"{_T}covered-table-cell")
_UNSEEN = ("collapse", "filter")
_NO_FIGURES = ("boolean", "date", "time")
_MOST_REPEATED = 100_000
_DROPPED = (f"{_OFFICE}annotation", f"{_TEXT}note")


def read_ods(data: bytes) -> Document:
    """Reads a spreadsheet.

    Raises:
        DocumentError: damaged, encrypted, empty, or more cells than any form has.
    """
    packed = data.startswith(b"PK")
    root = Package(data, "ODS").xml("content.xml") if packed else parse(data, "ODS")
    etree.strip_elements(root, *_DROPPED, with_tail=False)
    hidden = {
        style.get(f"{_STYLE}name")
        for style in root.iter(f"{_STYLE}style")
        if (look := style.find(f"{_STYLE}table-properties")) is not None
        and look.get(f"{_T}display") == "false"
    }
    document = Document(ODS)
    sheets = (s for s in root.iter(f"{_T}table") if s.get(f"{_T}style-name") not in hidden)
    for sheet, _ in zip(sheets, range(MAX_SHEETS), strict=False):
        document.blocks += to_blocks(_rows(sheet), sheet=True)
    if not document.blocks:
        raise DocumentError("the spreadsheet holds nothing")
    return document


def _rows(sheet: etree._Element) -> list[list[Cell]]:
    """The cells of each row with spans, hidden rows and columns left out."""
    printed: dict[int, dict[int, Cell]] = {}
    merges: dict[tuple[int, int], tuple[int, int]] = {}
    hidden: set[int] = set()
    for r, row, again in _numbered(sheet.iter(f"{_T}table-row"), "rows"):
        if row.get(f"{_T}visibility") in _UNSEEN:
            hidden |= set(range(r, r + again))
        for c, element, wide in _numbered(row.iter(*_CELLS), "columns"):
            text = _text(element)
            if not text:
                continue
            check_place(r + again - 1, c + wide - 1)
            for y in range(r, r + again):
                for x in range(c, c + wide):
                    printed.setdefault(y, {})[x] = _cell(element, text)
            down, across = _count(element, "rows-spanned"), _count(element, "columns-spanned")
            if down * across > 1:
                check_place(r + down - 1, c + across - 1)
                merges[r, c] = r + down - 1, c + across - 1
    columns: set[int] = set()
    for c, column, wide in _numbered(sheet.iter(f"{_T}table-column"), "columns"):
        if column.get(f"{_T}visibility") in _UNSEEN:
            columns |= set(range(c, c + wide))
    return lay_out(printed, merges, hidden, columns)


def _numbered(
    elements: Iterator[etree._Element], what: str
) -> Iterator[tuple[int, etree._Element, int]]:
    """Elements with their 0-based place and how often they are repeated."""
    at = 0
    for element in elements:
        again = _count(element, f"number-{what}-repeated", "")
        yield at, element, again
        at += again
        if at > _MOST_REPEATED:
            return  # the empty rest of a sheet


def _count(element: etree._Element, name: str, prefix: str = "number-") -> int:
    value = element.get(f"{_T}{prefix}{name}") or ""
    return max(1, min(int(value), _MOST_REPEATED)) if value.isdigit() else 1


def _text(element: etree._Element) -> str:
    """The lines of a cell; a covered one shows nothing."""
    if element.tag != _CELLS[0]:
        return ""
    lines = (" ".join("".join(p.itertext()).split()) for p in element.iter(f"{_TEXT}p"))
    return "\n".join(line for line in lines if line)


def _cell(element: etree._Element, text: str) -> Cell:
    is_other = element.get(f"{_OFFICE}value-type") in _NO_FIGURES
    return thing() if is_other else Cell(text, 0, 0)
