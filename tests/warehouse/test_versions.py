"""A report that is published anew or read anew keeps what stood before, on the real road."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.replica.build import load_world
from crawler.replica.reports import TruthReport
from crawler.replica.server import running_replica
from crawler.replica.world import World
from pipelines import loading, parsing, versions
from pipelines.alone import run_stages
from pipelines.cli import cli
from pipelines.demo import proxied
from pipelines.means import STAGES
from pipelines.orders import make_order
from warehouse import query
from warehouse.home import Home
from warehouse.lake import partitions, read_manifest

WORLD = """
name: versions
seed: versions
years: [2020, 2021]
sites:
  - host: www.cctx.gov.cn
    family: trs
    name: 四平市铁西区人民政府
    province: 吉林省
    city: 四平市
    county: 铁西区
    area_code: "0434"
    postcode: "136000"
    road: 英雄大街
    code: "2203020001"
    departments: [教育局, 卫生健康局]
    misprints: {教育局/2021: row_total}
"""
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@dataclasses.dataclass
class Road:
    """A world that is played, and a home that collects it."""

    world: World
    home: Home
    sites: Path
    days: int = 0

    def run(self, *stages: str) -> None:
        """Takes all years through stages, a week after the last time."""
        self.days += 7
        now = NOW + timedelta(days=self.days)
        years = self.world.years
        order = make_order(self.home, self.sites, years, (), (), 0.0, now, demo=True)
        order = dataclasses.replace(order, full=True)
        assert run_stages(order, stages or STAGES, lambda _: None) == 0

    def ask(self, sql: str) -> list[dict[str, Any]]:
        found = query.run(self.home, sql)
        return [dict(zip(found.columns, row, strict=True)) for row in found.rows]

    def chain(self, url: str) -> list[dict[str, Any]]:
        return self.ask(f"FROM report_version WHERE url = '{url}' ORDER BY version")

    def lake(self) -> dict[tuple[str, int], str]:
        found = {}
        for key in partitions(self.home):
            manifest = read_manifest(self.home, *key)
            assert manifest is not None
            found[key] = manifest.version
        return found


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    root = tmp_path_factory.mktemp("road")
    (root / "world.yaml").write_text(WORLD, encoding="utf-8")
    world = load_world(root / "world.yaml")
    world.write_sites(root / "sites")
    with running_replica(world) as replica, proxied(replica.proxy_url):
        road = Road(world, Home(root / "home"), root / "sites")
        road.run()
        yield road


def misprinted(world: World) -> TruthReport:
    """A report that its organ will correct, printed on its own page."""
    return next(
        t for t in world.truth if t.misprint and t.url == t.document_url and t.status == "complete"
    )


def test_a_corrected_report_keeps_what_it_said_before(road: Road) -> None:
    before = misprinted(road.world)
    row = road.ask(f"FROM report WHERE url = '{before.url}'")[0]
    old = {t: getattr(before, t) for t in ("request", "legal_challenge", "proactive")}
    truth = road.world.correct(before.url)
    road.run()
    first, second = road.chain(before.url)
    assert (first["version"], first["replaced_by"], first["sha256"]) == (1, 2, row["sha256"])
    assert first["reason"] == "published anew"
    assert first["replaced_at"] == second["fetched_at"]
    assert (second["replaced_by"], second["changes"]) == (None, None)
    expected = {
        (table, item, column, value, getattr(truth, table)[item][column])
        for table, rows in old.items()
        for item, cells in rows.items()
        for column, value in cells.items()
        if value != getattr(truth, table)[item][column]
    }
    changed = json.loads(first["changes"])
    assert expected
    assert {(c["table"], c["item"], c["column"], c["old"], c["new"]) for c in changed} == expected
    assert len(changed) == len(expected)
    now = road.ask(f"FROM report WHERE url = '{before.url}'")[0]
    assert (now["report_id"], now["sha256"]) == (row["report_id"], second["sha256"])
    assert now["sha256"] != row["sha256"]


def test_older_bytes_can_be_had(road: Road) -> None:
    chain = road.ask("FROM report_version WHERE replaced_by = 2")
    assert chain
    for version, sha256 in ((1, chain[0]["sha256"]), (None, None)):
        extra = ["--version", str(version)] if version else []
        command = ["--home", str(road.home.root), "original", chain[0]["report_id"], *extra]
        result = CliRunner().invoke(cli, command)
        assert result.exit_code == 0, result.output
        found = hashlib.sha256(result.stdout_bytes).hexdigest()
        assert (found == chain[0]["sha256"]) == (sha256 is not None)
        assert found in result.stderr


def test_a_rerun_adds_no_version_and_changes_no_file(road: Road) -> None:
    before = road.ask("FROM report_version ORDER BY report_id, version"), road.lake()
    road.run("load", "publish")
    road.run()
    after = road.ask("FROM report_version ORDER BY report_id, version"), road.lake()
    assert after == before


def test_bytes_that_change_nothing_are_a_version_without_changes(road: Road) -> None:
    touched = next(t.url for t in road.world.truth if t.url == t.document_url and not t.misprint)
    number = len(road.chain(touched))
    road.world.touch(touched)
    road.run()
    chain = road.chain(touched)
    assert len(chain) == number + 1
    assert chain[-2]["reason"] == "published anew"
    assert json.loads(chain[-2]["changes"]) == []


def test_a_lake_that_is_lost_gets_its_published_versions_back(road: Road) -> None:
    sql = "SELECT url, version, sha256, reason, changes FROM report_version ORDER BY ALL"
    before = road.ask(sql)
    assert any(row["version"] == 2 for row in before)
    for key in partitions(road.home):
        path = road.home.lake / key[0] / str(key[1]) / "manifest.json"
        path.unlink()
    road.run("load", "publish")
    assert road.ask(sql) == before


def test_a_newer_parser_replaces_every_version_once(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = road.ask("FROM report_version WHERE replaced_by IS NULL ORDER BY report_id")
    for module in (loading, parsing, versions):
        monkeypatch.setattr(module, "PARSER_VERSION", "next")
    road.run("parse", "load", "publish")
    newest = road.ask("FROM report_version WHERE replaced_by IS NULL ORDER BY report_id")
    assert {row["parser"] for row in newest} == {"next"}
    assert [r["version"] for r in newest] == [r["version"] + 1 for r in before]
    replaced = road.ask(
        "SELECT DISTINCT reason, changes FROM report_version v WHERE replaced_by = "
        "(SELECT max(version) FROM report_version w WHERE w.report_id = v.report_id)"
    )
    assert replaced == [{"reason": "read anew", "changes": "[]"}]
    stood = road.lake()
    road.run("load", "publish")
    assert road.lake() == stood


@pytest.mark.long
def test_a_killed_load_leaves_each_partition_old_or_new(road: Road) -> None:
    years = ",".join(map(str, road.world.years))
    command = [sys.executable, "-m", "tests.warehouse.load_anew", str(road.home.root)]
    killed = 0
    for number in range(3):
        parser = f"killed{number}"
        before = road.lake()
        child = subprocess.Popen([*command, str(road.sites), years, parser])
        while child.poll() is None:
            if any(road.home.lake.glob("*/*/.*.part/*")):
                child.kill()
                killed += 1
                break
            time.sleep(0.001)
        child.wait()
        assert {*road.lake()} == {*before}
        road.run("publish")
        torn = road.ask(
            "SELECT report_id FROM report_version WHERE replaced_by IS NULL"
            " GROUP BY ALL HAVING count(*) <> 1"
        )
        assert torn == []
        subprocess.run([*command, str(road.sites), years, parser], check=True)
        whole = road.lake()
        subprocess.run([*command, str(road.sites), years, parser], check=True)
        assert road.lake() == whole
        road.run("publish")
        newest = road.ask(
            "SELECT parser, count(*) AS n FROM report_version WHERE parser LIKE"
            f" '{parser}' GROUP BY ALL"
        )
        reports = road.ask("SELECT count(*) AS n FROM report")[0]["n"]
        assert newest == [{"parser": parser, "n": reports}]
    assert killed, "no load was caught at work"
