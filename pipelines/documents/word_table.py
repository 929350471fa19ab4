"""One DOCX table to its grid: spans to the right, merges downwards, columns left out.

The tree is clean (``word_tree``). A table that holds tables may be the page's layout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lxml import etree

from pipelines.documents.model import Cell, DocumentError
from pipelines.documents.word_package import W
from pipelines.documents.word_tree import SDT, TBL, TC, TR, inside

_WRAPPERS = {SDT, f"{W}ins", f"{W}customXml", f"{W}moveTo"}
_PROPERTIES, _VAL = f"{W}tcPr", f"{W}val"
_SPAN, _DOWN, _ACROSS = f"{W}gridSpan", f"{W}vMerge", f"{W}hMerge"
_MAX_CELLS = 200_000
_MAX_SPAN = 500
_LONG_CELL = 600  # characters; no cell of a form is as long, a layout cell holds an article
_FIGURES = 20  # cells with digits; a table with as many is no layout
TextOf = Callable[[etree._Element], str]


def is_layout(table: etree._Element, text_of_cell: TextOf) -> bool:
    """Whether a table arranges the page: what stands in its cells is the document itself."""
    cells = [tc for row in _children(table, TR) for tc in _children(row, TC)]
    if len(cells) < 2:
        return True
    texts = [text_of_cell(tc) for tc in cells]
    if sum(t.isdigit() for t in texts) >= _FIGURES:
        return False
    inner = sum(len(text_of_cell(t)) for t in table.iterdescendants(TBL))
    return any(len(t) > _LONG_CELL for t in texts) or 2 * inner > sum(map(len, texts))


def cells_of(table: etree._Element) -> Iterator[etree._Element]:
    """The cells of a table in reading order, not those of tables in them."""
    for row in _children(table, TR):
        yield from _children(row, TC)


def grid(table: etree._Element, text_of_cell: TextOf) -> list[list[Cell | None]]:
    """The grid of one table; a cell merged downwards is one cell in all its places.

    Raises:
        DocumentError: more cells than any form has.
    """
    lines: list[list[Cell | None]] = []
    places = 0
    for r, row in enumerate(_children(table, TR)):
        properties = row.find(f"{W}trPr")
        line: list[Cell | None] = [None] * _number(properties, "gridBefore", 0)
        for tc in _children(row, TC):
            _add(tc, r, line, lines, text_of_cell)
        line += [None] * _number(properties, "gridAfter", 0)
        places += len(line)
        if places > _MAX_CELLS:
            raise DocumentError(f"a table of more than {_MAX_CELLS} cells")
        lines.append(line)
    return lines


def _add(
    tc: etree._Element,
    r: int,
    line: list[Cell | None],
    lines: list[list[Cell | None]],
    text_of_cell: TextOf,
) -> None:
    """Adds one cell to its row: new, or the one that it continues."""
    span = down = across = None
    properties = tc[0] if len(tc) else tc
    for rule in properties if len(properties) and properties.tag == _PROPERTIES else ():
        tag = rule.tag
        if tag == _SPAN:
            span = rule
        elif tag == _DOWN:
            down = rule
        elif tag == _ACROSS:
            across = rule
    wide = 1 if span is None else _positive(span, 1)
    column = len(line)
    if across is not None and across.get(_VAL) != "restart" and line and line[-1] is not None:
        line[-1].colspan += wide
        line.extend([line[-1]] * wide)
        return
    cell: Cell | None = None
    if down is not None and down.get(_VAL) != "restart" and lines:
        above = lines[-1]
        cell = above[column] if column < len(above) else None
    if cell is None:
        cell = Cell(text_of_cell(tc), r, column, colspan=wide)
    elif cell.row + cell.rowspan <= r:
        cell.rowspan = r - cell.row + 1
    line.extend([cell] * wide)


def _children(parent: Iterable[etree._Element], tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also inside wrappers."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(inside(child), tag)


def _number(properties: etree._Element | None, name: str, default: int) -> int:
    found = None if properties is None else properties.find(f"{W}{name}")
    return _positive(found, default)


def _positive(element: etree._Element | None, default: int) -> int:
    value = None if element is None else element.get(f"{W}val")
    if value is None or not value.isdigit():
        return default
    return max(default, min(int(value), _MAX_SPAN))
