"""The body of an article page: which element holds it, and whether there is a report in it.

For telling an article from a list, and text from pictures of text. Reading reports out of bodies is
not the crawler's.
"""

from __future__ import annotations

from functools import cache

import lxml.html
from lxml import etree

from crawler.listing import squeeze
from warehouse.facts.files import load_yaml

_CHARACTERS, _WITHOUT_BODY = 400, 800
"""Text of the shortest report, and of one with a page's furniture around it."""
_ROWS = 4
_UNSEEN = frozenset({"a", "script", "style"})


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


def shows(element: lxml.html.HtmlElement, least: int) -> bool:
    """Whether an element shows at least so many characters outside links and scripts.

    Looks no further than it must: the first paragraphs of an article tell.
    """
    found = 0
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        if event == "start" and node.tag in _UNSEEN:
            walk.skip_subtree()
            continue
        piece = node.text if event == "start" else node.tail
        if piece and (event == "start" or node is not element):
            found += len(squeeze(piece))
        if found >= least:
            return True
    return False


def is_weighty(tree: lxml.html.HtmlElement) -> bool:
    """Whether a page holds a text or a table of its own rather than links."""
    body = find_body(tree)
    if body is None:
        return shows(tree, _WITHOUT_BODY)
    links = len(list(body.iter("a")))
    tables = any(len(list(t.iter("tr"))) >= _ROWS for t in body.iter("table"))
    return shows(body, _CHARACTERS) or (tables and links < _ROWS)
