"""Tables written out as lists: each figure stands behind the name of its column.

"Label: natural persons 5, commercial enterprises 0, ...", on one line or on many. The letters
before a figure end in the name of a column; what stands before that name is the row's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipelines.reports.model import Figure, Finding, TableRead
from pipelines.reports.rows import Kind
from pipelines.reports.torn_request import Torn
from pipelines.reports.torn_stream import BLANK, Stream, Token, letters_of
from pipelines.reports.values import read_value
from warehouse.facts.forms import Form, Label, Measure, forms

_FEWEST: dict[Kind, tuple[int, int]] = {
    "proactive": (4, 1),
    "request": (6, 2),
    "legal_challenge": (2, 2),
}
"""How many rows a list has at least, and how many figures each of them on the average."""
_LONGEST = 120  # letters before a figure that may be names


@dataclass(frozen=True)
class _Names:
    """Wordings, letters only, with what each names, in the form's order."""

    words: tuple[tuple[str, str], ...]

    def ending(self, letters: str, behind: int = -1) -> tuple[str, str, int] | None:
        """The longest wording that letters end in; of equal ones the first behind a place.

        Returns:
            The wording, its key, and its place.
        """
        found = [
            (len(word), at > behind, -at, word, key)
            for at, (word, key) in enumerate(self.words)
            if letters.endswith(word)
        ]
        if not found:
            return None
        _, _, at, word, key = max(found)
        return word, key, -at


@dataclass
class _List:
    """A table that was written as a list.

    Attributes:
        rows: per row its figures by the names of their columns.
        blank: rows and columns that are named without a figure.
        start: the letter at which it begins.
        end: the place behind it.
        broken: a column is named twice for one row, not with the same figure.
    """

    rows: dict[str, dict[str, Token]] = field(default_factory=dict)
    blank: set[tuple[str, str]] = field(default_factory=set)
    start: int = 0
    end: int = 0
    broken: bool = False


def read_named(stream: Stream, kind: Kind, year: int | None) -> Torn | None:
    """A table written as a list, or None.

    Args:
        stream: the text.
        kind: which table.
        year: the report year; tells the form where the names do not.
    """
    known = sorted(forms(), key=lambda f: year is None or f.since > year)
    best: tuple[int, Torn] | None = None
    for rules in known:
        rows, columns = _labels(kind, rules)
        found = _listed(stream, _names(rows), _names(columns))
        rows_due, each = _FEWEST[kind]
        if len(found.rows) < rows_due or found.broken:
            continue
        figures = sum(len(row) for row in found.rows.values())
        if figures >= each * len(found.rows) and (best is None or figures > best[0]):
            span = (stream.places[found.start], found.end)
            best = (figures, Torn(_table(kind, rules, found), span))
    return best[1] if best else None


def _labels(kind: Kind, rules: Form) -> tuple[Sequence[Label], Sequence[Label]]:
    if kind == "request":
        return rules.request.rows, rules.request.columns
    if kind == "legal_challenge":
        return rules.legal_challenge.channels, rules.legal_challenge.results
    blocks = rules.proactive
    return [r for b in blocks for r in b.rows], [m for b in blocks for m in b.columns]


def _names(labels: Iterable[Label]) -> _Names:
    return _Names(tuple((letters_of(w), x.key) for x in labels for w in (x.label, *x.also)))


def _listed(stream: Stream, rows: _Names, columns: _Names) -> _List:
    """What stands behind the names of rows and columns, in the order of the text."""
    found = _List()
    row: dict[str, Token] | None = None
    place, before, item = -1, 0, ""
    for token in stream.tokens:
        if token.text == BLANK:
            continue
        letters = stream.letters[max(before, token.at - _LONGEST) : token.at]
        before = token.at
        named = columns.ending(letters)
        if named is None:
            row = None
            continue
        rest = letters[: -len(named[0])]
        blanks = []
        while rest and (blank := columns.ending(rest)) and rows.ending(rest, place) is None:
            rest = rest[: -len(blank[0])]
            blanks.append(blank[1])
        if rest:
            owner = rows.ending(rest, place)
            row = None if owner is None else found.rows.setdefault(owner[1], {})
            if owner is not None:
                item, place = owner[1:]
                if len(found.rows) == 1 and not row:
                    found.start = token.at - len(named[0]) - len(owner[0])
        if row is None:
            continue
        found.broken |= row.setdefault(named[1], token).text != token.text
        found.blank |= {(item, column) for column in blanks}
        found.end = max(found.end, token.end)
    return found


def _table(kind: Kind, rules: Form, found: _List) -> TableRead:
    """Every row and column of the form; a name without a figure is blank."""
    table = TableRead(rules.id)
    _, columns = _labels(kind, rules)
    measures = {(r.key, m.key): m for b in rules.proactive for r in b.rows for m in b.columns}
    for item, own in _cells(kind, rules, columns):
        row = found.rows.get(item)
        if row is None:
            table.findings.append(
                Finding("absent_row", "warning", "the row is not printed", kind, item)
            )
        table.figures[item] = {
            c: Figure(None, "absent")
            if row is None
            else _figure(row.get(c), measures.get((item, c)), named=(item, c) in found.blank)
            for c in own
        }
    message = "the table is written as a list"
    table.findings.append(Finding("torn", "info", message, kind))
    return table


def _cells(
    kind: Kind, rules: Form, columns: Sequence[Label]
) -> Iterable[tuple[str, tuple[str, ...]]]:
    if kind == "proactive":
        return [(r.key, tuple(m.key for m in b.columns)) for b in rules.proactive for r in b.rows]
    rows, _ = _labels(kind, rules)
    return [(r.key, tuple(c.key for c in columns)) for r in rows]


def _figure(token: Token | None, measure: Measure | None, *, named: bool) -> Figure:
    if token is None:
        # Without its name nothing says that a figure was left blank rather than lost.
        return Figure(None, "blank" if named else "unreadable")
    if token.doubt:
        return Figure(None, "unreadable", token.text)
    if measure is None:
        return read_value(token.text)
    return read_value(token.text, decimal=measure.decimal, signed=measure.signed, unit=measure.unit)
