"""What became of a reviewed entry, and which report it means."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from warehouse.checks.review import Entry

Con = duckdb.DuckDBPyConnection


@dataclass(frozen=True)
class EntryOutcome:
    """What became of one reviewed entry.

    Attributes:
        entry: the entry.
        status: ``applied``, ``no_data``, ``no_report``, ``no_match`` or ``changed``.
        report_id: the report it means, None when there is none.
        matches: findings or cells it applied to.
    """

    entry: Entry
    status: str
    report_id: str | None = None
    matches: int = 0


def reports_of(con: Con, entry: Entry) -> list[str]:
    """The reports that an entry may mean: its report_id's, or all that print its organ."""
    rows = con.execute(
        "SELECT report_id FROM build.report WHERE province = ? AND year = ?"
        " AND (report_id = ? OR organ = ?)",
        [entry.province, entry.year, entry.report, entry.organ],
    ).fetchall()
    return [row[0] for row in rows]


def report_of(con: Con, entry: Entry) -> str | EntryOutcome:
    """The report an entry means, or why there is none.

    An organ's name that several reports of the partition print means none of them.
    """
    found = reports_of(con, entry)
    if len(found) == 1:
        return found[0]
    known = con.execute(
        "SELECT count(*) FROM build.partition WHERE province = ? AND year = ?",
        [entry.province, entry.year],
    ).fetchone()
    return EntryOutcome(entry, "no_report" if known and known[0] else "no_data")
