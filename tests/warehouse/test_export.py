"""Exports: what is in the published files comes back out of every format, and nothing is lost."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from pathlib import Path

import duckdb
import openpyxl
import pytest

from tests.warehouse.made import SHANDONG, SHANGHAI, bring_up, put
from tests.warehouse.test_readme import partition
from warehouse import query
from warehouse.export import ExportError, Selection, export, workbook
from warehouse.export.package import words
from warehouse.facts import forms
from warehouse.home import Home

ONE = f"{SHANDONG}1-2021"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("export") / "it's [1]")
    for province, year in ((SHANDONG, 2021), (SHANDONG, 2019), (SHANGHAI, 2021)):
        tables = partition(province, year)
        tables["report"][0]["organ"] = "=SUM(A1:A9)\x0b机关"
        tables["report"][0]["published_on"] = dt.date(year + 1, 1, 31)
        put(home, province, year, tables)
    bring_up(home)
    return home


@pytest.fixture(scope="module")
def folder(home: Home) -> Path:
    return export(home, home.root.parent / "out", Selection()).folder


def book_of(folder: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(folder / words()["file"])


def test_parquet_is_partitioned_and_whole(home: Home, folder: Path) -> None:
    path = folder / "parquet" / "request" / "year=2021" / f"province={SHANDONG}" / "data.parquet"
    assert path.is_file()
    again = duckdb.execute(
        "SELECT year, province, report_id, item, total FROM"
        " read_parquet(?, hive_partitioning = true) ORDER BY ALL",
        [str(folder.parent / "out" / "parquet" / "request" / "**" / "*.parquet")],
    ).fetchall()
    sql = "SELECT year, province, report_id, item, total FROM request ORDER BY ALL"
    assert again == query.run(home, sql).rows


def test_csv_has_a_mark_for_excel_and_every_row(home: Home, folder: Path) -> None:
    raw = (folder / "csv" / "report.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfreport_id,organ,")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(query.run(home, "FROM report").rows)
    assert {row["province"] for row in rows} == {SHANDONG, SHANGHAI}


def test_descriptor_names_every_file_with_columns_keys_and_checksums(folder: Path) -> None:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["licenses"][0]["path"].startswith("https://")
    assert package["sources"]
    listed = set()
    for resource in package["resources"]:
        paths = [resource["path"]] if isinstance(resource["path"], str) else resource["path"]
        listed |= set(paths)
        assert resource["name"] == resource["name"].lower()
        if resource["format"] == "csv":
            path = folder / resource["path"]
            assert resource["hash"] == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
            with path.open(encoding="utf-8-sig") as file:
                header = next(csv.reader(file))
            assert header == [field["name"] for field in resource["schema"]["fields"]]
            assert set(resource["schema"].get("primaryKey", [])) <= set(header)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == listed | {"datapackage.json"}


def test_lists_of_the_workbook_hold_every_report_as_text(folder: Path) -> None:
    book = book_of(folder)
    sheet = book[words()["lists"][0]["sheet"]]
    assert [cell.value for cell in sheet[1]] == words()["lists"][0]["columns"]
    assert sheet.max_row == 1 + 15
    names = [sheet.cell(row=row, column=5) for row in range(2, 17)]
    assert all(cell.data_type == "s" for cell in names)
    assert "=SUM(A1:A9)机关" in {cell.value for cell in names}


def test_a_report_is_laid_out_as_its_form(home: Home, folder: Path) -> None:
    book = book_of(folder)
    sheet = next(s for s in book if f"/{ONE}.html" in str(s["A2"].value))
    form = forms.form("2021")
    printed = {
        str(row[label].value): [cell.value for cell in row[3:10]]
        for row in sheet.iter_rows()
        for label in range(3)
        if row[label].value is not None
    }
    rows = query.run(
        home, "SELECT * EXCLUDE (year, province) FROM request WHERE report_id = $id", {"id": ONE}
    ).rows
    figures = {str(row[1]): list(row[2:]) for row in rows}
    assert len(figures) == len(form.request.rows)
    for row in form.request.rows:
        assert printed[row.label] == figures[row.key], row.label
    values = {cell.value for line in sheet.iter_rows() for cell in line}
    assert {r.label for block in form.proactive for r in block.rows} <= values
    assert {channel.label for channel in form.legal_challenge.channels} <= values
    fee = query.run(
        home,
        "SELECT value FROM proactive WHERE report_id = $id AND measure = 'amount'",
        {"id": ONE},
    )
    assert printed[form.proactive[-1].rows[0].label][0] == fee.rows[0][0]


def test_only_the_chosen_are_exported(home: Home, tmp_path: Path) -> None:
    done = export(home, tmp_path / "one", Selection((2021,), (SHANDONG,), ("第1局",)), ["csv"])
    assert done.reports == 1
    with (done.folder / "csv" / "request.csv").open(encoding="utf-8-sig") as file:
        assert {row["report_id"] for row in csv.DictReader(file)} == {ONE}
    with pytest.raises(ExportError, match="no report fits"):
        export(home, tmp_path / "none", Selection((1999,)))
    assert not (tmp_path / "none").exists()


def test_an_export_is_replaced_and_anything_else_refused(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "out"
    export(home, target, Selection((2019,)), ["csv"])
    export(home, target, Selection((2021,)), ["csv"])
    assert "2019" not in (target / "csv" / "report.csv").read_text(encoding="utf-8-sig")
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.txt").write_text("mine")
    with pytest.raises(ExportError, match="holds something else"):
        export(home, other, Selection())
    assert [path.name for path in other.iterdir()] == ["chapter.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "thesis"]


def test_a_list_that_is_too_long_is_cut_and_says_so(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    monkeypatch.setattr(workbook, "MOST_REPORTS", 2)
    done = export(home, tmp_path / "out", Selection(), ["xlsx"])
    book = book_of(done.folder)
    assert len(book.sheetnames) == 1 + len(words()["lists"])
    assert book[words()["lists"][0]["sheet"]].max_row == 5
    said = "\n".join(str(row[0].value) for row in book[words()["about"]["sheet"]].iter_rows())
    assert "15" in said and words()["lists"][0]["sheet"] in said


def test_a_folder_that_cannot_be_written_is_named(home: Home, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExportError, match="file"):
        export(home, tmp_path / "file" / "out", Selection(), ["csv"])


def test_each_table_is_laid_out_in_the_form_it_has(tmp_path: Path) -> None:
    """A report of 2021 may print table three as 2019 did; its row of other handling is kept."""
    home = Home(tmp_path / "home")
    mixed, old = partition(SHANDONG, 2021), partition(SHANDONG, 2019)
    for row in old["request"]:
        row["report_id"] = str(row["report_id"]).replace("2019", "2021")
        row["total"] = 4711 if row["item"] == "other" else row["total"]
    put(home, SHANDONG, 2021, mixed | {"request": old["request"]})
    bring_up(home)
    book = book_of(export(home, tmp_path / "out", Selection(), ["xlsx"]).folder)
    sheet = next(s for s in book if f"/{ONE}.html" in str(s["A2"].value))
    printed = {
        str(row[1].value): row[9].value for row in sheet.iter_rows() if row[1].value is not None
    }
    rows = {row.key: row.label for row in forms.form("2019").request.rows}
    assert printed[rows["other"]] == 4711
    labels = [str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value]
    assert labels.count(forms.form("2021").legal_challenge.parent) == 1
    assert forms.form("2021").proactive[-1].columns[0].label in labels


def test_what_is_missing_is_exported_where_nothing_was_found(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    put(home, SHANDONG, 2020, partition(SHANDONG, 2020))
    lost = {"url": "http://x.gov.cn/1", "site": "x.gov.cn", "outcome": "blocked", "title": "某局"}
    put(home, SHANGHAI, 2020, {"document": [lost]})
    bring_up(home)
    folder = export(home, tmp_path / "out", Selection()).folder
    with (folder / "csv" / "missing_report.csv").open(encoding="utf-8-sig") as file:
        assert {(row["province"], row["reason"]) for row in csv.DictReader(file)} == {
            (SHANGHAI, "blocked")
        }
    found = duckdb.execute(
        "SELECT province, outcome FROM read_parquet(?, hive_partitioning = true)",
        [str(folder / "parquet" / "document" / "**" / "*.parquet")],
    ).fetchall()
    assert found == [(SHANGHAI, "blocked")]
    (sheet,) = (s for s in book_of(folder) if s["I1"].value == "说明")
    assert [cell.value for cell in sheet[2]][1:5] == [SHANGHAI, "某局", "列表所示", "被网站拦截"]
    assert sheet.max_row == 2


def test_the_workbook_says_findings_in_chinese_and_what_was_dismissed(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    tables = partition(SHANDONG, 2021)
    tables["finding"] = [
        {
            "report_id": ONE,
            "rule": "row_total",
            "severity": severity,
            "table_name": "request",
            "item": "received",
            "column_name": "total",
            "expected": 3,
            "actual": 4,
            "message": severity,
        }
        for severity in ("info", "warning", "error")
    ]
    put(home, SHANDONG, 2021, tables)
    bring_up(home)
    folder = export(home, tmp_path / "out", Selection(), ["xlsx"]).folder
    (sheet,) = (s for s in book_of(folder) if s["B1"].value == "问题")
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    ours = [line for line in lines if line[1] == "行总计不等于各类申请人之和"]
    assert [line[0] for line in ours] == ["读取存疑", "原文矛盾", "供参考"]
    label = next(r.label for r in forms.form("2021").request.rows if r.key == "received")
    assert ours[0][5:10] == ["三、依申请公开", label, "总计", 3, 4]
