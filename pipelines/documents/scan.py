"""Scans: pages that are pictures, to paragraphs and tables.

Ruled lines give the cells, the recogniser reads them line by line; a figure that is not sure beyond
doubt says so in its cell. Lines of text outside tables become paragraphs as on PDF pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from pipelines.documents.model import Block, Document, DocumentError, NeedsOcr, Table
from pipelines.documents.pdf import blocks_of
from pipelines.documents.pdf_lines import Line
from pipelines.documents.pdf_shapes import Box, Char
from pipelines.documents.pdf_stitch import is_value
from pipelines.documents.pdf_tables import Grid, bordered_grid
from pipelines.documents.pdf_text import PageText, drop_furniture
from pipelines.documents.pdf_unruled import take_tables
from pipelines.documents.scan_cells import read_cell, typical_figure
from pipelines.documents.scan_grid import find_lattice
from pipelines.documents.scan_image import (
    MAX_PAGES,
    PIXEL,
    Sheet,
    quarter,
    sheets_of_image,
    sheets_of_pdf,
    straightened,
)
from pipelines.documents.scan_labels import mend_labels
from pipelines.documents.scan_lines import CellInk, Strip, cells_of, strips_outside
from pipelines.documents.scan_ocr import Reading, check_installed, recognise
from pipelines.documents.sniff import PDF

IMAGES = frozenset({"image/png", "image/jpeg", "image/tiff", "image/bmp", "image/gif"})
"""Media types of pictures that are read."""
_UNRULED = "read by OCR from a table without ruled lines"
_CUT = "the end of the page cuts through its letters"
_MEANT = 0.5  # a likelier figure is one
_LEGIBLE = 0.75  # mean score of a page's longest lines; a page with less may lie on its side
_SHARD = 3  # characters as which the feet of letters, dirt or a page number are read
_LONG = 8  # characters of a page's longest lines
_MUCH_MORE = 1.3  # times what is said before a page is turned
_LEAST_SAID = 20.0  # characters, surely read, that tell how a page lies
_SAMPLE = 10  # lines by which the right way up is found
_LEAST_CELLS = 8  # of a picture that may be a table of a form
_LITTLE_TEXT = 200  # characters; a page with more has its text outside its pictures
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
_BRACKETS = str.maketrans("()", "（）")  # which of the two is printed the recogniser cannot tell
_WIDE = 0x2E80  # characters from here on are as wide as high


@dataclass(slots=True)
class _Page:
    """What was found on one sheet before it is read."""

    sheet: Sheet
    tables: list[tuple[Box, list[CellInk]]]
    lines: list[Strip]

    def strips(self) -> Iterator[Strip]:
        for _, cells in self.tables:
            for cell in cells:
                yield from cell.strips
        yield from self.lines


def read_scanned_pdf(data: bytes, need: NeedsOcr) -> Document:
    """Reads a PDF file of which some pages can only be seen.

    Args:
        data: the file.
        need: which pages, and what the others hold.

    Raises:
        DocumentError: too many pages, nothing to read on them, or no OCR installed.
    """
    check_installed()
    document = need.document or Document(PDF)
    unread = set(need.pages)
    blocks = [b for b in document.blocks if b.page not in unread]
    seen = _read(sheets_of_pdf(data, sorted(unread)))
    document.blocks = _merged(blocks, seen)
    return _finished(document, unread)


def read_image(data: bytes, kind: str) -> Document:
    """Reads a picture of a page or of several.

    Args:
        data: the file.
        kind: its media type, one of ``IMAGES``.

    Raises:
        DocumentError: damaged, too large, nothing to read on it, or no OCR installed.
    """
    check_installed()
    sheets = list(sheets_of_image(data))
    document = Document(kind, blocks=_read(sheets), images=len(sheets))
    return _finished(document, {s.number for s in sheets})


def add_pictures(document: Document) -> None:
    """Adds the tables on the pictures that a document carries; they stand on pages of their own.

    Their text is added too when the document has next to none.

    Raises:
        DocumentError: too many pictures, or no OCR installed.
    """
    check_installed()
    if len(document.pictures) > MAX_PAGES:
        raise DocumentError(f"{len(document.pictures)} pictures; at most {MAX_PAGES} are read")
    sheets: list[Sheet] = []
    for data in document.pictures:
        try:
            for sheet in sheets_of_image(data):
                sheet.number = len(sheets) + 1
                sheets.append(sheet)
        except DocumentError as error:
            document.notes.append(f"a picture is not read: {error}")
    blocks = _read(sheets)
    if sum(map(len, document.paragraphs)) >= _LITTLE_TEXT:
        blocks = [b for b in blocks if isinstance(b, Table)]
    if blocks:
        document.blocks += blocks
        document.scanned = frozenset(s.number for s in sheets)
        document.notes.append(f"{len(sheets)} pictures were read by OCR")


def add_pictured_tables(data: bytes, document: Document) -> None:
    """Adds the ruled tables that stand as pictures on pages of text.

    Args:
        data: the PDF file.
        document: what its text says; its ``pictured`` names the pages.

    Raises:
        DocumentError: too many pages, or no OCR installed.
    """
    check_installed()
    found = [s for s in sheets_of_pdf(data, document.pictured) if _has_table(s)]
    tables = [b for b in _read(found) if isinstance(b, Table)]
    if tables:
        document.blocks = _merged(document.blocks, tables)
        document.scanned |= {b.page for b in tables if b.page is not None}
        document.notes.append(f"{len(tables)} tables on pictures were read by OCR")


def _has_table(sheet: Sheet) -> bool:
    return any(len(f.cells) >= _LEAST_CELLS for f in find_lattice(sheet).frames)


def _finished(document: Document, pages: Iterable[int]) -> Document:
    if not document.blocks:
        raise DocumentError("nothing can be read on the pictures of its pages")
    document.scanned = frozenset(pages)
    document.notes.append(f"{len(document.scanned)} pages were read by OCR")
    return document


def _merged(blocks: Sequence[Block], seen: Sequence[Block]) -> list[Block]:
    """Blocks of two sorts of pages in the order of the pages."""
    page = 0
    placed = []
    for block in blocks:
        page = block.page or page
        placed.append((page, block))
    placed += [(block.page or 0, block) for block in seen]
    return [block for _, block in sorted(placed, key=lambda p: p[0])]


def _read(sheets: Iterable[Sheet]) -> list[Block]:
    """The blocks of pages that follow each other."""
    texts = [_read_sheet(sheet) for sheet in sheets]
    drop_furniture(texts)
    return blocks_of(texts)


def _read_sheet(sheet: Sheet) -> PageText:
    page = _found(sheet)
    readings = recognise([s.crop for s in page.strips()])
    page, readings = _right_way_up(page, readings)
    return _page_text(page, readings)


def _found(sheet: Sheet) -> _Page:
    lattice = find_lattice(sheet)
    tables = [(f.box, cells_of(sheet, lattice, f)) for f in lattice.frames]
    return _Page(sheet, tables, strips_outside(sheet, lattice))


def _longest(strips: Iterable[Strip]) -> list[Strip]:
    """The longest lines of a page, which tell best how it lies."""
    return sorted(strips, key=lambda s: s.crop.shape[1], reverse=True)[:_SAMPLE]


def _is_upright(said: Sequence[Reading]) -> bool:
    """Whether lines are read surely, and are as long as lines of text.

    The reader knows letters on their side, too; but then the columns of the print are its lines.
    """
    count = len(said)
    surely = sum(r.mean for r in said) >= _LEGIBLE * count
    return count > 0 and surely and sum(len(r.text) for r in said) >= _LONG * count


def _said_surely(said: Sequence[Reading]) -> float:
    """How much lines say, what is unsure counted less."""
    return sum(r.mean**4 * len(r.text) for r in said)


def _right_way_up(page: _Page, readings: list[Reading]) -> tuple[_Page, list[Reading]]:
    """A page that lies on its side or head, turned if that makes it say more."""
    read = {id(s): r for s, r in zip(page.strips(), readings, strict=True)}
    here = [read[id(s)] for s in _longest(page.strips())]
    if _is_upright(here) or (not here and page.sheet.is_blank):
        return page, readings
    best, turned = max(_MUCH_MORE * _said_surely(here), _LEAST_SAID), None
    for turns in (1, 2, 3):
        other = _found(straightened(quarter(page.sheet, turns)))
        score = _said_surely(recognise([s.crop for s in _longest(other.strips())]))
        if score > best:
            best, turned = score, other
    if turned is None:
        return page, readings
    return turned, recognise([s.crop for s in turned.strips()])


def _page_text(page: _Page, readings: Sequence[Reading]) -> PageText:
    """What a page says."""
    sheet = page.sheet
    said = {id(s): r for s, r in zip(page.strips(), readings, strict=True)}
    again = _second_readings(page, said)
    usual = typical_figure(page.tables, said)
    grids = []
    for box, inks in page.tables:
        cells = [read_cell(ink, said, again, usual) for ink in inks]
        scores = {
            id(cell): min(said[id(s)].mean for s in ink.strips)
            for cell, ink in zip(cells, inks, strict=True)
            if ink.strips
        }
        grid = bordered_grid([i.box for i in inks], cells, box, sheet.number)
        mend_labels(grid, scores)
        for cell in grid.cells:
            cell.box = _on_page(sheet, cell.box)
        if any(c.text for c in grid.cells):
            grids.append(grid)
    text = PageText(sheet.number, sheet.height * PIXEL, [], grids)
    text.lines = [_line(s, said[id(s)]) for s in page.lines if said[id(s)].text]
    text.lines = _without_shards(text.lines, grids)
    unruled = take_tables(text.lines, sheet.number)
    for cell in (c for g in unruled for c in g.cells if is_value(c.text)):
        cell.doubt, cell.readings = _UNRULED, (cell.text,)
    text.grids += unruled
    return text


def _without_shards(lines: list[Line], grids: Sequence[Grid]) -> list[Line]:
    """The lines of a page without what alone stands under its last table and is no text.

    A page's end cuts letters whose feet hang out of the table: the words of its last row are then
    doubtful. What stands further down is dirt or a page number.
    """
    last = max(grids, key=lambda g: g.box[3], default=None)
    below = [x for x in lines if last and x.middle > last.box[3]]
    if last is None or any(len(x.text) > _SHARD for x in below):
        return lines
    if any(x.middle < last.box[3] + x.size for x in below):
        for cell in last.cells:
            if cell.row + cell.rowspan == last.height and cell.text and not is_value(cell.text):
                cell.doubt = cell.doubt or _CUT
    return [x for x in lines if x not in below]


def _on_page(sheet: Sheet, box: Box | None) -> Box | None:
    if box is None:
        return None
    return cast(Box, sheet.points(*(v / PIXEL for v in box)))


def _second_readings(page: _Page, said: dict[int, Reading]) -> dict[int, Reading]:
    """Figures of more than one digit, and unsure ones, read once more from another crop."""
    strips = [
        s
        for _, inks in page.tables
        for ink in inks
        for s in ink.strips
        if (figure := said[id(s)].figure) is not None
        and (len(figure.text) > 1 or figure.score < 0.99)
    ]
    readings = recognise([s.roomier() for s in strips])
    return {id(s): r for s, r in zip(strips, readings, strict=True)}


def _line(strip: Strip, reading: Reading) -> Line:
    """A line of text with its characters where the recogniser saw them."""
    left, top, right, bottom = (v * PIXEL for v in strip.area)
    said, places = reading.text, reading.places
    figure = reading.figure
    if figure is not None and figure.text.isdigit() and figure.score > _MEANT:
        said = figure.text
        places = tuple((i + 0.5) / len(said) for i in range(len(said)))
    ems = sum(1.0 if ord(c) >= _WIDE else 0.5 for c in said)
    size = min(max((right - left) / max(ems, 1.0), 0.8 * (bottom - top)), 1.4 * (bottom - top))
    chars = []
    for char, place in zip(said, places, strict=True):
        half = size / 2 if ord(char) >= _WIDE else size / 4
        middle = left + place * (right - left)
        chars.append(Char(char, middle - half, top, middle + half, bottom))
    text = " ".join(said.split())
    if _CHINESE.search(text):
        text = text.translate(_BRACKETS)
    return Line(text, (left, top, right, bottom), size, chars)
