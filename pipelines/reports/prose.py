"""What the sentences say against the tables: contradictions, a wrong period, last year's text.

What a sentence counts decides whether it contradicts a table ("handled 749" includes what was
carried over), so a number is reported only when no sum that the sentence may mean gives it.
Sentences about a part (one office, one channel, one quarter) are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from pipelines.reports.model import Finding, Number, Section, TableRead
from warehouse.facts.files import load_yaml
from warehouse.facts.numerals import counting_number
from warehouse.facts.titles import plain_title

_STOPS = re.compile(r"[。；;!！?？\n]")
_CLAUSES = re.compile(r"[，,、。；;：:\n]")


@cache
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = load_yaml("prose.yaml")
    return rules


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text.replace("{n}", _rules()["number"]))


def check_prose(
    sections: dict[str, Section], request: TableRead, challenge: TableRead, year: int | None
) -> list[Finding]:
    """All findings of the sentences of a report.

    Args:
        sections: its parts.
        request: table three.
        challenge: table four.
        year: the report year.
    """
    sentences = sentences_of(sections)
    findings: list[Finding] = []
    own = [s for s in sentences if is_of(s, year)]
    if request.exists:
        findings += _requests(own, request, year)
    if challenge.exists:
        findings += _challenges(own, challenge, year)
    findings += _period(sentences, year)
    findings += _stale(sections, year)
    return findings


def sentences_of(sections: dict[str, Section]) -> list[str]:
    """The sentences of all parts, spaces removed, full-width forms made plain."""
    return [
        plain_title(s)
        for section in sections.values()
        for s in _STOPS.split(section.text)
        if s.strip()
    ]


def is_of(sentence: str, year: int | None) -> bool:
    """Whether a sentence does not speak of other years only."""
    years = _pattern(_rules()["year"]).findall(sentence)
    return year is None or not years or str(year) in years


def _last_year(words: str) -> str:
    """The words from the last year on that is named; of several years that one counts."""
    found = list(_pattern(_rules()["year"]).finditer(words))
    return words[found[-1].start() :] if found else ""


def numbers_in(
    sentences: list[str], pattern: str, year: int | None = None
) -> Iterator[tuple[int, str]]:
    """Numbers that a pattern finds in sentences which speak of the whole organ and year."""
    if not sentences or not _pattern(pattern).search("\n".join(sentences)):
        return  # most sentences of most reports say nothing of the kind
    never = _pattern(_rules()["never"])
    for sentence in sentences:
        for match in _pattern(pattern).finditer(sentence):
            if not is_of(_last_year(sentence[: match.end()]), year):
                continue
            clause_from = max(
                (m.end() for m in _CLAUSES.finditer(sentence, 0, match.start())), default=0
            )
            ends = _CLAUSES.search(sentence, match.end())
            clause = sentence[clause_from : ends.start() if ends else len(sentence)]
            number = (
                counting_number(match.group(1))
                if not match.group(1).isdigit()
                else int(match.group(1))
            )
            if number is not None and not never.search(clause):
                yield number, clause


def _total(table: TableRead, items: list[str]) -> Number | None:
    values = [table.value(i, "total") for i in items]
    return None if any(v is None for v in values) else sum(v for v in values if v is not None)


def _requests(sentences: list[str], table: TableRead, year: int | None) -> Iterator[Finding]:
    rules = _rules()
    for rule in rules["statements"]:
        sums = [_total(table, items) for items in rule["agrees"]]
        said = list(numbers_in(sentences, rule["pattern"], year))
        # A report that states the figure rightly anywhere is not contradicted by other counts.
        if sums[0] is None or any(n in sums for n, _ in said):
            continue
        for number, clause in said[:1]:
            yield _mismatch("request", rule["item"], number, sums[0], clause)
    for rule in rules["none"]:
        sums = [_total(table, items) for items in rule["agrees"]]
        denied = next((s for s in sentences if _pattern(rule["pattern"]).search(s)), None)
        if denied and sums[0] and all(sums):
            yield _mismatch("request", rule["item"], 0, sums[0], denied)


def _challenges(sentences: list[str], table: TableRead, year: int | None) -> Iterator[Finding]:
    for rule in _rules()["challenges"]:
        channels: list[str] = rule["channel"]
        total = _total(table, channels)
        results = [
            sum(f.value or 0 for r, f in table.figures[c].items() if r != "total")
            for c in channels
            if c in table.figures
        ]
        said = list(numbers_in(sentences, rule["pattern"], year))
        if total is None or any(n in (total, sum(results)) for n, _ in said):
            continue
        for number, clause in said[:1]:
            yield _mismatch("legal_challenge", channels[0], number, total, clause)
        denied = next((s for s in sentences if _pattern(rule["none"]).search(s)), None)
        if denied and total and not said:
            yield _mismatch("legal_challenge", channels[0], 0, total, denied)


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


def _period(sentences: list[str], year: int | None) -> Iterator[Finding]:
    """A statistics period that does not end with the year (its year is ``identity``'s to check)."""
    for sentence in sentences:
        match = _pattern(_rules()["period"]).search(sentence)
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
