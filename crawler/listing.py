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
from functools import lru_cache

import lxml.html
from lxml import etree

from crawler.addresses import absolute, is_web, path_date, printed_date
from crawler.panes import label_of, pane_labels
from crawler.patterns import Pattern, clicked_address, patterns

_ROW_TAGS = frozenset({"li", "tr", "dd", "dl", "record"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_BASE = re.compile(r"<base\b[^>]*\bhref", re.IGNORECASE)
_SECTIONS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt", "caption", "legend"})
_HEADINGS = _SECTIONS | {"p", "div", "span", "strong", "b", "th"}
_INLINE = frozenset({"span", "b", "strong", "em", "font", "i", "br"})
_LONGEST_HEADING, _LONGEST_TITLE, _SHORT = 40, 100, 12
_YEAR = re.compile(r"(?:19|20)\d\d")
_CLICKED = frozenset({"li", "tr", "td", "div", "p", "span", "dd"})
_GOES = re.compile(
    r"\blocation\b|\bopen\w*\s*\(|\b(?:go|jump|link|view|show|detail)\w*\s*\(", re.IGNORECASE
)
_QUOTED = re.compile(r"""(["'])((?:(?!\1)[^\s<>])+)\1""")
_LIKE_ADDRESS = re.compile(
    r"^(?:https?://|/|\.{1,2}/)[\w./:%?=&~#-]*[\w/]$|^[\w./%-]+\.(?:s?html?|jsp|aspx?|php|docx?|xlsx?"
    r"|pdf|wps|et|zip|rar|rtf|ofd)(?:\?[^\s]*)?$",
    re.IGNORECASE,
)
_DATED = re.compile(r"(?:19|20)\d\d\s*(?:[-/.]\s*\d|年\s*\d{1,2}\s*月)")
"""A day, or a month of a year."""
_SHOWN_LATER = frozenset({"div", "ul", "ol", "dl", "table", "section", "dd"})
_SCRIPTED = re.compile(r"\bonclick\s*=|\bdata-\w|href\s*=\s*[\"']?javascript:", re.IGNORECASE)
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
        under: what stands above or before the link and belongs to it: a heading or a tab that names
            a year, in a table the heads of its row and column.
        beside: the longest text in its row that is none of the link, where that says little.
    """

    url: str
    title: str
    date: date | None
    year: int | None = None
    under: str = ""
    beside: str = ""


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


@lru_cache(maxsize=1)
def shared_tree(text: str) -> lxml.html.HtmlElement | None:
    """The tree of the page in hand, for several looks at it; nobody changes it."""
    return parse_fragment(text)


@lru_cache(maxsize=2)
def visible_tree(text: str) -> lxml.html.HtmlElement | None:
    """The tree without comments, scripts, hidden elements and hidden rows; tabs hide no panes.

    For several looks at the page in hand; nobody changes it. Rows that carry an empty ``i.flag``
    are test rows that the site's own script hides.
    """
    tree = parse_fragment(text)
    if tree is None:
        return None
    doomed = [
        element
        for element in tree.iter()
        if not isinstance(element.tag, str) or _is_hidden(element)
    ]
    if any(isinstance(element.tag, str) and element.tag in _SHOWN_LATER for element in doomed):
        panes = pane_labels(tree)
        doomed = [element for element in doomed if element not in panes]
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


def based(text: str, url: str) -> str:
    """A page with its links made absolute where it has a base of its own for them.

    Args:
        text: source of the page.
        url: its address.
    """
    if not _BASE.search(text):
        return text
    tree = parse_fragment(text)
    if tree is None:
        return text
    try:
        tree.make_links_absolute(url, resolve_base_href=True)
    except ValueError:
        return text
    return str(lxml.html.tostring(tree, encoding="unicode"))


def read_rows(text: str, base: str) -> list[Row]:
    """All links with a text in ``text``, in order, each address once.

    A link is an anchor with an address, or whatever is clicked to go to an address that its
    script prints.

    Args:
        text: HTML of a page, or of one record.
        base: the page's address, to resolve links.
    """
    tree = visible_tree(text)
    if tree is None:
        return []
    rows: dict[str, Row] = {}
    heading, panes = "", pane_labels(tree)
    known = patterns(text) if _SCRIPTED.search(text) else ()
    for element in tree.iter():
        if element.tag in _HEADINGS:
            heading = _heading(element) or ("" if element.tag in _SECTIONS else heading)
        href, title = _link(element, known)
        if not href or not title:
            continue
        url = absolute(base, href)
        if is_web(url) and (url not in rows or len(title) > len(rows[url].title)):
            day = _row_date(element, title) or path_date(url)
            label = label_of(element, panes)
            above = label if _YEAR.search(label) else heading
            beside = _beside(element) if len(title) <= _SHORT else ""
            rows[url] = Row(url, title, day, under=_under(element, above), beside=beside)
    return list(rows.values())


def _link(element: lxml.html.HtmlElement, known: tuple[Pattern, ...]) -> tuple[str, str]:
    """Address and text of a link, both empty for other elements."""
    if element.tag == "a":
        href = (element.get("href") or "").strip()
        if not href or href.lower().startswith(("javascript:", "#")):
            href = scripted_address(element) or clicked_address(element, known)
        return href, anchor_title(element) if href else ""
    if element.tag == "area":
        return (element.get("href") or "").strip(), squeeze(
            element.get("alt") or element.get("title") or ""
        )
    if element.tag not in _CLICKED:
        return "", ""
    href = scripted_address(element) if _GOES.search(element.get("onclick") or "") else ""
    href = href or (clicked_address(element, known) if known else "")
    if not href or any(_leads(a) for a in element.iter("a")):
        return "", ""
    return href, _clicked_title(element)


def _leads(anchor: lxml.html.HtmlElement) -> bool:
    href = (anchor.get("href") or "").strip().lower()
    own = anchor.get("onclick") is not None
    return own or (bool(href) and not href.startswith(("#", "javascript:")))


def scripted_address(element: lxml.html.HtmlElement) -> str:
    """The address that a click leads to by a script or an attribute of its own, else empty."""
    for name in ("data-href", "data-url", "data-link"):
        if _LIKE_ADDRESS.match(value := (element.get(name) or "").strip()):
            return value
    for name in ("onclick", "href"):
        for _, quoted in _QUOTED.findall(element.get(name) or ""):
            if _LIKE_ADDRESS.match(quoted):
                return str(quoted)
    return ""


def _clicked_title(element: lxml.html.HtmlElement) -> str:
    """The longest text of an element that is clicked as a whole: its title, not its date."""
    if title := squeeze(element.get("title") or ""):
        return title
    texts = [squeeze(part) for part in element.itertext()]
    return max(texts, key=len, default="")


def _heading(element: lxml.html.HtmlElement) -> str:
    """A heading that names a year and leads nowhere, else empty; a cell of a row is none."""
    if any(child.tag not in _INLINE for child in element):
        return ""
    text = squeeze(element.text_content())
    if len(text) > _LONGEST_HEADING or not _YEAR.search(text) or _DATED.search(text):
        return ""
    row = next((e for e in element.iterancestors() if e.tag in _ROW_TAGS), None)
    return text if row is None or next(row.iter("a"), None) is None else ""


def _under(element: lxml.html.HtmlElement, heading: str) -> str:
    """The heads of a link's row and column in a table, else the heading above it."""
    cell = next(element.iterancestors("td", "th"), None)
    row = cell.getparent() if cell is not None else None
    if cell is None or row is None or row.tag != "tr":
        return heading
    cells = [c for c in row if c.tag in ("td", "th")]
    place = cells.index(cell)
    table = next(row.iterancestors("table"), None)
    top = next(table.iter("tr"), row) if table is not None else row
    heads = [c for c in top if c.tag in ("td", "th")] if top is not row else []
    above = _plain_cell(heads[place]) if place < len(heads) == len(cells) else ""
    texts = [_plain_cell(c) for c in cells]
    years = [text for text in (above, *texts) if _YEAR.search(text)]
    named = [text for text in texts[:place] if text and not text.isdigit()]
    return " ".join(filter(None, (*named[:1], *(years or [heading])[:1])))


def _plain_cell(cell: lxml.html.HtmlElement) -> str:
    """The text of a short cell that leads nowhere and is no date, else empty."""
    text = squeeze(cell.text_content())
    plain = len(text) <= _LONGEST_HEADING and next(cell.iter("a"), None) is None
    return text if plain and not printed_date(text) else ""


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
    text = squeeze(_said(anchor))
    attribute = squeeze(anchor.get("title") or "")
    if not text and not attribute:
        return next((alt for i in anchor.iter("img") if (alt := squeeze(i.get("alt") or ""))), "")
    stem = text
    for mark in _CUT:
        stem = stem.removesuffix(mark)
    if attribute and (not text or stem != text or attribute.startswith(stem)):
        return attribute
    # A link around title and date: the date is no part of the title.
    if attribute and attribute in text:
        return attribute
    return text


def _said(anchor: lxml.html.HtmlElement) -> str:
    """The text of a link; of one around a heading and more, the heading."""
    whole: str = anchor.text_content()
    if len(whole) > _LONGEST_HEADING:
        heading = next(anchor.iter("h1", "h2", "h3", "h4", "h5", "h6"), None)
        if heading is not None and heading.text_content().strip():
            return str(heading.text_content())
    return whole


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


def _beside(anchor: lxml.html.HtmlElement) -> str:
    """The longest text around a link in its row, empty where there is none."""
    for element in _around(anchor):
        inside = set(anchor.iter())
        texts = [
            squeeze(piece)
            for part in element.iter()
            for piece in (
                part.text if part not in inside else "",
                part.tail if part is not element and (part not in inside or part is anchor) else "",
            )
            if piece
        ]
        if (longest := max(texts, key=len, default="")) and len(longest) > _SHORT:
            return longest if len(longest) <= _LONGEST_TITLE else ""
    return ""


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
