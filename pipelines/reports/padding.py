"""Which empty cells of a row are blank figures, and which only pad it.

For tables without geometry. Extractors leave empty cells where a label spanned several columns,
and behind the last one; organs leave figures blank. In a row that prints every figure nothing is
blank, so such rows show where the figures of a table begin; the head shows it too. Where neither
does and both readings are possible, the row says nothing for sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.documents.model import Cell
from pipelines.reports.rows import Row
from pipelines.reports.values import is_value_like


@dataclass
class Padding:
    """What the rows below one head show.

    Attributes:
        wanted: how many figures a row has.
        starts: by the number of cells of a row the places where the figures begin.
        around: by the place of the last label the numbers of empty cells before and behind the
            figures.
        head: how many cells the head has, 0 where its rows differ.
        over: a row has figures over more places than ``wanted``: the head lost columns.
    """

    wanted: int
    starts: dict[int, set[int]] = field(default_factory=dict)
    around: dict[int, set[tuple[int, int]]] = field(default_factory=dict)
    head: int = 0
    over: bool = False

    def learn(self, row: Row) -> None:
        """Takes in a row, if it prints every figure side by side."""
        if row.geometric:
            return
        label = _last_label(row)
        printed = [i for i, c in enumerate(row.cells) if c.text and i > label]
        self.over |= bool(printed) and printed[-1] - printed[0] >= self.wanted
        if len(printed) != self.wanted:
            return
        first, last = printed[0], printed[-1]
        if last - first == self.wanted - 1:
            width = len(row.cells)
            self.starts.setdefault(width, set()).add(first)
            self.around.setdefault(label, set()).add((first - label - 1, width - last - 1))

    def figures(self, row: Row, label: int) -> list[Cell] | None:
        """The cells of a row that are figures, printed or blank.

        Args:
            row: the row, of a table without geometry.
            label: the place of its last label.

        Returns:
            The cells behind the label without those that pad it, perhaps not as many as wanted;
            None when it cannot be told which are blank.
        """
        behind = row.cells[label + 1 :]
        printed = [c for c in behind if c.text]
        if not printed or len(printed) == self.wanted:
            return printed or behind[: self.wanted]
        starts = self.starts.get(len(row.cells), set())
        if len(starts) == 1:
            start = next(iter(starts))
            inside = row.cells[start : start + self.wanted]
            if start > label and len([c for c in inside if c.text]) == len(printed):
                return inside
        around = self.around.get(label, set())
        if len(around) == 1:
            before, after = next(iter(around))
            kept = _without(behind, before, after, self.wanted)
            return kept if len(kept) <= self.wanted else None
        pads = any(before for known in self.around.values() for before, _ in known)
        width = len(row.cells)
        strange = (pads and width not in self.starts) or self.wanted < width < self.head
        if strange and len(behind) == self.wanted > len(printed) and not behind[0].text:
            return None  # a blank figure, or the label's padding before a row that lost a cell
        return self._by_one_side(behind)

    def _by_one_side(self, behind: list[Cell]) -> list[Cell] | None:
        """The figures when all that pads the row can only stand on one side of them."""
        more = len(behind) - self.wanted
        if more <= 0:
            return behind
        before = _empty(behind)
        after = _empty(behind[::-1])
        if before and after:
            return None
        return behind[min(before, more) :] if before else behind[: len(behind) - min(after, more)]


def _last_label(row: Row) -> int:
    """The place of the last cell that is no figure, -1 for none."""
    return max((i for i, c in enumerate(row.cells) if not is_value_like(c.text)), default=-1)


def _empty(cells: Sequence[Cell]) -> int:
    """How many cells at the beginning are empty."""
    return next((i for i, c in enumerate(cells) if c.text), len(cells))


def _without(cells: list[Cell], before: int, after: int, wanted: int) -> list[Cell]:
    """Cells without the padding of rows like theirs, as far as it is there."""
    kept = cells[min(before, _empty(cells)) :]
    behind = min(after, _empty(kept[::-1]), max(0, len(kept) - wanted))
    return kept[: len(kept) - behind]
