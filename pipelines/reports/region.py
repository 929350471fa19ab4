"""Which place a report belongs to.

The site's place bounds the answer; the organ's own name refines it; where the same name exists
several times (a district called Baoshan is in Shanghai and in Shuangyashan) the text decides:
names of parent places, telephone area codes. What cannot be decided is null with a finding.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pipelines.reports.model import Finding
from pipelines.reports.organ_names import match_name
from warehouse.facts import divisions, places
from warehouse.facts.divisions import Division
from warehouse.facts.files import load_yaml
from warehouse.facts.numerals import half_width

_GRACE = 8  # years that an abolished name lives on in reports
_SHORTEST = 2  # characters that a county's name has without its ending
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


@cache
def _aliases() -> dict[str, list[Division]]:
    """Every name a place goes by: full, and short where the full one is long.

    Short names without their ending are kept for provinces and cities only; counties share them
    too often.
    """
    rules = load_yaml("regions.yaml")
    found: dict[str, list[Division]] = {}
    for place in places.load():
        for name in {place.name, *_short_names(place, rules)}:
            found.setdefault(name, []).append(place)
    return found


def _short_names(place: Division, rules: dict[str, Any]) -> Iterable[str]:
    if place.level == "province":
        for entry in load_yaml("provinces.yaml"):
            if entry["name"] == place.name:
                yield from (s for s in entry["short"] if len(s) > 1)
    elif place.level == "city":
        for ending in rules["city_endings"]:
            if place.name.endswith(ending) and len(place.name) - len(ending) >= 2:
                yield place.name[: -len(ending)]
    for ending, short in rules["autonomous"].items():
        if place.name.endswith(ending):
            stem = _without_peoples(place.name[: -len(ending)], rules["peoples"])
            if len(stem) >= 2:
                yield stem + short


def _without_peoples(stem: str, peoples: list[str]) -> str:
    changed = True
    while changed:
        changed = False
        for people in peoples:
            if stem.endswith(people) and len(stem) - len(people) >= 2:
                stem, changed = stem[: -len(people)], True
    return stem


@cache
def _longest_alias() -> int:
    return max(len(a) for a in _aliases())


def _prefix_chain(organ: str) -> list[list[Division]]:
    """The places that an organ's name begins with, outermost first, each with its candidates."""
    aliases = _aliases()
    chain: list[list[Division]] = []
    at = 0
    while size := _alias_at(organ, at, aliases):
        chain.append(aliases[organ[at : at + size]])
        at += size
    return chain


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
    if bounds.province is None and (apart := _apart(organ or "")) is not None:
        return Region(apart)
    chain = _prefix_chain(organ or "")
    candidates = _candidates(chain, year, bounds)
    if candidates:
        best = candidates if len(candidates) == 1 else _by_text(candidates, text, bounds)
        if len(best) == 1:
            return _dated(_inner(best[0], organ or "", year), year)
        names = ", ".join(sorted(f"{c.province} {c.city or ''}".strip() for c in best))
        return _common(best, f"the organ's place may lie in: {names}")
    if bounds.province is not None:
        return _bounded(bounds, year)
    return _from_text(text, year)


def _apart(organ: str) -> str | None:
    """The province-level unit of an organ that belongs to none of the places on the map."""
    rules: dict[str, str] = load_yaml("regions.yaml")["apart"]
    return next((name for name, words in rules.items() if re.match(words, organ)), None)


def _inner(place: Division, organ: str, year: int | None) -> Division:
    """The county that a city's organ names behind its own words, or without its ending.

    A branch stands behind the bureau's name, and a vertically led bureau leaves the county's
    ending out; both are told only where what is left is an organ's name.
    """
    if place.level != "city":
        return place
    stem = strip_places(half_width(organ), places.load().place_id(place))
    found = [
        row
        for row in places.load()
        if row.level == "county"
        and (row.province, row.city) == (place.province, place.city)
        and row.valid_in(year, _GRACE)
        and _names_county(stem, row.name)
    ]
    current = [row for row in found if row.valid_in(year)] or found
    ids = {places.load().place_id(row) for row in current}
    return current[0] if len(ids) == 1 else place


def _names_county(stem: str, county: str) -> bool:
    short = county[:-1] if len(county) > _SHORTEST else county
    if stem.startswith(short) and match_name(stem.removeprefix(short)).line is not None:
        return not match_name(stem).line
    match = match_name(stem)
    return match.rule == "branch" and match.area in (county, short)


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
    return city is not None and known.place_id(city) in known.around(known.place_id(place))


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
    return tuple(s for p in places[:1] for s in _short_names(p, rules))


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


def _bounded(bounds: Bounds, year: int | None) -> Region:
    """The site's own place under its name of that year, for organs whose name says none."""
    known = places.load()
    found = known.find(bounds.province or "", bounds.city, bounds.county)
    if found is None:
        return Region(bounds.province, bounds.city, bounds.county, None)
    rows = known.rows_of(known.place_id(found))
    return _region(next((row for row in rows if row.valid_in(year) and year), found))


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


def strip_places(organ: str, place_id: str) -> str:
    """An organ's name without the names of its place and of those around it.

    Other places stay: a town may be called as a city elsewhere is. Where the place is no
    division, every name of a place at the beginning goes.

    Args:
        organ: the name, half-width.
        place_id: the organ's place (``warehouse.facts.places``).
    """
    known = places.load()
    around = known.around(place_id)
    aliases = _aliases()
    if known.rows_of(place_id):
        aliases = {
            name: ours
            for name, rows in aliases.items()
            if name in organ and (ours := [p for p in rows if known.place_id(p) in around])
        }
    at = 0
    while size := _alias_at(organ, at, aliases):
        at += size
    return _without_short(organ[at:], place_id)


def _is_town(organ: str, at: int) -> bool:
    """Whether the word before ``at`` is the beginning of a town's name."""
    endings: list[str] = load_yaml("zones.yaml")["not_before"]
    return organ.startswith(tuple(endings), at)


def _without_short(stem: str, place_id: str) -> str:
    """A stem without the county's name that lacks its ending, before an organ's own words."""
    for row in places.load().rows_of(place_id):
        short = row.name[:-1]
        rest = stem.removeprefix(short)
        shortened = row.level == "county" and len(short) >= _SHORTEST and rest not in ("", stem)
        if shortened and match_name(rest).line is not None:
            return rest
    return stem


def place_prefix(organ: str) -> int:
    """How many characters of an organ's name are places."""
    aliases = _aliases()
    at = 0
    while size := _alias_at(organ, at, aliases):
        at += size
    return at


def _alias_at(organ: str, at: int, aliases: dict[str, list[Division]]) -> int:
    """Length of the longest name of a place that begins at ``at``, 0 when none does.

    A short name before a town's ending is the town's: it may be called as a city elsewhere is.
    """
    for size in range(min(_longest_alias(), len(organ) - at), 1, -1):
        named = aliases.get(organ[at : at + size], [])
        whole = any(place.name == organ[at : at + size] for place in named)
        if named and (whole or not _is_town(organ, at + size)):
            return size
    return 0
