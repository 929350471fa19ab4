"""The site registry: one YAML file a province, one entry a site, checked as it is read.

Knows what an entry must hold. Finding a column on a home page is not done here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from crawler.recognise import family_names
from crawler.sitesearch import can_ask
from warehouse.facts.divisions import PROVINCES
from warehouse.facts.divisions import load as load_divisions
from warehouse.facts.hosts import is_document_host, is_private_literal

BUNDLED = Path(__file__).parent / "sites"
_SPIDERS = Path(__file__).parent / "spiders"
_TEXTS = ("host", "name", "province", "city", "county", "cms", "tls", "note")
_KEYS = frozenset({*_TEXTS, "search", "columns", "expect", "verified"})
_TLS = ("legacy", "insecure")


class RegistryError(ValueError):
    """A registry file or entry that cannot be used; the message names both."""


@dataclass(frozen=True)
class Column:
    """One list page of a site's annual-report column.

    Attributes:
        url: its address.
        organ: the organ that the whole column belongs to, if it belongs to one.
    """

    url: str
    organ: str | None = None


@dataclass(frozen=True)
class Expect:
    """What a site is known to list.

    Attributes:
        min: annual reports of one covered year, at least.
    """

    min: int


@dataclass(frozen=True)
class Site:
    """One entry of the registry.

    Attributes:
        host: the host name, lower case, with a port if the site needs one.
        name: who runs the site.
        province: one of the 33 province keys.
        city: prefecture-level place that bounds the site, if any.
        county: county-level place that bounds the site, if any.
        cms: name of the spider, None when to be recognised from the pages.
        columns: list pages, empty when to be discovered.
        search: address of the site's own search, as ``sitesearch`` reads it; asked besides the
            columns.
        expect: how many reports a year the site is expected to list, if that is known.
        tls: ``legacy`` for a server that knows old ciphers only, ``insecure`` for one whose
            certificate is wrong; None for the usual rules.
        verified: whether a person has seen the entry work.
        note: anything a maintainer should know.
    """

    host: str
    name: str
    province: str
    city: str | None = None
    county: str | None = None
    cms: str | None = None
    columns: tuple[Column, ...] = ()
    search: str | None = None
    expect: Expect | None = None
    tls: str | None = None
    verified: bool = False
    note: str | None = None

    def to_entry(self) -> dict[str, Any]:
        """The entry as it stands in a registry file, without empty fields."""
        entry = asdict(self)
        entry["columns"] = [{k: v for k, v in c.items() if v} for c in entry["columns"]]
        return {key: value for key, value in entry.items() if value not in (None, (), [])}


def spider_names() -> frozenset[str]:
    """Names of the spiders there are: a spider's name is the name of its module."""
    return frozenset(p.stem for p in _SPIDERS.glob("*.py")) - {"__init__", "base"}


def load_sites(path: Path | None = None) -> list[Site]:
    """Reads the registry.

    Args:
        path: a file, a directory of ``*.yaml``, or None for the bundled registry.

    Raises:
        RegistryError: unreadable files, entries that are not valid, hosts listed twice: all of
            them, a line each.
    """
    source = BUNDLED if path is None else path
    files = sorted(source.glob("*.yaml")) if source.is_dir() else [source]
    if not files:
        raise RegistryError(f"{source}: no registry files (*.yaml) there")
    sites: list[Site] = []
    seen: dict[str, Path] = {}
    faults: list[str] = []
    for file in files:
        try:
            entries = _entries(file)
        except RegistryError as error:
            faults.append(str(error))
            continue
        for number, entry in enumerate(entries, 1):
            where = f"{file.name}, entry {number}"
            try:
                site = site_from_entry(entry, where)
                if site.host in seen:
                    raise RegistryError(
                        f"{where}: {site.host} is listed already in {seen[site.host].name}; "
                        "one entry holds all columns of a host"
                    )
            except RegistryError as error:
                faults.append(f"{error} (line {_line(file, number)})")
                continue
            seen[site.host] = file
            sites.append(site)
    if faults:
        raise RegistryError("\n".join(faults))
    return sites


def _line(file: Path, number: int) -> int:
    """The line on which an entry of a file begins."""
    node = yaml.compose(file.read_text(encoding="utf-8"), yaml.SafeLoader)
    return int(node.value[number - 1].start_mark.line) + 1 if node is not None else 0


def _meant(word: str, known: Iterable[str]) -> str:
    """A hint at what was meant, empty when nothing is like it."""
    near = get_close_matches(word, list(known), 1)
    return f"; {near[0]!r} is meant?" if near else ""


def check_sites(sites: Iterable[Site]) -> list[str]:
    """What is doubtful in entries that can be read: hosts and places.

    A crawl takes them all the same (its guards stand on their own); the registry should not.

    Returns:
        One line a fault, naming the host; empty when all is well.
    """
    faults = []
    for site in sites:
        name = urlsplit(f"//{site.host}").hostname or ""
        if not is_document_host(name, ()):
            faults.append(f"{site.host}: neither under gov.cn nor a reviewed exception")
        for column in site.columns:
            host = urlsplit(column.url).hostname or ""
            if not is_document_host(host, ()):
                faults.append(f"{site.host}: column {column.url} is on a host that is not reviewed")
        if not _is_place(site):
            place = " ".join(p for p in (site.city, site.county) if p)
            faults.append(f"{site.host}: no place {place} is known in {site.province}")
    return faults


def _is_place(site: Site) -> bool:
    if site.city is None and site.county is None:
        return True
    divisions = load_divisions()
    if not any(d.province == site.province for d in divisions):
        return True  # the Corps and the departments have places of their own
    for division in divisions.named(site.county or site.city or ""):
        inside = site.city is None or site.city in (division.city, division.name)
        if division.province == site.province and inside:
            return True
    return False


def _entries(file: Path) -> list[Any]:
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise RegistryError(f"{file}: cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegistryError(f"{file.name}: not valid YAML: {error}") from error
    if not isinstance(raw, list | None):
        raise RegistryError(f"{file.name}: a list of entries is expected")
    return raw or []


def site_from_entry(entry: object, where: str) -> Site:
    """Checks one entry.

    Args:
        entry: what YAML or JSON gave.
        where: file and number, for the message.

    Raises:
        RegistryError: what is wrong, and where.
    """
    if not isinstance(entry, Mapping):
        raise RegistryError(f"{where}: an entry must be a mapping, not {type(entry).__name__}")
    label = f"{where} ({entry['host']})" if entry.get("host") else where
    _check_keys(entry, label)
    _check_host(entry["host"], label)
    if entry["province"] not in PROVINCES:
        hint = _meant(entry["province"], PROVINCES) or "; full names are wanted"
        raise RegistryError(f"{label}: unknown province {entry['province']!r}{hint}")
    cms = entry.get("cms")
    if cms is not None and cms not in family_names():
        known = ", ".join(sorted(family_names()))
        raise RegistryError(f"{label}: no spider is named {cms!r} (there are {known})")
    return Site(
        host=entry["host"],
        name=entry["name"],
        province=entry["province"],
        city=entry.get("city"),
        county=entry.get("county"),
        cms=cms,
        columns=_columns(entry.get("columns") or [], label),
        search=_search(entry.get("search"), label),
        expect=Expect(entry["expect"]["min"]) if entry.get("expect") else None,
        tls=entry.get("tls"),
        verified=entry.get("verified", False),
        note=entry.get("note"),
    )


def _check_keys(entry: Mapping[Any, Any], label: str) -> None:
    unknown = sorted(str(key) for key in entry if key not in _KEYS)
    if unknown:
        hint = _meant(unknown[0], _KEYS)
        raise RegistryError(f"{label}: unknown key {', '.join(unknown)}{hint}")
    for key in ("host", "name", "province"):
        if not entry.get(key):
            raise RegistryError(f"{label}: {key} is missing")
    for key in _TEXTS:
        if entry.get(key) is not None and not isinstance(entry[key], str):
            raise RegistryError(f"{label}: {key} must be text")
    _check_expect(entry.get("expect"), label)
    if entry.get("tls") not in (None, *_TLS):
        raise RegistryError(f"{label}: tls must be one of {', '.join(_TLS)}")
    if type(entry.get("verified", False)) is not bool:
        raise RegistryError(f"{label}: verified must be true or false")


def _check_expect(expect: object, label: str) -> None:
    if expect is None:
        return
    least = expect.get("min") if isinstance(expect, Mapping) and set(expect) == {"min"} else None
    if type(least) is not int or least < 0:
        raise RegistryError(f"{label}: expect must be {{min: a whole number}}")


def _check_host(host: str, label: str) -> None:
    if host != host.lower() or "/" in host or "@" in host or any(c.isspace() for c in host):
        raise RegistryError(f"{label}: host must be a bare lower-case host name")
    name = urlsplit(f"//{host}").hostname
    if not name or is_private_literal(name):
        raise RegistryError(f"{label}: host is not a public name")


def _search(raw: object, label: str) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str) or not can_ask(raw):
        raise RegistryError(f"{label}: search {raw!r} is not the address of a known search")
    return raw


def _columns(raw: object, label: str) -> tuple[Column, ...]:
    if not isinstance(raw, list):
        raise RegistryError(f"{label}: columns must be a list")
    columns: list[Column] = []
    for entry in raw:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("url"), str):
            raise RegistryError(f"{label}: each column needs a url")
        if unknown := sorted(set(map(str, entry)) - {"url", "organ"}):
            raise RegistryError(f"{label}: unknown key {', '.join(unknown)} in a column")
        parts = urlsplit(entry["url"])
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise RegistryError(f"{label}: column {entry['url']!r} is not an http address")
        columns.append(Column(entry["url"], entry.get("organ")))
    if len({column.url for column in columns}) < len(columns):
        raise RegistryError(f"{label}: a column is listed twice")
    return tuple(columns)
