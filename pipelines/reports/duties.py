"""What the form requires of a report beyond its sums: all parts, prose in them, the year's form.

Belongs here: warnings that a supervising office gives a report whatever its figures say. Does not
belong here: sums (``identities``), sentences against tables (``prose``), other reports (the
warehouse's checks).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from pipelines.reports.model import Finding, Report, Section
from warehouse.facts.files import load_yaml
from warehouse.facts.forms import forms


@cache
def _duties() -> dict[str, Any]:
    duties: dict[str, Any] = load_yaml("duties.yaml")
    return duties


def check_duties(report: Report) -> list[Finding]:
    """Findings about what a report in one of the official forms leaves out or should not hold.

    Args:
        report: with its tables, parts, year and place. Of a narrative nothing is required.
    """
    if not (report.proactive.exists or report.request.exists):
        return []
    return [*_parts(report.sections), *_forms(report), *_powers(report)]


def _parts(sections: dict[str, Section]) -> Iterator[Finding]:
    for number in _duties()["prose_parts"]:
        section = sections.get(number)
        if section is None:
            yield Finding(
                "absent_section", "warning", f"part {number} is missing", "sections", number
            )
        elif number in _duties()["spoken_parts"] and _says_nothing(section.text):
            words = f"part {number} says nothing: {section.text[:20]!r}"
            yield Finding("empty_section", "warning", words, "sections", number)


def _says_nothing(text: str) -> bool:
    plain = re.sub(r"\s+", "", text)
    return len(plain) < _duties()["shortest"] or bool(re.match(_duties()["nothing"], plain))


def _forms(report: Report) -> Iterator[Finding]:
    """Tables in a form that was no longer, or not yet, the year's."""
    if report.year is None:
        return
    due = max((f for f in forms() if f.since <= report.year), key=lambda f: f.since, default=None)
    if due is None:
        return
    for name in ("proactive", "request"):
        form = report.tables[name].form
        if form is not None and form != due.id:
            words = f"the table is in the form of {form}, that of {report.year} is {due.id}"
            yield Finding("other_form", "info", words, name)


def _powers(report: Report) -> Iterator[Finding]:
    """Rules of a body below the city: counties and towns make none."""
    if report.county is None:
        return
    for item in _duties()["rules"]:
        for measure, value in report.proactive.values().get(item, {}).items():
            if value:
                words = "a county, a town and their departments make no rules of this kind"
                yield Finding("rule_making", "warning", words, "proactive", item, measure, 0, value)
