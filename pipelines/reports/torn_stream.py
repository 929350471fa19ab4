"""The text of a document as one stream: letters of labels, and the figures printed among them.

Cell boundaries are gone here or not to be trusted. What remains is the order of the ink, line by
line. No labels are known here and no figure is read.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache

from pipelines.documents.model import Block, Paragraph, Table
from pipelines.reports.torn_column_numbers import without_column_numbers
from warehouse.facts.files import load_yaml
from warehouse.facts.numerals import half_width

BLANK = "\x00"
"""Stands for a cell that is printed empty, where the format still tells."""
MAX_CHARS = 500_000
_DRAWN = re.compile(r"(?=.*(?:-{5}|={5}|_{5}|─{3}|━{3}))[\s\-=_+|:\u2500-\u257f]+")
_STOPS = ".．、"
_ARTICLE_REACH = 6  # characters before a number


@dataclass(slots=True)
class Token:
    """A figure, a nil mark or an empty cell in the stream.

    Attributes:
        text: as printed, ``BLANK`` for an empty cell.
        at: how many letters stand before it.
        start: its place in the stream's text.
        end: the place behind it.
        line: 0-based line.
        alone: whether it is all that its line holds.
        digits: whether it is nothing but digits.
        doubt: whether it may not be what is printed.
    """

    text: str
    at: int
    start: int
    end: int
    line: int
    alone: bool = False
    digits: bool = False
    doubt: bool = False


@dataclass(slots=True)
class Stream:
    """One text made of blocks.

    Attributes:
        text: all of it; every block ends with a line break.
        letters: its letters, without numbering, figures, signs and white space.
        places: for each letter its place in ``text``.
        tokens: the figures, in order.
        starts: for each block used its place in ``text``, and its index.
        doubts: stretches of ``text``, in order, whose figures may not be what is printed.
    """

    text: str
    letters: str = ""
    places: list[int] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    starts: list[tuple[int, int]] = field(default_factory=list)
    doubts: list[tuple[int, int]] = field(default_factory=list)

    def tokens_between(self, first: int, last: int) -> list[Token]:
        """Tokens with more than ``first`` and at most ``last`` letters before them."""
        keys = [t.at for t in self.tokens]
        return self.tokens[bisect_right(keys, first) : bisect_right(keys, last)]

    def line_of(self, letter: int) -> int:
        """The line that a letter stands on."""
        return self.text.count("\n", 0, self.places[letter])

    def place_of(self, line: int) -> int:
        """Where a line begins; the end of the text for a line behind the last one."""
        place = 0
        for _ in range(line):
            place = self.text.find("\n", place) + 1
            if not place:
                return len(self.text)
        return place


@cache
def _pattern() -> re.Pattern[str]:
    """Everything that is no letter: numbering, figures with their units, changes, nil marks."""
    words = load_yaml("labels.yaml")
    torn = load_yaml("torn.yaml")

    def any_of(key: str) -> str:
        return "|".join(re.escape(w) for w in sorted(words[key], key=len, reverse=True))

    number = r"\d+(?:,\d+)*(?:\.\d+)?"
    # A character that means nothing may be a digit; between two letters it is one of a word.
    lost = r"[\ufffd\ue000-\uf8ff\x01-\x08\x0e-\x1f\x7f-\x9f]|\(cid:\d+\)"
    garbled = rf"[\d.,+-]{{0,20}}(?:{lost})(?:[\d.,]|{lost})*"
    # In "more/less 5" the second word is the label's, not the figure's sign.
    change = f"(?<!/)(?:{any_of('increase')}|{any_of('decrease')})"
    behind = "|".join(f"(?<=/{re.escape(w)})" for w in words["decrease"])
    sign = rf"(?<!\w)[+-]|(?:(?<![^\W\d])|{behind})[+-](?=\d)"
    return re.compile(
        f"(?P<numbering>{torn['numbering']})"
        f"|(?P<blank>{BLANK})"
        rf"|(?P<word_garbled>(?<=[^\W\d_])(?:{lost})+(?=[^\W\d_]))"
        f"|(?P<garbled>{garbled})"
        rf"|(?P<figure>(?:{sign}|{change}[ ]?(?=\d))?(?:{number}))"
        rf"(?P<unit>[ ]?(?:{any_of('units')})(?![^\W\d_]))?"
        rf"|(?<![\w.．、)])(?<![、)] )(?P<word>{any_of('unchanged')}|{any_of('nil_marks')})(?!\w)"
        r"|(?P<nil>[/\\]|[-—–―－_]+)"
        r"|(?P<letter>[^\W\d_])"
    )


@cache
def _not_figure() -> re.Pattern[str]:
    return re.compile(
        r"[ ]?(?:" + "|".join(map(re.escape, load_yaml("torn.yaml")["not_figure"])) + ")"
    )


@cache
def _in_article() -> re.Pattern[str]:
    """The end of a text behind which a number names an article, not a count."""
    return re.compile(load_yaml("torn.yaml")["in_article"])


@cache
def _no_article() -> re.Pattern[str]:
    """What follows a figure that stands behind the cut end of a label."""
    return re.compile(load_yaml("torn.yaml")["no_article"])


@cache
def _furniture() -> re.Pattern[str]:
    return re.compile(load_yaml("torn.yaml")["furniture"])


def letters_of(label: str) -> str:
    """The letters of a label, as ``Stream.letters`` would hold them."""
    numbering = load_yaml("torn.yaml")["numbering"]
    plain = re.sub(numbering, "", half_width(label))
    return "".join(c for c in plain if c.isalpha())


def make_stream(blocks: list[Block], leave_out: Collection[int] = ()) -> Stream:
    """The stream of a document.

    Args:
        blocks: the document's.
        leave_out: 1-based tables whose text is not torn and stays out.
    """
    parts: list[str] = []
    starts: list[tuple[int, int]] = []
    doubts: list[tuple[int, int]] = []
    size = number = 0
    for i, block in enumerate(blocks):
        if isinstance(block, Table):
            number += 1
            if number in leave_out:
                continue
            text, unsure = _table_text(block)
        else:
            text = block.text.replace(BLANK, " ")
            unsure = [(0, len(text))] if block.doubt else []
        doubts += [(size + a, size + b) for a, b in unsure]
        starts.append((size, i))
        parts.append(text + "\n")
        size += len(text) + 1
        if size > MAX_CHARS:
            break
    stream = Stream(half_width("".join(parts)), starts=starts, doubts=doubts)
    _scan(stream)
    return stream


def masked(stream: Stream, pattern: re.Pattern[str]) -> Stream:
    """A stream in which what a pattern finds is as good as blank; places stay."""
    text = pattern.sub(lambda found: " " * len(found.group()), stream.text)
    other = Stream(text, starts=stream.starts, doubts=stream.doubts)
    _scan(other)
    return other


def _table_text(table: Table) -> tuple[str, list[tuple[int, int]]]:
    """One cell a line, and the stretches that are doubtful.

    Empty cells before the first printed one of a row say nothing.
    """
    lines: list[str] = []
    doubts: list[tuple[int, int]] = []
    at = 0
    for row in table.rows:
        seen: set[int] = set()
        printed = False
        for cell in row:
            if cell is None or id(cell) in seen:
                continue
            seen.add(id(cell))
            text = " ".join(cell.text.split()) or BLANK
            printed = printed or text != BLANK
            if not printed:
                continue
            if cell.doubt:
                doubts.append((at, at + len(text)))
            lines.append(text)
            at += len(text) + 1
    return "\n".join(lines), doubts


def _masked(text: str) -> str:
    """Page furniture, column numbers and rules of drawn tables replaced by spaces, places kept."""
    text = without_column_numbers(text)
    rule = _furniture()
    return "\n".join(
        " " * len(x) if _DRAWN.fullmatch(x) or rule.match(x) else x for x in text.split("\n")
    )


def _scan(stream: Stream) -> None:
    text = _masked(stream.text)
    breaks = [m.start() for m in re.finditer("\n", text)]
    letters: list[str] = []
    for found in _pattern().finditer(text):
        kind = found.lastgroup
        if kind == "letter":
            letters.append(found.group())
            stream.places.append(found.start())
            continue
        span = None if kind == "word_garbled" else _token_span(text, found)
        if span is None:
            continue
        start, end = span
        line = bisect_left(breaks, start)
        for begin, stop in _listed(text, start, end):
            token = Token(text[begin:stop], len(letters), begin, stop, line)
            token.digits = token.text.isdigit()
            token.doubt = kind == "garbled" or _in_doubt(stream, begin)
            stream.tokens.append(token)
    stream.letters = "".join(letters)
    _mark_alone(stream, text, breaks)


def _in_doubt(stream: Stream, place: int) -> bool:
    """Whether a place lies in a doubtful stretch."""
    at = bisect_right(stream.doubts, place, key=lambda d: d[0])
    return at > 0 and place < stream.doubts[at - 1][1]


def _token_span(text: str, found: re.Match[str]) -> tuple[int, int] | None:
    """Where a token stands, None for what is no figure.

    Numbering, a date, the number of an article and a slash in a word are none.
    """
    start, end = found.span()
    if found["numbering"] is not None:
        return None
    if found["nil"] is not None:
        inside = start > 0 and text[start - 1].isalpha() and text[end : end + 1].isalpha()
        return None if inside else (start, end)
    if found["figure"] is None:
        return start, end
    if _in_article().search(
        text, max(0, start - _ARTICLE_REACH), start
    ) and not _no_article().match(text, end):
        return None
    if found["unit"] is None and _not_figure().match(text, end):
        return None
    behind = re.compile(r"\s*").match(text, end + 1)
    after = behind.end() if behind else end + 1
    if text[end : end + 1] in tuple(_STOPS) and text[after : after + 1].isalpha():
        # The last digit numbers the label that follows.
        end -= 1
        return (start, end) if end > start else None
    return start, end


def _listed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Figures between commas that separate cells; commas that may group thousands stay."""
    parts = text[start:end].split(",")
    if len(parts) == 1 or any(len(p) > 2 for p in parts[1:]):
        return [(start, end)]
    spans = []
    for part in parts:
        spans.append((start, start + len(part)))
        start += len(part) + 1
    return spans


def _mark_alone(stream: Stream, text: str, breaks: list[int]) -> None:
    for token in stream.tokens:
        begin = breaks[token.line - 1] + 1 if token.line else 0
        stop = breaks[token.line] if token.line < len(breaks) else len(text)
        token.alone = text[begin:stop].strip() == token.text.strip()


def beginning(stream: Stream, letter: int) -> int:
    """Where the line or the numbering before a letter begins: the place to cut a table off."""
    place = stream.places[letter]
    line = stream.text.rfind("\n", 0, place) + 1
    before = re.search(
        rf"(?:{load_yaml('torn.yaml')['numbering']}|[\s(\d.])+$", stream.text[line:place]
    )
    return place - len(before.group()) if before else place


def cut(blocks: list[Block], stream: Stream, used: Iterable[tuple[int, int]]) -> list[Block]:
    """The blocks without the stretches of the stream that were tables.

    Args:
        blocks: the document's.
        stream: made from them.
        used: stretches of ``stream.text``.
    """
    spans = sorted(used)
    ends = [s for s, _ in stream.starts[1:]] + [len(stream.text)]
    places = {i: (s, e) for (s, i), e in zip(stream.starts, ends, strict=True)}
    kept: list[Block] = []
    for i, block in enumerate(blocks):
        start, end = places.get(i, (0, 0))
        inside = [(max(a, start), min(b, end)) for a, b in spans if a < end and b > start]
        if not inside:
            kept.append(block)
        elif isinstance(block, Paragraph):
            kept += _pieces(block, start, inside)
    return kept


def _pieces(block: Paragraph, start: int, inside: list[tuple[int, int]]) -> list[Block]:
    pieces: list[Block] = []
    at = 0
    for begin, end in [*inside, (start + len(block.text), 0)]:
        piece = block.text[at : begin - start].strip()
        if any(c.isalpha() for c in piece):
            pieces.append(Paragraph(piece, block.heading, block.page))
        at = max(at, end - start)
    return pieces
