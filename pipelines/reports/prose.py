"""What the sentences say against the tables: contradictions, a wrong period, last year's text.

What a sentence counts decides whether it contradicts a table ("handled 749" includes what was
carried over), so a number is reported only when no sum that the sentence may mean gives it.
Sentences about a part (one office, one channel, one quarter) are left alone (``statements``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from pipelines.reports.model import Finding, Number, Section, TableRead
from pipelines.reports.scope import rules
from pipelines.reports.statements import Statement, clauses_of, stated
from warehouse.facts.files import load_yaml
from warehouse.facts.titles import plain_title

_STOPS = re.compile(r"[。；;!！?？\n]")


@cache
def _rules() -> dict[str, Any]:
    found: dict[str, Any] = load_yaml("prose.yaml")
    return found


@cache
def _known() -> tuple[list[dict[str, Any]], str]:
    """The rules whose statements are compared with tables, and a pattern of all their keys."""
    compared = {rule["of"] for rule in _rules()["statements"]}
    known = [rule for rule in rules()["rules"] if rule["of"] in compared]
    return known, "|".join(sorted({r["key"] for r in known}))


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def check_prose(
    sections: dict[str, Section],
    request: TableRead,
    challenge: TableRead,
    year: int | None,
    organ: str | None = None,
) -> list[Finding]:
    """All findings of the sentences of a report.

    Args:
        sections: its parts.
        request: table three.
        challenge: table four.
        year: the report year.
        organ: the report's organ.
    """
    findings: list[Finding] = []
    tables = {"request": request, "legal_challenge": challenge}
    if any(t.exists for t in tables.values()):
        said: dict[str, list[Statement]] = {}
        known, words = _known()
        for clause in clauses_of(sections, words):
            for rule in known:
                if rule["key"] not in clause.text:
                    continue  # nearly always
                if (statement := stated(clause, rule, year, organ)) is not None:
                    said.setdefault(rule["of"], []).append(statement)
        for rule in _rules()["statements"]:
            findings += _compared(tables[rule["table"]], rule, said.get(rule["of"], []))
    findings += _period(sections, year)
    findings += _stale(sections, year)
    return findings


def _compared(table: TableRead, rule: dict[str, Any], said: list[Statement]) -> Iterator[Finding]:
    """The first statement that contradicts the table, unless another agrees with it."""
    if not said:
        return
    sums = [_total(table, items) for items in rule["agrees"]]
    parts = [_parts(table, items) for items in rule["agrees"]] if rule.get("parts") else []
    # A report that states the figure rightly anywhere is not contradicted by other counts.
    if sums[0] is None or any(s.number in (*sums, *parts) for s in said):
        return
    for statement in said:
        # Of a region, or with what a bracket adds, more may be counted than the table has.
        if not (statement.region or statement.changed or statement.rounded):
            item = rule["agrees"][0][0]
            yield _mismatch(rule["table"], item, statement.number, sums[0], statement.words)
            return


def _total(table: TableRead, items: list[str]) -> Number | None:
    values = [table.value(i, "total") for i in items]
    return None if any(v is None for v in values) else sum(v for v in values if v is not None)


def _parts(table: TableRead, items: list[str]) -> Number | None:
    """What the results of some rows add up to, where their totals are misprinted."""
    rows = [table.figures[i] for i in items if i in table.figures]
    known = [f.value for row in rows for r, f in row.items() if r != "total" and f.value]
    return sum(known) or None


def _mismatch(table: str, item: str, said: Number, printed: Number, clause: str) -> Finding:
    return Finding(
        "prose_mismatch",
        "warning",
        f"the text says {said}, the table {printed}: {clause[:60]}",
        table,
        item,
        "total",
        said,
        printed,
    )


def _period(sections: dict[str, Section], year: int | None) -> Iterator[Finding]:
    """A statistics period that does not end with the year (its year is ``identity``'s to check)."""
    for sentence in (s for part in sections.values() for s in _STOPS.split(part.text)):
        match = _pattern(_rules()["period"]).search(plain_title(sentence))
        if match is None:
            continue
        if year is not None and int(match.group(1)) != year:
            continue
        if year is not None and match.group(2, 3) != ("12", "31"):
            yield Finding(
                "period_mismatch",
                "warning",
                f"the statistics period ends on {match.group(2)}-{match.group(3)}",
                "sections",
                "0",
            )
        return


def _stale(sections: dict[str, Section], year: int | None) -> Iterator[Finding]:
    """A first part that speaks of the year before and never of its own."""
    first = sections.get("1")
    if first is None or year is None:
        return
    text = plain_title(first.text)
    if str(year) not in text and text.count(str(year - 1)) > 1:
        yield Finding(
            "stale_text",
            "warning",
            f"the first part speaks of {year - 1} and never of {year}",
            "sections",
            "1",
        )


def check_units(proactive: TableRead, below_city: bool = False) -> list[Finding]:
    """Amounts that suggest that yuan and ten thousand yuan were mixed up.

    Args:
        proactive: table two.
        below_city: whether the organ is a county's or a town's.
    """
    limits = _rules()["units"]
    findings = []
    fee = proactive.value("administrative_fee", "amount")
    if fee is not None and fee >= limits["fee_most_county" if below_city else "fee_most"]:
        findings.append(_unit("administrative_fee", "amount", fee))
    projects = proactive.value("procurement", "projects")
    amount = proactive.value("procurement", "amount")
    if projects and amount is not None and 0 < amount < limits["procurement_least"]:
        findings.append(_unit("procurement", "amount", amount))
    return findings


def _unit(item: str, measure: str, amount: Number) -> Finding:
    return Finding(
        "unit_suspect",
        "warning",
        "the amount suggests another unit than the form's",
        "proactive",
        item,
        measure,
        None,
        amount,
    )
