"""DOCX: paragraphs and tables from the document part, tracked changes as accepted.

Reads the XML directly: a walk over python-docx objects costs several times more. Word 97 and WPS
files are not read here.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from lxml import etree

from pipelines.documents.model import Block, Cell, Document, DocumentError, Paragraph, Table
from pipelines.documents.sniff import DOCX

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_P, _TBL, _TR, _TC, _SDT = f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc", f"{_W}sdt"
_SKIP = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_MC}Fallback"}
_WRAPPERS = {_SDT, f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"}
_BOX = f"{_W}txbxContent"
_MAX_XML = 60_000_000  # bytes of one part, unpacked; the longest real report has under 2 million
_MAX_CELLS = 200_000


def read_docx(data: bytes) -> Document:
    """Reads a DOCX file.

    Raises:
        DocumentError: not a whole zip file, no document part, encrypted, or too large unpacked.
    """
    root = _parse(_part(data, "word/document.xml"))
    body = root.find(f"{_W}body")
    if body is None:
        raise DocumentError("the DOCX file has no body")
    document = Document(DOCX, blocks=list(_blocks(body)))
    document.images = sum(1 for _ in root.iter("{*}blip"))
    return document


def _part(data: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            info = archive.getinfo(name)
            if info.flag_bits & 1:
                raise DocumentError("the DOCX file is encrypted")
            with archive.open(info) as part:
                raw = part.read(_MAX_XML + 1)
    except KeyError as error:
        raise DocumentError(f"the DOCX file has no {name}") from error
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
        zlib.error,
    ) as error:
        raise DocumentError(f"the DOCX file is damaged or cut off: {error}") from error
    if len(raw) > _MAX_XML:
        raise DocumentError(f"{name} unpacks to more than {_MAX_XML} bytes")
    return raw


def _parse(raw: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"the DOCX file's XML is broken: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise DocumentError("the DOCX file declares XML entities")
    return root


def _inside(control: etree._Element) -> list[etree._Element]:
    """What a content control or another wrapper holds."""
    content = control.find(f"{_W}sdtContent")
    return list(control if content is None else content)


def _blocks(parent: Iterable[etree._Element]) -> Iterator[Block]:
    """Paragraphs and tables under a body or cell, text boxes after their paragraph."""
    for child in parent:
        if child.tag == _P:
            if text := paragraph_text(child):
                yield Paragraph(text, heading=_is_heading(child))
            for box in child.iter(_BOX):
                if not any(a.tag == f"{_MC}Fallback" for a in box.iterancestors()):
                    yield from _blocks(box)
        elif child.tag == _TBL:
            yield Table(_grid(child))
        elif child.tag in _WRAPPERS:
            yield from _blocks(_inside(child))


def _is_heading(paragraph: etree._Element) -> bool:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return style is not None and str(style.get(f"{_W}val", "")).lower().startswith("heading")


def paragraph_text(element: etree._Element) -> str:
    """The text of a paragraph without deleted runs, field codes and text boxes."""
    parts: list[str] = []
    _collect(element, parts)
    return " ".join("".join(parts).split())


def _collect(element: etree._Element, parts: list[str]) -> None:
    for child in element:
        tag = child.tag
        if tag == f"{_W}t":
            parts.append(child.text or "")
        elif tag in (f"{_W}br", f"{_W}cr", f"{_W}tab"):
            parts.append(" ")
        elif tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif tag not in _SKIP and tag != _BOX and isinstance(tag, str):
            _collect(child, parts)


def _cell_text(cell: etree._Element) -> str:
    lines = [paragraph_text(p) for p in cell.iter(_P)]
    return "\n".join(line for line in lines if line)


def _int(element: etree._Element | None, default: int) -> int:
    value = None if element is None else element.get(f"{_W}val")
    return int(value) if value is not None and value.isdigit() and int(value) < 1000 else default


def _children(parent: Iterable[etree._Element], tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also inside wrappers."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(_inside(child), tag)


def _grid(table: etree._Element) -> list[list[Cell | None]]:
    """The grid of one table; a cell merged downwards is one cell in all its places."""
    grid: list[list[Cell | None]] = []
    places = 0
    for r, row in enumerate(_children(table, _TR)):
        if row.find(f"{_W}trPr/{_W}del") is not None:
            grid.append([])
            continue
        line: list[Cell | None] = [None] * _int(row.find(f"{_W}trPr/{_W}gridBefore"), 0)
        for tc in _children(row, _TC):
            span = max(1, _int(tc.find(f"{_W}tcPr/{_W}gridSpan"), 1))
            column = len(line)
            places += span
            if places > _MAX_CELLS:
                raise DocumentError(f"a table of more than {_MAX_CELLS} cells")
            cell = _continued(tc, grid, column) or Cell(_cell_text(tc), r, column, colspan=span)
            if cell.row != r:
                cell.rowspan = r - cell.row + 1
            line.extend([cell] * span)
        grid.append(line)
    return grid


def _continued(tc: etree._Element, grid: list[list[Cell | None]], column: int) -> Cell | None:
    """The cell above when this one continues a vertical merge."""
    merge = tc.find(f"{_W}tcPr/{_W}vMerge")
    if merge is None or merge.get(f"{_W}val") == "restart" or not grid:
        return None
    above = grid[-1]
    return above[column] if column < len(above) else None
