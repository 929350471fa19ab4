"""The Scrapy project by its own command line, and a small replica world crawled whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from crawler.documents import read_documents
from crawler.job import CrawlJob
from crawler.launch import run_crawl
from crawler.registry import load_sites, spider_names
from crawler.replica.build import load_world
from crawler.replica.server import running_replica
from tests.crawler.conftest import NOW, PROVINCE, Crawls, listing, title
from tests.crawler.web import Web

ROOT = Path(__file__).resolve().parents[2]


def scrapy(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_scrapy_list_names_the_families() -> None:
    assert scrapy("list").stdout.split() == sorted(spider_names())


def test_scrapy_crawl_works_from_the_root(web: Web, crawls: Crawls, tmp_path: Path) -> None:
    registry = tmp_path / "sites.yaml"
    columns = [{"url": "http://www.a.gov.cn/nb/"}]
    entry = {
        "host": "www.a.gov.cn",
        "name": "a",
        "province": PROVINCE,
        "cms": "trs",
        "columns": columns,
    }
    registry.write_text(yaml.safe_dump([entry]), encoding="utf-8")
    web.put("http://www.a.gov.cn/nb/", listing([("1.html", title(2020), "2021-01-02")]))
    web.put("http://www.a.gov.cn/nb/1.html", "<html>report</html>")
    arguments = ["-a", "site=www.a.gov.cn", "-a", "years=2019-2021", "-a", f"sites={registry}"]
    done = scrapy(
        "crawl", "trs", *arguments, "-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_START_DELAY=0",
        GONGKAI_HOME=str(tmp_path),
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    document = crawls.documents()["http://www.a.gov.cn/nb/1.html"]
    assert (document.outcome, document.year) == ("fetched", 2020)


def test_scrapy_crawl_of_an_unknown_site_says_so(web: Web, tmp_path: Path) -> None:
    done = scrapy("crawl", "trs", "-a", "site=www.nowhere.gov.cn", GONGKAI_HOME=str(tmp_path))
    assert "www.nowhere.gov.cn is not in the registry" in done.stderr


def test_replica_world_is_crawled_as_its_truth_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = load_world("demo")
    world.write_sites(tmp_path / "sites")
    province = world.truth[0].province
    sites = tuple(s for s in load_sites(tmp_path / "sites") if s.province == province)
    hosts = {s.host for s in sites}
    for name in [n for n in os.environ if n.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)

    def job(run: str) -> CrawlJob:
        archive, report = tmp_path / "archive", tmp_path / f"{run}.json"
        return CrawlJob(archive, province, tuple(world.years), sites, 0.0, run, report, NOW)

    with running_replica(world) as replica:
        monkeypatch.setenv("http_proxy", replica.proxy_url)
        assert run_crawl(job("r1"), lambda line: None).finish_reason == "finished"
        documents = {d.url: d for d in read_documents(tmp_path / "archive", province)}
        changed = next(t for t in world.truth if t.province == province)
        replica.log.clear()
        run_crawl(job("r2"), lambda line: None)
        again = [line.url for line in replica.log.lines()]
    for truth in world.truth:
        if truth.province == province:
            document = documents[truth.url]
            assert (document.year, document.date, document.title) == (
                truth.year,
                truth.published_on.isoformat(),
                truth.title,
            )
    assert changed.url not in again
    unmet = {"failed", "blocked", "refused"}
    expected = {u: o for u, o in world.expected_outcomes.items() if u.split("/")[2] in hosts}
    assert expected.keys() | world.one_line_pages >= documents.keys() >= expected.keys()
    for url, outcome in expected.items():
        assert documents[url].outcome == (outcome if outcome in unmet else "fetched"), url
        if documents[url].outcome == "fetched":
            assert url not in again
