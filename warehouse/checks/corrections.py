"""Applying reviewed corrections of single cells: both values stay, and a finding says so.

A correction names what is printed; when the document says something else by now, it is not
applied and a finding tells. What is in the lake is never touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import duckdb

from warehouse.checks.outcome import EntryOutcome, report_of, reports_of
from warehouse.checks.review import FIGURES, Entry
from warehouse.lake import Key
from warehouse.schema.ddl import fill, identifier

Con = duckdb.DuckDBPyConnection

_MARKS = {"corrected": "applied", "correction_refused": "changed"}


@dataclass(frozen=True)
class _Cell:
    """Where a figure stands: its table, its value column, and the condition for its row."""

    table: str
    value: str
    condition: str
    keys: list[object]


def _cell(entry: Entry, report_id: str) -> _Cell:
    name, item, column = (entry.text(part) for part in ("table", "item", "column"))
    table = FIGURES[str(name)]
    keys: list[object] = [entry.year, entry.province, report_id, item]
    row = {"request": "item", "proactive": "item", "legal_challenge": "channel"}.get(table, "code")
    condition = f"year = ? AND province = ? AND report_id = ? AND {row} = ?"
    if table == "proactive":
        return _Cell(table, "value", f"{condition} AND measure = ?", [*keys, column])
    return _Cell(table, "value" if table == "indicator" else str(column), condition, keys)


def correct(con: Con, entries: Iterable[Entry], fresh: Collection[Key]) -> None:
    """Applies corrections to the partitions whose rows are as the lake has them.

    Args:
        con: the build, before anything was made of its partition tables.
        entries: the corrections.
        fresh: these partitions; in others the corrections were applied before.
    """
    for entry in entries:
        if entry.key in fresh:
            found = reports_of(con, entry)
            if len(found) == 1:
                _correct(con, entry, found[0])


def _correct(con: Con, entry: Entry, report_id: str) -> None:
    cell = _cell(entry, report_id)
    row = con.execute(
        fill(
            "SELECT $value::DOUBLE FROM build.$table WHERE $condition",
            value=identifier(cell.value),
            table=cell.table,
            condition=cell.condition,
        ),
        cell.keys,
    ).fetchone()
    if row is None:
        return
    if not _is_printed(con, entry, report_id, row[0]):
        words = f"a reviewed correction expects {entry.said['printed']!r} here; not applied"
        _note(con, entry, report_id, "correction_refused", "warning", row[0], words)
        return
    con.execute(
        fill(
            "UPDATE build.$table SET $value = ? WHERE $condition",
            value=identifier(cell.value),
            table=cell.table,
            condition=cell.condition,
        ),
        [entry.said["corrected"], *cell.keys],
    )
    _mark(con, entry, report_id)
    words = (
        f"corrected on review: {entry.said['reason']} (source: {entry.said['source']};"
        f" {entry.said['reviewer']}, {entry.said['date']})"
    )
    _note(con, entry, report_id, "corrected", "info", row[0], words)


def outcomes(con: Con, entries: Iterable[Entry]) -> list[EntryOutcome]:
    """What became of each correction, by the finding that it left."""
    return [_outcome(con, entry) for entry in entries]


def _place(entry: Entry, report_id: str) -> list[object]:
    names = (entry.text(part) for part in ("table", "item", "column"))
    return [entry.year, entry.province, report_id, *names]


_AT = (
    "year = ? AND province = ? AND report_id = ?"
    " AND table_name = ? AND item = ? AND column_name = ?"
)


def _outcome(con: Con, entry: Entry) -> EntryOutcome:
    report_id = report_of(con, entry)
    if isinstance(report_id, EntryOutcome):
        return report_id
    row = con.execute(
        fill(
            "SELECT rule FROM build.finding WHERE scope = 'review' AND expected = ? AND $at", at=_AT
        ),
        [entry.said["corrected"], *_place(entry, report_id)],
    ).fetchone()
    status = _MARKS[row[0]] if row else "no_match"
    return EntryOutcome(entry, status, report_id, int(status == "applied"))


def _is_printed(con: Con, entry: Entry, report_id: str, value: float | None) -> bool:
    """Whether the document still says what the entry says it does."""
    printed = entry.said["printed"]
    if not isinstance(printed, str):
        return value is None if printed is None else value == printed
    raw = con.execute(
        fill("SELECT raw FROM build.cell WHERE $at", at=_AT), _place(entry, report_id)
    ).fetchone()
    return raw is not None and raw[0] == printed


def _mark(con: Con, entry: Entry, report_id: str) -> None:
    """Marks the cell as corrected; what is printed there stays in ``raw``."""
    place = _place(entry, report_id)
    done = con.execute(
        fill("UPDATE build.cell SET meaning = 'corrected' WHERE $at", at=_AT), place
    ).fetchone()
    if not done or not done[0]:
        con.execute(
            "INSERT INTO build.cell (year, province, report_id, table_name, item, column_name,"
            " meaning, raw) VALUES (?, ?, ?, ?, ?, ?, 'corrected', ?)",
            [*place, entry.text("printed")],
        )


def _note(
    con: Con,
    entry: Entry,
    report_id: str,
    rule: str,
    severity: str,
    printed: float | None,
    words: str,
) -> None:
    con.execute(
        "INSERT INTO build.finding (year, province, report_id, table_name, item, column_name,"
        " rule, severity, expected, actual, message, scope)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'review')",
        [
            *_place(entry, report_id),
            rule,
            severity,
            entry.said["corrected"],
            printed,
            words,
        ],
    )
