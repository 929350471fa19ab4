"""The body of an article page: which element holds it, and whether there is a report in it.

For telling an article from a list, and text from pictures of text. Reading reports out of bodies is
not the crawler's.
"""

from __future__ import annotations

from functools import cache

import lxml.html

from crawler.listing import squeeze
from warehouse.facts.files import load_yaml

_CHARACTERS, _WITHOUT_BODY = 400, 800
"""Text of the shortest report, and of one with a page's furniture around it."""
_ROWS = 4


@cache
def _marks() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    facts = load_yaml("pages.yaml")
    lower = (frozenset(map(str.lower, facts[k])) for k in ("body_ids", "body_classes", "body_tags"))
    ids, classes, tags = lower
    return ids, classes, tags


def find_body(tree: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """The element that holds an article's text, by the names that systems give it."""
    ids, classes, tags = _marks()
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        names = (element.get("class") or "").lower().split()
        by_name = (element.get("id") or "").lower() in ids or not classes.isdisjoint(names)
        if by_name or element.tag in tags:
            return element
    return None


def own_text(element: lxml.html.HtmlElement) -> int:
    """How many characters an element shows outside links and scripts."""
    linked = sum(len(squeeze(a.text_content())) for a in element.iter("a", "script", "style"))
    return len(squeeze(element.text_content())) - linked


def is_weighty(tree: lxml.html.HtmlElement) -> bool:
    """Whether a page holds a text or a table of its own rather than links."""
    body = find_body(tree)
    if body is None:
        return own_text(tree) >= _WITHOUT_BODY
    links = len(list(body.iter("a")))
    tables = any(len(list(t.iter("tr"))) >= _ROWS for t in body.iter("table"))
    return own_text(body) >= _CHARACTERS or (tables and links < _ROWS)
