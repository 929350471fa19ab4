"""Kills, full disks, closed folders and readers: the published file is always one whole state."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.made import SHANDONG, SHANGHAI, bring_up, home_at, put_reports
from warehouse import query
from warehouse.errors import PublishError
from warehouse.home import Home

ROOT = Path(__file__).parents[2]

PUBLISH_FOREVER = """
import sys
from pathlib import Path
from tests.warehouse.made import SHANDONG, SHANGHAI, bring_up, put_reports
from warehouse.home import Home

home = Home(Path(sys.argv[1]))
number = int(sys.argv[2])
while True:
    number += 1
    for province in (SHANDONG, SHANGHAI):
        put_reports(home, province, 2021, 30, received=number)
    print(number, flush=True)
    bring_up(home, rebuild=bool(number % 2))
    print("done", flush=True)
"""

READ_FOREVER = """
import sys
import duckdb

path, seen, reads = sys.argv[1], set(), 0
for line in iter(sys.stdin.readline, "stop\\n"):
    with duckdb.connect(path, read_only=True) as con:
        numbers = con.execute("SELECT DISTINCT natural_person FROM request").fetchall()
        count = con.execute("SELECT count(*) FROM report").fetchall()[0][0]
    assert len(numbers) == 1, numbers
    assert count == 60, count
    seen.add(numbers[0][0])
    reads += 1
    print(reads, flush=True)
print(len(seen), flush=True)
"""


def state_of(home: Home) -> tuple[int, int]:
    """The one number all rows were made with, and the number of reports."""
    rows = query.run(home, "SELECT DISTINCT natural_person FROM request").rows
    assert len(rows) == 1, f"a mixture of states: {rows}"
    reports = query.run(home, "SELECT count(*) FROM report").rows[0][0]
    assert isinstance(rows[0][0], int)
    assert isinstance(reports, int)
    return rows[0][0], reports


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_some(home: Home, delays: list[float]) -> None:
    number = 0
    for delay in delays:
        with start(PUBLISH_FOREVER, str(home.root), str(number)) as process:
            assert process.stdout
            number = int(process.stdout.readline())
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
            for line in process.stdout.read().split():
                number = int(line) if line.isdecimal() else number
        if home.figures.exists():
            shown, reports = state_of(home)
            assert reports == 60
            assert shown <= number
    for province in (SHANDONG, SHANGHAI):  # a kill may have come between the two loads
        put_reports(home, province, 2021, 30, received=number + 1)
    bring_up(home)
    assert state_of(home) == (number + 1, 60)
    assert not list(home.root.glob(".*")), "leftovers of killed publishes"


def test_killed_at_any_point_the_old_files_stand(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    home.root.mkdir()
    kill_some(home, [0.02, 0.1, 0.2, 0.35, 0.5, 0.75])


@pytest.mark.long
def test_killed_by_the_dozen(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    home.root.mkdir()
    kill_some(home, [step / 40 for step in range(60)])


def test_readers_in_another_process_always_see_one_whole_state(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    for province in (SHANDONG, SHANGHAI):
        put_reports(home, province, 2021, 30, received=0)
    bring_up(home)
    with start(READ_FOREVER, str(home.figures)) as reader:
        assert reader.stdin
        assert reader.stdout
        for number in range(1, 7):
            reader.stdin.write("read\n" * 5)
            reader.stdin.flush()
            for province in (SHANDONG, SHANGHAI):
                put_reports(home, province, 2021, 30, received=number)
            bring_up(home, rebuild=bool(number % 2))
        reader.stdin.write("read\nstop\n")
        reader.stdin.flush()
        lines = reader.stdout.read().split()
    assert reader.returncode == 0
    assert lines[-2] == "31", "a read failed"
    assert int(lines[-1]) > 1, "the reader never saw a new state"


def test_an_open_reader_keeps_its_state_and_a_new_connection_sees_the_next(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    put_reports(home, SHANDONG, 2021, 3)
    bring_up(home)
    sql = "SELECT DISTINCT natural_person FROM request"
    with duckdb.connect(str(home.figures), read_only=True) as notebook, query.connect(home) as ours:
        put_reports(home, SHANDONG, 2021, 3, received=4)
        bring_up(home)
        assert notebook.execute(sql).fetchall() == [(3,)]
        assert ours.execute(sql).fetchall() == [(3,)]
        # Within this process duckdb.connect(path) would return the notebook's old file.
        assert query.run(home, sql).rows == [(4,)]


def in_child(action: Callable[[Home], None], home: Home) -> None:
    """Runs ``action`` in a forked child, whose limits and rights may be narrowed."""
    child = multiprocessing.get_context("fork").Process(target=action, args=(home,))
    child.start()
    child.join(60)
    assert child.exitcode == 0


def _publish_on_full_disk(home: Home) -> None:
    limit = home.figures.stat().st_size // 2
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    for rebuild in (True, False):
        with pytest.raises(PublishError, match=r"gongkai(-text)?\.duckdb: "):
            bring_up(home, rebuild=rebuild)


def _publish_to_closed_folder(home: Home) -> None:
    if os.geteuid() == 0:
        # Root writes into closed folders; nobody does not.
        os.setgroups([])
        os.setresuid(65534, 65534, 65534)
    with pytest.raises(PublishError, match="Permission denied") as error:
        bring_up(home)
    assert str(home.root) in str(error.value)


def test_a_full_disk_is_named_and_loses_nothing(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    put_reports(home, SHANDONG, 2021, 3)
    bring_up(home)
    put_reports(home, SHANDONG, 2021, 3, received=4)
    in_child(_publish_on_full_disk, home)
    assert state_of(home) == (3, 3)
    assert not list(home.root.glob(".*"))
    bring_up(home)
    assert state_of(home) == (4, 3)


def test_a_read_only_folder_is_named_and_loses_nothing() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        home = Home(Path(folder) / "home")
        put_reports(home, SHANDONG, 2021, 3)
        bring_up(home)
        put_reports(home, SHANDONG, 2021, 3, received=4)
        (home.locks / "publish.lock").chmod(0o666)
        home.root.chmod(0o555)
        in_child(_publish_to_closed_folder, home)
        home.root.chmod(0o755)
        assert state_of(home) == (3, 3)
