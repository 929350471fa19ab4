"""Title rules: is it an annual report, of which year, of which organ.

Judges a title alone (a list row, a page heading). The report year of a parsed document is decided
in ``pipelines.reports``, which has more to go by.

Source: title patterns and near misses seen in 691 real reports.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from warehouse.facts.files import load_yaml
from warehouse.facts.numerals import digits_to_year, half_width

NO_REPORT_WORDS = "no words of an annual report"
"""The reason of a title that says neither that it is one nor that it is something else."""
_MARKS = re.compile(r"[\s #*\u200b\ufeff]+")


@dataclass(frozen=True)
class TitleVerdict:
    """What a title says.

    Attributes:
        is_report: whether it names an annual report.
        year: the covered year.
        year_from: ``title``, ``published`` (the year before it) or None.
        organ: the organ's name as the title prints it, spaces removed.
        reason: why it is or is not one.
    """

    is_report: bool
    year: int | None
    year_from: str | None
    organ: str | None
    reason: str


@dataclass(frozen=True)
class _Rules:
    report: list[re.Pattern[str]]
    not_report: list[tuple[re.Pattern[str], re.Pattern[str] | None, str]]
    year: list[re.Pattern[str]]
    organ: dict[str, re.Pattern[str]]


@cache
def _rules() -> _Rules:
    raw: dict[str, Any] = load_yaml("titles.yaml")
    digit = raw["digit"]

    def fill(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern.replace("{digit}", digit).replace("{{", "{").replace("}}", "}"))

    return _Rules(
        report=[re.compile(p) for p in raw["report"]],
        not_report=[
            (
                re.compile(r["words"]),
                re.compile(r["unless"]) if "unless" in r else None,
                r["reason"],
            )
            for r in raw["not_report"]
        ],
        year=[fill(p) for p in raw["year"]],
        organ={name: fill(p) for name, p in raw["organ"].items()},
    )


@cache
def _century() -> str:
    return str(load_yaml("titles.yaml")["century"])


def plain_title(title: str) -> str:
    """A title without spaces and mark-up signs, full-width forms made plain."""
    return _MARKS.sub("", half_width(title))


@lru_cache(maxsize=1024)
def title_year(title: str) -> int | None:
    """The covered year that a title prints, None when it prints none (or one out of reason)."""
    plain = plain_title(title)
    if re.search(load_yaml("titles.yaml")["years"], plain):
        return None
    for pattern in _rules().year:
        for match in pattern.finditer(plain):
            digits = match.group(1)
            year = digits_to_year(digits if len(digits) > 2 else _century() + digits)
            if year is not None and 2003 <= year <= 2100:
                return year
    return None


def title_organ(title: str) -> str | None:
    """The organ's name inside a title of a report, or None.

    A place that is followed by the words for government disclosure is the place's government,
    whose name's ending those words swallowed; what the title prints of it is returned.
    """
    rules = _rules().organ
    plain = rules["strip"].sub("", plain_title(title))
    found = rules["end"].search(plain)
    after = rules["after_year"].search(plain)
    bracket = rules["bracket"].search(plain)
    candidates = [
        plain[: found.start()] if found else None,
        after.group(1) if after else None,
        bracket.group(1) if bracket else None,
    ]
    return next((name for c in candidates if c and (name := clean_organ(c))), None)


def is_news(text: str) -> bool:
    """Whether a text begins as news do.

    Args:
        text: its first sentences.
    """
    return _news().search(plain_title(text)) is not None


@cache
def _news() -> re.Pattern[str]:
    return re.compile(load_yaml("titles.yaml")["news"])


def clean_organ(stem: str) -> str | None:
    """``stem`` when it can be an organ's name (right ending, not "our bureau"), else None."""
    rules = _rules().organ
    name = rules["strip"].sub("", plain_title(stem))
    swallowed = load_yaml("titles.yaml")["swallowed"]
    if re.search(swallowed["ending"], name):
        name += swallowed["adds"]
    if not 2 <= len(name) <= 60 or rules["never"].search(name):
        return None
    core = rules["second"].sub("", name)
    if rules["ending"].search(core) or rules["place_stem"].search(core):
        return name
    return None


def is_enterprise(organ: str) -> bool:
    """Whether a name is that of an enterprise rather than of an organ."""
    return re.search(load_yaml("titles.yaml")["enterprise"], organ) is not None


@lru_cache(maxsize=1024)
def judge_title(title: str, published: datetime.date | None = None) -> TitleVerdict:
    """Judges one title.

    Args:
        title: as printed; spaces, full-width forms and Chinese digits are understood.
        published: the day it was listed under; gives the year when the title prints none.
    """
    rules = _rules()
    plain = plain_title(title)
    year = title_year(title)
    year_from = "title" if year is not None else None
    if year is None and published is not None:
        year, year_from = published.year - 1, "published"
    reason = next(
        (
            why
            for words, unless, why in rules.not_report
            if words.search(plain) and not (unless and unless.search(plain))
        ),
        None,
    )
    if reason is not None:
        return TitleVerdict(False, year, year_from, None, reason)
    if not any(p.search(plain) for p in rules.report):
        return TitleVerdict(False, year, year_from, None, NO_REPORT_WORDS)
    return TitleVerdict(True, year, year_from, title_organ(title), "annual report")
