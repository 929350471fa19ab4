"""The base spider: one instance crawls one site, column by column.

Asking, lists and documents are in ``crawler.asking``, ``lists`` and ``articles``; how a family
prints its lists is in ``crawler.families``. Here is where a crawl begins and ends.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals

from crawler import sitesearch
from crawler.addresses import absolute
from crawler.asking import log
from crawler.lists import ListReader
from crawler.opening import open_recorder, parse_years
from crawler.paging import Ask
from crawler.registry import Column, load_sites
from crawler.walk import Walk

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class FamilySpider(ListReader):
    """Crawls one site; a family gives ``name`` and ``read_list``."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> FamilySpider:
        """Makes the spider; with ``site`` as a host name, everything else is looked up.

        Args:
            crawler: Scrapy's.
            args: passed on.
            kwargs: ``site`` a ``Site`` or a host of the registry, ``years`` numbers or a text
                like ``2019-2021``, and optionally ``recorder``, ``full``, ``sites`` (a registry).

        Raises:
            ValueError: no such site, or years that cannot be read.
        """
        if isinstance(kwargs.get("site"), str):
            given = kwargs.pop("sites", None)
            registry = load_sites(Path(given) if given else None)
            host = kwargs["site"]
            site = next((entry for entry in registry if entry.host == host), None)
            if site is None:
                raise ValueError(f"{host} is not in the registry")
            now = datetime.now(UTC)
            kwargs["site"], kwargs["years"] = site, parse_years(kwargs.get("years"), now)
            kwargs["recorder"] = open_recorder(
                crawler.settings["GONGKAI_ARCHIVE"], site.province, kwargs["years"], now
            )
            crawler.signals.connect(kwargs["recorder"].close, signals.engine_stopped, weak=False)
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_spider_error, signals.spider_error)
        crawler.signals.connect(spider.on_closed, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Asks for each column's first page, and the site's own search where it is known."""
        if not self.site.columns:
            self.counts.error("no columns in the registry entry")
        for column in self.site.columns:
            for request in self.walk(Walk(column), [Ask(absolute(column.url, ""))]):
                yield request
        if self.site.search:
            for ask in sitesearch.asks(self.site.search, sorted(self.years, reverse=True)):
                walk = Walk(Column(self.site.search), road="search", reader=sitesearch.read)
                for request in self.walk(walk, [ask]):
                    yield request

    def on_closed(self, reason: str) -> None:
        """Ends the site in the records."""
        counts = self.counts
        if counts.lists and not counts.reports_listed:
            counts.error("none of the lists names an annual report")
        if reason == "finished":
            self.recorder.check_yield(self.site)
        self.recorder.close_site(self.site.host, reason)
        log.info(
            "%s: %s; %d new, %d unchanged, %d failed, %d blocked, %d refused",
            self.site.host,
            reason,
            counts.fetched,
            counts.unchanged + counts.skipped_unchanged,
            counts.failed,
            counts.blocked,
            counts.refused,
        )
