"""Parts of a page that only a browser shows: frames, drawings, what a script puts there.

They stay in the tree as marked pictures, so that a table that a report lacks can be told from one
that was not left out but cannot be read. Nothing is fetched or run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

DRAWN = "drawn"
"""Attribute of an element that stands for such a part."""
DRAWING_TAGS = ("iframe", "object", "embed", "canvas", "svg", "script")
_SMALL = re.compile(r"\d{1,2}(?:px)?")
_EMPTY = etree.XPath(".//*[@id and not(*) and not(normalize-space())]")
_NOT_FILLED = ("a", "br", "hr", "img", "input", "td", "th")
_CALL = r"(?:getElementById\(|querySelector\(|\$\(|\bel\s*:)\s*[\"'`]#?"
_QUOTE = r"[\"'`]"
_LONGEST = 100  # characters of an id
Tags = Mapping[str, Sequence[etree._Element]]


def mark_drawings(tags: Tags) -> None:
    """Makes the parts outside of cells marked pictures.

    Args:
        tags: the elements of a page by tag; they are changed.
    """
    for element in (e for tag in DRAWING_TAGS for e in tags.get(tag, ())):
        if _shows_something(element) and next(element.iterancestors("td", "th"), None) is None:
            tail = element.tail
            element.clear()
            element.tag, element.tail = "img", tail
            element.set(DRAWN, "1")


def _shows_something(element: etree._Element) -> bool:
    if element.tag == "script":
        return bool((element.text or "").strip() or element.get("src"))
    if element.tag == "iframe":
        return bool(element.get("src"))
    sizes = (element.get("width") or "", element.get("height") or "")
    return not any(_SMALL.fullmatch(size) for size in sizes)


def filled_by_script(container: etree._Element, text: str) -> Iterator[etree._Element]:
    """The empty elements of a body that a script of the page names.

    Args:
        container: the body.
        text: the source of the page.
    """
    for element in _EMPTY(container):
        name = element.get("id")
        if element.tag in _NOT_FILLED or len(name) > _LONGEST:
            continue
        if re.search(_CALL + re.escape(name) + _QUOTE, text):
            yield element
