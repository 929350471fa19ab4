"""Partition files: typed, whole, checked."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.made import SHANDONG, SHANGHAI, home_at, put, report, request, rows
from warehouse import lake
from warehouse.lake import LakeError


def read(path: Path, sql: str = "*") -> list[tuple[object, ...]]:
    pattern = str(path).replace("[", "[[]")
    return duckdb.execute(
        f"SELECT {sql} FROM read_parquet(?, hive_partitioning = false)", [pattern]
    ).fetchall()


def test_values_come_back_as_they_were_given(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    east = dt.timezone(dt.timedelta(hours=8))
    tables = rows(
        report(
            "r1",
            "o1",
            title='换行\n引号"逗号,\0末',
            published_on=dt.date(2022, 1, 31),
            fetched_at=dt.datetime(2022, 2, 1, 7, 30, tzinfo=east),
        ),
        report("r2", "o2", published_on="2022-02-01", fetched_at="2022-02-01T07:30:00+08:00"),
    )
    tables["proactive"] = [
        {"report_id": "r1", "item": "administrative_fee", "measure": "amount", "value": 12.3456},
        {"report_id": "r1", "item": "regulation", "measure": "issued", "value": None},
    ]
    tables["cell"] = [
        {
            "report_id": "r1",
            "table_name": "request",
            "meaning": "blank",
            "position": {"row": 3, "box": [1, 2.5]},
        }
    ]
    manifest = put(home, SHANDONG, 2021, tables)

    times = read(manifest.path("report"), "report_id, year, province, published_on, fetched_at")
    utc = dt.datetime(2022, 1, 31, 23, 30)
    assert times == [
        ("r1", 2021, SHANDONG, dt.date(2022, 1, 31), utc),
        ("r2", 2021, SHANDONG, dt.date(2022, 2, 1), utc),
    ]
    assert read(manifest.path("report"), "title")[0] == ('换行\n引号"逗号,末',)
    assert read(manifest.path("proactive"), "value") == [(12.3456,), (None,)]
    assert json.loads(str(read(manifest.path("cell"), "position")[0][0])) == {
        "row": 3,
        "box": [1, 2.5],
    }


def test_manifest_names_files_rows_and_checksums(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    written = put(home, SHANDONG, 2021, rows(report("r1", "o1")))
    manifest = lake.read_manifest(home, SHANDONG, 2021)
    assert manifest == written
    assert manifest.rows() == {"report": 1, "request": 2, "section": 1, "document": 1}
    for name, file in manifest.tables.items():
        assert lake.sha256_of(manifest.path(name)) == file.sha256
    assert lake.damage(manifest) == []
    assert list(lake.partitions(home)) == [(SHANDONG, 2021)]
    assert lake.read_manifest(home, SHANDONG, 2022) is None


@pytest.mark.parametrize(
    ("table", "row", "said"),
    [
        ("request", request("r1", "received", 3.5), "natural_person is 3.5"),
        ("request", {**request("r1", "received"), "total": "12"}, "total is '12'"),
        ("request", {**request("r1", "received"), "total": True}, "total is True"),
        ("request", {**request("r1", "received"), "total": 1 << 70}, "request"),
        ("request", {**request("r1", "received"), "colour": 1}, "no column colour"),
        ("request", {"report_id": "r1"}, "request.item is missing in row r1"),
        ("report", {"report_id": "r1", "findings": 0}, "report.status is missing"),
        ("report", report("r1", "o1", published_on="31.1.2022"), "published_on"),
        ("report", report("r1", "o1", year=2020), "belongs to"),
        ("report", report("r1", "o1", province=SHANGHAI), "belongs to"),
        (
            "proactive",
            {"report_id": "r", "item": "i", "measure": "m", "value": float("nan")},
            "nan",
        ),
        ("nonsense", {"report_id": "r1"}, "no such table: nonsense"),
    ],
)
def test_rows_that_do_not_fit_are_refused_and_named(
    tmp_path: Path, table: str, row: dict[str, object], said: str
) -> None:
    home = home_at(tmp_path)
    before = put(home, SHANDONG, 2021, rows(report("old", "o1")))
    with pytest.raises(LakeError, match=said) as error:
        put(home, SHANDONG, 2021, {table: [row]})
    assert SHANDONG in str(error.value)
    assert lake.read_manifest(home, SHANDONG, 2021) == before
    assert lake.damage(before) == []
    assert [path.name for path in before.folder.iterdir() if path.is_dir()] == [before.version]


def test_an_item_standing_twice_in_a_report_is_refused(tmp_path: Path) -> None:
    tables = rows(report("r1", "o1"))
    tables["request"].append(request("r1", "received", 1))
    with pytest.raises(LakeError, match="r1, received stands twice"):
        put(home_at(tmp_path), SHANDONG, 2021, tables)


def test_same_rows_again_leave_the_files_and_renew_the_info(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    tables = rows(report("r1", "o1"), report("r2", "o2"))
    first = put(home, SHANDONG, 2021, tables, "2026-01-01T00:00:00+00:00")
    seen = first.path("report").stat().st_mtime_ns
    tables["report"].reverse()
    second = put(home, SHANDONG, 2021, tables, "2026-01-02T00:00:00+00:00")
    assert second.version == first.version
    assert second.path("report").stat().st_mtime_ns == seen
    assert second.info["written_at"] == "2026-01-02T00:00:00+00:00"


def test_same_rows_again_mend_a_damaged_file(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    first = put(home, SHANDONG, 2021, rows(report("r1", "o1")))
    first.path("report").write_bytes(b"PAR1 no more")
    assert [str(first.path("report")) in problem for problem in lake.damage(first)] == [True]
    second = put(home, SHANDONG, 2021, rows(report("r1", "o1")))
    assert second.version != first.version
    assert lake.damage(second) == []


def test_only_the_last_two_versions_stay(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    versions = [
        put(home, SHANDONG, 2021, rows(report("r1", "o1"), received=number)).version
        for number in range(4)
    ]
    target = lake.folder(home, SHANDONG, 2021)
    (target / ".half-written.1.part").mkdir()
    versions.append(put(home, SHANDONG, 2021, rows(report("r1", "o1"), received=9)).version)
    assert {path.name for path in target.iterdir() if path.is_dir()} == set(versions[-2:])


def test_a_partition_may_be_empty(tmp_path: Path) -> None:
    manifest = put(home_at(tmp_path), SHANDONG, 2021, {"report": []})
    assert manifest.tables == {}


def test_a_broken_manifest_is_named(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    manifest = put(home, SHANDONG, 2021, rows(report("r1", "o1")))
    path = manifest.folder / lake.MANIFEST
    for broken in ('{"province": ', '{"province": "x"}', "[]"):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(LakeError, match="manifest"):
            lake.read_manifest(home, SHANDONG, 2021)
