"""Who is expected to publish: the registry's entries as rows of table ``site``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from crawler.registry import Site
from pipelines.reports.organs import identify


def site_rows(sites: Iterable[Site], visited: Collection[str]) -> Iterator[dict[str, object]]:
    """One row for each organ that a site stands for: who runs it, and whose columns it has.

    Args:
        sites: the registry's entries for the partition's province.
        visited: hosts of which a list was read since the partition's year had ended.
    """
    for site in sites:
        organs = {site.name, *(column.organ for column in site.columns if column.organ)}
        for name in sorted(organs):
            organ = identify(name, site.province, site.city, site.county, site.host)
            yield {
                "host": site.host,
                "organ": name,
                "organ_id": organ.organ_id,
                "visited": site.host in visited,
            }
