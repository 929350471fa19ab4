"""Guards on the way to and from a host: which hosts, how often, and is the answer an answer.

Each guard ends a request with an exception that names its reason; the spider's errback writes it
down. Redirects come through here again, so the same rules hold for every hop.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import signals

from crawler.manners import followed_delay, quiet_seconds
from crawler.missing import SOFT_404, says_missing
from crawler.reasons import BlockedError, RefusedError
from warehouse.facts.hosts import is_document_host, is_list_service, is_private_literal

if TYPE_CHECKING:
    from collections.abc import Collection

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_SMALL = 100_000
_SHELL = 4096
_CHALLENGES_IN_A_ROW = 5
_MARKS = (
    ("RiverSecurity", re.compile(rb"\$_ts\b|_\$\w{2,4}\s*\(|r=['\"]m['\"]")),
    ("Jiasule", re.compile(rb"__jsl_clearance|__jsluid")),
    ("cookie script", re.compile(rb"document\.cookie\s*=|\beval\s*\(", re.IGNORECASE)),
)
_C3VK = re.compile(rb"C3VK=")


def refusal(url: str, registry_hosts: Collection[str], is_list: bool = False) -> str | None:
    """Why ``url`` may not be asked for, None when it may.

    Args:
        url: the address.
        registry_hosts: hosts of the registry in use.
        is_list: whether only rows are read from what comes, so that a search service may answer.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "scheme: not a valid address"
    if parts.scheme not in ("http", "https"):
        return f"scheme: {parts.scheme or 'none'} is not http or https"
    if is_private_literal(host):
        return f"host: {host} is a private address"
    if not is_document_host(host, registry_hosts) and not (is_list and is_list_service(host)):
        return f"host: {host} is neither in the registry nor under gov.cn"
    return None


def challenge(status: int, body: bytes) -> str | None:
    """The protection that answered with a challenge instead of content, None for content.

    Statuses 412, 521 and 202 with a small scripted body are how these protections answer; a
    cookie shell comes with status 200 and a few hundred bytes.
    """
    if len(body) < _SHELL and _C3VK.search(body):
        return "C3VK cookie shell"
    if status not in (412, 521, 202) or len(body) > _SMALL:
        return None
    for name, mark in _MARKS:
        if mark.search(body):
            return f"{name}, status {status}"
    if status in (412, 521) and b"<script" in body.lower():
        return f"scripted page, status {status}"
    return None


def _is_abroad(url: str, host: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.hostname != urlsplit(f"//{host}").hostname


class HostGuard:
    """Refuses schemes, hosts and private addresses before anything is sent."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> HostGuard:
        """Scrapy's way to make it."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Lets a request pass.

        Raises:
            RefusedError: it may not be sent.
        """
        spider = self._crawler.spider
        asked = request.cb_kwargs.get("asked")
        is_list = asked is None or asked.role == "list"
        reason = refusal(request.url, getattr(spider, "registry_hosts", ()), is_list)
        site = getattr(spider, "site", None)
        if reason is None and site is not None and site.tls and _is_abroad(request.url, site.host):
            reason = f"tls: the exception ({site.tls}) is for {site.host} alone"
        if reason:
            hops = request.meta.get("redirect_urls")
            raise RefusedError(f"{reason} (redirected to {request.url})" if hops else reason)


@dataclass
class _Host:
    """What the process knows of one host."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    last: float = 0.0
    delay: float = 0.0
    challenges: int = 0


_hosts: defaultdict[str, _Host] = defaultdict(_Host)


def _host_of(request: Request) -> _Host:
    return _hosts[urlsplit(request.url).hostname or ""]


class ChallengeGuard:
    """Tells challenge pages from content, and counts how many came in a row."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Lets content pass.

        Raises:
            BlockedError: it is a challenge page.
        """
        host = _host_of(request)
        name = challenge(response.status, response.body)
        if name is None:
            host.challenges = 0
            return response
        host.challenges += 1
        raise BlockedError(f"challenge page ({name})")


class SoftMissing:
    """Turns pages that say "not found" under status 200 into what they are."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Gives such a page status 404 and a flag that says so."""
        if response.status != 200 or request.url.endswith("/robots.txt"):
            return response
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        if ("html" not in kind and kind) or not says_missing(response.body, kind):
            return response
        return response.replace(status=404, flags=[*response.flags, SOFT_404])


class HostTurn:
    """One request at a time to a host, whichever spider of the process sends it.

    Each site has a spider with queues of its own, but sites link to shared hosts. A host that
    answers with challenges only is left alone.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        crawler.signals.connect(self.on_robots, signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> HostTurn:
        """Scrapy's way to make it."""
        return cls(crawler)

    def on_robots(self, robotparser: Any, request: Request) -> None:
        """Notes the delay that a host's robots.txt asks for."""
        agent = self._crawler.settings["ROBOTSTXT_USER_AGENT"]
        _host_of(request).delay = followed_delay(robotparser.rp.crawl_delay(agent))

    async def process_request(self, request: Request) -> None:
        """Waits for the host's turn.

        Raises:
            BlockedError: the host has answered with challenges only, several times in a row.
        """
        host = _host_of(request)
        await host.lock.acquire()
        request.meta["host_turn"] = host
        if host.challenges >= _CHALLENGES_IN_A_ROW:
            self._release(request)
            raise BlockedError("not asked: the host answers with challenge pages only")
        while quiet := self._quiet():
            await asyncio.sleep(quiet)
        pause = host.last + max(self._delay, host.delay) - monotonic()
        if pause > 0:
            await asyncio.sleep(pause)

    def _quiet(self) -> float:
        hours = self._crawler.settings.getlist("GONGKAI_QUIET_HOURS")
        recorder = getattr(self._crawler.spider, "recorder", None)
        now = recorder.clock() if recorder is not None else datetime.now(UTC)
        return quiet_seconds(now, (int(hours[0]), int(hours[1])) if hours else None)

    def process_response(self, request: Request, response: Response) -> Response:
        """Gives the turn up."""
        request.meta["host_turn"].last = monotonic()
        self._release(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Gives the turn up."""
        if "host_turn" in request.meta:
            request.meta["host_turn"].last = monotonic()
            self._release(request)

    @staticmethod
    def _release(request: Request) -> None:
        host: _Host = request.meta.pop("host_turn")
        host.lock.release()
