"""Every site of the world ``shapes`` crawled whole: each promised report, nothing else, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.documents import read_documents
from crawler.job import CrawlJob
from crawler.launch import run_crawl
from crawler.registry import load_sites
from crawler.replica.build import load_world
from crawler.replica.server import Replica, running_replica
from crawler.report import CrawlReport

PROVINCE = "山东省"
NOW = datetime(2024, 6, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running_replica(load_world("shapes")) as running:
        yield running


@pytest.fixture(scope="module")
def crawls(
    replica: Replica, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[CrawlReport], list[list[str]]]:
    """The archive, the reports of two runs, and what each of them asked for."""
    root = tmp_path_factory.mktemp("shapes")
    sites = [s for file in replica.world.write_sites(root / "sites") for s in load_sites(file)]
    reports, asked = [], []
    with pytest.MonkeyPatch.context() as patch:
        for name in ("http_proxy", "HTTP_PROXY"):
            patch.setenv(name, replica.proxy_url)
        for number in (1, 2):
            replica.log.clear()
            job = CrawlJob(
                root / "archive",
                PROVINCE,
                (2020, 2021),
                tuple(sites),
                run_id=f"r{number}",
                report=root / f"r{number}.json",
                delay=0.0,
                now=NOW,
                max_bytes=1_000_000,
            )
            reports.append(run_crawl(job, lambda line: None))
            asked.append([line.url for line in replica.log.lines()])
    return root / "archive", reports, asked


HOSTS = sorted(load_world("shapes").sites_by_host)


@pytest.mark.parametrize("host", HOSTS)
def test_every_report_of_a_site_comes(
    replica: Replica, crawls: tuple[Path, list[CrawlReport], list[list[str]]], host: str
) -> None:
    archive, reports, asked = crawls
    counts = reports[0].sites[host]
    documents = {d.url: d for d in read_documents(archive, PROVINCE) if d.site == host}
    wanted = [t for t in replica.world.truth if t.site == host]
    expected = {t.url for t in wanted} | {t.attachment_url for t in wanted if t.attachment_url}
    assert counts.finished, counts.errors
    assert counts.errors == []
    assert {u for u, d in documents.items() if d.outcome == "fetched"} == expected
    site = replica.world.sites_by_host[host]
    others = {site.base + e.path for e in site.entries() if e.kind == "neighbour"}
    assert others.isdisjoint(asked[0])


@pytest.mark.parametrize("host", HOSTS)
def test_second_run_asks_for_lists_only(
    replica: Replica, crawls: tuple[Path, list[CrawlReport], list[list[str]]], host: str
) -> None:
    archive, reports, asked = crawls
    counts = reports[1].sites[host]
    assert (counts.requested, counts.fetched, counts.failed) == (0, 0, 0)
    assert counts.skipped_unchanged == sum(
        d.site == host for d in read_documents(archive, PROVINCE)
    )
    again = Counter(url for url in asked[1] if f"//{host}/" in url)
    # posts share their address, and tell their pages apart by the body
    posted = ("getgovinfolist", "lists.do", "queryList", ".aspx")
    assert {u: n for u, n in again.items() if n > 1 and not any(p in u for p in posted)} == {}
