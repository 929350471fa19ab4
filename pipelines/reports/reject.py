"""Why a document is no annual report: what its title says, and what its body lacks.

A title that names something else counts unless the whole report stands below it. A report without
tables is believed by its parts, or by a title of its own over prose.
"""

from __future__ import annotations

from pipelines.documents.model import Document
from pipelines.reports.identity import Identity
from pipelines.reports.model import Report
from warehouse.facts.titles import NO_REPORT_WORDS, is_enterprise, is_news, judge_title

_SHORTEST_NARRATIVE = 200  # characters of prose; a report without tables has more
_FEWEST_PARTS = 3  # of a report without tables
_WHOLE = (2, 5)  # tables and parts of a report whose title says that it is something else
_FEWEST_TITLES = 3  # of reports, that make a list
_LONGEST_TITLE = 80
_SHORTEST_PART = 30  # characters of a part that says something
_BEGINNING = 300  # characters


def rejection(document: Document, identity: Identity, report: Report) -> tuple[str, str] | None:
    """How and why a document is no report, or None.

    Args:
        document: the document.
        identity: its title and organ.
        report: with its tables and parts.

    Returns:
        ``not_report`` or ``empty``, and the reason.
    """
    verdict = identity.verdict
    known = bool(report.indicators) or any(t.exists for t in report.tables.values())
    if verdict is not None and not verdict.is_report:
        if verdict.reason != NO_REPORT_WORDS and not _is_whole(report):
            return "not_report", f"not an annual report: {verdict.reason} ({identity.own_title})"
        if not known and len(report.sections) < _FEWEST_PARTS:
            return "not_report", f"not an annual report: {identity.own_title}"
    if known:
        return ("empty", "the form is not filled in") if _is_blank(report) else None
    if identity.organ is not None and is_enterprise(identity.organ):
        return "not_report", f"not an annual report: that of an enterprise ({identity.organ})"
    if not document.leads and _is_list(document):
        return "not_report", "not an annual report: a list of reports"
    prose = sum(len(t) for t in document.paragraphs)
    if prose < _SHORTEST_NARRATIVE:
        pictures = f"; {document.images} pictures are not read" if document.images else ""
        leads = f"; it leads to {', '.join(document.leads)}" if document.leads else ""
        return "empty", f"the body is empty: {prose} characters and no table{pictures}{leads}"
    if len(report.sections) < _FEWEST_PARTS and not _is_titled(document, identity):
        return "not_report", "not an annual report: no table and no parts of one"
    return None


def _is_whole(report: Report) -> bool:
    """Whether the tables and parts of a report are there, whatever stands above them."""
    tables = sum(t.exists for t in report.tables.values()) + 2 * bool(report.indicators)
    parts = len(report.sections.keys() - {"0"})
    return tables >= _WHOLE[0] and (parts >= _WHOLE[1] or bool(report.indicators))


def _is_blank(report: Report) -> bool:
    """Whether neither the tables hold a figure nor the parts a sentence, as in a template."""
    figures = [
        f for t in report.tables.values() for row in t.figures.values() for f in row.values()
    ]
    figures += report.indicator_figures.values()
    if any(f.meaning not in ("blank", "absent") for f in figures):
        return False
    return all(len(s.text) < _SHORTEST_PART for k, s in report.sections.items() if k != "0")


def _is_list(document: Document) -> bool:
    """Whether most lines are titles of reports."""
    lines = [t for t in document.paragraphs if t.strip()]
    titles = sum(len(t) < _LONGEST_TITLE and judge_title(t).is_report for t in lines)
    return titles >= _FEWEST_TITLES and 2 * titles > len(lines)


def _is_titled(document: Document, identity: Identity) -> bool:
    """Whether the title is a report's and the text below it no news about one."""
    verdict = identity.verdict
    if verdict is None or not verdict.is_report:
        return False
    if identity.title_end:
        return True
    beginning = "".join(document.paragraphs)[:_BEGINNING]
    return verdict.year is not None and not is_news(beginning)
