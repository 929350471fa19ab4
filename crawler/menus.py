"""Links of a site's navigation that are no anchors: in scripts, in frames, in what scripts fetch.

Menus are written by scripts, held in them as trees, shown in frames, or asked for as a piece of
HTML or JSON. No script is run. What a link promises is judged in ``discover``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler import records
from crawler.families import backends
from crawler.families.trs import script_rows
from crawler.links import frames
from crawler.listing import Row, read_rows
from crawler.patterns import Pattern, patterns
from crawler.scripts import page_values, read_at, script_texts

_TREE = re.compile(r"\[\s*\{")
_MOST_TREES, _MOST_PIECES = 40, 6


def navigation(text: str, base: str, known: tuple[Pattern, ...] = ()) -> list[Row]:
    """The links of a page, those that scripts write or hold as data too; or those of JSON.

    Args:
        text: a page, a piece of one, or a JSON answer.
        base: its address.
        known: how the page that shows a JSON answer builds addresses out of its fields.
    """
    if text.lstrip()[:1] in ("{", "["):
        try:
            return records.read(records.parse(text), base, known).rows
        except ValueError:
            return []
    rows = [*read_rows(text, base), *script_rows(text, base)]
    own = patterns(text)
    for script in script_texts(text):
        rows += [row for value in _trees(script) for row in records.read(value, base, own).rows]
    return rows


def _trees(script: str) -> Iterator[object]:
    """Lists of objects that a script holds, such as the nodes of a menu."""
    at = 0
    for _ in range(_MOST_TREES):
        match = _TREE.search(script, at)
        if match is None:
            return
        try:
            value, at = read_at(script, match.start())
        except (ValueError, RecursionError):
            at = match.end()
            continue
        yield value


def pieces(text: str, base: str) -> list[str]:
    """Pages of the same site that a page shows in frames or fetches by script, some at most.

    Args:
        text: source of the page.
        base: its address.
    """
    script = "\n".join(script_texts(text))
    known = page_values(text, base, script)
    called = backends.fetched_pieces(script, known, base)
    return [*dict.fromkeys([*frames(text, base, menus=True), *called])][:_MOST_PIECES]
