"""Table four out of a stream: fifteen figures behind the heads, or five behind each channel.

The heads' words come in any order and broken in pieces, so the head is the stretch that is made of
nothing but their letters.
"""

from __future__ import annotations

from functools import cache

from pipelines.reports.model import Figure, Figures, Finding, TableRead
from pipelines.reports.torn_heads import goes_across
from pipelines.reports.torn_labels import occurrences
from pipelines.reports.torn_readings import read_row, trim, unsure
from pipelines.reports.torn_request import Torn
from pipelines.reports.torn_stream import BLANK, Stream, Token, letters_of
from warehouse.facts.forms import ChallengeTable, forms

TABLE = "legal_challenge"
_FEWEST_LETTERS = 20


@cache
def _rules() -> ChallengeTable:
    return forms()[0].legal_challenge


@cache
def _alphabet() -> frozenset[str]:
    labels = [*_rules().channels, *_rules().results]
    words = [w for x in labels for w in (x.label, *x.also)]
    return frozenset("".join(map(letters_of, [*words, _rules().parent])))


def read_torn_challenge(stream: Stream, form_id: str | None) -> Torn | None:
    """Table four, or None when the stream does not hold it.

    Args:
        stream: the text.
        form_id: the form of the report's other tables.
    """
    for start, end in _stretches(stream.letters):
        if not _is_head(stream.letters[start:end]):
            continue
        tokens = [t for t in stream.tokens_between(start, end) if t.at > start]
        by_channel = _by_channel(stream, start, end, tokens)
        read = TableRead(form_id or forms()[0].id)
        scattered = len({t.line for t in trim(tokens)}) > len(_rules().channels)
        if by_channel is not None:
            figures = by_channel
        elif all(t.at == end for t in trim(tokens)):
            figures = _in_one_row(trim(tokens))
        else:
            continue
        read.figures = figures
        if scattered:
            _doubt_order(stream, read)
        read.findings += [
            Finding("blank_row", "warning", "no figure stands behind it", TABLE, channel)
            for channel, row in figures.items()
            if all(f.meaning == "blank" for f in row.values())
        ]
        read.findings.append(
            Finding("torn", "info", "the table's cells have lost their boundaries", TABLE)
        )
        stop = max([stream.places[end - 1] + 1, *(t.end for t in trim(tokens))])
        return Torn(read, (stream.places[start], stop))
    return None


def _doubt_order(stream: Stream, read: TableRead) -> None:
    """Figures on many lines, which an extractor may have put in another order than the table's.

    Unreadable where the heads of the report stand in another order, too; named where a sum fails.
    """
    if not goes_across(stream.letters):
        for row in read.figures.values():
            row |= {
                c: Figure(None, "unreadable", f.raw or str(f.value))
                for c, f in row.items()
                if f.value is not None or f.meaning == "blank"
            }
        return
    total = _rules().results[-1].key
    sums = [
        sum(f.value or 0 for c, f in row.items() if c != total) == (row[total].value or 0)
        for row in read.figures.values()
        if all(f.meaning not in ("blank", "unreadable") for f in row.values())
    ]
    if all(sums):
        return
    message = "a sum fails, and figures on lines of their own may stand in another order"
    read.findings += [
        Finding("order_unsure", "error", message, TABLE, channel) for channel in read.figures
    ]


def _stretches(letters: str) -> list[tuple[int, int]]:
    """Stretches made of the letters of the head, the longest first."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for i, letter in enumerate([*letters, ""]):
        if letter and letter in _alphabet():
            start = i if start is None else start
        elif start is not None:
            if i - start >= _FEWEST_LETTERS:
                found.append((start, i))
            start = None
    return sorted(found, key=lambda s: s[0] - s[1])


def _is_head(letters: str) -> bool:
    """Whether the channels come in the form's order and every result is named for each."""
    places = []
    for channel in _rules().channels[1:]:
        found = [
            p for w in (channel.label, *channel.also) for p in occurrences(letters, letters_of(w))
        ]
        if not found:
            return False
        places.append(min(found))
    if places != sorted(places):
        return False
    return _complete_head(letters) or _once_named(letters)


def _own_letters() -> list[str]:
    """For each result a letter that no other label of the table has."""
    words = [letters_of(x.label) for x in (*_rules().channels, *_rules().results)]
    own = []
    for result in _rules().results:
        word = letters_of(result.label)
        others = "".join(w for w in words if w != word) + letters_of(_rules().parent)
        own += [c for c in word if c not in others][:1]
    return own


def _complete_head(letters: str) -> bool:
    channels = len(_rules().channels)
    return all(letters.count(c) and letters.count(c) % channels == 0 for c in _own_letters())


def _once_named(letters: str) -> bool:
    """The layout that has one row a channel names every result once."""
    return all(letters.count(c) == 1 for c in _own_letters())


def _by_channel(stream: Stream, start: int, end: int, tokens: list[Token]) -> Figures | None:
    """Figures that stand behind each channel's name; None when they do not."""
    results = [r.key for r in _rules().results]
    if not _once_named(stream.letters[start:end]):
        return None
    figures: Figures = {}
    claimed: set[int] = set()
    for channel in _rules().channels:
        words = [letters_of(w) for w in (channel.label, *channel.also)]
        # A figure may stand between two lines of the name.
        inside = {
            place
            for w in words
            for at in occurrences(stream.letters[start:end], w)
            for place in range(start + at + 1, start + at + len(w) + 1)
        }
        ink = [t for t in tokens if t.at in inside]
        claimed |= {t.start for t in ink}
        figures[channel.key] = _five(ink, results)
    if any(t.text != BLANK and t.start not in claimed for t in tokens):
        # A channel without figures is not blank beside figures that are nobody's.
        for row in figures.values():
            if all(f.meaning == "blank" for f in row.values()):
                row.update({r: Figure(None, "unreadable") for r in results})
    return figures if any(t.at < end for t in tokens) else None


def _five(ink: list[Token], results: list[str]) -> dict[str, Figure]:
    reading = read_row(ink, len(results), (len(results) - 1,))
    if not reading.raw:
        return {r: Figure(None, "blank") for r in results}
    if len(reading.options) != 1 or reading.short:
        # Which cells are blank no sum of one row tells for sure.
        return {r: Figure(None, "unreadable", reading.raw) for r in results}
    row = reading.options[0].figures
    return dict(zip(results, unsure(row) if reading.doubt else row, strict=True))


def _in_one_row(ink: list[Token]) -> Figures:
    results = [r.key for r in _rules().results]
    channels = [c.key for c in _rules().channels]
    width = len(results)
    if len(ink) == len(channels) and len(ink[0].text) >= width:
        groups = [[t] for t in ink]
        return {c: _five(g, results) for c, g in zip(channels, groups, strict=True)}
    sums = tuple(width * (i + 1) - 1 for i in range(len(channels)))
    reading = read_row(ink, width * len(channels), sums)
    if not reading.raw:
        row = [Figure(None, "blank")] * (width * len(channels))
    elif len(reading.options) == 1:
        row = list(reading.options[0].figures)
        row = unsure(row) if reading.doubt else row
    else:
        row = [Figure(None, "unreadable", reading.raw)] * (width * len(channels))
    return {
        c: dict(zip(results, row[width * i : width * (i + 1)], strict=True))
        for i, c in enumerate(channels)
    }
