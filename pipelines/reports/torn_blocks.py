"""Table three out of figures that stand in blocks, apart from the labels of their rows.

Extractors that follow columns leave all labels of a page first, then its figures column by column,
some behind the names of their columns; others leave each row's figures before its label. What is
known is how many cells the form has, and its sums. Every order in which such figures can stand is
tried; where the sums leave one, or several that say the same of a cell, the cell is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from pipelines.reports.model import Figure, Finding, TableRead
from pipelines.reports.torn_block_orders import Arranger, Column, Line, Run
from pipelines.reports.torn_heads import goes_across, names_columns_in_order
from pipelines.reports.torn_request import Torn
from pipelines.reports.torn_search import equations_of, holds
from pipelines.reports.torn_stream import BLANK, Stream, Token, letters_of
from pipelines.reports.values import read_value
from warehouse.facts.files import load_yaml
from warehouse.facts.forms import Form, forms

TABLE = "request"
_LEAST_ROWS = 3  # with a number, for the sums to tell one order from another
_SURE = 4  # letters of a label that stand nowhere else
_LONGEST = 2500  # letters of a table


def read_blocks(stream: Stream, year: int | None) -> Torn | None:
    """Table three, or None when no order of its figures satisfies its sums.

    Args:
        stream: the text.
        year: the report year; tells the form where counting does not.
    """
    start = _start(stream)
    if start is None:
        return None
    known = sorted(forms(), key=lambda f: year is None or f.since > year)
    part = _next_part(stream, start)
    for end in _ends(stream, start):
        tokens = [t for t in stream.tokens_between(start, end) if _is_cell(stream, t, part)]
        for rules in known:
            table = _table(stream, tokens, start, rules)
            if table is not None:
                stop = max(tokens[-1].end, stream.places[end - 1] + 1)
                return Torn(table, (stream.places[start], stop))
    return None


def _start(stream: Stream) -> int | None:
    """The first letter of the table: of its head, or of its first row's label."""
    words = load_yaml("torn.yaml")["request_head"][:2]
    places = [stream.letters.find(letters_of(w)) for w in words]
    for row in {f.request.rows[0] for f in forms()}:
        places += [stream.letters.find(letters_of(w)) for w in (row.label, *row.also)]
    found = [p for p in places if p >= 0]
    return min(found) if found else None


def _next_part(stream: Stream, start: int) -> int:
    """The letter at which the heading of the next part begins, -1 for none."""
    part = load_yaml("sections.yaml")["sections"]["4"]["label"]
    return stream.letters.find(letters_of(part), start + 1)


def _is_cell(stream: Stream, token: Token, part: int) -> bool:
    """Whether a figure may be a cell: below the next part's heading only one without words."""
    if token.text == BLANK or not 0 <= part < token.at:
        return token.text != BLANK
    begin = stream.text.rfind("\n", 0, token.start) + 1
    stop = stream.text.find("\n", token.end)
    return not any(c.isalpha() for c in stream.text[begin:stop])


def _ends(stream: Stream, start: int) -> list[int]:
    """Letters before which the table may end: the next part's heading, or the next table's head."""
    results = forms()[0].legal_challenge.results
    words = [letters_of(results[0].label), letters_of(results[0].label[:2])]
    places = [_next_part(stream, start), *(stream.letters.find(w, start + 1) for w in words)]
    last = min(start + _LONGEST, len(stream.letters))
    return list(dict.fromkeys(p for p in [*places, last] if 0 <= p <= last))


def _table(stream: Stream, tokens: Sequence[Token], start: int, rules: Form) -> TableRead | None:
    """The table of one form, when there are as many figures as it has cells."""
    items = [r.key for r in rules.request.rows]
    columns = [c.key for c in rules.request.columns]
    if len(tokens) != len(items) * len(columns) or any(t.doubt for t in tokens):
        return None
    figures = [read_value(t.text) for t in tokens]
    if any(f.meaning == "unreadable" for f in figures):
        return None
    runs = list(_runs(stream, tokens, figures, start))
    equations = equations_of(rules)

    def fits(column: Column) -> bool:
        return holds({k: (f,) for k, f in zip(items, column, strict=True)}, equations, 1)

    own = stream.letters[start : tokens[-1].at]
    ordered = names_columns_in_order(own) and goes_across(stream.letters)
    arranger = Arranger(runs, len(items), len(columns), fits, ordered=ordered)
    good = arranger.arrangements()
    if not good or arranger.stopped or not _rows_in_order(stream.letters[start:], rules):
        return None
    if len(_offsets(stream, tokens, start, rules)) > 1:
        return None
    if not _tells(good[0]) and any(f.value for line in good[0] for f in line):
        return None
    return _agreed(good, items, columns, rules)


def _rows_in_order(letters: str, rules: Form) -> bool:
    """Whether the labels of the rows that can be found whole stand in the form's order."""
    labels = [letters_of(row.label) for row in rules.request.rows]
    places = [letters.find(label) for label in labels if len(label) >= _SURE]
    found = [p for p in places if p >= 0]
    return found == sorted(found)


def _offsets(stream: Stream, tokens: Sequence[Token], start: int, rules: Form) -> set[int]:
    """By how many rows labels right before a row of figures are ahead of it.

    All alike where figures stand behind their labels, or all before them. Where they are not, a
    row of figures or a label is missing, or stands twice. Names of columns between the figures of
    a row, as in lists, part nothing.
    """
    labels = {
        letters_of(w): at
        for at, row in enumerate(rules.request.rows)
        for w in (row.label, *row.also)
    }
    width = len(rules.request.columns)
    words_of: dict[int, str] = {}
    ends = [i for i, (a, b) in enumerate(pairwise(tokens), 1) if a.at != b.at]
    at = start
    for first, last in pairwise([0, *ends, len(tokens)]):
        words = stream.letters[at : tokens[first].at]
        at = tokens[first].at
        words_of[first] = _without_name(words) if last - first == 1 else words
    places = [0, *(i for i, words in words_of.items() if i and words), len(tokens)]
    found: set[int] = set()
    for first, last in pairwise(places):
        words = words_of[first]
        own = [w for w in labels if len(w) >= _SURE and words.endswith(w)]
        if own and first % width == 0 and last - first == width:
            found.add(labels[max(own, key=len)] - first // width)
    return found


def _without_name(letters: str) -> str:
    """Letters before a lone figure without the name of its column."""
    names = [letters_of(c.label) for c in forms()[0].request.columns]
    return letters.removesuffix(next((n for n in names if letters.endswith(n)), ""))


def _tells(lines: Sequence[Line]) -> bool:
    """Whether enough rows print a number for the sums to tell anything."""
    return sum(any(f.value for f in line) for line in lines) >= _LEAST_ROWS


def _agreed(
    good: Sequence[Sequence[Line]], items: Sequence[str], columns: Sequence[str], rules: Form
) -> TableRead:
    """What all arrangements say alike; a cell of which they differ is unreadable."""
    message = "the table's figures stand apart from its labels; their order is that of its sums"
    table = TableRead(rules.id, {}, [Finding("torn", "info", message, TABLE)])
    for r, item in enumerate(items):
        row = table.figures[item] = {}
        for c, column in enumerate(columns):
            found = {(x[r][c].value, x[r][c].meaning) for x in good}
            raw = " / ".join(dict.fromkeys(x[r][c].raw for x in good))
            row[column] = good[0][r][c] if len(found) == 1 else Figure(None, "unreadable", raw)
    return table


def _runs(
    stream: Stream, tokens: Sequence[Token], figures: Sequence[Figure], start: int
) -> Iterator[Run]:
    """Figures between which no letters stand, with the columns that are named before them."""
    at, run = start, Run(())
    for token, figure in zip(tokens, figures, strict=True):
        if token.at != at:
            if run.figures:
                yield run
            run = Run(_named(stream.letters[at : token.at]))
            at = token.at
        run.figures.append(figure)
    yield run


@cache
def _column_words() -> tuple[tuple[tuple[int, ...], str], ...]:
    """Columns that stand side by side, and their letters sorted; the most columns first."""
    labels = [letters_of(c.label) for c in forms()[0].request.columns]
    over = letters_of(load_yaml("labels.yaml")["request_organisations"][0])
    applicants = letters_of(load_yaml("torn.yaml")["request_head"][1])
    found = []
    for first in range(len(labels)):
        for last in range(first, len(labels)):
            word = "".join(labels[first : last + 1])
            for more in ("", over, over + applicants):
                found.append((tuple(range(first, last + 1)), "".join(sorted(word + more))))
    return tuple(sorted(found, key=lambda f: -len(f[1])))


def _named(letters: str) -> tuple[int, ...]:
    """The columns, by number, whose names are the end of a text; names may be wrapped."""
    for columns, word in _column_words():
        if len(word) <= len(letters) and "".join(sorted(letters[-len(word) :])) == word:
            return columns
    return ()
