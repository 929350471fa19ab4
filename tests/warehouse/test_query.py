"""Queries: read-only, fresh, with errors that help; and how results are printed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.made import SHANDONG, bring_up, home_at, put_reports
from warehouse import output, query
from warehouse.home import Home
from warehouse.output import csv_text, json_text
from warehouse.query import QueryError, Result


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = home_at(tmp_path_factory.mktemp("query"))
    put_reports(home, SHANDONG, 2021, 3)
    bring_up(home)
    return home


def test_text_is_attached(home: Home) -> None:
    sql = "SELECT s.text FROM report JOIN text.section AS s USING (report_id) ORDER BY 1 LIMIT 1"
    assert query.run(home, sql).rows == [("山东省-2021-0\n第二段",)]


def test_result_has_names_and_types(home: Home) -> None:
    result = query.run(home, "SELECT year, organ, fetched_at FROM report LIMIT 1")
    assert result.columns == ("year", "organ", "fetched_at")
    assert result.types == ("SMALLINT", "VARCHAR", "TIMESTAMP")


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE mine (i INTEGER)",
        "DELETE FROM report",
        "UPDATE meta SET kind = 'real'",
        "DROP VIEW coverage",
        "INSERT INTO text.section SELECT * FROM text.section",
    ],
)
def test_nothing_can_be_written(home: Home, sql: str) -> None:
    before = home.figures.read_bytes(), home.text.read_bytes()
    with pytest.raises(QueryError, match="read-only"):
        query.run(home, sql)
    assert before == (home.figures.read_bytes(), home.text.read_bytes())


@pytest.mark.parametrize(
    ("sql", "nearest"),
    [
        ("SELECT * FROM reprot", "report"),
        ("SELECT * FROM Requests", "request"),
        ("SELECT * FROM text.sections", "text.section"),
        ("SELECT provnce FROM report", "province"),
        ("SELECT r.organid FROM report AS r", "organ_id"),
        ("SELECT * FROM report WHERE yaer = 2021", "year"),
        ("SELECT * FROM covrage", "coverage"),
    ],
)
def test_a_mistake_is_answered_with_the_nearest_name(home: Home, sql: str, nearest: str) -> None:
    with pytest.raises(QueryError) as error:
        query.run(home, sql)
    last = str(error.value).splitlines()[-1]
    near = [line for line in str(error.value).splitlines() if line.startswith("Nearest: ")]
    assert near, last
    assert nearest in near[0].removeprefix("Nearest: ").split(", ")


def test_a_home_without_published_files_says_so(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="nothing has been published"):
        query.run(Home(tmp_path), "SELECT 1")


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.figures.write_bytes(b"x" * 5000)
    with pytest.raises(QueryError, match=r"gongkai\.duckdb"):
        query.run(home, "SELECT 1")


def test_parquet_is_written_whole(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "out.parquet"
    query.save_parquet(home, "SELECT report_id, year FROM report", target)
    rows = duckdb.execute("SELECT count(*) FROM read_parquet(?)", [str(target)]).fetchall()
    assert rows == [(3,)]
    with pytest.raises(QueryError):
        query.save_parquet(home, "SELECT nothing FROM report", tmp_path / "none.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]


ANSWER = Result(
    ("机关", "n", "day", "names", "share"),
    ("VARCHAR", "BIGINT", "DATE", "VARCHAR[]", "DECIMAL(3,1)"),
    [
        ("卫生健康局", 12, dt.date(2022, 1, 31), ["a", "乙"], Decimal("1.5")),
        ('x, "y"\nz', None, None, None, Decimal("2.0")),
    ],
)


def test_json_is_an_array_of_objects() -> None:
    assert json.loads(output.as_json(ANSWER)) == [
        {"机关": "卫生健康局", "n": 12, "day": "2022-01-31", "names": ["a", "乙"], "share": 1.5},
        {"机关": 'x, "y"\nz', "n": None, "day": None, "names": None, "share": 2},
    ]
    assert output.as_json(Result(("a",), ("BIGINT",), [])) == "[]\n"
    assert json.loads(output.as_json(Result(("a",), ("DOUBLE",), [(float("nan"),)]))) == [
        {"a": None}
    ]


def test_csv_reads_back() -> None:
    rows = list(csv.reader(io.StringIO(output.as_csv(ANSWER))))
    assert rows == [
        ["机关", "n", "day", "names", "share"],
        ["卫生健康局", "12", "2022-01-31", '["a", "乙"]', "1.5"],
        ['x, "y"\nz', "", "", "", "2"],
    ]


def test_table_is_aligned_by_terminal_columns() -> None:
    lines = output.as_table(ANSWER).splitlines()
    assert lines == [
        "机关         n  day         names        share",
        "----------  --  ----------  -----------  -----",
        '卫生健康局  12  2022-01-31  ["a", "乙"]    1.5',
        'x, "y"⏎z                                     2',
    ]


def test_long_text_is_cut_to_a_width() -> None:
    body = output.as_table(Result(("t",), ("VARCHAR",), [("长" * 100,)])).splitlines()[-1]
    assert body.endswith("…")
    assert output.width(body) <= output.WIDEST


@pytest.mark.parametrize(
    "sql",
    [
        "FROM read_csv('{file}')",
        "FROM '{file}'",
        "FROM read_text('{file}')",
        "COPY (SELECT 1) TO '{file}'",
        "ATTACH '{file}' AS mine",
        "FROM glob('{folder}/*')",
        "SET enable_external_access = true",
        "LOAD '{file}'",
    ],
)
def test_sql_opens_no_other_file(home: Home, tmp_path: Path, sql: str) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("secret\n1\n")
    with pytest.raises(QueryError, match=r"disabled|locked"):
        query.run(home, sql.format(file=file, folder=tmp_path))
    assert file.read_text() == "secret\n1\n"


def test_parquet_takes_one_statement_that_returns_rows(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "out.parquet"
    for sql in ("SELECT 1; SELECT 2", "CREATE TEMP TABLE t AS SELECT 1", ""):
        with pytest.raises(QueryError, match="one statement"):
            query.save_parquet(home, sql, target)
    query.save_parquet(home, "SELECT 1 AS n -- one; really", target)
    assert duckdb.execute("SELECT n FROM read_parquet(?)", [str(target)]).fetchall() == [(1,)]


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_long_answer_comes_in_pieces_that_make_one_text(home: Home, form: str) -> None:
    number = 2 * query.BATCH + 7
    with query.stream(home, f"SELECT range AS n FROM range({number})") as answer:
        pieces = list(output.FORMATS[form](answer))
    assert len(pieces) >= 3
    assert max(map(len, pieces)) < len("".join(pieces)) * 0.6
    text = "".join(pieces)
    if form == "json":
        assert [row["n"] for row in json.loads(text)] == list(range(number))
    else:
        assert [int(line) for line in text.splitlines()[-number:]] == list(range(number))


def test_an_error_in_the_middle_of_an_answer_is_a_query_error(home: Home) -> None:
    sql = "SELECT CASE WHEN range = 60000 THEN error('late') ELSE range END FROM range(70000)"
    with pytest.raises(QueryError, match="late"):
        query.run(home, sql)


def test_columns_of_one_name_are_told_apart_in_json(home: Home) -> None:
    with query.stream(home, "SELECT 1 AS a, 2 AS a, true AS b, 3 AS a") as answer:
        assert json.loads("".join(json_text(answer))) == [{"a": 1, "a_1": 2, "b": True, "a_2": 3}]
    with query.stream(home, "SELECT 1 AS a, 2 AS a, true AS b") as answer:
        assert "".join(csv_text(answer)) == "a,a,b\n1,2,true\n"


def test_a_statement_that_says_nothing_is_an_error(home: Home) -> None:
    with pytest.raises(QueryError, match="no statement"):
        query.run(home, " ;\n")
