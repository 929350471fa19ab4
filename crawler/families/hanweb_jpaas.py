"""Hanweb jpaas: lists that a gateway builds, a unit of the page at a time.

Source: pages of the family. A unit is an element with ``querydata`` (single-quoted pseudo JSON,
``parseType`` spelt ``bulidstatic``); the gateway answers JSON with the unit's HTML. Only
``paramJson`` turns its pages: other names are ignored and page 1 comes back.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.addresses import absolute
from crawler.below import split
from crawler.families import hanweb
from crawler.listing import Row, parse_fragment, read_fragments, read_rows
from crawler.pager import printed_pages
from crawler.paging import MOST_PAGES, Ask, ListPage, Page
from crawler.scripts import read_value, without_comments

GATEWAY = "/api-gateway/jpaas-publish-server/front/page/build/unit"
PAGE_SIZE = 15
_MOST_UNITS = 12
_NAMES = ("webId", "tplSetId", "pageId", "tagId", "pageType", "parseType", "editType")
_LIST_TAG = re.compile(r"list|page", re.IGNORECASE)
_COUNT = re.compile(r"""\bcount\s*[:=]\s*\\?["']?(\d+)""")
_ROWS = re.compile(r"""\b(?:rows|pageSize)['"]?\s*[:=]\s*\\?["']?(\d+)""")


def read(page: Page) -> ListPage:
    """Reads one page: the column, or an answer of the gateway."""
    if page.ask.note.get("kind") == "unit":
        return _answer(page)
    if not page.is_first:
        return hanweb.read(page)
    if "dataproxy.jsp" in page.text:  # a column left over from the older system
        return hanweb.read(page)
    rows, columns = split(page, read_rows(page.text, page.url))
    units = list(_units(page))
    return ListPage(rows, [_ask(url, fields, 1) for url, fields in units], columns=columns)


def _units(page: Page) -> Iterator[tuple[str, dict[str, str]]]:
    """Gateway address and parameters of the page's units, those that name a list if any does."""
    found: list[tuple[str, dict[str, str]]] = []
    tree = parse_fragment(page.text)
    for element in tree.iter() if tree is not None else ():
        if isinstance(element.tag, str) and element.get("querydata"):
            fields = _fields(element.get("querydata") or "")
            url = absolute(page.url, element.get("url") or GATEWAY)
            if fields and (url, fields) not in found:
                found.append((url, fields))
    if not found and (fields := _scripted(page.text)):
        found.append((absolute(page.url, GATEWAY), fields))
    lists = [unit for unit in found if _LIST_TAG.search(unit[1].get("tagId", ""))]
    yield from (lists if len(found) > _MOST_UNITS and lists else found)[:_MOST_UNITS]


def _fields(text: str) -> dict[str, str]:
    """The parameters of a unit; the quotes are single, double or escaped."""
    try:
        found = read_value(html.unescape(text), 0)
    except ValueError:
        return {}
    if not isinstance(found, dict) or not (found.get("pageId") or found.get("webId")):
        return {}
    return {key: "" if value is None else str(value) for key, value in found.items()}


def _scripted(text: str) -> dict[str, str]:
    """The parameters as a script prints them, where no element carries them."""
    plain = without_comments(text)
    fields: dict[str, str] = {}
    for name in _NAMES:
        if match := re.search(rf"""(?<!\w){name}['"]?\s*[:=]\s*['"]([^'"]+)""", plain):
            fields[name] = html.unescape(match.group(1))
    if not {"webId", "pageId", "tplSetId"} <= fields.keys():
        return {}
    return {"parseType": "bulidstatic", "pageType": "column"} | fields


def _ask(
    url: str, fields: dict[str, str], number: int, size: int = PAGE_SIZE, head: str = ""
) -> Ask:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True)) | fields
    query.pop("paramJson", None)
    if number > 1:
        turn = {"pageNo": number, "pageSize": str(size)}
        query["paramJson"] = json.dumps(turn, separators=(",", ":"))
    address = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))
    note = {"kind": "unit", "page": str(number), "url": url, "fields": json.dumps(fields)}
    return Ask(address, note=note | {"head": head})


def _answer(page: Page) -> ListPage:
    try:
        markup = _markup(json.loads(page.text))
    except ValueError:
        return ListPage([], problem="the gateway's answer is no JSON")
    rows = _rows(markup, page.column)
    note = page.ask.note
    number, head = int(note["page"]), rows[0].url if rows else ""
    total, size = _turns(markup)
    if not head or (number > 1 and head == note.get("head")):
        short = number > 1 and total is not None and len(page.seen) < total
        problem = f"the gateway repeats or breaks off at page {number} of {total} rows"
        return ListPage(rows, problem=problem if short else None)
    size = size or len(rows)
    pages = printed_pages(markup)
    more = number * size < total if total is not None else number < (pages or 1)
    if not more or number >= MOST_PAGES:
        return ListPage(rows)
    return ListPage(rows, [_ask(note["url"], json.loads(note["fields"]), number + 1, size, head)])


def _markup(answer: Any) -> str:
    """The HTML of an answer: ``data.html``, or the data themselves."""
    data = answer.get("data") if isinstance(answer, dict) else None
    if isinstance(data, dict):
        data = data.get("html")
    return data if isinstance(data, str) else ""


def _rows(markup: str, base: str) -> list[Row]:
    return read_fragments([markup], base)


def _turns(markup: str) -> tuple[int | None, int | None]:
    """How many rows the list has and how many a page shows, as its pager says."""
    tree = parse_fragment(markup)
    for element in tree.iter() if tree is not None else ():
        if isinstance(element.tag, str) and (element.get("count") or "").isdigit():
            rows = element.get("rows") or element.get("pagesize") or ""
            return int(element.get("count") or 0), int(rows) if rows.isdigit() else None
    count, rows_match = _COUNT.search(markup), _ROWS.search(markup)
    return (
        int(count.group(1)) if count else None,
        int(rows_match.group(1)) if rows_match else None,
    )
