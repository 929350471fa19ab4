"""Which proxy a request goes through: what the environment says, asked once a host.

Scrapy's middleware reads the whole environment anew for every request, and keeps a redirected
request on the proxy of the host that sent it away. Who resolves names is in ``resolver``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from urllib.request import proxy_bypass

from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.utils.httpobj import urlparse_cached
from typing_extensions import override

if TYPE_CHECKING:
    from scrapy import Request, Spider


@cache
def goes_direct(host: str) -> bool:
    """Whether ``no_proxy`` names ``host``; the environment is taken to stay as it is."""
    return bool(proxy_bypass(host))


class EnvironmentProxy(HttpProxyMiddleware):
    """Sets the proxy of a request by its own host, whichever request it was made from."""

    @override
    def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Sets or takes away the proxy."""
        if not self.proxies:
            return
        parts = urlparse_cached(request)
        creds, url = None, None
        if parts.scheme in self.proxies and parts.hostname and not goes_direct(parts.hostname):
            creds, url = self.proxies[parts.scheme]
        self._set_proxy_and_creds(request, url, creds, parts.scheme if url else None)
