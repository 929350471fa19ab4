"""Table three out of lines whose labels are cut in pieces: rows by their order.

Where labels were wrapped beside each other, their pieces stand between each other's and no label
can be found whole. The rows of figures still come in the form's order, and the letters of each
label lie around its figures. Read only when there are exactly as many rows as a form has and the
letters around each of them are its label's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.reports.model import Figure
from pipelines.reports.torn_labels import Element, element
from pipelines.reports.torn_request import Ink, Torn, table_of
from pipelines.reports.torn_stream import BLANK, Stream, Token, letters_of
from warehouse.facts.files import load_yaml
from warehouse.facts.forms import Form, forms

_FEWEST = 3  # figures on a line that make it a row of the table
_FURTHEST = 30  # lines between two rows of one table, of which a label may take many
_ASIDE = 3  # lines between the parts of a row whose first figure is printed higher or lower
_USUAL = 0.75  # of the letters of labels, over all rows, lie around their figures
_LEAST = 0.5  # the same for each row
_WHOLE = 4  # letters of a label that no other label's letters hold by chance
_LONGEST_LINE = 60  # letters; a longer line is a sentence


Letters = dict[int, Counter[str]]
"""By line how often each letter stands on it."""


@dataclass(frozen=True)
class _Line:
    """A line of figures: its number, and what it prints."""

    number: int
    tokens: tuple[Token, ...]


def read_torn_lines(stream: Stream, year: int | None) -> Torn | None:
    """Table three, or None when the lines do not hold it whole.

    Args:
        stream: the text.
        year: the report year; tells the form when both have as many rows.
    """
    letters = _letters(stream)
    known = sorted(forms(), key=lambda f: year is None or f.since > year)
    for lines in _stretches(stream, letters):
        for rules in known:
            rows = [element(r) for r in rules.request.rows]
            for start in range(len(lines) - len(rows) + 1):
                part = lines[start : start + len(rows)]
                around = [*lines[max(start - 1, 0) : start], *lines[start + len(rows) :][:1]]
                if any(_like(line, part) for line in around):
                    continue  # one row more than the form has: a row is printed twice or added
                if _fits(part, rows, letters, around):
                    return _read(stream, part, rows, rules, letters)
    return None


def _letters(stream: Stream) -> Letters:
    """The letters of each line."""
    found: Letters = {}
    line = place = 0
    for letter, at in zip(stream.letters, stream.places, strict=True):
        line += stream.text.count("\n", place, at)
        place = at
        found.setdefault(line, Counter())[letter] += 1
    return found


def _stretches(stream: Stream, letters: Letters) -> list[list[_Line]]:
    """Lines of figures that stand close together, the longest stretch first."""
    by_line: dict[int, list[Token]] = {}
    for token in stream.tokens:
        if token.text != BLANK:
            by_line.setdefault(token.line, []).append(token)
    columns = len(forms()[0].request.columns)
    found: list[list[_Line]] = []
    for line in _whole(by_line, letters, columns):
        if not _FEWEST <= len(line.tokens) <= columns + 1:
            continue
        if letters.get(line.number, Counter()).total() > _LONGEST_LINE:
            continue
        if not found or line.number - found[-1][-1].number > _FURTHEST:
            found.append([])
        found[-1].append(line)
    return sorted(found, key=len, reverse=True)


def _whole(by_line: dict[int, list[Token]], letters: Letters, columns: int) -> Iterator[_Line]:
    """The lines of figures; one figure in a label's line joins those it lacks close by.

    A label of several lines may lie lower than the figures beside it.
    """
    numbers = sorted(by_line)
    joined: set[int] = set()
    for at, number in enumerate(numbers):
        tokens = by_line[number]
        if number in joined:
            continue
        after = numbers[at + 1] if at + 1 < len(numbers) else number + _FURTHEST
        if (
            len(tokens) == 1
            and number in letters
            and after - number <= _ASIDE
            and len(by_line[after]) == columns - 1
        ):
            joined.add(after)
            yield _Line(after, (*tokens, *by_line[after]))
        else:
            yield _Line(number, tuple(tokens))


def _like(line: _Line, part: Sequence[_Line]) -> bool:
    """Whether a line holds about as many figures as the rows of a table."""
    usual = Counter(len(x.tokens) for x in part).most_common(1)[0][0]
    return len(line.tokens) >= usual - 1


def _fits(
    lines: Sequence[_Line], rows: Sequence[Element], letters: Letters, around: Sequence[_Line]
) -> bool:
    """Whether the letters around each line are those of the row in its place."""
    scores = []
    behind = 0
    outside = [line.number for line in around]
    above = max((n for n in outside if n < lines[0].number), default=-1)
    below = min((n for n in outside if n > lines[-1].number), default=lines[-1].number + _FURTHEST)
    for i, (line, row) in enumerate(zip(lines, rows, strict=True)):
        first = lines[i - 1].number + 1 if i else max(above + 1, line.number - _FURTHEST // 4)
        if i + 1 < len(lines):
            last = lines[i + 1].number
        else:
            last = min(below, line.number + _FURTHEST // 4)
        near = _between(letters, first, last)
        score = max(_share(wording, near) for wording in row.wordings)
        under = _between(letters, line.number + 1, last)
        over = _between(letters, first, line.number + 1)
        behind += _holds(row, under) and not _holds(row, over)
        if score < _LEAST or _is_others(letters.get(line.number, Counter()), row, rows):
            return False
        scores.append(score)
    # A label that stands below its figures whole may be the next row's: those are the row's above.
    return sum(scores) >= _USUAL * len(scores) and not behind


def _between(letters: Letters, first: int, last: int) -> Counter[str]:
    """The letters of some lines."""
    found: Counter[str] = Counter()
    for number in range(first, last):
        found += letters.get(number, Counter())
    return found


def _holds(row: Element, letters: Counter[str]) -> bool:
    return any(_share(wording, letters) == 1 for wording in row.wordings)


def _is_others(own: Counter[str], row: Element, rows: Sequence[Element]) -> bool:
    """Whether a line itself has the label of another row whole, and not that of its own."""
    if any(_share(wording, own) == 1 for wording in row.wordings):
        return False
    return any(
        len(wording) >= _WHOLE and _share(wording, own) == 1
        for other in rows
        if other is not row
        for wording in other.wordings
    )


def _share(wording: str, around: Counter[str]) -> float:
    wanted = Counter(wording)
    return (wanted & around).total() / len(wording)


def _read(
    stream: Stream, lines: list[_Line], rows: list[Element], rules: Form, letters: Letters
) -> Torn | None:
    first, last = lines[0].number, lines[-1].number
    top = first
    head = _alphabet(rules) | set("".join(rows[0].wordings))
    while top > 0 and first - top < _FURTHEST // 2 and set(letters.get(top - 1, ())) <= head:
        top -= 1
    while set(letters.get(last + 1, "\n")) <= set("".join(rows[-1].wordings)):
        last += 1
    above: Counter[str] = Counter()
    for number in range(top, first):
        above += letters.get(number, Counter())
    columns = _columns(above, lines, rules)
    if columns is None:
        return None
    inks = {row.key: Ink(list(line.tokens)) for row, line in zip(rows, lines, strict=True)}
    table = table_of(inks, columns, rules)
    for item, ink in inks.items():
        # A figure that is printed higher or lower than the others is not blank.
        if len(ink.tokens) < len(columns):
            raw = " ".join(t.text for t in ink.tokens)
            table.figures[item] |= {c: Figure(None, "unreadable", raw) for c in columns}
    return Torn(table, (stream.place_of(top), stream.place_of(last + 1)))


def _alphabet(rules: Form) -> set[str]:
    words = [w for c in rules.request.columns for w in (c.label, *c.also)]
    return {c for w in (*words, *load_yaml("torn.yaml")["request_head"]) for c in letters_of(w)}


def _columns(above: Counter[str], lines: Sequence[_Line], rules: Form) -> list[str] | None:
    """The columns, of which the head may lack one that the rows lack, too."""
    usual = Counter(len(line.tokens) for line in lines).most_common(1)[0][0]
    order = [c.key for c in rules.request.columns]
    if usual == len(order):
        return order
    named = [
        c.key
        for c in rules.request.columns
        if any(_share(letters_of(w), above) == 1 for w in (c.label, *c.also))
    ]
    return named if len(named) == usual else None
