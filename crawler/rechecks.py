"""When to look again: articles whose list row did not change, and the rest of a list.

The rules are in ``rechecks.yaml``; nothing is asked here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise

from crawler.documents import PromisedDocument
from crawler.listing import Row
from warehouse.facts.files import load_yaml
from warehouse.facts.titles import judge_title

_FEWEST_ROWS = 3
"""Rows that a page must have to tell anything about the pages behind it."""


def is_due(document: PromisedDocument, now: datetime) -> bool:
    """Whether a document in hand is to be asked for again, although its row is unchanged.

    Args:
        document: with the time it was last seen; without one it is due.
        now: the time, with a zone.
    """
    checked = _moment(document.checked_at)
    if checked is None:
        return True
    return now - checked >= timedelta(days=_pause(document, now))


def _pause(document: PromisedDocument, now: datetime) -> int:
    published = _day(document.date) or _day(document.fetched_at)
    age = (now.date() - published).days if published else 0
    rules = load_yaml("rechecks.yaml")
    fitting = (r for r in rules if r["until_days"] is None or age <= r["until_days"])
    return int(next(fitting)["every_days"])


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def is_past(rows: Iterable[Row], years: Collection[int]) -> bool:
    """Whether a list has come to rows that are too old for reports of any of these years.

    The list must be in order, newest first, with a date in every row: else nothing is known of
    what follows. A year of grace is left for reports that were published early or misdated.

    Args:
        rows: those that are new on this page.
        years: covered years that are wanted.
    """
    days = [row.date for row in rows if row.date or judge_title(row.title).is_report]
    dated = [day for day in days if day is not None]
    if not years or len(dated) < max(len(days), _FEWEST_ROWS):
        return False
    in_order = all(a >= b for a, b in pairwise(dated))
    return in_order and dated[0] < date(min(years), 1, 1)
