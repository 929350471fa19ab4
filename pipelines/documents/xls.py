"""Excel 97 and the older files of WPS spreadsheets: visible sheets to paragraphs and tables.

The xlrd library reads the file. A cell's text is what the sheet prints; number formats are applied
by ``number_format``.
"""

from __future__ import annotations

import io
import struct

import xlrd
from xlrd.book import Book
from xlrd.sheet import Sheet

from pipelines.documents.colours import WHITE, Colour, alike
from pipelines.documents.invisible import without_invisible
from pipelines.documents.model import Cell, Document, DocumentError
from pipelines.documents.sheets import (
    MAX_CELLS,
    MAX_SHEETS,
    check_place,
    lay_out,
    number,
    thing,
)
from pipelines.documents.sniff import OLE
from pipelines.documents.table_parts import to_blocks

_STREAMS = tuple(f"{name}\0".encode("utf-16-le") for name in ("Workbook", "Book"))
_ENTRY = 128  # bytes of one entry of the directory, which begins with its name
_WORD = "WordDocument".encode("utf-16-le")
_DAMAGE = (
    xlrd.XLRDError,
    xlrd.compdoc.CompDocError,
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    TypeError,
    ValueError,
)
"""What xlrd raises on damaged files; it checks little of what it reads."""


def is_spreadsheet(data: bytes) -> bool:
    """Whether a compound file is a spreadsheet rather than a text that may hold one."""
    return _WORD not in data and any(_has_entry(data, name) for name in _STREAMS)


def _has_entry(data: bytes, name: bytes) -> bool:
    at = data.find(name)
    while at >= 0 and at % _ENTRY:
        at = data.find(name, at + 1)
    return at >= 0


def read_xls(data: bytes) -> Document:
    """Reads a spreadsheet.

    Raises:
        DocumentError: damaged, encrypted, empty, or more cells than any form has.
    """
    try:
        book = xlrd.open_workbook(
            file_contents=data, logfile=io.StringIO(), formatting_info=True, on_demand=True
        )
        every = (book.sheet_by_index(n) for n in range(min(book.nsheets, MAX_SHEETS)))
        sheets = [_rows(book, sheet) for sheet in every if not sheet.visibility]
    except _DAMAGE as error:
        words = f"the spreadsheet is damaged or encrypted: {type(error).__name__} {error}"
        raise DocumentError(words[:200]) from error
    document = Document(OLE)
    for rows in sheets:
        document.blocks += to_blocks(rows, sheet=True)
    if not document.blocks:
        raise DocumentError("the spreadsheet holds nothing")
    return document


def _rows(book: Book, sheet: Sheet) -> list[list[Cell]]:
    check_place(sheet.nrows - 1, sheet.ncols - 1)
    printed = {
        r: {c: cell for c in range(sheet.row_len(r)) if (cell := _cell(book, sheet, r, c)).text}
        for r in range(sheet.nrows)
    }
    merges = {
        (top, left): (bottom - 1, right - 1)
        for top, bottom, left, right in sheet.merged_cells
        if top < bottom and left < right and (bottom - top) * (right - left) <= MAX_CELLS
    }
    hidden = {r for r, row in sheet.rowinfo_map.items() if row.hidden}
    columns = {c for c, column in sheet.colinfo_map.items() if column.hidden}
    return lay_out(printed, merges, hidden, columns)


def _cell(book: Book, sheet: Sheet, row: int, column: int) -> Cell:
    cell = _printed(book, sheet, row, column)
    is_figure = any(c.isdigit() for c in cell.text) and not any(c.isalpha() for c in cell.text)
    return thing() if is_figure and _is_unseen(book, sheet, row, column) else cell


def _printed(book: Book, sheet: Sheet, row: int, column: int) -> Cell:
    value = sheet.cell_value(row, column)
    kind = sheet.cell_type(row, column)
    if kind == xlrd.XL_CELL_NUMBER:
        raw = str(int(value)) if float(value).is_integer() else str(value)
        look = book.xf_list[sheet.cell_xf_index(row, column)]
        return number(raw, book.format_map[look.format_key].format_str, sheet.show_zero_values)
    if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return Cell("", 0, 0)
    if kind != xlrd.XL_CELL_TEXT:
        return thing()  # dates, truth values and errors are no figure of a report
    lines = (" ".join(line.split()) for line in without_invisible(str(value)).splitlines())
    return Cell("\n".join(line for line in lines if line), 0, 0)


def _is_unseen(book: Book, sheet: Sheet, row: int, column: int) -> bool:
    """Whether the text of a cell is struck out or not told from its ground."""
    look = book.xf_list[sheet.cell_xf_index(row, column)]
    font = book.font_list[look.font_index]
    colour: Colour | None = book.colour_map.get(font.colour_index)
    filled = look.background.fill_pattern
    ground = book.colour_map.get(look.background.pattern_colour_index) if filled else WHITE
    pale = colour is not None and ground is not None and alike(colour, ground)
    return bool(font.struck_out) or pale
