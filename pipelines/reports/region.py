"""Which place a report belongs to.

The site's place bounds the answer; the organ's own name refines it; where the same name exists
several times (a district called Baoshan is in Shanghai and in Shuangyashan) the text decides:
names of parent places, telephone area codes. What cannot be decided is null with a finding.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from pipelines.reports.model import Finding
from pipelines.reports.organ_names import county_names, match_name
from pipelines.reports.place_names import prefix_chain, short_names, strip_places
from warehouse.facts import divisions, organs, places
from warehouse.facts.divisions import Division
from warehouse.facts.files import load_yaml
from warehouse.facts.numerals import half_width

_GRACE = 8  # years that an abolished name lives on in reports

_PHONE = re.compile(r"(?<!\d)0(\d{2,3})\s*[-—－–)）]?\s*\d{7,8}(?!\d)")


@dataclass(frozen=True)
class Bounds:
    """The place of a site; a part that is None bounds nothing."""

    province: str | None = None
    city: str | None = None
    county: str | None = None


@dataclass(frozen=True)
class Region:
    """The place that was found."""

    province: str | None = None
    city: str | None = None
    county: str | None = None
    code: str | None = None
    findings: tuple[Finding, ...] = field(default=())


def resolve_region(
    organ: str | None, text: str, year: int | None, bounds: Bounds | None = None
) -> Region:
    """The place of a report.

    Args:
        organ: its organ's name.
        text: all its text, titles and the page around it.
        year: its year, for names that changed.
        bounds: the place of its site.
    """
    bounds = bounds or Bounds()
    name = organs.without_head(half_width(organ or ""))
    apart = _apart(half_width(organ or ""))
    if apart is not None and bounds.province in (None, places.within(apart)):
        return Region(apart)
    candidates = _candidates(prefix_chain(name), year, bounds)
    if candidates:
        best = candidates if len(candidates) == 1 else _by_text(candidates, text, bounds)
        if len(best) == 1:
            place = _inner(best[0], name, year)
            if _says_province_only(place, name, bounds):
                return _bounded(name, bounds, year)
            return _dated(place, year)
        names = ", ".join(sorted(f"{c.province} {c.city or ''}".strip() for c in best))
        return _common(best, f"the organ's place may lie in: {names}")
    if bounds.province is not None:
        return _bounded(name, bounds, year)
    zone = organs.zone_places().get(match_name(name).area or "")
    if zone is not None:
        return _region(divisions.load().coded(zone)[-1])
    return _from_text(text, year)


def _apart(organ: str) -> str | None:
    """The province-level unit of an organ that belongs to none of the places on the map."""
    rules: dict[str, str] = load_yaml("regions.yaml")["apart"]
    return next((name for name, words in rules.items() if re.match(words, organ)), None)


def _says_province_only(place: Division, organ: str, bounds: Bounds) -> bool:
    """Whether a zone on a local site has only its province's short name before its own.

    So zones are called, however high the organ that runs them; the site's place is nearer.
    """
    if place.level != "province" or not (bounds.city or bounds.county):
        return False
    stem = strip_places(organ, places.load().place_id(place))
    return not organ.startswith(place.name) and match_name(stem).rule == "zone"


def _inner(place: Division, organ: str, year: int | None) -> Division:
    """The county that a higher place's organ names behind its own words, or without its ending.

    A branch stands behind the bureau's name, and a vertically led bureau leaves the county's
    ending out; both are told only where what is left is an organ's name.
    """
    if place.level == "county":
        return place
    stem = strip_places(organ, places.load().place_id(place))
    found = [
        row
        for row in places.load()
        if row.level == "county"
        and row.province == place.province
        and (place.level == "province" or row.city == place.city)
        and row.valid_in(year, _GRACE)
        and _names_county(stem, row.name)
    ]
    current = [row for row in found if row.valid_in(year)] or found
    ids = {places.load().place_id(row) for row in current}
    return current[0] if len(ids) == 1 else place


def _names_county(stem: str, county: str) -> bool:
    names = county_names(county)
    short = names[-1]
    if short not in stem:
        return False
    match = match_name(stem)
    if stem.startswith(short):
        rest = match_name(stem.removeprefix(short))
        if rest.rule == "zone":
            return rest.area in organs.zone_words()
        return rest.line not in (None, "government_office") and not match.line
    return match.rule == "branch" and match.area in names


def _dated(place: Division, year: int | None) -> Region:
    """The region of a place, with a finding where its name was not in use in that year."""
    found = _region(place)
    if place.valid_in(year):
        return found
    now = places.load().latest(place)
    if place.valid_to is not None and year is not None and year > place.valid_to:
        rule, words = "region_name_outdated", f"ended in {place.valid_to}; it is {now.name} now"
    else:
        rule, words = "region_name_early", f"is in use only since {place.valid_from}"
    note = Finding(rule, "info", f"the place's name {place.name} {words}")
    return dataclasses.replace(found, findings=(note,))


def _candidates(chain: list[list[Division]], year: int | None, bounds: Bounds) -> list[Division]:
    """The innermost named places that fit their outer names, the year and the site's place."""
    for depth in range(len(chain), 0, -1):
        fitting = [
            place
            for place in chain[depth - 1]
            if all(any(_inside(place, outer) for outer in outers) for outers in chain[: depth - 1])
            and _within(place, bounds)
        ]
        valid = [p for p in fitting if p.valid_in(year, _GRACE)] or fitting
        if valid:
            current = [p for p in valid if p.valid_in(year)]
            return _unique(current or valid)
    return []


def _unique(places: list[Division]) -> list[Division]:
    return list({(p.code, p.name): p for p in places}.values())


def _inside(place: Division, outer: Division) -> bool:
    """Whether ``place`` lies in ``outer``."""
    if place.province != outer.province:
        return False
    return outer.level == "province" or place.city == outer.city


def _within(place: Division, bounds: Bounds) -> bool:
    """Whether a place can be the place of an organ on a site with these bounds.

    A county's site may carry reports of its city, so only a clash of provinces, or of cities
    where both name one, excludes.
    """
    if bounds.province is not None and place.province != bounds.province:
        return False
    if bounds.city is None or place.city is None or place.city == bounds.city:
        return True
    known = places.load()
    city = known.find(place.province, bounds.city, None)
    return city is not None and known.place_id(city) in known.later(known.place_id(place))


def _by_text(candidates: list[Division], text: str, bounds: Bounds) -> list[Division]:
    """The candidates that the text speaks for most."""
    scores = [
        (_evidence(c, text) + 5 * (c.county == bounds.county is not None), c) for c in candidates
    ]
    top = max(s for s, _ in scores)
    best = [c for s, c in scores if s == top]
    return best if top > 0 else candidates


def _evidence(place: Division, text: str) -> int:
    """How much a text speaks for a place: parents by name, telephone area codes."""
    score = 0
    if place.city and place.city != place.name:
        score += 3 * (place.city in text)
        score += 2 * any(s in text for s in _short_names_of(place.city, "city"))
    if place.province != place.name:
        score += 2 * (place.province in text)
        score += 1 * any(s in text for s in _short_names_of(place.province, "province"))
    for province, city in area_places(text):
        score += 3 * (province == place.province) + 3 * (city is not None and city == place.city)
    return score


@cache
def _short_names_of(name: str, level: str) -> tuple[str, ...]:
    rules = load_yaml("regions.yaml")
    places = [p for p in divisions.load().named(name) if p.level == level]
    return tuple(s for p in places[:1] for s in short_names(p, rules))


def area_places(text: str) -> list[tuple[str, str | None]]:
    """Province and city of the telephone numbers in a text, the most frequent area code first."""
    codes = Counter(m.group(1) for m in _PHONE.finditer(half_width(text)))
    return [p for code, _ in codes.most_common(3) if (p := _area(code)) is not None]


@cache
def _area(code: str) -> tuple[str, str | None] | None:
    """The place of one area code (without the leading 0), from the phonenumbers package."""
    import phonenumbers
    from phonenumbers import geocoder

    number = phonenumbers.parse(f"0{code}{'8' * (11 - len(code))}"[:12], "CN")
    name = geocoder.description_for_number(number, "zh")
    for province in divisions.PROVINCES:
        if name.startswith(province):
            city = name[len(province) :]
            known = any(p.level == "city" for p in divisions.load().named(city))
            return province, city if known else None
    return None


def _region(place: Division) -> Region:
    return Region(place.province, place.city, place.county, place.code)


def _common(places: list[Division], message: str) -> Region:
    """What several candidates have in common, with a finding."""
    provinces = {p.province for p in places}
    cities = {p.city for p in places}
    return Region(
        provinces.pop() if len(provinces) == 1 else None,
        cities.pop() if len(cities) == 1 else None,
        None,
        None,
        (Finding("region_unresolved", "warning", message),),
    )


def _bounded(organ: str, bounds: Bounds, year: int | None) -> Region:
    """The site's own place under its name of that year, for organs whose name says none.

    A branch on a higher organ's site may still say its county without its ending.
    """
    known = places.load()
    found = known.find(bounds.province or "", bounds.city, bounds.county)
    if found is None:
        return Region(bounds.province, bounds.city, bounds.county, None)
    rows = known.rows_of(known.place_id(found))
    place = next((row for row in rows if row.valid_in(year) and year), found)
    return _region(_inner(place, organ, year))


def _from_text(text: str, year: int | None) -> Region:
    """By the text alone: a city only when telephone and text agree on it, else nothing."""
    finding = Finding("region_unresolved", "warning", "neither organ nor site name a place")
    for province, city in area_places(text)[:1]:
        named = [
            p
            for p in divisions.load()
            if p.level == "county"
            and p.province == province
            and p.city == city
            and p.valid_in(year)
            and p.name in text
        ]
        if city is not None and len(_unique(named)) == 1:
            return _region(named[0])
        return Region(province, city, None, None, (finding,))
    return Region(findings=(finding,))
