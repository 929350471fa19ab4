"""UCAP: static lists ``common_list_2.shtml``, or a JSON search that the page's script names.

Source: pages of the family; the JSON carries ``data.results`` with title, url and
``publishedTimeStr``. The same address without JSON gives HTML rows.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.addresses import absolute, is_web, path_date, printed_date
from crawler.listing import Row, parse_fragment, read_rows, squeeze
from crawler.paging import MOST_PAGES, Ask, ListPage, Page, numbered_pages, page_call

PAGE_SIZE = 15
_SEARCH = re.compile(
    r"""["'(]([^"'()\s]*/(?:common/search|searchList|search)/[0-9a-f]{32}[^"'\s)]*)""",
    re.IGNORECASE,
)


def read(page: Page) -> ListPage:
    """Reads one page of a list, HTML or JSON."""
    if page.ask.note.get("kind") == "json":
        return _read_json(page)
    rows = read_rows(page.text, page.url)
    if not page.is_first:
        return ListPage(rows, end=not page.fresh(rows))
    call = page_call(page.text)
    if call is not None and call.pages > 1:
        return ListPage(rows, numbered_pages(page, call, 2, call.pages))
    search = _SEARCH.search(page.text)
    if search is not None and call is None:
        return ListPage(rows, [_json_ask(absolute(page.url, search.group(1)), 1)])
    return ListPage(rows)


def _json_ask(address: str, number: int) -> Ask:
    parts = urlsplit(address)
    fields = {"_pageSize": str(PAGE_SIZE), **dict(parse_qsl(parts.query))}
    fields |= {"page": str(number), "_isAgg": "true", "_isJson": "true", "_template": "index"}
    query = urlencode(fields)
    url = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
    return Ask(url, note={"kind": "json", "page": str(number), "search": address})


def _read_json(page: Page) -> ListPage:
    try:
        answer = json.loads(page.text)
    except ValueError:
        rows = read_rows(page.text, page.url)
        problem = None if rows else "the list's JSON search gave no JSON"
        return ListPage(rows, end=True, problem=problem)
    data = answer.get("data") if isinstance(answer, dict) else None
    results = data.get("results") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(results, list):
        return ListPage([], end=True, problem="the list's JSON search has no data.results")
    rows = [row for result in results if (row := _row(result, page.url))]
    number = int(page.ask.note["page"])
    size = int(data.get("rows") or PAGE_SIZE)
    more = number * size < int(data.get("total") or 0) and number < MOST_PAGES
    if not more or not page.fresh(rows):
        return ListPage(rows, end=True)
    return ListPage(rows, [_json_ask(page.ask.note["search"], number + 1)])


def _row(result: Any, base: str) -> Row | None:
    if not isinstance(result, dict) or not result.get("url") or not result.get("title"):
        return None
    url = absolute(base, str(result["url"]))
    tree = parse_fragment(str(result["title"]))
    title = squeeze(tree.text_content()) if tree is not None else ""
    if not title or not is_web(url):
        return None
    day = printed_date(str(result.get("publishedTimeStr") or ""))
    return Row(url, title, day or path_date(url))
