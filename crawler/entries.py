"""A registry entry for a site that was discovered: its name and place from its own pages.

A proposal for a person to look over; what pages say of themselves is not always so.
"""

from __future__ import annotations

import re
from typing import Any

from crawler.listing import parse_fragment, squeeze
from crawler.registry import Site
from warehouse.facts.divisions import Division
from warehouse.facts.divisions import load as load_divisions
from warehouse.facts.files import load_yaml

_CODE = re.compile(r"^\d{10}$")


def describe_site(site: Site, pages: list[tuple[str, str]]) -> dict[str, Any]:
    """The entry of a site with the name and place that its pages print.

    Args:
        site: host, family and columns as found.
        pages: address and source of the pages looked at, the home page first.
    """
    names = _first_metas(pages)
    name = names.get("sitename") or names.get("title") or site.host
    place = _place(names.get("siteidcode", ""), name)
    entry: dict[str, Any] = {"host": site.host, "name": name}
    if isinstance(place, Division):
        entry["province"] = place.province
        if place.city:
            entry["city"] = place.city
        if place.county:
            entry["county"] = place.county
    else:
        entry["province"] = place
    entry |= {"cms": site.cms, "verified": False}
    if site.search:
        entry["search"] = site.search
    entry["columns"] = [{"url": column.url} for column in site.columns]
    return entry


def _first_metas(pages: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for _, text in pages:
        tree = parse_fragment(text)
        if tree is None:
            continue
        for meta in tree.iter("meta"):
            content = squeeze(meta.get("content") or "")
            if meta.get("name") and content and content != "null":
                found.setdefault(str(meta.get("name")).lower(), content)
        title = squeeze(tree.findtext(".//title") or "")
        if title:
            found.setdefault("title", title)
    return found


def _place(code: str, name: str) -> Division | str | None:
    """Place of a site by its identification code, else by a place its name begins with."""
    if code.lower().startswith("bm"):
        provinces = load_yaml("provinces.yaml")
        return str(provinces[-1]["name"])
    divisions = load_divisions()
    if _CODE.match(code):
        for length in (6, 4, 2):
            coded = divisions.coded(code[:length].ljust(6, "0"))
            if valid := [d for d in coded if d.valid_to is None]:
                return valid[0]
    held = [d for d in divisions if name.startswith(d.name) and d.valid_to is None]
    longest = max((len(d.name) for d in held), default=0)
    best = [d for d in held if len(d.name) == longest]
    return best[0] if len(best) == 1 else None
