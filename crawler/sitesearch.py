"""A site's own search as a road to its reports: found in a page, asked by year, its answers read.

Services and their parameters are in ``searches.yaml``; besides them any search that is sent as an
address, which a registry writes with ``{}`` in place of the words. Whose reports the answers are
is not judged here: one search may cover a whole city.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from crawler import records
from crawler.addresses import absolute, is_web
from crawler.families import api
from crawler.families.api import Backend
from crawler.listing import Row, read_fragments, read_rows
from crawler.nextpage import next_link
from crawler.pager import printed_pages
from crawler.paging import Ask, ListPage, Page
from crawler.searching import search_address
from warehouse.facts.files import load_yaml
from warehouse.facts.titles import judge_title

_MOST_PAGES = 20
"""Pages of one search; what matters stands on the first ones."""
_LINK_FIELDS = ("url", "link", "href", "target")


@dataclass(frozen=True)
class Service:
    """A kind of search service; the fields are those of ``searches.yaml``."""

    name: str
    hint: str
    sign: re.Pattern[str]
    way: str
    word: str
    fields: dict[str, Any]
    path: str | None = None
    address: str | None = None
    given: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    page: str | None = None
    first: int = 1
    twice: bool = False


@cache
def _services() -> tuple[Service, ...]:
    return tuple(
        Service(
            **entry
            | {
                "sign": re.compile(entry["sign"]),
                "given": tuple(entry.get("given", ())),
                "needs": tuple(entry.get("needs", ())),
            }
        )
        for entry in load_yaml("searches.yaml")["services"]
    )


def service_address(text: str, base: str) -> str | None:
    """The address of a search service that a page names, with the site's parameters.

    Args:
        text: source of a page.
        base: its address.
    """
    plain = html.unescape(text).replace("\\/", "/")
    for service in _services():
        for match in service.sign.finditer(plain) if service.hint in plain else ():
            if found := _normal(service, urljoin(base, match.group())):
                return found
    return None


def find(text: str, base: str) -> str | None:
    """The site's own search as a page offers it: a service, else a form sent as an address."""
    return service_address(text, base) or search_address(text, base)


def can_ask(address: str) -> bool:
    """Whether ``address`` is one that ``asks`` knows how to ask."""
    return is_web(address) and ("{}" in address or _service_of(address) is not None)


def _normal(service: Service, url: str) -> str | None:
    """The address to ask with the parameters that the service needs, None without them."""
    parts = urlsplit(url)
    pairs = dict(parse_qsl(parts.query, keep_blank_values=True))
    kept = {key: value for key, value in pairs.items() if key in service.given and value}
    if not is_web(url) or any(key not in kept for key in service.needs):
        return None
    place = service.address or urljoin(url, service.path or parts.path)
    return f"{place}?{urlencode(kept)}" if kept else place


def _service_of(address: str) -> Service | None:
    for service in _services():
        if service.address and address.startswith(service.address):
            return service
        path = urlsplit(address).path
        named = service.path == path if service.path else service.sign.search(address)
        if named and not service.address and _normal(service, address) is not None:
            return service
    return None


def asks(address: str, years: Iterable[int] = ()) -> list[Ask]:
    """Asks for the first page of answers, one search a year; without years a single search.

    Args:
        address: of the search, as ``find`` gives it or a registry has it.
        years: covered years.

    Raises:
        ValueError: an address that cannot be asked.
    """
    rules = load_yaml("searches.yaml")
    words = [rules["words"].format(year=year) for year in years] or [rules["words_any"]]
    if "{}" in address:
        note = {"kind": "search", "page": "1"}
        return [
            Ask(address.replace("{}", quote(w)), note=note, absent="skip", road="search")
            for w in words
        ]
    service = _service_of(address)
    if service is None:
        raise ValueError(f"{address} is not the address of a known search")
    return [_ask(service, address, w) for w in words]


def _ask(service: Service, address: str, words: str) -> Ask:
    parts = urlsplit(address)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    bare = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    fields = {**given, **service.fields, service.word: quote(words) if service.twice else words}
    size = next((int(v) for k, v in fields.items() if k.lower() in ("pagesize", "pg")), 50)
    keys = (service.page,) if service.page else ()
    ask = Backend(bare, fields, service.way, keys, size).ask(service.first)
    return replace(ask, absent="skip", road="search")


def read(page: Page) -> ListPage:
    """Reads a page of answers and asks for the next while there are annual reports in them."""
    backend = api.backend_of(page)
    found = _answer(page)
    rows = [replace(row, url=_target(row.url)) for row in found.rows]
    number = int(page.ask.note["page"])
    useful = any(judge_title(row.title).is_report for row in page.fresh(rows))
    if not useful or number >= _MOST_PAGES:
        return ListPage(rows)
    if backend is None:
        link = next_link(page.text, page.url, number)
        note = {"kind": "search", "page": str(number + 1)}
        more = [Ask(link, note=note, absent="skip", road="search")] if link else []
        return ListPage(rows, more)
    if not backend.keys or _is_last(backend, found, number):
        return ListPage(rows)
    ask = backend.ask(number + 1)
    return ListPage(rows, [replace(ask, absent="skip", road="search")])


def _is_last(backend: Backend, found: records.Records, number: int) -> bool:
    if found.pages is not None:
        return number >= found.pages
    if found.total is not None:
        return number * (found.size or backend.size) >= found.total
    return False


def _answer(page: Page) -> records.Records:
    """The rows of an answer, be it JSON, JSON with pieces of HTML, or HTML."""
    try:
        answer = records.parse(page.text)
    except ValueError:
        return records.Records(read_rows(page.text, page.url), printed_pages(page.text))
    found = records.read(answer, page.url)
    if found.rows:
        return found
    pieces = [text for text in _texts(answer) if "<a" in text]
    return replace(found, rows=read_fragments(pieces, page.url))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for part in value for text in _texts(part)] if isinstance(value, list) else []


def _target(url: str) -> str:
    """Where an answer leads: some searches send their visitors through a counter."""
    query = {key.lower(): value[0] for key, value in parse_qs(urlsplit(url).query).items()}
    for name in _LINK_FIELDS:
        if is_web(query.get(name, "")):
            return absolute(url, query[name])
    return url


def own_rows(rows: Iterable[Row], hosts: Iterable[str]) -> list[Row]:
    """The rows on one of these hosts or on hosts below them; ``www.`` makes no difference."""
    own = {host.lower().removeprefix("www.") for host in hosts}
    found = []
    for row in rows:
        host = (urlsplit(row.url).hostname or "").removeprefix("www.")
        if any(host == name or host.endswith("." + name) for name in own):
            found.append(row)
    return found
