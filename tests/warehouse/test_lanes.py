"""Statements side by side: all are done, or the failure of one ends the others."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import pytest

from warehouse import lanes

FOREVER = "SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b"


@pytest.fixture
def con(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(f"ATTACH '{tmp_path / 'build.duckdb'}' AS build")
    con.execute("USE build")
    return con


def test_each_job_has_the_database_and_its_own_temporary_tables(
    con: duckdb.DuckDBPyConnection,
) -> None:
    def job(number: int) -> lanes.Job:
        def fill(con: duckdb.DuckDBPyConnection) -> None:
            con.execute(f"CREATE TEMP TABLE mine AS FROM range({number})")
            con.execute(f"CREATE TABLE t{number} AS SELECT count(*) AS n FROM mine")

        return fill

    threads = con.execute("SELECT current_setting('threads')").fetchall()
    lanes.run(con, [job(number) for number in range(9)])
    for number in range(9):
        assert con.execute(f"FROM build.t{number}").fetchall() == [(number,)]
    assert con.execute("SELECT current_setting('threads')").fetchall() == threads


def test_the_failure_of_one_ends_the_others_and_is_told(con: duckdb.DuckDBPyConnection) -> None:
    started = []

    def forever(con: duckdb.DuckDBPyConnection) -> None:
        started.append(time.monotonic())
        con.execute(FOREVER)

    def fail(con: duckdb.DuckDBPyConnection) -> None:
        while not started:
            time.sleep(0.01)
        con.execute("FROM no_such_table")

    with pytest.raises(duckdb.CatalogException, match="no_such_table"):
        lanes.run(con, [forever, fail, *[forever] * 20])
    assert len(started) <= lanes.MOST
    assert con.execute("SELECT 1").fetchall() == [(1,)]
