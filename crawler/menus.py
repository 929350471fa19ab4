"""Links of a site's navigation that are no anchors: in scripts, in frames, in what scripts fetch.

Menus are written by scripts, held in them as trees, shown in frames, or asked for as a piece of
HTML or JSON. No script is run. What a link promises is judged in ``discover``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

import lxml.html

from crawler import records
from crawler.addresses import absolute, is_web
from crawler.families import backends
from crawler.families.trs import script_rows
from crawler.held import held_rows
from crawler.links import frames
from crawler.listing import Row, read_rows, squeeze, visible_tree
from crawler.patterns import Pattern
from crawler.scripts import page_values, script_texts
from warehouse.facts.files import load_yaml

_MOST_PIECES, _NEAR, _LONGEST_NAME = 6, 4, 30
"""Pages in frames; elements around a link, and characters of its name there."""


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
    return [*rows, *_more_rows(text, base), *held_rows(text, base)]


def _more_rows(text: str, base: str) -> Iterator[Row]:
    """Links that say no more than "more": named by what stands beside them."""
    tree = visible_tree(text)
    more = _more()
    for anchor in tree.iter("a") if tree is not None else ():
        said = squeeze(anchor.text_content()) or squeeze(anchor.get("title") or "")
        if said and not more.fullmatch(said):
            continue
        url = absolute(base, (anchor.get("href") or "").strip())
        name = _beside(anchor, said)
        if name and is_web(url) and url != base:
            yield Row(url, name, None)


def _beside(anchor: lxml.html.HtmlElement, said: str) -> str:
    """The short text around a link, empty where there is none or too much."""
    for around in islice(anchor.iterancestors(), _NEAR):
        text = "".join(around.text_content().split())
        if said:
            text = text.replace("".join(said.split()), "", 1)
        if text:
            return text if len(text) <= _LONGEST_NAME else ""
    return ""


@cache
def _more() -> re.Pattern[str]:
    return re.compile(load_yaml("columns.yaml")["more"], re.IGNORECASE)


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
