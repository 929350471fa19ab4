"""Tables that a page draws without table elements: made into table elements before the walk.

Two ways are known: ``display: table-row`` and ``table-cell`` by style or rule, and rows of short
items that repeat (a list a row, a division a row).
"""

from __future__ import annotations

from collections import Counter

from lxml import etree

from pipelines.documents.html_looks import DISPLAY, looks, own_displays
from pipelines.documents.html_tree import body_of

_ROLES = {
    "table": "table",
    "inline-table": "table",
    "table-row": "tr",
    "table-cell": "td",
}
_ARIA = {"table": "table", "grid": "table", "row": "tr", "cell": "td", "gridcell": "td"}
_ARIA |= {"columnheader": "td", "rowheader": "td"}
_SHORT = 80  # characters of an item at most
_ROWS = 3
_ITEMS = 4


def redraw(root: etree._Element) -> bool:
    """Turns drawn tables into table elements.

    Args:
        root: the tree, with its style elements; it is changed.

    Returns:
        Whether there were any.
    """
    changed = _by_display(root)
    return _by_repetition(body_of(root)) or changed


def _by_display(root: etree._Element) -> bool:
    drawn = looks(root, root.iter("style"), DISPLAY).all_of("display") | own_displays(root)
    roles = {e: _ROLES[d] for e, d in drawn.items() if d in _ROLES}
    for element in root.iterfind(".//*[@role]"):
        role = _ARIA.get((element.get("role") or "").lower())
        if role is not None and element.tag not in ("table", "tr", "td", "th"):
            roles[element] = role
    for element, tag in roles.items():
        element.tag = tag
        if tag == "td":
            _spans(element)
    # A row of cells needs a table around it.
    for element, tag in roles.items():
        parent = element.getparent()
        if tag == "tr" and parent is not None and not _in_table(element):
            parent.tag = "table"
    return "tr" in roles.values()


def _spans(cell: etree._Element) -> None:
    for aria, span in (("aria-colspan", "colspan"), ("aria-rowspan", "rowspan")):
        value = cell.get(aria)
        if value:
            cell.set(span, value)


def _in_table(element: etree._Element) -> bool:
    return any(a.tag == "table" for a in element.iterancestors())


def _by_repetition(body: etree._Element) -> bool:
    """Parents whose children are rows of short items."""
    grids = []
    for parent in body.iter("div", "ul", "section", "dl", "li", "td"):
        rows = [c for c in parent if isinstance(c.tag, str)]
        if len(rows) >= _ROWS and _are_rows(rows):
            grids.append((parent, rows))
    for parent, rows in grids:
        parent.tag = "table"
        for row in rows:
            row.tag = "tr"
            for item in row:
                if isinstance(item.tag, str):
                    item.tag = "td"
                    _spans(item)
    return bool(grids)


def _are_rows(rows: list[etree._Element]) -> bool:
    """Whether most of these elements hold equally many short items."""
    counts = Counter(len(row) for row in rows)
    number, often = counts.most_common(1)[0]
    if number < _ITEMS or 2 * often < len(rows):
        return False
    items = [item for row in rows for item in row if isinstance(item.tag, str)]
    if any(row.tag in ("tr", "table", "tbody", "p") for row in rows):
        return False
    texts = ["".join(item.itertext()).strip() for item in items]
    figures = sum(t.isdigit() for t in texts)
    return all(len(t) <= _SHORT for t in texts) and figures >= len(texts) // 4
