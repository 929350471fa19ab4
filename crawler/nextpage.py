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
from crawler.forms import Sending, form_fields, form_of, sending
from crawler.listing import parse_fragment, squeeze, visible_tree
from crawler.pager import PageCall, is_drawn, next_rank, page_call, printed_records, stated_pages
from crawler.paging import MOST_PAGES, Ask, Page
from crawler.scripts import joined_strings, script_texts, variables

_QUOTED = re.compile(r"""['"]([^'"\s]*(?:/|\.[a-z]{2,5}|\?)[^'"\s]*)['"]""", re.IGNORECASE)
_COUNTED = re.compile(r"^(.*?)(\d{1,4})(\.\w+)?$")
_SCRIPTED = re.compile(r"^([^\s<>?]*)\?((?:[^\s<>]*&)?(\w+)=)$")
_SCRIPTED_FILE = re.compile(r"^([\w./-]*[A-Za-z0-9])([_-])\.(s?html?|jsp|jhtml)$")
_BY_NUMBER = 99
_POSTBACK = re.compile(r"__doPostBack\(\s*'([^']*)'\s*,\s*'([^']*)'\s*\)")
_PAGE_KEYS = (
    "page", "pageno", "pagenum", "pageindex", "currentpage", "curpage", "currpage", "cur_page",
    "p", "pn", "page_no", "pageid", "topage", "cpage", "current", "nowpage", "page_index",
)  # fmt: skip
_DYNAMIC = re.compile(r"\.(?:jsp|aspx?|php|do|action|ashx)$|/[^./]+$", re.IGNORECASE)


@dataclass(frozen=True)
class Pager:
    """What a page says about the pages after it.

    Attributes:
        link: address of the next page, or None.
        form: form fields whose POST brings the next page, or None.
        action: where they are posted.
        pages: how many pages there are, if it says so.
        records: how many rows there are, if it says so.
        drawn: it has a pager, though nothing in it may be followed.
    """

    link: str | None
    form: tuple[tuple[str, str], ...] | None
    action: str
    pages: int | None
    records: int | None
    drawn: bool


def read_pager(page: Page, tree: lxml.html.HtmlElement | None, current: int) -> Pager:
    """Reads what a page says about the page after number ``current`` (from 1)."""
    if tree is None:
        return Pager(None, None, page.url, None, None, False)
    wanted = _leading_on(tree, current)
    link = next((found for a in wanted if (found := _target(a, page.url))), None)
    form, action = None, page.url
    if link is None and wanted:
        sent = _sent(page.url, tree, wanted, current + 1)
        if sent is not None:
            form, action = sent.form, sent.url
            link = sent.url if sent.form is None else None
    text = squeeze(tree.text_content())
    pages = stated_pages(page.text, tree)
    drawn = is_drawn(tree) or bool(wanted)
    return Pager(link, form, action, pages, printed_records(text), drawn)


def _leading_on(tree: lxml.html.HtmlElement, current: int) -> list[lxml.html.HtmlElement]:
    """The links and buttons that lead one page on, the surest first."""
    ranked: list[tuple[int, lxml.html.HtmlElement]] = []
    for element in tree.iter("a", "input", "button"):
        text = _text(element)
        rank = next_rank(text) if text else _unspoken(element)
        if rank is None and text.strip("[]【】 ") == str(current + 1):
            rank = _BY_NUMBER
        if rank is not None:
            ranked.append((2 * rank if rank != _BY_NUMBER else 1, element))
    return [element for _, element in sorted(ranked, key=lambda pair: pair[0])]


def _unspoken(element: lxml.html.HtmlElement) -> int | None:
    """The rank of a link without a text that is marked as the one to the next page."""
    marks = f"{element.get('rel') or ''} {element.get('class') or ''}".split()
    return 0 if element.tag == "a" and "next" in marks else None


def next_link(text: str, base: str, current: int = 1) -> str | None:
    """The address behind the link to the following page, None when there is none.

    Args:
        text: the page.
        base: its address.
        current: its number.
    """
    tree = visible_tree(text)
    leading = _leading_on(tree, current) if tree is not None else []
    return next((found for a in leading if (found := _target(a, base))), None)


def page_links(text: str, base: str) -> list[tuple[str, str]]:
    """Text and address of every link of a page that leads anywhere."""
    tree = parse_fragment(text)
    if tree is None:
        return []
    found = []
    for anchor in tree.iter("a"):
        href = (anchor.get("href") or "").strip()
        if not href or href.startswith("#") or href.lower().startswith("javascript"):
            continue
        url = absolute(base, href)
        if is_web(url):
            found.append((_text(anchor), url))
    return found


def _text(element: lxml.html.HtmlElement) -> str:
    text = squeeze(element.text_content())
    return text or squeeze(element.get("title") or element.get("value") or "")


def _target(anchor: lxml.html.HtmlElement, base: str) -> str | None:
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
        url = absolute(base, candidate)
        if is_web(url) and host_of(url) == host_of(base) and url != base:
            return url
    return None


def _sent(
    base: str, tree: lxml.html.HtmlElement, wanted: list[lxml.html.HtmlElement], number: int
) -> Sending | None:
    """The form that brings page ``number``: by a post-back, a button, or a pager's script."""
    for element in wanted:
        form = form_of(element)
        call = _POSTBACK.search(f"{element.get('href') or ''} {element.get('onclick') or ''}")
        if call is not None:
            around = form if form is not None else tree
            target = {"__EVENTTARGET": call.group(1), "__EVENTARGUMENT": call.group(2)}
            if form is None:
                return Sending(base, tuple((form_fields(around) | target).items()))
            return _posted(sending(form, base, target))
        name = element.get("name")
        presses = (element.get("type") or "submit").lower() in ("submit", "image")
        if form is not None and name and presses and "disabled" not in element.attrib:
            return sending(form, base, {name: element.get("value") or ""})
    for form in tree.iter("form"):
        key = next((k for k in form_fields(form) if k.lower() in _PAGE_KEYS), None)
        if key is not None and (found := sending(form, base, {key: str(number)})):
            return found
    return None


def _posted(sent: Sending | None) -> Sending | None:
    """A post-back as it is sent: its script posts it, whatever the form says."""
    if sent is None or sent.form is not None:
        return sent
    bare, _, query = sent.url.partition("?")
    return Sending(bare, tuple(parse_qsl(query, keep_blank_values=True)))


def turned(url: str, number: int) -> str | None:
    """The address of the page after ``number``, by the number in the address of that page.

    Args:
        url: address of a page of a list.
        number: its number, from 2.
    """
    parts = urlsplit(url)
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        if key.lower() in _PAGE_KEYS and value in (str(number), str(number - 1)):
            query = re.sub(
                rf"(?<![\w]){re.escape(key)}={value}(?!\w)", f"{key}={int(value) + 1}", parts.query
            )
            return parts._replace(query=query).geturl()
    name = _COUNTED.match(parts.path)
    if name is None or int(name.group(2)) not in (number, number - 1):
        return None
    path = f"{name.group(1)}{int(name.group(2)) + 1}{name.group(3)}"
    return parts._replace(path=path).geturl()


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
    yield from _scripted_templates(page)
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


def _scripted_templates(page: Page) -> Iterator[tuple[str, int]]:
    """Addresses that a page's script makes out of a number."""
    script = "\n".join(script_texts(page.text))
    for text in dict.fromkeys(joined_strings(script, variables(script))):
        if (asked := _SCRIPTED.match(text)) and asked.group(3).lower() in _PAGE_KEYS:
            url = absolute(page.url, text)
            if host_of(url) == host_of(page.url):
                yield f"{url}{{n}}", 2
        elif named := _SCRIPTED_FILE.match(text):
            url = absolute(page.url, f"{named.group(1)}{named.group(2)}0.{named.group(3)}")
            for first in (1, 2):
                yield re.sub(r"0(\.\w+)$", r"{n}\1", url), first


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


def numbered_pages(page: Page, call: PageCall, first: int, last: int, mark: str = "_") -> list[Ask]:
    """Asks for the sibling files ``<stem><mark><n>.<suffix>``, ``n`` from first to last."""
    numbers = range(first, min(last, MOST_PAGES) + 1)
    return [
        Ask(
            absolute(page.url, f"{call.stem}{mark}{number}.{call.suffix}"),
            note={"page": str(number)},
            absent="end",
        )
        for number in numbers
    ]
