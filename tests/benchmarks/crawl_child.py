"""The two crawls that ``bench_crawl`` compares, each in a process of its own.

``ours JOB.json`` carries an order out as ``gongkai`` does; ``bare FILE`` fetches the addresses of a
file, one a line with what is posted to it, by a spider that does nothing else. Robots rules and
throttling are off for both, so that only the machine counts.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from crawler import settings
from crawler.job import CrawlJob
from crawler.run import SITES_AT_ONCE, crawl

UNTHROTTLED = {"ROBOTSTXT_OBEY": False, "AUTOTHROTTLE_ENABLED": False, "DOWNLOAD_DELAY": 0}


class Bare(Spider):
    """Asks for addresses and forgets the answers."""

    name = "bare"

    def __init__(self, addresses: list[list[str | None]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.addresses = addresses

    async def start(self) -> AsyncIterator[Request]:
        """Asks for each address."""
        for url, form in self.addresses:
            method = "GET" if form is None else "POST"
            yield Request(str(url), method=method, body=form or "", dont_filter=True)

    def parse(self, response: Response) -> None:
        """Does nothing with an answer."""


def bare(path: Path) -> None:
    """Fetches the addresses of a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    process = AsyncCrawlerProcess(
        {
            **UNTHROTTLED,
            "CONCURRENT_REQUESTS": SITES_AT_ONCE,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "LOG_LEVEL": "WARNING",
            "TELNETCONSOLE_ENABLED": False,
            "USER_AGENT": settings.USER_AGENT,
            "HTTPERROR_ALLOW_ALL": True,
        }
    )
    process.crawl(Bare, addresses=[json.loads(line) for line in lines])
    process.start()


def ours(path: Path) -> None:
    """Carries an order out."""
    for name, value in UNTHROTTLED.items():
        setattr(settings, name, value)
    crawl(CrawlJob.from_json(path.read_text(encoding="utf-8")))


if __name__ == "__main__":
    {"ours": ours, "bare": bare}[sys.argv[1]](Path(sys.argv[2]))
