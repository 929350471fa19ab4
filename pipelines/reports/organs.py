"""Stable keys and classes of organs: ``organ_id``, ``report_id``, sector, level, kind.

The key is made of the place (through its renames) and of the organ's line (through its renames),
or of its own name where no line is known. It depends on the facts and on one name alone, never
on which other reports there are. What the names mean is in ``warehouse/facts``; how a name is
matched to a line is ``organ_names``'.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pipelines.reports.model import Finding
from pipelines.reports.organ_names import Match, match_name
from pipelines.reports.place_names import strip_places
from warehouse.facts import organs, places
from warehouse.facts.files import load_yaml
from warehouse.facts.numerals import half_width


@dataclass(frozen=True)
class Organ:
    """What is known of an organ by its name and place.

    Attributes:
        organ_id: stable key.
        sector: field of work, None when the name does not say.
        level: national, province, city, county or town.
        kind: government or department.
        place_id: the place through its renames.
        line: the line of organs it belongs to; those whose fields its name joins, with a plus
            between; None when no line has its name.
        zone: the development zone, division of the Corps or branch area it belongs to.
        rule: how the name was matched.
        findings: what is doubtful about it.
    """

    organ_id: str
    sector: str | None
    level: str | None
    kind: str | None
    place_id: str | None = None
    line: str | None = None
    zone: str | None = None
    rule: str = "unnamed"
    findings: tuple[Finding, ...] = field(default=())


def identify(
    name: str | None,
    province: str | None,
    city: str | None,
    county: str | None,
    fallback: str,
    code: str | None = None,
) -> Organ:
    """The organ of a report.

    Args:
        name: as printed, without spaces.
        province: its place.
        city: its place.
        county: its place.
        fallback: what tells nameless organs apart: the address of the document.
        code: six digits of the place, where several names fit.
    """
    if name is None:
        return Organ(_key("?", fallback), None, None, None)
    place = place_key(province, city, county, code)
    stem = organs.without_head(_without_plaque(half_width(name)))
    if place not in (STATE, CORPS):
        stem = strip_places(stem, place)
    if place == CORPS:
        division, stem = _split_corps(stem)
        place = f"{CORPS}:{division}" if division else CORPS
    match = match_name(stem, central=place == STATE, county=county)
    told = {**organs.zone_divisions(), **organs.zone_places()}
    place = told.get(match.area or "", place)
    zone = None if match.area in organs.zone_divisions() else match.area
    subject = f"={match.line}" if match.line else match.stem
    return Organ(
        organ_id=_key(place, zone or "", subject),
        sector=_sector(match, stem),
        level=_level(match, place, city, county),
        kind=_kind(match),
        place_id=place,
        line=match.line or "+".join(match.fields) or None,
        zone=zone,
        rule=match.rule,
        findings=match.findings,
    )


def report_id(organ_id: str, year: int, guest_of: str | None = None) -> str:
    """The key of one organ's report on one year.

    Args:
        organ_id: whose.
        year: the year it covers.
        guest_of: the province it is filed under, where the organ's own is another one. Its own
            province may hold the same report, and each of the two is kept.
    """
    return f"{organ_id}-{year}" + (f"-{_key(guest_of)[:4]}" if guest_of else "")


STATE, CORPS = "state", "corps"
"""Places that are no divisions: the central departments, the Corps."""


def place_key(province: str | None, city: str | None, county: str | None, code: str | None) -> str:
    """The place of an organ through its renames; names where the divisions do not know it."""
    if province == _body(CORPS)["province"]:
        return CORPS
    if province == _body(STATE)["province"]:
        return STATE
    known = places.load()
    for names in ((city, county), (city, None)):
        found = known.find(province or "", *names, code) if any(names) else None
        if found is not None and (names[1] == county):
            return known.place_id(found)
    if province is not None and not city and not county:
        top = known.find(province, None, None)
        return known.place_id(top) if top else province
    return "|".join(part or "" for part in (province, city, county))


def _key(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


@cache
def _body(place_id: str) -> dict[str, Any]:
    """A body that publishes like a province and is no division."""
    return next(entry for entry in load_yaml("bodies.yaml") if entry["place_id"] == place_id)


def _without_plaque(name: str) -> str:
    """A name without the second one in brackets at its end, which the same organ also bears.

    A bracket that holds a part of the organ, such as its office, stays: that may be another one.
    """
    found = re.search(load_yaml("levels.yaml")["patterns"]["plaque"], name)
    return name[: found.start()] if found and found.start() else name


def _split_corps(stem: str) -> tuple[str | None, str]:
    """The division of the Corps that an organ belongs to, and the rest of its name."""
    told = _body(CORPS)
    for name in told["names"]:
        stem = stem.removeprefix(name).lstrip("、")
    for division in sorted(told["divisions"], key=lambda d: len(d["name"]), reverse=True):
        rest = stem.removeprefix(division["name"])
        if rest == stem:
            rest = stem.removeprefix(division["name"][1:])
        for city in (division.get("city"), (division.get("city") or "")[:-1]):
            rest = rest.lstrip("、").removeprefix(city or "")
        if rest != stem:
            return division["name"], rest or stem
    return None, stem


def _sector(match: Match, stem: str) -> str | None:
    if match.line is not None or match.rule == "town":
        return organs.load().lines[match.line or "government"].sector
    if match.fields:
        return organs.load().lines[match.fields[0]].sector
    return organs.sector_of(match.stem) or organs.sector_of(stem)


def _kind(match: Match) -> str:
    if match.rule == "town" or match.line == "government":
        return "government"
    commission = match.area and match.line == "administration_commission"
    return "government" if commission else "department"


def _level(match: Match, place: str, city: str | None, county: str | None) -> str:
    if match.rule == "town":
        return "town"
    if place == STATE:
        return "national"
    if place.startswith(f"{CORPS}:"):
        return "city"
    if county or match.area:
        return "county"
    return "city" if city else "province"
