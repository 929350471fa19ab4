"""A world: the sites a replica plays, what they publish, and what is true of it.

Belongs here: the world as data, its truth, and the changes a test may make between crawls.
Does not belong here: building it from a description (``build``), serving it (``server``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from crawler.replica import searches
from crawler.replica.families import FAMILIES
from crawler.replica.figures import APPLICANTS
from crawler.replica.reports import Report, TruthReport
from crawler.replica.site import Entry, Fault, Request, Resource, Response, Site


@dataclass
class World:
    """Everything a replica plays.

    Attributes:
        name: Its name.
        seed: What it was drawn from; the same description and seed give the same bytes.
        years: The years covered by its reports, ascending.
        sites_by_host: The played sites.
        reports: The reports, rendered on demand.
        faults: Addresses that go wrong, by the address that serves the bytes.
        expected_outcomes: The outcome that table ``document`` must show, by article or attachment
            address. The one-line pages that only point to an attachment are not in it.
        one_line_pages: Those pages.
        generation: Raised by every change; caches depend on it.
    """

    name: str
    seed: str
    years: tuple[int, ...]
    sites_by_host: dict[str, Site] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    faults: dict[str, Fault] = field(default_factory=dict)
    expected_outcomes: dict[str, str] = field(default_factory=dict)
    one_line_pages: set[str] = field(default_factory=set)
    generation: int = 0

    @property
    def truth(self) -> list[TruthReport]:
        """The truth about every report that is published, hidden ones left out."""
        hidden = {
            site.base + entry.path
            for site in self.sites_by_host.values()
            for entry in site.entries()
            if entry.hidden
        }
        return [report.truth for report in self.reports if report.truth.url not in hidden]

    def refresh(self) -> None:
        """Make all resources anew after a change."""
        for site in self.sites_by_host.values():
            site.resources = FAMILIES[site.spec.family].resources(site)
        self.generation += 1

    # what the server asks

    def resource(self, host: str, path: str) -> Resource | None:
        """Return what stands at a path of a host, or None."""
        return self.sites_by_host[host].resources.get(path)

    def fault(self, request: Request) -> Fault | None:
        """Return what is to go wrong with a request, or None."""
        return self.faults.get(request.url)

    def missing(self, request: Request) -> Response:
        """Answer for a path that does not exist, as the host's family does."""
        site = self.sites_by_host[request.host]
        return FAMILIES[site.spec.family].missing(site, request)

    # the registry

    def sites(self) -> list[dict[str, Any]]:
        """Return the registry entries of all sites, in the contract's format."""
        return [self._registry_entry(site) for site in self.sites_by_host.values()]

    def _registry_entry(self, site: Site) -> dict[str, Any]:
        spec = site.spec
        entry: dict[str, Any] = {"host": spec.host, "name": spec.name, "province": spec.province}
        if spec.city:
            entry["city"] = spec.city
        if spec.county:
            entry["county"] = spec.county
        entry["cms"] = spec.family
        if (search := searches.address(site)) and not spec.discover:
            entry["search"] = search
        if not spec.discover:
            family = FAMILIES[spec.family]
            urls = dict.fromkeys(family.registry_url(site, column) for column in site.columns)
            entry["columns"] = [{"url": url} for url in urls]
            if spec.single:
                organs = [r.truth.organ for r in self.reports if r.truth.site == spec.host]
                for column in entry["columns"]:
                    column["organ"] = organs[0]
        return entry

    @property
    def sites_yaml(self) -> str:
        """The registry entries of all sites as one YAML document."""
        return yaml.safe_dump(self.sites(), allow_unicode=True, sort_keys=False)

    def write_sites(self, folder: Path) -> list[Path]:
        """Write the registry as files, one a province.

        Args:
            folder: Where to; made if missing.

        Returns:
            The files written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        by_province: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for entry in self.sites():
            by_province[entry["province"]].append(entry)
        files = []
        for province, entries in by_province.items():
            path = folder / f"{province}.yaml"
            text = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False)
            path.write_text(text, encoding="utf-8")
            files.append(path)
        return files

    # changes between crawls

    def entry(self, url: str) -> Entry:
        """Return the list entry with an article or attachment address.

        Raises:
            KeyError: If no site has it.
        """
        for site in self.sites_by_host.values():
            for entry in site.entries():
                if url in (site.base + entry.path, *(a.url for a in entry.attachments)):
                    return entry
        raise KeyError(url)

    def touch(self, url: str) -> None:
        """Change an article page's bytes, not its list row nor what it says."""
        self.entry(url).version += 1
        self.refresh()

    def hide(self, url: str) -> None:
        """Take an article off its list and its site, as if not yet published."""
        self.entry(url).hidden = True
        self.refresh()

    def reveal(self, url: str) -> None:
        """Publish a hidden article."""
        self.entry(url).hidden = False
        self.refresh()

    def correct(self, url: str) -> TruthReport:
        """Let the organ publish its report anew, a week later, without its misprint.

        Args:
            url: The report's article.

        Returns:
            The new truth, which replaces the old.
        """
        report = next(report for report in self.reports if report.truth.url == url)
        report.correct()
        entry = self.entry(url)
        entry.shown = report.truth.published_on
        entry.version += 1
        self.refresh()
        return report.truth

    def carry_over_mismatches(self) -> list[tuple[str, int, str]]:
        """Return organ, later year and column where a year carries in what none carried out.

        Years with nulls in either cell are left out.
        """
        by_organ: dict[tuple[str, str], dict[int, TruthReport]] = defaultdict(dict)
        for truth in self.truth:
            by_organ[truth.site, truth.full_name][truth.year] = truth
        found = []
        for years in by_organ.values():
            for year, truth in years.items():
                if year - 1 not in years:
                    continue
                left = years[year - 1].request["carried_out"]
                came = truth.request["carried_in"]
                for column in (*APPLICANTS, "total"):
                    if None not in (left[column], came[column]) and left[column] != came[column]:
                        found.append((truth.organ, year, column))
        return found
