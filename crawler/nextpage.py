"""The next page of any list: as its links say, as its form says, or as its address suggests.

Knows no family. A guessed address is an ``Ask`` that may be skipped: the reader that gets its page
decides whether it was one of the list's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import lxml.html

from crawler.addresses import absolute, host_of, is_web
from crawler.listing import squeeze
from crawler.pager import page_call
from crawler.paging import Ask, Page
from crawler.words import is_next, printed_pages, printed_records

_SCRIPTED = re.compile(
    r"\b(?:total_?pages?|pageTotal|page_?count|pageNum_?total|countPage|pages)['\"]?\s*[:=]\s*"
    r"(?:parseInt\()?['\"]?(\d+)",
    re.IGNORECASE,
)
_PARSED = re.compile(r"parseInt\(\s*['\"](\d+)['\"]\s*\)")
_QUOTED = re.compile(r"""['"]([^'"\s]*(?:/|\.[a-z]{2,5}|\?)[^'"\s]*)['"]""", re.IGNORECASE)
_POSTBACK = re.compile(r"__doPostBack\(\s*'([^']*)'\s*,\s*'([^']*)'\s*\)")
_PAGER = re.compile(
    r"(?:^|[\s_-])(?:pag(?:e|er|es|ing|ination)\w*|fenye|pagebar)(?:$|[\s_-])", re.I
)
_PAGE_KEYS = (
    "page", "pageno", "pagenum", "pageindex", "currentpage", "curpage", "currpage", "cur_page",
    "p", "pn", "page_no", "pageid", "topage",
)  # fmt: skip
_DYNAMIC = re.compile(r"\.(?:jsp|aspx?|php|do|action|ashx)$|/[^./]+$", re.IGNORECASE)


@dataclass(frozen=True)
class Pager:
    """What a page says about the pages after it.

    Attributes:
        link: address of the next page, or None.
        postback: form fields that bring the next page, or None.
        pages: how many pages there are, if it says so.
        records: how many rows there are, if it says so.
        drawn: it has a pager, though nothing in it may be followed.
    """

    link: str | None
    postback: tuple[tuple[str, str], ...] | None
    pages: int | None
    records: int | None
    drawn: bool


def read_pager(page: Page, tree: lxml.html.HtmlElement | None, current: int) -> Pager:
    """Reads what a page says about the page after number ``current`` (from 1)."""
    if tree is None:
        return Pager(None, None, None, None, False)
    anchors = [a for a in tree.iter("a", "input", "button") if _text(a)]
    wanted = [a for a in anchors if is_next(_text(a))]
    wanted += [a for a in anchors if _text(a).strip("[]") == str(current + 1)]
    link = next((found for a in wanted if (found := _target(a, page))), None)
    postback = next((form for a in wanted if (form := _postback(a, tree))), None)
    text = squeeze(tree.text_content())
    drawn = any(_PAGER.search(f"{e.get('class') or ''} {e.get('id') or ''}") for e in tree.iter())
    pages = _pages(page.text, text, tree)
    return Pager(link, postback, pages, printed_records(text), drawn or bool(wanted))


def _text(element: lxml.html.HtmlElement) -> str:
    text = squeeze(element.text_content())
    return text or squeeze(element.get("title") or element.get("value") or "")


def _target(anchor: lxml.html.HtmlElement, page: Page) -> str | None:
    """Where a pager's link leads: its href, or an address inside its script."""
    href = (anchor.get("href") or "").strip()
    places = [anchor.get(name) or "" for name in ("tagname", "data-href", "data-url", "onclick")]
    candidates = [] if not href or href.startswith("#") else [href]
    if href.lower().startswith("javascript:"):
        candidates = []
        places.append(href)
    for place in places:
        quoted = [m.group(1) for m in _QUOTED.finditer(place)]
        candidates += quoted or ([place] if place.startswith(("/", "http")) else [])
    for candidate in candidates:
        url = absolute(page.url, candidate)
        if is_web(url) and host_of(url) == host_of(page.url) and url != page.url:
            return url
    return None


def _postback(
    anchor: lxml.html.HtmlElement, tree: lxml.html.HtmlElement
) -> tuple[tuple[str, str], ...] | None:
    """The form that an ASP.NET pager link sends."""
    call = _POSTBACK.search(f"{anchor.get('href') or ''} {anchor.get('onclick') or ''}")
    if call is None:
        return None
    fields = {
        str(field.get("name")): field.get("value") or ""
        for field in tree.iter("input")
        if field.get("name") and (field.get("type") or "").lower() == "hidden"
    }
    fields |= {"__EVENTTARGET": call.group(1), "__EVENTARGUMENT": call.group(2)}
    return tuple(fields.items())


def _pages(source: str, text: str, tree: lxml.html.HtmlElement) -> int | None:
    if call := page_call(source):
        return call.pages
    for found in (_SCRIPTED.search(source), _PARSED.search(source)):
        if found:
            return int(found.group(1))
    for element in tree.iter():
        size, total = (_whole(element.get(name)) for name in ("pagesize", "total"))
        size, total = size or _whole(element.get("rows")), total or _whole(element.get("count"))
        if size and total and _PAGER.search(f"{element.get('class')} {element.get('id')} pager"):
            return -(-total // size)
    return printed_pages(text)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def templates(page: Page, suffixes: list[str]) -> Iterator[tuple[str, int]]:
    """Addresses that the second page of a list may have, the likely ones first.

    Args:
        page: the list's first page.
        suffixes: file suffixes of the documents it links to, the frequent ones first.

    Yields:
        An address with ``{n}`` in place of the page's number, and the number of its second page.
    """
    parts = urlsplit(page.url)
    if numbered := _query_template(page.url):
        yield numbered, 2
        return
    folder, _, name = parts.path.rpartition("/")
    stem, dot, suffix = name.partition(".")
    paths: list[tuple[str, int]] = []
    if _DYNAMIC.search(parts.path) or parts.query:
        paths = [] if name and dot else [(f"{parts.path.rstrip('/')}/{{n}}", 2)]
        for key in ("page", "pageIndex", "pageNo"):
            query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), (key, "")])
            yield urlunsplit((parts.scheme, parts.netloc, parts.path, f"{query}{{n}}", "")), 2
    elif stem.isdigit():
        paths = [(f"{folder}/{{n}}.{suffix}", int(stem) + 1)]
    else:
        call = page_call(page.text)
        stem = (call.stem if call else "") or stem or "index"
        known = [suffix] if suffix else [s for s in suffixes if s][:1]
        if counted := re.fullmatch(r"(.*\D)(\d{1,2})", stem):
            number = int(counted.group(2)) + 1
            paths.append((f"{folder}/{counted.group(1)}{{n}}.{suffix}", number))
        for ending in known or ["html"]:
            paths += [(f"{folder}/{stem}_{{n}}.{ending}", first) for first in (1, 2)]
            paths += [(f"{folder}/{stem}{{n}}.{ending}", 2), (f"{folder}/{stem}-{{n}}.{ending}", 2)]
            if not name or stem.lower() in ("index", "list", "secondpage"):
                paths += [(f"{folder}/{{n}}.{ending}", 2)]
        if not name and known:
            paths.append((f"{folder}/list_{{n}}.{known[0]}", 2))
    for path, first in paths:
        yield f"{parts.scheme}://{parts.netloc}{path}", first


def _query_template(url: str) -> str | None:
    """The address with its page argument open, when it has one."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    for key, value in pairs:
        if key.lower() in _PAGE_KEYS and value.isdigit():
            query = re.sub(rf"(?<![\w]){re.escape(key)}={value}", f"{key}={{n}}", parts.query)
            return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
    return None


def is_guess(ask: Ask) -> bool:
    """Whether the address was made by ``guesses``."""
    return "template" in ask.note and ask.absent in ("skip", "read")


def guesses(page: Page, suffixes: list[str]) -> list[Ask]:
    """Asks for what may be the second page."""
    return [
        Ask(
            template.replace("{n}", str(number)),
            note={"template": template, "number": str(number), "page": "2"},
            absent="skip",
        )
        for template, number in templates(page, suffixes)
    ]
