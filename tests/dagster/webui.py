"""A real web interface with its daemon, asked through its public GraphQL interface."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from warehouse.home import Home

HERE = Path(__file__).parent
STAGES = ("crawl", "parse", "load", "publish")
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}

_BACKFILL = """
mutation($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}"""
_STATUS = """
query($id: String!) {
  partitionBackfillOrError(backfillId: $id) {
    ... on PartitionBackfill { status error { message } }
  }
}"""
_RUNS = """
query($filter: RunsFilter) {
  runsOrError(filter: $filter) {
    ... on Runs { results { runId status tags { key value } } }
  }
}"""
_TERMINATE = """
mutation($id: String!) {
  terminateRun(runId: $id) { __typename ... on TerminateRunFailure { message } }
}"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class WebUi:
    """The client's side of one web interface."""

    port: int
    home: Home
    process: subprocess.Popen[bytes]

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        answer = requests.post(
            f"http://127.0.0.1:{self.port}/graphql",
            json={"query": query, "variables": variables},
            timeout=60,
        ).json()
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def backfill(self, keys: Sequence[str], stages: Sequence[str] = STAGES) -> str:
        selection = [{"path": [stage]} for stage in stages]
        params = {"partitionNames": list(keys), "assetSelection": selection, "tags": []}
        launched = self.ask(_BACKFILL, params=params)["launchPartitionBackfill"]
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        return str(launched["backfillId"])

    def wait(self, backfill: str, seconds: float = 240) -> str:
        """How a backfill ended."""
        until = time.monotonic() + seconds
        while True:
            found = self.ask(_STATUS, id=backfill)["partitionBackfillOrError"]
            if found["status"] not in ("REQUESTED", "CANCELING"):
                return str(found["status"])
            assert self.process.poll() is None, "the web interface ended"
            assert time.monotonic() < until, found
            time.sleep(1)

    def runs(self, **tags: str) -> list[dict[str, Any]]:
        wanted = [{"key": key.replace("__", "/"), "value": value} for key, value in tags.items()]
        found = self.ask(_RUNS, filter={"tags": wanted})["runsOrError"]["results"]
        for run in found:
            run["tags"] = {tag["key"]: tag["value"] for tag in run["tags"]}
        return list(found)

    def ranges(self, backfill: str) -> dict[str, str]:
        """Status of each run of a backfill, by ``<first key> to <last key>``."""
        named = {}
        for run in self.runs(dagster__backfill=backfill):
            first = run["tags"].get("dagster/asset_partition_range_start")
            last = run["tags"].get("dagster/asset_partition_range_end")
            one = run["tags"].get("dagster/partition")
            named[f"{first or one} to {last or one}"] = run["status"]
        return named

    def terminate(self, run_id: str) -> None:
        found = self.ask(_TERMINATE, id=run_id)["terminateRun"]
        assert found["__typename"] == "TerminateRunSuccess", found

    def crawls(self) -> list[tuple[str, str, tuple[int, ...]]]:
        """Run, province and years of every crawl so far."""
        path = self.home.root / "crawls.jsonl"
        if not path.exists():
            return []
        lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        return [(c["run"], c["province"], tuple(c["years"])) for c in lines]


def start(home: Home, registry: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Starts ``gongkai ui`` on the test's definitions."""
    (folder / "workspace.yaml").write_text(
        "load_from:\n- python_module: {module_name: daemon_defs}\n"
    )
    paths = [str(HERE), str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")]
    environment = {
        **{k: v for k, v in os.environ.items() if k != "DAGSTER_HOME"},
        "PYTHONPATH": os.pathsep.join(paths),
        "GONGKAI_SITES": str(registry),
    }
    command = [sys.executable, "-m", "pipelines", "ui", "--home", str(home.root)]
    with (folder / "ui.log").open("ab") as log:
        return subprocess.Popen(
            [*command, "--port", str(port), "--paused"],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends a web interface with all its children."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
    except ProcessLookupError:
        return
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until_served(port: int, process: subprocess.Popen[bytes], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            requests.get(f"http://127.0.0.1:{port}/server_info", timeout=5).raise_for_status()
            return
        except requests.RequestException:
            assert process.poll() is None, "the web interface ended"
            assert time.monotonic() < until, "the web interface does not answer"
            time.sleep(0.3)


@contextmanager
def running(home: Home, registry: Path, folder: Path) -> Iterator[WebUi]:
    """A web interface with its daemon, until the end of the block."""
    port = free_port()
    process = start(home, registry, folder, port)
    try:
        wait_until_served(port, process)
        yield WebUi(port, home, process)
    finally:
        stop(process)
