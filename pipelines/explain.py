"""``gongkai parse --explain``: every table as read beside its source.

For a person who wants to see where a figure comes from: each row of an official table with its
figures, and the printed row it was read from; what the sums say, and all findings. Pictures of the
pages with the cells marked are made by ``explain_pages``.
"""

from __future__ import annotations

import json

from pipelines.documents.model import Cell, Document
from pipelines.reports.model import Figure, Finding, Report, TableRead
from warehouse.facts.forms import form
from warehouse.facts.forms.statistics import STATISTICS_FORM
from warehouse.output import width

_LEGEND = (
    "A number with * is read, but not printed in plain digits. Brackets hold why there is none: "
    "blank, nil_mark (/ - 无), absent (not in the table), unreadable."
)


def explain(report: Report, document: Document) -> str:
    """The tables of a report beside what they were read from.

    Args:
        report: the report.
        document: the document it was read from.
    """
    lines = [
        f"{report.source}: {report.status}, {report.organ}, {report.year}",
        f"title: {report.title}",
        _LEGEND,
    ]
    for name, table in report.tables.items():
        if not table.exists:
            lines.append(f"\n{name}: not in the document")
            continue
        names = _official_names(name, table)
        lines.append(f"\n{name}, form {table.form}")
        uniform = name != "proactive"  # table two has other columns in each of its blocks
        if uniform:
            columns = next(iter(table.figures.values()))
            lines.append("  columns: " + ", ".join(f"{c} {names.get(c, '')}" for c in columns))
        for item, row in table.figures.items():
            values = " ".join(f"{_shown(f):>6}" for f in row.values())
            if not uniform:
                values = "  " + ", ".join(f"{m} {_shown(f)}" for m, f in row.items())
            lines.append(f"  {item:<34}{values}   {_where(row)}")
            printed = _printed(row, document)
            lines.append(f"      printed: {printed}" if printed else f"      {names.get(item, '')}")
        lines += _sums(name, table, report.findings)
    lines += _indicators(report, document)
    lines += ["", "sections:"]
    lines += [
        f"  {n} {s.heading or ''}: {len(s.text)} characters" for n, s in report.sections.items()
    ]
    lines += ["", "findings:" if report.findings else "findings: none"]
    order = ("error", "warning", "info")
    found = sorted(report.findings, key=lambda f: order.index(f.severity))
    return "\n".join([*lines, *map(_finding, found)])


def _indicators(report: Report, document: Document) -> list[str]:
    """The statistics table, or what sentences of a report without tables state."""
    if not report.indicators:
        return []
    source = f"form {report.form}" if report.form == STATISTICS_FORM else "read from sentences"
    lines = [f"\nindicators, {source}"]
    for indicator in report.indicators:
        row = {"value": report.indicator_figures[indicator.code]}
        shown = f"{_shown(row['value'])} {indicator.unit or ''}".rstrip()
        lines.append(
            f"  {indicator.code:<8}{shown:>14}   {indicator.name}   {_where(row)}".rstrip()
        )
        printed = _printed(row, document)
        lines += [f"      printed: {printed}"] if printed else []
    return lines


def _official_names(name: str, table: TableRead) -> dict[str, str]:
    """The form's wording of a table's rows and columns, by key."""
    rules = form(table.form or "")
    if name == "request":
        labels = [*rules.request.columns, *rules.request.rows]
    elif name == "legal_challenge":
        labels = [*rules.legal_challenge.channels, *rules.legal_challenge.results]
    else:
        labels = [x for block in rules.proactive for x in block.rows]
    return {label.key: label.label for label in labels}


_SUMS = {
    "request": {
        "row_total": "rows whose total is the sum of the applicants",
        "column_total": "columns whose processed requests are the sum of the outcomes",
        "column_balance": "columns in which received and carried in are processed and carried out",
    },
    "legal_challenge": {"channel_total": "channels whose total is the sum of the results"},
}


def _sums(name: str, table: TableRead, findings: list[Finding]) -> list[str]:
    """How many of the table's sums hold; one with a figure that is not there cannot be told."""
    lines = []
    for rule, words in _SUMS.get(name, {}).items():
        rows = list(table.figures.values())
        groups = rows
        if rule.startswith("column"):
            groups = [{i: table.figures[i][c] for i in table.figures} for c in rows[0]]
        whole = sum(all(f.value is not None for f in group.values()) for group in groups)
        failed = sum(f.rule == rule for f in findings)
        lines.append(
            f"  sums: {words}: {failed} fail; {whole} of {len(groups)} have all their figures"
        )
    return lines


def _finding(finding: Finding) -> str:
    place = " ".join(p for p in (finding.table, finding.item, finding.column) if p)
    numbers = ""
    if finding.expected is not None or finding.actual is not None:
        numbers = f" (expected {finding.expected}, printed {finding.actual})"
    words = " ".join(finding.message.split())
    return f"  {finding.severity} {finding.rule} {place}: {words}{numbers}"


def _shown(figure: Figure) -> str:
    if figure.value is None:
        return f"[{figure.meaning}]"
    mark = "*" if figure.meaning is not None else ""
    return f"{figure.value}{mark}"


def _where(row: dict[str, Figure]) -> str:
    position = next((f.position for f in row.values() if f.position), None)
    if position is None:
        return ""
    parts = [
        f"{name} {value}"
        for name, value in (
            ("page", position.page),
            ("table", position.table),
            ("row", position.row),
        )
        if value is not None
    ]
    return ", ".join(parts)


def _printed(row: dict[str, Figure], document: Document) -> str:
    """The cells of the document's row that the figures came from."""
    for figure in row.values():
        place = figure.position
        if place is None or place.table is None or place.row is None:
            continue
        if place.table > len(document.tables):
            return ""
        rows = document.tables[place.table - 1].rows
        if place.row > len(rows):
            return ""
        cells: list[Cell] = []
        for cell in rows[place.row - 1]:
            if cell is not None and not (cells and cells[-1] is cell):
                cells.append(cell)
        return " | ".join(_cut(c.text) for c in cells)
    return next((json.dumps(f.raw, ensure_ascii=False) for f in row.values() if f.raw), "")


def _cut(text: str, most: int = 36) -> str:
    plain = " ".join(text.split())
    while width(plain) > most:
        plain = plain[:-2] + "…"
    return plain
