"""Backfills as the web interface submits them, carried out by its daemon."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_stages import Grid
from webui import HERE, WebUi, free_port, running, start, stop, wait_until_served

from pipelines.locks import is_free
from pipelines.partitions import FIRST_YEAR
from pipelines.runs import missing
from warehouse.facts.divisions import PROVINCES
from warehouse.home import Home

SD, BJ = "山东省", "北京市"
STAGES = ("crawl", "parse", "load", "publish")
ReadGrid = Callable[[list[str]], Grid]


def keys(province: str, *years: int) -> list[str]:
    return [f"{province}|{year}" for year in years]


def everywhere(row: dict[str, str]) -> Grid:
    return dict.fromkeys(STAGES, row)


def test_a_ragged_backfill_is_one_run_a_range_and_true_in_the_grid(
    home: Home, registry: Path, tmp_path: Path, grid: ReadGrid
) -> None:
    wanted = keys(SD, 2024, 2023, 2022, 2019)
    with running(home, registry, tmp_path) as ui:
        ended = ui.wait(ui.backfill(wanted))
        (backfill,) = {run["tags"]["dagster/backfill"] for run in ui.runs()}
        assert ui.ranges(backfill) == {
            f"{SD}|2022 to {SD}|2024": "FAILURE",
            f"{SD}|2019 to {SD}|2019": "SUCCESS",
        }
        assert sorted(years for _, _, years in ui.crawls()) == [(2019,), (2024, 2023, 2022)]
    assert ended == "COMPLETED_FAILED"
    told = ["MATERIALIZED", "FAILED", "MATERIALIZED", "MATERIALIZED"]
    assert grid(wanted) == everywhere(dict(zip(wanted, told, strict=True)))


@pytest.mark.long
def test_every_form_of_selection(
    home: Home, registry: Path, tmp_path: Path, grid: ReadGrid
) -> None:
    years = list(range(FIRST_YEAR, 2026))
    with running(home, registry, tmp_path) as ui:
        forms = {
            "one key": keys("天津市", 2020),
            "a range of years": keys("河北省", *range(2018, 2025)),
            "a province over all years": keys(BJ, *years),
            "a year over all provinces": [f"{province}|2012" for province in PROVINCES],
            "ragged over two provinces": keys("辽宁省", 2020, 2022) + keys("吉林省", 2021, 2022),
        }
        for name, wanted in forms.items():
            before = len(ui.crawls())
            backfill = ui.backfill(wanted)
            assert ui.wait(backfill) == "COMPLETED_SUCCESS", name
            new = ui.crawls()[before:]
            assert set(ui.ranges(backfill).values()) == {"SUCCESS"}, name
            # One visit a run and province, and every key once.
            assert max(Counter((run, province) for run, province, _ in new).values()) == 1, name
            asked = [f"{province}|{year}" for _, province, found in new for year in found]
            assert sorted(asked) == sorted(wanted), name
            assert set(grid(wanted)["publish"].values()) == {"MATERIALIZED"}, name
            runs = len(ui.ranges(backfill))
            assert runs == {"ragged over two provinces": 3}.get(name, 1), (name, runs)


@pytest.mark.long
def test_only_failed_and_only_missing_do_no_more(
    home: Home, registry: Path, tmp_path: Path, grid: ReadGrid
) -> None:
    every = keys(SD, *range(2020, 2025))
    with running(home, registry, tmp_path) as ui:
        assert ui.wait(ui.backfill(every[:4])) == "COMPLETED_FAILED"
        (home.root / "mended").touch()
        shown = grid(every)["publish"]
        assert [key for key, status in shown.items() if status == "FAILED"] == keys(SD, 2023)
        before = len(ui.crawls())
        failed = [key for key, status in shown.items() if status == "FAILED"]
        assert ui.wait(ui.backfill(failed)) == "COMPLETED_SUCCESS"
        left = [key for key, status in grid(every)["publish"].items() if status != "MATERIALIZED"]
        assert left == keys(SD, 2024)
        assert missing(home, SD, range(2020, 2025)) == [2024]
        assert ui.wait(ui.backfill(left)) == "COMPLETED_SUCCESS"
        assert [found for _, _, found in ui.crawls()[before:]] == [(2023,), (2024,)]
    assert set(grid(every)["publish"].values()) == {"MATERIALIZED"}


@pytest.mark.long
def test_some_stages_alone_crawl_nothing(home: Home, registry: Path, tmp_path: Path) -> None:
    with running(home, registry, tmp_path) as ui:
        backfill = ui.backfill(keys(SD, 2021, 2022), STAGES[1:])
        assert ui.wait(backfill) == "COMPLETED_SUCCESS"
        assert ui.crawls() == []


def dagster_command(ui: WebUi, folder: Path, *words: str) -> None:
    """Runs one of Dagster's own commands on the home's instance."""
    paths = [str(HERE), str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")]
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(ui.home.dagster),
        "GONGKAI_HOME": str(ui.home.root),
        "GONGKAI_SITES": str(folder / "sites.yaml"),
        "PYTHONPATH": os.pathsep.join(paths),
    }
    done = subprocess.run(
        [sys.executable, "-m", "dagster", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def wait_for_keys(ui: WebUi, before: int, wanted: list[str], seconds: float = 240) -> None:
    """Until exactly these keys were crawled and all runs have ended."""
    until = time.monotonic() + seconds
    while True:
        found = [f"{p}|{year}" for _, p, years in ui.crawls()[before:] for year in years]
        ended = all(run["status"] in ("SUCCESS", "FAILURE") for run in ui.runs())
        if ended and sorted(found) == sorted(wanted):
            return
        assert time.monotonic() < until, (found, wanted)
        time.sleep(1)


@pytest.mark.long
def test_dagsters_own_commands(home: Home, registry: Path, tmp_path: Path, grid: ReadGrid) -> None:
    named = ["-m", "daemon_defs"]
    workspace = ["-w", str(tmp_path / "workspace.yaml"), "-j", "collect", "--noprompt"]
    materialize = ["asset", "materialize", *named, "--select"]
    with running(home, registry, tmp_path) as ui:
        for words, wanted in (
            ([*materialize, "*", "--partition", f"{BJ}|2020"], keys(BJ, 2020)),
            (
                [*materialize, "crawl*", "--partition-range", f"{BJ}|2021...{BJ}|2023"],
                keys(BJ, 2021, 2022, 2023),
            ),
            (
                [*materialize, "group:road", "--partition-range", "北京市|2012...河北省|2012"],
                ["北京市|2012", "天津市|2012", "河北省|2012"],
            ),
            (
                ["job", "backfill", *workspace, "--partitions", f"{SD}|2024,{SD}|2022"],
                keys(SD, 2024, 2022),
            ),
            (
                ["job", "backfill", *workspace, "--from", f"{SD}|2018", "--to", f"{SD}|2019"],
                keys(SD, 2018, 2019),
            ),
        ):
            before = len(ui.crawls())
            dagster_command(ui, tmp_path, *words)
            wait_for_keys(ui, before, wanted)
            assert set(grid(wanted)["publish"].values()) == {"MATERIALIZED"}, words


def wait_for(path: Path, seconds: float = 120) -> str:
    until = time.monotonic() + seconds
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < until, f"{path.name} did not appear"
        time.sleep(0.2)
    return path.read_text()


def hanging(ui: WebUi) -> tuple[str, list[int]]:
    """A run that hangs in its crawl: its id, and the processes of it."""
    (ui.home.root / "hang").touch()
    ui.backfill(keys(BJ, 2020))
    pids = list(map(int, wait_for(ui.home.root / "child.pid").split()))
    (ui.home.root / "hang").unlink()
    (run,) = [run for run in ui.runs() if run["status"] == "STARTED"]
    return run["runId"], pids


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def wait_for_end(ui: WebUi, run_id: str, seconds: float = 120) -> str:
    until = time.monotonic() + seconds
    while True:
        (status,) = [run["status"] for run in ui.runs() if run["runId"] == run_id]
        if status in ("SUCCESS", "FAILURE", "CANCELED"):
            return str(status)
        assert time.monotonic() < until, status
        time.sleep(1)


@pytest.mark.long
def test_a_run_cancelled_in_the_web_interface_ends_its_children(
    home: Home, registry: Path, tmp_path: Path
) -> None:
    with running(home, registry, tmp_path) as ui:
        run_id, pids = hanging(ui)
        assert all(map(is_alive, pids))
        ui.terminate(run_id)
        assert wait_for_end(ui, run_id) == "CANCELED"
        until = time.monotonic() + 30
        while any(map(is_alive, pids)) and time.monotonic() < until:
            time.sleep(0.2)
        assert not any(map(is_alive, pids))
        assert is_free(home.locks / f"province-{BJ}.lock")


def children(pid: int) -> list[tuple[int, str]]:
    listed = subprocess.run(
        ["ps", "-eo", "pid=,sid=,args="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    rows = (line.split(None, 2) for line in listed)
    return [(int(p), args) for p, session, args in rows if int(session) == pid]


@pytest.mark.long
@pytest.mark.parametrize("victim", ["dagster._daemon", "dagster_webserver", "everything"])
def test_killed_services_lose_no_backfill(
    home: Home, registry: Path, tmp_path: Path, grid: ReadGrid, victim: str
) -> None:
    wanted = keys(BJ, 2020, 2021)
    with running(home, registry, tmp_path) as ui:
        backfill = ui.backfill(wanted)
        for pid, args in children(ui.process.pid):
            if victim in args or victim == "everything":
                os.kill(pid, signal.SIGKILL)
        stop(ui.process)
        port = free_port()
        again = start(home, registry, tmp_path, port)
        try:
            wait_until_served(port, again)
            later = WebUi(port, home, again)
            assert later.wait(backfill) == "COMPLETED_SUCCESS"
        finally:
            stop(again)
    assert set(grid(wanted)["publish"].values()) == {"MATERIALIZED"}
