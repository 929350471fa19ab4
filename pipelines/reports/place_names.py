"""The names of places in the names of organs: full ones, short ones, where they begin and end.

Belongs here: what a place may be called, and taking places off an organ's name. Does not belong
here: which of several places of one name is meant (``region``), what the rest of the name means
(``organ_names``).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from pipelines.reports.organ_names import county_names, match_name
from warehouse.facts import places
from warehouse.facts.divisions import Division
from warehouse.facts.files import load_yaml


@cache
def aliases() -> dict[str, list[Division]]:
    """Every name a place goes by: full, and short where the full one is long.

    Short names without their ending are kept for provinces and cities only; counties share them
    too often.
    """
    rules = load_yaml("regions.yaml")
    also: dict[str, list[str]] = rules["also"]
    found: dict[str, list[Division]] = {}
    for place in places.load():
        for name in {place.name, *short_names(place, rules), *also.get(place.code, [])}:
            found.setdefault(name, []).append(place)
    return found


def short_names(place: Division, rules: dict[str, Any]) -> Iterable[str]:
    """The short names that follow from the full one.

    Args:
        place: which.
        rules: ``regions.yaml``.
    """
    if place.level == "province":
        for entry in load_yaml("provinces.yaml"):
            if entry["name"] == place.name:
                yield from (s for s in entry["short"] if len(s) > 1)
    elif place.level == "city":
        for ending in rules["city_endings"]:
            if place.name.endswith(ending) and len(place.name) - len(ending) >= 2:
                yield place.name[: -len(ending)]
    for ending, shorter in rules["autonomous"].items():
        if place.name.endswith(ending):
            stem = _without_peoples(place.name[: -len(ending)], rules["peoples"])
            if len(stem) >= 2:
                yield from (stem + short for short in shorter)


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
    return max(len(a) for a in aliases())


def prefix_chain(organ: str) -> list[list[Division]]:
    """The places that an organ's name begins with, outermost first, each with its candidates."""
    every = aliases()
    chain: list[list[Division]] = []
    at = 0
    while size := _alias_at(organ, at, every):
        chain.append(every[organ[at : at + size]])
        at += size
    return chain


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
    names = aliases()
    if known.rows_of(place_id):
        names = {
            name: ours
            for name, rows in names.items()
            if name in organ and (ours := [p for p in rows if known.place_id(p) in around])
        }
    at = 0
    while size := _alias_at(organ, at, names):
        at += size
    return _without_short(organ[at:], place_id)


def _is_town(organ: str, at: int) -> bool:
    """Whether the word before ``at`` is the beginning of a town's name."""
    endings: list[str] = load_yaml("zones.yaml")["not_before"]
    return organ.startswith(tuple(endings), at)


def _without_short(stem: str, place_id: str) -> str:
    """A stem without the county's name that lacks its ending, before an organ's own words."""
    for row in places.load().rows_of(place_id):
        rest = stem.removeprefix(county_names(row.name)[-1])
        shortened = row.level == "county" and rest not in ("", stem)
        if shortened and match_name(rest).line is not None:
            return rest
    return stem


def place_prefix(organ: str) -> int:
    """How many characters of an organ's name are places."""
    at = 0
    while size := _alias_at(organ, at, aliases()):
        at += size
    return at


def _alias_at(organ: str, at: int, names: dict[str, list[Division]]) -> int:
    """Length of the longest name of a place that begins at ``at``, 0 when none does.

    A short name before a town's ending is the town's: it may be called as a city elsewhere is.
    """
    for size in range(min(_longest_alias(), len(organ) - at), 1, -1):
        named = names.get(organ[at : at + size], [])
        whole = any(place.name == organ[at : at + size] for place in named)
        if named and (whole or not _is_town(organ, at + size)):
            return size
    return 0
