"""Parsed reports of one partition to rows of the warehouse's tables.

Which document is which report is ``filing``'s, what came before it ``versions``'. No SQL and no
files; ``warehouse.lake`` writes the rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pipelines.filing import Filed, disagreements, file_reports, sources, titled_organ
from pipelines.paragraphs import fingerprints
from pipelines.parsing import Parsed
from pipelines.reports import PARSER_VERSION
from pipelines.reports.model import Finding
from pipelines.reports.region import Bounds
from pipelines.versions import Known, Ledger

Rows = dict[str, list[dict[str, object]]]
_TABLES = (
    "report",
    "proactive",
    "request",
    "legal_challenge",
    "indicator",
    "section",
    "paragraph",
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
_REPLACED = Finding(
    "source_replaced",
    "info",
    "the address holds other content now; the report is read from what it held before",
)


def partition_rows(
    province: str,
    year: int,
    parsed: Sequence[Parsed],
    older: Sequence[Parsed],
    known: Known,
    now: datetime,
    bounds: Mapping[str, Bounds],
) -> Rows:
    """The rows of every table of one partition.

    Args:
        province: its province; reports are filed under the province of their site.
        year: its year.
        parsed: the documents that are filed under it.
        older: readings of bytes that their addresses held earlier, filed under it as well.
        known: what the partition in the lake knows of its reports' versions.
        now: the time of the load.
        bounds: the place of each site by its host.
    """
    filed = file_reports(province, year, parsed, older)
    reports = sources(filed)
    rows: Rows = {name: [] for name in _TABLES}
    ledger = Ledger(known, now, reports.keys())
    for _, (chosen, *others) in sorted(reports.items()):
        _report_rows(province, chosen, others, rows, ledger)
    rows["report_version"] += ledger.withdrawn()
    by_url = {f.parsed.document.url: f for f in sorted(filed, key=lambda f: f.order)}
    held = {f.parsed.document.url for f, *_ in reports.values() if f.is_current}
    parents = {p.document.parent for p in parsed if p.document.parent}
    for one in parsed:
        row = _document_row(one, by_url, held, parents)
        if row["organ_id"] is None:
            place = bounds.get(one.document.site)
            row["organ_id"] = titled_organ(one.document, year, place)
        rows["document"].append(row)
    return rows


def _report_rows(
    province: str, one: Filed, others: Sequence[Filed], rows: Rows, ledger: Ledger
) -> None:
    report, document = one.report, one.parsed.document
    findings = [*report["findings"], *(f.to_json() for f in one.organ.findings)]
    findings += disagreements(one, others)
    if not one.is_current:
        findings.append(_REPLACED.to_json())
    if report["province"] not in (None, province):
        words = (
            f"the organ is one of {report['province']}; the report stands on a site of {province}"
        )
        findings.append(Finding("other_province", "info", words).to_json())
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
        "published_on": one.day,
        "url": document.url,
        "sha256": document.sha256,
        "fetched_at": document.fetched_at,
        "parser": PARSER_VERSION,
        "findings": len(findings),
    }
    rows["report"].append(head)
    place = {"warc": document.warc, "warc_offset": document.offset}
    version = {name: head[name] for name in _VERSIONED} | place
    earlier = [f for f in others if f.parsed.document.url == document.url]
    rows["report_version"] += ledger.rows(one, version, earlier)
    _figure_rows(one.report_id, report, rows)
    for finding in findings:
        rows["finding"].append(_finding_row(one.report_id, finding))
    for cell in report["cells"]:
        rows["cell"].append(_cell_row(one.report_id, cell))
    for number, section in report["sections"].items():
        rows["section"].append({"report_id": one.report_id, "number": int(number), **section})
    for paragraph in fingerprints(report):
        rows["paragraph"].append({"report_id": one.report_id, **paragraph})


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
    is_report = own is not None and own.is_current
    outcome, reason = _outcome(one, is_report, document.url in held, document.url in parents)
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
