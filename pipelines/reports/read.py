"""The one entrance: a document to a checked report.

Puts the readers of tables, sections, identity and region together and decides the status.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pipelines.documents.model import (
    NOTHING_PREPARED,
    Document,
    DocumentError,
    Paragraph,
    Prepared,
)
from pipelines.documents.read import read_document, read_pictures
from pipelines.reports.captions import of_the_year, table_years
from pipelines.reports.challenge import read_challenge
from pipelines.reports.column_numbers import without_column_numbers
from pipelines.reports.duties import check_duties
from pipelines.reports.identities import check_identities
from pipelines.reports.identity import Identity, find_identity
from pipelines.reports.indicators import read_indicators
from pipelines.reports.mend import hints
from pipelines.reports.model import Finding, Report, Section, TableRead
from pipelines.reports.narrative import check_indicators, read_narrative
from pipelines.reports.pause import without_collection
from pipelines.reports.proactive import read_proactive
from pipelines.reports.prose import check_prose, check_units
from pipelines.reports.region import Bounds, Region, resolve_region
from pipelines.reports.reject import rejection
from pipelines.reports.request import read_request
from pipelines.reports.rows import sort_rows
from pipelines.reports.sections import find_headings, read_sections, with_preamble
from pipelines.reports.settle import ocr_doubts, settle
from pipelines.reports.torn import TornRead, read_torn
from pipelines.reports.torn_indicators import read_torn_indicators
from pipelines.reports.unread import mark_unread
from pipelines.reports.wrapped_labels import joined
from warehouse.facts.forms import forms
from warehouse.facts.forms.statistics import STATISTICS_FORM

FREE_FORM = "free"
"""The form of reports without official tables."""


@dataclass(frozen=True)
class Context:
    """What is known about a document besides its bytes.

    Attributes:
        url: its address.
        content_type: the server's header.
        list_title: its title on the list that led to it.
        organ: the organ that the registry names for the column.
        bounds: the place of its site.
    """

    url: str = ""
    content_type: str | None = None
    list_title: str | None = None
    organ: str | None = None
    bounds: Bounds | None = None


def read_report(
    data: bytes,
    source: str,
    context: Context | None = None,
    prepared: Prepared = NOTHING_PREPARED,
) -> Report:
    """Reads one file into a checked report.

    Args:
        data: its bytes.
        source: its path or address, for messages.
        context: what else is known.
        prepared: what was made ready for its reading.

    Returns:
        The report; unreadable files and documents that are no report have the status ``rejected``
        and say why. No exception is raised for any content.
    """
    with without_collection():
        return _read_bytes(data, source, context or Context(), prepared)


def _read_bytes(data: bytes, source: str, context: Context, prepared: Prepared) -> Report:
    """As ``read_report``; when it is left only the report lives on."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        document = read_document(data, context.url or source, context.content_type, prepared)
    except DocumentError as error:
        return Report(source, sha256, "rejected", error=str(error), rejected_as="unreadable")
    report = read_whole(document, source, sha256, context)
    report.media_type = document.media_type
    return report


def read_whole(document: Document, source: str, sha256: str, context: Context) -> Report:
    """The report that a document holds, its pictures read where it lacks a table.

    Args:
        document: it is changed.
        source: its path or address, for messages.
        sha256: of its bytes.
        context: what else is known.
    """
    blocks = list(document.blocks)
    report = read_document_report(document, source, sha256, context)
    if document.pictures and not document.scanned and _lacks_tables(report):
        document.blocks = blocks
        if read_pictures(document):
            return read_document_report(document, source, sha256, context)
    return report


def read_document_report(document: Document, source: str, sha256: str, context: Context) -> Report:
    """The report that a document holds."""
    statistics = read_indicators(document.blocks)
    if not statistics.figures and not document.scanned:
        torn_statistics = read_torn_indicators(document.blocks)
        if torn_statistics is not None:
            statistics, document.blocks = torn_statistics
    blocks = document.blocks
    headings = find_headings(blocks)
    limit = headings[0].at if headings else 0
    first = "".join(b.text for b in document.blocks[: limit + 12] if isinstance(b, Paragraph))
    sections, signed = read_sections(document.blocks, headings, 0)
    identity = find_identity(document, limit, signed, first, context.organ, context.list_title)
    sections = with_preamble(sections, document.blocks, headings, identity.title_end)
    year = identity.year
    if statistics.used:
        statistics = read_indicators(blocks, year)
    sorted_rows = sort_rows(document.tables, statistics.used)
    sorted_rows, of_other_years = of_the_year(sorted_rows, table_years(blocks), year)
    rows = {k: without_column_numbers(joined(own), k) for k, own in sorted_rows.items()}
    proactive = read_proactive(rows["proactive"], year)
    request = read_request(rows["request"], year)
    challenge = read_challenge(rows["legal_challenge"], proactive.form or request.form)
    # Without its cells a scan does not say which of its digits are doubtful.
    torn = (
        TornRead(document.blocks)
        if document.scanned
        else read_torn(
            document.blocks,
            rows,
            {"proactive": proactive, "request": request, "legal_challenge": challenge},
            year,
        )
    )
    if torn.tables:
        proactive = torn.tables.get("proactive", proactive)
        request = torn.tables.get("request", request)
        challenge = torn.tables.get("legal_challenge", challenge)
        document.blocks = torn.blocks
        headings = find_headings(document.blocks)
        sections, _ = read_sections(document.blocks, headings, identity.title_end)
    report = Report(source, sha256, "complete", organ=identity.organ, year=year)
    report.title, report.published_on = identity.title, identity.published_on
    report.sections = sections
    report.proactive, report.request, report.legal_challenge = proactive, request, challenge
    report.indicators, report.indicator_figures = statistics.indicators, statistics.figures
    refused = rejection(document, identity, report)
    if refused is not None:
        kind, reason = refused
        rejected = Report(source, sha256, "rejected", error=reason, rejected_as=kind)
        rejected.title, rejected.year = identity.title, year
        return rejected
    region = resolve_region(identity.organ, _text(document), year, context.bounds)
    _set_region(report, region)
    contradicted = (
        check_indicators(sections, statistics.figures, year, identity.organ)
        if statistics.figures
        else []
    )
    if not _has_tables(report):
        report.indicators, report.indicator_figures = read_narrative(
            sections or {"0": Section(None, "\n".join(document.paragraphs))}, year, identity.organ
        )
    unread = mark_unread(
        {"proactive": proactive, "request": request, "legal_challenge": challenge},
        rows,
        blocks,
        torn.tables,
    )
    settled = settle(report.request, report.legal_challenge)
    report.form = _form(report, bool(statistics.indicators))
    report.findings = [
        *_findings(report, identity, region),
        *statistics.findings,
        *contradicted,
        *settled,
        *unread,
        *of_other_years,
    ]
    report.findings += [] if document.scanned else check_duties(report)
    report.findings += ocr_doubts(report.request, report.legal_challenge, document.scanned)
    report.findings += _absent_tables(report, document)
    report.findings += [Finding("document_note", "info", note) for note in document.notes]
    report.findings += [Finding("cut_off", "error", document.cut)] if document.cut else []
    report.status = _status(report)
    return report


def _set_region(report: Report, region: Region) -> None:
    report.province, report.city, report.county = region.province, region.city, region.county
    report.region_code = region.code


def _text(document: Document) -> str:
    return "\n".join([*document.titles, *document.paragraphs, document.around])


def _has_tables(report: Report) -> bool:
    return bool(report.indicators) or any(t.exists for t in report.tables.values())


def _form(report: Report, has_statistics: bool) -> str:
    """The form of table two, else of table three, else of the table that is there."""
    if has_statistics and not report.proactive.exists and not report.request.exists:
        return STATISTICS_FORM
    forms = (t.form for t in (report.proactive, report.request, report.legal_challenge))
    return next((f for f in forms if f is not None), FREE_FORM)


def _findings(report: Report, identity: Identity, region: Region) -> list[Finding]:
    findings = list(identity.findings)
    for table in report.tables.values():
        findings += table.findings
    failed = check_identities(report.request, report.legal_challenge)
    findings += failed
    findings += hints(report.request, report.legal_challenge) if failed else []
    findings += check_units(report.proactive, report.county is not None)
    findings += check_prose(
        report.sections, report.request, report.legal_challenge, report.year, report.organ
    )
    findings += region.findings
    findings += _unreadable(report.tables)
    findings += [
        Finding("unreadable", "error", f"{f.raw[:60]!r} is no number", "indicators", code, "value")
        for code, f in report.indicator_figures.items()
        if f.meaning == "unreadable"
    ]
    return findings


def _lacks_tables(report: Report) -> bool:
    """Whether a table is missing that the form of the report's year has."""
    if report.status == "rejected":
        return report.rejected_as == "empty"
    if (report.year or 0) >= min(f.since for f in forms()):
        return not all(table.exists for table in report.tables.values())
    return not _has_tables(report)


def _absent_tables(report: Report, document: Document) -> list[Finding]:
    """Official tables that were not found.

    Where a page is a picture, or pictures or what only a browser shows stand where tables should, a
    table that was not found is more likely one that we could not read than one the organ left out.
    """
    known = any(t.exists for t in report.tables.values())
    expected = bool(document.images or document.drawn) and (report.year or 0) >= min(
        f.since for f in forms()
    )
    if not known and not expected:
        return []
    ours = bool(document.scanned) or expected
    words = "is not in the document"
    if document.scanned:
        words = "could not be read from the picture"
    elif ours:
        where = f"the pictures ({document.images})"
        if not document.images:
            where = f"what only a browser shows, frames or scripts ({document.drawn})"
        words = f"is not in the text; it may be in {where}, where it was not read"
    return [
        Finding("absent_table", "error" if ours else "warning", f"the table {words}", name)
        for name, table in report.tables.items()
        if not table.exists
    ]


def _unreadable(tables: dict[str, TableRead]) -> list[Finding]:
    """One finding for each cell that holds something which is no number.

    A table that could not be read as a whole has one of its own.
    """
    return [
        Finding(
            "unreadable",
            "error",
            f"the cell holds {figure.raw[:60]!r}, "
            + ("which is not sure" if figure.readings else "which is no number"),
            name,
            item,
            column,
        )
        for name, table in tables.items()
        if not any(f.rule == "unreadable" and f.item is None for f in table.findings)
        for item, row in table.figures.items()
        for column, figure in row.items()
        if figure.meaning == "unreadable"
    ]


def _status(report: Report) -> str:
    lost = ("unreadable", "unknown_row", "absent_table", "cut_off")
    if any(f.severity == "error" and f.rule in lost for f in report.findings):
        return "partial"
    return "narrative" if report.form == FREE_FORM else "complete"
