"""A crawl of many replica sites beside a bare Scrapy spider that fetches the same addresses.

``GONGKAI_BENCH_SITES`` sets how many sites, of 100 documents each (default 20; the stated goal is
for 200). The memory of our process is taken after each fifth of the documents.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from crawler.job import CrawlJob
from crawler.manifest import manifest_path, read_lines
from crawler.registry import Site, site_from_entry
from crawler.replica.scale import scaled_world
from crawler.replica.server import running_replica
from crawler.replica.world import World
from crawler.report import CrawlReport
from tests.benchmarks.timing import Figure

_SITES = int(os.environ.get("GONGKAI_BENCH_SITES", "20"))
_ROUNDS = 2
_YEARS = (2019, 2020, 2021, 2022)
_DEPARTMENTS = 20
_ROOT = Path(__file__).parents[2]


def _world() -> World:
    return scaled_world(_SITES, _DEPARTMENTS, _YEARS)


def _play(pipe: Connection) -> None:
    """Plays the world until the pipe closes."""
    with running_replica(_world()) as replica:
        pipe.send(replica.proxy_url)
        pipe.poll(None)


@contextmanager
def _replica() -> Iterator[str]:
    here, there = multiprocessing.get_context("spawn").Pipe()
    child = multiprocessing.get_context("spawn").Process(target=_play, args=(there,), daemon=True)
    child.start()
    try:
        yield here.recv()
    finally:
        here.close()
        child.terminate()
        child.join()


@dataclass
class _Spent:
    """What one child process took."""

    wall: float
    cpu: float
    held: list[int] = field(default_factory=list)


def _run(what: str, path: Path, proxy: str, archive: Path | None = None) -> _Spent:
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    environment |= {"http_proxy": proxy, "PYTHONPATH": str(_ROOT)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.crawl_child", what, str(path)],
        cwd=_ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    sizes: list[tuple[int, int]] = []
    watch = threading.Thread(target=_watch, args=(child, archive, sizes), daemon=True)
    watch.start()
    if child.wait():
        raise RuntimeError(f"the {what} crawl ended with exit code {child.returncode}")
    wall = time.perf_counter() - begun
    watch.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return _Spent(wall, cpu, _fifths(sizes))


def _watch(
    child: subprocess.Popen[bytes], archive: Path | None, sizes: list[tuple[int, int]]
) -> None:
    """Notes how much is archived and how many megabytes the process holds, again and again."""
    while child.poll() is None:
        try:
            fields = Path(f"/proc/{child.pid}/statm").read_text(encoding="ascii").split()
        except OSError:
            return  # it has ended between the two looks
        done = sum(p.stat().st_size for p in archive.rglob("*.warc.gz")) if archive else 0
        sizes.append((done, int(fields[1]) * resource.getpagesize() // 2**20))
        time.sleep(0.2)


def _fifths(sizes: list[tuple[int, int]]) -> list[int]:
    whole = max((done for done, _ in sizes), default=0)
    if not whole:
        return []
    marks = [whole * n / 5 for n in range(1, 6)]
    return [next(held for done, held in sizes if done >= mark) for mark in marks]


def _job(folder: Path, sites: tuple[Site, ...], number: int) -> CrawlJob:
    home = folder / str(number)
    return CrawlJob(
        archive=home / "archive",
        province=sites[0].province,
        years=_YEARS,
        sites=sites,
        delay=0.0,
        run_id="bench",
        report=home / "report.json",
        now=datetime(2026, 11, 22, tzinfo=UTC),
    )


def _measure(folder: Path, proxy: str) -> tuple[list[_Spent], list[_Spent], int]:
    sites = tuple(site_from_entry(entry, "bench") for entry in _world().sites())
    addresses = folder / "addresses.jsonl"
    ours, bare, documents = [], [], 0
    for number in range(_ROUNDS + 1):  # the first one fills the replica's cache and is not counted
        job = _job(folder, sites, number)
        job.archive.mkdir(parents=True)
        order = job.report.with_name("job.json")
        order.write_text(job.to_json(), encoding="utf-8")
        spent = _run("ours", order, proxy, job.archive)
        report = CrawlReport.from_json(job.report.read_text(encoding="utf-8"))
        if report.finish_reason != "finished" or any(s.errors for s in report.sites.values()):
            raise RuntimeError(f"the crawl did not go through: {report.finish_reason}")
        documents = sum(s.fetched for s in report.sites.values())
        lines = read_lines(manifest_path(job.archive, job.province))
        asked = [(x["url"], x.get("form")) for x in lines if x["kind"] == "fetch"]
        text = "".join(json.dumps(pair) + "\n" for pair in asked)
        addresses.write_text(text, encoding="utf-8")
        beside = _run("bare", addresses, proxy)
        if number:
            ours.append(spent)
            bare.append(beside)
    return ours, bare, documents


def figures() -> list[Figure]:
    """Throughput by wall clock and by processor time, each the better of two rounds by turns."""
    with tempfile.TemporaryDirectory() as folder, _replica() as proxy:
        ours, bare, documents = _measure(Path(folder), proxy)
    held = ", ".join(map(str, ours[-1].held))
    work = f"crawl of {documents} documents of {_SITES} sites"
    made = []
    for name, note in (("wall", f"after each fifth {held} MB"), ("cpu", "processor time")):
        mine = min(getattr(s, name) for s in ours) / documents * 1000
        peer = min(getattr(s, name) for s in bare) / documents * 1000
        made.append(Figure(f"{work} ({note})", mine, "bare Scrapy spider", peer, 0.85))
    return made
