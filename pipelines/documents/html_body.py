"""Which element of a page holds the article.

By what a report has (its section headings, tables of figures), else by the names that site systems
give the body, else by where most of the text lies. Works on the ranges of a finished walk.
"""

from __future__ import annotations

import re
from itertools import chain

from lxml import etree

from pipelines.documents.headings import heading_key
from pipelines.documents.html_tree import is_named
from pipelines.documents.html_walk import Walk
from pipelines.documents.model import Paragraph, Table

_VALUE = re.compile(r"[\d.,+\-/\\—–－%一无]*")
_BIG = 15  # places with figures or nothing; calendars and info boxes have other cells too
_SOME = 4
_ENOUGH = 3  # headings that make a report certain


def anchors(walk: Walk) -> dict[int, str]:
    """The blocks that show where a report is, by index: its headings and tables of figures.

    Returns:
        Per index what it is: ``s1`` to ``s6`` for headings, ``t`` and the index for tables of many
        figures, ``u`` and the index for tables of a few.
    """
    found: dict[int, str] = {}
    for i, block in enumerate(walk.blocks):
        if isinstance(block, Table):
            figures = _figures(block)
            if figures >= _SOME:
                found[i] = f"{'t' if figures >= _BIG else 'u'}{i}"
        elif (key := heading_key(block.text)) is not None:
            found[i] = key
    return found


def _figures(table: Table) -> int:
    """How many places of a table hold a figure or nothing; more than enough are not counted."""
    is_value = _VALUE.fullmatch
    found = 0
    for cell in chain.from_iterable(table.rows):
        if cell is not None and cell.colspan == 1 and is_value(cell.text):
            found += 1
            if found == _BIG:
                break
    return found


def is_rich(found: dict[int, str]) -> bool:
    """Whether anchors show a whole report: a big table, or most of its headings and a table."""
    kinds = set(found.values())
    return any(k[0] == "t" for k in kinds)


def choose(walk: Walk, found: dict[int, str], body: etree._Element) -> etree._Element:
    """The element that holds the article.

    Args:
        walk: the whole page.
        found: its ``anchors``.
        body: its body.
    """
    headings = {k for k in found.values() if k[0] == "s"}
    certain = len(headings) >= _ENOUGH
    wanted = {k for k in found.values() if k[0] != "u" or not certain}
    if wanted:
        tightest = _tightest(walk, {i: k for i, k in found.items() if k in wanted}, body)
        named = _named_above(tightest, walk)
        if named is not None:
            return named
        if len(found) > 2:
            return _with_preamble(tightest, walk)
    names = [e for e in walk.ranges if is_named(e, "body")]
    if names:
        return max(names, key=lambda e: _prose(walk, e))
    return _densest(walk, body)


def _tightest(walk: Walk, wanted: dict[int, str], body: etree._Element) -> etree._Element:
    """The smallest element with all of the wanted kinds; a list of contents repeats some."""
    kinds = set(wanted.values())
    by_size = sorted(walk.ranges.items(), key=lambda r: r[1][1] - r[1][0])
    least = len(kinds)
    for element, (first, end) in by_size:
        if end - first < least:
            continue
        if kinds <= {k for i, k in wanted.items() if first <= i < end}:
            return element
    return body


def _named_above(element: etree._Element, walk: Walk) -> etree._Element | None:
    chain = (element, *element.iterancestors())
    return next((a for a in chain if a in walk.ranges and is_named(a, "body")), None)


def _with_preamble(element: etree._Element, walk: Walk) -> etree._Element:
    """The element, or its parent where that adds the paragraphs before the first heading."""
    parent = element.getparent()
    if parent is None or parent not in walk.ranges or parent.tag in ("body", "html"):
        return element
    first, end = walk.ranges[element]
    outer, outer_end = walk.ranges[parent]
    before = walk.blocks[outer:first]
    starts = heading_key(_text(walk, first)) is not None
    prose = any(isinstance(b, Paragraph) and len(b.text) > 60 and "。" in b.text for b in before)
    return parent if starts and prose and len(before) <= 8 and outer_end - end <= 12 else element


def _text(walk: Walk, index: int) -> str:
    block = walk.blocks[index] if index < len(walk.blocks) else None
    return block.text if isinstance(block, Paragraph) else ""


def _prose(walk: Walk, element: etree._Element) -> int:
    """How much text an element has, lines as short as links of a list counted for little."""
    first, end = walk.ranges[element]
    total = 0
    for block in walk.blocks[first:end]:
        if isinstance(block, Table):
            total += sum(len(c.text) for c in block.cells())
        else:
            total += len(block.text) if len(block.text) > 25 else len(block.text) // 4
    return total


def _densest(walk: Walk, body: etree._Element) -> etree._Element:
    """Goes down while one child holds most of the text."""
    here = body
    while True:
        children = [c for c in here if c in walk.ranges]
        best = max(children, key=lambda c: _prose(walk, c), default=None)
        if (
            best is None
            or 10 * _prose(walk, best) < 6 * _prose(walk, here)
            or not _prose(walk, best)
        ):
            return here
        here = best
