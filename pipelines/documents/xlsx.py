"""XLSX: visible sheets to paragraphs and tables, merged cells as one cell.

Reads the XML directly, bounded. A cell's text is what the sheet prints; looks are read by
``xlsx_styles``, number formats applied by ``number_format``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from pipelines.documents.model import Cell, Document, DocumentError
from pipelines.documents.sheets import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_SHEETS,
    check_place,
    lay_out,
    number,
    thing,
)
from pipelines.documents.sniff import XLSX
from pipelines.documents.table_parts import to_blocks
from pipelines.documents.word_package import Package, R
from pipelines.documents.xlsx_styles import PLAIN, Look, S, read_looks

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ON = ("1", "true")
_OFF = ("0", "false")
_NO_FIGURES = ("b", "e", "d")  # truth values, errors, dates


@dataclass(frozen=True)
class _Book:
    """What the sheets of a file share.

    Attributes:
        strings: the texts that cells name by number.
        looks: the looks that they name by number.
    """

    strings: list[str]
    looks: list[Look]

    def look(self, element: etree._Element) -> Look:
        """The look of a cell."""
        index = element.get("s") or ""
        known = index.isdigit() and int(index) < len(self.looks)
        return self.looks[int(index)] if known else PLAIN


def read_xlsx(data: bytes) -> Document:
    """Reads a spreadsheet.

    Raises:
        DocumentError: not a whole zip file, no sheets, encrypted, or more cells than any form has.
    """
    package = Package(data, "XLSX")
    main = package.main("xl/workbook.xml")
    targets = package.targets(main)
    styles = next((t for kind, t in targets.values() if kind == "styles"), None)
    book = _Book(_strings(package, targets), read_looks(package, styles))
    document = Document(XLSX)
    sheets = [s for s in package.xml(main).iter(f"{S}sheet") if s.get("state") in (None, "visible")]
    for sheet in sheets[:MAX_SHEETS]:
        target = targets.get(sheet.get(f"{R}id") or "")
        if target is not None and target[0] == "worksheet":
            rows = _rows(package.xml(target[1]), book)
            document.blocks += to_blocks(rows, sheet=True)
    if not document.blocks:
        raise DocumentError("the spreadsheet holds nothing")
    return document


def _strings(package: Package, targets: dict[str, tuple[str, str]]) -> list[str]:
    """The shared strings, phonetic readings left out."""
    name = next((t for kind, t in targets.values() if kind == "sharedStrings"), None)
    if name is None or not package.has(name):
        return []
    return [_text(item) for item in package.xml(name).iter(f"{S}si")]


def _text(item: etree._Element) -> str:
    etree.strip_elements(item, f"{S}rPh", with_tail=False)
    raw = "".join(item.itertext(f"{S}t", with_tail=False))
    lines = (" ".join(line.split()) for line in raw.splitlines())
    return "\n".join(line for line in lines if line)


def _rows(root: etree._Element, book: _Book) -> list[list[Cell]]:
    """The cells of each row with spans, hidden rows and columns left out."""
    printed: dict[int, dict[int, Cell]] = {}
    hidden: set[int] = set()
    zeros = not any(view.get("showZeros") in _OFF for view in root.iter(f"{S}sheetView"))
    for row, column, cell in _cells(root, book, zeros, hidden):
        check_place(row, column)
        printed.setdefault(row, {})[column] = cell
    return lay_out(printed, _merges(root), hidden, _hidden_columns(root))


def _hidden_columns(root: etree._Element) -> set[int]:
    """The columns that are not shown, 0-based."""
    found: set[int] = set()
    for column in root.iter(f"{S}col"):
        first, last = column.get("min") or "", column.get("max") or ""
        if first.isdigit() and last.isdigit() and column.get("hidden") in _ON:
            found |= set(range(int(first) - 1, min(int(last), MAX_COLUMNS)))
    return found


def _cells(
    root: etree._Element, book: _Book, zeros: bool, hidden: set[int]
) -> Iterator[tuple[int, int, Cell]]:
    """Row and column (0-based) and cell, of all that are stored."""
    at = -1
    for row in root.iter(f"{S}row"):
        number = row.get("r") or ""
        at = int(number) - 1 if number.isdigit() else at + 1
        if row.get("hidden") in _ON:
            hidden.add(at)
        column = -1
        for element in row.iterchildren(f"{S}c"):
            place = _place(element.get("r") or "")
            column = place[1] if place else column + 1
            yield at, column, _cell(element, book, zeros)


def _cell(element: etree._Element, book: _Book, zeros: bool) -> Cell:
    look = book.look(element)
    cell = _printed(element, book, look.format, zeros)
    is_figure = any(c.isdigit() for c in cell.text) and not any(c.isalpha() for c in cell.text)
    return thing() if look.unseen and is_figure else cell


def _printed(element: etree._Element, book: _Book, code: str, zeros: bool) -> Cell:
    kind = element.get("t") or "n"
    if kind == "inlineStr":
        return Cell(_text(element), 0, 0)
    raw = (element.findtext(f"{S}v") or "").strip()
    if kind == "s":
        known = raw.isdigit() and int(raw) < len(book.strings)
        return Cell(book.strings[int(raw)] if known else "", 0, 0)
    if kind in _NO_FIGURES:
        return thing()
    if kind != "n":
        return Cell(raw, 0, 0)
    if raw:
        return number(raw, code, zeros)
    # The program that wrote the formula left its result to others.
    return thing() if element.find(f"{S}f") is not None else Cell("", 0, 0)


def _merges(root: etree._Element) -> dict[tuple[int, int], tuple[int, int]]:
    """Upper left to lower right corner of the merged areas, 0-based."""
    found = {}
    for merge in root.iter(f"{S}mergeCell"):
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
