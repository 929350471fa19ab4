"""Stable keys and classes of organs: ``organ_id``, ``report_id``, sector, level, kind.

The key is made of the place and of the organ's name without its place, so that a report with and
without the city in the name is the same organ's. Renames over the years are not followed here.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache

from pipelines.reports.region import place_prefix
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
    """

    organ_id: str
    sector: str | None
    level: str | None
    kind: str | None


def identify(
    name: str | None,
    province: str | None,
    city: str | None,
    county: str | None,
    fallback: str,
) -> Organ:
    """The organ of a report.

    Args:
        name: as printed, without spaces.
        province: its place.
        city: its place.
        county: its place.
        fallback: what tells nameless organs apart: the address of the document.
    """
    if name is None:
        return Organ(_key("?", fallback), None, None, None)
    plain = half_width(name)
    stem = plain[place_prefix(plain) :] or plain
    organ_id = _key(province or "", city or "", county or "", stem)
    return Organ(organ_id, _sector(plain), _level(plain, city, county), _kind(plain))


def report_id(organ_id: str, year: int) -> str:
    """The key of one organ's report on one year."""
    return f"{organ_id}-{year}"


def _key(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {k: re.compile(v) for k, v in load_yaml("levels.yaml").items()}


def _kind(name: str) -> str:
    rules = _patterns()
    is_government = rules["government"].search(name) or rules["town"].search(name)
    return "government" if is_government else "department"


def _level(name: str, city: str | None, county: str | None) -> str:
    if _patterns()["town"].search(name):
        return "town"
    return "county" if county else "city" if city else "province"


def _sector(name: str) -> str | None:
    for entry in load_yaml("sectors.yaml"):
        if any(word in name for word in entry["words"]):
            return str(entry["sector"])
    return None
