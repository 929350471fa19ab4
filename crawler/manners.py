"""When a host may be asked: quiet hours, its robots.txt's delay, the pauses a busy host asks for.

Arithmetic only; who waits is ``middlewares``'s.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

MOST_CRAWL_DELAY = 30.0
"""The longest delay between two requests that a robots.txt is followed in, in seconds."""
MOST_PAUSE = 120.0
"""The longest pause, in seconds, that a busy host is waited for; one that asks for more is left."""

PAUSES_IN_A_ROW = 5
"""After so many answers in a row that it is too busy, a host is left alone."""

_FIRST_PAUSE = 2.0
_CHINA = timezone(timedelta(hours=8))
_HOURS = re.compile(r"^([01]?\d|2[0-3])-([01]?\d|2[0-4])$")


def parse_quiet_hours(text: str) -> tuple[int, int]:
    """Reads hours such as ``8-18`` or, over midnight, ``22-6``.

    Raises:
        ValueError: not of this form, or nothing of the day is left or taken.
    """
    match = _HOURS.match(text.strip())
    if match is None or match.group(1) == match.group(2) or int(match.group(1)) == 24:
        raise ValueError(f"quiet hours {text!r}: write 8-18 or 22-6, in China's time")
    first, last = int(match.group(1)), int(match.group(2))
    if (first, last) == (0, 24):
        raise ValueError(f"quiet hours {text!r}: no hour is left")
    return first, last


def quiet_seconds(now: datetime, quiet: tuple[int, int] | None) -> float:
    """How long to wait from ``now`` until the quiet hours are over; 0 outside them.

    Args:
        now: the time, with a zone.
        quiet: first and last hour in China's time; None for no quiet hours.
    """
    if quiet is None:
        return 0.0
    first, last = quiet
    local = now.astimezone(_CHINA)
    inside = first <= local.hour < last if first < last else not last <= local.hour < first
    if not inside:
        return 0.0
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + timedelta(hours=last)
    if end <= local:
        end += timedelta(days=1)
    return (end - local).total_seconds()


def followed_delay(asked: float | None) -> float:
    """The part of a robots.txt's delay that is followed, in seconds."""
    return min(max(asked or 0.0, 0.0), MOST_CRAWL_DELAY)


def asked_pause(header: str, now: datetime) -> float | None:
    """The seconds that a ``Retry-After`` header asks for, None when it asks for nothing.

    Args:
        header: a number of seconds, or a date.
        now: the time, with a zone.
    """
    text = header.strip()
    if re.fullmatch(r"\d{1,9}", text, re.ASCII):
        return float(text)
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max((then - now).total_seconds(), 0.0)


def challenge_pause(times: int, delay: float) -> float:
    """The pause after a host answered with a challenge page ``times`` times in a row.

    Args:
        times: how often, from 1.
        delay: the usual pause between two requests, in seconds; it grows fourfold each time.
    """
    return min(delay * 4.0**times, MOST_PAUSE)


def own_pause(times: int) -> float:
    """The pause after a host was too busy ``times`` times in a row and did not say how long."""
    return min(_FIRST_PAUSE * 2.0 ** (times - 1), MOST_PAUSE)
