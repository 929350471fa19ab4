"""Telling the pages that protections answer with from content.

Belongs here: the judgement on one answer. Its words and marks are ``warehouse/facts/challenges``.
What becomes of such a page is ``middlewares``' and ``turns``'; none is ever solved or passed.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.bare import PageLook, look_at
from crawler.decoding import decode_page
from warehouse.facts.files import load_yaml

CHALLENGE = "challenge page"
"""How the reason begins of what a challenge page stands for."""

_BINARY = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
)
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ASCII = bytes(range(128))

Pattern = re.Pattern[str]


@dataclass(frozen=True)
class _Limit:
    """How much a kind of page shows at most."""

    text: int
    links: int

    def holds(self, page: PageLook) -> bool:
        return len(page.text) <= self.text and page.links <= self.links


@dataclass(frozen=True)
class _Rules:
    """What ``challenges.yaml`` holds, compiled."""

    raw: dict[str, Any]
    hints: tuple[bytes, ...]
    words: dict[str, Pattern]
    says: Pattern
    named: dict[str, dict[str, Pattern]]
    blank: _Limit
    poor: _Limit
    notice: _Limit
    refusal: _Limit


def _compiled(pattern: str) -> Pattern:
    return re.compile(pattern, re.IGNORECASE)


@cache
def _rules() -> _Rules:
    raw = load_yaml("challenges.yaml")
    encoded = {h.lower().encode(name) for h in raw["hints"] for name in ("utf-8", "gb18030")}
    return _Rules(
        raw=raw,
        # The bytes of a page are lowered before, whatever their encoding: so are the hints.
        hints=tuple(sorted({hint.lower() for hint in encoded})),
        words={key: _compiled(value) for key, value in raw.items() if isinstance(value, str)},
        says=_compiled("|".join(f"(?:{pattern})" for pattern in raw["says"])),
        named={
            kind: {name: _compiled("|".join(marks)) for name, marks in raw[kind].items()}
            for kind in ("sure", "woven", "owners")
        },
        **{kind: _Limit(**raw[kind]) for kind in ("blank", "poor", "notice", "refusal")},
    )


def challenge(
    status: int,
    body: bytes,
    content_type: str | None = None,
    url: str = "",
    sets_cookie: bool = False,
) -> str | None:
    """The protection that answered instead of the content, None for content.

    A normal refusal of a server (403, 404, 405 in its own words) is none, and so is a page of which
    scripts make the content.

    Args:
        status: of the answer.
        body: its bytes, decompressed.
        content_type: its header.
        url: the address that answered, to tell a reload from a way on.
        sets_cookie: whether its headers set a cookie.

    Returns:
        A name for the protection, as reasons show it.
    """
    rules = _rules()
    if len(body) > rules.raw["most_bytes"] or body.startswith(_BINARY):
        return None
    if status in rules.raw["only_challenges"]:
        return _named("owners", decode_page(body, content_type)) or "refusal of crawlers"
    is_content = status in rules.raw["content"]
    if (300 <= status < 400) or (is_content and not _is_small(body)):
        return None
    source = decode_page(body, content_type)
    # All that crawls fetch comes here: what names a report is told first, a look costs most.
    if is_content and (rules.words["reports"].search(source) or not _is_hinted(body)):
        return None
    page = look_at(source)
    if page is None:
        return None
    return _shell(status, page, url, sets_cookie) or _notice(is_content, page)


def _is_small(body: bytes) -> bool:
    """Whether a page holds as little text and as few links as a challenge does."""
    raw = _rules().raw
    if len(body.translate(None, _ASCII)) > raw["most_foreign"]:
        return False
    return bool(body.lower().count(b"href") <= raw["most_links"])


def _is_hinted(body: bytes) -> bool:
    """Whether something stands in a page without which none is recognised."""
    lowered = body.lower()
    return body.startswith(_WIDE) or any(hint in lowered for hint in _rules().hints)


def _shell(status: int, page: PageLook, url: str, sets_cookie: bool) -> str | None:
    """Whose script shell a page is: it holds a script, and nothing to read."""
    rules = _rules()
    if not rules.poor.holds(page):
        return None
    if name := _named("sure", page.source):
        return name
    if not page.has_script:
        return None
    is_scripted = status in rules.raw["scripted"]
    if not is_scripted and not _is_blank(page):
        return None
    if name := _named("woven", page.source):
        return name
    return "scripted page" if is_scripted else _nameless(status, page, url, sets_cookie)


def _is_blank(page: PageLook) -> bool:
    """Whether a page shows nothing, or only that it wants scripts, and leaves no room for more."""
    rules = _rules()
    asks = rules.words["asks_for_scripts"].search(page.text)
    return page.is_bare and (rules.blank.holds(page) or asks is not None)


def _named(kind: str, source: str) -> str | None:
    named = _rules().named[kind]
    return next((name for name, marks in named.items() if marks.search(source)), None)


def _nameless(status: int, page: PageLook, url: str, sets_cookie: bool) -> str | None:
    """What a bare page with scripts is, whosesoever."""
    words = _rules().words
    sets = words["sets_cookie"].search(page.script)
    reloads = words["reloads"].search(page.script) or _goes_home(page.script, url)
    if sets and reloads:
        return "cookie shell"
    hides = words["hidden"].search(page.script)
    asks = words["asks_for_scripts"].search(page.said)
    if asks and (sets or reloads or hides):
        return "script shell"
    is_shell = (hides and sets_cookie) or (status in _rules().raw["pending"] and (hides or sets))
    return "script shell" if is_shell else None


def _goes_home(script: str, url: str) -> bool:
    own = urlsplit(url)
    for match in _rules().words["goes_to"].finditer(script):
        to = urlsplit(urljoin(url, match[1] or match[2] or ""))
        if url and (to.hostname, to.path) == (own.hostname, own.path):
            return True
    return False


def _notice(is_content: bool, page: PageLook) -> str | None:
    """Whose block page or captcha a page is: it says so, and little else."""
    rules = _rules()
    if not (rules.notice if is_content else rules.refusal).holds(page):
        return None
    says = rules.says.search(page.said) is not None
    title, weak = (
        any(rules.words[key].fullmatch(line) for line in page.headings)
        for key in ("titles", "weak_titles")
    )
    if is_content:
        begins = any(rules.says.match(line) for line in page.lines)
        is_blocked = begins or title or (weak and says)
    else:
        is_blocked = says or title or weak
    return (_named("owners", page.source) or "block page") if is_blocked else None
