"""The main job as a user runs it, twice, compared cell by cell with the truth of the replica."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.replica.build import load_world
from crawler.replica.reports import TruthReport
from crawler.replica.world import World


@dataclasses.dataclass
class Demo:
    """Two runs of the demo on one home."""

    home: Path
    world: World
    first: subprocess.CompletedProcess[str]
    second: subprocess.CompletedProcess[str]

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with duckdb.connect() as con:
            con.execute(f"ATTACH '{self.home / 'gongkai.duckdb'}' AS g (READ_ONLY)")
            con.execute(f"ATTACH '{self.home / 'gongkai-text.duckdb'}' AS text (READ_ONLY)")
            con.execute("USE g")
            found = con.sql(sql)
            return [dict(zip(found.columns, r, strict=True)) for r in found.fetchall()]


def run_demo(home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipelines", "demo", "--home", str(home)]
    clean = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    return subprocess.run(command, capture_output=True, text=True, timeout=200, env=clean)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    home = tmp_path_factory.mktemp("demo")
    return Demo(home, load_world("demo"), run_demo(home), run_demo(home))


def by_address(demo: Demo) -> dict[str, TruthReport]:
    truth = {t.document_url: t for t in demo.world.truth}
    assert len(truth) > 100
    return truth


def test_both_runs_end_well(demo: Demo) -> None:
    assert demo.first.returncode == 0, demo.first.stderr[-3000:]
    assert demo.second.returncode == 0, demo.second.stderr[-3000:]


def test_run_shows_progress_and_results(demo: Demo) -> None:
    assert "parse: " in demo.first.stderr
    for words in ("Collected by province and year", "The worst findings", "gongkai sql"):
        assert words in demo.first.stdout


def test_every_report_is_there_with_its_place_form_and_status(demo: Demo) -> None:
    found = {r["url"]: r for r in demo.rows("SELECT * FROM report")}
    truth = by_address(demo)
    assert found.keys() == truth.keys()
    for url, expected in truth.items():
        row = found[url]
        for name in ("organ", "province", "county", "year", "form", "status", "title"):
            assert row[name] == getattr(expected, name), (url, name)
        assert row["city"] == (expected.city or None), url
        assert row["kind"] == expected.kind, url
        assert row["published_on"] == expected.published_on, url


@pytest.mark.parametrize(
    ("table", "key"), [("request", "item"), ("legal_challenge", "channel"), ("proactive", "item")]
)
def test_every_cell_is_what_the_report_prints(demo: Demo, table: str, key: str) -> None:
    found: dict[str, dict[str, dict[str, Any]]] = {}
    own = {"report_id", "year", "province", key, "measure", "value", "url"}
    for row in demo.rows(f"SELECT t.*, r.url FROM {table} t JOIN report r USING (report_id)"):
        cells = found.setdefault(row["url"], {}).setdefault(row[key], {})
        if table == "proactive":
            cells[row["measure"]] = row["value"]
        else:
            cells.update({k: v for k, v in row.items() if k not in own})
    numbers = Counter[bool]()
    for url, expected in by_address(demo).items():
        assert found[url] == getattr(expected, table), url
        numbers.update(bool(v) for cells in found[url].values() for v in cells.values())
    assert numbers[True] > 200, "a corpus of zeros proves nothing"


def test_every_null_says_why(demo: Demo) -> None:
    for table, key in (("request", "item"), ("legal_challenge", "channel")):
        columns = [
            c["column_name"]
            for c in demo.rows(f"SELECT column_name FROM (DESCRIBE {table})")
            if c["column_name"] not in ("report_id", "year", "province", key)
        ]
        nulls = " UNION ALL ".join(
            f"SELECT report_id, {key} AS item, '{c}' AS column_name FROM {table} WHERE {c} IS NULL"
            for c in columns
        )
        unexplained = demo.rows(
            f"SELECT * FROM ({nulls}) n ANTI JOIN (SELECT * FROM cell WHERE table_name = '{table}')"
            " USING (report_id, item, column_name)"
        )
        assert unexplained == []


def test_findings_are_the_organs_own_mistakes(demo: Demo) -> None:
    rules = ("row_total", "column_total", "column_balance", "channel_total")
    rows = demo.rows(
        "SELECT r.url, f.rule, f.item, f.column_name, f.expected, f.actual, f.severity"
        f" FROM finding f JOIN report r USING (report_id) WHERE f.rule IN {rules}"
    )
    found = {
        (r["url"], r["rule"], r["item"], r["column_name"], r["expected"] - r["actual"])
        for r in rows
    }
    expected = {
        (t.document_url, f.rule, f.item, f.column, f.expected - f.actual)
        for t in demo.world.truth
        for f in t.expected_findings
    }
    assert expected
    assert found == expected
    assert {r["severity"] for r in rows} == {"warning"}


def test_sections_are_the_organs_words(demo: Demo) -> None:
    found: dict[str, dict[str, str]] = {}
    for row in demo.rows("SELECT s.*, r.url FROM text.section s JOIN report r USING (report_id)"):
        found.setdefault(row["url"], {})[str(row["number"])] = row["text"]

    def plain(text: str) -> str:
        return re.sub(r"\s+", "", text)

    for url, expected in by_address(demo).items():
        words = {k: plain(v["text"]) for k, v in expected.sections.items()}
        assert {k: plain(v) for k, v in found[url].items()} == words, url


def test_every_promise_ends_with_its_outcome(demo: Demo) -> None:
    rows = {r["url"]: r for r in demo.rows("SELECT * FROM document")}
    outcomes = {u: rows[u]["outcome"] for u in demo.world.expected_outcomes}
    assert outcomes == demo.world.expected_outcomes
    assert {"report", "duplicate", "rejected", "refused", "blocked"} <= set(outcomes.values())
    for url in demo.world.one_line_pages:
        assert rows[url]["outcome"] == "not_report"
    for row in rows.values():
        assert row["outcome"] == "report" or row["reason"], row["url"]


def test_second_run_fetches_nothing_again(demo: Demo) -> None:
    def counts(run: subprocess.CompletedProcess[str]) -> Counter[str]:
        line = next(x for x in run.stdout.splitlines() if x.startswith("Documents of this run"))
        found = re.findall(r"(\d+) ([\w ]+)(?=,|$)", line.split(":", 1)[1])
        return Counter({name: int(number) for number, name in found})

    assert counts(demo.first)["fetched"] > 150
    assert counts(demo.second)["fetched"] == 0
    assert counts(demo.second)["skipped unchanged"] > 150


def test_meta_says_that_it_is_a_demo(demo: Demo) -> None:
    (meta,) = demo.rows("SELECT * FROM meta")
    assert meta["kind"] == "demo"
    assert meta["reports"] == len(demo.world.truth)


def test_every_table_and_column_has_a_comment(demo: Demo) -> None:
    rows = demo.rows(
        "SELECT table_name, column_name FROM duckdb_columns()"
        " WHERE NOT internal AND database_name IN ('g', 'text') AND comment IS NULL"
    )
    assert rows == []


def test_a_demo_home_keeps_its_own_registry_and_takes_no_real_sites(demo: Demo) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    command = [sys.executable, "-m", "pipelines", "--home", str(demo.home)]
    planned = subprocess.run(
        [*command, "run", "--dry-run"], env=environment, capture_output=True, text=True, check=True
    )
    assert [line.split(":")[0] for line in planned.stdout.splitlines()] == [
        "吉林省",
        "黑龙江省",
        "山东省",
    ]
    refused = subprocess.run(
        [*command, "run"], env=environment, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1 and "holds replica data" in refused.stderr
