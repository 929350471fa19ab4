"""PDF files with a text layer: pages to paragraphs and tables, stitched over page edges.

Geometry comes from pdfium, table cells from pdfplumber's functions; pdfplumber alone is the second
road, for documents in which the first finds no table. Pages that are pictures are not read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelines.documents.model import Block, Document, DocumentError, NeedsOcr, Paragraph
from pipelines.documents.pdf_geometry import (
    box_edges,
    columns_of,
    dotted_edges,
    find_frames,
    merge,
)
from pipelines.documents.pdf_integrity import DAMAGED, Damage, check_whole, examine
from pipelines.documents.pdf_lines import GARBLED, Line, garbled_share, lines_of
from pipelines.documents.pdf_loose import take_loose
from pipelines.documents.pdf_overflow import take_overflow
from pipelines.documents.pdf_pages import STOCK_FONT, Ask, UnopenedError, open_pdf, read_pages
from pipelines.documents.pdf_plumber import plumber_pages
from pipelines.documents.pdf_rules import (
    UNDIVIDED,
    is_undivided,
    is_unruled,
    may_be_unruled,
    rule_runs,
)
from pipelines.documents.pdf_shapes import Box, Char, Page, overlap
from pipelines.documents.pdf_stitch import fits, is_value, stitch
from pipelines.documents.pdf_tables import Grid, fill_faint, join_broken, take_grids
from pipelines.documents.pdf_text import (
    PageText,
    Paragraphs,
    drop_furniture,
    in_columns,
)
from pipelines.documents.pdf_turned import as_shown
from pipelines.documents.pdf_unruled import (
    between_rules,
    is_tabular,
    read_rows,
    take_tables,
)
from pipelines.documents.pdf_vanished import may_lack_digits, same_digits
from pipelines.documents.sniff import PDF

_FEW_CHARS = 12  # a page number and a stamp
_LARGE = 100.0  # points; smaller pictures are emblems and signs
_GARBLED_PAGE = 0.05  # of a page's characters
_MOST_BYTES_UNOPENED = 20_000_000  # of a file that pdfium does not open
_MOST_PAGES_TWICE = 30  # longer files are read one way only
_DIFFERENT = "the PDF file is damaged: two ways of reading it give different"
DISGUISED = "digits that are drawn as others"
"""Why a page is not read by its text layer."""
_LEAST_SHADED = 6  # shaded boxes that may be the cells of a table


def read_pdf(data: bytes) -> Document:
    """Reads a PDF file.

    Raises:
        NeedsOcr: pages have no readable text layer; its ``document`` holds what the others have.
        DocumentError: encrypted, damaged, cut off, or larger than any report.
    """
    check_whole(data)
    damage, odd_maps = examine(data)
    if damage is Damage.ALTERED:
        raise DocumentError("the PDF file is damaged: streams do not fit their own checksums")
    damaged = damage is not Damage.NONE
    try:
        with open_pdf(data) as opened:
            ask = Ask(stock=not _may_have_font(data), digits=odd_maps)
            pages = list(read_pages(opened, ask))
    except UnopenedError as error:
        if damaged or len(data) > _MOST_BYTES_UNOPENED:
            raise
        return _second_road_only(data, error)
    damaged = damaged or any(p.stock_font for p in pages)
    unread = tuple(p.number for p in pages if p.disguised or _is_picture(p))
    document = _assemble(pages)
    if not any(t.width > 1 for t in document.tables) and len(pages) <= _MOST_PAGES_TWICE:
        document = _second_road(data, document)
    document.images = sum(_is_large(box) for p in pages for box in p.images)
    document.pictured = _pictured(document, pages)
    if damaged:
        _confirm(data, document, pages)
    elif any(map(may_lack_digits, pages)) and not same_digits(pages, plumber_pages(data)):
        raise DocumentError(f"{_DIFFERENT} digits")
    garbled = _distrust(document, pages)
    if unread or len(garbled) == sum(bool(p.chars) for p in pages) > 0:
        unread = tuple(sorted({*unread, *garbled}))
        readable = document if len(unread) < len(pages) else None
        listed = ", ".join(map(str, unread[:10]))
        raise NeedsOcr(f"no readable text layer on page {listed}", unread, readable)
    if not document.blocks:
        raise DocumentError("the PDF file is empty: its pages hold nothing")
    return document


def _distrust(document: Document, pages: Sequence[Page]) -> set[int]:
    """Makes doubtful what stands on pages whose text is no text, or another than is drawn.

    Returns:
        The numbers of the former.
    """
    garbled = {p.number for p in pages if _garbled(p) > _GARBLED_PAGE}
    for reason, numbers in (
        (DISGUISED, {p.number for p in pages if p.disguised}),
        (GARBLED, garbled),
    ):
        for number in sorted(numbers):
            document.notes.append(f"{reason} on page {number}")
            _doubt(document, reason, number)
    return garbled


def _second_road_only(data: bytes, error: UnopenedError) -> Document:
    """What pdfplumber reads in a sound file that pdfium does not open.

    Raises:
        DocumentError: pdfplumber does not open it either, or finds no text on some page; pages
            that can only be seen are drawn by pdfium alone.
    """
    try:
        pages = plumber_pages(data, _MOST_PAGES_TWICE)
    except DocumentError:
        raise error from None
    if not pages or any(_is_picture(p) or _garbled(p) > _GARBLED_PAGE for p in pages):
        raise error
    document = _assemble(pages)
    if not document.blocks:
        raise error
    document.images = sum(_is_large(box) for p in pages for box in p.images)
    document.notes.append(f"read the second way only, since {error}")
    return document


def _is_picture(page: Page) -> bool:
    """Whether a page can be seen but has no text layer to speak of."""
    area = page.width * page.height or 1.0
    covered = max((_area(box) for box in page.images), default=0.0) / area
    if len(page.chars) < _FEW_CHARS:
        # Text may also be drawn as outlines: many curves and no character.
        return covered > 0.2 or page.hidden > _FEW_CHARS or (not page.chars and page.strokes > 200)
    return covered > 0.5 and page.hidden > len(page.chars)


def _pictured(document: Document, pages: Sequence[Page]) -> tuple[int, ...]:
    """The pages with large pictures and no table, for a picture may be the table."""
    with_table = {c.page for t in document.tables if t.width > 1 for c in t.cells()}
    return tuple(
        p.number
        for p in pages
        if p.number not in with_table and any(map(_is_large, p.images)) and not _is_picture(p)
    )


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _is_large(box: Box) -> bool:
    return box[2] - box[0] > _LARGE and box[3] - box[1] > _LARGE


def _garbled(page: Page) -> float:
    return garbled_share("".join(c.text for c in page.chars))


def _doubt(document: Document, reason: str, page: int | None) -> None:
    """Makes every cell and paragraph of a page, or every paragraph of all, doubtful.

    Args:
        document: changed.
        reason: why.
        page: its 1-based number; None for all, of which the cells are confirmed.
    """
    for block in document.blocks:
        if isinstance(block, Paragraph):
            if page is None or block.page == page:
                block.doubt = block.doubt or reason
            continue
        for cell in block.cells() if page is not None else ():
            if cell.page == page:
                cell.doubt = cell.doubt or reason


def _may_have_font(data: bytes) -> bool:
    """Whether the file may have the font that stands in for others; packed objects may hold it."""
    return STOCK_FONT in data or b"/ObjStm" in data


def _confirm(data: bytes, document: Document, pages: Sequence[Page]) -> None:
    """Makes sure that pdfplumber reads the same from a file that is not quite sound.

    Files of careless programs are read alike by both; one that lost part of itself is not, since
    each mends it in its own way. Text outside tables is doubtful even then.

    Raises:
        DocumentError: the tables differ, or the digits of a page.
    """
    document.notes.append(DAMAGED)
    others = plumber_pages(data)
    if not same_digits(pages, others) or _printed(_assemble(others)) != _printed(document):
        raise DocumentError(f"{_DIFFERENT} tables")
    _doubt(document, DAMAGED, None)


def _printed(document: Document) -> list[list[str]]:
    """The texts of all tables' cells without white space."""
    return [["".join(c.text.split()) for c in t.cells()] for t in document.tables]


def _second_road(data: bytes, document: Document) -> Document:
    """What pdfplumber makes of a file in which no table was found; the better of the two."""
    try:
        other = _assemble(plumber_pages(data))
    except DocumentError as error:
        document.notes.append(f"second reading failed: {error}")
        return document
    better = any(t.width > 1 for t in other.tables) or not document.blocks
    return other if better else document


def _assemble(pages: Sequence[Page]) -> Document:
    document = Document(PDF)
    texts = [_ruled(page) for page in pages]
    drop_furniture(texts)
    for page, text in zip(pages, texts, strict=True):
        _unruled(page, text)
    document.blocks = blocks_of(texts)
    turned = {p.number: p for p in pages if p.turned}
    for cell in (c for t in document.tables for c in t.cells() if turned):
        if cell.box is not None and cell.page in turned:
            cell.box = as_shown(cell.box, turned[cell.page])
    return document


def _ruled(page: Page) -> PageText:
    """The page's ruled tables, and its other lines of text."""
    chars = list(page.chars)
    page.edges = merge(page.edges + dotted_edges(page.dots))
    grids = take_grids(find_frames(page.edges), chars, page.number)
    shaded = [b for b in page.fills if not any(overlap(b, g.box) for g in grids)]
    if len(shaded) >= _LEAST_SHADED:
        frames = [f for f in find_frames(merge(box_edges(shaded))) if columns_of(f) > 1]
        grids += take_grids(frames, chars, page.number)
    fill_faint(grids, page.faint)
    lines = lines_of([c for c in chars if _is_on(page, c)])
    if grids:
        take_overflow(max(grids, key=lambda g: g.box[3]), lines)
    return PageText(page.number, page.height, lines, grids)


def _unruled(page: Page, text: PageText) -> None:
    """Reads the tables that lack lines."""
    text.grids = [g for grid in text.grids for g in _reread(page, grid)]
    if any(is_value(x.text) or is_tabular(x) for x in text.lines):
        text.grids += take_loose(text.lines, page.number)
    for run in rule_runs(page.edges, text.grids):
        text.grids += between_rules(run, text.lines, page.number)
    text.grids += take_tables(text.lines, page.number)


def _reread(page: Page, grid: Grid) -> list[Grid]:
    """The tables in a frame; when its lines do not divide their rows, told by their text."""
    unruled = is_unruled(grid)
    if not unruled and not may_be_unruled(grid):
        join_broken(grid)
        return [grid]
    lines = lines_of([c for c in page.chars if _within(c, grid.box)])
    walls = [e for e in page.edges if e.upright]
    found = take_loose(list(lines), page.number, walls)
    if not found and unruled:
        found = [g for g in [read_rows(lines, page.number, None)] if g is not None]
    if not found:
        join_broken(grid)
    if not found and unruled:
        for cell in grid.cells:
            if is_undivided(cell.text):
                cell.doubt = cell.doubt or UNDIVIDED
    return found or [grid]


def _within(char: Char, box: Box) -> bool:
    x, y = (char.x0 + char.x1) / 2, (char.top + char.bottom) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _is_on(page: Page, char: Char) -> bool:
    """Whether a character can be seen; tables may run over the edge, stray text may not."""
    return (
        0 <= char.x0 + char.x1 <= 2 * page.width and 0 <= char.top + char.bottom <= 2 * page.height
    )


def blocks_of(pages: Iterable[PageText]) -> list[Block]:
    """The paragraphs and tables of all pages in reading order, those cut by a page joined."""
    blocks: list[Block | Grid] = []
    lines = [x for p in pages for x in p.lines]
    paragraphs = Paragraphs(lines)
    for page in pages:
        items = in_columns([*page.grids, *page.lines])
        paragraphs.turn_to(items)
        for at, item in enumerate(items):
            if isinstance(item, Line):
                new = paragraphs.add(item, page.number, first=at == 0)
                blocks += [new] if new is not None else []
                continue
            paragraphs.end()
            before = blocks[-1] if blocks else None
            if at == 0 and isinstance(before, Grid) and fits(before, item):
                blocks[-1] = stitch(before, item)
            else:
                item.geometric = item.geometric and not item.headless
                blocks.append(item)
    return [b.to_table() if isinstance(b, Grid) else b for b in blocks]
