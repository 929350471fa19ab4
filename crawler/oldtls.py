"""Secure connections to servers that know old versions and short keys only.

For sites that the registry names (``tls: legacy``), never for others; certificates are judged as
everywhere. Scrapy's own settings take the security level out of a cipher list, without which
OpenSSL speaks none of the old versions.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from scrapy.crawler import Crawler
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import AcceptableCiphers, TLSVersion, optionsForClientTLS
from twisted.web.client import BrowserLikePolicyForHTTPS
from typing_extensions import override

_LEVEL = "@SECLEVEL=0"
"""The level of security at which OpenSSL lets old versions and short keys be."""


def _ciphers(available: Any) -> tuple[Any, ...]:
    """OpenSSL's usual ciphers and, as the last word of their list, the level."""
    known: Any = AcceptableCiphers
    usual = known.fromOpenSSLCipherString(f"DEFAULT:{_LEVEL}").selectCiphers(available)
    return (*usual, SimpleNamespace(fullName=_LEVEL))


class OldServers(BrowserLikePolicyForHTTPS):
    """Scrapy's context factory for such a site."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> OldServers:
        """Scrapy's way to make it; what its settings say of secure connections does not count."""
        return cls()

    @override
    def creatorForNetloc(self, hostname: bytes, port: int) -> IOpenSSLClientConnectionCreator:
        """How to connect to a host: its certificate is verified, from TLS 1.0 on."""
        return optionsForClientTLS(
            hostname.decode("ascii"),
            extraCertificateOptions={
                "acceptableCiphers": SimpleNamespace(selectCiphers=_ciphers),
                "insecurelyLowerMinimumTo": TLSVersion.TLSv1_0,
                "fixBrokenPeers": True,
            },
        )
