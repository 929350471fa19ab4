"""Places through their renames: which divisions are one place under several names and codes.

A county that became a district, a district that got another name, a county that moved to another
city stays one place; a place that was merged into another ends, and the other goes on. Facts are
``divisions.csv`` and, for what it does not say, the reviewed ``succession.yaml``. Which place a
report belongs to is ``pipelines.reports.region``'s.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from warehouse.facts import divisions
from warehouse.facts.divisions import Division
from warehouse.facts.files import load_yaml

Relation = Literal["renamed", "merged"]
_Key = tuple[str, str]


@dataclass(frozen=True)
class Succession:
    """One place name giving way to another.

    Attributes:
        old: the division that ended.
        new: the division that took over, or one of several.
        year: the year of the change.
        relation: ``renamed``: one place under another name, rank or parent; ``merged``: the old
            one, or a part of it, went into another place.
        rule: how it is known: ``same_code``, ``same_name`` or ``reviewed``.
    """

    old: Division
    new: Division
    year: int
    relation: Relation
    rule: str


class Places:
    """All divisions with their successions."""

    def __init__(self, rows: list[Division], facts: dict[str, Any]) -> None:
        self._facts = facts
        self._by_code: dict[str, list[Division]] = {}
        for row in rows:
            self._by_code.setdefault(row.code, []).append(row)
        found = [s for row in rows if row.valid_to is not None for s in self._successions(row)]
        self._forward: dict[_Key, list[Succession]] = {}
        self._renamed_from: dict[_Key, Succession] = {}
        for one in found:
            self._forward.setdefault(_key(one.old), []).append(one)
            if one.relation == "renamed":
                self._renamed_from[_key(one.new)] = one
        self._rows = [self._dated(row) for row in rows]
        self._by_place: dict[str, list[Division]] = {}
        for row in self._rows:
            self._by_place.setdefault(self.place_id(row), []).append(row)
        self._index: dict[tuple[str | None, ...], list[Division]] = {}
        for row in self._rows:
            self._index.setdefault((row.province, row.city, row.county), []).append(row)

    def __iter__(self) -> Iterator[Division]:
        return iter(self._rows)

    def successions(self) -> Iterator[Succession]:
        """Every change that is known, in the order of the old codes."""
        for row in self._rows:
            yield from self._forward.get(_key(row), [])

    def place_id(self, division: Division) -> str:
        """What all names of one place share: the code of its oldest known name."""
        key, code = _key(division), division.code
        while (one := self._renamed_from.get(key)) is not None:
            key, code = _key(one.old), one.old.code
        return code

    def rows_of(self, place_id: str) -> list[Division]:
        """All names of one place."""
        return self._by_place.get(place_id, [])

    def around(self, place_id: str) -> frozenset[str]:
        """The place and every place that it lies in, or once lay in."""
        found = {place_id}
        for row in self.rows_of(place_id):
            for names in ((row.province, None), (row.province, row.city)):
                outer = self.find(*names, None)
                if outer is not None:
                    found.add(self.place_id(outer))
        return frozenset(found)

    def later(self, place_id: str) -> frozenset[str]:
        """The place and those that it, or a part of it, went into, with all they lie in."""
        found: set[str] = set()
        todo = [place_id]
        while todo:
            here = todo.pop()
            if here not in found:
                found |= {here, *self.around(here)}
                ended = (s for row in self.rows_of(here) for s in self._forward.get(_key(row), []))
                todo += [self.place_id(s.new) for s in ended]
        return frozenset(found)

    def latest(self, division: Division) -> Division:
        """The newest name of the place, following renames only."""
        here = division
        while renamed := [s for s in self._forward.get(_key(here), []) if s.relation == "renamed"]:
            here = renamed[0].new
        return here

    def find(
        self, province: str, city: str | None, county: str | None, code: str | None = None
    ) -> Division | None:
        """The division of these names, the one with ``code`` if there are several.

        A name that stands twice under one parent (before and after a change) is one place.
        """
        rows = self._index.get((province, city, county), [])
        if not rows and county is not None:
            rows = [r for r in self._rows if r.province == province and r.county == county]
            rows = rows if len({self.place_id(r) for r in rows}) == 1 else []
        return next((r for r in rows if r.code == code), rows[-1] if rows else None)

    def _successions(self, row: Division) -> Iterator[Succession]:
        year = row.valid_to or 0
        reviewed = self._facts["changes"].get(f"{row.code} {row.name}")
        if reviewed is not None:
            for code in reviewed.get("renamed", []):
                yield Succession(row, self._target(code, row), year, "renamed", "reviewed")
            for code in reviewed.get("merged", []):
                yield Succession(row, self._target(code, row), year, "merged", "reviewed")
        elif row.successor_code is not None:
            new = self._target(row.successor_code, row)
            rule = self._same(row, new)
            yield Succession(row, new, year, "renamed" if rule else "merged", rule or "successor")

    def _target(self, code: str, old: Division) -> Division:
        """The division under ``code`` after ``old``: the first name whose end is later."""
        rows = [r for r in self._by_code[code] if r.name != old.name or r.code != old.code]
        later = [r for r in rows if r.valid_to is None or r.valid_to > (old.valid_to or 0)]
        return min(later or rows, key=lambda r: r.valid_to or 9999)

    def _same(self, old: Division, new: Division) -> str | None:
        """Why two divisions are one place, by code and name alone; None when that is not sure."""
        if old.level == new.level or self._stem(old) == self._stem(new):
            if self._stem(old) == self._stem(new):
                return "same_name"
            taken = any(
                r.successor_code == new.code and self._stem(r) == self._stem(new)
                for rows in self._by_code.values()
                for r in rows
                if r is not new
            )
            if old.code == new.code and not taken:
                return "same_code"
        return None

    def _stem(self, row: Division) -> str:
        for ending in self._facts["endings"]:
            if row.name.endswith(ending) and len(row.name) > len(ending):
                return row.name[: -len(ending)]
        return row.name

    def _dated(self, row: Division) -> Division:
        """The row with the year in which its name began, where a change tells it."""
        before = self._renamed_from.get(_key(row))
        began = before.year if before else self._facts["founded"].get(row.code)
        if began is None or row.valid_from is not None:
            return row
        if row.valid_to is not None and began > row.valid_to:
            return row
        return dataclasses.replace(row, valid_from=began)


def _key(row: Division) -> _Key:
    return row.code, row.name


@cache
def load() -> Places:
    """Reads the packaged facts once."""
    return Places(list(divisions.load()), load_yaml("succession.yaml"))


@cache
def within(province: str) -> str | None:
    """The province on whose sites organs of a body that is no division publish too."""
    found = (entry for entry in load_yaml("bodies.yaml") if entry["province"] == province)
    return next((entry.get("within") for entry in found), None)


def without_code() -> Iterator[list[str | None]]:
    """Rows of table ``region`` for bodies that publish like provinces and are no divisions.

    Place, code, name, level, province, city, county, first and last year, successor.
    """
    for entry in load_yaml("bodies.yaml"):
        province, end = entry["province"], [None, None, None]
        yield [entry["place_id"], None, province, entry["level"], province, None, None, *end]
        for division in entry.get("divisions", []):
            name = division["name"]
            place = f"{entry['place_id']}:{name}"
            yield [place, None, name, "city", province, division.get("city"), None, *end]
