"""Tables whose figures stand apart from their labels: found, and read where counting suffices.

Extractors that follow columns or blocks leave all labels of a table first and its figures behind
them. Nothing ties a figure to a row then. Where exactly as many zeros are printed as the table has
cells, all are 0. Where exactly as many figures are printed, they are read row by row or column by
column, if all sums hold in one of the two only. Otherwise the table is there and unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

from pipelines.reports.model import Figure, Figures, Finding, TableRead
from pipelines.reports.rows import Kind
from pipelines.reports.torn_request import Torn
from pipelines.reports.torn_search import equations_of, holds
from pipelines.reports.torn_stream import BLANK, Stream, Token, letters_of
from pipelines.reports.values import read_value
from warehouse.facts.files import load_yaml
from warehouse.facts.forms import Form, forms

_FEWEST: dict[Kind, int] = {"proactive": 1, "request": 8, "legal_challenge": 8}
"""How many figures a table prints at least."""
_PAGES = 3  # figures on lines of their own that may number pages
_MOST_PIECES = 4  # in which the figures stand column by column
_MOST_ORDERS = 3000
_LONGEST = 2500  # letters of a table
_WINDOW = 400  # letters within which the marks of a table stand together


def read_counted(stream: Stream, kind: Kind, year: int | None) -> Torn | None:
    """A table that the text holds, or None when it holds none.

    Args:
        stream: the text.
        kind: which table.
        year: the report year; tells the form where counting does not.
    """
    start = _start(stream, kind)
    if start is None:
        return None
    end = _end(stream, kind, start)
    tokens = [t for t in stream.tokens_between(start, end) if t.text != BLANK]
    if len(tokens) < _FEWEST[kind]:
        return None
    known = sorted(forms(), key=lambda f: year is None or f.since > year)
    stop = max(tokens[-1].end, stream.places[end - 1] + 1)
    for rules in known:
        figures = _figures(tokens, kind, rules)
        if figures is not None:
            return Torn(_table(kind, rules, figures), (stream.places[start], stop))
    return Torn(_unreadable(kind, known[0]), (stream.places[start], stop))


@cache
def _marks(kind: Kind) -> tuple[str, ...]:
    """Words that stand together in this table only, letters only."""
    return tuple(map(letters_of, load_yaml("torn.yaml")["marks"][kind]))


def _start(stream: Stream, kind: Kind) -> int | None:
    """The letter at which the table begins; None when its marks do not stand together."""
    places = [
        [m.start() for m in re.finditer(re.escape(mark), stream.letters)] for mark in _marks(kind)
    ]
    for first in sorted(places[0]):
        if all(any(first <= p <= first + _WINDOW for p in found) for found in places[1:]):
            return first
    return None


def _end(stream: Stream, kind: Kind, start: int) -> int:
    """The letter before which the table ends: where the next table or part begins."""
    rules = load_yaml("sections.yaml")["sections"]
    words = [letters_of(s["label"]) for n, s in rules.items() if n in "3456"]
    others: tuple[Kind, ...] = ("proactive", "request", "legal_challenge")
    ends = [p for w in words if (p := stream.letters.find(w, start + 1)) >= 0]
    starts = [_start(stream, k) for k in others if k != kind]
    ends += [p for p in starts if p is not None and p > start]
    return min([*ends, start + _LONGEST, len(stream.letters)])


def _figures(tokens: Sequence[Token], kind: Kind, rules: Form) -> Figures | None:
    cells = list(_cells(kind, rules))
    zeros = sum(t.text == "0" and not t.doubt for t in tokens)
    more = [t for t in tokens if t.text != "0"]
    told = not more or 2 * sum(t.alone for t in tokens) < len(tokens)
    if zeros == len(cells) and len(more) <= _PAGES and told and all(t.alone for t in more):
        return _laid(cells, [Figure(0) for _ in cells])
    if kind != "request" or len(tokens) != len(cells) or any(t.doubt for t in tokens):
        return None  # the other tables have no sums that would tell the rows' order
    read = [read_value(t.text) for t in tokens]
    unread = any(f.meaning == "unreadable" for f in read)
    return None if unread else _by_sums(cells, read, rules)


def _cells(kind: Kind, rules: Form) -> Iterator[tuple[str, str]]:
    """The cells of a table in the order of its rows."""
    if kind == "proactive":
        for block in rules.proactive:
            yield from ((r.key, m.key) for r in block.rows for m in block.columns)
    elif kind == "request":
        yield from ((r.key, c.key) for r in rules.request.rows for c in rules.request.columns)
    else:
        challenge = rules.legal_challenge
        yield from ((c.key, r.key) for c in challenge.channels for r in challenge.results)


def _laid(cells: Sequence[tuple[str, str]], read: Sequence[Figure]) -> Figures:
    figures: Figures = {}
    for (item, column), figure in zip(cells, read, strict=True):
        figures.setdefault(item, {})[column] = figure
    return figures


def _by_sums(
    cells: Sequence[tuple[str, str]], read: Sequence[Figure], rules: Form
) -> Figures | None:
    """The one order of the figures with which every sum holds."""
    width = len(rules.request.columns)
    good: Figures | None = None
    for order in islice(_orders(read, len(rules.request.rows), width), _MOST_ORDERS):
        figures = _laid(cells, [read[i] for i in order])
        if not _all_hold(figures, rules):
            continue
        if good is not None and _values(good) != _values(figures):
            return None
        good = figures
    return good


def _values(figures: Figures) -> list[object]:
    return [(f.value, f.meaning) for row in figures.values() for f in row.values()]


def _orders(
    read: Sequence[Figure], rows: int, width: int, pieces: int = _MOST_PIECES
) -> Iterator[list[int]]:
    """Places of the figures in the order of the rows, when their own sums hold.

    The figures stand in pieces of some rows each, every piece column by column. Pieces of one row
    each are the order row by row.
    """
    if _rows_hold(read, range(len(read)), width):
        yield list(range(len(read)))
    yield from _pieces(read, 0, rows, width, pieces)


def _pieces(
    read: Sequence[Figure], start: int, rows: int, width: int, left: int
) -> Iterator[list[int]]:
    if not rows:
        yield []
        return
    for size in range(1, rows + 1) if left > 1 else (rows,):
        piece = [start + c * size + r for r in range(size) for c in range(width)]
        if left and _rows_hold(read, piece, width):
            for rest in _pieces(read, start + size * width, rows - size, width, left - 1):
                yield [*piece, *rest]


def _rows_hold(read: Sequence[Figure], places: Sequence[int], width: int) -> bool:
    """Whether the last figure of each row is the sum of the others."""
    numbers = [read[i].value or 0 for i in places]
    return all(
        sum(numbers[i : i + width - 1]) == numbers[i + width - 1]
        for i in range(0, len(numbers), width)
    )


def _all_hold(figures: Figures, rules: Form) -> bool:
    lines = {item: list(row.values()) for item, row in figures.items()}
    return holds(lines, equations_of(rules), len(rules.request.columns))


def _table(kind: Kind, rules: Form, figures: Figures) -> TableRead:
    message = "the table's figures stand apart from its labels and were counted"
    return TableRead(rules.id, figures, [Finding("torn", "info", message, kind)])


def _unreadable(kind: Kind, rules: Form) -> TableRead:
    cells = list(_cells(kind, rules))
    message = "the table is in the text, but what its figures belong to cannot be told"
    return TableRead(
        rules.id,
        _laid(cells, [Figure(None, "unreadable") for _ in cells]),
        [Finding("unreadable", "error", message, kind)],
    )
