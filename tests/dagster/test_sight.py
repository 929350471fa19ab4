"""What a materialisation shows: tables of the result, and the published tables as assets."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
from fake_stages import NOW

from crawler.report import CrawlReport
from pipelines.definitions import build_defs
from pipelines.resources import Settings
from pipelines.sight import Sight, coverage_table, findings_table, markdown, site_table
from pipelines.stages import Block, publish
from pipelines.tables import files_table, make_tables, table_events
from warehouse.home import Home
from warehouse.lake import write_partition
from warehouse.schema import load
from warehouse.state import Outcome

SD = "山东省"


def test_cells_of_a_table_cannot_break_it() -> None:
    assert markdown(("a", "b"), [("x|y", None), ("1\n2", 3)]) == (
        "| a | b |\n|---|---|\n| x\\|y |  |\n| 1 2 | 3 |"
    )


def test_failing_sites_come_first(tmp_path: Path) -> None:
    report = CrawlReport("r", SD, [2024], NOW.isoformat())
    for host, failed, finished, seconds in (
        ("good", 0, True, 1.0),
        ("slow", 0, True, 90.0),
        ("bad", 3, True, 2.0),
        ("cut", 0, False, 0.0),
    ):
        site = report.site(host)
        site.requested, site.failed, site.finished, site.seconds = 10, failed, finished, seconds
    report.site("cut").error("list http://x/: TimeoutError")
    report.site("slow").error("a note that is no trouble")
    path = tmp_path / "r.json"
    path.write_text(report.to_json(), encoding="utf-8")
    lines = (site_table(path) or "").splitlines()[2:]
    assert [line.split("|")[1].strip() for line in lines] == ["cut", "bad", "slow", "good"]
    assert "not finished; list http://x/: TimeoutError" in lines[0]
    assert "| 3 failed |" in lines[1]
    assert lines[2].split("|")[2:] == [" 90.0 ", " 0 ", " 10 ", " 0 ", "  ", ""]
    path.write_text("{}")
    assert site_table(path) is None


def published(home: Home) -> None:
    report = {"report_id": "a-2024", "organ_id": "a", "organ": "an organ", "status": "complete"}
    finding = {"report_id": "a-2024", "rule": "row_total", "severity": "warning"}
    tables = {"report": [report | {"findings": 2}], "finding": [finding, finding]}
    write_partition(home, SD, 2024, tables, {"written_at": NOW.isoformat()})
    publish(Block(home, SD, (2024,), "run", [], 0, False, NOW, [].append))


def test_findings_coverage_and_files_are_shown(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert findings_table(home, (SD, 2024)) is None
    assert coverage_table(home, SD) is None
    assert files_table(home) is None
    published(home)
    assert "| row_total | warning | 2 | 1 |" in str(findings_table(home, (SD, 2024)))
    assert "| 2024 | 1 | 1 | 0 | 0 |  |" in str(coverage_table(home, SD))
    assert "| report | 1 |" in str(files_table(home))
    assert "gongkai.duckdb" in str(files_table(home))
    outcome = Outcome("done", {"report": 1}, at=NOW.isoformat())
    shown = Sight(home).of("publish", (SD, 2024), outcome, 1.26)
    assert next(iter(shown)) == "coverage_by_year"
    assert (shown["at"].value, shown["block_seconds"].value) == (NOW.timestamp(), 1.3)
    assert isinstance(shown["coverage_by_year"], dg.MarkdownMetadataValue)
    assert json.dumps(shown["report"].value) == "1"


def test_published_tables_are_assets_with_columns_rows_and_lineage(tmp_path: Path) -> None:
    graph = build_defs().resolve_asset_graph()
    for table in load().tables.values():
        node = graph.get(dg.AssetKey(["warehouse", table.name]))
        columns = node.metadata["dagster/column_schema"].columns
        assert [column.name for column in columns] == [column.name for column in table.columns]
        assert all(column.description for column in columns)
    home = Home(tmp_path)
    assert list(table_events(home)) == []
    published(home)
    events = {event.asset_key.path[-1]: event.metadata for event in table_events(home)}
    assert events.keys() == load().tables.keys()
    assert events["report"]["dagster/row_count"].value == 1
    assert events["report"]["file_bytes"].value == home.figures.stat().st_size
    assert events["section"]["file_bytes"].value == home.text.stat().st_size
    lineage = events["organ"]["dagster/column_lineage"].value.deps_by_column
    tables = {name: {c.name for c in table.columns} for name, table in load().tables.items()}
    assert "organ_id" in lineage
    assert lineage.keys() <= tables["organ"]
    for dependencies in lineage.values():
        for one in dependencies:
            assert one.column_name in tables[one.asset_key.path[-1]]


def test_counting_the_tables_anew_is_a_run_of_its_own(tmp_path: Path) -> None:
    home = Home(tmp_path)
    settings = Settings(home=str(tmp_path))
    published(home)
    tables = make_tables()
    ended = dg.materialize([tables], resources={"settings": settings}, selection="warehouse/report")
    (event,) = ended.get_asset_materialization_events()
    assert event.asset_key == dg.AssetKey(["warehouse", "report"])
    assert event.materialization.metadata["dagster/row_count"].value == 1
