"""Rows of JSON answers, whatever the back end calls its fields.

A record is any object with a title and an address; it may lie anywhere in the answer, or in a text
that is JSON itself. Field names are those seen in answers of TRS WAS5, IGS, IRS and fjdzapp, UCAP,
gkmlpt, Epoint, cmsweb, the Jiangxi platform and static JSON lists. Which service to ask, and how,
is in ``families``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urljoin

from crawler.addresses import absolute, is_web, path_date, printed_date
from crawler.listing import Row, parse_fragment, squeeze
from crawler.patterns import Pattern, record_address

_URLS = (
    "docpuburl", "chnldocurl", "url", "post_url", "infourl", "visiturl", "linkurl", "link", "href",
    "docurl", "puburl", "urls", "articleurl", "path", "jump_url",
)  # fmt: skip
_TITLES = (
    "realtitle", "doctitle", "titleo", "title_o", "title", "infotitle", "articletitle", "name",
    "filename", "subject", "text", "label", "nodename", "columnname", "channelname", "displayname",
)  # fmt: skip
_DAYS = (
    "docreltime", "publishedtimestr", "published_time_format", "published_time_formated",
    "display_publish_time", "first_publish_time", "infodate", "handsdate", "pubdate", "pubtime",
    "publish_time", "publishdate", "trs_time", "docdate", "releasetime", "publishtime",
    "publishedtime", "time", "date", "create_time", "created_at", "createdate", "createtime",
    "crtime", "webdate",
)  # fmt: skip
_PAGES = ("pagecount", "totalpages", "totalpage", "pagenum", "pages")
_TOTALS = (
    "total", "totalcount", "allrow", "totalrecords", "totalrecord", "totalnum", "recordcount",
    "rowcount", "totalelements", "count",
)  # fmt: skip
_SIZES = ("pagesize", "prepage", "rows", "size")
_BELOW = ("children", "childs", "nodes", "childlist", "subs")
"""Where the nodes of a tree keep those below them; what else a record holds is its own."""
_NOTHING = ("", "null", "undefined", "#")
_CUT = ("…", "...")
_VALUE = re.compile(r"[{\[]")
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
    """A JSON answer; the call or the assignment around it is taken off, texts in it are opened.

    Raises:
        ValueError: it is no JSON.
    """
    plain = text.strip().lstrip("\ufeff")
    try:
        return _opened(json.loads(plain), 0)
    except ValueError:
        start = None if plain.startswith("<") else _VALUE.search(plain)
        if start is None:
            raise
    # The callback of another site's script, or a variable, holds the value.
    found, _ = json.JSONDecoder().raw_decode(plain, start.start())
    return _opened(found, 0)


def _opened(value: Any, depth: int) -> Any:
    """The value with texts that are JSON objects or lists in their place."""
    if depth > _DEEPEST:
        return value
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return _opened(json.loads(value), depth + 1)
        except ValueError:
            return value
    if isinstance(value, dict):
        return {str(key): _opened(item, depth + 1) for key, item in value.items()}
    return [_opened(item, depth + 1) for item in value] if isinstance(value, list) else value


def read(answer: Any, base: str, known: tuple[Pattern, ...] = ()) -> Records:
    """The records of an answer.

    Args:
        answer: what ``parse`` gave.
        base: address that relative links start from.
        known: how the page that shows the records builds addresses of those that have none.
    """
    rows: dict[str, Row] = {}
    for found in _records(answer, known, 0):
        if (row := _row(found, base)) is not None:
            rows.setdefault(row.url, row)
    return Records(
        list(rows.values()), _count(answer, _PAGES), _count(answer, _TOTALS), _count(answer, _SIZES)
    )


def _records(value: Any, known: tuple[Pattern, ...], depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        record = _lowered(value)
        named = _first(record, _TITLES)
        built = record_address(record, known) if named and not _first(record, _URLS) else ""
        if built:
            record["url"] = built
        if named and _first(record, _URLS):
            yield record
            value = [record[name] for name in _BELOW if name in record]
        else:
            value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _records(part, known, depth + 1)


def _lowered(value: dict[str, Any]) -> dict[str, Any]:
    """An object by its lower-case keys; where two fall together the one with content stays."""
    found: dict[str, Any] = {}
    for key, part in value.items():
        name = str(key).lower()
        if not found.get(name):
            found[name] = part
    return found


def _first(record: dict[str, Any], names: tuple[str, ...]) -> str:
    """The first of these fields with content; of several addresses, that for a desk."""
    values: list[str] = []
    for name in names:
        value = record.get(name)
        if isinstance(value, Mapping):
            value = value.get("pc") or next((v for v in value.values() if v), None)
        if isinstance(value, str | int) and not isinstance(value, bool):
            values.append(str(value).strip())
    told = [value for value in values if value.lower() not in _NOTHING]
    whole = [value for value in told if not value.endswith(_CUT)]
    return next(iter(whole or told), "")


def _row(record: dict[str, Any], base: str) -> Row | None:
    domain = record.get("domain")
    home = urljoin(base, domain) if isinstance(domain, str) and "/" in domain else base
    url = absolute(home, _first(record, _URLS))
    tree = parse_fragment(_first(record, _TITLES))
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
