"""Which rows of a list are annual reports of wanted years.

Titles are judged by ``warehouse.facts.titles``; here is what row and address add to that.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

from crawler.links import is_attachment
from crawler.listing import Row
from crawler.shapes import is_article
from warehouse.facts.titles import judge_title


class Verdict(Enum):
    """What a row is."""

    NO_REPORT = "no report"
    COLUMN = "a link to a column, by its words and address"
    OTHER_YEAR = "a report of a year that is not wanted"
    WANTED = "a report of a wanted year, or of one that only its own page tells"


def judge_row(row: Row, years: Collection[int]) -> tuple[Verdict, int | None]:
    """What a row is, and the covered year where the row tells it.

    A row without any year is wanted where its address is a document's: the document's own page
    tells its year. Otherwise it is the column's own link in the navigation.

    Args:
        row: of a list.
        years: covered years that are wanted.
    """
    verdict = judge_title(row.title, row.date)
    year = verdict.year if row.year is None else row.year
    if not verdict.is_report and row.year is None:
        return Verdict.NO_REPORT, year
    if year is None:
        told = is_article(row.url) or is_attachment(row.url)
        return (Verdict.WANTED if told else Verdict.COLUMN), None
    return (Verdict.WANTED if year in years else Verdict.OTHER_YEAR), year
