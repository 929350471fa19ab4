"""What Dagster is shown: assets, partitions, jobs, settings; and what showing it costs."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
import yaml
from fake_stages import NOW

from pipelines.definitions import build_defs, defs
from pipelines.instance import instance_dir, open_instance
from pipelines.means import STAGES, Means
from pipelines.partitions import (
    contiguous,
    describe,
    from_key,
    key_range,
    last_full_year,
    make_partitions,
    to_key,
)
from pipelines.resources import settings_from
from pipelines.ui import Part, ui_command
from warehouse.home import Home

ROOT = Path(__file__).parents[2]


def test_four_assets_in_a_row_and_one_job() -> None:
    graph = defs.resolve_asset_graph()
    road = {
        key.to_user_string(): sorted(p.to_user_string() for p in graph.get(key).parent_keys)
        for key in graph.materializable_asset_keys
        if len(key.path) == 1
    }
    assert road == {"crawl": [], "parse": ["crawl"], "load": ["parse"], "publish": ["load"]}
    assert {job.name for job in defs.resolve_all_job_defs()} >= {"collect"}
    dg.Definitions.validate_loadable(defs)


def test_every_asset_is_described_and_takes_a_range_in_one_run() -> None:
    graph = build_defs(means=Means(clock=lambda: NOW)).resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description
        assert node.kinds
        assert node.owners
    for name in STAGES:
        node = graph.get(dg.AssetKey(name))
        assert node.group_name == "road"
        assert node.backfill_policy == dg.BackfillPolicy.single_run()
        assert node.partitions_def == make_partitions()


def keys_at(now: datetime) -> list[str]:
    with dg.partition_loading_context(effective_dt=now):
        return list(make_partitions().get_partition_keys())


def test_partitions_are_all_provinces_and_the_years_that_are_over() -> None:
    keys = keys_at(NOW)
    assert len(keys) == 33 * 18
    assert keys[0] == "北京市|2008"
    assert keys[17] == "北京市|2025"
    assert keys[-1] == "国务院部门|2025"


@pytest.mark.parametrize(
    ("now", "newest"),
    [
        (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), "2025"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "2026"),
    ],
)
def test_a_year_is_over_when_it_is_over_in_china(now: datetime, newest: str) -> None:
    """The same definitions, loaded long before: no restart is needed at New Year."""
    assert keys_at(now)[-1] == f"国务院部门|{newest}"
    assert last_full_year(now) == int(newest)


def test_a_range_of_years_of_one_province_is_one_range_of_keys() -> None:
    tags = key_range("山东省", 2024, 2022)
    keys = make_partitions().get_partition_keys_in_range(dg.PartitionKeyRange(*tags.values()))
    assert keys == ["山东省|2022", "山东省|2023", "山东省|2024"]


def test_keys_and_ranges() -> None:
    assert from_key(to_key(("山东省", 2023))) == ("山东省", 2023)
    for wrong in ("山东省", "山东省|", "山东省|x", "2023|山东省"):
        with pytest.raises(ValueError, match="is not a partition key"):
            from_key(wrong)
    assert contiguous([2020, 2024, 2023, 2019, 2023]) == [(2024, 2023), (2020, 2019)]
    assert describe([("山东省", 2024), ("山东省", 2023), ("北京市", 2020)]) == (
        "山东省 2023 to 2024; 北京市 2020"
    )


def test_loading_the_definitions_loads_nothing_heavy() -> None:
    probe = (
        "import sys, time, dagster; t = time.process_time(); import pipelines.definitions\n"
        "print(time.process_time() - t, *sorted({n.split('.')[0] for n in sys.modules}))"
    )
    seconds, *loaded = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert not {"scrapy", "twisted", "duckdb", "pdfplumber", "docx", "bs4"} & set(loaded)
    assert float(seconds) < 1


def test_the_instance_settings_are_valid_and_one() -> None:
    shown = ROOT / "dagster_home" / "dagster.yaml"
    assert shown.read_bytes() == (ROOT / "pipelines" / "dagster.yaml").read_bytes()


def test_a_new_instance_has_the_settings(tmp_path: Path) -> None:
    with open_instance(tmp_path / "dagster") as instance:
        assert not instance.telemetry_enabled
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 2
        assert instance.run_monitoring_enabled


def test_a_home_of_its_own_has_an_instance_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    named = {"DAGSTER_HOME": str(tmp_path / "named")}
    assert instance_dir(Home(Path("demo")), named) == tmp_path / "demo" / "dagster"
    assert instance_dir(Home(Path("data")), named) == tmp_path / "named"
    assert instance_dir(Home(Path("data")), {}) == tmp_path / "data" / "dagster"
    (tmp_path / "dagster_home").mkdir()
    (tmp_path / "dagster_home" / "dagster.yaml").touch()
    assert instance_dir(Home(Path("data")), {}) == tmp_path / "dagster_home"


def test_the_web_interface_listens_on_loopback_for_its_home(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command, added = ui_command(home, 3123, environment={})
    workspace = home.dagster / "workspace.yaml"
    listening = ["-h", "127.0.0.1", "-p", "3123"]
    assert command == ["dagster", "dev", "-w", str(workspace), *listening]
    assert added == {"DAGSTER_HOME": str(home.dagster), "GONGKAI_HOME": str(home.root)}
    bundled = yaml.safe_load((ROOT / "workspace.yaml").read_text())
    assert yaml.safe_load(workspace.read_text()) == bundled
    (tmp_path / "workspace.yaml").touch()
    assert str(tmp_path / "workspace.yaml") in ui_command(home, 3123, environment={})[0]


def test_web_interface_and_daemon_can_be_services_of_their_own(home: Home) -> None:
    def command(part: Part, *, read_only: bool = False) -> list[str]:
        return ui_command(home, 3123, part, read_only=read_only, environment={})[0]

    assert command("daemon")[:2] == ["dagster._daemon", "run"]
    assert command("web")[0] == "dagster_webserver"
    assert "--read-only" not in command("web")
    for part in ("all", "web", "daemon"):
        closed = command(part, read_only=True)
        assert (closed[0], closed[-1]) == ("dagster_webserver", "--read-only")
        assert "127.0.0.1" in closed


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    environment = {"GONGKAI_HOME": str(tmp_path), "GONGKAI_DELAY": "2.5", "GONGKAI_DEMO": "1"}
    settings = settings_from(environment)
    assert (settings.home, settings.delay, settings.demo) == (str(tmp_path), 2.5, True)
    bare = settings_from({})
    assert (bare.home, bare.sites, bare.delay) == (str(Path("data").absolute()), None, 1.0)
