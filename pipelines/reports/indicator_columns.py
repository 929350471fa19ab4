"""Which cell of a row of the statistics table holds its figure: the columns that its head names.

A head may print two tables side by side, other years, shares, sums of offices and remarks beside
the figure. Where neither the head nor the row leaves exactly one cell, none is taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from pipelines.documents.model import Cell
from pipelines.reports.labels import core
from pipelines.reports.values import is_value_like
from warehouse.facts.forms.statistics import column_words
from warehouse.facts.numerals import digits_to_year


@dataclass
class Columns:
    """The columns of one table.

    Attributes:
        texts: per grid column what the rows of the head print over it.
        width: cells or grid columns of the head.
    """

    texts: dict[int, list[str]] = field(default_factory=dict)
    width: int = 0

    def add(self, cells: Sequence[Cell]) -> None:
        """Takes in one row of the head."""
        for cell in cells:
            for place in range(cell.column, cell.column + cell.colspan):
                self.texts.setdefault(place, []).append(cell.text)
        self.width = max([self.width, *(c.column + c.colspan for c in cells)])

    @property
    def halves(self) -> list[range]:
        """The grid columns of each table that stands side by side in this one."""
        labels = [p for p in sorted(self.texts) if self._role(p) == "label"]
        starts = [p for p in labels if p - 1 not in labels]
        ends = [*starts[1:], self.width]
        return [range(a, b) for a, b in zip(starts, ends, strict=False)]

    def fits(self, cells: Sequence[Cell], *, geometric: bool) -> bool:
        """Whether the cells of a row stand under the head."""
        ends = max((c.column + c.colspan for c in cells), default=0)
        return bool(self.texts) and (ends <= self.width if geometric else len(cells) == self.width)

    def years(self) -> set[int]:
        """The years that columns are headed with."""
        return {y for p in self.texts if (y := self._year(p)) is not None}

    def figure(self, half: range, year: int | None) -> int | None:
        """The grid column of the figures; None when the head does not leave exactly one."""
        dated = {p: y for p in half if (y := self._year(p)) is not None}
        if dated:
            own = [p for p, y in dated.items() if y == year or len(set(dated.values())) == 1]
            return own[0] if len(own) == 1 else None
        ranked = sorted((r, p) for p in half if (r := self._rank(p)) is not None)
        if ranked:
            best = [p for r, p in ranked if r == ranked[0][0]]
            return best[0] if len(best) == 1 else None
        free = [p for p in half if self._role(p) is None]
        return free[0] if len(free) == 1 else None

    def _role(self, place: int) -> str | None:
        """``label``, ``unit``, ``value`` or ``other`` by the lowest text that says so."""
        words = column_words()
        for text in reversed(self.texts.get(place, [])):
            for role in ("label", "unit", "value"):
                if core(text) in words[role]:
                    return role
            if core(text).endswith(tuple(words["sums"])):
                return "value"
            if not text or _other().search(core(text)):
                return "other"
        return None

    def _rank(self, place: int) -> int | None:
        values: list[str] = column_words()["value"]
        for text in reversed(self.texts.get(place, [])):
            if core(text) in values:
                return values.index(core(text))
            if core(text).endswith(tuple(column_words()["sums"])):
                return len(values)
        return None

    def _year(self, place: int) -> int | None:
        found = (_year().fullmatch(core(t)) for t in self.texts.get(place, []))
        return next((digits_to_year(m[1]) for m in found if m is not None), None)


@cache
def _other() -> re.Pattern[str]:
    return re.compile(column_words()["other"])


@cache
def _year() -> re.Pattern[str]:
    return re.compile(column_words()["year"])


def is_head(cells: Sequence[Cell]) -> bool:
    """Whether a row names the column of the labels and another one."""
    words = column_words()
    roles = [core(c.text) for c in cells if c.text]
    named = [r for r in roles if r in words["label"]]
    rest = [r for r in roles if r in words["unit"] or r in words["value"] or _year().fullmatch(r)]
    return bool(named) and bool(rest) and not any(is_value_like(c.text) for c in cells if c.text)
