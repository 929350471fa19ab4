"""The ink of one row to its possible readings.

As many figures as columns, each by itself, is the one reading there is, whatever it adds up to.
Otherwise figures may be glued together, cut by spaces, or cells may have been blank; then every
way to lay the ink into the columns that the row's own sum allows is a reading. Which of several is
right is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice, pairwise
from math import comb

from pipelines.reports.model import Figure
from pipelines.reports.torn_stream import BLANK, Token
from pipelines.reports.values import read_value

_MAX_READINGS = 400
_LONGEST = 7  # digits of a figure that was cut out of a run
_MAX_RUN = 40
_MAX_WAYS = 20_000
Sums = tuple[int, ...]
"""The columns that are each the sum of those before them, back to the one before."""


@dataclass(frozen=True)
class Reading:
    """One way to read a row: a figure a column, None where its ink says nothing."""

    figures: tuple[Figure, ...]

    @property
    def values(self) -> tuple[int, ...]:
        """What each cell adds to a sum."""
        return tuple(int(f.value or 0) for f in self.figures)


@dataclass
class Readings:
    """All readings of a row.

    Attributes:
        options: the possible readings; none when the ink fits no column order.
        sure: the boundaries are printed, so nothing was chosen.
        short: fewer figures than columns are printed.
        raw: the ink.
        suspect: the ink may belong to another row.
        doubt: what is printed may be something else than was read.
    """

    options: list[Reading] = field(default_factory=list)
    sure: bool = False
    short: bool = False
    raw: str = ""
    suspect: bool = False
    doubt: bool = False


def trim(tokens: Sequence[Token]) -> list[Token]:
    """Tokens without the empty cells at their ends, which may belong to a label's place."""
    kept = list(tokens)
    while kept and kept[-1].text == BLANK:
        kept.pop()
    return kept


def read_row(tokens: Sequence[Token], columns: int, sums: Sums) -> Readings:
    """All readings of a row; it is in doubt when one of its figures is.

    Args:
        tokens: its figures in order.
        columns: how many columns the table has.
        sums: the columns that add up those before them; none when there is nothing to check by.
    """
    found = _read_row(tokens, columns, sums)
    found.doubt = any(t.doubt for t in tokens)
    return found


def _read_row(tokens: Sequence[Token], columns: int, sums: Sums) -> Readings:
    padded = [t for t in tokens if t.text]
    ink = trim(padded)
    raw = " ".join(t.text for t in ink if t.text != BLANK)[:200]
    if not any(t.text != BLANK for t in ink):
        blank = Reading(tuple(Figure(None, "blank") for _ in range(columns)))
        return Readings([blank], sure=False, short=True, raw="")
    printed = [t for t in ink if t.text != BLANK]
    if len(printed) == columns or (len(printed) < columns and ink[0].text == BLANK):
        ink = padded = printed  # empty cells before the first figure may be the label's
    ink = once(ink, columns)
    if columns > len(ink) and len(padded) == columns:
        ink = padded  # empty cells behind the last figure that fill the row exactly
        if any(padded[s].text == BLANK for s in sums):
            ink = trim(padded)
    clean = _clean(ink, columns)
    if clean is not None:
        return Readings([clean], sure=True, raw=raw)
    if _is_stuck(ink):
        return Readings(_unique(_unstuck(ink, columns, sums)), raw=raw)
    if any(_figure(t).meaning == "unreadable" and not t.digits for t in ink):
        return Readings(raw=raw)
    options = _unique(_ways(ink, columns, sums))
    return Readings(options, short=len(ink) < columns, raw=raw)


def _is_stuck(ink: Sequence[Token]) -> bool:
    """Whether digits and nil marks stand in one run, without anything between."""
    touching = all(a.end == b.start for a, b in pairwise(ink))
    others = {c for t in ink for c in t.text if not c.isdigit()}
    return touching and bool(others) and all(read_value(c).meaning == "nil_mark" for c in others)


def _unstuck(ink: Sequence[Token], columns: int, sums: Sums) -> Iterator[Reading]:
    """Every way to cut such a run that the row's own sum allows, each mark a cell of its own."""
    text = "".join(t.text for t in ink)
    seams = [i for i in range(1, len(text)) if text[i - 1 : i + 1].isdigit()]
    forced = [i for i in range(1, len(text)) if i not in seams]
    more = columns - 1 - len(forced)
    if more < 0 or not sums or comb(len(seams), more) > _MAX_WAYS:
        return
    for chosen in combinations(seams, more):
        ends = [*sorted([*forced, *chosen]), len(text)]
        pieces = [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]
        sound = all(len(p) == 1 or (p[0] != "0" and len(p) <= _LONGEST) for p in pieces)
        if sound and _adds_up(pieces, sums):
            yield _reading(pieces)


def unsure(figures: Sequence[Figure]) -> list[Figure]:
    """Figures that may not be what is printed: no values, but readings that sums may confirm."""
    return [
        f
        if f.value is None
        else Figure(None, "unreadable", f.raw or str(f.value), f.position, (str(f.value),))
        for f in figures
    ]


def once(ink: list[Token], columns: int) -> list[Token]:
    """The figures of a row without their repetition on a line of their own."""
    first, again = ink[:columns], ink[columns:]
    twice = len(again) == columns and _texts(first) == _texts(again)
    return first if twice and first[-1].line != again[0].line else ink


def _texts(tokens: Sequence[Token]) -> list[str]:
    return [t.text for t in tokens]


def _figure(token: Token) -> Figure:
    return Figure(None, "blank") if token.text == BLANK else read_value(token.text)


def _clean(ink: Sequence[Token], columns: int) -> Reading | None:
    if len(ink) != columns:
        return None
    if any(len(t.text) > 1 and t.text[0] == "0" and t.digits for t in ink):
        return None  # a run of cells, not a number
    figures = tuple(_figure(t) for t in ink)
    if any(f.meaning == "unreadable" for f in figures):
        return None
    return Reading(figures)


def _ways(ink: Sequence[Token], columns: int, sums: Sums) -> Iterator[Reading]:
    """Every way that the row's own sum allows; without a sum, the one way or none."""
    if not sums:
        ways = list(islice(_glued(ink, columns, ()), 2)) if len(ink) == 1 < columns else []
        yield from ways if len(ways) == 1 else []
        return
    if len(ink) > columns:
        yield from _merged(ink, columns, sums)
        yield from _dropped(ink, columns, sums)
        return
    yield from _glued(ink, columns, sums)
    if len(sums) == 1:
        yield from _with_blanks(ink, columns, sums)


def _unique(readings: Iterator[Reading] | list[Reading]) -> list[Reading]:
    seen: dict[tuple[object, ...], Reading] = {}
    for reading in readings:
        seen.setdefault(tuple((f.value, f.meaning == "blank") for f in reading.figures), reading)
        if len(seen) > _MAX_READINGS:
            return []
    return list(seen.values())


def _adds_up(pieces: Sequence[str], sums: Sums) -> bool:
    numbers = [int(p) if p.isdigit() else 0 for p in pieces]
    first = 0
    for last in sums:
        if sum(numbers[first:last]) != numbers[last]:
            return False
        first = last + 1
    return True


def _reading(pieces: Sequence[str]) -> Reading:
    return Reading(tuple(Figure(int(p), "number", p) if p.isdigit() else _other(p) for p in pieces))


def _other(piece: str) -> Figure:
    return Figure(None, "blank") if piece in ("", BLANK) else read_value(piece)


def _glued(ink: Sequence[Token], columns: int, sums: Sums) -> Iterator[Reading]:
    """Runs of digits cut into as many numbers as there are columns."""
    long = [i for i, t in enumerate(ink) if t.digits and len(t.text) > 1]
    if not long or (len(ink) > 1 and len(ink) < columns - 1):
        return
    for i in long:
        if len(ink) > 1 and any(
            t.text[0] == "0" for k, t in enumerate(ink) if k in long and k != i
        ):
            continue
        front = [t.text for t in ink[:i]]
        back = [t.text for t in ink[i + 1 :]]
        for pieces in _pieces_under(ink[i].text, columns - len(front) - len(back), sums):
            whole = [*front, *pieces, *back]
            if _adds_up(whole, sums):
                yield _reading(whole)


def pieces_of(run: str, count: int) -> Iterator[list[str]]:
    """Every way to cut a run of digits into ``count`` numbers without leading zeros."""
    if len(run) > _MAX_RUN or not count <= len(run) <= count * _LONGEST:
        return
    if count == 1:
        if len(run) == 1 or run[0] != "0":
            yield [run]
        return
    longest = 1 if run[0] == "0" else min(_LONGEST, len(run) - count + 1)
    for size in range(1, longest + 1):
        for rest in pieces_of(run[size:], count - 1):
            yield [run[:size], *rest]


def _pieces_under(run: str, count: int, sums: Sums) -> Iterator[list[str]]:
    """``pieces_of``, of which only those are made that the sums of a whole row allow."""
    if not sums or count != sums[-1] + 1:
        yield from pieces_of(run, count)
        return
    width = sums[0] + 1
    if len(sums) == 1:
        yield from _summing(run, count)
        return
    rest = tuple(s - width for s in sums[1:])
    for end in range(width, len(run) - (count - width) + 1):
        for pieces in _summing(run[:end], width):
            for others in _pieces_under(run[end:], count - width, rest):
                yield [*pieces, *others]


def _summing(run: str, count: int) -> Iterator[list[str]]:
    """Every way to cut a run so that the last number is the sum of the others."""
    if len(run) > _MAX_RUN:
        return
    for size in range(1, min(_LONGEST, len(run) - count + 1) + 1):
        last = run[-size:]
        if size == 1 or last[0] != "0":
            for pieces in _reaching(run[:-size], count - 1, int(last)):
                yield [*pieces, last]


def _reaching(run: str, count: int, wanted: int) -> Iterator[list[str]]:
    """Every way to cut a run into numbers that add up to ``wanted``."""
    if not count <= len(run) <= count * _LONGEST or wanted >= count * 10 ** (len(run) - count + 1):
        return
    if count == 1:
        if int(run) == wanted and (len(run) == 1 or run[0] != "0"):
            yield [run]
        return
    longest = 1 if run[0] == "0" else min(_LONGEST, len(run) - count + 1)
    for size in range(1, longest + 1):
        piece = int(run[:size])
        if piece > wanted:
            break
        for rest in _reaching(run[size:], count - 1, wanted - piece):
            yield [run[:size], *rest]


def _with_blanks(ink: Sequence[Token], columns: int, sums: Sums) -> Iterator[Reading]:
    """Fewer figures than columns: blank cells in every place, the total printed or not."""
    texts = _texts(ink)
    runs = [texts]
    if len(texts) == 1 and ink[0].digits and len(texts[0]) < columns:
        runs += [p for n in range(2, len(texts[0]) + 1) for p in pieces_of(texts[0], n)]
    found = False
    for pieces in runs:
        if any(len(p) > 1 and p[0] == "0" for p in pieces) or len(pieces) >= columns:
            continue
        for places in combinations(range(columns), len(pieces)):
            if any(s not in places for s in sums):
                continue
            line = _laid(pieces, places, columns)
            if _adds_up(line, sums):
                found = True
                yield _reading(line)
    if found or len(texts) != columns - 1:
        return
    others = [c for c in range(columns) if c not in sums]
    if len(others) != len(texts):
        return
    if not any(len(t) > 1 and t[0] == "0" for t in texts):
        yield _reading(_laid(texts, others, columns))


def _laid(pieces: Sequence[str], places: Sequence[int], columns: int) -> list[str]:
    line = [""] * columns
    for piece, place in zip(pieces, places, strict=True):
        line[place] = piece
    return line


def _merged(ink: Sequence[Token], columns: int, sums: Sums) -> Iterator[Reading]:
    """More figures than columns: neighbours on one line were one number, cut by a space."""
    if len(ink) > 2 * columns or not all(t.digits for t in ink):
        return
    seams = [
        i
        for i in range(1, len(ink))
        if ink[i].line == ink[i - 1].line and ink[i - 1].text[0] != "0"
    ]
    if comb(len(seams), len(ink) - columns) > _MAX_WAYS:
        return
    for joined in combinations(seams, len(ink) - columns):
        pieces = [ink[0].text]
        for i in range(1, len(ink)):
            if i in joined:
                pieces[-1] += ink[i].text
            else:
                pieces.append(ink[i].text)
        if all(len(p) <= _LONGEST for p in pieces) and _adds_up(pieces, sums):
            yield _reading(pieces)


def _dropped(ink: Sequence[Token], columns: int, sums: Sums) -> Iterator[Reading]:
    """One figure too many: a page number alone on its line, or a line that is printed twice.

    Where all figures stand on lines of their own, any of them may be the organ's mistake and a
    page number cannot be told from it.
    """
    if len(ink) != columns + 1:
        return
    alone = [i for i, t in enumerate(ink) if t.alone]
    twice = [i for i in alone if i and ink[i - 1].alone and ink[i].text == ink[i - 1].text]
    for i in alone if len(alone) == 1 else twice:
        pieces = _texts(ink[:i]) + _texts(ink[i + 1 :])
        if _adds_up(pieces, sums):
            yield _reading(pieces)
