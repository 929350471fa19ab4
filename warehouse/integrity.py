"""Proofs that published data hold together: uniqueness across partitions, and the last check.

There are no primary keys in the published files (they cost size and time), so uniqueness is
proven here: ``clashes`` before a partition is taken, ``check`` on the finished file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb

from warehouse.errors import IntegrityError
from warehouse.lake import Key, PartitionManifest
from warehouse.published import attach
from warehouse.schema.ddl import file_pattern, fill, partitions
from warehouse.sql import integrity_checks


def check(con: duckdb.DuckDBPyConnection, changed: Collection[Key] | None = None) -> None:
    """Runs every check of ``sql/integrity`` on the figures in the connection's default database.

    Args:
        con: the finished file as its default database.
        changed: partitions with new rows, when the others passed the checks before; None: all.

    Raises:
        IntegrityError: a check returned rows; the message names the check and the first of them.
    """
    touched = "true"
    if changed is not None:
        at = partitions(changed) if changed else "false"
        touched = fill("report_id IN (SELECT report_id FROM report WHERE $at)", at=at)
    for file in integrity_checks():
        rows = con.execute(fill(file.select, touched=touched)).fetchmany(5)
        if rows:
            shown = "; ".join(" ".join(str(value) for value in row) for row in rows)
            raise IntegrityError(f"{file.header['check']}: not so: {file.header['en']}: {shown}")


def clashes(
    incoming: Mapping[Key, PartitionManifest], figures: Path | None, standing: Collection[Key]
) -> dict[Key, str]:
    """Which incoming partitions would make a report_id stand twice.

    Args:
        incoming: partitions about to be taken from the lake; their files are whole.
        figures: the published figures, None when there are none.
        standing: partitions of ``figures`` that stay as they are.

    Returns:
        A reason by partition, naming a report and the place where it stands as well. Of two
        incoming partitions that clash, the later one (by year, then province) is named.

    Raises:
        duckdb.Error: a partition file cannot be read.
    """
    with duckdb.connect() as con:
        con.execute("CREATE TABLE place (report_id VARCHAR, province VARCHAR, year INTEGER)")
        _load_incoming(con, incoming)
        found = _clashes_within(con)
        if figures is not None and incoming and standing:
            attach(con, figures, "present")
            for key, reason in _clashes_with_standing(con, incoming, standing):
                found.setdefault(key, reason)
        return found


def _load_incoming(
    con: duckdb.DuckDBPyConnection, incoming: Mapping[Key, PartitionManifest]
) -> None:
    files = [
        file_pattern(manifest.path("report"))
        for manifest in incoming.values()
        if "report" in manifest.tables
    ]
    if files:
        con.execute(
            fill(
                "INSERT INTO place SELECT report_id, province, year"
                " FROM read_parquet([$files], hive_partitioning = false)",
                files=", ".join(files),
            )
        )


def _clashes_within(con: duckdb.DuckDBPyConnection) -> dict[Key, str]:
    rows = con.execute("""
        WITH numbered AS (
            SELECT *, row_number() OVER same AS place_number,
                first_value(province || ' ' || year) OVER same AS first_place
            FROM place SEMI JOIN (
                SELECT report_id FROM place GROUP BY report_id HAVING count(*) > 1
            ) USING (report_id)
            WINDOW same AS (PARTITION BY report_id ORDER BY year, province)
        )
        SELECT province, year, min(report_id), arg_min(first_place, report_id)
        FROM numbered WHERE place_number > 1 GROUP BY province, year
    """).fetchall()
    return {(row[0], row[1]): _reason(row[2], row[3]) for row in rows}


def _clashes_with_standing(
    con: duckdb.DuckDBPyConnection, incoming: Collection[Key], standing: Collection[Key]
) -> list[tuple[Key, str]]:
    # A report that stood in what gives way stands nowhere else: that was proven when it came in.
    con.execute(
        fill(
            "CREATE TABLE fresh AS FROM place"
            " ANTI JOIN (SELECT report_id FROM present.report WHERE $gone) USING (report_id)",
            gone=partitions(incoming),
        )
    )
    found = con.execute(
        "SELECT 1 FROM present.report SEMI JOIN fresh USING (report_id) LIMIT 1"
    ).fetchone()
    if not found:
        return []
    rows = con.execute(
        """
        WITH clash AS MATERIALIZED (
            SELECT fresh.province, fresh.year, report_id,
                r.province AS other_province, r.year AS other_year
            FROM present.report AS r JOIN fresh USING (report_id)
        )
        SELECT province, year, min(report_id),
            arg_min(other_province || ' ' || other_year, report_id)
        FROM clash
        SEMI JOIN (SELECT unnest($provinces) AS other_province, unnest($years) AS other_year)
        USING (other_province, other_year)
        GROUP BY province, year
        """,
        {"provinces": [key[0] for key in standing], "years": [key[1] for key in standing]},
    ).fetchall()
    return [((row[0], row[1]), _reason(row[2], row[3])) for row in rows]


def _reason(report_id: str, place: str) -> str:
    return f"report_id {report_id} stands in {place} as well"
