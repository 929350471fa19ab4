"""The warehouse at size: publishing, one partition changed, readers meanwhile, queries, search.

``GONGKAI_BENCH_REPORTS`` sets how many reports (default 20 000; the stated goal is a million),
``GONGKAI_BENCH_PUBLISHES`` how many publishes the eight readers see (default 10; goal 100).
Goals are for the stated sizes on two cores that do nothing else.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb

from tests.benchmarks.generated import LAST_YEAR, make_lake, write_generated
from tests.benchmarks.timing import Goal
from warehouse.facts.divisions import PROVINCES
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.published import attach

_REPORTS = int(os.environ.get("GONGKAI_BENCH_REPORTS", "20000"))
_PUBLISHES = int(os.environ.get("GONGKAI_BENCH_PUBLISHES", "10"))
_NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
_README = Path(__file__).parents[2] / "README.md"

_PUBLISH = """
import datetime as dt, resource, sys, time
from pathlib import Path
from warehouse.home import Home
from warehouse.publish import publish
began = time.monotonic()
publish(Home(Path(sys.argv[1])), demo=True, now=dt.datetime(2026, 11, 22, tzinfo=dt.UTC),
        versions={"software": "bench"}, rebuild=True)
print(time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""

_READ = """
import sys, time
from pathlib import Path
from warehouse import query
from warehouse.home import Home
home, until, seen, reads = Home(Path(sys.argv[1])), Path(sys.argv[2]), set(), 0
while not until.exists():
    with query.connect(home) as con:
        reports, partitions = con.execute("SELECT reports, partitions FROM meta").fetchone()
        counted = con.execute("SELECT count(*) FROM report").fetchone()[0]
        summed = con.execute("SELECT sum(reports) FROM province_year").fetchone()[0]
        rows = con.execute("SELECT count(*) FROM request WHERE item = 'received'").fetchone()[0]
    assert reports == counted == summed == rows, (reports, counted, summed, rows)
    seen.add(reports)
    reads += 1
print(reads, len(seen))
"""


def _publish(home: Home) -> None:
    publish(home, demo=True, now=_NOW, versions={"software": "bench"}, rebuild=False)


def _from_nothing(home: Home) -> Iterator[Goal]:
    """In a process of its own, whose memory is measured."""
    done = subprocess.run(
        [sys.executable, "-c", _PUBLISH, str(home.root)], capture_output=True, text=True, check=True
    )
    seconds, megabytes = map(float, done.stdout.split())
    work = f"publish {_REPORTS} reports from nothing"
    yield Goal(work, seconds, "s", 25)
    yield Goal(f"{work}: memory", megabytes, "MB", 2048)


def _one_changed(home: Home, each: int) -> Iterator[Goal]:
    times = []
    for number in range(3):
        write_generated(home, PROVINCES[number], LAST_YEAR, each + number, f"changed{number}")
        began = time.monotonic()
        _publish(home)
        times.append(time.monotonic() - began)
    yield Goal("one partition changed, to the swap", min(times), "s", 1)


def _queries(home: Home) -> Iterator[Goal]:
    text = _README.read_text(encoding="utf-8")
    _, *blocks = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    with duckdb.connect() as con:
        attach(con, home.figures, "gongkai")
        attach(con, home.text, "text")
        con.execute("USE gongkai")
        for block in blocks:
            times = []
            for _ in range(4):
                began = time.monotonic()
                con.execute(block).fetchall()
                times.append((time.monotonic() - began) * 1000)
            name = re.sub(r"\s+", " ", block)[:60]
            yield Goal(f"README: {name}", min(times), "ms", 100)


def _readers(home: Home, folder: Path, each: int) -> Iterator[Goal]:
    stop = folder / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", _READ, str(home.root), str(stop)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    for number in range(_PUBLISHES):
        write_generated(home, PROVINCES[0], LAST_YEAR, each + number % 7, f"again{number}")
        _publish(home)
    stop.touch()
    failed, reads = 0, 0
    for reader in readers:
        out, err = reader.communicate()
        failed += reader.returncode != 0
        reads += int(out.split()[0]) if reader.returncode == 0 else 0
        sys.stderr.write(err)
    yield Goal(f"failed of 8 readers in {_PUBLISHES} publishes ({reads} reads)", failed, "", 0)


def figures() -> Iterator[Goal]:
    """All figures, in an order in which each leaves the file as the next needs it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = make_lake(folder / "home", _REPORTS)
        each = max(1, _REPORTS // ((LAST_YEAR - 2008 + 1) * len(PROVINCES)))
        yield from _from_nothing(home)
        yield from _queries(home)
        yield from _one_changed(home, each)
        yield from _readers(home, folder, each)
