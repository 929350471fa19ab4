"""DOCX: paragraphs and tables from the document part, tracked changes as accepted.

Reads the XML directly: a walk over python-docx objects costs several times more. Word 97 and WPS
files come here converted (``office``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipelines.documents import word_table
from pipelines.documents.model import PICTURE, Block, Document, DocumentError, Paragraph, Table
from pipelines.documents.sniff import DOCX
from pipelines.documents.word_numbers import Numbering, read_numbering
from pipelines.documents.word_package import MAX_PART, Package, R, W
from pipelines.documents.word_shown import shows_a_thing
from pipelines.documents.word_tree import JOINED, SDT, TBL, Boxes, P, clean, inside, text_of

_WRAPPERS = {SDT, f"{W}ins", f"{W}customXml", f"{W}smartTag", f"{W}moveTo"}
_CHUNK = f"{W}altChunk"
_PROPERTIES = f"{W}tcPr"
_MARGINS = ("header", "footer")
_SMALL = 4  # cells; a table inside a cell with fewer is only that cell's frame
_MOST_PICTURES = 50
_LABEL = re.compile(r"[^\W\d_]")
Nested = Callable[[bytes], Document]


def read_docx(data: bytes, nested: Nested | None = None) -> Document:
    """Reads a DOCX file.

    Args:
        data: its bytes.
        nested: reads a document of another format that is stored inside; without it such parts
            are noted and left out.

    Raises:
        DocumentError: not a whole zip file, no document part, encrypted, or too large unpacked.
    """
    package = Package(data)
    main = package.main("word/document.xml")
    root = package.xml(main)
    body = root.find(f"{W}body")
    if body is None:
        raise DocumentError("the DOCX file has no body")
    numbering = read_numbering(package, main, root)
    reader = _Reader(package, main, numbering, clean(root, _styles(package, main, root)), nested)
    document = Document(DOCX, blocks=_joined(reader.blocks(body)), notes=reader.notes)
    document.blocks += reader.tables_of_margins()
    document.images = sum(1 for _ in root.iter("{*}blip", "{*}imagedata"))
    if document.images:
        document.pictures = _pictures(package, main)
        if not document.tables:
            words = f"{document.images} pictures, which may be its tables, and no table"
            document.notes.append(words)
    return document


def _styles(package: Package, main: str, root: etree._Element) -> bytes:
    """The part of styles, where a run has a style of its own; empty otherwise."""
    if next(root.iter(f"{W}rStyle"), None) is None:
        return b""
    names = (t for kind, t in package.targets(main).values() if kind == "styles")
    return next((package.part(name) for name in names if package.has(name)), b"")


def _pictures(package: Package, main: str) -> list[bytes]:
    """The pictures of a document, in the order of their relationships."""
    targets = [t for kind, t in package.targets(main).values() if kind == "image"]
    found: list[bytes] = []
    for target in dict.fromkeys(targets):
        if len(found) < _MOST_PICTURES and sum(map(len, found)) < MAX_PART and package.has(target):
            found.append(package.part(target))
    return found


def _joined(blocks: Iterable[tuple[Block, bool]]) -> list[Block]:
    """Blocks, paragraphs whose end was deleted joined with the next one."""
    found: list[Block] = []
    open_end = False
    for block, goes_on in blocks:
        before = found[-1] if found else None
        if open_end and isinstance(block, Paragraph) and isinstance(before, Paragraph):
            before.text += block.text
        else:
            found.append(block)
        open_end = goes_on
    return found


@dataclass
class _Reader:
    """Reads the parts of one body, in reading order."""

    package: Package
    main: str
    numbering: Numbering
    boxes: Boxes
    nested: Nested | None
    notes: list[str] = field(default_factory=list)

    def blocks(self, parent: Iterable[etree._Element]) -> Iterator[tuple[Block, bool]]:
        """Blocks under a body, cell or box, and whether the next one continues them."""
        for child in parent:
            if child.tag == P:
                text = self._paragraph(child)
                if text:
                    yield Paragraph(text, _is_heading(child)), child.get(JOINED) is not None
                for box in self.boxes.get(child, ()):
                    yield from self.blocks(box)
            elif child.tag == TBL:
                yield from self._table(child)
            elif child.tag in _WRAPPERS:
                yield from self.blocks(inside(child))
            elif child.tag == _CHUNK:
                yield from ((b, False) for b in self._chunk(child))

    def _paragraph(self, element: etree._Element) -> str:
        """Its text with the number that Word prints before it."""
        text = text_of(element)
        if not text:
            return ""
        prefix = self.numbering.prefix(element)
        return prefix + text if prefix and _LABEL.search(text) else text

    def _cell(self, cell: etree._Element) -> str:
        """The lines of a cell, those of text boxes in it included."""
        plain = len(cell) == 2 and cell[0].tag == _PROPERTIES and cell[1].tag == P
        if plain and not self.boxes and (text := self._paragraph(cell[-1])):
            return text  # nearly every cell
        lines = []
        for paragraph in () if plain and not self.boxes else cell.iter(P):
            if text := self._paragraph(paragraph):
                lines.append(text)
            for box in self.boxes.get(paragraph, ()) if self.boxes else ():
                lines.append(self._cell(box))
        return "\n".join(lines) or (PICTURE if shows_a_thing(cell) else "")

    def _table(self, table: etree._Element) -> Iterator[tuple[Block, bool]]:
        holds = next(table.iterdescendants(TBL), None) is not None
        single = sum(1 for _ in zip(word_table.cells_of(table), range(2), strict=False)) < 2
        if (holds or single) and word_table.is_layout(table, _plain):
            for cell in word_table.cells_of(table):
                yield from self.blocks(cell)
            return
        yield Table(word_table.grid(table, self._cell)), False
        if holds:
            for inner in table.iterdescendants(TBL):
                if sum(1 for _ in word_table.cells_of(inner)) >= _SMALL:
                    yield Table(word_table.grid(inner, self._cell)), False

    def tables_of_margins(self) -> list[Block]:
        """The tables that stand in headers and footers of the pages; their text is furniture."""
        parts = (t for kind, t in self.package.targets(self.main).values() if kind in _MARGINS)
        found: list[Block] = []
        for part in sorted(set(parts)):
            if self.package.has(part) and b"<w:tbl>" in self.package.part(part):
                root = self.package.xml(part)
                self.boxes = clean(root)
                found += [b for b, _ in self.blocks(root) if isinstance(b, Table)]
        return found

    def _chunk(self, chunk: etree._Element) -> list[Block]:
        """A document of another format that Word shows in this place."""
        target = self.package.targets(self.main).get(chunk.get(f"{R}id") or "")
        if target is None or self.nested is None or not self.package.has(target[1]):
            self.notes.append("a part in another format was left out")
            return []
        return self.nested(self.package.part(target[1])).blocks


def _plain(element: etree._Element) -> str:
    """The text of an element, only to be measured."""
    return "".join(text_of(p) for p in element.iter(P))


def _is_heading(paragraph: etree._Element) -> bool:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return style is not None and str(style.get(f"{W}val", "")).lower().startswith("heading")
