"""What a command asks to be collected: which provinces, years and sites, and how.

Chooses and describes; the work is ``pipelines.collect``'s (through Dagster) or
``pipelines.alone``'s (stages by themselves).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crawler.registry import RegistryError, Site, load_sites
from pipelines.due import due_partitions
from pipelines.outdated import lost, outdated
from pipelines.partitions import FIRST_YEAR, Partition, last_full_year
from pipelines.runs import missing
from warehouse.facts.divisions import PROVINCES
from warehouse.home import Home
from warehouse.lake import partitions


class OrderError(Exception):
    """What was asked for does not exist; the message says what does."""


@dataclass(frozen=True)
class Order:
    """What to collect.

    Attributes:
        home: where to.
        registry: registry file or directory, None for the bundled one.
        sites: the chosen sites by province.
        years: years by province, newest first.
        hosts: the hosts asked for; empty for all.
        delay: least pause between two requests to a host, seconds.
        now: time of the order.
        demo: whether the home holds replica data.
        full: read lists to their end and ask for every document again.
        quiet_hours: hours of the day, in China's time, in which nothing is asked.
        most_lists: list pages asked of each site at most.
        most_documents: articles taken up from each site at most.
        registered: every site of the registry by province, chosen or not.
    """

    home: Home
    registry: Path | None
    sites: dict[str, list[Site]]
    years: dict[str, tuple[int, ...]]
    hosts: tuple[str, ...]
    delay: float
    now: datetime
    demo: bool = False
    full: bool = False
    quiet_hours: str | None = None
    most_lists: int | None = None
    most_documents: int | None = None
    registered: dict[str, list[Site]] = field(default_factory=dict)

    def describe(self, each_site: bool = False) -> str:
        """One line a province, and one a site where asked for."""
        lines = []
        for province, years in self.years.items():
            sites = self.sites[province]
            shown = ", ".join(map(str, years)) or "none"
            lines.append(f"{province}: {len(sites)} sites, years {shown}")
            lines += map(_describe_site, sites if each_site else ())
        return "\n".join(lines)

    def only_missing(self) -> Order:
        """The same without partitions that are done."""
        years = {
            p: tuple(missing(self.home, p, y, [s.host for s in self.sites[p]]))
            for p, y in self.years.items()
        }
        return dataclasses.replace(self, years={p: y for p, y in years.items() if y})

    def with_unloaded(self) -> Order:
        """The same with the partitions whose lake files are not made of what is known now.

        Documents were added to them, another version wrote them, or they are lost.
        """
        return self._with([*due_partitions(self.home), *outdated(self.home), *lost(self.home)])

    def with_unpublished(self) -> Order:
        """The same with all partitions of the lake; those that did not change cost nothing."""
        return self._with([*due_partitions(self.home), *partitions(self.home)])

    def _with(self, keys: Iterable[Partition]) -> Order:
        years = {p: set(y) for p, y in self.years.items()}
        sites = dict(self.sites)
        for province, year in keys:
            years.setdefault(province, set()).add(year)
            sites.setdefault(province, [])
        found = {p: tuple(sorted(y, reverse=True)) for p, y in years.items()}
        return dataclasses.replace(self, years=found, sites=sites)


def _describe_site(site: Site) -> str:
    family = site.cms or "family to be recognised"
    columns = ", ".join(column.url for column in site.columns) or "column to be discovered"
    return f"  {site.host} ({family}): {columns}" + (", its search" if site.search else "")


def make_order(
    home: Home,
    registry: Path | None,
    years: Sequence[int],
    provinces: Sequence[str],
    hosts: Sequence[str],
    delay: float,
    now: datetime,
    demo: bool = False,
) -> Order:
    """Makes an order of what a command line says.

    Args:
        home: where to.
        registry: registry file or directory, None for the bundled one.
        years: covered years; none: the last full year.
        provinces: province names; none: all of the registry.
        hosts: hosts; none: all.
        delay: least pause between two requests to a host, seconds.
        now: the time, with a zone.
        demo: whether the home holds replica data.

    Raises:
        OrderError: an unknown province, year or host, or a registry that is not valid.
    """
    try:
        every = load_sites(registry)
    except RegistryError as error:
        raise OrderError(str(error)) from error
    known = {site.host for site in every}
    for host in hosts:
        if host not in known:
            raise OrderError(f"{host} is not in the registry; gongkai sites list shows all")
    for province in provinces:
        if province not in PROVINCES:
            near = next((p for p in PROVINCES if p.startswith(province[:2])), PROVINCES[0])
            raise OrderError(f"no province {province!r}; full names such as {near}")
    last = last_full_year(now)
    for year in years:
        if not FIRST_YEAR <= year <= last:
            raise OrderError(f"year {year} is not within {FIRST_YEAR} to {last}")
    chosen = [
        s
        for s in every
        if (not hosts or s.host in hosts) and (not provinces or s.province in provinces)
    ]
    names = [p for p in PROVINCES if p in provinces or any(s.province == p for s in chosen)]
    if not names:
        raise OrderError("the registry holds no site for this")
    wanted = tuple(sorted(set(years) or {last}, reverse=True))
    return Order(
        home=home,
        registry=registry,
        sites={p: [s for s in chosen if s.province == p] for p in names},
        years=dict.fromkeys(names, wanted),
        hosts=tuple(hosts),
        delay=delay,
        now=now,
        demo=demo,
        registered={p: [s for s in every if s.province == p] for p in names},
    )
