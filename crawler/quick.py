"""Downloads over plain http by the quicker of the two handlers that Scrapy has.

Its parser is strict. An answer that it does not take for HTTP is asked for once more through
``bounded``, which reads what browsers read, and so is all that comes from that host later. Names
are resolved by the reactor, whose resolver is ``resolver``'s. Secure connections stay with
``bounded`` altogether. Scrapy calls its handler experimental; what is overridden here is what it
does not do as the other one does.
"""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urldefrag

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.core.downloader.handlers._base_streaming import (
    BaseStreamingDownloadHandler,
    _BaseResponseArgs,
)
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Headers, Request, Response
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from typing_extensions import override

from crawler.bounded import BoundedHandler

_LONGEST_LINE = 64 * 1024
_MOST_HEADERS = 200
_BODILESS = (204, 304)

_odd_hosts: set[str] = set()
"""Hosts of this process whose answers the strict parser did not take."""


class _ReactorNames(AbstractResolver):
    """Asks the reactor, which gives no private address."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: int = socket.AF_INET
    ) -> list[ResolveResult]:
        from twisted.internet import reactor

        names: Any = reactor
        address = await maybe_deferred_to_future(names.resolve(host))
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=flags
            )
        ]

    @override
    async def close(self) -> None:
        """Holds nothing."""


class _BareRequest(aiohttp.ClientRequest):
    """A request without a body says nothing of its length."""

    @override
    def update_body_from_data(self, body: Any, *args: Any, **kwargs: Any) -> None:
        super().update_body_from_data(body or None, *args, **kwargs)


class QuickHandler(AiohttpDownloadHandler):
    """Scrapy's handler for http."""

    experimental = False  # it says so in every run report otherwise; see above

    def __init__(self, crawler: Any) -> None:
        # Its own constructor makes what secure connections need, anew for every site.
        BaseStreamingDownloadHandler.__init__(self, crawler)
        self._crawler = crawler
        self._ssl_context: Any = True
        self._tolerant: BoundedHandler | None = None
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._pool_size_total,
                limit_per_host=self._pool_size_per_host,
                family=socket.AF_INET,
                resolver=_ReactorNames(),
                use_dns_cache=False,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            request_class=_BareRequest,
            response_class=_ClientResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            max_line_size=_LONGEST_LINE,
            max_field_size=_LONGEST_LINE,
            max_headers=_MOST_HEADERS,
        )

    @override
    async def download_request(self, request: Request) -> Response:
        host = urlparse_cached(request).hostname or ""
        if host in _odd_hosts:
            return await self._asked_tolerantly(request)
        request.meta["verbatim_url"] = True
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            if not isinstance(error.__cause__, aiohttp.ClientResponseError):
                raise
        _odd_hosts.add(host)
        return await self._asked_tolerantly(request)

    async def _asked_tolerantly(self, request: Request) -> Response:
        if self._tolerant is None:
            self._tolerant = BoundedHandler(self._crawler)
        return await self._tolerant.download_request(request)

    @staticmethod
    @override
    def _request_headers(request: Request) -> Headers:
        # Nobody changes them, so a copy is made only where something is to be left out.
        if b"Proxy-Authorization" not in request.headers:
            return request.headers
        return BaseStreamingDownloadHandler._request_headers(request)

    @override
    async def _read_response(self, response: _ClientResponse, request: Request) -> Response:
        read = await super()._read_response(response, request)
        announced = "Content-Length" in response.headers or "Transfer-Encoding" in response.headers
        if not announced and response.status not in _BODILESS:
            read.flags.append("partial")  # as the other handler calls it: the end was not announced
        return read

    @staticmethod
    @override
    def _build_base_response_args(
        response: _ClientResponse, request: Request, headers: Headers
    ) -> _BaseResponseArgs:
        made = AiohttpDownloadHandler._build_base_response_args(response, request, headers)
        made["url"] = urldefrag(request.url).url
        return made

    @staticmethod
    @override
    def _extract_headers(response: _ClientResponse) -> Headers:
        # As bytes: servers write file names and addresses in encodings of their own.
        return Headers(list(response.raw_headers))

    @override
    async def close(self) -> None:
        await super().close()
        if self._tolerant is not None:
            await self._tolerant.close()
