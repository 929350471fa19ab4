"""Records that a page holds as data rather than shows: in its scripts, in hidden fields.

Lists of objects in scripts, JSON in script elements of any type, in inputs and attributes. What a
record is, ``records`` says; what scripts fetch is the families'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawler import records
from crawler.listing import Row, parse_fragment
from crawler.patterns import patterns
from crawler.scripts import read_at, script_texts

_LIST = re.compile(r"\[\s*\{")
_JSON = re.compile(r"^\s*(?:\[\s*\{|\{\s*[\"'])")
_HOLDING = ("value", "data-list", "data-json", "data-data", "data-rows", "data-items")
_MOST = 40


def held_rows(text: str, base: str) -> list[Row]:
    """The rows of all records that a page holds.

    Args:
        text: source of the page.
        base: its address.
    """
    known = patterns(text)
    rows: dict[str, Row] = {}
    for value in held_values(text):
        for row in records.read(value, base, known).rows:
            rows.setdefault(row.url, row)
    return list(rows.values())


def held_values(text: str) -> Iterator[Any]:
    """The lists of objects that a page holds, some at most."""
    for script in script_texts(text):
        yield from _in_script(script)
    tree = parse_fragment(text)
    for element in tree.iter("input", "textarea", "div", "ul", "table") if tree is not None else ():
        places = [element.get(name) or "" for name in _HOLDING]
        if element.tag == "textarea":
            places.append(element.text or "")
        for place in places:
            if _JSON.match(place):
                try:
                    yield records.parse(place)
                except ValueError:
                    continue


def _in_script(script: str) -> Iterator[Any]:
    at = 0
    for _ in range(_MOST):
        match = _LIST.search(script, at)
        if match is None:
            return
        try:
            value, at = read_at(script, match.start())
        except (ValueError, RecursionError):
            at = match.end()
            continue
        yield value
