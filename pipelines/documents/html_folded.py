"""Tables that a page folds away: in parts that a click shows, templates, scripts, frames.

They are unfolded where they stand, unless the page shows the same table too: what is hidden then is
another edition of it. No script is run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from html import escape

from lxml import etree

from pipelines.documents.holding import holds
from pipelines.documents.html_embedded import in_attribute, in_script, in_text
from pipelines.documents.html_tree import Inventory, body_of, parse_markup
from pipelines.documents.model import DocumentError, Table

_MARKS = (
    "atob(",
    "unescape(",
    "&lt;t",
    "\\u003ct",
    "\\u003Ct",
    "%3ct",
    "%3Ct",
    "srcdoc",
    "<textarea",
    "<xmp",
)
"""One of them is in every page that carries tables in attributes or texts."""
_HOLDERS = ("template", "noscript")
_SOURCES = ("textarea", "xmp")
_CELLS = ("td", "th")
_LABEL = re.compile(r"[\u3400-\u9fff]{4}")
_FEW = 3  # labels; a calendar has fewer
_ROWS = re.compile(r"\[\s*\[")
_MOST_SCRIPTS = 50
_DECODE = json.JSONDecoder().raw_decode


def may_fold(found: Inventory, text: str) -> bool:
    """Whether a page may carry tables outside its mark-up.

    Args:
        found: what a fresh tree holds.
        text: its source.
    """
    if holds(text, _MARKS):
        return True
    holders = (e for tag in _HOLDERS for e in found.tags.get(tag, ()))
    if any(next(e.iter("table"), None) is not None for e in holders):
        return True
    scripts = [script.text or "" for script in found.tags.get("script", ())]
    return any(holds(script, ("<t", "<T")) or _ROWS.search(script) for script in scripts)


def labels(tables: Collection[Table]) -> set[str]:
    """The labels of tables that are shown."""
    return {t for table in tables for c in table.cells() if _LABEL.search(t := _plain(c.text))}


def unfold(
    root: etree._Element,
    found: Inventory,
    hidden: tuple[Collection[etree._Element], Collection[etree._Element]],
    shown: set[str],
) -> set[etree._Element] | None:
    """Puts tables that a page does not show into their places.

    Args:
        root: a fresh tree; it is changed.
        found: what it holds.
        hidden: the elements that nobody sees, and those that are furniture by their names.
        shown: labels of the tables that are shown.

    Returns:
        The elements of these that are to be read, None where nothing is to be unfolded.
    """
    unseen, furniture = hidden
    parts = {e for e in unseen if _is_new(e, shown)}
    # The parts of a report that stand under the other tabs.
    beside = {(e.getparent(), e.tag) for e in parts}
    parts |= {e for e in unseen if (e.getparent(), e.tag) in beside}
    changed = False
    for element in (e for e in furniture if _is_new(e, shown)):
        element.tag = "div"
        parts.add(element)
    for tag in _HOLDERS:
        for element in found.tags.get(tag, ()):
            if _is_new(element, shown):
                element.tag, changed = "div", True
    for element, markup in _sources(root, found):
        changed = _put(element, markup, shown) or changed
    return parts if parts or changed else None


def _sources(root: etree._Element, found: Inventory) -> Iterator[tuple[etree._Element, str]]:
    """Elements that carry mark-up as a text, with the mark-up."""
    for script in found.tags.get("script", ())[:_MOST_SCRIPTS]:
        if markup := _of_script(script.text or ""):
            yield script, markup
    for tag in _SOURCES:
        for element in root.iter(tag):
            yield element, "".join(element.itertext())
    yield from in_attribute(root)
    yield from in_text(root)


def _of_script(text: str) -> str:
    """The mark-up in the strings of a script: the string with most cells, or all of them."""
    found = in_script(text)
    best = max(found, key=_cells, default="")
    alone = next((m for m in found if _cells(m) == _cells(best)), "")
    return alone if _cells(alone) else "".join(_tables_of_rows(text))


def _cells(markup: str) -> int:
    return markup.count("<td") + markup.count("<th") + markup.count("<TD")


def _tables_of_rows(text: str) -> Iterator[str]:
    """Lists of rows in a script as tables."""
    end = 0
    for start in _ROWS.finditer(text):
        if start.start() < end:
            continue
        with suppress(ValueError, RecursionError):  # no JSON: a list of other things
            rows, end = _DECODE(text, start.start())
            if all(isinstance(row, list) and row for row in rows):
                yield f"<table>{''.join(map(_row, rows))}</table>"


def _row(row: list[object]) -> str:
    cells = ("" if c is None else escape(str(c)) for c in row)
    return f"<tr>{''.join(f'<td>{c}</td>' for c in cells)}</tr>"


def _put(element: etree._Element, markup: str, shown: set[str]) -> bool:
    """Puts mark-up in the place of an element, where it has tables that are not shown."""
    try:
        body = body_of(parse_markup(f"<body>{markup}</body>"))
    except DocumentError:  # no mark-up after all
        return False
    if not _is_new(body, shown):
        return False
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = "div", body.text, tail
    element.extend(list(body))
    return True


def _is_new(element: etree._Element, shown: set[str]) -> bool:
    """Whether tables are in an element whose labels are mostly not shown."""
    found = set()
    for table in element.iter("table"):
        texts = (_plain("".join(cell.itertext())) for cell in table.iter(*_CELLS))
        found |= {text for text in texts if _LABEL.search(text)}
    return len(found) >= _FEW and 2 * len(found & shown) < len(found)


def _plain(text: str) -> str:
    return "".join(text.split())
