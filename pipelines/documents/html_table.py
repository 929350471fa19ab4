"""One HTML table element to blocks; and whether it is a table at all or the page's layout.

The element comes from a dissolved tree (``html_tree``): a cell holds its text, paragraphs and
perhaps tables, nothing inline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from pipelines.documents.html_spans import mend_spans
from pipelines.documents.html_tree import LINE, lines_of
from pipelines.documents.model import (
    Block,
    Cell,
    DocumentError,
    Paragraph,
    Table,
    grid_from_spans,
)

_LONG_CELL = 600  # characters; no cell of a form is as long, a layout cell holds an article
_PROSE_ROW = 100  # characters; a lone cell as long in a table of figures is a paragraph
_SMALL = 4  # cells; a table inside a cell with fewer is only that cell's frame
_MAX_ROWS = 20_000
PICTURE = "\ufffc"
"""Text of a cell that shows a picture and no text."""


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
    blocks = _parts(rows)
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


def _parts(rows: list[list[Cell]]) -> list[Block]:
    """A table cut where a row is nothing but a paragraph."""
    if not any(_is_prose(row) for row in rows):
        return [Table(grid_from_spans(mend_spans(rows)))]
    blocks: list[Block] = []
    part: list[list[Cell]] = []
    for row in rows:
        printed = [c for c in row if c.text]
        if len(printed) == 1 and (_is_prose(row) or not part):
            blocks += _table(part)
            part = []
            blocks += [Paragraph(line) for line in printed[0].text.split("\n")]
        else:
            part.append(row)
    return blocks + _table(part)


def _table(rows: list[list[Cell]]) -> list[Block]:
    return [Table(grid_from_spans(mend_spans(rows)))] if rows else []


def _is_prose(row: list[Cell]) -> bool:
    printed = [c for c in row if c.text]
    return len(printed) == 1 and len(printed[0].text) > _PROSE_ROW


def _cells(table: etree._Element, nested: bool) -> list[list[Cell]]:
    """The cells of each row, in order; rows without cells left out."""
    trs = [list(tr) for tr in table.iter("tr")]
    if len(trs) > _MAX_ROWS:
        raise DocumentError(f"a table of more than {_MAX_ROWS} rows")
    regular = not nested and all(c.tag in ("td", "th") for tr in trs for c in tr)
    if regular and sum(map(len, trs)) == sum(1 for _ in table.iter("td", "th")):
        return [[_cell(td, _raw(td)) for td in tr] for tr in trs if tr]
    return _irregular(table)


def _raw(td: etree._Element) -> str | None:
    return LINE.join(td.itertext()) if len(td) else td.text


def _cell(td: etree._Element, raw: str | None) -> Cell:
    lines = lines_of(raw)
    text = "\n".join(lines) if len(lines) != 1 else lines[0]
    if not text and len(td) and any(map(is_picture, td.iter("img"))):
        text = PICTURE
    down, across = td.get("rowspan"), td.get("colspan")
    return Cell(text, 0, 0, _span(down) if down else 1, _span(across) if across else 1)


def _span(value: str) -> int:
    found = re.match(r"\s*(\d{1,4})", value)
    return max(1, min(int(found.group(1)), 500)) if found else 1


def _irregular(table: etree._Element) -> list[list[Cell]]:
    """The cells of a table whose tags are not all where they belong, or with tables in cells.

    A cell that stands in no row begins or goes on one; a cell that a forgotten end tag put into
    another is a cell of its own. Tables in cells are text of these.
    """
    rows: list[list[tuple[etree._Element, list[str]]]] = [[]]
    here: list[str] = []  # text of the cell that is being read; what stands in no cell is lost
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
    return [[_cell(td, LINE.join(texts)) for td, texts in row] for row in rows if row]


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
            yield "text", element
        else:
            depth -= inner
            if element.tag in ("tr", "td", "th") and not depth:
                yield "end", element
            elif element is not table:
                yield "tail", element


def is_picture(image: etree._Element) -> bool:
    """Whether an image can be a scanned table or cell rather than an icon or a spacer."""
    size = [image.get("width") or "", image.get("height") or ""]
    small = any(re.fullmatch(r"\d{1,2}(px)?", s) for s in size)
    source = image.get("src") or ""
    return not small and bool(source) and not re.search(r"spacer|blank|transparent|icon", source)
