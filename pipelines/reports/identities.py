"""The accounting identities that the form prints, as findings.

Every column of table three: received + carried in = processed + carried out, and processed = the
sum of the outcomes. Every row: total = the sum of the applicants. Every channel of table four:
total = the sum of the results. A blank is not 0: a sum with a blank speaks only when what is
printed already exceeds the total. Source: the notices of the 2019 and 2021 forms.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.reports.model import Finding, Number, TableRead
from warehouse.facts.forms import form


def check_identities(request: TableRead, legal_challenge: TableRead) -> list[Finding]:
    """All identities of both tables; the findings say what was expected and what is printed."""
    findings: list[Finding] = []
    if request.exists:
        findings += _rows(request)
        findings += _columns(request)
    if legal_challenge.exists:
        findings += _channels(legal_challenge)
    return findings


def compare(parts: Sequence[Number | None], total: Number | None) -> Number | None:
    """What the parts add up to when that contradicts the total, else None.

    A null part is unknown but not negative: with one, only parts that exceed the total contradict.
    """
    if total is None:
        return None
    known = sum([p for p in parts if p is not None])
    if None in parts:
        return known if known > total else None
    return known if known != total else None


def _rows(table: TableRead) -> list[Finding]:
    found = []
    for item, row in table.figures.items():
        parts = [f.value for a, f in row.items() if a != "total"]
        expected = compare(parts, table.value(item, "total"))
        if expected is not None:
            found.append(
                Finding(
                    "row_total",
                    "warning",
                    "the total of the row is not the sum of its applicants",
                    "request",
                    item,
                    None,
                    expected,
                    table.value(item, "total"),
                )
            )
    return found


def _columns(table: TableRead) -> list[Finding]:
    found = []
    outcomes = [table.figures.get(o, {}) for o in form(table.form or "").request.outcomes]
    for applicant in next(iter(table.figures.values())):
        parts = [f.value if (f := row.get(applicant)) else None for row in outcomes]
        processed = table.value("total_processed", applicant)
        expected = compare(parts, processed)
        if expected is not None:
            found.append(
                Finding(
                    "column_total",
                    "warning",
                    "the processed requests are not the sum of the outcomes",
                    "request",
                    "total_processed",
                    applicant,
                    expected,
                    processed,
                )
            )
        found += _balance(table, applicant, processed)
    return found


def _balance(table: TableRead, applicant: str, processed: Number | None) -> list[Finding]:
    received = table.value("received", applicant)
    carried_in = table.value("carried_in", applicant)
    carried_out = table.value("carried_out", applicant)
    if received is None or carried_in is None or processed is None or carried_out is None:
        return []
    expected = received + carried_in - processed
    if expected == carried_out:
        return []
    return [
        Finding(
            "column_balance",
            "warning",
            "received and carried in are not processed and carried out",
            "request",
            "carried_out",
            applicant,
            expected,
            carried_out,
        )
    ]


def _channels(table: TableRead) -> list[Finding]:
    found = []
    for channel, row in table.figures.items():
        parts = [f.value for r, f in row.items() if r != "total"]
        expected = compare(parts, table.value(channel, "total"))
        if expected is not None:
            found.append(
                Finding(
                    "channel_total",
                    "warning",
                    "the total of the channel is not the sum of its results",
                    "legal_challenge",
                    channel,
                    None,
                    expected,
                    table.value(channel, "total"),
                )
            )
    return found
