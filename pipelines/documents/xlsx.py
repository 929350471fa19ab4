"""XLSX: visible sheets to paragraphs and tables, merged cells as one cell.

Reads the XML directly, bounded. A cell's text is what the sheet prints as far as the file tells
it: number formats are not applied, so a number that has more decimals than a report prints is in
doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from pipelines.documents.model import Cell, Document, DocumentError
from pipelines.documents.sheets import MAX_CELLS, MAX_SHEETS, check_place, lay_out, number
from pipelines.documents.sniff import XLSX
from pipelines.documents.table_parts import to_blocks
from pipelines.documents.word_package import Package, R

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_HIDDEN = ("1", "true")


def read_xlsx(data: bytes) -> Document:
    """Reads a spreadsheet.

    Raises:
        DocumentError: not a whole zip file, no sheets, encrypted, or more cells than any form has.
    """
    package = Package(data, "XLSX")
    main = package.main("xl/workbook.xml")
    targets = package.targets(main)
    strings = _strings(package, targets)
    document = Document(XLSX)
    sheets = [
        s for s in package.xml(main).iter(f"{_S}sheet") if s.get("state") in (None, "visible")
    ]
    for sheet in sheets[:MAX_SHEETS]:
        target = targets.get(sheet.get(f"{R}id") or "")
        if target is not None and target[0] == "worksheet":
            rows = _rows(package.xml(target[1]), strings)
            document.blocks += to_blocks(rows, sheet=True)
    if not document.blocks:
        raise DocumentError("the spreadsheet holds nothing")
    return document


def _strings(package: Package, targets: dict[str, tuple[str, str]]) -> list[str]:
    """The shared strings, phonetic readings left out."""
    name = next((t for kind, t in targets.values() if kind == "sharedStrings"), None)
    if name is None or not package.has(name):
        return []
    return [_text(item) for item in package.xml(name).iter(f"{_S}si")]


def _text(item: etree._Element) -> str:
    etree.strip_elements(item, f"{_S}rPh", with_tail=False)
    raw = "".join(item.itertext(f"{_S}t", with_tail=False))
    lines = (" ".join(line.split()) for line in raw.splitlines())
    return "\n".join(line for line in lines if line)


def _rows(root: etree._Element, strings: list[str]) -> list[list[Cell]]:
    """The cells of each row with spans, hidden rows left out."""
    printed: dict[int, dict[int, Cell]] = {}
    hidden: set[int] = set()
    for row, column, cell in _cells(root, strings, hidden):
        check_place(row, column)
        printed.setdefault(row, {})[column] = cell
    return lay_out(printed, _merges(root), hidden)


def _cells(
    root: etree._Element, strings: list[str], hidden: set[int]
) -> Iterator[tuple[int, int, Cell]]:
    """Row and column (0-based) and cell, of all that are stored."""
    at = -1
    for row in root.iter(f"{_S}row"):
        number = row.get("r") or ""
        at = int(number) - 1 if number.isdigit() else at + 1
        if row.get("hidden") in _HIDDEN:
            hidden.add(at)
        column = -1
        for element in row.iterchildren(f"{_S}c"):
            place = _place(element.get("r") or "")
            column = place[1] if place else column + 1
            yield at, column, _cell(element, strings)


def _cell(element: etree._Element, strings: list[str]) -> Cell:
    kind = element.get("t") or "n"
    if kind == "inlineStr":
        return Cell(_text(element), 0, 0)
    raw = (element.findtext(f"{_S}v") or "").strip()
    if kind == "s":
        known = raw.isdigit() and int(raw) < len(strings)
        return Cell(strings[int(raw)] if known else "", 0, 0)
    return number(raw) if kind == "n" else Cell(raw, 0, 0)


def _merges(root: etree._Element) -> dict[tuple[int, int], tuple[int, int]]:
    """Upper left to lower right corner of the merged areas, 0-based."""
    found = {}
    for merge in root.iter(f"{_S}mergeCell"):
        first, _, last = (merge.get("ref") or "").partition(":")
        begin, end = _place(first), _place(last)
        if begin and end and begin <= end:
            area = (end[0] - begin[0] + 1) * (end[1] - begin[1] + 1)
            if area <= MAX_CELLS:
                found[begin] = end
    return found


def _place(reference: str) -> tuple[int, int] | None:
    """A reference as 0-based row and column."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match.group(1):
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(match.group(2)) - 1, column - 1
