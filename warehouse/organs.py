"""Tables ``organ``, ``organ_name`` and ``organ_predecessor``, brought up to date at publish.

They say what all reports of an organ say together, so a changed partition changes the rows of its
own organs only: these are made anew, the others stay.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from warehouse.facts import organs
from warehouse.lake import Key
from warehouse.schema import load
from warehouse.schema.ddl import create_table, fill, partitions, select_list
from warehouse.sql import FOLDER, read

Con = duckdb.DuckDBPyConnection

_READ = (
    "report_id, organ_id, organ, place_id, organ_line, organ_zone, organ_rule, sector, level, kind,"
    " province, city, county, region_code, year"
)
"""What the tables are made of."""

_OF_REPORTS = "organ_name", "organ"
"""The two made organ by organ, in this order."""


def fill_anew(con: Con) -> None:
    """Fills the three tables from all reports.

    Args:
        con: the build as its default database ``build``, table ``report`` filled.
    """
    for name in (*_OF_REPORTS, "organ_predecessor"):
        con.execute(create_table(load().tables[name]))
    for name in _OF_REPORTS:
        _insert(con, name)
    _fill_predecessors(con)


def refill(con: Con, changed: Collection[Key]) -> None:
    """Makes the rows of those organs anew whose reports in changed partitions are others.

    Args:
        con: the build as its default database ``build``, a copy of the file attached as
            ``before`` with the changed partitions replaced.
        changed: partitions with new rows.
    """
    if not changed or not _find_other(con, changed):
        return
    con.execute(
        fill(
            "CREATE TEMP TABLE report AS SELECT $columns FROM build.report"
            " WHERE organ_id IN (SELECT organ_id FROM other_organ)",
            columns=_READ,
        )
    )
    for name in _OF_REPORTS:
        con.execute(
            fill(
                "DELETE FROM build.$name WHERE organ_id IN (SELECT organ_id FROM other_organ)",
                name=name,
            )
        )
        _insert(con, name)
    con.execute("DROP TABLE temp.report")
    con.execute("DELETE FROM build.organ_predecessor")
    _fill_predecessors(con)


def _find_other(con: Con, changed: Collection[Key]) -> bool:
    """Makes table ``other_organ``: organs whose rows may be others than before."""
    now, before = (
        fill(
            "SELECT $columns FROM $database.report WHERE organ_id IS NOT NULL AND $at",
            columns=_READ,
            database=database,
            at=partitions(changed),
        )
        for database in ("build", "before")
    )
    con.execute(
        fill(
            "CREATE OR REPLACE TEMP TABLE other_organ AS SELECT DISTINCT organ_id FROM"
            " ((($now) EXCEPT ($before)) UNION ALL (($before) EXCEPT ($now)))",
            now=now,
            before=before,
        )
    )
    return bool(con.execute("SELECT 1 FROM other_organ LIMIT 1").fetchone())


def _insert(con: Con, name: str) -> None:
    """Adds the rows made of ``report``: in a refill a temporary table with the other organs' only.

    Names are looked up in ``build.organ_name``, whose rows of these organs are made first.
    """
    con.execute(
        fill(
            "INSERT INTO build.$name ($columns) $select",
            name=name,
            columns=select_list(load().tables[name].columns),
            select=read(FOLDER / "dimensions" / f"{name}.sql").select,
        )
    )


def _fill_predecessors(con: Con) -> None:
    """From all organs: who went into whom is told by pairs, and there are few organs."""
    con.execute(
        "CREATE TEMP TABLE line_predecessor"
        " (line VARCHAR, predecessor VARCHAR, since SMALLINT, relation VARCHAR)"
    )
    lines = [
        [line.id, name, since, relation]
        for line in organs.load().lines.values()
        for name, since, relation in line.predecessors
    ]
    if lines:
        con.execute(
            "INSERT INTO line_predecessor SELECT unnest(?), unnest(?), unnest(?), unnest(?)",
            [list(values) for values in zip(*lines, strict=True)],
        )
    _insert(con, "organ_predecessor")
    con.execute("DROP TABLE line_predecessor")
