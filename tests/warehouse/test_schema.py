"""The table definitions: one source for files, comments and dictionary, true to the contract."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.warehouse.made import SHANDONG, bring_up, home_at, put_reports
from warehouse.schema import dictionary, load
from warehouse.sql import views

ROOT = Path(__file__).parents[2]

CONTRACT = {
    "report": "report_id organ organ_id sector level kind province city county region_code year"
    " form status title published_on url sha256 fetched_at parser findings",
    "proactive": "report_id year province item measure value",
    "request": "report_id year province item natural_person commercial_enterprise"
    " research_institution public_welfare_org legal_service_org other_org total",
    "legal_challenge": "report_id year province channel upheld corrected other pending total",
    "indicator": "report_id year province code name unit value",
    "section": "report_id year province number heading text",
    "finding": "report_id year province rule severity table_name item column_name expected actual"
    " message",
    "cell": "report_id year province table_name item column_name meaning raw page position",
    "document": "url site year province sha256 media_type bytes fetched_at warc warc_offset"
    " outcome reason",
    "report_version": "report_id",
    "organ": "organ_id",
    "region": "code name province city county",
    "meta": "kind software parser forms published_at storage_version",
}
CONTRACT_VIEWS = {
    "coverage",
    "carry_over_mismatch",
    "province_year",
    "organ_history",
    "item_label",
    "request_all_forms",
}


@pytest.mark.parametrize("name", CONTRACT)
def test_table_has_the_contracts_columns(name: str) -> None:
    columns = [column.name for column in load().tables[name].columns]
    assert set(CONTRACT[name].split()) <= set(columns)


def test_all_views_of_the_contract_are_there() -> None:
    assert {view.name for view in views()} >= CONTRACT_VIEWS


def test_data_dictionary_is_up_to_date() -> None:
    written = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert written == dictionary.render(), "run: python -m warehouse.schema"


def test_files_have_a_comment_in_both_languages_on_everything(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    put_reports(home, SHANDONG, 2021, 1)
    bring_up(home)
    for path in (home.figures, home.text):
        with duckdb.connect(str(path), read_only=True) as con:
            comments = con.execute("""
                SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal
                UNION ALL SELECT table_name, '', comment FROM duckdb_tables() WHERE NOT internal
                UNION ALL SELECT view_name, '', comment FROM duckdb_views() WHERE NOT internal
            """).fetchall()
        assert len(comments) >= 20
        for table, column, comment in comments:
            assert comment and " / " in comment, (table, column)
            assert any("一" <= char <= "鿿" for char in comment), (table, column)


def test_file_has_exactly_the_columns_of_the_definitions(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    bring_up(home)
    with duckdb.connect(str(home.figures), read_only=True) as con:
        for table in load().of_file("figures"):
            found = con.execute(
                "SELECT column_name, data_type, is_nullable FROM duckdb_columns()"
                " WHERE table_name = ? ORDER BY column_index",
                [table.name],
            ).fetchall()
            assert found == [(c.name, c.type, c.nullable) for c in table.columns]
        for view in views():
            found = con.execute(f'DESCRIBE "{view.name}"').fetchall()
            assert [row[0] for row in found] == [name for name, _, _ in view.columns]
