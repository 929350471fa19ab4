"""Documents of a run that did not become data although they should have, for its last words.

Asks the lake, so that a year whose publishing was held back is answered for too; after a crawl
alone, the archive. Does not belong here: partitions that failed as a whole (the journal of a run
names those).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import duckdb

from crawler.documents import read_documents
from warehouse.home import Home
from warehouse.lake import Key, read_manifest
from warehouse.schema.ddl import file_pattern, fill

_OUTCOMES = ("failed", "blocked", "rejected")
_MOST = 10


class Trouble(NamedTuple):
    """One document that failed, was blocked, or is a report that could not be read."""

    province: str
    year: int
    outcome: str
    url: str
    reason: str | None


def find_troubles(home: Home, keys: Iterable[Key]) -> list[Trouble]:
    """What is amiss in the loaded documents of some partitions, by place, year and address.

    Args:
        home: whose lake.
        keys: province and year; those not in the lake are left out.

    Raises:
        LakeError: a manifest is damaged.
        duckdb.Error: a table of documents is.
    """
    found: list[Trouble] = []
    for province, year in keys:
        manifest = read_manifest(home, province, year)
        if manifest is None or "document" not in manifest.tables:
            continue
        rows: list[tuple[Any, ...]] = duckdb.execute(
            fill(
                "SELECT outcome, url, reason FROM read_parquet($path, hive_partitioning = false)"
                " WHERE outcome IN (SELECT unnest(?)) ORDER BY url",
                path=file_pattern(manifest.path("document")),
            ),
            [list(_OUTCOMES)],
        ).fetchall()
        found += [Trouble(province, year, *row) for row in rows]
    return found


def crawl_troubles(
    home: Home, province: str, years: Iterable[int], hosts: Iterable[str]
) -> list[Trouble]:
    """Documents that a crawl promised and did not get, by year and address.

    Args:
        home: whose archive.
        province: whose documents.
        years: covered years.
        hosts: the sites that were asked.

    Raises:
        crawler.manifest.ManifestDamagedError: the manifest is broken in the middle.
    """
    wanted, asked = set(years), set(hosts)
    found = [
        Trouble(province, d.year, d.outcome, d.url, d.reason)
        for d in read_documents(home.archive, province)
        if d.outcome in ("failed", "blocked") and d.year in wanted and d.site in asked
        if d.year is not None
    ]
    return sorted(found, key=lambda one: (one.year, one.url))


def trouble_lines(troubles: list[Trouble]) -> list[str]:
    """The first of them, a line each, and how many more there are."""
    lines = [
        f"{t.outcome} {t.province} {t.year} {t.url}: {t.reason or 'no reason given'}"
        for t in troubles[:_MOST]
    ]
    if len(troubles) > _MOST:
        lines.append(f"and {len(troubles) - _MOST} more, in table document with their outcome")
    return lines
