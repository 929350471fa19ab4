"""A page as a document of its own: whether it holds one, and as which row of a list it counts.

For addresses that may answer with a report, with a list, or with a shell around nothing. Reading
what a document says is not done here; which element is its body is in ``body``.
"""

from __future__ import annotations

import re
from copy import deepcopy

import lxml.html

from crawler.addresses import printed_date
from crawler.body import is_weighty
from crawler.links import read_attachments
from crawler.listing import Row, parse_fragment, squeeze, visible_tree
from crawler.paging import Page
from crawler.words import names_report, says_otherwise
from warehouse.facts.files import load_yaml
from warehouse.facts.titles import judge_title

_HAN = re.compile(r"[\u4e00-\u9fff]")
_FRAME = re.compile(
    r"(?:^|[-_\s])(?:nav|header|head|top|footer|foot|bottom|menu|side|sidebar|left|breadcrumb|crumb"
    r"|position|copyright)(?:$|[-_\s])",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"zoom|ucap-?content|TRS_|vsb_content|news_content|bt_content|article|j-fontContent|wzcon",
    re.IGNORECASE,
)
_OWN = re.compile(r"^(?:zoom|ucap-?content|vsb_content\w*|mainText)$", re.IGNORECASE)
_ENOUGH, _ENOUGH_IN_BODY = 150, 40
_DATE_NAMES = ("pubdate", "maketime", "publishdate")
_YEAR_ASKED = re.compile(r"[?&]\w*year=((?:19|20)\d\d)\b", re.IGNORECASE)
_MOST_FILES = 3
"""Files on a page that is one report; a list of files has more."""
_TITLE_CLASS = re.compile(r"title|newstitle|wztit|sp_title", re.IGNORECASE)


def holds_document(text: str, base: str) -> bool:
    """Whether a page has a text, a table, a picture or a file of its own.

    Links and the frame around the content do not count: a shell has those too.

    Args:
        text: the page.
        base: its address.
    """
    tree = deepcopy(visible_tree(text))
    if tree is None:
        return False
    for element in list(tree.iter("a", "nav", "header", "footer", "select", "head")):
        if element.getparent() is not None:
            element.drop_tree()
    for element in list(tree.iter("div", "ul", "table")):
        marks = f"{element.get('id') or ''} {element.get('class') or ''}"
        if element.getparent() is not None and _FRAME.search(marks):
            element.drop_tree()
    bodies = [e for e in tree.iter("div", "td", "article") if _OWN.match(e.get("id") or "")]
    words = max((len(_HAN.findall(e.text_content())) for e in bodies), default=None)
    if words is None and len(_HAN.findall(tree.text_content())) >= _ENOUGH:
        return True
    if words is not None and words >= _ENOUGH_IN_BODY:
        return True
    if any(
        len(_HAN.findall(cell.text_content())) and sum(1 for _ in cell.iter("tr")) >= 8
        for cell in tree.iter("table")
    ):
        return True
    return _holds_picture(tree) or bool(read_attachments(text, base))


def _holds_picture(tree: lxml.html.HtmlElement) -> bool:
    for element in tree.iter("img", "iframe", "embed", "object"):
        for around in element.iterancestors():
            if _BODY.search(f"{around.get('id') or ''} {around.get('class') or ''}"):
                return True
    return False


def page_row(text: str, url: str, title: str | None = None, year: int | None = None) -> Row:
    """A page as a row of a list that it is itself.

    Args:
        text: the page.
        url: its address.
        title: what a link called it, when the page has no better name.
        year: the covered year that its address names.
    """
    tree = parse_fragment(text)
    if tree is None:
        return Row(url, title or "", None, year)
    metas = {
        (meta.get("name") or "").lower(): squeeze(meta.get("content") or "")
        for meta in tree.iter("meta")
    }
    headings = [squeeze(h.text_content()) for h in tree.iter("h1", "h2")]
    headings += [
        squeeze(e.text_content())
        for e in tree.iter("div", "p", "span", "td")
        if _TITLE_CLASS.search(e.get("class") or "") and len(e.text_content()) < 120
    ]
    named = [metas.get("articletitle", ""), *headings, title or "", _page_name(tree)]
    day = next((d for n in _DATE_NAMES if (d := printed_date(metas.get(n, "")))), None)
    return Row(url, next((n for n in named if n and n != "null"), ""), day, year)


def _page_name(tree: lxml.html.HtmlElement) -> str:
    found = next(tree.iter("title"), None)
    return squeeze(found.text_content()) if found is not None else ""


def own_row(page: Page, tree: lxml.html.HtmlElement | None, context: str) -> Row | None:
    """The page itself as a row, when it is no list but a report.

    That it is one its heading says, or the words that led here together with its weight; the
    year may stand in its address, or follow from its day.

    Args:
        page: the first page of a column.
        tree: its visible tree.
        context: what the column is called.
    """
    if tree is None:
        return None
    files = read_attachments(page.text, page.url)
    if not 0 < len(files) <= _MOST_FILES and not is_weighty(tree):
        return None
    heads = _headings(tree, "h1")
    if any(map(says_otherwise, heads)):
        return None
    heads += _headings(tree, "h2", "h3")
    day = printed_date(_dates(tree))
    asked = asks_year(page)
    if asked and context:
        title = next(filter(names_report, heads), f"{asked.group(1)} {context}")
        return Row(page.url, title, day, int(asked.group(1)))
    named = [text for text in (*heads, page.title or "") if judge_title(text).is_report]
    title = next(filter(names_report, named), "")
    if not title and page.depth and day and named:
        title = named[0]
    return Row(page.url, title, day) if title else None


def asks_year(page: Page) -> re.Match[str] | None:
    """The year that a column's address asks for, if it does."""
    return _YEAR_ASKED.search(page.column)


def _headings(tree: lxml.html.HtmlElement, *tags: str) -> list[str]:
    heads = [m.get("content") or "" for m in tree.iter("meta")
             if (m.get("name") or "").lower() == "articletitle"]  # fmt: skip
    return heads + [squeeze(head.text_content()) for head in tree.iter(*tags)]


def _dates(tree: lxml.html.HtmlElement) -> str:
    """The text in front of the body, where the day of publication stands."""
    pattern = re.compile(load_yaml("pages.yaml")["published"])
    found = pattern.search(tree.text_content())
    return "-".join(found.groups()) if found else ""
