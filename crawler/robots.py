"""What a host's robots.txt allows, as RFC 9309 has it read.

A host without one (a 4xx status, a page of HTML) allows everything; one whose robots.txt cannot be
had, for a 5xx status or a broken connection, allows nothing until it can. Whose turn it is, and the
delay that the file asks for, are ``turns``'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached
from typing_extensions import override

from crawler.decoding import decode_page
from crawler.reasons import LeftAloneError, RefusedError, reason_of

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_MOST_READ = 512 * 1024
"""Characters of a robots.txt that are read; the standard asks for 500 KiB."""


class RobotsRules(RobotsTxtMiddleware):
    """Scrapy's middleware, with the standard's words on what cannot be had or is not UTF-8."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._closed: dict[str, IgnoreRequest] = {}
        self._most_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @override
    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Lets a request pass.

        Raises:
            IgnoreRequest: the rules forbid it, or cannot be had.
        """
        if request.meta.get("dont_obey_robotstxt"):
            return
        await super().process_request(request)
        if error := self._closed.get(urlparse_cached(request).netloc):
            raise type(error)(*error.args)

    @override
    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            words = f"robots: robots.txt cannot be had (status {response.status})"
            self._closed[netloc] = RefusedError(words)
        rules = ""
        if response.status == 200:
            kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
            rules = decode_page(response.body, kind)[:_MOST_READ]
            if len(rules) == _MOST_READ:
                rules = rules.rpartition("\n")[0]
        await super()._parse_robots(response.replace(body=rules.encode()), netloc, request)

    @override
    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, IgnoreRequest) or isinstance(exc, LeftAloneError):
            host = netloc.rpartition("@")[2].partition(":")[0]
            outcome, reason = reason_of(exc, host, self._most_bytes)
            refused = outcome == "refused"
            self._closed[netloc] = (
                RefusedError(reason) if refused else LeftAloneError(f"robots.txt: {reason}")
            )
        super()._robots_error(exc, netloc)
