"""A scripted web behind a proxy, and crawls of it in real child processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.documents import PromisedDocument, read_documents
from crawler.job import CrawlJob
from crawler.launch import run_crawl
from crawler.registry import Column, Site
from crawler.report import CrawlReport
from tests.crawler.web import Web, serving

PROVINCE = "山东省"
NOW = datetime(2024, 6, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    for name in [n for n in os.environ if n.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    with serving() as running:
        monkeypatch.setenv("http_proxy", running.proxy)
        monkeypatch.setenv("https_proxy", running.proxy)
        yield running


def site(host: str = "www.a.gov.cn", cms: str = "trs", *columns: str) -> Site:
    urls = columns or (f"http://{host}/nb/",)
    return Site(host, host, PROVINCE, cms=cms, columns=tuple(Column(url) for url in urls))


@dataclass
class Crawls:
    """Crawls into one archive, numbered r1, r2, …"""

    root: Path
    lines: list[str] = field(default_factory=list)
    runs: int = 0

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    def job(self, *sites: Site, years: tuple[int, ...] = (2022, 2023), **more: object) -> CrawlJob:
        self.runs += 1
        run = f"r{self.runs}"
        given = {"delay": 0.0, "now": NOW, "max_bytes": 300_000} | more
        return CrawlJob(
            self.archive,
            PROVINCE,
            years,
            sites or (site(),),
            run_id=run,
            report=self.root / "reports" / f"{run}.json",
            **given,
        )

    def run(self, *sites: Site, **more: object) -> CrawlReport:
        return run_crawl(self.job(*sites, **more), self.lines.append)

    def documents(self) -> dict[str, PromisedDocument]:
        return {d.url: d for d in read_documents(self.archive, PROVINCE)}


@pytest.fixture
def crawls(tmp_path: Path, web: Web) -> Crawls:
    return Crawls(tmp_path)


def listing(rows: list[tuple[str, str, str]], tail: str = "") -> str:
    """A list page from (href, title, date)."""
    items = "".join(f'<li><a href="{h}">{t}</a><span>{d}</span></li>' for h, t, d in rows)
    return f"<html><body><ul>{items}</ul>{tail}</body></html>"


def title(year: int, organ: str = "环翠区卫生健康局") -> str:
    return f"{organ}{year}年政府信息公开工作年度报告"
