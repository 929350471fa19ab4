"""Rows of a list page: which links it holds, with title and date, whatever the template.

Knows no family and no rule about titles: every link with a text is a row, and the judge of
titles picks. Paging is in ``paging``; what is special to one family is in ``families``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import lxml.html
from lxml import etree

from crawler.addresses import absolute, is_web, path_date, printed_date

_ROW_TAGS = frozenset({"li", "tr", "dd", "dl", "record"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_CUT = ("…", "...", "..")
_RECORD = re.compile(r"<record>\s*(.*?)\s*</record>", re.DOTALL | re.IGNORECASE)
_CDATA = re.compile(r"^<!\[CDATA\[(.*?)\]\]>$", re.DOTALL)


@dataclass(frozen=True)
class Row:
    """One link of a list.

    Attributes:
        url: absolute address.
        title: the whole title (the ``title`` attribute where the text is cut short).
        date: the day printed in the row, else the day its address carries, else None.
        year: the covered year where the family's address names it: then the row is a report
            whatever its title says.
    """

    url: str
    title: str
    date: date | None
    year: int | None = None


def parse_fragment(text: str) -> lxml.html.HtmlElement | None:
    """A tree of a page or a piece of one, None when there is nothing in it."""
    if not text.strip():
        return None
    # A declared encoding inside a string is an error for lxml, and meaningless there.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    # Templates close the page in its middle; browsers go on reading, lxml would not.
    text = _CLOSED.sub("", text)
    try:
        return lxml.html.document_fromstring(text)
    except etree.ParserError:
        return None


def visible_tree(text: str) -> lxml.html.HtmlElement | None:
    """The tree without comments, scripts, hidden elements and hidden rows.

    Rows that carry an empty ``i.flag`` are test rows that the site's own script hides.
    """
    tree = parse_fragment(text)
    if tree is None:
        return None
    doomed = [
        element
        for element in tree.iter()
        if not isinstance(element.tag, str) or _is_hidden(element)
    ]
    for element in doomed:
        if element.getparent() is not None:
            element.drop_tree()
    return tree


def _is_hidden(element: lxml.html.HtmlElement) -> bool:
    if element.tag in ("script", "style", "template", "noscript"):
        return True
    if "hidden" in element.attrib or _HIDDEN.search(element.get("style") or ""):
        return True
    return element.tag in ("li", "tr") and any(
        "flag" in (flag.get("class") or "").split() and not flag.text_content().strip()
        for flag in element.iter("i")
    )


def read_rows(text: str, base: str) -> list[Row]:
    """All links with a text in ``text``, in order, each address once.

    Args:
        text: HTML of a page, or of one record.
        base: the page's address, to resolve links.
    """
    tree = visible_tree(text)
    if tree is None:
        return []
    rows: dict[str, Row] = {}
    for anchor in tree.iter("a"):
        href = anchor.get("href")
        title = anchor_title(anchor)
        if not href or not title or href.strip().lower().startswith(("javascript:", "#")):
            continue
        url = absolute(base, href)
        if is_web(url) and (url not in rows or len(title) > len(rows[url].title)):
            rows[url] = Row(url, title, _row_date(anchor, title) or path_date(url))
    return list(rows.values())


def read_fragments(fragments: Iterable[str], base: str) -> list[Row]:
    """Rows of several pieces of HTML, each read on its own so that no date strays."""
    rows: dict[str, Row] = {}
    for fragment in fragments:
        for row in read_rows(fragment, base):
            rows.setdefault(row.url, row)
    return list(rows.values())


def record_rows(text: str, base: str) -> list[Row]:
    """Rows of an XML store of records; its CDATA wrappers, which HTML parsers swallow, go first."""
    fragments = []
    for match in _RECORD.finditer(text):
        wrapped = _CDATA.match(match.group(1))
        fragments.append(wrapped.group(1) if wrapped else html.unescape(match.group(1)))
    return read_fragments(fragments, base)


def squeeze(text: str) -> str:
    """``text`` with every run of white space as one space."""
    return " ".join(text.split())


def anchor_title(anchor: lxml.html.HtmlElement) -> str:
    """The title of a link: its text, or its ``title`` where the text is cut or empty."""
    text = squeeze(anchor.text_content())
    attribute = squeeze(anchor.get("title") or "")
    stem = text
    for mark in _CUT:
        stem = stem.removesuffix(mark)
    if attribute and (not text or stem != text or attribute.startswith(stem)):
        return attribute
    # A link around title and date: the date is no part of the title.
    if attribute and attribute in text:
        return attribute
    return text


def _row_date(anchor: lxml.html.HtmlElement, title: str) -> date | None:
    own = squeeze(anchor.text_content())
    found = printed_date(own.replace(title, " "))
    if found:
        return found
    for element in _around(anchor):
        found = printed_date(_text_without(element, anchor))
        if found:
            return found
    return printed_date(_following_text(anchor))


def _around(anchor: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    """Elements around the link that hold no other row: what may carry its date."""
    around = []
    for element in anchor.iterancestors():
        links = {a.get("href") for a in element.iter("a") if a.get("href")}
        row_like = element.tag in _ROW_TAGS and len(links) <= 4
        if (len(links) > 1 and not row_like) or element.tag in ("body", "html"):
            break
        around.append(element)
        if row_like and element.tag != "dl":
            break
    return around


def _text_without(element: lxml.html.HtmlElement, anchor: lxml.html.HtmlElement) -> str:
    inside = set(anchor.iter())
    pieces = []
    for part in element.iter():
        if part not in inside and part.text:
            pieces.append(part.text)
        if (part not in inside or part is anchor) and part is not element and part.tail:
            pieces.append(part.tail)
    return " ".join(pieces)


def _following_text(anchor: lxml.html.HtmlElement) -> str:
    """Text between this link and the next one among its siblings and its parent's."""
    pieces = [anchor.tail or ""]
    for element in anchor.itersiblings():
        if element.tag == "a" or next(element.iter("a"), None) is not None:
            return " ".join(pieces)
        pieces += [element.text_content(), element.tail or ""]
    parent = anchor.getparent()
    sibling = parent.getnext() if parent is not None else None
    if sibling is not None and next(sibling.iter("a"), None) is None:
        pieces.append(sibling.text_content())
    return " ".join(pieces)
