"""What the sentences of a report state about its figures: one number, of the organ and the year.

A clause is believed only when every word of it is understood: a lead that names the report's year
and its organ, the statement, and nothing behind it. Clauses on other years, plans, shares, offices
and places say nothing. Belongs here: reading clauses. Does not belong here: what the numbers are
compared with (``prose``) or kept as (``narrative``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pipelines.reports.model import Number, Section
from pipelines.reports.scope import Speech, pattern, rules, told
from warehouse.facts.files import load_yaml
from warehouse.facts.numerals import counting_number, digits_to_year
from warehouse.facts.titles import plain_title

_SENTENCES = re.compile(r"[。!?\n]")
_BRACKETS = re.compile(r"\([^()]*\)")
_QUOTES = re.compile(r"[“”\"'‘’]")
_YEAR_DIGITS = re.compile(r"[〇○◯Oo0零一二三四五六七八九]{4}(?=年)")
_CHANGED = "\0"  # stands where a bracket was that changes what is counted
_NUMBER = "{number}"  # the part of the rules that it is
_SHORTEST_NAME = 3
_LONGEST = 120  # characters of a clause that states a figure
_LONGEST_SENTENCE = 3000
_LONGEST_LEAD = 60


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence.

    Attributes:
        text: its words without spaces, brackets and numbering.
        sentence: all of its sentence, as it is cut.
        start: where it begins there.
        part: the part of the report it stands in.
        changed: whether a bracket in it changes what it counts.
        speech: the clauses of its paragraph.
        number: which of them it is.
    """

    text: str
    sentence: str
    start: int
    part: str
    changed: bool
    speech: Speech
    number: int

    @property
    def before(self) -> str:
        """What stands before it in its sentence."""
        return self.sentence[: self.start]

    @property
    def behind(self) -> str:
        """What stands behind it in its sentence."""
        return self.sentence[self.start + len(self.text) + self.changed :]

    def is_own(self, year: int | None) -> bool:
        """Whether it, or what was said before it, leaves it to the report's year and organ."""
        return self.speech.is_own(self.number, year)


@dataclass(frozen=True, slots=True)
class Statement:
    """One number that a clause states.

    Attributes:
        of: what is counted, a key of the rules.
        number: how many.
        words: the clause.
        region: it counts a whole region, which may be more than the organ.
        rounded: it is written in ten thousands.
        changed: a bracket changes what is counted.
    """

    of: str
    number: Number
    words: str
    region: bool = False
    rounded: bool = False
    changed: bool = False


def clauses_of(sections: dict[str, Section], words: str | None = None) -> Iterator[Clause]:
    """The clauses of all parts, in order.

    Args:
        sections: the parts.
        words: a pattern; paragraphs without such words are left out.
    """
    for number, section in sections.items():
        for paragraph in section.text.split("\n"):
            if words is None or pattern(words).search(paragraph):
                yield from _clauses(plain_title(paragraph), number)


def _clauses(paragraph: str, part: str) -> Iterator[Clause]:
    paragraph = _QUOTES.sub("", paragraph)
    paragraph = _YEAR_DIGITS.sub(lambda m: str(digits_to_year(m[0]) or m[0]), paragraph)
    changes = pattern(rules()["bracket"])
    speech = Speech()
    for sentence in _SENTENCES.split(paragraph):
        if len(sentence) > _LONGEST_SENTENCE:
            continue
        kept = _BRACKETS.sub(lambda m: _CHANGED if changes.search(m[0]) else "", sentence)
        kept = pattern(rules()["point"]).sub("", kept, count=1)
        kept = pattern(rules()["joined"]).sub(lambda m: m[0][:-1], kept)
        start = at = 0
        for text in pattern(rules()["clause_ends"]).split(kept):
            clean = text.replace(_CHANGED, "")
            if clean:
                number = speech.add(clean, begins=start == at)
                if len(clean) <= _LONGEST:
                    yield Clause(clean, kept, at, part, _CHANGED in text, speech, number)
                start = -1
            at += len(text) + 1
            start = at if start >= 0 else start


def stated(
    clause: Clause, rule: dict[str, Any], year: int | None, organ: str | None = None
) -> Statement | None:
    """What one clause states by one rule, None when it does not for sure.

    Args:
        clause: the clause.
        rule: with ``of`` and ``pattern`` or ``none`` (statements.yaml).
        year: the report year.
        organ: the report's organ, whose name may stand before the statement.
    """
    if rule.get("key", "") not in clause.text:
        return None
    if "none" in rule:
        denial = denied(clause, rule, year, organ)
        return denial if denial is None or _fits(clause, rule) else None
    if _NUMBER in rule["pattern"] and not _has_number(clause.text):
        return None
    found = pattern(rule["pattern"], year).search(clause.text)
    if found is None or not pattern(rules()["tail"]).fullmatch(clause.text[found.end() :]):
        return None
    if not _fits(clause, rule) or (rule.get("bare") and not _is_about_disclosure(clause)):
        return None
    region = _region(clause.text[: found.start()], year, organ, rule.get("lead", ""))
    number = read_number(found["n"])
    if region is None or number is None or not clause.is_own(year):
        return None
    rounded = pattern(rules()["rounded"]).search(found["n"]) is not None
    return Statement(rule["of"], number, clause.text, region, rounded, clause.changed)


def _fits(clause: Clause, rule: dict[str, Any]) -> bool:
    return "about" not in rule or _is_about(clause, rule)


@lru_cache(maxsize=4096)
def _has_number(text: str) -> bool:
    return pattern(_NUMBER).search(text) is not None


def _is_about_disclosure(clause: Clause) -> bool:
    return clause.part == rules()["bare_part"] or rules()["bare_word"] in clause.sentence


def _is_about(clause: Clause, rule: dict[str, Any]) -> bool:
    """Whether a sentence counts all of what a rule is about, and nothing else."""
    about: dict[str, str] = rules()["about"][rule["about"]]
    around = clause.before + clause.behind
    more = "none" not in rule and pattern(about["behind"]).search(clause.behind)
    if more or pattern(about["not"]).search(around):
        return False
    if "of_some" not in about or not pattern(about["of_some"]).search(clause.text):
        return True
    others = pattern(about["others"])
    return bool(others.search(clause.text)) or not others.search(around)


def denied(
    clause: Clause, rule: dict[str, Any], year: int | None, organ: str | None = None
) -> Statement | None:
    """Zero, where a clause says so in nothing but words that the rule knows.

    Args:
        clause: the clause.
        rule: with ``of``, ``none`` and ``has``.
        year: the report year.
        organ: the report's organ.
    """
    found = pattern(rules()["denial"]).search(clause.text)
    if found is None or not all(w in clause.text[found.end() :] for w in rule["has"]):
        return None
    if not pattern(f"(?:{rule['none']})++").fullmatch(clause.text[found.end() :]):
        return None
    region = _region(clause.text[: found.start()], year, organ)
    if region is None or not clause.is_own(year):
        return None
    return Statement(rule["of"], 0, clause.text, region)


def _region(lead: str, year: int | None, organ: str | None, more: str = "") -> bool | None:
    """Whether a lead speaks of a whole region; None when it is not understood."""
    if more:
        lead = pattern(more).sub("", lead, count=1)
    if not lead:
        return False
    if len(lead) > _LONGEST_LEAD or told(lead, year) not in (None, "own"):
        return None
    for text in _without_name(lead, organ):
        if pattern(rules()["lead"]).fullmatch(text):
            return pattern(rules()["region"]).search(text) is not None
    return None


def _without_name(lead: str, organ: str | None) -> Iterable[str]:
    """A lead, and the lead without the organ's name or the end of it that stands there."""
    yield lead
    name = plain_title(organ or "")
    for start in range(len(name) - _SHORTEST_NAME + 1):
        if name[start:] in lead:
            yield lead.replace(name[start:], "", 1)
            return


def read_number(text: str) -> Number | None:
    """A number as sentences print it: digits, in ten thousands, or counting words."""
    digits = text.replace(",", "")
    if not digits[0].isascii():
        return counting_number(text)
    times = 1
    if not digits[-1].isascii():
        times, digits = load_yaml("numerals.yaml")["units"][digits[-1]], digits[:-1]
    value = Decimal(digits) * times
    return int(value) if value == int(value) else float(value)
