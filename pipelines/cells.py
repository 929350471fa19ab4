"""The figures of a report as one flat table of cells, and how two of them differ.

From a parsed report or from the rows of the lake, so that readings of different times compare.
Deciding what a difference means is ``filing``'s and ``versions``'.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from warehouse.rows import Row

Cell = tuple[str, str, str]
"""Table, item, column."""
Cells = dict[Cell, float | int | None]

_KEYS = {"request": "item", "legal_challenge": "channel"}
_NO_FIGURES = frozenset({"report_id", "year", "province"})


def report_cells(report: Mapping[str, Any]) -> Cells:
    """The cells of a parsed report (``gongkai parse --json``)."""
    cells: Cells = {}
    for table in ("proactive", *_KEYS):
        for item, row in report[table].items():
            cells |= {(table, item, column): _plain(v) for column, v in row.items()}
    for indicator in report["indicators"]:
        cells["indicators", indicator["code"], "value"] = _plain(indicator["value"])
    return cells


def lake_cells(tables: Mapping[str, Iterable[Row]]) -> dict[str, Cells]:
    """The cells of every report in rows of the lake, by ``report_id``."""
    found: dict[str, Cells] = {}
    for report_id, cell, value in _lake_cells(tables):
        found.setdefault(report_id, {})[cell] = _plain(value)
    return found


def _lake_cells(tables: Mapping[str, Iterable[Row]]) -> Iterator[tuple[str, Cell, Any]]:
    for row in tables.get("proactive", ()):
        cell = ("proactive", str(row["item"]), str(row["measure"]))
        yield str(row["report_id"]), cell, row["value"]
    for row in tables.get("indicator", ()):
        yield str(row["report_id"]), ("indicators", str(row["code"]), "value"), row["value"]
    for table, key in _KEYS.items():
        for row in tables.get(table, ()):
            for column in row.keys() - {key} - _NO_FIGURES:
                yield str(row["report_id"]), (table, str(row[key]), column), row[column]


def _plain(value: Any) -> float | int | None:
    """A number as JSON prints it shortest: the lake gives whole amounts as fractions."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    number: float | int | None = value
    return number


def changes(old: Cells, new: Cells) -> list[dict[str, object]]:
    """The cells that differ, in a fixed order; a cell that is not there is null."""
    return [
        {"table": c[0], "item": c[1], "column": c[2], "old": old.get(c), "new": new.get(c)}
        for c in sorted(old.keys() | new.keys())
        if old.get(c) != new.get(c)
    ]
