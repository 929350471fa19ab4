"""A build in memory with a few rows, and the checks run over it, for the tests of the checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import duckdb

from tests.warehouse.made import SHANDONG
from warehouse import checks, dimensions
from warehouse.schema import ddl, load

ATTACHED = Path("attached already")
TODAY = dt.date(2026, 11, 22)
Tables = Mapping[str, Sequence[Mapping[str, object]]]


def empty_build() -> duckdb.DuckDBPyConnection:
    """A connection with all tables, empty, in a database ``build``, and the text's beside it."""
    con = duckdb.connect()
    con.execute("ATTACH ':memory:' AS build")
    con.execute("ATTACH ':memory:' AS words")
    con.execute("USE words")
    con.execute(ddl.create_table(load().tables["paragraph"]))
    con.execute("USE build")
    for table in load().of_file("figures"):
        con.execute(ddl.create_table(table))
    dimensions.fill_statutory_day(con)
    return con


def insert(con: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """Inserts rows by name; without a province they are Shandong's, their year is their id's."""
    for name, rows in tables.items():
        place = "words" if name == "paragraph" else "build"
        for row in rows:
            whole = {"province": SHANDONG, **row}
            if "year" not in whole:
                whole["year"] = int(str(whole["report_id"]).rpartition("-")[2])
            marks = ", ".join("?" for _ in whole)
            con.execute(
                f"INSERT INTO {place}.{name} ({', '.join(whole)}) VALUES ({marks})",
                list(whole.values()),
            )
    con.execute("""
        INSERT INTO build.partition SELECT DISTINCT province, year, 'v', 0, NULL FROM build.report
        ANTI JOIN build.partition USING (province, year)
    """)


def report(organ_id: str, year: int, **more: object) -> dict[str, object]:
    """A row of table report with the id ``<organ>-<year>``."""
    return {
        "report_id": f"{organ_id}-{year}",
        "organ_id": organ_id,
        "organ": f"机关{organ_id}",
        "kind": "department",
        "level": "county",
        "status": "complete",
        "sha256": f"{organ_id}{year}",
        "findings": 0,
        **more,
    }


def run(
    con: duckdb.DuckDBPyConnection,
    changed: Collection[tuple[str, int]] | None = None,
    review: checks.Review | None = None,
    has_before: bool = False,
) -> list[tuple[object, ...]]:
    """Runs everything; the findings across reports as (rule, report, item, column, was, is)."""
    con.execute(ddl.create_table(load().tables["review"]))
    work = checks.Work(review or checks.Review(), TODAY, ATTACHED, ATTACHED if has_before else None)
    checks.run_all(con, work, changed)
    return con.execute("""
        SELECT rule, report_id, item, column_name, expected, actual FROM build.finding
        WHERE scope IS NOT NULL ORDER BY ALL
    """).fetchall()


def judge(tables: Tables, rule: str) -> list[tuple[object, ...]]:
    """The findings of one rule on these rows, without the rule's name."""
    with empty_build() as con:
        insert(con, tables)
        return [row[1:] for row in run(con) if row[0] == rule]
