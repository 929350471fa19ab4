"""The warehouse at size: publishing, one partition changed, readers meanwhile, queries, search.

``GONGKAI_BENCH_REPORTS`` sets how many reports (default 20 000; the stated goal is a million),
``GONGKAI_BENCH_PUBLISHES`` how many publishes the eight readers see (default 10; goal 100),
``GONGKAI_BENCH_TEXTS`` how many reports' text is searched (default 2 000; goal 100 000).
Goals are for the stated sizes on two cores that do nothing else.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb

from tests.benchmarks.generated import FIRST_YEAR, LAST_YEAR, make_lake, write_generated
from tests.benchmarks.timing import Goal
from warehouse import query
from warehouse.facts.divisions import PROVINCES
from warehouse.home import Home
from warehouse.published import attach

_REPORTS = int(os.environ.get("GONGKAI_BENCH_REPORTS", "20000"))
_TEXTS = int(os.environ.get("GONGKAI_BENCH_TEXTS", "2000"))
_PUBLISHES = int(os.environ.get("GONGKAI_BENCH_PUBLISHES", "10"))
_WORDS = "行政复议", "行政诉讼 维持", "政府信息公开条例", "保密审查 业务培训 997件", "税"
_README = Path(__file__).parents[2] / "README.md"

_PUBLISH = """
import datetime as dt, resource, sys, time
from pathlib import Path
import duckdb
from warehouse.home import Home
from warehouse.publish import publish
duckdb.execute("SELECT ?", [1])  # imports pandas where there is one, which users need not have
began, used = time.monotonic(), time.process_time()
publish(Home(Path(sys.argv[1])), demo=True, now=dt.datetime(2026, 11, 22, tzinfo=dt.UTC),
        versions={"software": "bench"}, rebuild=sys.argv[2] == "anew")
print(time.monotonic() - began, time.process_time() - used,
      resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""

_READ = """
import os, sys, time
from pathlib import Path
from warehouse import query
from warehouse.home import Home
home, until, sql = Home(Path(sys.argv[1])), Path(sys.argv[2]), sys.argv[3]
seen, reads = set(), 0
os.nice(10)
while not until.exists():
    with query.connect(home) as con:
        (reports,) = con.execute("SELECT reports FROM meta").fetchone()
        answer = con.execute(sql).fetchone()
        (again,) = con.execute("SELECT count(*) FROM report").fetchone()
    assert len(set(answer)) == 1, (sql, answer)
    assert reports == again, (reports, again)
    seen.add(reports)
    reads += 1
    time.sleep(0.1)
print(reads, len(seen))
"""

_LAST = f"year = {LAST_YEAR} AND province = '{PROVINCES[0]}'"

_CONSISTENT = (
    "SELECT reports, (SELECT sum(reports) FROM province_year),"
    " (SELECT count(*) FROM request WHERE item = 'received') FROM meta",
    "SELECT (counts->>'request')::BIGINT, (SELECT count(*) FROM request) FROM meta",
    "SELECT (SELECT sum(findings) FROM report),"
    " (SELECT count(*) FROM finding WHERE dismissed IS NULL)",
    "SELECT (SELECT sum(reports) FROM organ), (SELECT count(*) FROM report WHERE organ_id <> '')",
    "SELECT (SELECT sum(rows) FROM partition), (SELECT sum((counts->>name)::BIGINT)"
    " FROM meta, (SELECT unnest(['report', 'request', 'proactive', 'legal_challenge', 'finding',"
    " 'cell', 'document', 'report_version']) AS name))"
    " - (SELECT count(*) FROM finding WHERE scope IS NOT NULL)",
    f"SELECT (SELECT count(*) FROM report WHERE {_LAST}),"
    f" (SELECT count(*) FROM legal_challenge WHERE {_LAST}) // 3,"
    f" (SELECT count(*) FROM report_figures WHERE {_LAST}),"
    f" (SELECT count(*) FROM document WHERE {_LAST})",
    f"SELECT (SELECT sum(total) FROM request_all_forms WHERE item = 'received' AND {_LAST}),"
    f" (SELECT received FROM province_year WHERE {_LAST})",
    "SELECT (SELECT sum(found) FROM coverage), (SELECT count(*) FROM report)",
)
"""What each of the readers asks: figures of several tables that agree in every whole state."""


def _publish(home: Home, how: str) -> tuple[float, float, float]:
    """Seconds by the clock, processor seconds and megabytes, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _PUBLISH, str(home.root), how],
        capture_output=True,
        text=True,
        check=True,
    )
    clock, used, megabytes = map(float, done.stdout.split()[-3:])
    return clock, used, megabytes


def _from_nothing(home: Home) -> Iterator[Goal]:
    clock, used, megabytes = _publish(home, "anew")
    work = f"publish {_REPORTS} reports from nothing"
    yield Goal(f"{work}, by the clock", clock, "s", 25)
    yield Goal(f"{work}, processor time / 2", used / 2, "s", 25)
    yield Goal(f"{work}: memory", megabytes, "MB", 2048)


def _one_changed(home: Home, each: int) -> Iterator[Goal]:
    times = []
    for number in range(3):
        write_generated(home, PROVINCES[number], LAST_YEAR, each + number, f"changed{number}")
        times.append(_publish(home, "part"))
    yield Goal("one partition changed, to the swap, by the clock", min(times)[0], "s", 1)
    yield Goal("one partition changed: processor time", min(t[1] for t in times), "s", 1)


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
            [sys.executable, "-c", _READ, str(home.root), str(stop), sql],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for sql in _CONSISTENT
    ]
    for number in range(_PUBLISHES):
        write_generated(home, PROVINCES[0], LAST_YEAR, each + number % 7, f"again{number}")
        _publish(home, "part")
    stop.touch()
    failed, reads, states = 0, 0, []
    for reader in readers:
        out, err = reader.communicate()
        failed += reader.returncode != 0
        if reader.returncode == 0:
            # DuckDB may have drawn the progress of a long query before.
            done, seen = map(int, out.split()[-2:])
            reads += done
            states.append(seen)
        sys.stderr.write(err)
    work = f"failed of 8 readers in {_PUBLISHES} publishes"
    yield Goal(f"{work} ({reads} reads of {states} numbers of reports)", failed, "", 0)


def _searches(folder: Path) -> Iterator[Goal]:
    home = make_lake(folder / "texts", _TEXTS, with_text=True)
    clock, used, megabytes = _publish(home, "anew")
    work = f"publish {_TEXTS} reports with their text from nothing"
    yield Goal(f"{work} ({used:.0f} s of processor, {megabytes:.0f} MB)", clock, "s", float("inf"))
    for words in _WORDS:
        times = []
        for _ in range(3):
            began = time.monotonic()
            with query.connect(home) as con:
                con.execute("FROM text.search(?)", [words]).fetchall()
            times.append(time.monotonic() - began)
        yield Goal(f"search {words}, opening the files too", max(times), "s", 1)
    each = max(1, _TEXTS // ((LAST_YEAR - FIRST_YEAR + 1) * len(PROVINCES)))
    write_generated(home, PROVINCES[3], LAST_YEAR, each + 1, "changed", with_text=True)
    clock, used, _ = _publish(home, "part")
    yield Goal("one partition's text updated, by the clock", clock, "s", 10)
    yield Goal("one partition's text updated: processor time", used, "s", 10)


def figures() -> Iterator[Goal]:
    """All figures, in an order in which each leaves the file as the next needs it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = make_lake(folder / "home", _REPORTS)
        each = max(1, _REPORTS // ((LAST_YEAR - FIRST_YEAR + 1) * len(PROVINCES)))
        yield from _from_nothing(home)
        yield from _queries(home)
        yield from _one_changed(home, each)
        yield from _readers(home, folder, each)
        yield from _searches(folder)
