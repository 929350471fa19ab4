"""Judging a partition after its load: the checks of ``checks.yaml`` over its rows.

Pure: rows and what is known from before go in, results come out. They are kept by ``verdicts``,
obeyed by publish and shown by ``checks``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.partitions import CHINA
from warehouse.schema import FOLDER

Rows = Mapping[str, Sequence[Mapping[str, object]]]

_TOTALS = frozenset({"row_total", "column_total", "column_balance", "channel_total"})


@dataclass(frozen=True)
class Rule:
    """One check, as ``checks.yaml`` has it.

    Attributes:
        name: of the check.
        about: what it counts.
        limit: the share up to which it passes.
        least: fewer reports or documents than this say nothing.
        required: whether failing holds the partition back.
    """

    name: str
    about: str
    limit: float
    least: int
    required: bool = False


@dataclass(frozen=True)
class Result:
    """How one check ended for one partition.

    Attributes:
        name: of the check.
        passed: whether it passed.
        required: whether failing holds the partition back.
        bad: how many there are of what it counts.
        of: of how many.
        limit: the share up to which it passes.
        words: the result for people.
    """

    name: str
    passed: bool
    required: bool
    bad: int
    of: int
    limit: float
    words: str


@dataclass(frozen=True)
class Before:
    """What is known from other loads.

    Attributes:
        published: reports of this partition in the published files, None when there is nothing.
        beside: organs of the year beside this one, empty when it was never loaded.
    """

    published: int | None = None
    beside: frozenset[str] = frozenset()


@cache
def rules() -> tuple[Rule, ...]:
    """The checks, in the order of the file."""
    path = Path(__file__).with_name("checks.yaml")
    return tuple(Rule(**entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8")))


def organs_of(rows: Rows) -> frozenset[str]:
    """The organs that have a report in a partition."""
    return frozenset(str(row["organ_id"]) for row in rows["report"] if row["organ_id"])


def judge(year: int, rows: Rows, before: Before, now: datetime) -> list[Result]:
    """Asks every check.

    Args:
        year: the covered year.
        rows: of the partition, by table.
        before: what is known from other loads.
        now: the time, with a zone.
    """
    return [_judged(rule, *_COUNT[rule.name](year, rows, before, now)) for rule in rules()]


def _judged(rule: Rule, bad: int, of: int, note: str) -> Result:
    share = bad / of if of else 0.0
    silent = of < rule.least or (rule.name == "drop" and bad < rule.least)
    passed = silent or share <= rule.limit
    words = f"{bad} of {of} ({share:.0%}, limit {rule.limit:.0%})"
    if note:
        words = f"{words}; {note}"
    elif silent and share > rule.limit:
        words = f"{words}; too few to judge"
    return Result(rule.name, passed, rule.required, bad, of, rule.limit, words)


def _drop(year: int, rows: Rows, before: Before, now: datetime) -> tuple[int, int, str]:
    had = before.published or 0
    return max(had - len(rows["report"]), 0), had, "" if had else "nothing is published yet"


def _with_finding(rows: Rows, wanted: Callable[[Mapping[str, object]], bool]) -> int:
    return len({row["report_id"] for row in rows["finding"] if wanted(row)})


def _ours(year: int, rows: Rows, before: Before, now: datetime) -> tuple[int, int, str]:
    return _with_finding(rows, lambda f: f["severity"] == "error"), len(rows["report"]), ""


def _misadded(year: int, rows: Rows, before: Before, now: datetime) -> tuple[int, int, str]:
    bad = _with_finding(rows, lambda f: f["rule"] in _TOTALS and f["severity"] == "warning")
    return bad, len(rows["report"]), ""


def _regions(year: int, rows: Rows, before: Before, now: datetime) -> tuple[int, int, str]:
    bad = _with_finding(rows, lambda f: f["rule"] == "region_unresolved")
    return bad, len(rows["report"]), ""


def _unreadable(year: int, rows: Rows, before: Before, now: datetime) -> tuple[int, int, str]:
    rejected = sum(row["outcome"] == "rejected" for row in rows["document"])
    partial = sum(row["status"] == "partial" for row in rows["report"])
    return rejected + partial, len(rows["report"]) + rejected, ""


def _duplicates(year: int, rows: Rows, before: Before, now: datetime) -> tuple[int, int, str]:
    bad = set()
    for column in ("sha256", "organ"):
        times = Counter(row[column] for row in rows["report"] if row[column])
        bad |= {row["report_id"] for row in rows["report"] if times[row[column]] > 1}
    return len(bad), len(rows["report"]), ""


def _coverage(year: int, rows: Rows, before: Before, now: datetime) -> tuple[int, int, str]:
    day = last_deadline(year)
    if now.astimezone(CHINA).date() <= day:
        return 0, len(before.beside), f"not due before {day}"
    missing = before.beside - organs_of(rows)
    return len(missing), len(before.beside), ""


_COUNT: dict[str, Callable[[int, Rows, Before, datetime], tuple[int, int, str]]] = {
    "drop": _drop,
    "ours": _ours,
    "unreadable": _unreadable,
    "misadded": _misadded,
    "coverage": _coverage,
    "regions": _regions,
    "duplicates": _duplicates,
}


@cache
def _deadlines() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load((FOLDER / "deadlines.yaml").read_text(encoding="utf-8")))


def last_deadline(year: int) -> date:
    """The day by which all reports that cover ``year`` have to be published."""
    days = [
        date(year + 1, entry["month"], entry["day"])
        for entry in _deadlines()
        if (entry["first_year"] or year) <= year <= (entry["last_year"] or year)
    ]
    return max(days)


def held_words(results: Collection[Result]) -> str | None:
    """Why a partition is held back, None when it is not."""
    failed = [f"{r.name}: {r.words}" for r in results if r.required and not r.passed]
    return "; ".join(failed) or None
