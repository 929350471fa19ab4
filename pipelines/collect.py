"""What a command asks to be collected, and carrying it out province by province.

Chooses provinces, years and sites; the work is ``pipelines.runs``' (through Dagster) or
``pipelines.stages``' (one stage alone).
"""

from __future__ import annotations

import dataclasses
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from crawler.manners import parse_quiet_hours
from crawler.registry import RegistryError, Site, load_sites
from pipelines.due import due_partitions
from pipelines.instance import instance_dir
from pipelines.locks import province_lock
from pipelines.means import Means, is_good
from pipelines.outdated import lost, outdated
from pipelines.partitions import FIRST_YEAR, Partition, last_full_year
from pipelines.resources import Settings
from pipelines.road import travel
from pipelines.runs import BlockResult, missing, run_block
from pipelines.stages import Block
from pipelines.troubles import crawl_troubles, trouble_lines
from warehouse.facts.divisions import PROVINCES
from warehouse.home import Home
from warehouse.lake import partitions
from warehouse.state import Outcome


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


@dataclass
class Collected:
    """What came of an order.

    Attributes:
        results: by province.
    """

    results: dict[str, BlockResult] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0 when all went through, 1 when nothing did, 2 when something failed."""
        if all(r.success for r in self.results.values()):
            return 0
        worked = any(
            is_good(outcome)
            for result in self.results.values()
            for outcome in result.journal.outcomes.get("publish", {}).values()
        )
        return 2 if worked else 1


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


def collect(order: Order, say: Callable[[str], None]) -> Collected:
    """Carries an order out through Dagster, one run a province.

    Args:
        order: what.
        say: takes lines of progress.
    """
    collected = Collected()
    settings = Settings(
        home=str(order.home.root.absolute()),
        sites=str(order.registry.absolute()) if order.registry else None,
        hosts=list(order.hosts),
        delay=order.delay,
        demo=order.demo,
        full=order.full,
        quiet_hours=order.quiet_hours,
    )
    directory = instance_dir(order.home)
    for number, (province, years) in enumerate(order.years.items(), 1):
        say(f"[{number}/{len(order.years)}] {province}: {', '.join(map(str, years))}")
        result = run_block(order.home, province, years, settings, directory, Means(say=say))
        collected.results[province] = result
        for error in result.errors:
            say(f"{province}: {error}")
        for (name, year), reason in result.journal.failed.items():
            say(f"failed {name} {year}: {reason}")
    return collected


def run_stage(order: Order, names: Sequence[str], say: Callable[[str], None]) -> int:
    """Runs single stages without Dagster.

    Returns:
        The exit code: 0, 2 when a partition or a promised document failed, 1 when
        nothing was done.
    """
    failed, idle = 0, Counter[str]()
    said: set[str] = set()
    worked = False
    for province, years in order.years.items():
        means = Means(say=say)
        with province_lock(order.home, province, say):
            block = Block(
                home=order.home,
                province=province,
                years=years,
                run_id=f"{order.now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:4]}",
                sites=order.sites[province],
                delay=order.delay,
                demo=order.demo,
                now=order.now,
                say=say,
                full=order.full,
                quiet=parse_quiet_hours(order.quiet_hours) if order.quiet_hours else None,
                most_lists=order.most_lists,
                most_documents=order.most_documents,
                registry=order.registered.get(province),
            )
            crashed: list[tuple[str, Exception]] = []
            # A crash is the reason of the outcomes that follow, which are said.
            on_crash = partial(_keep, crashed)
            for stage, outcomes in travel(block, names, means, on_crash):
                # A crawl that was blocked or found a site down did ask it, and wrote that down.
                worked = worked or (stage == "crawl" and not crashed)
                for (_, year), outcome in sorted(outcomes.items()):
                    failed += not is_good(outcome)
                    worked = worked or is_good(outcome) or any(outcome.counts.values())
                    if _is_idle(stage, outcome):
                        idle[stage] += 1
                    else:
                        words = _words(outcome)
                        again = outcome.reason is not None and words in said
                        say(f"{stage} {province} {year}: {'as before' if again else words}")
                        said.add(words)
        if "crawl" in names:
            hosts = [site.host for site in order.sites[province]]
            troubles = crawl_troubles(order.home, province, years, hosts)
            for line in trouble_lines(troubles):
                say(line)
            failed += len(troubles)
    for stage, number in idle.items():
        what = "are in the files" if stage == "publish" else "have no documents"
        say(f"{stage}: {number} partitions {what}")
    if not failed:
        return 0
    return 2 if worked else 1


def _keep(crashed: list[tuple[str, Exception]], stage: str, error: Exception) -> None:
    crashed.append((stage, error))


def _is_idle(stage: str, outcome: Outcome) -> bool:
    """Whether a partition is not worth a line of its own among many."""
    if outcome.status == "empty":
        return outcome.reason is None
    return stage == "publish" and outcome.status == "done"


def _words(outcome: Outcome) -> str:
    counts = ", ".join(f"{number} {name}" for name, number in outcome.counts.items() if number)
    words = outcome.reason or counts
    return f"{outcome.status}. {words}" if words else outcome.status
