"""Verification finds what was changed behind the warehouse's back."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.warehouse.made import SHANDONG, SHANGHAI, bring_up, home_at, put_reports
from warehouse import lake
from warehouse.verify import verify_lake, verify_published


def test_a_sound_home_has_no_problems(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    assert verify_lake(home) == []
    assert verify_published(home) == []
    put_reports(home, SHANDONG, 2021, 3)
    assert verify_published(home) == [f"{home.figures}: is not there", f"{home.text}: is not there"]
    bring_up(home)
    assert verify_lake(home) == []
    assert verify_published(home) == []


def test_a_changed_lake_file_is_named(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    put_reports(home, SHANDONG, 2021, 3)
    put_reports(home, SHANGHAI, 2021, 3)
    first, second = (lake.read_manifest(home, p, 2021) for p in (SHANDONG, SHANGHAI))
    assert first
    assert second
    first.path("report").unlink()
    with second.path("request").open("ab") as file:
        file.write(b"\0")
    assert sorted(verify_lake(home)) == sorted(
        [
            f"{first.path('report')}: No such file or directory",
            f"{second.path('request')}: checksum differs from the manifest's",
        ]
    )


def test_rows_and_versions_that_differ_are_named(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    for year in (2020, 2021):
        put_reports(home, SHANDONG, year, 3)
    bring_up(home)
    home.figures.chmod(0o644)
    with duckdb.connect(str(home.figures)) as con:
        con.execute("DELETE FROM request WHERE report_id LIKE '%2020-0'")
        con.execute("UPDATE report SET report_id = 'same' WHERE year = 2020")
    put_reports(home, SHANDONG, 2021, 4)
    put_reports(home, SHANGHAI, 2021, 3)
    problems = "\n".join(verify_published(home))
    assert "table request has 4 rows of 山东省 2020, the lake 6" in problems
    assert "report_id_unique" in problems
    assert "山东省 2021 is published in another version" in problems
    assert "上海市 2021 is in the lake and not published" in problems
