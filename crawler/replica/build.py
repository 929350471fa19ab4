"""Worlds from descriptions: YAML under ``data/worlds``, or scaled up by number.

Belongs here: reading a description, drawing reports, laying them out on sites.
Does not belong here: the addresses' shape (``families``), changes afterwards (``world``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from crawler.replica.dice import Dice
from crawler.replica.families import FAMILIES, Family
from crawler.replica.families.base import pages_data
from crawler.replica.faults import EXPECTED, OF_ATTACHMENTS, pdf_bytes
from crawler.replica.labels import DATA, read_data
from crawler.replica.organs import Organ, Place, organs_of
from crawler.replica.prose import title_of
from crawler.replica.render_docx import docx_of
from crawler.replica.render_html import MARKUPS
from crawler.replica.reports import Report, draw_reports
from crawler.replica.site import Attachment, Column, Entry, Fault, Site, SiteSpec
from crawler.replica.world import World

PORTAL_TITLES = ("plain", "plain", "plain", "degree", "degree", "short", "about", "bracket")
SINGLE_TITLES = ("no_organ", "plain", "degree")
HTML_ONLY, ATTACHED, BOTH = "html", "attached", "both"


def load_world(description: str | Path = "demo", *, seed: str | None = None) -> World:
    """Build a world from its description.

    Args:
        description: Name of a file under ``data/worlds``, or a path to one of your own.
        seed: Draw with another seed than the description's.

    Returns:
        The world, ready to be served.
    """
    path = Path(description)
    if path.suffix != ".yaml":
        path = DATA / "worlds" / f"{description}.yaml"
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    specs = [read_spec(entry) for entry in data["sites"]]
    return build_world(data["name"], specs, data["years"], seed or str(data["seed"]))


def read_spec(entry: dict[str, Any]) -> SiteSpec:
    """Read one site of a description.

    Raises:
        ValueError: For a key that does not exist.
    """
    known = {field.name for field in fields(SiteSpec)}
    if unknown := set(entry) - known:
        raise ValueError(f"unknown keys in site {entry.get('host')}: {sorted(unknown)}")
    values: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()
    }
    return SiteSpec(**values)


def build_world(name: str, specs: Sequence[SiteSpec], years: Sequence[int], seed: str) -> World:
    """Build a world.

    Args:
        name: Its name.
        specs: Its sites.
        years: The years covered by its reports.
        seed: Decides everything that is drawn.
    """
    world = World(name, seed, tuple(sorted(years)))
    for spec in specs:
        site = Site(spec, seed)
        world.sites_by_host[spec.host] = site
        _SiteBuilder(world, site).build()
    world.refresh()
    return world


class _SiteBuilder:
    """Publishes the reports of one site."""

    def __init__(self, world: World, site: Site) -> None:
        self.world = world
        self.site = site
        self.spec = site.spec
        self.family: Family = FAMILIES[site.spec.family]
        self.rng = Dice(world.seed, site.spec.host, "layout")
        self.place = Place(
            self.spec.province,
            self.spec.city,
            self.spec.county,
            self.spec.area_code,
            self.spec.postcode,
            self.spec.road,
        )

    def build(self) -> None:
        spec = self.spec
        words = pages_data()
        names = [words["column_name"]]
        if spec.quirks.get("split_columns"):
            names = [words["government_column"], words["department_column"]]
        for index, name in enumerate(names):
            self.site.columns.append(Column(index, name, self.family.column_path(self.site, index)))
        organs = organs_of(
            self.place,
            spec.departments,
            government=spec.government,
            short=spec.short_names,
            seed=self.world.seed,
        )
        for organ in organs:
            column = self.site.columns[-1 if organ.kind == "department" else 0]
            self._publish_organ(organ, column)
        for fault in spec.faults:
            self._publish_fault(fault)

    def _publish_organ(self, organ: Organ, column: Column) -> None:
        spec, years = self.spec, self.world.years
        last = frozenset(years[-1:])
        own = organ.name.removeprefix(self.place.name)
        misprints = {
            year: misprint
            for year in years
            if (misprint := spec.misprints.get(f"{own}/{year}")) is not None
        }
        titles: Sequence[str] = SINGLE_TITLES if spec.single else PORTAL_TITLES
        if kinds := spec.quirks.get("titles"):
            titles = kinds
        reports = draw_reports(
            organ,
            years,
            seed=self.world.seed,
            host=spec.host,
            misprints=misprints,
            titles=titles,
            mixed=last if own in spec.mixed else frozenset(),
            without_other=last if own in spec.without_other else frozenset(),
            carry_break=years[-1] if own in spec.carry_break else None,
        )
        for report in reports:
            self._publish_report(report, column)
            self._publish_neighbours(organ, report.truth.year, column)
        self._publish_other_year(organ, column)

    def _entry(
        self, column: Column, kind: str, title: str, shown: date, source: str, key: str
    ) -> Entry:
        path, href = self.family.article_path(self.site, column, shown, key)
        entry = Entry(kind, title, shown, source, path, href, lambda: "")
        column.entries.append(entry)
        return entry

    def _attach(self, entry: Entry, name: str) -> Attachment:
        path, href, final = self.family.attachment_path(entry.path, entry.shown, name)
        attachment = Attachment(self.site.base + path, href, final, name, lambda: b"")
        entry.attachments.append(attachment)
        return attachment

    def _publish_report(self, report: Report, column: Column) -> None:
        truth = report.truth
        key = f"{truth.full_name}/{truth.year}"
        entry = self._entry(column, "report", truth.title, truth.published_on, truth.full_name, key)
        own = truth.full_name.removeprefix(self.place.name)
        entry.unlisted = f"{own}/{truth.year}" in self.spec.quirks.get("unlisted", ())
        truth.site, truth.url = self.spec.host, self.site.base + entry.path
        truth.document_url = truth.url
        way = self.rng.choices((HTML_ONLY, ATTACHED, BOTH), weights=(64, 26, 10))[0]
        outcomes = self.world.expected_outcomes
        if way != ATTACHED:
            entry.body = report.html
            outcomes[truth.url] = "report"
        if way != HTML_ONLY:
            attachment = self._attach(entry, f"{truth.title}.docx")
            attachment.build = lambda: docx_of(report)
            truth.attachment_url = attachment.url
            outcomes[attachment.url] = "duplicate" if way == BOTH else "report"
        if way == ATTACHED:
            truth.document_url = str(truth.attachment_url)
            truth.format = "docx"
            self._point_to_attachment(entry)
        self.world.reports.append(report)

    def _point_to_attachment(self, entry: Entry) -> None:
        line = self.rng.choice(read_data("prose.yaml")["attachment_page"])
        entry.body = lambda: MARKUPS["editor"].paragraph(line)
        self.world.one_line_pages.add(self.site.base + entry.path)

    def _publish_neighbours(self, organ: Organ, year: int, column: Column) -> None:
        words = pages_data()
        wanted = int(self.spec.neighbours + self.rng.random())
        place = self.place.county or self.place.city
        for template in self.rng.sample(words["neighbours"], wanted):
            title = template.format(organ=organ.printed, year=year, place=place)
            shown = date(year + 1, self.rng.randint(1, 11), self.rng.randint(1, 28))
            key = f"neighbour/{organ.name}/{title}/{year}"
            entry = self._entry(column, "neighbour", title, shown, organ.name, key)
            entry.body = self._short_body(words["neighbour_body"])

    def _publish_other_year(self, organ: Organ, column: Column) -> None:
        year = self.world.years[0] - self.rng.randint(2, 4)
        title = title_of("plain", organ.printed, year)
        shown = date(year + 1, 1, 1) + timedelta(days=self.rng.randint(10, 80))
        key = f"other/{organ.name}/{year}"
        entry = self._entry(column, "other_year", title, shown, organ.name, key)
        entry.body = self._short_body([pages_data()["other_year_body"]])

    def _short_body(self, texts: Sequence[str]) -> Any:
        text = self.rng.choice(texts)
        return lambda: MARKUPS["editor"].paragraph(text)

    def _publish_fault(self, about: Any) -> None:
        kind, year = about["kind"], about["year"]
        organ = organs_of(
            self.place,
            [about["organ"]],
            government=False,
            short=self.spec.short_names,
            seed=self.world.seed,
        )[0]
        column = self.site.columns[-1]
        title = title_of("plain", organ.printed, year)
        shown = date(year + 1, 1, self.rng.randint(8, 28))
        entry = self._entry(column, "fault", title, shown, organ.name, f"fault/{title}")
        address = served_at = self.site.base + entry.path
        if kind in OF_ATTACHMENTS:
            attachment = self._attach(entry, f"{title}.{OF_ATTACHMENTS[kind]}")
            self._point_to_attachment(entry)
            address, served_at = attachment.url, self.site.base + attachment.final_path
            if kind == "truncated_docx":
                attachment.build = lambda: docx_of(self.world.reports[0])
            elif kind == "pdf":
                attachment.build = pdf_bytes
        if kind == "robots":
            self.site.closed.append(entry.path)
        else:
            self.world.faults[served_at] = Fault(kind, about.get("target", ""))
        self.world.expected_outcomes[address] = EXPECTED[kind]
