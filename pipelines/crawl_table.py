"""What a crawl did, as short tables for a person.

By site, by year and by road, beside the run before. The numbers are the run report's; nothing is
counted here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from crawler.report import CrawlReport, SiteReport
from warehouse.output import as_table
from warehouse.query import Result

_COUNTS = ("listed", "fetched", "changed", "unchanged", "failed", "blocked", "refused")
_MOST_SITES = 40
_LOOK_BACK = 500  # reports; a run before these is too old to compare with


def crawl_table(report: CrawlReport, before: CrawlReport | None = None) -> str:
    """The tables of one run, several lines.

    Args:
        report: of the run.
        before: of the run of the same province before it, if there was one.
    """
    parts = [_sites(report, before), _years(report, before), _roads(report)]
    return "\n".join(part for part in parts if part)


def previous(folder: Path, report: CrawlReport) -> CrawlReport | None:
    """The newest report of the same province that was started before this one.

    Args:
        folder: where run reports lie; their names begin with the time of the run.
        report: the later run's.
    """
    for other in _newest_first(folder):
        if other.province == report.province and other.started < report.started:
            return other
    return None


def _newest_first(folder: Path) -> Iterator[CrawlReport]:
    """The newest reports of a folder that may hold those of years."""
    names = sorted((path.name for path in folder.glob("*.json")), reverse=True)
    for name in [name for name in names if not name.endswith(".job.json")][:_LOOK_BACK]:
        try:
            yield CrawlReport.from_json((folder / name).read_text(encoding="utf-8"))
        except (json.JSONDecodeError, KeyError, TypeError):
            continue  # another kind of file, or a report of an older shape: nothing to compare


def _counts(site: SiteReport) -> Counter[str]:
    return Counter(
        listed=site.reports_listed,
        fetched=site.fetched,
        changed=site.changed,
        unchanged=site.unchanged + site.skipped_unchanged,
        failed=site.failed + site.lists_failed - site.lists_blocked - site.lists_refused,
        blocked=site.blocked + site.lists_blocked,
        refused=site.refused + site.lists_refused,
    )


def _compared(now: int, then: int | None) -> str:
    return str(now) if then is None or now == then else f"{now} ({now - then:+d})"


def _sites(report: CrawlReport, before: CrawlReport | None) -> str:
    earlier = {h: _counts(s) for h, s in before.sites.items()} if before else {}
    rows: list[tuple[object, ...]] = []
    for host, site in report.sites.items():
        then = earlier.get(host)
        now = _counts(site)
        cells = [_compared(now[c], then[c] if then else None) for c in _COUNTS]
        rows.append((host, *cells, "" if site.finished else "not finished"))
    troubled = [row for row in rows if row[-1] or str(row[5]) != "0" or str(row[6]) != "0"]
    shown = (troubled + [row for row in rows if row not in troubled])[:_MOST_SITES]
    text = _table(("site", *_COUNTS, "end"), shown)
    left = len(rows) - len(shown)
    return text + (f"\nand {left} more sites, all in {report.run_id}.json" if left else "")


def _years(report: CrawlReport, before: CrawlReport | None) -> str:
    def by_year(one: CrawlReport) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = {}
        for site in one.sites.values():
            for year, counts in site.by_year.items():
                found.setdefault(year, Counter()).update(counts)
        return found

    then = by_year(before) if before else {}
    rows: list[tuple[object, ...]] = [
        (year, *(_compared(c[k], then[year][k] if year in then else None) for k in _OF_YEAR))
        for year, c in sorted(by_year(report).items(), reverse=True)
    ]
    return _table(("year", *_OF_YEAR), rows) if rows else ""


_OF_YEAR = ("promised", "fetched", "failed")


def _roads(report: CrawlReport) -> str:
    total: dict[str, Counter[str]] = {}
    for site in report.sites.values():
        for road, counts in site.roads.items():
            total.setdefault(road, Counter()).update(counts)
    rows: list[tuple[object, ...]] = [
        (road, c["found"], c["alone"]) for road, c in sorted(total.items())
    ]
    return _table(("road", "found", "alone"), rows) if rows else ""


def _table(columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> str:
    kinds = tuple("VARCHAR" if n == 0 else "INTEGER" for n in range(len(columns)))
    return as_table(Result(tuple(columns), kinds, list(rows)))
