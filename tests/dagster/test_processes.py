"""Runs as processes: two at once, one cancelled, one killed."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest
from fake_stages import FakeStages, Grid

from pipelines.locks import cores, hold, is_free
from pipelines.runs import BlockResult
from warehouse.home import Home

SD, BJ = "山东省", "北京市"
RUNNER = Path(__file__).with_name("block_runner.py")


@pytest.fixture
def start(home: Home, registry: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    (home.root / "sites.yaml").write_bytes(registry.read_bytes())
    processes: list[subprocess.Popen[str]] = []

    def begin(
        province: str, year: int, mode: str, limit: int | None = None
    ) -> subprocess.Popen[str]:
        command = [sys.executable, str(RUNNER), str(home.root), province, str(year), mode]
        paths = os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")])
        process = subprocess.Popen(
            command,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": paths},
            start_new_session=True,
        )
        if limit is not None:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, limit))
        processes.append(process)
        return process

    yield begin
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


@contextmanager
def opened(home: Home) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        yield instance


def statuses(home: Home) -> list[str]:
    with opened(home) as instance:
        return sorted(run.status.value for run in instance.get_runs())


def wait_for(path: Path, seconds: float = 30) -> str:
    until = time.monotonic() + seconds
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < until, f"{path.name} did not appear"
        time.sleep(0.05)
    return path.read_text()


def test_two_runs_of_one_province_take_turns(
    home: Home, start: Callable[..., subprocess.Popen[str]]
) -> None:
    runs = [start(SD, year, "quick") for year in (2024, 2023)]
    errors = [run.communicate(timeout=60)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], errors
    times = sorted(tuple(map(float, p.read_text().split())) for p in home.root.glob("times-*"))
    assert len(times) == 2
    assert times[0][1] <= times[1][0]
    assert statuses(home) == ["SUCCESS", "SUCCESS"]


def test_who_waits_says_so_and_a_dead_holder_frees_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "locks" / "one.lock"
    holding = (
        "import sys, time; from pathlib import Path; from pipelines.locks import hold\n"
        "with hold(Path(sys.argv[1]), 'x', print):\n"
        "    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert not is_free(path)
        said: list[str] = []

        def kill_holder(line: str) -> None:
            said.append(line)
            holder.kill()

        with hold(path, "another run", kill_holder):
            assert not is_free(path)
    assert said == [f"another run is going on (process {holder.pid}); waiting for it to end"]
    assert is_free(path)


def test_a_cancelled_run_ends_its_children_and_keeps_what_was_done(
    home: Home,
    start: Callable[..., subprocess.Popen[str]],
    grid: Callable[[list[str]], Grid],
) -> None:
    run = start(SD, 2024, "child")
    child = int(wait_for(home.root / "child.pid"))
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=30)
    assert run.returncode == 130
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    shown = {name: row[f"{SD}|2024"] for name, row in grid([f"{SD}|2024"]).items()}
    assert shown["crawl"] == "MATERIALIZED"
    assert {shown[name] for name in ("parse", "load", "publish")} == {"FAILED"}
    assert is_free(home.locks / f"province-{SD}.lock")


def test_a_killed_run_does_not_stay_in_progress(
    home: Home,
    start: Callable[..., subprocess.Popen[str]],
    run: Callable[[FakeStages, str, list[int]], BlockResult],
    lines: list[str],
) -> None:
    victim = start(SD, 2024, "child")
    child = int(wait_for(home.root / "child.pid"))
    victim.kill()
    victim.communicate()
    os.kill(child, signal.SIGKILL)
    assert statuses(home) == ["STARTED"]
    assert run(FakeStages(), SD, [2024]).success
    assert statuses(home) == ["FAILURE", "SUCCESS"]
    assert any("was killed" in line for line in lines)


def test_a_full_disk_ends_the_run_and_the_next_one_goes_on(
    home: Home,
    start: Callable[..., subprocess.Popen[str]],
    run: Callable[[FakeStages, str, list[int]], BlockResult],
    grid: Callable[[list[str]], Grid],
) -> None:
    """A limit on the size of files stands for the disk: writes fail where it is reached."""
    largest = max(path.stat().st_size for path in home.dagster.rglob("*.db"))
    victim = start(SD, 2024, "quick", limit=largest)
    _, errors = victim.communicate(timeout=90)
    assert victim.returncode not in (0, None), errors
    assert "full" in errors or "I/O" in errors or "too large" in errors, errors[-2000:]
    assert is_free(home.locks / f"province-{SD}.lock")
    assert run(FakeStages(), SD, [2024]).success
    assert grid([f"{SD}|2024"])["publish"] == {f"{SD}|2024": "MATERIALIZED"}


def test_a_second_daemon_on_one_home_is_refused(home: Home) -> None:
    command = [sys.executable, "-m", "pipelines", "ui", "--home", str(home.root)]
    with hold(home.dagster / "daemon.lock", "x", print):
        done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 1
    assert "a daemon runs on this home already" in done.stderr


def test_runs_share_the_cores(home: Home) -> None:
    said: list[str] = []

    def read() -> int:
        with cores(home, 1, said.append, there=3) as number:
            return number

    with ThreadPoolExecutor(1) as other:
        with cores(home, 4, said.append, there=3) as first:
            assert first == 3
            waiting = other.submit(read)
            until = time.monotonic() + 20
            while not said and time.monotonic() < until:
                time.sleep(0.02)
            assert not waiting.done()
        assert waiting.result(20) == 1
    with cores(home, 2, said.append, there=3) as two, cores(home, 2, said.append, there=3) as one:
        assert (two, one) == (2, 1)
    assert said == ["other runs are reading documents on all cores; waiting for one"]
