"""Rows out of JSON answers: the list of records in them, whatever it is called.

Systems name the same fields differently, nest JSON as text inside JSON, and wrap it for scripts
of another site. Knows field names; which endpoint to ask is in ``families``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from crawler.addresses import absolute, is_web, path_date, printed_date
from crawler.listing import Row, parse_fragment, squeeze

_TITLES = ("realtitle", "title", "doctitle", "titleo", "infotitle", "articletitle", "name",
           "filename", "subject")  # fmt: skip
_URLS = ("infourl", "visiturl", "url", "docpuburl", "chnldocurl", "linkurl", "link", "href",
         "path", "urls", "articleurl")  # fmt: skip
_DATES = ("infodate", "handsdate", "pubdate", "publishedtimestr", "docreltime", "releasetime",
          "publishtime", "pubtime", "publishdate", "date", "time", "createdate")  # fmt: skip
_TOTALS = ("total", "totalcount", "totalrecord", "totalnum", "rowcount", "totalelements")
_WRAPPED = re.compile(r"^[\s;]*[\w.$]+\s*\((.*)\)[\s;]*$", re.DOTALL)
_CHINA = timedelta(hours=8)


@dataclass(frozen=True)
class Answer:
    """What a JSON answer holds.

    Attributes:
        records: its records, each with lower-case keys.
        total: how many there are in all, if it says so.
    """

    records: list[dict[str, Any]]
    total: int | None


def read_json(text: str) -> Any:
    """The value of a JSON or JSONP answer, None when it is neither."""
    wrapped = _WRAPPED.match(text)
    for candidate in (text, wrapped.group(1) if wrapped else ""):
        try:
            return json.loads(candidate.lstrip("\ufeff"))
        except ValueError:
            continue
    return None


def read_answer(text: str) -> Answer | None:
    """The records of an answer, None when it is no JSON.

    The longest list of objects that carry a title and an address; objects under ``source``,
    and texts that are JSON themselves, are opened.
    """
    value = _opened(read_json(text))
    if value is None:
        return None
    best: list[dict[str, Any]] = []
    total: int | None = None
    for mapping_total, items in _lists(value, None):
        records = [_flat(item) for item in items if isinstance(item, Mapping)]
        records = [r for r in records if _pick(r, _TITLES) and _pick(r, _URLS)]
        if len(records) > len(best):
            best, total = records, mapping_total
    return Answer(best, total)


def _opened(value: Any) -> Any:
    """The value with texts that are JSON objects or lists in their place."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        inner = read_json(value)
        return value if inner is None else _opened(inner)
    if isinstance(value, Mapping):
        return {str(key): _opened(item) for key, item in value.items()}
    return [_opened(item) for item in value] if isinstance(value, list) else value


def _lists(value: Any, total: int | None) -> Iterator[tuple[int | None, list[Any]]]:
    if isinstance(value, list):
        yield total, value
        for item in value:
            yield from _lists(item, total)
    elif isinstance(value, Mapping):
        lower = {key.lower(): item for key, item in value.items()}
        found = next((n for k in _TOTALS if (n := _whole(lower.get(k))) is not None), total)
        for item in value.values():
            yield from _lists(item, found)


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    text = str(value)
    return int(text) if isinstance(value, int | str) and text.isdigit() else None


def _flat(item: Mapping[str, Any]) -> dict[str, Any]:
    record = {key.lower(): value for key, value in item.items()}
    for name in ("source", "_source"):
        if isinstance(record.get(name), Mapping):
            record |= {key.lower(): value for key, value in record[name].items()}
    return record


def _pick(record: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    for key in keys:
        value = record.get(key)
        if isinstance(value, Mapping):
            value = value.get("pc") or next((v for v in value.values() if v), None)
        if isinstance(value, str) and value.strip() not in ("", "null", "#"):
            return value.strip()
    return ""


def json_rows(answer: Answer, base: str) -> list[Row]:
    """The rows of an answer.

    Args:
        answer: the records.
        base: what their addresses are relative to.
    """
    rows: dict[str, Row] = {}
    for record in answer.records:
        domain = record.get("domain")
        home = urljoin(base, domain) if isinstance(domain, str) and "/" in domain else base
        url = absolute(home, _pick(record, _URLS))
        tree = parse_fragment(_pick(record, _TITLES))
        title = squeeze(tree.text_content()) if tree is not None else ""
        if title and is_web(url):
            rows.setdefault(url, Row(url, title, _day(record) or path_date(url)))
    return list(rows.values())


def _day(record: Mapping[str, Any]) -> date | None:
    for key in _DATES:
        value = record.get(key)
        if isinstance(value, str) and (day := printed_date(value)):
            return day
        stamp = _whole(value)
        if stamp and stamp > 10**11:  # milliseconds, shown in Chinese time
            return (datetime.fromtimestamp(stamp / 1000, UTC) + _CHINA).date()
    return None
