"""Labels of the forms that the recogniser misread, set right by the labels around them.

What stands between two labels that are surely read is known when the form has as many labels
between them as the table has; a misread one must still look like the one it is taken for, or be
illegible. Figures are never touched, and a label that was read is never changed into another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise

from pipelines.documents.model import Cell
from pipelines.documents.pdf_stitch import core, is_value
from pipelines.documents.pdf_tables import Grid
from pipelines.documents.scan_cells import UNREAD
from warehouse.facts.forms import Label, forms

_SURE, _SURE_LONG = 0.8, 0.65  # likeness of a label that is surely read; of a long one
_LONG = 6  # characters
_LIKE = 0.3  # of one that its place has to tell
_ALONE = 0.55  # of one at an end of its run, which no label beyond vouches for
_LEGIBLE = 0.75  # mean score; what was read with less says nothing against a label
_ANCHORS = 0.4  # of a run's labels are surely read
_ALIKE, _MOST = 0.5, 0.6  # likeness; share of a run that is as long as the form's
_LONGEST = 80  # characters; longer texts are no labels
_MOST_LABELS = 200  # of one table's rows


@dataclass(frozen=True)
class _Name:
    """A label of a form.

    Attributes:
        label: as the form prints it.
        cores: it and its variants without numbering and punctuation.
    """

    label: str
    cores: tuple[str, ...]

    def likeness(self, text: str) -> float:
        """From 0 to 1, how much a core looks like this label."""
        return max(SequenceMatcher(None, text, c, autojunk=False).ratio() for c in self.cores)


Ladder = tuple[_Name, ...]
"""Labels that follow each other in a form."""


def mend_labels(grid: Grid, scores: Mapping[int, float]) -> int:
    """Sets misread labels right.

    Args:
        grid: a table of one page; texts of its cells are changed.
        scores: how surely a cell was read, by its identity.

    Returns:
        How many labels were changed.
    """
    first = _first_figures(grid)
    labels = [_last_before(grid, row, first) for row in range(grid.height)]
    rows = [c for c in labels if c is not None][:_MOST_LABELS]
    changed = _mend(rows, _rows(), scores)
    named = {id(c) for c in rows}
    groups = [c for c in grid.cells if c.column < first and c.text and id(c) not in named]
    changed += _mend(sorted(groups, key=lambda c: c.row), _groups(), scores)
    for heads in _head_runs([c for c in grid.cells if id(c) not in named], first, grid.height):
        changed += _mend(heads, _heads(), scores)
    return changed


def _head_runs(cells: Iterable[Cell], first: int, height: int) -> Iterator[list[Cell]]:
    """The cells over the columns, of each head of a table, from left to right.

    Args:
        cells: of the table, labels of its rows left out.
        first: the first column with figures.
        height: the table's rows.
    """
    lines: list[list[Cell]] = [[] for _ in range(height)]
    for cell in cells:
        if cell.text and cell.column >= first:
            lines[cell.row].append(cell)
    run: list[Cell] = []
    for row in range(height + 1):
        line = lines[row] if row < height else []
        if len(line) > 1 and not any(is_value(c.text) for c in line):
            run += line
        elif run:
            lowest = [c for c in run if c.row + c.rowspan >= row]
            yield sorted(lowest, key=lambda c: c.column)
            run = []


def _first_figures(grid: Grid) -> int:
    """The first column that ends with a figure."""
    for column in range(len(grid.xs) - 1):
        texts = [c.text for c in grid.cells if c.column == column and c.text]
        if texts and (is_value(texts[-1]) or texts[-1] == UNREAD):
            return column
    return 0


def _last_before(grid: Grid, row: int, column: int) -> Cell | None:
    """The last cell that begins in a row before a column, if it holds words."""
    cells = [c for c in grid.cells if c.row == row and c.column < column]
    last = max(cells, key=lambda c: c.column, default=None)
    return last if last is not None and last.text and not is_value(last.text) else None


def _mend(cells: Sequence[Cell], ladders: Iterable[Ladder], scores: Mapping[int, float]) -> int:
    """Sets a run of labels right by the ladder that fits it best."""
    texts = [core(c.text) for c in cells]
    if not texts or all(t in _known() or len(t) > _LONGEST for t in texts):
        return 0
    best: tuple[float, dict[int, int], Ladder] | None = None
    for ladder in ladders:
        likeness = [[n.likeness(t) if len(t) <= _LONGEST else 0.0 for n in ladder] for t in texts]
        pairs = _aligned(likeness)
        sure = {
            i: j
            for i, j in pairs.items()
            if likeness[i][j] >= (_SURE_LONG if len(texts[i]) >= _LONG else _SURE)
        }
        if _is_whole(likeness):
            sure |= {-1: -1, len(texts): len(ladder)}
        elif len(sure) < max(2, _ANCHORS * len(pairs)):
            continue
        total = sum(likeness[i][j] for i, j in pairs.items())
        if best is None or total > best[0]:
            best = (total, _vouched(cells, likeness, sure, scores), ladder)
    if best is None:
        return 0
    _, places, ladder = best
    wrong = [i for i in places if 0 <= i < len(texts) and texts[i] not in _known()]
    for i in wrong:
        cells[i].text, cells[i].doubt = ladder[places[i]].label, None
    return len(wrong)


def _aligned(likeness: Sequence[Sequence[float]]) -> dict[int, int]:
    """Pairs of texts and labels, in order in both, that look most alike."""
    rows, columns = len(likeness), len(likeness[0])
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            alike = likeness[i][j]
            pair = alike + best[i + 1][j + 1] if alike >= _LIKE else 0.0
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    pairs = {}
    i = j = 0
    while i < rows and j < columns:
        alike = likeness[i][j]
        if alike >= _LIKE and best[i][j] == alike + best[i + 1][j + 1]:
            pairs[i] = j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _is_whole(likeness: Sequence[Sequence[float]]) -> bool:
    """Whether texts are as many as the form's labels and most look like the one in their place."""
    count = len(likeness)
    if len(likeness[0]) != count:
        return False
    return sum(likeness[i][i] >= _ALIKE for i in range(count)) >= _MOST * count


def _vouched(
    cells: Sequence[Cell],
    likeness: Sequence[Sequence[float]],
    sure: Mapping[int, int],
    scores: Mapping[int, float],
) -> dict[int, int]:
    """The labels of texts that stand in a gap of as many labels, and look like them."""
    found = dict(sure)
    last = len(likeness[0]) - 1
    ends = sorted(sure.items())
    for (i, j), (after, beyond) in pairwise(ends):
        if after - i == beyond - j:
            for step in range(1, after - i):
                alike = likeness[i + step][j + step]
                if alike >= _LIKE or scores.get(id(cells[i + step]), 1.0) < _LEGIBLE:
                    found[i + step] = j + step
    for steps, (i, j) in ((range(-1, -len(cells), -1), ends[0]), (range(1, len(cells)), ends[-1])):
        for step in steps:
            if not (0 <= i + step < len(cells) and 0 <= j + step <= last):
                break
            if likeness[i + step][j + step] < _ALONE:
                break
            found[i + step] = j + step
    return found


def _ladder(labels: Iterable[Label]) -> Ladder:
    return tuple(_Name(x.label, tuple(core(w) for w in (x.label, *x.also))) for x in labels)


@cache
def _rows() -> tuple[Ladder, ...]:
    """What follows each other downwards."""
    found = []
    for form in forms():
        found.append(_ladder(form.request.rows))
        blocks: list[_Name] = []
        for block in form.proactive:
            blocks += [_Name(block.article, (core(block.article),)), *_ladder(block.rows)]
        found.append(tuple(blocks))
    return tuple(dict.fromkeys(found))


@cache
def _groups() -> tuple[Ladder, ...]:
    """What stands beside several rows, downwards."""
    return tuple(dict.fromkeys(_ladder(form.request.groups) for form in forms()))


@cache
def _heads() -> tuple[Ladder, ...]:
    """What follows each other to the right."""
    found: list[Ladder] = []
    for form in forms():
        found.append(_ladder(form.request.columns))
        results = _ladder(form.legal_challenge.results)
        found += [results * times for times in range(1, len(form.legal_challenge.channels) + 1)]
        found += [_ladder(b.columns) for b in form.proactive]
    return tuple(dict.fromkeys(found))


def _names() -> Iterator[_Name]:
    for ladder in (*_rows(), *_groups(), *_heads()):
        yield from ladder


@cache
def _known() -> frozenset[str]:
    """The cores of all labels."""
    return frozenset(c for name in _names() for c in name.cores)
