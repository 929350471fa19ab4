"""Worlds of any size: sites of real counties, drawn by number.

Belongs here: choosing counties and describing a site for each.
Does not belong here: building the world from the descriptions (``build``).
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from crawler.replica.build import build_world
from crawler.replica.dice import Dice
from crawler.replica.labels import read_data
from crawler.replica.plants import MISPRINTS
from crawler.replica.site import SiteSpec
from crawler.replica.world import World
from warehouse.facts import divisions


def scaled_world(
    sites: int, departments: int, years: Sequence[int], *, seed: str = "scaled"
) -> World:
    """Build a world of many county portals.

    Args:
        sites: How many portals; at most the counties of the provinces in area_codes.yaml.
        departments: Departments a portal, besides its government; at most 20.
        years: The years covered.
        seed: Decides everything that is drawn.

    Returns:
        The world: ``sites * (departments + 1) * len(years)`` reports, its sites spread over the
        provinces, about one report in fifty with a misprint.

    Raises:
        ValueError: If there are not so many counties.
    """
    rng = Dice(seed, "counties")
    data = read_data("area_codes.yaml")
    counties = [
        row
        for row in divisions.load()
        if row.level == "county"
        and row.valid_to is None
        and row.province in data
        and row.city in data[row.province]["cities"]
    ]
    if sites > len(counties):
        raise ValueError(f"{sites} sites asked for, {len(counties)} counties known")
    specs = [_describe(rng, row, data, departments, years) for row in rng.sample(counties, sites)]
    return build_world("scaled", specs, years, seed)


def _describe(
    rng: Random,
    row: divisions.Division,
    data: dict[str, Any],
    departments: int,
    years: Sequence[int],
) -> SiteSpec:
    about = data[row.province]
    area_code, postcode = about["cities"][row.city]
    names = list(read_data("organs.yaml")["county"])
    chosen = rng.sample(names, departments)
    misprints = {
        f"{name}/{year}": rng.choice(MISPRINTS)
        for name in chosen
        for year in years
        if rng.random() < 0.02
    }
    return SiteSpec(
        host=f"www.c{row.code}.gov.cn",
        family=about["family"],
        name=data["site_name"].format(place=row.name),
        province=row.province,
        city=row.city or "",
        county=row.county or "",
        area_code=area_code,
        postcode=postcode,
        road=data["road"],
        code=f"{row.code}0001",
        departments=tuple(chosen),
        misprints=misprints,
    )
