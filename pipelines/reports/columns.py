"""The head of a table and the cells of its rows: which cell stands under which column.

By geometry where the head and the row line up; by order where they do not and the row prints as
many cells as the head has columns. Anything else is left to the caller as not bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.documents.model import Cell
from pipelines.reports.labels import LabelIndex, core
from pipelines.reports.model import Finding
from pipelines.reports.rows import Row, is_remark, is_subtotal, labels
from pipelines.reports.values import is_value_like

_OVER = "request_organisations"
OWN_SUM = "own_sum"
"""The key of a column of an organ's own in a table without geometry: nobody's figures."""


@dataclass
class Head:
    """The columns that a table's head prints.

    Attributes:
        columns: their keys, in printed order.
        places: grid column to key, for tables with geometry.
        assumed: no head was printed.
        broken: its rows do not lie above each other as they should; its columns stand in the
            form's order and bind by order.
        loose: its columns stand in another order than the form's, over several rows; only cells
            that stand exactly under them can be bound.
        gap: a place between its columns has no cell; which column was lost cannot be told, so
            nothing can be bound.
        sums: grid columns of sums that an organ added, such as one over the organisations.
        remarks: grid columns of remarks, shares and other years that an organ added.
        before: the head that stood before, while this one is being read.
    """

    columns: list[str] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)
    assumed: bool = False
    broken: bool = False
    loose: bool = False
    gap: bool = False
    sums: set[int] = field(default_factory=set)
    remarks: set[int] = field(default_factory=set)
    before: Head | None = None
    _above: set[int] = field(default_factory=set)
    _cells: list[Cell] = field(default_factory=list)
    _slot: int | None = None
    _flat: dict[str, int] = field(default_factory=dict)
    _widths: set[int] = field(default_factory=set)

    def add_row(self, row: Row, index: LabelIndex, order: Sequence[str]) -> None:
        """Adds one row of the head.

        Args:
            row: the row.
            index: the labels of the columns.
            order: all keys in the form's order, for heads that print them over several rows.
        """
        found = [(cell, key) for cell in row.cells if (key := index.find(cell.text)) is not None]
        if row.geometric:
            self._place(row, found, order)
        else:
            found = [
                (cell, key)
                for cell in row.cells
                if (key := index.find(cell.text) or (OWN_SUM if is_subtotal(cell.text) else None))
            ]
            self._order(row, found, order)
            self._flat |= {key: row.cells.index(cell) for cell, key in found}
            self._widths |= {len(row.cells)} if found else set()
        if self.before is not None and set(self.columns) >= set(self.before.columns):
            self.before = None

    def _place(self, row: Row, found: list[tuple[Cell, str]], order: Sequence[str]) -> None:
        """Adds a row of a table with geometry.

        In a whole head each column of a lower row lies under a cell of the row above. Where one
        does not, a cell above was lost or does not span what it should: what stands right of it
        is displaced, and nothing shows by how much.
        """
        several = bool(self._above)
        own = {id(cell): key for cell, key in found}
        for cell in row.cells:
            if is_remark(cell.text):
                self.remarks.update(range(cell.column, cell.column + cell.colspan))
                own.pop(id(cell), None)
            if self._is_sum(cell, own.get(id(cell)), order[-1]):
                self.sums.update(range(cell.column, cell.column + cell.colspan))
                own.pop(id(cell), None)
        for cell, key in ((c, k) for c, k in found if id(c) in own):
            places = range(cell.column, cell.column + cell.colspan)
            self.broken |= several and not self._above.issuperset(places)
            self.places |= dict.fromkeys(places, key)
        self._cells += row.cells
        self._above = {p for c in row.cells for p in range(c.column, c.column + c.colspan)}
        self.columns = list(dict.fromkeys(self.places[p] for p in sorted(self.places)))
        between = range(min(self.places, default=0), max(self.places, default=0))
        self.gap = not (self._above | self.sums).issuperset(between)
        in_order = sorted(self.columns, key=order.index)
        if self.broken:
            self.columns, self.assumed = in_order, True
        self.loose = several and self.columns != in_order

    def fill_unread(self, order: Sequence[str]) -> None:
        """Takes the one column whose head cannot be read, as under a seal, by its place.

        Only where all others are read and stand as in the form, and beside them, where the form
        has the one that lacks, no cell over exactly one column has a readable text. The first
        column must be where a wider head over it and the others begins.

        Args:
            order: all keys in the form's order.
        """
        lacking = [key for key in order if key not in self.columns]
        if len(lacking) != 1 or self.broken or self.loose or self.gap or not self.places:
            return
        at = order.index(lacking[0])
        if at == len(order) - 1 or self.columns != [k for k in order if k != lacking[0]]:
            return
        behind = min(p for p, k in self.places.items() if k == order[at + 1])
        place = behind - 1
        if at and place - 1 != max(p for p, k in self.places.items() if k == order[at - 1]):
            return
        if not at and not any(
            c.column == place and c.colspan > 1 and c.text and not c.doubt for c in self._cells
        ):
            return
        over = [c for c in self._cells if c.column == place and c.colspan == 1]
        if place in self.sums or not over or any(c.text.strip() and not c.doubt for c in over):
            return
        self.places[place] = lacking[0]
        self.columns, self.assumed = list(order), True

    def _is_sum(self, cell: Cell, key: str | None, total: str) -> bool:
        """Whether a cell heads a sum of an organ's own, which the form does not have."""
        if key is None:
            return is_subtotal(cell.text)
        first = next((p for p, k in self.places.items() if k == total), cell.column)
        return key == total and first != cell.column

    def _order(self, row: Row, found: list[tuple[Cell, str]], order: Sequence[str]) -> None:
        """Adds a row of a table without geometry.

        The row with the head over the organisations shows where the next one's columns belong.
        Without it they belong where the form has them, if the columns known so far stand as there.
        """
        keys = [key for _, key in found]
        known = self.columns
        if self._slot is not None and keys and not set(keys) & set(known):
            self.columns = [*known[: self._slot], *keys, *known[self._slot :]]
            self._slot = None
            return
        self.columns = _merge(known, keys, order)
        upper = known if len(known) < len(keys) else keys
        in_order = upper == sorted(upper, key=lambda key: _rank(order, key))
        self.loose = bool(known and set(keys) - set(known)) and not in_order
        over = _organisations(row)
        if over is not None and 2 * len(keys) > len(order):
            # Two rows of the head may have run together.
            self.loose |= keys != sorted(keys, key=lambda key: _rank(order, key))
        elif over is not None and keys and not known:
            self._slot = sum(row.cells.index(cell) < over for cell, _ in found)

    @property
    def flat(self) -> tuple[int, int] | None:
        """Cells of a row and the place of the first column, of a table without geometry.

        None unless all rows of the head are equally long and the columns stand side by side.
        """
        places = sorted(self._flat.values())
        if len(self._widths) != 1 or len(places) != len(self.columns) or not places:
            return None
        if [self._flat[k] for k in self.columns] != [*range(places[0], places[-1] + 1)]:
            return None
        return next(iter(self._widths)), places[0]

    @property
    def width(self) -> int:
        """Cells of a row of a head without geometry; 0 where its rows differ."""
        return next(iter(self._widths)) if len(self._widths) == 1 else 0

    def place_of(self, cell: Cell) -> str | None:
        """The one column a cell stands under, None for none or several."""
        if cell.colspan == 1:
            return self.places.get(cell.column)
        under = range(cell.column, cell.column + cell.colspan)
        keys = {self.places[p] for p in under if p in self.places}
        return keys.pop() if len(keys) == 1 else None

    def best(self) -> Head:
        """This head, or the one before it when this is a poorer repetition."""
        return self.before if self.before and self.before.columns and not self.columns else self


def subtotal_finding(words: str, table: str) -> Finding:
    """A row of a sum that an organ added, which is nobody's item.

    Args:
        words: its label.
        table: the table it stands in.
    """
    message = f"a row with numbers is none of the form's: {words[:80]}"
    return Finding("subtotal_row", "info", message, table=table)


def _organisations(row: Row) -> int | None:
    """The place in the row of the head over the organisations."""
    words, index = labels().heads["organisations"], labels().head_words
    places = (
        i
        for i, c in enumerate(row.cells)
        if any(w in core(c.text) for w in words) or index.find(c.text) == _OVER
    )
    return next(places, None)


def _rank(order: Sequence[str], key: str) -> float:
    """Where the form has a column; an organ's own sum stands before the total."""
    return order.index(key) if key in order else len(order) - 1.5


def _merge(known: list[str], new: list[str], order: Sequence[str]) -> list[str]:
    """Joins the keys of two rows of a head whose columns do not line up.

    Keys of one row keep their order when that row has most of them; the others go where the form
    has them.
    """
    longer, shorter = (new, known) if len(new) >= len(known) else (known, new)
    merged = list(dict.fromkeys(longer))
    for key in shorter:
        if key not in merged:
            rank = _rank(order, key)
            at = next((i for i, k in enumerate(merged) if _rank(order, k) > rank), len(merged))
            merged.insert(at, key)
    return merged


def bind_cells(
    head: Head, row: Row, values: list[Cell], columns: Sequence[str]
) -> dict[str, tuple[Cell, str]] | None:
    """Assigns the cells of one row to columns.

    Args:
        head: the head above it.
        row: the row.
        values: its cells behind the last label.
        columns: the keys to bind, in printed order.

    Returns:
        Per key its cell and how it was bound, or None when the row does not fit the head.
    """
    if row.geometric and head.gap and not head.broken:
        return None
    if row.geometric and head.places and not head.broken:
        bound = _by_place(head, row, values)
        if len(bound) == len(set(columns)):
            taken = {id(cell) for cell, _ in bound.values()}
            if head.sums:
                taken |= {id(c) for c in values if c.column in head.sums and is_value_like(c.text)}
            if head.remarks:
                taken |= {id(c) for c in values if c.column in head.remarks}
            if taken.issuperset([id(c) for c in values if c.text]):
                return bound
    if head.loose:
        return None
    return _by_order(values, columns, row.geometric)


def _by_place(head: Head, row: Row, values: list[Cell]) -> dict[str, tuple[Cell, str]]:
    """The cells under each column; one behind the labels counts even if it holds no number."""
    places = head.places
    before = len(row.cells) - len(values)
    bound: dict[str, tuple[Cell, str]] = {}
    for i, cell in enumerate(row.cells):
        key = places.get(cell.column) if cell.colspan == 1 else head.place_of(cell)
        if key is None or (i < before and not is_value_like(cell.text)):
            continue
        if key not in bound:
            bound[key] = (cell, "place")
        elif cell.text:
            if bound[key][0].text:
                return {}  # two printed cells under one column
            bound[key] = (cell, "place")
    return bound


def unpadded(cells: Sequence[Cell], wanted: int, geometric: bool) -> list[Cell]:
    """The cells of a row without those that only pad it, when ``wanted`` are expected.

    Extractors pad rows with empty cells behind the last column and for wide label cells. With
    geometry an empty cell is the cell of some column: only where all numbers are printed, without
    a gap, are the empty cells around them padding.
    """
    found = list(cells)
    printed = [i for i, c in enumerate(found) if c.text]
    if len(printed) == wanted and not (geometric and printed[-1] - printed[0] >= wanted):
        return [found[i] for i in printed]
    while not geometric and len(found) > wanted and not found[-1].text:
        found.pop()
    while not geometric and len(found) > wanted and not found[0].text:
        found.pop(0)
    return found


def _by_order(
    values: list[Cell], columns: Sequence[str], geometric: bool
) -> dict[str, tuple[Cell, str]] | None:
    cells = unpadded(values, len(columns), geometric)
    if len(cells) != len(columns) or not all(is_value_like(c.text) for c in cells if c.text):
        return None
    return {key: (cell, "order") for key, cell in zip(columns, cells, strict=True)}
