"""Publishing: what is in the files, what is held back, what is left alone."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.made import (
    NOW,
    SHANDONG,
    SHANGHAI,
    VERSIONS,
    bring_up,
    home_at,
    put,
    put_reports,
    report,
    rows,
)
from warehouse import lake, query
from warehouse.errors import PublishError
from warehouse.home import Home
from warehouse.schema import load


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_at(tmp_path)


def ask(home: Home, sql: str) -> list[tuple[object, ...]]:
    return query.run(home, sql).rows


def received(home: Home) -> dict[tuple[object, object], object]:
    """The number each partition's reports were made with."""
    sql = "SELECT DISTINCT province, year, natural_person FROM request"
    return {(province, year): number for province, year, number in ask(home, sql)}


def rename_version(home: Home, schema_version: int) -> None:
    """Makes the published figures say they have other tables."""
    home.figures.chmod(0o644)
    with duckdb.connect(str(home.figures)) as con:
        con.execute("UPDATE meta SET schema_version = ?", [schema_version])


def test_everything_in_the_lake_is_published_in_order(home: Home) -> None:
    for year in (2022, 2021):
        for province in (SHANDONG, SHANGHAI):
            put_reports(home, province, year, 3)
    result = bring_up(home)
    places = [(SHANDONG, 2021), (SHANGHAI, 2021), (SHANDONG, 2022), (SHANGHAI, 2022)]
    assert sorted(result.published) == sorted(places)
    assert result.held == {}
    assert result.rows[SHANDONG, 2021] == {
        "report": 3,
        "request": 6,
        "section": 3,
        "document": 3,
    }
    assert set(result.swapped) == {home.figures, home.text}
    for table in ("report", "request", "text.section"):
        order = [(row[0], row[1]) for row in ask(home, f"SELECT year, province FROM {table}")]
        assert order == sorted(order)
    assert len(ask(home, "FROM report")) == 12
    assert len(ask(home, "FROM text.section")) == 12
    assert len(ask(home, "FROM organ")) == 6
    assert len(ask(home, "FROM region")) > 3000


@pytest.mark.parametrize("rebuild", [True, False])
def test_a_changed_partition_is_replaced_and_the_rest_stays(home: Home, rebuild: bool) -> None:
    for year in (2020, 2021, 2022):
        put_reports(home, SHANDONG, year, 3)
        put_reports(home, SHANGHAI, year, 3)
    bring_up(home)
    put_reports(home, SHANDONG, 2021, 5, received=8)
    result = bring_up(home, rebuild=rebuild)
    assert result.published == ((SHANDONG, 2021),)
    assert len(result.unchanged) == 5
    numbers = received(home)
    assert numbers.pop((SHANDONG, 2021)) == 8
    assert set(numbers.values()) == {3}
    assert len(ask(home, "FROM report")) == 5 * 3 + 5
    assert ask(home, "SELECT reports, partitions FROM meta") == [(20, 6)]
    assert ask(home, "SELECT reports FROM text.meta") == [(20,)]
    counts = json.loads(str(ask(home, "SELECT counts FROM meta")[0][0]))
    for table, number in counts.items():
        assert ask(home, f'SELECT count(*) FROM "{table}"') == [(number,)]


def test_organs_of_a_replaced_partition_are_as_if_all_were_built_anew(home: Home) -> None:
    for year in (2020, 2021):
        put(home, SHANDONG, year, rows(*(report(f"{n}-{year}", n) for n in ("a", "b", "c"))))
    bring_up(home)
    others = report("a-2021", "a", organ="新名"), report("d-2021", "d"), report("b-2021", "b")
    put(home, SHANDONG, 2021, rows(*others))
    found = []
    for rebuild in (False, True):
        bring_up(home, rebuild=rebuild)
        found.append(
            [
                sorted(ask(home, f"FROM {table}"), key=str)
                for table in ("organ", "organ_name", "missing_report")
            ]
        )
    assert found[0] == found[1]
    assert ask(home, "SELECT organ_id, organ, reports FROM organ ORDER BY organ_id") == [
        ("a", "新名", 2), ("b", "机关b", 2), ("c", "机关c", 1), ("d", "机关d", 1),
    ]  # fmt: skip


def test_nothing_changed_leaves_the_files_alone(home: Home) -> None:
    put_reports(home, SHANDONG, 2021, 3)
    bring_up(home)
    before = home.figures.stat().st_ino, home.text.stat().st_ino
    result = bring_up(home)
    assert (result.published, result.swapped) == ((), ())
    assert result.unchanged == ((SHANDONG, 2021),)
    assert before == (home.figures.stat().st_ino, home.text.stat().st_ino)


def test_a_change_of_figures_alone_leaves_the_text_file_alone(home: Home) -> None:
    put_reports(home, SHANDONG, 2021, 3)
    bring_up(home)
    put_reports(home, SHANDONG, 2021, 3, received=4)
    assert bring_up(home).swapped == (home.figures,)


def test_meta_says_what_the_file_is(home: Home) -> None:
    bring_up(home)
    sql = "SELECT kind, software, parser, forms, published_at, storage_version FROM meta"
    row = ask(home, sql)
    assert row == [("demo", "0.1.0", "p1", "f1", NOW.replace(tzinfo=None), "v1.3.0")]
    bring_up(home, versions={**VERSIONS, "parser": "p2"})
    assert ask(home, "SELECT parser FROM meta") == [("p2",)]
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{str(home.figures).replace(chr(39), chr(39) * 2)}' AS f (READ_ONLY)")
        tags = con.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'f'")
        assert "v1.3.0" in str(tags.fetchone())


def test_demo_and_real_data_never_mix(home: Home) -> None:
    put_reports(home, SHANDONG, 2021, 3)
    bring_up(home)
    with pytest.raises(PublishError, match=r"demo data.*home of their own"):
        bring_up(home, demo=False)
    assert ask(home, "SELECT kind FROM meta") == [("demo",)]


def test_published_files_are_read_only_and_nothing_lies_beside_them(home: Home) -> None:
    put_reports(home, SHANDONG, 2021, 3)
    bring_up(home)
    for path in (home.figures, home.text):
        assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert sorted(path.name for path in home.root.iterdir()) == [
        "gongkai-text.duckdb",
        "gongkai.duckdb",
        "lake",
        "state",
    ]


@pytest.mark.parametrize("rebuild", [True, False])
def test_only_the_asked_partitions_change(home: Home, rebuild: bool) -> None:
    for province in (SHANDONG, SHANGHAI):
        put_reports(home, province, 2021, 3)
    bring_up(home)
    for province in (SHANDONG, SHANGHAI):
        put_reports(home, province, 2021, 3, received=7)
        put_reports(home, province, 2022, 3, received=7)
    result = bring_up(home, only={(SHANDONG, 2021), (SHANDONG, 2022)}, rebuild=rebuild)
    assert result.published == ((SHANDONG, 2021), (SHANDONG, 2022))
    assert received(home) == {(SHANDONG, 2021): 7, (SHANDONG, 2022): 7, (SHANGHAI, 2021): 3}
    assert bring_up(home).published == ((SHANGHAI, 2021), (SHANGHAI, 2022))


@pytest.mark.parametrize("rebuild", [True, False])
def test_a_corrupt_partition_file_is_held_back_and_named(home: Home, rebuild: bool) -> None:
    put_reports(home, SHANDONG, 2021, 3)
    put_reports(home, SHANGHAI, 2021, 3)
    bring_up(home)
    put_reports(home, SHANDONG, 2021, 3, received=5)
    put_reports(home, SHANGHAI, 2021, 3, received=5)
    manifest = lake.read_manifest(home, SHANDONG, 2021)
    assert manifest
    path = manifest.path("request")
    path.write_bytes(path.read_bytes()[:-20] + b"x" * 20)
    result = bring_up(home, rebuild=rebuild)
    assert result.published == ((SHANGHAI, 2021),)
    assert str(path) in result.held[SHANDONG, 2021]
    assert received(home) == {(SHANDONG, 2021): 3, (SHANGHAI, 2021): 5}
    put_reports(home, SHANDONG, 2021, 3, received=5)
    assert bring_up(home).held == {}
    assert received(home)[SHANDONG, 2021] == 5


@pytest.mark.parametrize("table", ["report", "request", "section"])
def test_a_file_that_is_no_parquet_is_held_back_whatever_its_checksum(
    home: Home, table: str
) -> None:
    put_reports(home, SHANDONG, 2021, 3)
    put_reports(home, SHANGHAI, 2021, 3)
    manifest = lake.read_manifest(home, SHANDONG, 2021)
    assert manifest
    path = manifest.path(table)
    path.write_bytes(b"no parquet")
    listed = manifest.folder / lake.MANIFEST
    text = listed.read_text(encoding="utf-8")
    listed.write_text(text.replace(manifest.tables[table].sha256, lake.sha256_of(path)))
    result = bring_up(home)
    assert str(path) in result.held[SHANDONG, 2021]
    assert received(home) == {(SHANGHAI, 2021): 3}
    assert {row[0] for row in ask(home, "SELECT province FROM text.section")} == {SHANGHAI}


@pytest.mark.parametrize("rebuild", [True, False])
def test_a_report_standing_twice_is_held_back(home: Home, rebuild: bool) -> None:
    put(home, SHANDONG, 2021, rows(report("a", "1"), report("b", "2")))
    bring_up(home)
    put(home, SHANDONG, 2022, rows(report("b", "2"), report("c", "3")))
    put(home, SHANGHAI, 2022, {"report": [report("d", "4"), report("d", "4", organ="别名")]})
    put(home, SHANGHAI, 2021, rows(report("e", "5")))
    result = bring_up(home, rebuild=rebuild)
    assert result.published == ((SHANGHAI, 2021),)
    assert result.held[SHANDONG, 2022] == "report_id b stands in 山东省 2021 as well"
    assert "report_id d stands in 上海市 2022" in result.held[SHANGHAI, 2022]
    assert sorted(ask(home, "SELECT report_id FROM report")) == [("a",), ("b",), ("e",)]


def test_a_report_may_move_to_another_partition(home: Home) -> None:
    put(home, SHANDONG, 2021, rows(report("a", "1"), report("b", "2")))
    bring_up(home)
    put(home, SHANDONG, 2021, rows(report("a", "1")))
    put(home, SHANDONG, 2022, rows(report("b", "2")))
    assert bring_up(home, rebuild=False).held == {}
    assert ask(home, "SELECT report_id, year FROM report ORDER BY 1") == [("a", 2021), ("b", 2022)]


def test_holding_one_back_holds_back_what_clashes_with_its_old_rows(home: Home) -> None:
    put(home, SHANDONG, 2021, rows(report("a", "1"), report("b", "2")))
    bring_up(home)
    damaged = put(home, SHANDONG, 2021, rows(report("a", "1")))
    put(home, SHANDONG, 2022, rows(report("b", "2")))
    damaged.path("request").unlink()
    result = bring_up(home)
    assert result.held.keys() == {(SHANDONG, 2021), (SHANDONG, 2022)}
    assert len(ask(home, "FROM report WHERE year = 2021")) == 2


def test_a_partition_gone_from_the_lake_stays_published_and_is_named(home: Home) -> None:
    manifest = put(home, SHANDONG, 2021, rows(report("a", "1")))
    put(home, SHANGHAI, 2021, rows(report("b", "2")))
    bring_up(home)
    (manifest.folder / lake.MANIFEST).unlink()
    put(home, SHANGHAI, 2021, rows(report("b", "2"), report("c", "3")))
    result = bring_up(home)
    assert "no longer in the lake" in result.held[SHANDONG, 2021]
    assert len(ask(home, "FROM report")) == 3


def test_a_partition_of_a_newer_version_is_held_back(home: Home) -> None:
    manifest = put(home, SHANDONG, 2021, rows(report("a", "1")))
    path = manifest.folder / lake.MANIFEST
    ours = f'"schema_version": {load().version}'
    path.write_text(path.read_text(encoding="utf-8").replace(ours, '"schema_version": 99'))
    result = bring_up(home)
    assert f"{path}: written by a newer gongkai" in result.held[SHANDONG, 2021]


def test_a_published_file_of_a_newer_version_is_left_alone(home: Home) -> None:
    put_reports(home, SHANDONG, 2021, 3)
    bring_up(home)
    rename_version(home, 99)
    put_reports(home, SHANDONG, 2021, 3, received=5)
    with pytest.raises(PublishError, match=r"gongkai\.duckdb: written by a newer gongkai"):
        bring_up(home)
    assert received(home) == {(SHANDONG, 2021): 3}


def test_a_published_file_of_an_older_version_is_built_anew(home: Home) -> None:
    put_reports(home, SHANDONG, 2021, 3)
    manifest = put(home, SHANGHAI, 2021, rows(report("a", "1")))
    bring_up(home)
    rename_version(home, 0)
    path = manifest.path("report")
    whole = path.read_bytes()
    path.write_bytes(b"")
    with pytest.raises(PublishError, match="load these again") as error:
        bring_up(home)
    assert SHANGHAI in str(error.value)
    assert len(ask(home, "FROM report")) == 4
    path.write_bytes(whole)
    bring_up(home, only={(SHANDONG, 2021)})
    assert ask(home, "SELECT schema_version FROM meta") == [(load().version,)]
    assert len(ask(home, "FROM report")) == 4


def spoil(home: Home, more: str) -> None:
    """Changes computed rows of the published figures behind publish's back."""
    home.figures.chmod(0o644)
    with duckdb.connect(str(home.figures)) as con:
        con.execute("UPDATE report_figures SET received = 999")
        con.execute(more)


@pytest.mark.parametrize("rebuild", [False, None])
def test_rows_computed_by_other_statements_are_not_taken_over(
    home: Home, rebuild: bool | None
) -> None:
    for province in (SHANDONG, SHANGHAI):
        put_reports(home, province, 2021, 3)
    bring_up(home)
    sql = "SELECT DISTINCT received FROM report_figures WHERE province = '上海市'"
    spoil(home, "SELECT 1")
    put_reports(home, SHANDONG, 2021, 3, received=4)
    bring_up(home, rebuild=rebuild)
    assert ask(home, sql) == [(999,)], "a partition that stays is computed once"
    # As if the statements were others when the file was made.
    spoil(home, "UPDATE meta SET checks = left(checks, -1) || 'x'")
    bring_up(home, rebuild=rebuild)
    assert ask(home, sql) == [(18,)]


def test_a_foreign_file_in_its_place_is_not_overwritten(home: Home) -> None:
    home.root.mkdir()
    home.figures.write_bytes(b"somebody's notes")
    with pytest.raises(PublishError, match="move it away"):
        bring_up(home)
    assert home.figures.read_bytes() == b"somebody's notes"


def test_a_foreign_wal_is_moved_aside_and_reported(home: Home) -> None:
    put_reports(home, SHANDONG, 2021, 3)
    bring_up(home)
    wal = home.figures.with_name("gongkai.duckdb.wal")
    wal.write_bytes(b"left by a killed client")
    put_reports(home, SHANDONG, 2021, 3, received=5)
    (moved,) = bring_up(home).foreign_wal
    assert moved.read_bytes() == b"left by a killed client"
    assert not wal.exists()
    assert received(home) == {(SHANDONG, 2021): 5}


def test_a_writing_client_killed_before_a_publish_does_no_harm(home: Home) -> None:
    """The .wal of a client that wrote to the old file is not replayed into the new one."""
    put_reports(home, SHANDONG, 2021, 3)
    bring_up(home)
    copy = home.root / "gongkai.duckdb.mine"
    copy.write_bytes(home.figures.read_bytes())
    con = duckdb.connect(str(copy))
    con.execute("SET checkpoint_threshold = '1GB'")
    con.execute("CREATE TABLE mine AS SELECT 1 AS i")
    wal = copy.with_name(f"{copy.name}.wal")
    home.figures.with_name("gongkai.duckdb.wal").write_bytes(wal.read_bytes())
    con.close()
    put_reports(home, SHANDONG, 2021, 3, received=5)
    assert len(bring_up(home).foreign_wal) == 1
    tables = ask(home, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'gongkai'")
    assert ("mine",) not in tables
