"""Downloads whose headers have an end: a server may send header lines for as long as it likes.

Scrapy bounds bodies and Twisted each line; the number of lines, which are kept in memory, neither
does. Stands on private names of both, since neither has a public one here.
"""

from __future__ import annotations

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.web._newclient import BODY, DONE
from twisted.web.iweb import IResponse
from typing_extensions import override

MOST_HEADERS = 256 * 1024
"""Bytes that may come before a body begins; real servers send a few hundred."""


class HeadersTooLongError(Exception):
    """A server sent header lines without end."""


class _Parser(_LenientHTTPClientParser):
    """Scrapy's parser with a count; it takes the place of one that was made already."""

    _before_body = 0

    @override
    def dataReceived(self, data: bytes) -> None:
        if self.state not in (BODY, DONE):
            self._before_body += len(data)
            if self._before_body > MOST_HEADERS:
                raise HeadersTooLongError(f"more than {MOST_HEADERS} bytes of headers")
        read: Any = super().dataReceived  # Twisted says nothing of types
        read(data)


class _Protocol(_LenientHTTP11ClientProtocol):
    @override
    def request(self, request: Any) -> Deferred[IResponse]:
        answer = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = _Parser
        return answer


class _Factory(_LenientHTTP11ClientFactory):
    @override
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:
        make: Any = _Protocol
        protocol: _Protocol = make(self._quiescentCallback)
        return protocol


class BoundedHandler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
