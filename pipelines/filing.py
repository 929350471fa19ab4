"""Which documents are the same organ's report for the same year, and which of them is read.

The rule, in this order: bytes that their address still holds before older ones, the better
status, the more tables, a page before its attachment, the later day of publication, the later
fetch, the later address. Where two sources print different numbers, each cell is a finding.
No SQL and no files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.documents import PromisedDocument
from pipelines.cells import Cells, report_cells
from pipelines.parsing import Parsed
from pipelines.reports.organs import Organ, identify, report_id
from pipelines.reports.region import Bounds, resolve_region
from warehouse.facts.titles import judge_title

_RANK = {"complete": 3, "partial": 2, "narrative": 1, "rejected": 0}


@dataclass(frozen=True)
class Filed:
    """A document that is a report, with its keys.

    Attributes:
        parsed: document and reading.
        report: the reading.
        organ: whose report it is.
        report_id: its key.
        day: when its page says it was published.
        is_current: whether its address still holds these bytes.
    """

    parsed: Parsed
    report: dict[str, Any]
    organ: Organ
    report_id: str
    day: str | None
    is_current: bool

    @property
    def order(self) -> tuple[bool, int, int, bool, str, str, str]:
        """What makes one source of a report better than another; deterministic."""
        document = self.parsed.document
        return (
            self.is_current,
            _RANK[self.report["status"]],
            len(self.report["table_forms"]),
            document.role == "article",
            self.day or "",
            document.fetched_at or "",
            document.url,
        )

    @property
    def cells(self) -> Cells:
        """Its figures."""
        return report_cells(self.report)


def file_reports(
    province: str, year: int, current: Sequence[Parsed], older: Sequence[Parsed]
) -> list[Filed]:
    """Those documents that are reports, with their keys.

    Args:
        province: reports are filed under the province of their site.
        year: the year they cover.
        current: documents as their addresses hold them now.
        older: earlier bytes of some addresses.
    """
    days = {p.document.url: _day(p) for p in current}
    found = []
    for parsed, is_current in [*((p, True) for p in current), *((p, False) for p in older)]:
        report = parsed.report
        if report is None or report["status"] == "rejected":
            continue
        organ = identify(
            report["organ"],
            report["province"] or province,
            report["city"],
            report["county"],
            parsed.document.url,
            report["region_code"],
        )
        day = _day(parsed) or days.get(parsed.document.parent or "")
        home = report["province"] or province
        key = report_id(organ.organ_id, year, province if home != province else None)
        found.append(Filed(parsed, report, organ, key, day, is_current))
    return found


def titled_organ(document: PromisedDocument, year: int, bounds: Bounds | None) -> str | None:
    """The key of the organ that a document's title in its list names, None when it names none."""
    verdict = judge_title(document.title)
    if not verdict.is_report or verdict.organ is None:
        return None
    region = resolve_region(verdict.organ, "", year, bounds)
    if region.province is None:
        return None
    found = identify(
        verdict.organ, region.province, region.city, region.county, document.url, region.code
    )
    return found.organ_id


def sources(filed: Iterable[Filed]) -> dict[str, list[Filed]]:
    """The sources of each report by its key, the one that is read first."""
    found: dict[str, list[Filed]] = {}
    for one in sorted(filed, key=lambda f: f.order, reverse=True):
        found.setdefault(one.report_id, []).append(one)
    return found


def disagreements(chosen: Filed, others: Iterable[Filed]) -> list[dict[str, Any]]:
    """Findings for the cells in which other current sources print another number.

    A cell that one of them leaves empty is no contradiction: an attachment often holds less.
    """
    ours = chosen.cells
    found = []
    for other in others:
        if not other.is_current:
            continue
        theirs = other.cells
        url = other.parsed.document.url
        for cell in sorted(ours.keys() & theirs.keys()):
            one, two = ours[cell], theirs[cell]
            if one is not None and two is not None and one != two:
                found.append(_disagreement(cell, one, two, url))
    return found


def _disagreement(
    cell: tuple[str, str, str], ours: float, theirs: float, url: str
) -> dict[str, Any]:
    table, item, column = cell
    return {
        "rule": "sources_disagree",
        "severity": "warning",
        "table": table,
        "item": item,
        "column": column,
        "expected": theirs,
        "actual": ours,
        "message": f"another source of this report prints {theirs} where this one has {ours}:"
        f" {url}",
    }


def _day(parsed: Parsed) -> str | None:
    """The day a page says it was published, else the day of its list row."""
    said = parsed.report.get("published_on") if parsed.report else None
    return said or parsed.document.date
