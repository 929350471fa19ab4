"""Which failed crawls are worth another attempt, and when: growing pauses, then a report.

Decides from the state and from what it decided before (the sensor's cursor); asks nothing of
Dagster and sends nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.partitions import Partition, from_key, to_key
from warehouse.state import Outcome

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Attempts:
    """What was done about one failed partition.

    Attributes:
        tries: attempts that were asked for.
        failed_at: time of the failure that the last decision was about, ISO 8601.
        given_up: whether it was reported.
    """

    tries: int = 0
    failed_at: str = ""
    given_up: bool = False


@dataclass(frozen=True)
class Decision:
    """What to do now.

    Attributes:
        again: partitions to crawl again.
        report: partitions whose attempts are used up, with the last reason.
        attempts: to be remembered until the next decision.
    """

    again: list[Partition]
    report: dict[Partition, str]
    attempts: dict[Partition, Attempts]


@cache
def rules() -> dict[str, Any]:
    """What ``retries.yaml`` holds."""
    raw: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("retries.yaml").read_text(encoding="utf-8")
    )
    return raw


def is_passing(reason: str | None) -> bool:
    """Whether time may mend a failure; what an address happens to spell is no reason."""
    words = _ADDRESS.sub("", reason or "")
    return any(re.search(pattern, words, re.IGNORECASE) for pattern in rules()["passing"])


def decide(
    outcomes: Mapping[Partition, Outcome], before: Mapping[Partition, Attempts], now: datetime
) -> Decision:
    """Decides about every partition's last crawl.

    A clock that was set back makes a pause longer by as much, and no attempt is lost.

    Args:
        outcomes: the last crawl of each partition.
        before: what was remembered.
        now: the time, with a zone.
    """
    pauses = [timedelta(hours=hours) for hours in rules()["pauses_hours"]]
    decision = Decision([], {}, {})
    for key, outcome in outcomes.items():
        if outcome.status != "failed" or not is_passing(outcome.reason):
            continue
        known = before.get(key, Attempts())
        is_new = known.failed_at != outcome.at
        if known.tries >= len(pauses):
            if is_new and not known.given_up:
                decision.report[key] = outcome.reason or outcome.status
                known = Attempts(known.tries, outcome.at, given_up=True)
        elif is_new and now >= datetime.fromisoformat(outcome.at) + pauses[known.tries]:
            decision.again.append(key)
            known = Attempts(known.tries + 1, outcome.at)
        if known != Attempts():
            decision.attempts[key] = known
    return decision


def to_cursor(attempts: Mapping[Partition, Attempts]) -> str:
    """The memory as text."""
    return json.dumps(
        {str(to_key(key)): asdict(entry) for key, entry in attempts.items()}, ensure_ascii=False
    )


def from_cursor(text: str | None) -> dict[Partition, Attempts]:
    """The memory from text; an empty one from none."""
    raw = json.loads(text) if text else {}
    return {from_key(key): Attempts(**entry) for key, entry in raw.items()}
