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


def completed(title: str, context: str) -> str:
    """A row's title with the column's words, when only both together name a report.

    Args:
        title: the row's.
        context: what the column is called; empty when that does not name annual reports.

    Returns:
        The joined title, or ``title`` when it says enough, or too much, by itself.
    """
    if not context or judge_title(title).is_report or not is_bare_title(title):
        return title
    joined = f"{title} {context}"
    verdict = judge_title(joined)
    return joined if verdict.is_report and verdict.year is not None else title


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
