"""Table two out of a stream: the items of each block in the form's order, figures behind them.

It has no sums, so figures that are glued together are read only where there is one way to cut
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from pipelines.reports.model import Figure, Figures, Finding, TableRead
from pipelines.reports.torn_labels import Element, Hit, element, find_chain
from pipelines.reports.torn_readings import once, read_row, trim
from pipelines.reports.torn_request import Torn
from pipelines.reports.torn_stream import BLANK, Stream, Token, letters_of
from pipelines.reports.values import read_value
from warehouse.facts.files import load_yaml
from warehouse.facts.forms import Form, Label, Measure, form, forms

TABLE = "proactive"
_FEWEST_ROWS = 3
_FEWEST_ANCHORS = 3
_LOOSE_LETTERS = 30  # letters that are no label, at most, in a table without its heads


@dataclass
class _Found:
    """One form's labels in the stream."""

    rules: Form
    chain: list[Hit]
    elements: tuple[Element, ...]

    @property
    def weight(self) -> float:
        return sum(h.weight for h in self.chain)

    @property
    def rows(self) -> list[tuple[Hit, str]]:
        """The items that are printed and their hits."""
        return [
            (h, self.elements[h.element].key) for h in self.chain if self.elements[h.element].row
        ]


@cache
def _elements(form_id: str) -> tuple[Element, ...]:
    head = Label("head", load_yaml("torn.yaml")["proactive_head"])
    elements: list[Element] = []
    for block in form(form_id).proactive:
        elements.append(Element("article", (letters_of(block.article),), row=False))
        elements.append(element(head, row=False))
        elements += [element(m, row=False) for m in block.columns]
        elements += [element(r) for r in block.rows]
    return tuple(elements)


def read_torn_proactive(stream: Stream, year: int | None) -> Torn | None:
    """Table two, or None when the stream does not hold it.

    Args:
        stream: the text.
        year: the report year; tells the form when both fit alike.
    """
    found = [
        _Found(f, find_chain(stream, _elements(f.id)), _elements(f.id))
        for f in forms()
        if year is None or f.since <= year or f is forms()[-1]
    ]
    best = max(found, key=lambda f: f.weight)
    if not best.chain or not _is_table(stream, best):
        return None
    read = TableRead(best.rules.id)
    end = _fill(stream, best, read)
    read.findings.append(
        Finding("torn", "info", "the table's cells have lost their boundaries", TABLE)
    )
    return Torn(read, (stream.places[best.chain[0].start], end))


def _is_table(stream: Stream, found: _Found) -> bool:
    """Heads stand over the rows, or the rows stand close together with as many figures as due."""
    rows = found.rows
    with_ink = [h for h, _ in rows if _ink(stream, h)]
    if len(with_ink) < _FEWEST_ROWS:
        return False
    if len(found.chain) - len(rows) >= _FEWEST_ANCHORS:
        return True
    covered = sum(h.end - h.start for h in found.chain)
    close = found.chain[-1].end - found.chain[0].start - covered <= _LOOSE_LETTERS
    columns = {r.key: len(b.columns) for b in found.rules.proactive for r in b.rows}
    # A sentence has one figure behind each label.
    return close and any(1 < columns[k] == len(_ink(stream, h)) for h, k in rows)


def _ink(stream: Stream, hit: Hit) -> list[Token]:
    """The figures inside or right behind a label."""
    return trim([t for t in stream.tokens_between(hit.start, hit.end) if t.at > hit.start])


def _fill(stream: Stream, found: _Found, read: TableRead) -> int:
    """Reads every item of the form; returns where the table ends."""
    hits = {item: hit for hit, item in found.rows}
    last = found.chain[-1]
    end = stream.places[last.end - 1] + 1
    order = [r.key for b in found.rules.proactive for r in b.rows]
    complete: Figures = {}
    glued = _is_glued(stream, found, hits)
    strays = _strays(stream, found)
    for block in found.rules.proactive:
        for label in block.rows:
            hit = hits.get(label.key)
            if hit is None:
                complete[label.key] = {m.key: Figure(None, "absent") for m in block.columns}
                read.findings.append(
                    Finding("absent_row", "warning", "the row is not printed", TABLE, label.key)
                )
                continue
            ink = _ink(stream, hit)
            if ink and hit is last:
                end = max(end, ink[-1].end)
            own = range(stream.line_of(hit.start), stream.line_of(hit.end - 1) + 1)
            apart = not ink or ink[0].line not in own
            if (strays and apart) or _doubtful(stream, hit, ink, label.key, order, hits):
                raw = " ".join(t.text for t in ink)
                complete[label.key] = {
                    m.key: Figure(None, "unreadable", raw) for m in block.columns
                }
                continue
            complete[label.key] = _row(ink, block.columns, glued)
            if not ink:
                read.findings.append(
                    Finding("blank_row", "warning", "no figure stands behind it", TABLE, label.key)
                )
    read.figures = complete
    return end


def _strays(stream: Stream, found: _Found) -> bool:
    """Whether figures stand in the table that are no row's: a row without any is not blank then."""
    own = {t.start for h, _ in found.rows for t in _ink(stream, h)}
    inside = stream.tokens_between(found.chain[0].start, found.chain[-1].end)
    return any(t.text != BLANK and t.start not in own for t in inside)


def _is_glued(stream: Stream, found: _Found, hits: dict[str, Hit]) -> bool:
    """Whether digits stick to their labels in every row, enough of them for all columns."""
    for block in found.rules.proactive:
        for label in block.rows:
            if label.key not in hits:
                continue
            ink = _ink(stream, hits[label.key])
            digits = sum(c.isdigit() for t in ink for c in t.text)
            if not ink or digits < len(block.columns):
                return False
            if stream.text[ink[0].start - 1].isspace():
                return False
    return True


def _doubtful(
    stream: Stream,
    hit: Hit,
    ink: list[Token],
    item: str,
    order: list[str],
    hits: dict[str, Hit],
) -> bool:
    """Figures on another line than their label, next to a row that is missing, may be its."""
    if not ink or ink[0].line == stream.line_of(hit.end - 1):
        return False
    at = order.index(item)
    return any(order[i] not in hits for i in (at - 1, at + 1) if 0 <= i < len(order))


def _row(ink: list[Token], measures: tuple[Measure, ...], glued: bool) -> dict[str, Figure]:
    """The figures of one row.

    Args:
        ink: what is printed behind its label.
        measures: the columns.
        glued: whether the table's digits are known to be glued, and no cell blank.
    """
    raw = " ".join(t.text for t in ink if t.text != BLANK)[:200]
    if not ink:
        return {m.key: Figure(None, "blank") for m in measures}
    if any(t.doubt for t in ink) or _may_be_signs(ink, measures):
        return {m.key: Figure(None, "unreadable", raw) for m in measures}
    ink = once(ink, len(measures))
    if len(ink) == len(measures) and not any(_is_run(t) for t in ink):
        return {m.key: _figure(t, m) for m, t in zip(measures, ink, strict=True)}
    options = read_row(ink, len(measures), ()).options if glued else []
    if len(options) == 1:
        return {m.key: f for m, f in zip(measures, options[0].figures, strict=True)}
    return {m.key: Figure(None, "unreadable", raw) for m in measures}


def _may_be_signs(ink: list[Token], measures: tuple[Measure, ...]) -> bool:
    """Whether a nil mark sticks to a figure behind it, which a change may be signed with."""
    signed = any(m.signed for m in measures)
    return signed and any(
        a.end == b.start and b.digits and read_value(a.text).meaning == "nil_mark"
        for a, b in pairwise(ink)
    )


def _is_run(token: Token) -> bool:
    """Whether the digits can be no single number."""
    return token.digits and len(token.text) > 1 and token.text[0] == "0"


def _figure(token: Token, measure: Measure) -> Figure:
    text = "" if token.text == BLANK else token.text
    return read_value(text, decimal=measure.decimal, signed=measure.signed, unit=measure.unit)
