"""Parsed reports of one partition to rows of the warehouse's tables.

Documents that are the same organ's report for the same year unite here: the best reading is the
report, the others are its duplicates. No SQL and no files; ``warehouse.lake`` writes the rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.parsing import Parsed
from pipelines.reports import PARSER_VERSION
from pipelines.reports.organs import Organ, identify, report_id

Rows = dict[str, list[dict[str, object]]]
_TABLES = (
    "report",
    "proactive",
    "request",
    "legal_challenge",
    "indicator",
    "section",
    "finding",
    "cell",
    "document",
    "report_version",
)
_VERSIONED = (
    "organ",
    "title",
    "form",
    "status",
    "published_on",
    "url",
    "sha256",
    "fetched_at",
    "parser",
    "findings",
)
_RANK = {"complete": 3, "partial": 2, "narrative": 1, "rejected": 0}


@dataclass(frozen=True)
class Filed:
    """A document that is a report, with its keys."""

    parsed: Parsed
    report: dict[str, Any]
    organ: Organ
    report_id: str

    @property
    def order(self) -> tuple[int, int, bool, str, str]:
        """What makes one reading of a report better than another; deterministic."""
        document = self.parsed.document
        return (
            _RANK[self.report["status"]],
            len(self.report["table_forms"]),
            document.role == "article",
            document.fetched_at or "",
            document.url,
        )


def partition_rows(province: str, year: int, parsed: Sequence[Parsed]) -> Rows:
    """The rows of every table of one partition.

    Args:
        province: its province; reports are filed under the province of their site.
        year: its year.
        parsed: the documents that are filed under it.
    """
    filed = [f for p in parsed if (f := _file(province, year, p)) is not None]
    chosen: dict[str, Filed] = {}
    for one in sorted(filed, key=lambda f: f.order):
        chosen[one.report_id] = one
    rows: Rows = {name: [] for name in _TABLES}
    days = {p.document.url: _day(p) for p in parsed}
    for one in sorted(chosen.values(), key=lambda f: f.report_id):
        document = one.parsed.document
        _report_rows(one, days[document.url] or days.get(document.parent or ""), rows)
    by_url = {f.parsed.document.url: f for f in filed}
    held = {f.parsed.document.url for f in chosen.values()}
    parents = {p.document.parent for p in parsed if p.document.parent}
    rows["document"] = [_document_row(p, by_url, held, parents) for p in parsed]
    return rows


def _file(province: str, year: int, parsed: Parsed) -> Filed | None:
    report = parsed.report
    if report is None or report["status"] == "rejected":
        return None
    place = report["province"] or province
    organ = identify(
        report["organ"],
        place,
        report["city"],
        report["county"],
        parsed.document.url,
        report["region_code"],
    )
    return Filed(parsed, report, organ, report_id(organ.organ_id, year))


def _day(parsed: Parsed) -> str | None:
    """The day a page says it was published, else the day of its list row."""
    said = parsed.report.get("published_on") if parsed.report else None
    return said or parsed.document.date


def _report_rows(one: Filed, published_on: str | None, rows: Rows) -> None:
    report, document = one.report, one.parsed.document
    head: dict[str, object] = {
        "report_id": one.report_id,
        "organ": report["organ"],
        "organ_id": one.organ.organ_id,
        "place_id": one.organ.place_id,
        "organ_line": one.organ.line,
        "organ_zone": one.organ.zone,
        "organ_rule": one.organ.rule,
        "sector": one.organ.sector,
        "level": one.organ.level,
        "kind": one.organ.kind,
        "city": report["city"],
        "county": report["county"],
        "region_code": report["region_code"],
        "form": report["form"],
        "status": report["status"],
        "title": report["title"],
        "published_on": published_on,
        "url": document.url,
        "sha256": document.sha256,
        "fetched_at": document.fetched_at,
        "parser": PARSER_VERSION,
        "findings": len(report["findings"]),
    }
    rows["report"].append(head)
    rows["report_version"].append(
        {"report_id": one.report_id, "version": 1, **{n: head[n] for n in _VERSIONED}}
    )
    _figure_rows(one.report_id, report, rows)
    for finding in report["findings"]:
        rows["finding"].append(_finding_row(one.report_id, finding))
    for cell in report["cells"]:
        rows["cell"].append(_cell_row(one.report_id, cell))
    for number, section in report["sections"].items():
        rows["section"].append({"report_id": one.report_id, "number": int(number), **section})


def _figure_rows(key: str, report: dict[str, Any], rows: Rows) -> None:
    for item, measures in report["proactive"].items():
        for measure, value in measures.items():
            rows["proactive"].append(
                {"report_id": key, "item": item, "measure": measure, "value": value}
            )
    for item, applicants in report["request"].items():
        rows["request"].append({"report_id": key, "item": item, **applicants})
    for channel, results in report["legal_challenge"].items():
        rows["legal_challenge"].append({"report_id": key, "channel": channel, **results})
    for indicator in report["indicators"]:
        rows["indicator"].append({"report_id": key, **indicator})


def _finding_row(key: str, finding: dict[str, Any]) -> dict[str, object]:
    row = {k: v for k, v in finding.items() if k not in ("table", "column")}
    for side in ("expected", "actual"):
        if isinstance(row[side], str):
            row["message"] = f"{row['message']} ({side}: {row[side]})"
            row[side] = None
    return {
        "report_id": key,
        "table_name": finding["table"],
        "column_name": finding["column"],
        **row,
    }


def _cell_row(key: str, cell: dict[str, Any]) -> dict[str, object]:
    position = cell["position"] or {}
    return {
        "report_id": key,
        "table_name": cell["table"],
        "item": cell["item"],
        "column_name": cell["column"],
        "meaning": cell["meaning"],
        "raw": cell["raw"],
        "page": position.get("page"),
        "position": json.dumps(position, ensure_ascii=False) if position else None,
    }


def _document_row(
    one: Parsed,
    filed: dict[str, Filed],
    held: Iterable[str],
    parents: Iterable[str],
) -> dict[str, object]:
    document = one.document
    own = filed.get(document.url)
    outcome, reason = _outcome(one, own is not None, document.url in held, document.url in parents)
    return {
        "url": document.url,
        "site": document.site,
        "role": document.role,
        "parent": document.parent,
        "title": document.title,
        "report_id": own.report_id if own else None,
        "organ_id": own.organ.organ_id if own else None,
        "sha256": document.sha256,
        "media_type": document.media_type,
        "bytes": document.bytes,
        "fetched_at": document.fetched_at,
        "warc": document.warc,
        "warc_offset": document.offset,
        "outcome": outcome,
        "reason": reason,
    }


def _outcome(
    one: Parsed, is_report: bool, is_held: bool, has_attached: bool
) -> tuple[str, str | None]:
    """What became of a document, in the words of the contract."""
    document = one.document
    if one.report is None:
        outcome = document.outcome if document.outcome != "promised" else "failed"
        return outcome, document.reason or "not fetched yet: a run was ended before it"
    if is_held:
        return "report", document.reason
    if is_report:
        return "duplicate", "the same organ's report for this year is read from another document"
    kind = one.report.get("rejected_as")
    if has_attached and kind == "empty":
        return "not_report", "the page only points to its attachment"
    return ("not_report" if kind == "not_report" else "rejected"), one.report["error"]
