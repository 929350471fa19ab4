"""One HTML table element to blocks; and whether it is a table at all or the page's layout.

The element comes from a dissolved tree (``html_tree``): a cell holds its text, paragraphs and
perhaps tables, nothing inline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from pipelines.documents.html_shown import SHOWS
from pipelines.documents.html_tree import LINE, lines_of
from pipelines.documents.model import PICTURE, Block, Cell, DocumentError, grid_from_spans
from pipelines.documents.table_parts import to_blocks

_LONG_CELL = 600  # characters; no cell of a form is as long, a layout cell holds an article
_SHORT_CELL = 100  # characters of a cell whose text is remembered
_MAX_ROWS = 20_000
_SECTIONS = {"table", "tbody", "thead", "tfoot"}
_STRAY = etree.XPath("boolean(.//tr/text()[normalize-space()])")


def read_table(table: etree._Element) -> list[Block] | None:
    """Reads a table.

    Args:
        table: the element.

    Returns:
        The table, in parts where paragraphs stand between its rows, followed by tables that
        stand in its cells; None when it only arranges the page.

    Raises:
        DocumentError: more rows or cells than any form has.
    """
    inner = list(table.iterdescendants("table"))
    if inner and not _is_frame(table, inner):
        return None
    rows = _cells(table, nested=bool(inner))
    count = sum(len(row) for row in rows)
    if count < 2:
        return None
    figures = sum(c.text.isdigit() for row in rows for c in row)
    if figures < 20 and any(len(c.text) > _LONG_CELL for row in rows for c in row):
        return None
    blocks = to_blocks(rows)
    for element in inner:
        if next(element.iterdescendants("table"), None) is None:
            blocks += read_table(element) or []
    return blocks


def _is_frame(table: etree._Element, inner: list[etree._Element]) -> bool:
    """Whether the tables inside stand in cells of a real table rather than being the content."""
    within = {cell for t in inner for cell in t.iter("td", "th")}
    own = [c for c in table.iter("td", "th") if c not in within]
    figures = sum("".join(c.itertext()).strip().isdigit() for c in own)
    inside = sum(len("".join(t.itertext())) for t in inner)
    return figures >= 6 and 3 * inside < len("".join(table.itertext()))


def _cells(table: etree._Element, nested: bool) -> list[list[Cell]]:
    """The cells of each row, in order; rows without cells left out."""
    elements = list(table.iter("tr"))
    if len(elements) > _MAX_ROWS:
        raise DocumentError(f"a table of more than {_MAX_ROWS} rows")
    trs = [list(tr) for tr in elements]
    regular = not nested and all(c.tag in ("td", "th") for tr in trs for c in tr)
    regular = regular and {_tag_above(tr) for tr in elements} <= _SECTIONS
    regular = regular and not _STRAY(table)
    if regular and sum(map(len, trs)) == sum(1 for _ in table.iter("td", "th")):
        return [[_cell(td) for td in tr] for tr in trs if tr]
    return _irregular(table)


def _tag_above(tr: etree._Element) -> str:
    parent = tr.getparent()
    return str(parent.tag) if parent is not None else ""


def _cell(td: etree._Element) -> Cell:
    """One cell; its paragraphs are lines."""
    raw = td.text
    count = len(td)
    if count:
        only = td[0]
        if count == 1 and not len(only) and _is_blank(raw) and _is_blank(only.tail):
            raw = only.text  # one paragraph: nearly every cell that Word writes
        else:
            raw = LINE.join(td.itertext())
    if not raw or len(raw) > _SHORT_CELL or not (text := _short_text(raw)):
        return _made(td, raw)
    down, across = td.get("rowspan"), td.get("colspan")  # of nearly every cell
    return Cell(text, 0, 0, _span(down) if down else 1, _span(across) if across else 1)


def _made(td: etree._Element | None, raw: str | None) -> Cell:
    text = _text(raw) if raw else ""
    if td is None:
        return Cell(text, 0, 0)
    if not text and (td.get(SHOWS) or (len(td) and any(map(is_picture, td.iter("img"))))):
        text = PICTURE
    down, across = td.get("rowspan"), td.get("colspan")
    return Cell(text, 0, 0, _span(down) if down else 1, _span(across) if across else 1)


def _text(raw: str) -> str:
    """The text of a cell: white space made single, its lines kept."""
    return "\n".join(lines_of(raw)) if LINE in raw else " ".join(raw.split())


_short_text = lru_cache(maxsize=16384)(_text)  # the labels of a form, small numbers


def _is_blank(text: str | None) -> bool:
    return text is None or text.isspace()


@lru_cache(maxsize=4096)
def _span(value: str) -> int:
    found = re.match(r"\s*(\d{1,4})", value)
    return max(1, min(int(found.group(1)), 500)) if found else 1


def _irregular(table: etree._Element) -> list[list[Cell]]:
    """The cells of a table whose tags are not all where they belong, or with tables in cells.

    A cell that stands in no row begins or goes on one; a cell that a forgotten end tag put into
    another is a cell of its own. Tables in cells are text of these. Text of a row that stands in
    no cell has lost its cell's tag where the row lacks one.
    """
    rows: list[list[tuple[etree._Element | None, list[str]]]] = [[]]
    here: list[str] = []  # text of the cell that is being read; what stands in no row is lost
    for kind, element in _events(table):
        if kind == "row":
            rows.append([])
            here = []
        elif kind == "cell":
            here = []
            rows[-1].append((element, here))
        elif kind == "text" and element.text:
            here.append(element.text)
        elif kind == "tail" and element.tail:
            here.append(element.tail)
        elif kind == "end":
            here = []
        elif kind == "stray":
            here = []
            rows[-1].append((None, [(element.text if element.tag == "tr" else element.tail) or ""]))
    made = [
        [(_made(td, LINE.join(texts)), td is not None) for td, texts in row] for row in rows if row
    ]
    return _without_strays(made)


def _without_strays(rows: list[list[tuple[Cell, bool]]]) -> list[list[Cell]]:
    """The cells of each row; text without a cell is one only where the row has places left."""
    own = [[cell for cell, has_tag in row if has_tag] for row in rows]
    if sum(map(len, own)) == sum(map(len, rows)):
        return own
    grid = grid_from_spans(own)
    return [
        [c for c, _ in row] if line.count(None) >= len(row) - len(cells) else cells
        for row, cells, line in zip(rows, own, grid, strict=True)
    ]


def _events(table: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Rows, cells and texts of a table in document order; an inner table's only as texts."""
    depth = 0
    for event, element in etree.iterwalk(table, events=("start", "end")):
        inner = element is not table and element.tag == "table"
        if event == "start":
            depth += inner
            if element.tag == "tr" and not depth:
                yield "row", element
            elif element.tag in ("td", "th") and not depth:
                yield "cell", element
            if element.tag == "tr" and not depth and not _is_blank(element.text):
                yield "stray", element
            else:
                yield "text", element
        else:
            depth -= inner
            if element.tag in ("tr", "td", "th") and not depth:
                yield "end", element
                if element.tag != "tr" and not _is_blank(element.tail):
                    yield "stray", element
            elif element is not table:
                yield "tail", element


def is_picture(image: etree._Element) -> bool:
    """Whether an image can be a scanned table or cell rather than an icon or a spacer."""
    size = [image.get("width") or "", image.get("height") or ""]
    small = any(re.fullmatch(r"\d{1,2}(px)?", s) for s in size)
    source = image.get("src") or ""
    return not small and bool(source) and not re.search(r"spacer|blank|transparent|icon", source)
