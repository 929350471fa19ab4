"""A parsed report as a page of text for a person."""

from __future__ import annotations

from typing import Any

_MOST_FINDINGS = 20


def summarise(report: dict[str, Any]) -> str:
    """The readable summary of ``gongkai parse``.

    Args:
        report: the object of ``gongkai parse --json``.
    """
    if report["status"] == "rejected":
        return f"{report['source']}\n  rejected: {report['error']}"
    place = " ".join(report[k] for k in ("province", "city", "county") if report[k])
    where = f"{place}, {report['region_code'] or 'no code'}" if place else "place not told"
    lines = [
        report["source"],
        f"  {report['organ'] or 'organ not named'}, {report['year'] or 'year not told'} ({where})",
        f"  {report['title'] or 'no title'}",
        f"  {report['status']}, form {report['form']}, published {report['published_on'] or '?'}",
    ]
    lines += _figures(report)
    lines += [f"  section {n}: {len(s['text'])} characters" for n, s in report["sections"].items()]
    notes: dict[str, int] = {}
    for cell in report["cells"]:
        notes[cell["meaning"]] = notes.get(cell["meaning"], 0) + 1
    if notes:
        lines.append("  cells: " + ", ".join(f"{n} {m}" for m, n in sorted(notes.items())))
    lines += [_finding(f) for f in report["findings"][:_MOST_FINDINGS]]
    more = len(report["findings"]) - _MOST_FINDINGS
    return "\n".join([*lines, f"  and {more} more findings"] if more > 0 else lines)


def _figures(report: dict[str, Any]) -> list[str]:
    lines = []
    for item, row in report["request"].items():
        if any(row.values()):
            values = " ".join("-" if v is None else str(v) for v in row.values())
            lines.append(f"  request {item}: {values}")
    for name in ("proactive", "legal_challenge"):
        for item, row in report[name].items():
            if any(row.values()):
                values = ", ".join(f"{k} {'-' if v is None else v}" for k, v in row.items())
                lines.append(f"  {name} {item}: {values}")
    for row in report["indicators"]:
        if row["value"] is not None:
            lines.append(f"  indicator {row['code']} {row['name']}: {row['value']} {row['unit']}")
    return lines


def _finding(finding: dict[str, Any]) -> str:
    place = " ".join(str(finding[k]) for k in ("table", "item", "column") if finding[k])
    numbers = ""
    if finding["expected"] is not None:
        numbers = f" (expected {finding['expected']}, printed {finding['actual']})"
    return f"  {finding['severity']}: {finding['rule']} {place}: {finding['message']}{numbers}"
