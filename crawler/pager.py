"""Page counts as scripts and pagers print them, and links that lead on.

Arithmetic shared by the families that keep their lists as files. What a page says in words
(``next page``) is in ``warehouse/facts/pager.yaml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import lxml.html

from crawler.addresses import absolute, is_web
from crawler.listing import parse_fragment, squeeze
from crawler.paging import MOST_PAGES, Ask, Page
from crawler.scripts import without_comments
from warehouse.facts.files import load_yaml


@dataclass(frozen=True)
class PageCall:
    """A paging call as a page's script prints it.

    Attributes:
        pages: number of pages.
        current: number that the script gives this page.
        stem: file name of the pages without number and suffix; empty when not printed.
        suffix: ``html``, ``shtml``, ``htm``; empty when not printed.
        styled: it names the element it draws into first, as the UCAP kit does.
    """

    pages: int
    current: int
    stem: str
    suffix: str
    styled: bool


_CALL = re.compile(r"\bcreatePage(?:HTML)?\s*\(([^()]*)\)")
_SET = re.compile(r"\bnsetpage\s*\(([^()]*)\)", re.IGNORECASE)
_STRING = re.compile(r"""^(['"])(.*)\1$""")
_COUNT = re.compile(
    r"""(?<![\w$])(?:countPage|pageCount|totalPages?|_?nPageCount)['"]?\s*[=:]\s*(?:parseInt\()?\s*["']?(\d+)"""
)
_TAGS = re.compile(r"<[^>]*>|&nbsp;|&ensp;|&emsp;|\s+")


def page_call(text: str) -> PageCall | None:
    """The paging call of a page, in any of its argument orders.

    Seen: ``(pages, current, stem, suffix)``, the same with the number of records before,
    ``(element, pages, current, stem, suffix, records)``, ``nsetpage`` with numbers only, and a
    variable with the count. Calls in comments, and the function's own definition, do not count.
    """
    plain = without_comments(text)
    for match in _CALL.finditer(plain):
        if call := _read_call(match.group(1)):
            return call
    for match in _SET.finditer(plain):
        numbers = [int(n) for n in re.findall(r"\d+", match.group(1))]
        if numbers:
            return PageCall(max(numbers), 0, "", "", False)
    count = _COUNT.search(plain)
    return PageCall(int(count.group(1)), 0, "", "", False) if count else None


def _read_call(arguments: str) -> PageCall | None:
    values = [part.strip() for part in arguments.split(",")]
    strings = [m.group(2) if (m := _STRING.match(v)) else None for v in values]
    numeric = [(m.group(2) if (m := _STRING.match(v)) else v) for v in values]
    styled = len(values) > 3 and strings[0] is not None and not numeric[0].isdigit()
    start = 1 if styled else 0
    numbers: list[int] = []
    for value in numeric[start:]:
        if not value.isdigit():
            break
        numbers.append(int(value))
    if len(numbers) < 2:
        return None
    pages, current = numbers[-2:] if len(numbers) < 4 else numbers[1:3]
    names = [s for s in strings[start + len(numbers) :] if s]
    stem = names[0] if names else ""
    suffix = names[1].lstrip(".") if len(names) > 1 else ""
    return PageCall(pages, current, stem, suffix, styled)


@cache
def _words() -> dict[str, Any]:
    raw: dict[str, Any] = load_yaml("pager.yaml")
    compiled: dict[str, Any] = {k: re.compile(v) for k, v in raw.items() if k != "total"}
    return compiled | {"total": [re.compile(p) for p in raw["total"]]}


def names_annual(text: str) -> bool:
    """Whether a node of a catalogue or a navigation is the one of annual reports."""
    plain = _TAGS.sub("", text)
    words = _words()
    return bool(words["annual"].search(plain)) and not words["not_annual"].search(plain)


def printed_pages(text: str) -> int | None:
    """The number of pages that a pager prints in words, None when it prints none."""
    plain = _TAGS.sub("", without_comments(text))
    for pattern in _words()["total"]:
        if match := pattern.search(plain):
            return int(match.group(1))
    return None


def has_pager(text: str) -> bool:
    """Whether a page says in words that it has followers."""
    return bool(_words()["sign"].search(_TAGS.sub("", without_comments(text))))


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
            found.append((_label(anchor), url))
    return found


def _label(anchor: lxml.html.HtmlElement) -> str:
    return squeeze(anchor.text_content()) or squeeze(anchor.get("title") or "")


def next_link(text: str, base: str) -> str | None:
    """The address behind the link to the following page, None when there is none."""
    pattern = _words()["next"]
    for label, url in page_links(text, base):
        if pattern.search(label.replace(" ", "")) and url != base:
            return url
    return None


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
