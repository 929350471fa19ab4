"""The head of table three in a stream: where it begins, and in which order its columns stand.

The head has two rows of names, the organisations' under one name for them all. A name that was cut
beside others is known by its letters, its place is not. Figures are only asked which order their
sums allow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from pipelines.reports.torn_labels import Hit, occurrences
from pipelines.reports.torn_stream import Stream, Token, letters_of
from warehouse.facts.files import load_yaml
from warehouse.facts.forms import forms

_HEAD_REACH = 220  # letters before the first row in which the head may stand
_HEAD_GAP = 8
_HEAD_LINES = 14  # lines that a head is cut into at most
_MOST_LACKING = 2  # columns that an organ may have left out of the form
_OVER = ""
"""Stands for the name over all organisations."""


@dataclass
class TornHead:
    """A head as found.

    Attributes:
        start: its first letter.
        named: the columns it names.
        order: the columns from the left to the right as its words stand; empty when a name was cut.
        one_line: the names of each of its rows stand on one line, which shows their order for sure.
        doubtful: the name over the organisations stands before all others.
    """

    start: int
    named: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    one_line: bool = False
    doubtful: bool = False


@dataclass
class Columns:
    """The columns of the figures.

    Attributes:
        columns: their keys, in the order of the figures.
        assumed: no head tells them.
        perhaps: another order in which they may stand; empty for none.
    """

    columns: list[str]
    assumed: bool = False
    perhaps: list[str] = field(default_factory=list)


@cache
def _head_words() -> tuple[tuple[str, str | None], ...]:
    """Words of the head and what each names, the longest first."""
    columns = forms()[0].request.columns
    words: list[tuple[str, str | None]] = [
        (letters_of(w), c.key) for c in columns for w in (c.label, *c.also)
    ]
    over = [letters_of(w) for w in load_yaml("labels.yaml")["request_organisations"]]
    heads = [letters_of(w) for w in load_yaml("torn.yaml")["request_head"]]
    words += [(w, _OVER if w in over else None) for w in dict.fromkeys((*over, *heads))]
    return tuple(sorted(words, key=lambda w: -len(w[0])))


def head_top(stream: Stream, place: int) -> int:
    """Where a head begins whose words were cut: the first of the lines made of its letters."""
    known = {c for word, _ in _head_words() for c in word}
    start = stream.text.rfind("\n", 0, place) + 1
    if stream.text[start:place].strip():
        return place
    for _ in range(_HEAD_LINES):
        line = stream.text.rfind("\n", 0, max(start - 1, 0)) + 1
        letters = {c for c in stream.text[line:start] if c.isalpha()}
        if start == 0 or not letters <= known:
            break
        start = line
    return start


def find_head(stream: Stream, first: Hit) -> TornHead:
    """The head above the label of the first row.

    Args:
        stream: the text.
        first: where that label stands.
    """
    left = max(0, first.start - _HEAD_REACH)
    text = stream.letters[left : first.start]
    taken: list[tuple[int, int, str | None]] = []
    for word, key in _head_words():
        for at in occurrences(text, word):
            if all(at >= e or at + len(word) <= s for s, e, _ in taken):
                taken.append((at, at + len(word), key))
    start = len(text)
    words: list[tuple[str, int]] = []
    for s, e, key in sorted(taken, reverse=True):
        if start - e > _HEAD_GAP:
            break
        start = s
        words += [(key, stream.line_of(left + s))] if key is not None else []
    words.reverse()
    named = list(dict.fromkeys(key for key, _ in words if key != _OVER))
    loose = Counter(text[max(start - _HEAD_GAP, 0) :])
    for s, e, _ in taken:
        loose -= Counter(text[s:e]) if s >= start else Counter()
    cut = [
        c.key
        for c in forms()[0].request.columns
        if c.key not in named and Counter(letters_of(c.label)) <= loose
    ]
    head = TornHead(left + start, [*named, *cut])
    if not cut and len(named) == len([k for k, _ in words if k != _OVER]):
        head.order = _across([key for key, _ in words])
        first_key, *_, last_key = (c.key for c in forms()[0].request.columns)
        below = {line for key, line in words if key in _organisations()}
        above = {line for key, line in words if key not in _organisations()}
        head.one_line = len(below) == 1 and len(above) == 1
        if head.order and head.order[0] in _organisations():
            # The name over them is as often printed higher than those beside it as it is first.
            own = [c for c in head.order if c in _organisations()]
            head.order = [first_key, *own, last_key]
            head.one_line = len(below) == 1
            head.doubtful = True
    return head


def _organisations() -> list[str]:
    return [c.key for c in forms()[0].request.columns[1:-1]]


def _across(words: list[str]) -> list[str]:
    """The columns from the left to the right: the organisations stand below the name over them."""
    own = [key for key in words if key in _organisations()]
    if _OVER not in words:
        return words
    above = [key for key in words if key not in own]
    at = above.index(_OVER)
    return [k for k in (*above[:at], *own, *above[at:]) if k != _OVER]


def columns_of(head: TornHead, rows: Sequence[Sequence[Token]]) -> Columns:
    """The printed columns, and whether they are assumed.

    Args:
        head: the table's.
        rows: the figures behind each label.
    """
    order = [c.key for c in forms()[0].request.columns]
    counts = Counter(n for row in rows if (n := _many(row)) > 1)
    usual = counts.most_common(1)[0][0] if counts else 0
    printed = [c for c in order if c in head.named]
    if len(printed) == len(order):
        told = head.order if len(head.order) == len(order) else order
        found = _settled(order, told, rows, head.one_line)
        found.assumed = head.doubtful
        return found
    # A head that lacks a column is believed when the rows lack it too.
    lacking = len(order) - len(printed)
    if lacking <= _MOST_LACKING and usual == len(printed):
        return Columns(printed)
    return Columns(order, assumed=True)


def _settled(
    order: list[str], told: list[str], rows: Sequence[Sequence[Token]], one_line: bool
) -> Columns:
    """The order that the head tells, or the form's where the sums of the rows speak against it.

    Names on lines of their own may stand in another order than their columns: taller ones first.
    """
    total = order[-1]
    good, usual = (_holding(rows, o.index(total), len(order)) for o in (told, order))
    if good < usual:
        # The words of the head are out of order: those of the organisations, too.
        told = _with_organisations(order, [c for c in told if c in _organisations()])
        one_line = False
    if told == order or one_line:
        return Columns(told)
    plain = order if usual >= good else _with_organisations(told, _organisations())
    return Columns(plain, perhaps=[] if plain == told else told)


def _with_organisations(columns: list[str], own: list[str]) -> list[str]:
    left = iter(own)
    return [next(left) if c in own else c for c in columns]


def _holding(rows: Sequence[Sequence[Token]], total: int, width: int) -> int:
    """How many whole rows have the sum of the others in one place."""
    numbers = [
        [int(t.text) for t in row]
        for row in rows
        if len(row) == width and all(t.digits for t in row)
    ]
    return sum(any(row) and sum(row) == 2 * row[total] for row in numbers)


def _many(tokens: Sequence[Token]) -> int:
    """How many figures stand behind a label; zeros that are glued together are one each."""
    run = tokens[0].text if len(tokens) == 1 else ""
    return len(run) if run and not run.strip("0") else len(tokens)
