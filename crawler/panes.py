"""Panes of a page that tabs show one at a time: which label belongs to which pane.

Tabs carry a year or a kind of organ, panes hold the links; a tab names its pane by an attribute, or
is the one of the same rank. Reading the links is ``listing``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import lxml.html

_LONGEST, _MOST_PARTS = 30, 4
"""Characters and elements of a tab at most."""
_NAMING = frozenset(
    {"href", "data-id", "data-target", "data-tab", "data-for", "aria-controls", "rel", "name"}
)
_TABS = frozenset({"li", "a", "span", "div", "button", "dt", "td", "h3", "h4"})
_PANES = frozenset({"div", "ul", "ol", "dl", "table", "section", "dd", "li"})
_DATED = re.compile(r"^\d{1,3}$|\d{4}[-/.]\d")
"""A day, or a part of one, stands in a row and is no tab."""
_NOWHERE = ("", "#", "javascript:")

Element = lxml.html.HtmlElement


def pane_labels(tree: Element) -> dict[Element, str]:
    """The label of every pane of a page.

    Args:
        tree: a page, hidden parts included: all panes but one are hidden.
    """
    return _by_rank(tree) | _by_name(tree)


def label_of(element: Element, labels: dict[Element, str]) -> str:
    """The label of the innermost pane that holds an element, empty outside all of them."""
    if not labels:
        return ""
    return next((labels[e] for e in element.iterancestors() if e in labels), "")


def _by_name(tree: Element) -> dict[Element, str]:
    ids = {e.get("id"): e for e in tree.iter(*_PANES) if e.get("id")}
    found: dict[Element, str] = {}
    for tab in tree.iter(*_TABS):
        named_by = [value for name, value in tab.items() if name in _NAMING]
        panes = [ids.get(value.lstrip("#")) for value in named_by if value]
        named = [p for p in panes if p is not None and p is not tab and _holds_links(p)]
        for pane in named:
            if pane not in set(tab.iterancestors()) and (label := _label(tab)):
                found.setdefault(pane, label)
    return found


def _by_rank(tree: Element) -> dict[Element, str]:
    found: dict[Element, str] = {}
    for row in tree.iter("ul", "ol", "div", "dl", "tr", "p"):
        tabs = [child for child in row if isinstance(child.tag, str)]
        labels = [_label(tab) for tab in tabs]
        if len(tabs) < 2 or not all(labels) or len({tab.tag for tab in tabs}) > 1:
            continue
        for panes in _groups(row):
            if len(panes) == len(tabs) and all(_holds_links(pane) for pane in panes):
                found |= dict(zip(panes, labels, strict=True))
                break
    return found


def _groups(row: Element) -> Iterator[list[Element]]:
    """What may be the panes of a row of tabs: what follows it, or the parts of that."""
    around: Element | None = row
    for _ in range(3):
        if around is None:
            return
        following = [e for e in around.itersiblings() if e.tag in _PANES]
        yield [e for e in following if e.tag != "li"]
        for one in following[:2]:
            yield [e for e in one if e.tag in _PANES and e.tag != "li"]
        around = around.getparent()


def _holds_links(pane: Element) -> bool:
    return next(pane.iter("a"), None) is not None


def _label(tab: Element) -> str:
    """The text of a tab that leads nowhere by itself, else empty."""
    if len(list(islice(tab.iter(), _MOST_PARTS + 1))) > _MOST_PARTS:
        return ""
    text = " ".join(tab.text_content().split())
    if len(text) > _LONGEST or _DATED.search(text):
        return ""
    links = [tab, *tab.iter("a")]
    hrefs = [(link.get("href") or "").strip().lower() for link in links]
    leads = any(h not in _NOWHERE and not h.startswith(("#", "javascript:")) for h in hrefs)
    return "" if leads else text
