"""Guards on the way to and from a host: which hosts, and is the answer an answer.

Each guard ends a request with an exception that names its reason; the spider's errback writes it
down. Redirects come through here again, so the same rules hold for every hop.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.challenge import CHALLENGE, challenge
from crawler.missing import SOFT_404, says_missing
from crawler.reasons import BlockedError, RefusedError
from crawler.turns import host_of
from warehouse.facts.hosts import (
    is_closed_port,
    is_document_host,
    is_list_service,
    is_private_literal,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


def refusal(url: str, registry_hosts: Collection[str], is_list: bool = False) -> str | None:
    """Why ``url`` may not be asked for, None when it may.

    Args:
        url: the address.
        registry_hosts: hosts of the registry in use.
        is_list: whether only rows are read from what comes, so that a search service may answer.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "scheme: not a valid address"
    if parts.scheme not in ("http", "https"):
        return f"scheme: {parts.scheme or 'none'} is not http or https"
    reason = _host_refusal(host, frozenset(registry_hosts), is_list)
    if reason is None and is_closed_port(port):
        return f"host: port {port} of {host} is another service's"
    return reason


@lru_cache(maxsize=4096)
def _host_refusal(host: str, registry_hosts: frozenset[str], is_list: bool) -> str | None:
    if is_private_literal(host):
        return f"host: {host} is a private address"
    if not is_document_host(host, registry_hosts) and not (is_list and is_list_service(host)):
        return f"host: {host} is neither in the registry nor under gov.cn"
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


class ChallengeGuard:
    """Tells challenge pages from content, and backs off from hosts that answer with them."""

    def __init__(self, delay: float) -> None:
        self._delay = delay

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ChallengeGuard:
        """Scrapy's way to make it."""
        return cls(crawler.settings.getfloat("DOWNLOAD_DELAY"))

    def process_response(self, request: Request, response: Response) -> Response:
        """Lets content pass.

        Raises:
            BlockedError: it is a challenge page.
        """
        host = host_of(request)
        name = challenge(
            response.status,
            response.body,
            (response.headers.get("Content-Type") or b"").decode("latin-1"),
            response.url,
            "Set-Cookie" in response.headers,
        )
        if name is None:
            host.challenges = 0
            return response
        host.challenge(self._delay)
        raise BlockedError(f"{CHALLENGE} ({name})", response)


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
