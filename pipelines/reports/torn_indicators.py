"""The statistics table of the 2014 form out of text whose cells have lost their boundaries.

Labels in the form's order, behind each its unit and one figure. Remarks in brackets are left
aside: they hold figures of their own ("counts as 1 item"). Rows of a province's own stand between
the form's and are nobody's.
"""

from __future__ import annotations

import re
from functools import cache

from pipelines.documents.model import Block, Paragraph
from pipelines.reports.indicators import IndicatorsRead, finished
from pipelines.reports.model import Figure
from pipelines.reports.torn_labels import Element, Hit, find_chain
from pipelines.reports.torn_stream import BLANK, Stream, Token, cut, letters_of, make_stream, masked
from pipelines.reports.values import read_value
from warehouse.facts.files import load_yaml
from warehouse.facts.forms.statistics import IndicatorRow, indicator_marks, indicator_rows

_FEWEST = 8  # rows with figures
_FEWEST_MARKS = 2
_SHORTEST_VARIANT = 5  # characters
_REMARK = re.compile(r"\([^()\n]{5,80}\)")


def read_torn_indicators(blocks: list[Block]) -> tuple[IndicatorsRead, list[Block]] | None:
    """The table, and the document's blocks without it; None when the text does not hold it.

    Args:
        blocks: the document's.
    """
    plain = "".join(b.text for b in blocks if isinstance(b, Paragraph))
    plain = re.sub(r"\s+", "", plain)
    if sum(mark in plain for mark in indicator_marks()) < _FEWEST_MARKS:
        return None
    whole = make_stream(blocks)
    stream = masked(whole, _REMARK)
    chain = find_chain(stream, _elements())
    rows = indicator_rows()
    read = IndicatorsRead()
    end = 0
    for i, hit in enumerate(chain):
        row = rows[hit.element]
        limit = chain[i + 1].start if i + 1 < len(chain) else hit.end + len(row.unit or "")
        ink = _ink(stream, hit, limit, row)
        end = max([stream.places[hit.end - 1] + 1, end, *(t.end for t in ink)])
        if row.unit is not None:
            read.figures[row.code] = _figure(row, ink)
    if sum(f.value is not None for f in read.figures.values()) < _FEWEST:
        return None
    return finished(read), cut(blocks, whole, [(stream.places[chain[0].start], end)])


@cache
def _elements() -> tuple[Element, ...]:
    elements = []
    for row in indicator_rows():
        # In running text a short variant may be a word of a sentence.
        long = [w for w in row.also if len(w) >= _SHORTEST_VARIANT]
        words = {letters_of(_REMARK.sub("", w)) for w in map(_brackets, (row.label, *long))}
        longest = tuple(sorted((w for w in words if w), key=len, reverse=True))
        elements.append(Element(row.code, longest, row.unit is not None))
    return tuple(elements)


def _brackets(label: str) -> str:
    return label.replace("（", "(").replace("）", ")")


def _ink(stream: Stream, hit: Hit, limit: int, row: IndicatorRow) -> list[Token]:
    """The figures inside a label or behind it, with nothing but the unit between."""
    found = []
    for token in stream.tokens_between(hit.start, limit):
        between = stream.letters[hit.end : token.at]
        if token.at <= hit.end or between in _units():
            found.append(token)
    return [t for t in found if t.text != BLANK]


@cache
def _units() -> frozenset[str]:
    units: list[str] = load_yaml("labels.yaml")["units"]
    return frozenset(units)


def _figure(row: IndicatorRow, ink: list[Token]) -> Figure:
    if not ink:
        return Figure(None, "blank")
    raw = " ".join(t.text for t in ink)
    if len(ink) > 1 or ink[0].doubt:
        return Figure(None, "unreadable", raw)
    return read_value(raw, decimal=row.decimal, unit=row.unit or "")
