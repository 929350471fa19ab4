"""Words of list pages, from ``words.yaml``: what names a column, titles that a column completes.

Knows texts only; addresses are in ``shapes``, the words of pagers in ``pager``.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from warehouse.facts.titles import (
    NO_REPORT_WORDS,
    clean_organ,
    judge_title,
    plain_title,
    title_year,
)

_FILE = Path(__file__).with_name("words.yaml")
_FIRST, _LAST = 0, 9999
_SHORT_LABEL = 16


@cache
def words() -> dict[str, Any]:
    """The word file, read once."""
    data: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return data


def is_bare_year(text: str) -> bool:
    """Whether a text is a year and nothing else."""
    return re.search(words()["bare_year"], plain_title(text)) is not None


def year_span(text: str) -> tuple[int, int] | None:
    """The years that a text names: one, a range, those since or up to one; None for none.

    An open end is a year that no report has.
    """
    plain = plain_title(text)
    rules = words()["span"]
    found = [int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", plain)]
    if not found:
        year = title_year(text)
        return None if year is None else (year, year)
    if re.search(rules["before"], plain):
        return _FIRST, max(found)
    if re.search(rules["since"], plain):
        return min(found), _LAST
    if len(found) > 1 and re.search(rules["range"], plain):
        return min(found), max(found)
    return found[0], found[0]


def says_year_only(text: str) -> bool:
    """Whether a text says a year, or several, and hardly more."""
    match = re.search(r"(?:19|20)\d\d", text)
    return match is not None and len(text) <= _SHORT_LABEL and match.start() <= 2


def is_bare_title(text: str) -> bool:
    """Whether a title is nothing but an organ, a year and words for "report", in part or all."""
    rest = re.sub(words()["bare"], "", plain_title(text))
    return not rest or clean_organ(rest) is not None


def may_name_column(text: str) -> bool:
    """Whether a link's text may be a column's name, rather than a dated document's title."""
    if title_year(text) is None or is_bare_title(text) or is_bare_year(text):
        return not says_otherwise(text)
    return bool(re.search(words()["column"], text)) and not says_otherwise(text)


def completed(title: str, context: str, under: str = "", day: date | None = None) -> str:
    """A row's title with the column's words, when only both together name a report.

    Args:
        title: the row's; its end may be cut off.
        context: what the column is called; empty when that does not name annual reports.
        under: what stands above or before the row: a year, an organ.
        day: the row's, which tells the year where nothing else does.

    Returns:
        The joined title, or ``title`` when it says enough, or too much, by itself.
    """
    under, context = _of_covered_years(under, day), _of_covered_years(context, day)
    verdict = judge_title(title)
    if verdict.is_report:
        led = f"{title} {under}"
        if verdict.year is not None or says_otherwise(led):
            return title
        if title_year(led) is not None:
            return led
        year = title_year(context)
        return title if year is None else f"{title} {_year_words(year)}"
    whole = _uncut(title)
    cut = whole != title and not says_otherwise(title)
    if not context or not (cut or is_bare_title(whole)):
        return title
    joined = " ".join(filter(None, (whole, under, context)))
    verdict = judge_title(joined, day)
    # Without a year an organ's name may be any link; the words for a report are one.
    told = verdict.year is not None or re.search(words()["bare_report"], whole)
    return joined if verdict.is_report and told else title


def _of_covered_years(text: str, day: date | None) -> str:
    """Words around a row without their years, where those do not tell the covered one.

    Several years tell none, and the year in which the row was published is not it.
    """
    span = year_span(text)
    if span is None or (span[0] == span[1] and (day is None or span[0] != day.year)):
        return text
    return re.sub(words()["spanned"], " ", text)


def _year_words(year: int) -> str:
    made: str = words()["year"].format(year=year)
    return made


def _uncut(title: str) -> str:
    """A title whose end was cut off within the words of a report's title, without that piece."""
    stem = title.rstrip(".…")
    if stem == title:
        return title
    phrases: list[str] = words()["cut"]
    plain = plain_title(stem)
    longest = max(
        (n for phrase in phrases for n in range(1, len(phrase)) if plain.endswith(phrase[:n])),
        default=0,
    )
    return re.sub(r"\d{1,3}$", "", plain[: len(plain) - longest])


def report_title(organ: str, year: int | str) -> str:
    """The title of a report where a page prints none."""
    made: str = words()["titled"].format(organ=organ, year=year)
    return made


def names_report(text: str) -> bool:
    """Whether a text names an annual report of a year."""
    verdict = judge_title(text)
    return verdict.is_report and title_year(text) is not None


def names_one_report(text: str, day: date | None) -> bool:
    """Whether a link names one organ's report of a year and the row shows its day.

    Such a link is a promise, however much its address looks like a column's.
    """
    verdict = judge_title(text)
    return day is not None and names_report(text) and verdict.organ is not None


def says_otherwise(text: str) -> bool:
    """Whether a text names something else than an annual report: rules, a budget, a chart."""
    verdict = judge_title(text)
    return not verdict.is_report and verdict.reason != NO_REPORT_WORDS
