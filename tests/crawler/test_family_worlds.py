"""Every family of the replica world ``families`` is crawled whole, and no more than that."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.documents import PromisedDocument, read_documents
from crawler.job import CrawlJob
from crawler.launch import run_crawl
from crawler.registry import site_from_entry
from crawler.replica.build import load_world
from crawler.replica.server import running_replica
from crawler.replica.world import World
from crawler.report import CrawlReport
from tests.crawler.conftest import NOW

WORLD = load_world("families")
HOSTS = sorted(WORLD.sites_by_host)
BLOCKED = {host for host in HOSTS if WORLD.sites_by_host[host].spec.quirks.get("challenge")}
PROVINCE = "山东省"


@dataclass(frozen=True)
class Crawled:
    """Two crawls of the world: what they reported, left behind, and asked for."""

    world: World
    first: CrawlReport
    second: CrawlReport
    documents: dict[str, PromisedDocument]
    asked: tuple[list[str], list[str]]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    root: Path = tmp_path_factory.mktemp("families")
    sites = tuple(site_from_entry(entry, "world") for entry in WORLD.sites())
    with pytest.MonkeyPatch.context() as patch, running_replica(WORLD) as replica:
        for name in [n for n in os.environ if n.lower().endswith("_proxy")]:
            patch.delenv(name)
        patch.setenv("http_proxy", replica.proxy_url)
        patch.setenv("https_proxy", replica.proxy_url)
        reports, asked = [], []
        for run in ("r1", "r2"):
            replica.log.clear()
            archive, report = root / "archive", root / f"{run}.json"
            years = tuple(WORLD.years)
            job = CrawlJob(archive, PROVINCE, years, sites, 0.0, run, report, NOW)
            reports.append(run_crawl(job, lambda line: None))
            asked.append([line.url for line in replica.log.lines()])
        documents = {d.url: d for d in read_documents(root / "archive", PROVINCE)}
        yield Crawled(WORLD, reports[0], reports[1], documents, (asked[0], asked[1]))


def of(host: str, urls: Iterable[str]) -> list[str]:
    return [url for url in urls if urlsplit(url).netloc == host]


@pytest.mark.parametrize("host", [h for h in HOSTS if h not in BLOCKED])
def test_every_promised_report_is_found(crawled: Crawled, host: str) -> None:
    counts = crawled.first.sites[host]
    assert counts.finished and not counts.errors
    expected = of(host, WORLD.expected_outcomes)
    assert len(expected) >= 6
    missing = [url for url in expected if url not in crawled.documents]
    assert not missing
    for truth in (t for t in WORLD.truth if t.site == host):
        document = crawled.documents[truth.url]
        assert (document.outcome, document.year) == ("fetched", truth.year)


@pytest.mark.parametrize("host", [h for h in HOSTS if h not in BLOCKED])
def test_neighbours_are_left_alone(crawled: Crawled, host: str) -> None:
    site = WORLD.sites_by_host[host]
    reports = {t.url for t in WORLD.truth if t.site == host}
    others = {site.base + e.path for e in site.entries()} - reports
    assert others
    assert not others & set(crawled.asked[0])
    promised = {d.url for d in crawled.documents.values() if d.site == host}
    assert promised == {*of(host, WORLD.expected_outcomes), *reports}


@pytest.mark.parametrize("host", [h for h in HOSTS if h not in BLOCKED])
def test_second_run_asks_for_lists_only(crawled: Crawled, host: str) -> None:
    counts = crawled.second.sites[host]
    assert not counts.errors
    assert (counts.requested, counts.fetched, counts.failed) == (0, 0, 0)
    assert counts.skipped_unchanged == crawled.first.sites[host].fetched > 0
    again = set(of(host, crawled.asked[1])) & set(of(host, crawled.documents))
    lists = {d.url for d in crawled.documents.values() if d.url == d.list_url}
    assert again <= lists, "a document was asked for again"


@pytest.mark.parametrize("host", sorted(BLOCKED))
def test_challenge_is_blocked_and_not_passed(crawled: Crawled, host: str) -> None:
    counts = crawled.first.sites[host]
    assert not counts.fetched and counts.lists_failed == len(WORLD.sites_by_host[host].columns)
    assert any("blocked: challenge page" in error for error in counts.errors)


SEARCHED = [h for h in HOSTS if WORLD.sites_by_host[h].spec.quirks.get("search")]


@pytest.mark.parametrize("host", SEARCHED)
def test_what_no_column_lists_is_found_by_the_site_s_search(crawled: Crawled, host: str) -> None:
    entries = list(WORLD.sites_by_host[host].entries())
    unlisted = {WORLD.sites_by_host[host].base + e.path for e in entries if e.unlisted}
    for report in (crawled.first, crawled.second):
        counts = report.sites[host]
        assert counts.missed_by_columns == {url: ["search"] for url in unlisted}
        assert counts.roads["search"]["alone"] == len(unlisted) == 1
        assert counts.roads["search"]["found"] == len([e for e in entries if e.kind == "report"])
    assert all(crawled.documents[url].roads == ["search"] for url in unlisted)
