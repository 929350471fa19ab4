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


@cache
def words() -> dict[str, Any]:
    """The word file, read once."""
    data: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return data


def is_bare_year(text: str) -> bool:
    """Whether a text is a year and nothing else."""
    return re.search(words()["bare_year"], plain_title(text)) is not None


def is_bare_title(text: str) -> bool:
    """Whether a title is nothing but an organ, a year and words for "report", in part or all."""
    rest = re.sub(words()["bare"], "", plain_title(text))
    return not rest or clean_organ(rest) is not None


def may_name_column(text: str) -> bool:
    """Whether a link's text may be a column's name, rather than a dated document's title."""
    if title_year(text) is None or is_bare_title(text):
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
    if day is not None and title_year(under) == day.year:
        under = re.sub(r"(?:19|20)\d\d年?度?", " ", under)  # the year of publication
    verdict = judge_title(title)
    if verdict.is_report:
        led = f"{title} {under}"
        known = verdict.year is not None or says_otherwise(led)
        return title if known or title_year(led) is None else led
    whole = _uncut(title)
    cut = whole != title and not says_otherwise(title)
    if not context or not (cut or is_bare_title(whole)):
        return title
    joined = " ".join(filter(None, (whole, under, context)))
    verdict = judge_title(joined, day)
    return joined if verdict.is_report and verdict.year is not None else title


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
