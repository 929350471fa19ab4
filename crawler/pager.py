"""What a page says of its pages: how many there are, how they are called, the words of its pager.

Words are in ``warehouse/facts/pager.yaml``. Which link or address leads on is in ``nextpage``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import lxml.html

from crawler.listing import squeeze
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


_SCRIPTED = re.compile(
    r"\b(?:total_?pages?|pageTotal|page_?count|pageNum_?total|countPage|pages|_?nPageCount)['\"]?"
    r"\s*[:=]\s*(?:parseInt\()?\s*['\"]?(\d+)",
    re.IGNORECASE,
)
_PARSED = re.compile(r"parseInt\(\s*['\"](\d+)['\"]\s*\)")
_PAGER = re.compile(
    r"(?:^|[\s_-])(?:pag(?:e|er|es|ing|ination)\w*|fenye|pagebar)(?:$|[\s_-])", re.I
)


@cache
def _words() -> dict[str, Any]:
    raw: dict[str, Any] = load_yaml("pager.yaml")
    compiled = {k: re.compile(raw[k]) for k in ("sign", "annual", "not_annual")}
    lists = {k: [re.compile(p) for p in raw[k]] for k in ("total", "records")}
    return {"next": raw["next"], "other": frozenset(raw["other"])} | compiled | lists


def _bare_text(text: str) -> str:
    return re.sub(r"\s+", "", text).lower().strip("[]【】()（）")


def next_rank(text: str) -> int | None:
    """How surely a link's text leads one page on: 0 the words for it, then arrows; else None."""
    bare = _bare_text(text)
    return next((rank for rank, texts in enumerate(_words()["next"]) if bare in texts), None)


def is_pager(text: str) -> bool:
    """Whether a link's text belongs to a pager: a short number, or one of its words."""
    plain = _bare_text(text)
    number = plain.isdigit() and len(plain) <= 3
    return number or not plain or next_rank(text) is not None or plain in _words()["other"]


def names_annual(text: str) -> bool:
    """Whether a node of a catalogue or a navigation is the one of annual reports."""
    plain = _TAGS.sub("", text)
    words = _words()
    return bool(words["annual"].search(plain)) and not words["not_annual"].search(plain)


def printed_pages(text: str) -> int | None:
    """The number of pages that a pager prints in words, None when it prints none."""
    return _printed("total", text)


def printed_records(text: str) -> int | None:
    """The number of rows that a pager prints in words, None when it prints none."""
    return _printed("records", text)


def _printed(kind: str, text: str) -> int | None:
    plain = _TAGS.sub("", without_comments(text))
    found = (pattern.search(plain) for pattern in _words()[kind])
    return next((int(match.group(1)) for match in found if match), None)


def has_pager(text: str) -> bool:
    """Whether a page says in words that it has followers."""
    return bool(_words()["sign"].search(_TAGS.sub("", without_comments(text))))


def is_drawn(tree: lxml.html.HtmlElement) -> bool:
    """Whether an element of a page is made for a pager, by its name."""
    return any(_PAGER.search(f"{e.get('class') or ''} {e.get('id') or ''}") for e in tree.iter())


def stated_pages(source: str, tree: lxml.html.HtmlElement | None) -> int | None:
    """The number of pages that a page states: by a call, a variable, an attribute, or in words.

    Args:
        source: the page.
        tree: what of it is visible.
    """
    if call := page_call(source):
        return call.pages
    for found in (_SCRIPTED.search(source), _PARSED.search(source)):
        if found:
            return int(found.group(1))
    for element in tree.iter() if tree is not None else ():
        size, total = (_whole(element.get(name)) for name in ("pagesize", "total"))
        size, total = size or _whole(element.get("rows")), total or _whole(element.get("count"))
        if size and total and _PAGER.search(f"{element.get('class')} {element.get('id')} pager"):
            return -(-total // size)
    return printed_pages(squeeze(tree.text_content())) if tree is not None else None


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
