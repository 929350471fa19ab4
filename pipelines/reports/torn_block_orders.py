"""The orders in which the figures of a table may stand, when extractors follow blocks.

A page's part of the table is left row by row, or column by column, its columns in the form's order
or behind their names in any. Belongs here: laying figures into rows in every such way that the
rows' own sums allow. Does not belong here: the sums of columns, any label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product

from pipelines.reports.model import Figure

_MOST_PARTS = 4  # in which unnamed figures stand
_MOSTLY = 0.6  # of the rows stand by themselves, words before each, in a text that goes by rows
_MOST = 400  # arrangements of a stretch
_MOST_TRIED = 20_000  # orders of the columns of a part
Line = tuple[Figure, ...]
Column = tuple[Figure, ...]
Lines = tuple[Line, ...]
Key = tuple[float, ...]


@dataclass
class Run:
    """Figures between which no words stand.

    Attributes:
        columns: the columns named right before them, by number.
        figures: they.
    """

    columns: tuple[int, ...]
    figures: list[Figure] = field(default_factory=list)


@dataclass(frozen=True)
class _Part:
    """Some rows of the table.

    Attributes:
        lines: the rows.
        free: whether nothing tells the order of the columns but the last, their sum.
    """

    lines: Lines
    free: bool = False


class Arranger:
    """Lays the figures of a table into its rows.

    Args:
        runs: the figures in the order of the text.
        rows: how many rows the table has.
        width: how many columns, the last of which is the sum of the others.
        fits: whether the sums of a column hold, given all its figures.
        ordered: whether the text goes from the left to the right, as far as its head shows.
    """

    def __init__(
        self,
        runs: Sequence[Run],
        rows: int,
        width: int,
        fits: Callable[[Column], bool],
        *,
        ordered: bool,
    ) -> None:
        names = [c for run in runs for c in run.columns]
        self._ordered = ordered and names == sorted(names)
        whole = sum(len(run.figures) % width == 0 for run in runs)
        self._by_rows = whole >= _MOSTLY * rows
        self._runs, self._rows, self._width, self._fits = runs, rows, width, fits
        self.stopped = False
        """Whether there were more arrangements than were made."""

    def arrangements(self) -> list[Lines]:
        """Every table that the figures may be, each once; all its sums hold."""
        made: dict[Key, Lines] = {}
        for parts in self._tables():
            for lines in self._settled(parts):
                made.setdefault(_key(lines), lines)
            if len(made) > _MOST:
                self.stopped = True
                break
        return list(made.values())

    def _settled(self, parts: Sequence[_Part]) -> Iterator[Lines]:
        """The rows of all parts, where the sums of the columns hold.

        Of one part the columns may stand in any order, when those of another part are known.
        """
        lines = [line for p in parts for line in p.lines]
        columns = list(zip(*lines, strict=True))
        free = next((p for p in parts if p.free), None)
        if free is None:
            if all(map(self._fits, columns)):
                yield tuple(lines)
            return
        if len(parts) == 1 or not self._fits(columns[-1]):
            return
        start = sum(len(p.lines) for p in parts[: parts.index(free)])
        end = start + len(free.lines)
        wholes: list[list[Column]] = []
        for column in columns[:-1]:
            ways = {
                _key([whole]): whole
                for other in columns[:-1]
                if self._fits(whole := (*column[:start], *other[start:end], *column[end:]))
            }
            wholes.append(list(ways.values()))
        wanted = sorted(_key([c[start:end]]) for c in columns[:-1])
        for count, chosen in enumerate(product(*wholes)):
            if count > _MOST_TRIED:
                self.stopped = True
                return
            if sorted(_key([c[start:end]]) for c in chosen) == wanted:
                yield tuple(zip(*chosen, columns[-1], strict=True))

    def _tables(self) -> Iterator[tuple[_Part, ...]]:
        """The parts of the table: those whose columns are named, and what stands around them."""
        stretches: list[list[Figure] | list[_Part]] = []
        loose: list[Figure] = []
        at = 0
        found = False
        while at < len(self._runs):
            part = self._named_at(at)
            if part is None:
                loose += self._runs[at].figures
                at += 1
                continue
            found = True
            parts, at = part
            stretches += [loose, parts] if loose else [parts]
            loose = []
        stretches += [loose] if loose else []
        if found:
            yield from self._joined(stretches, 0, ())
        whole = [f for run in self._runs for f in run.figures]
        yield from self._joined([whole], 0, ())

    def _joined(
        self,
        stretches: Sequence[list[Figure] | list[_Part]],
        at: int,
        before: tuple[_Part, ...],
    ) -> Iterator[tuple[_Part, ...]]:
        done = sum(len(p.lines) for p in before)
        if at == len(stretches):
            if done == self._rows:
                yield before
            return
        stretch = stretches[at]
        if isinstance(stretch[0], _Part):
            options: list[tuple[_Part, ...]] = [(p,) for p in stretch if isinstance(p, _Part)]
        else:
            figures = [f for f in stretch if isinstance(f, Figure)]
            options = self._loose(figures, self._rows - done)
        for option in options:
            if sum(p.free for p in (*before, *option)) < 2:
                yield from self._joined(stretches, at + 1, (*before, *option))

    def _named_at(self, at: int) -> tuple[list[_Part], int] | None:
        """The part whose columns are named from a run on, in every way, and the run behind it."""
        groups: list[tuple[tuple[int, ...], list[Figure]]] = []
        seen: set[int] = set()
        here = at
        first = self._runs[at]
        if not first.columns:
            here += 1  # perhaps of the one column that is not named behind it
        while here < len(self._runs) and len(seen) < self._width - (not first.columns):
            run = self._runs[here]
            if not run.columns or seen & set(run.columns):
                return None
            seen |= set(run.columns)
            groups.append((run.columns, run.figures))
            here += 1
        if not first.columns:
            groups.insert(0, (tuple(set(range(self._width)) - seen), first.figures))
        rows = sum(len(f) for _, f in groups) // self._width
        if sum(len(columns) for columns, _ in groups) != self._width or len(groups) == 1:
            return None
        gathered = _gathered(groups, rows)
        parts = [
            _Part(lines) for lines in _by_columns(gathered, rows, self._width) if _sums_hold(lines)
        ]
        return (parts, here) if parts else None

    def _loose(self, figures: Sequence[Figure], rows: int) -> list[tuple[_Part, ...]]:
        """What parts figures without names make."""
        if len(figures) % self._width or len(figures) // self._width > rows:
            return []
        rows = len(figures) // self._width
        ways: list[dict[Key, tuple[_Part, ...]]] = [{} for _ in range(rows + 1)]
        ways[0][()] = ()
        for start in range(rows):
            parts = self._parts(figures, start, rows) if ways[start] else []
            for before in ways[start].values():
                for part in parts if len(before) < _MOST_PARTS else ():
                    longer = (*before, part)
                    if sum(p.free for p in longer) > 1:
                        continue
                    known = ways[start + len(part.lines)]
                    key = (*_key([x for p in longer for x in p.lines]), *(p.free for p in longer))
                    if key not in known:
                        known[key] = longer
                    if len(known) > _MOST:
                        self.stopped = True
                        return []
        return list(ways[rows].values())

    def _parts(self, figures: Sequence[Figure], start: int, rows: int) -> list[_Part]:
        """Parts of any size that begin at a row, each once."""
        width = self._width
        found: dict[Key, _Part] = {}
        across: list[Line] | None = []
        for size in range(1, rows - start + 1):
            part = figures[start * width : (start + size) * width]
            last = tuple(part[-width:])
            across = [*across, last] if across is not None and _sum_holds(last) else None
            if across is not None:
                free = not (self._ordered or self._by_rows)
                found.setdefault((*_key(across), free), _Part(tuple(across), free))
            for rows_of in _layouts(size, width, self._ordered) if size > 1 else ():
                if all(_adds_up(part, places) for places in rows_of):
                    lines = tuple(tuple(part[i] for i in places) for places in rows_of)
                    free = not self._ordered
                    found.setdefault((*_key(lines), free), _Part(lines, free))
        return list(found.values())


@cache
def _layouts(size: int, width: int, ordered: bool) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """The places of each row's figures in a part that is not left row by row.

    Columns stand in groups side by side, each group left down its columns or across its rows. In
    a text that goes from the left to the right the groups do, too; beside that order come those in
    which the tall heads of the first column and of the last one draw their columns in front or
    behind. Elsewhere each column stands by itself, and only the place of the sum is asked.
    """
    first, last = 0, width - 1
    if not ordered:
        orders = [(*(c for c in range(width) if c != total), total) for total in range(width)]
    else:
        orders = [
            (last, *range(last - 1), last - 1),
            (first, *range(2, width), 1),
        ]
    found = [tuple(tuple(c * size + r for c in order) for r in range(size)) for order in orders]
    for groups in _groups(0, width) if ordered else ():
        columns = [(g, c) for g in groups for c in range(g[0], g[1])]
        if len(groups) > 1 or groups[0][2]:
            found.append(
                tuple(tuple(_place(g, c, r, size) for g, c in columns) for r in range(size))
            )
    return tuple(dict.fromkeys(found))


def _place(group: tuple[int, int, bool], column: int, row: int, size: int) -> int:
    """The place of a cell whose columns' group begins behind the groups left of it."""
    start, end, down = group
    inside = column - start
    return start * size + (inside * size + row if down else row * (end - start) + inside)


def _groups(start: int, width: int) -> list[tuple[tuple[int, int, bool], ...]]:
    """Every way to part columns into groups side by side, each read down or across."""
    if start == width:
        return [()]
    return [
        ((start, end, down), *rest)
        for end in range(start + 1, width + 1)
        for rest in _groups(end, width)
        for down in ((True, False) if end - start > 1 else (True,))
    ]


def _adds_up(figures: Sequence[Figure], places: Sequence[int]) -> bool:
    return sum(figures[i].value or 0 for i in places[:-1]) == (figures[places[-1]].value or 0)


def _gathered(
    groups: Sequence[tuple[tuple[int, ...], list[Figure]]], rows: int
) -> list[tuple[tuple[int, ...], list[Figure], list[Figure]]]:
    """Groups of columns: their numbers, the figures of the first row, the others.

    Where each name has the first figure of its column behind it, the others follow the last name.
    """
    found: list[tuple[tuple[int, ...], list[Figure], list[Figure]]] = []
    single: list[tuple[tuple[int, ...], list[Figure]]] = []
    for columns, figures in groups:
        if rows > 1 and len(columns) == 1 and len(figures) == 1:
            single.append((columns, figures))
            continue
        if single and len(columns) == 1:
            numbers = (*(c for own, _ in single for c in own), *columns)
            first = [*(f for _, own in single for f in own), figures[0]]
            found.append((numbers, first, figures[1:]))
            single = []
        else:
            found.append((columns, [], figures))
    return found if not single else []


def _by_columns(
    groups: Sequence[tuple[tuple[int, ...], list[Figure], list[Figure]]], rows: int, width: int
) -> Iterator[Lines]:
    """The rows, each group of columns read down or across."""
    tables: list[list[list[Figure | None]]] = [[[None] * width for _ in range(rows)]]
    for columns, first, figures in groups:
        left = rows - bool(first)
        if len(figures) != left * len(columns) or not rows:
            return
        ways = []
        for down in (True, False) if len(columns) > 1 and left > 1 else (True,):
            body = [
                [figures[i * left + r if down else r * len(columns) + i] for r in range(left)]
                for i in range(len(columns))
            ]
            ways.append([[*first[i : i + 1], *body[i]] for i in range(len(columns))])
        tables = [_with(table, columns, way) for table in tables for way in ways]
    for table in tables:
        lines = tuple(tuple(f for f in row if f is not None) for row in table)
        if all(len(line) == width for line in lines):
            yield lines


def _with(
    table: Sequence[Sequence[Figure | None]], columns: Sequence[int], way: Sequence[list[Figure]]
) -> list[list[Figure | None]]:
    filled = [list(row) for row in table]
    for column, figures in zip(columns, way, strict=True):
        for row, figure in zip(filled, figures, strict=True):
            row[column] = figure
    return filled


def _key(lines: Sequence[Line]) -> Key:
    """What tells one reading of figures from another."""
    return tuple(-1 if f.value is None else f.value for line in lines for f in line)


def _sums_hold(lines: Sequence[Line]) -> bool:
    return all(map(_sum_holds, lines))


def _sum_holds(line: Sequence[Figure]) -> bool:
    """Whether the last figure of a row is the sum of the others."""
    return sum(f.value or 0 for f in line[:-1]) == (line[-1].value or 0)
