"""What a materialisation shows of itself: counts, times, the run report, small tables.

Text and numbers for people who look at the web interface; nothing decides by them. Reads what the
stage left (the run report, the partition's files, the published files) and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from pipelines.partitions import Partition
from pipelines.verdicts import Verdicts
from warehouse.home import Home
from warehouse.state import Outcome

if TYPE_CHECKING:
    from crawler.report import SiteReport

_MOST_SITES = 15
_MOST_RULES = 15
_SAY = 160  # characters of a site's last error


class Sight:
    """Metadata for the materialisations of one province's block.

    What is the same for all its years is read once.

    Args:
        home: where the stages worked.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._sites: dict[Path, str | None] = {}
        self._coverage: dict[tuple[str, int], str | None] = {}

    def of(
        self, stage: str, partition: Partition, outcome: Outcome, seconds: float = 0.0
    ) -> dict[str, dg.MetadataValue]:
        """The metadata of one partition after one stage, what tells most first.

        Args:
            stage: which.
            partition: province and year.
            outcome: how it ended.
            seconds: what the stage took for all partitions of its block.
        """
        found: dict[str, dg.MetadataValue] = {}
        if outcome.reason:
            found["reason"] = dg.MetadataValue.text(outcome.reason)
        for name, table in self._tables(stage, partition, outcome):
            if table is not None:
                found[name] = dg.MetadataValue.md(table)
        found |= {name: dg.MetadataValue.int(count) for name, count in outcome.counts.items()}
        found["status"] = dg.MetadataValue.text(outcome.status)
        if seconds:
            found["block_seconds"] = dg.MetadataValue.float(round(seconds, 1))
        if outcome.at:
            at = datetime.fromisoformat(outcome.at).timestamp()
            found["at"] = dg.MetadataValue.timestamp(at)
        if outcome.run_id:
            found["run_id"] = dg.MetadataValue.text(outcome.run_id)
        report = self._home.reports / f"{outcome.run_id}.json"
        if outcome.run_id and report.exists():
            found["run_report"] = dg.MetadataValue.path(report)
        return found

    def _tables(
        self, stage: str, partition: Partition, outcome: Outcome
    ) -> Iterable[tuple[str, str | None]]:
        if stage == "crawl" and outcome.run_id:
            yield "sites", self._site_table(self._home.reports / f"{outcome.run_id}.json")
        elif stage == "load" and outcome.status != "failed":
            yield "findings_by_rule", findings_table(self._home, partition)
            yield "checks", checks_table(self._home, partition)
        elif stage == "publish":
            yield "coverage_by_year", self._coverage_table(partition[0])

    def _site_table(self, path: Path) -> str | None:
        if path not in self._sites:
            self._sites[path] = site_table(path)
        return self._sites[path]

    def _coverage_table(self, province: str) -> str | None:
        figures = self._home.figures
        key = province, figures.stat().st_mtime_ns if figures.exists() else 0
        if key not in self._coverage:
            self._coverage[key] = coverage_table(self._home, province)
        return self._coverage[key]


def markdown(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; bars and line breaks inside cells are harmless."""
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    for row in rows:
        cells = ("" if v is None else str(v).replace("|", "\\|").replace("\n", " ") for v in row)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def site_table(path: Path) -> str | None:
    """Failing sites first, then the slowest; None without a run report."""
    from crawler.report import CrawlReport

    try:
        report = CrawlReport.from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    sites = sorted(report.sites.items(), key=lambda item: (-_trouble(item[1]), -item[1].seconds))
    if not sites:
        return None
    rows = [
        (
            host,
            f"{site.seconds:.1f}",
            site.lists_asked,
            site.requested,
            site.fetched,
            _in_words(site),
        )
        for host, site in sites[:_MOST_SITES]
    ]
    columns = ("site", "seconds", "lists", "asked", "new", "trouble")
    more = len(sites) - len(rows)
    return markdown(columns, rows) + (f"\n\nand {more} more sites" if more > 0 else "")


def _trouble(site: SiteReport) -> int:
    return site.failed + site.blocked + 10 * site.lists_failed + 100 * (not site.finished)


def _in_words(site: SiteReport) -> str:
    """What went wrong at a site, shortly; empty when nothing did."""
    counts = {
        "list pages failed": site.lists_failed - site.lists_blocked - site.lists_refused,
        "list pages blocked": site.lists_blocked,
        "list pages refused": site.lists_refused,
        "failed": site.failed,
        "blocked": site.blocked,
        "refused": site.refused,
    }
    words = [f"{count} {name}" for name, count in counts.items() if count]
    if not site.finished:
        words.append("not finished")
    if (words or site.short) and site.errors:
        words.append(site.errors[-1][:_SAY])
    return "; ".join(words)


def checks_table(home: Home, partition: Partition) -> str | None:
    """How the checks judged the partition's version in the lake; None when they did not."""
    from warehouse.state import StateError

    try:
        verdict = Verdicts(home).of(partition)
    except StateError:
        return None  # the evaluations, or publish, say what is wrong with the file
    rows = [
        (
            result.name,
            "passed" if result.passed else "failed: held back" if result.required else "failed",
            result.words,
        )
        for result in verdict.results
    ]
    return markdown(("check", "result", "share"), rows) if rows else None


def findings_table(home: Home, partition: Partition) -> str | None:
    """Findings of a partition in the lake, by rule; None when there are none."""
    import duckdb

    from warehouse.lake import LakeError, read_manifest

    try:
        manifest = read_manifest(home, *partition)
        if manifest is None or "finding" not in manifest.tables:
            return None
        with duckdb.connect() as con:
            rows = con.execute(
                "SELECT rule, severity, count(*), count(DISTINCT report_id)"
                " FROM read_parquet($path, hive_partitioning = false)"
                " GROUP BY ALL ORDER BY count(*) DESC, rule LIMIT $most",
                {"path": str(manifest.path("finding")), "most": _MOST_RULES},
            ).fetchall()
    except (LakeError, duckdb.Error):
        return None  # the load has said what is wrong with its files
    return markdown(("rule", "severity", "findings", "reports"), rows)


def coverage_table(home: Home, province: str) -> str | None:
    """Coverage of a province by year, from the published files; None when there are none."""
    from warehouse.query import QueryError, run

    try:
        found = run(
            home,
            "SELECT year, expected, found, late, missing, reason FROM coverage"
            " WHERE province = $province ORDER BY year DESC",
            {"province": province},
        )
    except QueryError:
        return None  # publish has said what is wrong with the files
    return markdown(found.columns, found.rows) if found.rows else None
