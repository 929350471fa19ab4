"""Hanweb jpage: rows inside an XML datastore in the page, more of them from ``dataproxy.jsp``.

Source: pages of the family. Two call forms: the link that ``nextgroup`` gives (GET, ``page=``),
else a POST with ``startrecord`` and ``endrecord``; where one form gives nothing the other is tried.
Some servers ignore ``startrecord`` and honour ``page`` only; deep pages of some come back empty
(about 54 bytes): then the list is short, and said to be.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.addresses import absolute
from crawler.below import split
from crawler.families import api, backends
from crawler.listing import Row, read_rows, record_rows
from crawler.paging import MOST_PAGES, Ask, ListPage, Page

_NEXT = re.compile(r"<nextgroup>(.*?)</nextgroup>", re.DOTALL | re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']?([^"'>\s]+)""", re.IGNORECASE)
_PROXY = re.compile(r"""["']([^"']*/dataproxy\.jsp[^"']*)["']""")
_MORE = re.compile(r"/more\w*dataproxy\.jsp", re.IGNORECASE)
_TOTAL = re.compile(r"totalrecord['\"]?\s*[:=>]\s*['\"]?(\d+)", re.IGNORECASE)
_PER_PAGE = re.compile(r"perpage['\"]?\s*[:=]\s*['\"]?(\d+)", re.IGNORECASE)
_PAGE = re.compile(r"(?<=[?&])page=(\d+)")
_FIELDS = ("col", "appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname")
_DEFAULTS = {"col": "1", "appid": "1", "path": "/", "sourceContentType": "1"}
_DEFAULT_PROXY = "/module/web/jpage/dataproxy.jsp"
_GROUP_PAGES = 3


def read(page: Page) -> ListPage:
    """Reads one page of a list: the column page, or an answer of ``dataproxy.jsp``.

    A template that has no datastore prints its rows as plain HTML.
    """
    if "backend" in page.ask.note:
        return api.read_answer(page)
    rows = record_rows(page.text, page.url)
    if page.is_first:
        links, columns = split(page, read_rows(page.text, page.url))
        return replace(_first(page, rows or links), columns=columns)
    return _next(page, rows)


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return int(match.group(1)) if match else None


def _first(page: Page, rows: list[Row]) -> ListPage:
    total = _number(_TOTAL, page.text) or 0
    per_page = _number(_PER_PAGE, page.text) or 15
    group = _next_group(page.text, page.url)
    if (total or group is None) and len(rows) >= total:
        return ListPage(
            rows, [] if total or not _MORE.search(page.text) else backends.find(page, [])
        )
    note = {
        "total": str(total),
        "perpage": str(per_page),
        "fields": urlencode(unit_fields(page.text, page.column)),
        "proxy": _proxy(page),
    }
    if group is not None:
        return ListPage(rows, [_get(group, _page_of(group), note | {"other": "post"})])
    return ListPage(rows, [_post(len(rows), note | {"other": _get_link(note)})])


def _next_group(text: str, base: str) -> str | None:
    match = _NEXT.search(text)
    href = _HREF.search(match.group(1)) if match else None
    if href is None or "dataproxy.jsp" not in href.group(1):
        return None
    return absolute(base, html.unescape(href.group(1)))


def _page_of(url: str) -> int:
    return _number(_PAGE, url) or 1


def _get(link: str, number: int, note: dict[str, str]) -> Ask:
    url = _PAGE.sub(f"page={number}", link, count=1)
    return Ask(url, note={**note, "form": "get", "link": link, "page": str(number)})


def _post(have: int, note: dict[str, str]) -> Ask:
    per_page, total = int(note["perpage"]), int(note["total"])
    group = per_page * _GROUP_PAGES
    span = {
        "startrecord": str(have + 1),
        "endrecord": str(min(have + group, total or have + group)),
        "perpage": str(per_page),
    }
    return Ask(
        f"{note['proxy']}?{urlencode(span)}",
        form=tuple((k, v) for k, v in _pairs(note["fields"])),
        note={**note, "form": "post", "have": str(have)},
    )


def _pairs(fields: str) -> list[tuple[str, str]]:
    return parse_qsl(fields, keep_blank_values=True)


def _proxy(page: Page) -> str:
    match = _PROXY.search(page.text)
    address: str = match.group(1) if match else _DEFAULT_PROXY
    return urljoin(page.url, address.split("?")[0])


def unit_fields(text: str, column: str) -> dict[str, str]:
    """The list unit's parameters as the page's script prints them.

    ``unitid`` belongs to the list on this very page, so nothing is taken from elsewhere; only
    the column's number falls back to the address.
    """
    fields: dict[str, str] = {}
    for name in (*_FIELDS, "permissiontype"):
        found = re.search(
            rf"""(?<![A-Za-z]){name}['"]?\s*(?::\s*(?:'([^']*)'|"([^"]*)"|(\w+))|=([^&'"\s]*))""",
            text,
        )
        value = next((v for v in found.groups() if v is not None), "") if found else ""
        fields[name] = html.unescape(value) or _DEFAULTS.get(name, "")
    if not fields["columnid"] and (match := re.search(r"/col(\d+)", urlsplit(column).path)):
        fields["columnid"] = match.group(1)
    fields["permissiontype"] = fields["permissiontype"] or "0"
    return fields


def _get_link(note: dict[str, str]) -> str:
    return f"{note['proxy']}?page=1&perpage={note['perpage']}&{note['fields']}"


def _next(page: Page, rows: list[Row]) -> ListPage:
    note = dict(page.ask.note)
    total = int(note["total"])
    fresh = page.fresh(rows)
    have = len(page.seen) + len(fresh)
    if (total and have >= total) or (not total and not fresh):
        return ListPage(rows, end=True)
    if note["form"] == "post":
        return _after_post(page, rows, have)
    return _after_get(page, rows, have)


def _after_post(page: Page, rows: list[Row], have: int) -> ListPage:
    note = dict(page.ask.note)
    other = note.pop("other", "")
    if page.fresh(rows):
        return ListPage(rows, [_post(have, {**note, "other": other})])
    if other:
        # The server gave what it gave before, or nothing: it may honour the page number only.
        return ListPage(rows, [_get(other, 2, note)])
    return _last_try(rows, have, note)


def _after_get(page: Page, rows: list[Row], have: int) -> ListPage:
    note = dict(page.ask.note)
    number, total = int(note["page"]), int(note["total"])
    last = total // int(note["perpage"]) + 1 if total else MOST_PAGES
    if not rows or number > min(last, MOST_PAGES):
        if note["form"] == "both":
            return _short(rows, have, note)
        if note.pop("other", ""):
            # A link is printed, yet the server may answer the script's form only.
            return ListPage(rows, [_post(have, note)])
        return _last_try(rows, have, note)
    if note["form"] == "both":
        return ListPage(rows, [_both(number + 1, have, note)])
    link = _next_group(page.text, page.url) or note["link"]
    following = max(number + 1, _page_of(link))
    return ListPage(rows, [_get(link, following, note)])


def _both(number: int, have: int, note: dict[str, str]) -> Ask:
    """A form that carries the page's number too, for servers that want the one by the other."""
    ask = _post(have, note)
    turn = str(number)
    return Ask(
        f"{ask.url}&page={turn}",
        form=(*(ask.form or ()), ("page", turn)),
        note={**ask.note, "form": "both", "page": turn},
    )


def _last_try(rows: list[Row], have: int, note: dict[str, str]) -> ListPage:
    total = int(note["total"])
    return ListPage(rows, [_both(2, have, note)]) if total > have else _short(rows, have, note)


def _short(rows: list[Row], have: int, note: dict[str, str]) -> ListPage:
    total = int(note["total"])
    problem = f"the list gave {have} of its {total} rows" if total > have else None
    return ListPage(rows, end=True, problem=problem)
