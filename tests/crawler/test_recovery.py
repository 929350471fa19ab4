"""Runs that are killed: nothing lost, nothing twice, no torn bytes left."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.job import CrawlJob
from crawler.launch import run_crawl
from crawler.manifest import Manifest, ManifestBusyError, manifest_path, read_lines
from tests.crawler.conftest import PROVINCE, Crawls, listing, site, title
from tests.crawler.web import Web

BASE = "http://www.a.gov.cn/nb/"
ROOT = Path(__file__).resolve().parents[2]


def many(web: Web, number: int = 24) -> None:
    rows = [(f"{n}.html", title(2023, f"第{n}街道办事处"), "2024-01-02") for n in range(number)]
    web.put(BASE, listing(rows))
    for n in range(number):
        link = f"<a href='P{n}.docx'>x</a>" if n % 3 == 0 else ""
        web.put(f"{BASE}{n}.html", f"<html><body>{n} {link}</body></html>", delay=0.01)
        web.put(f"{BASE}P{n}.docx", f"PK{n}".encode())


def start(job: CrawlJob) -> subprocess.Popen[bytes]:
    order = job.report.with_suffix(".order.json")
    order.parent.mkdir(parents=True, exist_ok=True)
    order.write_text(job.to_json(), encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, "-m", "crawler.run", str(order)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_until(what: object, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)


def check_archive(crawls: Crawls) -> None:
    """Every record reads back, and no version was stored twice."""
    lines = list(read_lines(manifest_path(crawls.archive, PROVINCE)))
    stored = Counter(
        (line["url"], line["sha256"])
        for line in lines
        if line["kind"] == "fetch" and line["role"] != "list" and not line["unchanged"]
    )
    assert set(stored.values()) <= {1}, "the same bytes are stored twice"
    for path in (crawls.archive / PROVINCE).glob("*.warc.gz"):
        with path.open("rb") as file:
            records = ArchiveIterator(file, check_digests="raise")
            assert sum(bool(record.content_stream().read() or 1) for record in records) > 0


def test_killed_again_and_again_ends_as_if_never_killed(
    web: Web, crawls: Crawls, tmp_path: Path
) -> None:
    many(web)
    expected = 24 + 8
    for asked in (5, 18):
        web.asked.clear()
        child = start(crawls.job())
        wait_until(lambda asked=asked: len(web.asked) >= asked)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    folder = crawls.archive / PROVINCE
    with (folder / "manifest.jsonl").open("ab") as file:
        file.write(b'{"kind":"fetch","run":"r2","ur')
    newest = max(folder.glob("*.warc.gz"), key=lambda path: path.stat().st_mtime)
    with newest.open("ab") as file:
        file.write(b"\x1f\x8b\x08torn record")

    report = crawls.run()
    assert report.finish_reason == "finished"
    assert len(report.notes) == 2, report.notes
    documents = crawls.documents()
    assert len(documents) == expected
    assert {d.outcome for d in documents.values()} == {"fetched"}
    for url, document in documents.items():
        assert document.bytes == len(web.pages[url].data)
    check_archive(crawls)
    counts = report.sites["www.a.gov.cn"]
    assert counts.fetched + counts.skipped_unchanged == expected
    assert counts.skipped_unchanged >= 10, "what the killed runs had fetched was fetched again"

    web.asked.clear()
    assert crawls.run().sites["www.a.gov.cn"].requested == 0


def contents(crawls: Crawls) -> dict[str, tuple[object, ...]]:
    """What an archive holds, apart from when and where in it."""
    return {
        url: (d.sha256, d.bytes, d.outcome, d.reason, d.year, d.title, d.role, d.parent)
        for url, d in crawls.documents().items()
    }


def kill_at_random(
    web: Web, root: Path, undisturbed: dict[str, tuple[object, ...]], seed: int
) -> None:
    """One archive, killed at three random moments, then crawled to the end."""
    dice = random.Random(seed)
    crawls = Crawls(root / f"seed{seed}")
    web.asked.clear()
    for _ in range(3):
        child = start(crawls.job())
        pause = dice.uniform(0.3, 2.2)
        try:
            child.wait(pause)
        except subprocess.TimeoutExpired:
            os.kill(child.pid, signal.SIGKILL)
        child.wait()
    report = crawls.run()
    assert report.finish_reason == "finished", (seed, report)
    assert contents(crawls) == undisturbed, seed
    check_archive(crawls)
    documents = [url for url in web.asked if url not in (BASE, "http://www.a.gov.cn/robots.txt")]
    again = len(documents) - len(set(documents))
    assert again <= 3, f"seed {seed}: {again} documents fetched again, one a kill was in flight"


@pytest.fixture
def undisturbed(web: Web, tmp_path: Path) -> dict[str, tuple[object, ...]]:
    many(web)
    crawls = Crawls(tmp_path / "undisturbed")
    crawls.run()
    return contents(crawls)


def test_random_kills_change_nothing(
    web: Web, tmp_path: Path, undisturbed: dict[str, tuple[object, ...]]
) -> None:
    kill_at_random(web, tmp_path, undisturbed, 1)


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(2, 19))  # 17 archives, three kills each
def test_fifty_random_kills_change_nothing(
    web: Web, tmp_path: Path, undisturbed: dict[str, tuple[object, ...]], seed: int
) -> None:
    kill_at_random(web, tmp_path, undisturbed, seed)


def test_full_disk_ends_the_crawl_and_loses_nothing(web: Web, crawls: Crawls) -> None:
    many(web, 60)
    for n in range(60):
        web.put(
            f"{BASE}{n}.html", f"<html><body>{random.Random(n).randbytes(4000).hex()}</body></html>"
        )
    job = crawls.job()
    order = job.report.with_suffix(".order.json")
    order.parent.mkdir(parents=True)
    order.write_text(job.to_json(), encoding="utf-8")
    small = (60_000, 60_000)
    child = subprocess.run(
        [sys.executable, "-m", "crawler.run", str(order)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, small),
        check=False,
    )
    assert b"File too large" in child.stderr
    assert len(web.asked) < 45, "what cannot be kept is not asked for"
    report = crawls.run()
    assert report.finish_reason == "finished"
    assert {d.outcome for d in crawls.documents().values()} == {"fetched"}
    assert len(crawls.documents()) == 60
    check_archive(crawls)


def test_lines_that_do_not_fit_leave_nothing_behind(tmp_path: Path) -> None:
    code = """
import resource, sys
from pathlib import Path
from crawler.manifest import Manifest
manifest = Manifest(Path(sys.argv[1]), sys.argv[2], "r1")
manifest.append([{"kind": "pass", "run": "r1"}])
resource.setrlimit(resource.RLIMIT_FSIZE, (200, resource.RLIM_INFINITY))
try:
    manifest.append([{"kind": "pass", "run": "x" * 900}])
except OSError:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
manifest.append([{"kind": "pass", "run": "r2"}])
manifest.close()
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path), PROVINCE], cwd=ROOT, check=True)
    lines = list(read_lines(manifest_path(tmp_path, PROVINCE)))
    assert [line["run"] for line in lines] == ["r1", "r2"]


def test_promise_of_a_killed_run_that_no_list_repeats_gets_its_outcome(
    web: Web, crawls: Crawls
) -> None:
    many(web, 6)
    child = start(crawls.job())
    wait_until(lambda: any(url.endswith("0.html") for url in web.asked))
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert "promised" in {d.outcome for d in crawls.documents().values()}
    web.put(BASE, listing([]))
    crawls.run()
    assert "promised" not in {d.outcome for d in crawls.documents().values()}


def test_report_of_a_killed_child_names_every_site(web: Web, crawls: Crawls) -> None:
    many(web)
    job = crawls.job(site(), site("www.b.gov.cn"))
    killed = threading.Event()

    def kill(line: str) -> None:
        if killed.is_set():
            return
        killed.set()
        order = os.fsencode(job.report.with_name("r1.job.json"))
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            if order in entry.read_bytes():
                os.kill(int(entry.parent.name), signal.SIGKILL)

    report = run_crawl(job, kill)
    assert report.finish_reason and "signal 9" in report.finish_reason
    assert all(report.sites[host].errors for host in ("www.a.gov.cn", "www.b.gov.cn"))


def test_error_in_the_parent_ends_the_child(web: Web, crawls: Crawls) -> None:
    many(web)

    class StopError(Exception):
        pass

    def stop(line: str) -> None:
        raise StopError

    with pytest.raises(StopError):
        run_crawl(crawls.job(), stop)
    asked = len(web.asked)
    Manifest(crawls.archive, PROVINCE, "after").close()  # its lock is free again
    time.sleep(0.2)
    assert len(web.asked) == asked, "the child goes on"
    left = {d.outcome for d in crawls.documents().values()}
    assert "promised" not in left, "told to stop, it gives every promise its outcome"


def test_child_ends_when_its_parent_is_killed(web: Web, crawls: Crawls, tmp_path: Path) -> None:
    many(web, 400)
    job = crawls.job()
    order = tmp_path / "order.json"
    order.write_text(job.to_json(), encoding="utf-8")
    code = (
        "import pathlib, sys; from crawler.launch import CrawlJob, run_crawl;"
        "text = pathlib.Path(sys.argv[1]).read_text('utf-8');"
        "run_crawl(CrawlJob.from_json(text), lambda line: None)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(order)], cwd=ROOT)
    wait_until(lambda: len(web.asked) >= 4)
    parent.kill()
    parent.wait()

    def free() -> bool:
        try:
            Manifest(crawls.archive, PROVINCE, "probe").close()
        except ManifestBusyError:
            return False
        return True

    wait_until(free)
    assert len(web.asked) < 400


def test_second_crawl_of_a_province_at_the_same_time_is_refused(web: Web, crawls: Crawls) -> None:
    held = Manifest(crawls.archive, PROVINCE, "other")
    report = crawls.run()
    held.close()
    assert report.finish_reason != "finished"
    assert "another crawl" in " ".join(report.sites["www.a.gov.cn"].errors)
    assert not web.asked


@pytest.mark.parametrize("broken", ["{broken", '{"kind": "promise"}', "[]"])
def test_damage_in_the_middle_is_no_silent_loss(crawls: Crawls, web: Web, broken: str) -> None:
    path = manifest_path(crawls.archive, PROVINCE)
    path.parent.mkdir(parents=True)
    good = json.dumps({"kind": "pass", "run": "r0", "url": BASE, "years": []})
    path.write_text(f"{good}\n{broken}\n{good}\n", encoding="utf-8")
    report = crawls.run()
    assert "line 2" in " ".join(report.sites["www.a.gov.cn"].errors)


def test_tail_that_a_failed_machine_lost_is_fetched_again(web: Web, crawls: Crawls) -> None:
    many(web, 6)
    crawls.run()
    before = contents(crawls)
    warc = next((crawls.archive / PROVINCE).glob("*.warc.gz"))
    size = warc.stat().st_size
    with warc.open("r+b") as file:  # what a file system may leave: the size, not the bytes
        file.seek(size // 2)
        file.write(bytes(size - size // 2))
    report = crawls.run()
    assert any("manifest lines without records" in note for note in report.notes), report.notes
    assert report.finish_reason == "finished" and 0 < report.sites["www.a.gov.cn"].fetched < 8
    assert contents(crawls).keys() == before.keys()
    check_archive(crawls)
    assert crawls.run().sites["www.a.gov.cn"].requested == 0
