"""Addresses that a page's script builds: out of a record, a click's arguments, an attribute.

``'/article/' + item.id + '.html'`` gives every record with an ``id`` its address, and
``open('list.jsp?cat=' + id)`` in a function every click that calls it. Reading scripts is
``scripts``'s; what the addresses promise is judged by who follows them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import lxml.html

from crawler.scripts import MARK, QUOTE, Reader, read_value, script_texts, variables

_FIELD = re.compile(f"{MARK}([\\w-]+){MARK}")
_TEMPLATE = re.compile(f"[\\w./:%?=&#~-]*(?:{MARK}[\\w-]+{MARK}[\\w./:%?=&#~-]*)+")
_BASES = "root|base|ctx|context|path|host|domain|prefix|url"
_ROOT = re.compile(f"^{MARK}\\w*(?:{_BASES}){MARK}(?=/)", re.IGNORECASE)
_ADDED_TO = re.compile(r"(?<![\w$.])(?:[A-Za-z_$][\w$.]*\s*\+\s*)+$")
_LIKE_ADDRESS = re.compile(r"/|^\?|\.(?:s?html?|jspx?|php|aspx?|do|action)\b", re.IGNORECASE)
_OTHER = re.compile(
    r"count|click|hits?\b|login|\.(?:js|css|png|jpe?g|gif|ico)\b|img|visit|share|javascript:|^#",
    re.IGNORECASE,
)
_LEADS = re.compile(
    r"(?:href|src|location|open|load|assign|replace|push|to|path|link)[\"']?\s*[,(=:]?\s*$",
    re.IGNORECASE,
)
_ASKS = re.compile(r"(?:\.(?:get|post|getJSON|load|ajax)|fetch)\(\s*$|\burl[\"']?\s*:\s*$")
_NAMED = re.compile(
    r"function\s+(?P<a>[\w$]+)\s*\((?P<x>[^()]*)\)|(?P<b>[\w$]+)\s*[:=]\s*(?:async\s+)?function\s*"
    r"\((?P<y>[^()]*)\)|(?P<c>[\w$]+)\s*[:=]\s*\(?(?P<z>[\w$,\s]*)\)?\s*=>"
)
_CALL = re.compile(r"(?:javascript:|return\s+|^|;)\s*(?:[\w$]+\.)*([\w$]+)\s*\(", re.IGNORECASE)
_MOST, _LONGEST, _LONGEST_SCRIPT = 20, 200, 200_000


@dataclass(frozen=True)
class Pattern:
    """One address with open fields.

    Attributes:
        template: the address, a field's name between two marks in place of its value.
        function: the function that it is built in, empty where none has a name.
        given: names of the function's arguments, in order.
    """

    template: str
    function: str = ""
    given: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the open fields."""
        return tuple(_FIELD.findall(self.template))

    def filled(self, values: Mapping[str, Any]) -> str:
        """The address with these values; empty where one is missing.

        Args:
            values: by field name in lower case.
        """
        found = {name: _plain(values.get(name.lower())) for name in self.fields}
        if not all(found.values()):
            return ""
        return _FIELD.sub(lambda m: quote(found[m.group(1)], safe="/:?=&%#"), self.template)


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


@lru_cache(maxsize=4)
def patterns(text: str) -> tuple[Pattern, ...]:
    """The addresses that the inline scripts of a page build to lead somewhere.

    Args:
        text: source of the page.
    """
    return tuple(p for script in script_texts(text) for p in script_patterns(script))[:_MOST]


@lru_cache(maxsize=4)
def asked_patterns(text: str) -> tuple[Pattern, ...]:
    """The addresses that the inline scripts of a page build to fetch a piece of it.

    Args:
        text: source of the page.
    """
    return tuple(p for s in script_texts(text) for p in script_patterns(s, _ASKS))[:_MOST]


def script_patterns(script: str, by: re.Pattern[str] = _LEADS) -> list[Pattern]:
    """The addresses that a script builds to lead somewhere, each once.

    Args:
        script: its text, without comments.
        by: what stands before such an address.
    """
    found: dict[Pattern, None] = {}
    script = script[:_LONGEST_SCRIPT]
    for at, text in marked_strings(script):
        for match in _TEMPLATE.finditer(text):
            template = _ROOT.sub("", match.group())
            fixed = _FIELD.sub("", template)
            before = f"{script[max(0, at - 40) : at]}{text[: match.start()]}"
            leads = by.search(before) or by.search(before.rstrip("\"'`"))
            fit = len(template) <= _LONGEST and _LIKE_ADDRESS.search(fixed)
            if leads and fit and not _OTHER.search(fixed):
                function, given = _around(script, at)
                found.setdefault(Pattern(template, function, given), None)
    return list(found)[:_MOST]


class _MarkingReader(Reader):
    marks = True


def marked_strings(script: str) -> Iterator[tuple[int, str]]:
    """Every string of a script that is added to what is not known, with its place.

    What is not known stands in it by its name between two ``MARK``: of ``item.id`` the last part.
    """
    known, at = variables(script), 0
    while match := QUOTE.search(script, at):
        before = _ADDED_TO.search(script, max(at, match.start() - 80), match.start())
        start = before.start() if before else match.start()
        reader = _MarkingReader(script, start, known)
        try:
            found = reader.value()
        except (ValueError, RecursionError):
            at = match.end()
            continue
        at = max(reader.at, match.end())
        if isinstance(found, str) and MARK in found:
            yield start, html.unescape(found)


def _around(script: str, at: int) -> tuple[str, tuple[str, ...]]:
    """Name and arguments of the function that was begun last before a place."""
    last = None
    for match in _NAMED.finditer(script, 0, at):
        last = match
    if last is None:
        return "", ()
    name = last.group("a") or last.group("b") or last.group("c") or ""
    given = last.group("x") or last.group("y") or last.group("z") or ""
    return name, tuple(part.strip() for part in given.split(",") if part.strip())


def record_address(record: Mapping[str, Any], known: Iterable[Pattern]) -> str:
    """The address of a record by the first pattern whose fields it has, else empty.

    Args:
        record: by field name in lower case.
        known: patterns of the page that shows the records.
    """
    # A function's own argument may be any number; a member's name is that of a field.
    ranked = sorted(known, key=lambda pattern: bool({*pattern.fields} & {*pattern.given}))
    return next((url for pattern in ranked if (url := pattern.filled(record))), "")


def clicked_address(element: lxml.html.HtmlElement, known: Iterable[Pattern]) -> str:
    """Where a click on an element leads by a function or by an attribute of its own, else empty."""
    attributes = {name.lower(): value for name, value in element.attrib.items()}
    for pattern in known:
        own = [name for name in pattern.fields if name.startswith("data-")]
        if own and len(own) == len(pattern.fields) and (url := pattern.filled(attributes)):
            return url
    for place in ("onclick", "href"):
        if call := _CALL.search(attributes.get(place, "")):
            handed = _handed(attributes[place][call.end() - 1 :])
            for pattern in known:
                if pattern.function == call.group(1):
                    names = (name.lower() for name in pattern.given)
                    values = dict(zip(names, handed, strict=False))
                    if url := pattern.filled(values):
                        return url
    return ""


def _handed(text: str) -> list[Any]:
    """The arguments of a call, from its opening bracket on."""
    try:
        found = read_value(f"[{text[1:].rpartition(')')[0].split(');')[0]}]", 0)
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []
