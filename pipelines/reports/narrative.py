"""What the sentences of a report without tables state for sure, as indicators.

Reports on 2008 to 2013 have no official table. A figure is taken when every clause that states it
gives one number for the whole organ and year; anything less sure stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pipelines.reports.model import Figure, Finding, Indicator, Number, Section
from pipelines.reports.scope import Speech, pattern, rules
from pipelines.reports.statements import Clause, Statement, clauses_of, denied, stated
from warehouse.facts.files import load_yaml
from warehouse.facts.forms.statistics import indicator_rows

_ASKED = "received"  # the statement that ways of asking and answers are parts of


def read_narrative(
    sections: dict[str, Section], year: int | None = None, organ: str | None = None
) -> tuple[list[Indicator], dict[str, Figure]]:
    """Indicators of a report without tables.

    Args:
        sections: its parts.
        year: the report year; what sentences say of other years is left alone.
        organ: the report's organ.

    Returns:
        The indicators in the order of the form, and per code the figure with the words it was
        read from.
    """
    found: dict[str, dict[Number, str]] = {}
    for statement in _statements(sections, year, organ):
        found.setdefault(statement.of, {}).setdefault(statement.number, statement.words)
    figures = {
        code: Figure(number, "number", words[:200])
        for code, said in found.items()
        if len(said) == 1
        for number, words in said.items()
    }
    _drop_parts_beyond(figures)
    indicators = [
        Indicator(row.code, row.label, row.unit, figures[row.code].value)
        for row in indicator_rows()
        if row.code in figures
    ]
    return indicators, figures


def check_indicators(
    sections: dict[str, Section],
    figures: dict[str, Figure],
    year: int | None,
    organ: str | None,
) -> list[Finding]:
    """Where the sentences contradict the statistics table, in the rows they state for sure.

    Args:
        sections: the parts of a report that has the table.
        figures: its figures by code.
        year: the report year.
        organ: the report's organ.
    """
    compared = set(rules()["narrative"]["codes"].values())
    _, said = read_narrative(sections, year, organ)
    findings = []
    for code in [c for c in said if c in compared]:
        number, printed = said[code].value, figures[code].value if code in figures else None
        vague = pattern(rules()["rounded"]).search(said[code].raw)
        if number is None or printed is None or number == printed or vague:
            continue
        words = f"the text says {number}, the table {printed}: {said[code].raw[:60]}"
        findings.append(
            Finding(
                "prose_mismatch", "warning", words, "indicators", code, "value", number, printed
            )
        )
    return findings


def _statements(
    sections: dict[str, Section], year: int | None, organ: str | None
) -> Iterator[Statement]:
    data = rules()["narrative"]
    own = {k: s for k, s in sections.items() if k not in data["never"]}
    governs = organ is None or pattern(data["governs"]).search(organ) is not None
    asked = False  # whether the number of requests was told right before
    foreign = False  # whether requests were counted before that are not the organ's
    counted: Speech | None = None  # the paragraph in which the number of requests was told
    for clause in clauses_of(own):
        foreign = foreign and (bool(clause.before) or _is_part(clause))
        said = []
        for rule in rules()["rules"]:
            statement = stated(clause, rule, year, organ)
            if statement is not None:
                said.append(statement)
                if _is_sure(statement, clause, governs) and rule["of"] in data["codes"]:
                    yield _renamed(statement, data["codes"][rule["of"]])
        if pattern(data["ways"]["again"]).search(clause.text):
            asked = counted is clause.speech
        if not foreign:
            said += (parts := list(_parts(clause, data, year, organ, asked)))
            yield from parts
        yield from _fees(clause, data["fees"], year, organ)
        if not said and _counts(clause):
            asked = False
            foreign = foreign or data["answers"]["about"] in clause.text
        if any(s.of == _ASKED for s in said):
            asked, counted = True, clause.speech


def _is_part(clause: Clause) -> bool:
    """Whether a clause begins with the word for "of these"."""
    return pattern(rules()["of_these"]).match(clause.text) is not None


def _renamed(statement: Statement, code: str) -> Statement:
    return Statement(code, statement.number, statement.words)


def _is_sure(statement: Statement, clause: Clause, governs: bool) -> bool:
    """Whether a statement is the organ's and about disclosure."""
    cases = rules()["narrative"]["cases"]
    if statement.changed or (statement.region and not governs):
        return False
    if statement.of not in cases["of"] or not statement.number:
        return True
    return clause.part == cases["part"] or cases["word"] in clause.before + clause.text


def _counts(clause: Clause) -> bool:
    """Whether a clause has a number that may be a count of something new."""
    neutral = rules()["narrative"]["answers"]["neutral"]
    return any(c.isdigit() for c in clause.text) and not pattern(neutral).search(clause.text)


def _parts(
    clause: Clause, data: dict[str, Any], year: int | None, organ: str | None, asked: bool
) -> Iterator[Statement]:
    """Answers to requests and ways of asking that a clause counts."""
    answers, ways = data["answers"], data["ways"]
    known = [(r, ways["lead"]) for r in ways["rules"] if asked]
    told = asked or answers["about"] in clause.sentence or clause.part == rules()["bare_part"]
    if told and not pattern(answers["not"]).search(clause.sentence):
        known += [(r, ways["lead"]) for r in answers["rules"]]
    for rule, lead in known:
        blurs = ways["blurs"].get(rule["of"])
        if blurs and re.search(blurs, clause.sentence):
            continue
        statement = stated(clause, rule | {"lead": lead}, year, organ)
        if statement is not None:
            yield statement


def _fees(
    clause: Clause, rule: dict[str, Any], year: int | None, organ: str | None
) -> Iterator[Statement]:
    """What was charged, in the unit of its row."""
    if rule["has"][0] not in clause.text:
        return
    charged = {k: v for k, v in rule.items() if k != "none"}
    statement = stated(clause, charged, year, organ)
    if statement is not None:
        unit = pattern(rule["pattern"]).search(clause.text)
        factors: dict[str, int] = load_yaml("labels.yaml")["unit_factor"]
        amount = Decimal(str(statement.number)) * factors[unit["unit"] if unit else rule["unit"]]
        value = float(amount / factors[rule["unit"]])
        yield Statement(rule["of"], int(value) if value.is_integer() else value, clause.text)
    elif (none := denied(clause, rule, year, organ)) is not None:
        yield none


def _drop_parts_beyond(figures: dict[str, Figure]) -> None:
    """Takes out parts that are more than what they are parts of: they count something else."""
    for row in indicator_rows():
        whole = figures.get(row.code)
        if whole is None or whole.value is None:
            continue
        parts = [c for c in row.sum_of if c in figures]
        if sum(figures[c].value or 0 for c in parts) > whole.value:
            for code in parts:
                del figures[code]
