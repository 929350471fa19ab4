"""Tables that a page edge cut: columns brought together, repeated heads dropped, cut rows joined.

What belongs together is told by the cells' places and by the words of the forms' labels: a piece
of a label that is no label by itself continues the one above.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from pipelines.documents.model import Cell
from pipelines.documents.pdf_tables import Grid
from warehouse.facts.files import load_yaml
from warehouse.facts.forms import Label, forms

_SIDE = 9.0  # points by which the sides of two pieces may differ
_LEAST_SAME = 5  # borders that two pieces share when a side differs
_BORDER = 4.5  # points by which one border may differ between pages
_VALUE = re.compile(
    r"[\s0-9０-９,，.．+＋\-－—–/／%]*[0-9０-９/／—－\-–][\s0-9０-９,，.．+＋\-－—–/／%]*"
)


def fits(upper: Grid, lower: Grid) -> bool:
    """Whether a grid at the head of a page may go on with the one at the end of the page before."""
    if lower.page != upper.last_page + 1 or not (upper.geometric and lower.geometric):
        return False
    if upper.loose or lower.loose:
        if not (upper.loose and lower.headless and len(upper.xs) == len(lower.xs)):
            return False
        return all(abs(a - b) <= _BORDER for a, b in zip(upper.xs, lower.xs, strict=True))
    left = abs(upper.xs[0] - lower.xs[0]) <= _SIDE
    right = abs(upper.xs[-1] - lower.xs[-1]) <= _SIDE
    if left and right:
        return True
    # An open style loses its outer column where one cell fills the page: most borders tell.
    same = sum(any(abs(x - u) <= _BORDER for u in upper.xs) for x in lower.xs)
    return (left or right) and same >= max(_LEAST_SAME, 0.8 * len(lower.xs))


def stitch(upper: Grid, lower: Grid) -> Grid:
    """One grid of two that fit; cells keep their pages and boxes."""
    upper_cells, lower_cells, xs = _align(upper, lower)
    dropped = _repeated_head(upper_cells, lower_cells, lower.height)
    lower_cells = [c for c in lower_cells if c.row >= dropped]
    for cell in lower_cells:
        cell.row -= dropped
    height = lower.height - dropped
    pairs = _pairs(upper_cells, lower_cells, upper.height)
    cut = (
        len(pairs) > 0 and height > 0 and _is_cut_row(pairs, upper_cells, lower_cells, upper.height)
    )
    shift = upper.height - int(cut)
    for cell in lower_cells:
        cell.row += shift
    halves = {id(b) for _, b in _halves(pairs)} if not cut else set()
    joined = [(a, b) for a, b in pairs if cut or id(b) in halves or _is_one(a, b)]
    for a, b in joined:
        a.text = "\n".join(t for t in (a.text, b.text) if t)
        a.doubt = a.doubt or b.doubt
        a.rowspan = b.row + b.rowspan - a.row
    gone = {id(b) for _, b in joined}
    cells = upper_cells + [c for c in lower_cells if id(c) not in gone]
    grid = Grid(upper.page, lower.last_page, lower.box, xs, shift + height, cells)
    grid.loose, grid.headless = upper.loose, upper.headless
    return grid


def _align(upper: Grid, lower: Grid) -> tuple[list[Cell], list[Cell], list[float]]:
    """The cells of both on common columns."""
    taken: set[int] = set()
    extra = []
    for x in lower.xs:
        near = min(range(len(upper.xs)), key=lambda i: abs(upper.xs[i] - x))
        outer = x in (lower.xs[0], lower.xs[-1])
        if near in taken or abs(upper.xs[near] - x) > (_SIDE if outer else _BORDER):
            extra.append(x)
        else:
            taken.add(near)
    xs = sorted([*upper.xs, *extra])
    for grid in (upper, lower):
        new = [min(range(len(xs)), key=lambda i: abs(xs[i] - x)) for x in grid.xs]
        for cell in grid.cells:
            start, end = new[cell.column], new[cell.column + cell.colspan]
            cell.column, cell.colspan = start, max(1, end - start)
    return upper.cells, lower.cells, xs


def _row(cells: Iterable[Cell], row: int) -> list[tuple[int, int, str]]:
    return sorted((c.column, c.colspan, re.sub(r"\s", "", c.text)) for c in cells if c.row == row)


def _repeated_head(upper: list[Cell], lower: list[Cell], height: int) -> int:
    """How many rows at the top of the lower piece print the head of the table again."""
    row = 0
    while row < height:
        below, above = _row(lower, row), _row(upper, row)
        texts = [t for *_, t in below]
        if [(c, t) for c, _, t in below] != [(c, t) for c, _, t in above]:
            break
        if not any(texts) or any(is_value(t) for t in texts if t):
            break
        row += 1
    # A span that reaches out of the head belongs to the rows below it.
    while row and any(c.row < row < c.row + c.rowspan for c in lower):
        row -= 1
    return row


def is_value(text: str) -> bool:
    """Whether a text is a figure or a stroke for none."""
    return _VALUE.fullmatch(text) is not None


def _pairs(upper: list[Cell], lower: list[Cell], height: int) -> list[tuple[Cell, Cell]]:
    """Cells of the last and the first row that stand in the same columns."""
    above = {(c.column, c.colspan): c for c in upper if c.row + c.rowspan == height}
    return [
        (a, b) for b in lower if b.row == 0 and (a := above.get((b.column, b.colspan))) is not None
    ]


def _is_cut_row(
    pairs: list[tuple[Cell, Cell]], upper: list[Cell], lower: list[Cell], height: int
) -> bool:
    """Whether the first row of the lower piece is the rest of the last row of the upper one."""
    first = [c for c in lower if c.row == 0]
    own = [c for c in upper if c.row + c.rowspan == height]
    if not pairs or len(pairs) != len(first) or len(pairs) != len(own):
        return False
    if not any(c.text for c in first):
        return True
    single = [(a, b) for a, b in pairs if a.rowspan == 1 or b.rowspan == 1]
    if any(_is_two(a.text, b.text) for a, b in single):
        return False
    words = [(a.text, b.text) for a, b in single if b.text and not is_value(b.text)]
    if words:
        return all(_continues(a, b) for a, b in words)
    # Only figures: they belong to the label above when that has none of its own.
    return not any(is_value(a.text) for a, _ in single if a.text) and any(
        a.text for a, b in single if not b.text
    )


def _is_two(above: str, below: str) -> bool:
    """Whether texts above each other are a figure and something else; no label's number and it."""
    if not above or not below or not (is_value(above) or is_value(below)):
        return False
    return is_value(below) or core(above + below) not in _known()


def _continues(above: str, below: str) -> bool:
    """Whether a text goes on with the one above it."""
    if not above:
        return not begins(below) and core(below) not in _known()
    if core(above + below) in _known():
        return True
    return not begins(below) and core(below) not in _known() and core(above) not in _known()


def _is_one(a: Cell, b: Cell) -> bool:
    """Whether two cells are one that spans the page edge, outside a cut row."""
    if a.rowspan == 1 and b.rowspan == 1:
        return False
    if is_value(a.text) or is_value(b.text):
        return False
    if not a.text or not b.text:
        return True
    return core(a.text + b.text) in _known() and core(b.text) not in _known()


def _halves(pairs: list[tuple[Cell, Cell]]) -> list[tuple[Cell, Cell]]:
    """The cells of a head that a page edge cut, when one label tells that it did.

    A label is cut when neither half of it is a label; short ones end above the edge.
    """
    words = [(a, b) for a, b in pairs if a.text and not is_value(a.text) and not is_value(b.text)]
    known = _known()
    whole = [(a, b) for a, b in words if b.text and core(a.text + b.text) in known]
    if not any(core(a.text) not in known and core(b.text) not in known for a, b in whole):
        return []
    return whole + [(a, b) for a, b in words if not b.text]


def begins(text: str) -> bool:
    """Whether a text begins with the number of a row."""
    return _numbering().match(re.sub(r"\s", "", text)) is not None


@cache
def _numbering() -> re.Pattern[str]:
    return re.compile(load_yaml("labels.yaml")["numbering"])


def core(text: str) -> str:
    """A label without numbering, spaces and punctuation."""
    plain = re.sub(r"\s", "", text)
    while (found := _numbering().match(plain)) and found.end() < len(plain):
        plain = plain[found.end() :]
    return re.sub(r"\W", "", plain)


@cache
def _known() -> frozenset[str]:
    """The cores of all labels of the forms."""
    labels: list[Label] = []
    for form in forms():
        labels += [*form.request.rows, *form.request.columns, *form.request.groups]
        labels += [x for b in form.proactive for x in (*b.rows, *b.columns)]
        labels += [*form.legal_challenge.channels, *form.legal_challenge.results]
    words = {core(w) for x in labels for w in (x.label, *x.also)}
    return frozenset(words | {core(w) for w in load_yaml("labels.yaml")["proactive_head"]})


@cache
def _sections() -> frozenset[str]:
    known = load_yaml("sections.yaml")["sections"].values()
    return frozenset(core(w) for s in known for w in (s["label"], *s["also"]))


def is_section(text: str) -> bool:
    """Whether a line is nothing but the heading of a part."""
    return len(text) < 60 and core(text) in _sections()
