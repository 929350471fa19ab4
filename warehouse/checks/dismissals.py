"""Marking findings that a reviewer dismissed, and writing down what became of every entry."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from warehouse.checks.outcome import EntryOutcome, report_of
from warehouse.checks.review import Entry
from warehouse.dimensions import insert
from warehouse.schema import load
from warehouse.schema.ddl import fill

Con = duckdb.DuckDBPyConnection

_NARROWED = {
    "table": "table_name = ?",
    "item": "item = ?",
    "column": "column_name = ?",
    "expected": "expected = ?",
    "actual": "actual = ?",
}


def apply(con: Con, entries: Iterable[Entry]) -> list[EntryOutcome]:
    """Dismisses the findings that entries name, and no others.

    Adds the reports whose number of findings may have changed to table ``affected``.

    Args:
        con: the build, with all its findings.
        entries: the dismissals; where two name one finding, the earlier gives the reason.

    Returns:
        What became of each entry.
    """
    con.execute(
        "INSERT INTO affected SELECT report_id, province, year FROM build.finding"
        " WHERE dismissed IS NOT NULL"
    )
    con.execute("UPDATE build.finding SET dismissed = NULL WHERE dismissed IS NOT NULL")
    return [_dismiss(con, entry) for entry in entries]


def _dismiss(con: Con, entry: Entry) -> EntryOutcome:
    report_id = report_of(con, entry)
    if isinstance(report_id, EntryOutcome):
        return report_id
    narrowed = {name: c for name, c in _NARROWED.items() if entry.said.get(name) is not None}
    condition = " AND ".join(
        ["year = ?", "province = ?", "report_id = ?", "rule = ?", *narrowed.values()]
    )
    values = [entry.year, entry.province, report_id, entry.said["rule"]]
    values += [entry.said[name] for name in narrowed]
    words = f"{entry.said['reason']} ({entry.said['reviewer']}, {entry.said['date']})"
    done = con.execute(
        fill(
            "UPDATE build.finding SET dismissed = coalesce(dismissed, ?) WHERE $condition",
            condition=condition,
        ),
        [words, *values],
    ).fetchone()
    matches = int(done[0]) if done else 0
    con.execute("INSERT INTO affected VALUES (?, ?, ?)", [report_id, entry.province, entry.year])
    return EntryOutcome(entry, "applied" if matches else "no_match", report_id, matches)


def write_review(con: Con, outcomes: Iterable[EntryOutcome]) -> None:
    """Fills table ``review``, which is empty."""
    insert(con, load().tables["review"], (_row(outcome) for outcome in outcomes))


def _row(outcome: EntryOutcome) -> list[object]:
    entry = outcome.entry
    said = {
        "kind": entry.kind,
        "file": entry.file,
        "entry": entry.number,
        "report_id": outcome.report_id,
        "rule": entry.text("rule"),
        "table_name": entry.text("table"),
        "item": entry.text("item"),
        "column_name": entry.text("column"),
        "printed": entry.number_of("printed"),
        "corrected": entry.number_of("corrected"),
        "reason": entry.text("reason"),
        "source": entry.text("source"),
        "reviewer": entry.text("reviewer"),
        "reviewed_on": entry.said["date"],
        "status": outcome.status,
        "matches": outcome.matches,
    }
    return [said[column.name] for column in load().tables["review"].columns]
