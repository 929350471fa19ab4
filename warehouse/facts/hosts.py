"""Which hosts may be asked at all: government names, a reviewed list, never a private address.

Judges names and literal addresses only; resolving names is the crawler's.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection

from warehouse.facts.files import load_yaml

_PART = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")
_EMBEDDING = [
    ipaddress.IPv6Network(text)
    for text in ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
]
"""Networks whose addresses hold an IPv4 address in their last 32 bits (RFC 4291, 6052, 8215)."""


def _number(part: str) -> int | None:
    """One part of an address in C notation: decimal, 0octal or 0xhex."""
    if not _PART.fullmatch(part):
        return None
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    if len(part) > 1 and part[0] == "0":
        return int(part, 8) if all(c in "01234567" for c in part) else None
    return int(part)


def bare_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that ``host`` literally is, in any notation a resolver accepts, else None.

    Covers dotted, short (127.1), decimal, octal and hexadecimal IPv4, and IPv6 with brackets,
    zone and the forms that hold an IPv4 address (mapped, compatible, translated, 6to4; returned
    as the IPv4 address inside).
    """
    text = host.strip().strip("[]").split("%")[0].rstrip(".")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return _c_notation(text)
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address.sixtofour or _embedded(address) or address
    return address


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if int(address) > 1 and any(address in network for network in _EMBEDDING):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _c_notation(text: str) -> ipaddress.IPv4Address | None:
    parts = [_number(p) for p in text.split(".")]
    if not 1 <= len(parts) <= 4 or any(p is None for p in parts):
        return None
    numbers = [p for p in parts if p is not None]
    *heads, last = numbers
    if any(h > 255 for h in heads) or last >= 256 ** (4 - len(heads)):
        return None
    value = last + sum(h << (8 * (3 - i)) for i, h in enumerate(heads))
    return ipaddress.IPv4Address(value)


def is_bare_address(host: str) -> bool:
    """Whether ``host`` is an address rather than a name."""
    return bare_address(host) is not None


def is_private_literal(host: str) -> bool:
    """Whether ``host`` is a literal address that is not a public one."""
    address = bare_address(host)
    return address is not None and (not address.is_global or address.is_multicast)


def is_closed_port(port: int | None) -> bool:
    """Whether no page is asked for at ``port``: another service listens there."""
    return port is not None and port in load_yaml("hosts.yaml")["closed_ports"]


def is_document_host(host: str, registry_hosts: Collection[str]) -> bool:
    """Whether a document may be fetched from ``host``.

    Args:
        host: a name or address, without port.
        registry_hosts: the hosts of the site registry in use.

    Returns:
        True for a host of the registry, a name under the government suffix, or a reviewed
        exception; private literal addresses never.
    """
    rules = load_yaml("hosts.yaml")
    name = host.lower().removesuffix(".")
    if is_private_literal(name):
        return False
    if name in registry_hosts or name in {entry["host"] for entry in rules["reviewed"]}:
        return True
    suffix: str = rules["government_suffix"]
    proper = _NAME.fullmatch(name) is not None and not is_bare_address(name)
    return proper and (name == suffix or name.endswith("." + suffix))


def is_list_service(host: str) -> bool:
    """Whether ``host`` is a reviewed search service: good for lists, never for documents."""
    return host.lower().rstrip(".") in {
        entry["host"] for entry in load_yaml("hosts.yaml")["services"]
    }
