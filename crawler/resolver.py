"""Name resolution that gives no private address, checked on the very answer that is connected to.

With a proxy in force the proxy resolves the names and its own name is exempt.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError
from typing_extensions import override

from warehouse.facts.hosts import is_private_literal

_refused: dict[str, str] = {}


def private_answer(host: str) -> str | None:
    """The private address that ``host`` resolved to in this process, None if it did not."""
    return _refused.get(host)


def proxy_hosts() -> frozenset[str]:
    """Hosts of the proxies that the environment names; those of ``no_proxy`` are none."""
    named = [url for kind, url in getproxies().items() if kind != "no"]
    urls = (url if "//" in url else f"//{url}" for url in named)
    return frozenset(host for url in urls if (host := urlsplit(url).hostname))


class PublicResolver(CachingThreadedResolver):
    """Scrapy's caching resolver that refuses private, loopback and link-local answers."""

    @override
    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        """Resolves ``name``.

        Raises:
            DNSLookupError: (in the deferred) no answer, or a private one.
        """
        return super().getHostByName(name, timeout).addCallback(self._check, name)

    @staticmethod
    def _check(address: str, name: str) -> str:
        if is_private_literal(address) and name not in proxy_hosts():
            _refused[name] = address
            raise DNSLookupError(f"{name} resolves to the private address {address}")
        return address
