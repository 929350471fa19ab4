"""Rows of JSON answers, whatever the back end calls its fields.

A record is any object with a title and an address; it may lie anywhere in the answer. Field names
are those seen in answers of TRS WAS5, IGS, IRS and fjdzapp, UCAP, gkmlpt and static JSON lists.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from crawler.addresses import absolute, is_web, path_date, printed_date
from crawler.listing import Row, parse_fragment, squeeze

_URLS = (
    "docpuburl", "chnldocurl", "url", "post_url", "infourl", "visiturl", "linkurl", "link", "href",
    "docurl", "puburl", "urls", "path",
)  # fmt: skip
_TITLES = (
    "doctitle", "title", "titleo", "title_o", "filename", "infotitle", "realtitle", "name",
)  # fmt: skip
_DAYS = (
    "docreltime", "publishedtimestr", "published_time_format", "published_time_formated",
    "display_publish_time", "first_publish_time", "pubdate", "pubtime", "publish_time", "trs_time",
    "docdate", "releasetime", "infodate", "publishtime", "time", "date", "create_time",
    "created_at", "crtime",
)  # fmt: skip
_PAGES = ("pagecount", "totalpages", "totalpage", "pagenum", "pages")
_TOTALS = ("total", "totalcount", "allrow", "totalrecords", "recordcount", "totalelements", "count")
_SIZES = ("pagesize", "prepage", "rows", "size")
_WRAPPED = re.compile(r"^\s*[\w.$]+\s*\(\s*(.*?)\s*\)\s*;?\s*$", re.DOTALL)
_CHINA = timezone(timedelta(hours=8))
_DEEPEST = 12


@dataclass(frozen=True)
class Records:
    """What a JSON answer lists.

    Attributes:
        rows: its records as rows.
        pages: number of pages, where the answer says it.
        total: number of records, where the answer says it.
        size: records a page, where the answer says it.
    """

    rows: list[Row]
    pages: int | None = None
    total: int | None = None
    size: int | None = None


def parse(text: str) -> Any:
    """A JSON answer, the call around a JSONP answer taken off.

    Raises:
        ValueError: it is no JSON.
    """
    plain = text.strip().lstrip("\ufeff")
    if match := _WRAPPED.match(plain):
        plain = match.group(1)
    return json.loads(plain)


def read(answer: Any, base: str) -> Records:
    """The records of an answer.

    Args:
        answer: what ``parse`` gave.
        base: address that relative links start from.
    """
    rows: dict[str, Row] = {}
    for found in _records(answer, 0):
        if (row := _row(found, base)) is not None:
            rows.setdefault(row.url, row)
    return Records(
        list(rows.values()), _count(answer, _PAGES), _count(answer, _TOTALS), _count(answer, _SIZES)
    )


def _records(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        record = _lowered(value)
        if _first(record, _URLS) and _first(record, _TITLES):
            yield record
            return
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _records(part, depth + 1)


def _lowered(value: dict[str, Any]) -> dict[str, Any]:
    """An object by its lower-case keys; where two fall together the one with content stays."""
    found: dict[str, Any] = {}
    for key, part in value.items():
        name = str(key).lower()
        if not found.get(name):
            found[name] = part
    return found


def _first(record: dict[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        value = record.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return value
    return None


def _row(record: dict[str, Any], base: str) -> Row | None:
    address, printed = str(_first(record, _URLS)), str(_first(record, _TITLES))
    url = absolute(base, address)
    tree = parse_fragment(printed)
    title = squeeze(tree.text_content()) if tree is not None else ""
    if not title or not is_web(url):
        return None
    days = (day_of(record.get(name)) for name in _DAYS)
    return Row(url, title, next((day for day in days if day), None) or path_date(url))


def day_of(value: Any) -> date | None:
    """The day of a date in words, or of seconds or milliseconds since 1970 by Chinese time."""
    if isinstance(value, str) and not value.strip().isdigit():
        return printed_date(value)
    try:
        number = int(value)
    except (TypeError, ValueError):
        return None
    if 19000000 < number < 21000000:  # 20230131
        return printed_date(f"{number // 10000}-{number // 100 % 100}-{number % 100}")
    seconds = number / 1000 if number > 10**11 else number
    if not 0 < seconds < 4 * 10**9:
        return None
    return datetime.fromtimestamp(seconds, UTC).astimezone(_CHINA).date()


def _count(value: Any, names: tuple[str, ...], depth: int = 0) -> int | None:
    if not isinstance(value, dict) or depth > 3:
        return None
    record = _lowered(value)
    for name in names:
        found = record.get(name)
        if isinstance(found, int | str) and not isinstance(found, bool) and str(found).isdigit():
            return int(found)
    deeper = (_count(part, names, depth + 1) for part in value.values())
    return next((found for found in deeper if found is not None), None)
