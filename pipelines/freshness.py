"""Whether a partition was crawled lately enough, by the statutory calendar.

Pure arithmetic over times; the calendar is ``freshness.yaml`` and the law's days.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.checking import last_deadline
from pipelines.partitions import CHINA
from warehouse.state import Outcome

FRESH = "fresh"
"""Name of the check, on asset ``crawl``."""

_GRACE = timedelta(days=15)
"""How long after the last statutory day a crawl from before it may be the last one."""


@cache
def _calendar() -> tuple[dict[str, Any], ...]:
    path = Path(__file__).with_name("freshness.yaml")
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8")))


def stale(year: int, crawl: Outcome | None, now: datetime) -> str | None:
    """Why a partition is not fresh, None when it is.

    Args:
        year: the covered year.
        crawl: its last crawl.
        now: the time, with a zone.
    """
    if crawl is None or not crawl.at:
        return "it was never crawled"
    if crawl.status == "failed":
        return f"its last crawl failed: {crawl.reason}"
    at, today = datetime.fromisoformat(crawl.at), now.astimezone(CHINA)
    allowed = timedelta(days=_days(year, today))
    if today - at > allowed:
        return f"its last crawl was {(today - at).days} days ago, {allowed.days} are allowed"
    due = last_deadline(year)
    if at.astimezone(CHINA).date() <= due and today.date() - due > _GRACE:
        return f"its last crawl was before {due}, when all reports were due"
    return None


def _days(year: int, today: datetime) -> int:
    for entry in _calendar():
        if entry["from"] is None:
            break
        if today.year == year + 1 and entry["from"] <= f"{today:%m-%d}" <= entry["to"]:
            break
    return int(entry["days"])
