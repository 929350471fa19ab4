"""A backfill as the web interface submits it, carried out by the daemon."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from daemon_defs import defs
from dagster._core.execution.backfill import PartitionBackfill
from fake_stages import Grid

from pipelines.instance import open_instance
from warehouse.home import Home

HERE = Path(__file__).parent
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}


def submit(instance: dg.DagsterInstance, keys: list[str]) -> None:
    graph = defs.resolve_asset_graph()
    instance.add_backfill(
        PartitionBackfill.from_asset_partitions(
            backfill_id="shandong",
            asset_graph=graph,
            partition_names=keys,
            asset_selection=sorted(graph.materializable_asset_keys),
            backfill_timestamp=datetime.now(UTC).timestamp(),
            tags={},
            dynamic_partitions_store=instance,
            all_partitions=False,
            title=None,
            description=None,
            run_config=None,
        )
    )


def wait_for_runs(instance: dg.DagsterInstance, count: int, daemon: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 60
    while True:
        runs = instance.get_runs()
        if len(runs) >= count and all(run.status.value in ENDED for run in runs):
            return
        assert daemon.poll() is None, "the daemon ended"
        assert time.monotonic() < until, [run.status for run in runs]
        time.sleep(0.3)


def test_a_ragged_backfill_is_one_run_a_range_and_true_in_the_grid(
    home: Home, registry: Path, tmp_path: Path, grid: Callable[[list[str]], Grid]
) -> None:
    keys = [f"山东省|{year}" for year in (2024, 2023, 2022, 2019)]
    workspace = tmp_path / "workspace.yaml"
    workspace.write_text("load_from:\n- python_module: {module_name: daemon_defs}\n")
    paths = [str(HERE), str(Path.cwd()), os.environ.get("PYTHONPATH", "")]
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(home.dagster),
        "GONGKAI_HOME": str(home.root),
        "GONGKAI_SITES": str(registry),
        "PYTHONPATH": os.pathsep.join(paths),
    }
    with open_instance(home.dagster) as instance:
        submit(instance, keys)
        command = [sys.executable, "-m", "dagster._daemon", "run", "-w", str(workspace)]
        with (tmp_path / "daemon.log").open("w") as log:
            daemon = subprocess.Popen(command, env=environment, stdout=log, stderr=log, text=True)
            try:
                wait_for_runs(instance, 2, daemon)
            finally:
                daemon.terminate()
                daemon.wait(30)
        ranges = {
            run.tags["dagster/asset_partition_range_start"]: run.status.value
            for run in instance.get_runs()
        }
    assert ranges == {"山东省|2022": "FAILURE", "山东省|2019": "SUCCESS"}
    row = dict(zip(keys, ["MATERIALIZED", "FAILED", "MATERIALIZED", "MATERIALIZED"], strict=True))
    assert grid(keys) == dict.fromkeys(("crawl", "parse", "load", "publish"), row)
