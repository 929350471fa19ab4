"""Which roads lead to which report: columns, catalogues, year addresses, the site's search.

Several roads to one report unite by its canonical address. Counting only; the manifest has the
same for each document.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from crawler.addresses import canonical
from crawler.paging import Road

_MOST_NAMED = 100


@dataclass
class Roads:
    """What the roads of one run found, by site."""

    _found: defaultdict[str, dict[str, tuple[str, set[Road]]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def see(self, site: str, url: str, road: Road) -> None:
        """Notes that a road leads to a report, under whichever of its addresses."""
        _, roads = self._found[site].setdefault(canonical(url), (url, set()))
        roads.add(road)

    def counts(self, site: str) -> dict[str, dict[str, int]]:
        """By road: ``found`` reports of wanted years, and those found ``alone`` by it."""
        counts: dict[str, dict[str, int]] = {}
        for _, roads in self._found[site].values():
            for road in roads:
                of_road = counts.setdefault(road, {"found": 0, "alone": 0})
                of_road["found"] += 1
                of_road["alone"] += len(roads) == 1
        return dict(sorted(counts.items()))

    def missed_by_columns(self, site: str) -> dict[str, list[str]]:
        """Reports that no column page lists, by address, with their roads; the first hundred."""
        missed = (
            (url, [str(road) for road in sorted(roads)])
            for url, roads in self._found[site].values()
            if "column" not in roads
        )
        return dict(list(missed)[:_MOST_NAMED])

    def forget(self, site: str) -> None:
        """Gives up what was noted of a site."""
        self._found.pop(site, None)
