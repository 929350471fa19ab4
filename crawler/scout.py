"""The spider that looks for what a registry entry leaves out: family and columns.

Runs under the same guards, robots rules and delays as every crawl, before a site's own spider or
for ``gongkai sites discover``. What to look at is decided in ``discover``; nothing is archived.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from crawler.addresses import host_of
from crawler.asking import FORM, JSON
from crawler.decoding import decode_page
from crawler.discover import Discovery, Lead
from crawler.entries import describe_site
from crawler.reasons import BlockedError
from crawler.recognise import recognise_pages
from crawler.registry import Column, Site
from crawler.responses import head_of
from crawler.run_settings import make_settings, plain_lines, stop_when_orphaned
from warehouse.facts.files import write_whole

if TYPE_CHECKING:
    from twisted.python.failure import Failure

log = logging.getLogger("crawler.progress")

NOTHING = "no annual-report column was found from the home page"


class Scout(Spider):
    """Looks through one site, page after page.

    Attributes:
        site: the entry to complete.
        registry_hosts: hosts that may be asked besides government names.
        pages: what came, address and source.
        problems: what did not come, in words.
        blocked: whether a challenge page stood in a page's place.
    """

    name = "scout"

    def __init__(
        self,
        site: Site,
        done: Callable[[Scout, Site | None], None],
        registry_hosts: Iterable[str] = (),
        home: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.site = site
        self.registry_hosts = frozenset({*registry_hosts, host_of(f"//{site.host}")})
        self.pages: list[tuple[str, str]] = []
        self.problems: list[str] = []
        self._done = done
        self._discovery = Discovery(home or f"http://{site.host}/", site.cms)
        self._listed = [Lead(column.url, 100) for column in site.columns]
        self._tried_https = False
        self.blocked = False

    async def start(self) -> AsyncIterator[Request]:
        """Asks for the first page."""
        for request in self._following():
            yield request

    def _following(self) -> Iterable[Request]:
        if self.site.columns:
            lead = self._listed.pop(0) if self._listed else None
        else:
            lead = self._discovery.next()
        return [] if lead is None else [self._request(lead, lead.url)]

    def _request(self, lead: Lead, url: str) -> Request:
        body = lead.ask.body if lead.ask else None
        headers = {}
        if body is not None:
            headers["Content-Type"] = JSON if lead.ask and lead.ask.json is not None else FORM
        if self.pages:
            headers["Referer"] = self.pages[-1][0]
        return Request(
            url,
            callback=self.on_page,
            errback=self.on_failure,
            method="GET" if body is None else "POST",
            body=body or "",
            headers=headers,
            dont_filter=True,
            cb_kwargs={"lead": lead},
        )

    def on_page(self, response: Response, lead: Lead) -> Iterable[Request]:
        """Takes a page and asks for the next one."""
        if response.status in (200, 203):
            header = (response.headers.get("Content-Type") or b"").decode("latin-1")
            text = decode_page(response.body, header)
            self.pages.append((response.url, text))
            if not self.site.columns:
                self._discovery.take(lead, response.url, text, head_of(response))
            log.info("%s: looked at %s", self.site.host, response.url)
        elif not lead.guess:
            self.problems.append(f"{response.url}: status {response.status}")
        return self._following()

    def on_failure(self, failure: Failure) -> Iterable[Request]:
        """Notes what did not come; a home page is tried once more with https."""
        request: Request = cast(Any, failure).request
        lead: Lead = request.cb_kwargs["lead"]
        self.problems.append(f"{request.url}: {failure.getErrorMessage()}")
        self.blocked = self.blocked or isinstance(failure.value, BlockedError)
        at_home = lead.depth == 0 and not self.pages and request.url.startswith("http:")
        if at_home and not self.blocked and not self._tried_https:
            self._tried_https = True
            return [self._request(lead, "https:" + request.url.removeprefix("http:"))]
        # Where not even the home page comes, guesses are no better.
        gone = lead.depth == 0 and not self.pages and not self.site.columns
        return [] if gone else self._following()

    def closed(self, reason: str) -> None:
        """Hands over what was found."""
        self._done(self, self._completed() if self.pages else None)

    def _completed(self) -> Site | None:
        if self.site.columns:
            return replace(self.site, cms=recognise_pages(self.pages).family)
        found = self._discovery.columns()
        columns = tuple(Column(candidate.url) for candidate in found)
        family = self.site.cms or self._discovery.recognition().family
        if not columns:
            return None
        search = self.site.search or self._discovery.search
        return replace(self.site, cms=family, columns=columns, search=search)


def scout_alone(url: str, out: Path, delay: float) -> None:
    """Looks through the site of ``url`` and writes its registry entry.

    Args:
        url: its home page.
        out: gets ``{"entry": …}`` or ``{"error": …}`` as JSON.
        delay: least pause between two requests, in seconds.
    """
    site = Site(urlsplit(url).netloc.lower(), "", "")
    answer: dict[str, Any] = {}

    def done(scout: Scout, found: Site | None) -> None:
        if found is None:
            answer["error"] = "; ".join([NOTHING, *scout.problems[:5]])
        else:
            answer["entry"] = describe_site(found, scout.pages)

    process = AsyncCrawlerProcess(make_settings(delay))
    process.crawl(Scout, site=site, done=done, home=url)
    process.start()
    write_whole(out, json.dumps(answer or {"error": NOTHING}, ensure_ascii=False))


def main() -> None:
    """Reads the command line of the child process."""
    parser = argparse.ArgumentParser(prog="python -m crawler.scout", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("out", type=Path)
    parser.add_argument("--delay", type=float, default=1.0)
    arguments = parser.parse_args()
    plain_lines()
    stop_when_orphaned()
    scout_alone(arguments.url, arguments.out, arguments.delay)


if __name__ == "__main__":
    main()
