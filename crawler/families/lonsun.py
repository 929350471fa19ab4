"""Lonsun: disclosure lists by ``pageIndex``, or as fragments from the label ``8888``.

Source: pages of the family. The number of pages stands in a script (``pageCount:``). Where the
first HTML has no rows, the page's script builds them from a label; its parameters are printed
there. ``type=3`` with ``action=detail`` and a year as ``title`` is a year's report itself.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler import records
from crawler.below import split
from crawler.families import api
from crawler.families.api import Backend
from crawler.listing import Row, parse_fragment, read_rows
from crawler.ownpage import holds_document, page_row
from crawler.pager import page_call, printed_pages
from crawler.paging import Ask, ListPage, Page
from crawler.scripts import joined_strings, objects_with, script_texts, variables

LABEL = "/site/label/8888"
PAGE_SIZE = 15
_ARTICLE = re.compile(
    r"/public/(?:content/\d+|\d+/\d+\.html)|/content/article/\d+|/\d{6,}\.html$", re.IGNORECASE
)
_ORGAN = re.compile(r"/public/column/(\d+)")
_CATEGORIES = re.compile(r"""\b(?:yxCatId|catIds?)['"]?\s*[=:]\s*["']?([\d,]+)""")
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_DEFAULTS = {
    "labelName": "publicInfoList", "isDate": "true", "dateFormat": "yyyy-MM-dd", "length": "50",
    "fromCode": "title", "sortType": "1", "action": "list", "fuzzySearch": "false",
}  # fmt: skip


def read(page: Page) -> ListPage:
    """Reads one page of a list, a fragment of it, or a year's report."""
    kind = page.ask.note.get("kind")
    if kind == "year":
        return ListPage(_own(page, int(page.ask.note["year"])))
    if kind == "label":
        return _fragment(page)
    rows = [_with_year(row) for row in read_rows(page.text, page.url)]
    if not page.is_first:
        return _later(page, rows)
    return _first(page, rows)


def _query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def _is_detail(url: str) -> bool:
    return "/column/" in urlsplit(url).path and _query(url).get("action") == "detail"


def _with_year(row: Row) -> Row:
    """A link to a year's report knows its year from its address."""
    shown = _query(row.url).get("title", "") if _is_detail(row.url) else ""
    return Row(row.url, row.title, row.date, int(shown)) if _YEAR.match(shown) else row


def _first(page: Page, rows: list[Row]) -> ListPage:
    if _is_detail(page.url):
        return _details(page, rows)
    rows, columns = split(page, rows)
    listed = [row for row in rows if _ARTICLE.search(row.url) or row.year is not None]
    label = _label(page)
    pages = _pages(page)
    if not listed and label is not None:
        return ListPage(rows, [_label_ask(label, 1)], columns=columns)
    note = {"kind": "index"}
    if label is not None:
        note["label"] = urlencode(label.fields)
        note["label_url"] = label.url
    asks = [_index_ask(page, n, {**note, "page": str(n)}) for n in range(2, pages + 1)]
    return ListPage(rows, asks, columns=columns)


def _details(page: Page, rows: list[Row]) -> ListPage:
    """A column that shows one year's report, with links to the others or without."""
    shown = _query(page.url).get("title", "")
    own = _own(page, int(shown) if _YEAR.match(shown) else None)
    linked = [row for row in rows if row.year is not None]
    if linked:
        return ListPage([*own, *linked])
    asks = []
    for year in sorted(page.years, reverse=True):
        query = urlencode(_query(page.url) | {"title": str(year)})
        url = urlsplit(page.url)._replace(query=query).geturl()
        if url != page.url:
            asks.append(Ask(url, note={"kind": "year", "year": str(year)}, absent="read"))
    return ListPage(own, asks)


def _own(page: Page, year: int | None) -> list[Row]:
    if page.missing or not holds_document(page.text, page.url):
        return []
    return [page_row(page.text, page.url, page.title, year)]


def _pages(page: Page) -> int:
    call = page_call(page.text)
    return min(call.pages if call else (printed_pages(page.text) or 1), 2000)


def _index_ask(page: Page, number: int, note: dict[str, str]) -> Ask:
    query = urlencode(_query(page.column) | {"pageIndex": str(number)})
    return Ask(urlsplit(page.url)._replace(query=query, fragment="").geturl(), note=note)


def _later(page: Page, rows: list[Row]) -> ListPage:
    note = page.ask.note
    if any(_ARTICLE.search(row.url) or row.date for row in page.fresh(rows)):
        return ListPage(rows)
    if note.get("page") == "2" and note.get("label"):
        # The server gives its first page again: it turns pages by the label only.
        fields = dict(parse_qsl(note["label"], keep_blank_values=True))
        backend = Backend(note["label_url"], fields, keys=("pageIndex",), size=_size(fields))
        return ListPage(rows, [_label_ask(backend, 2)], end=True)
    return ListPage(rows, end=True, problem=f"page {note.get('page')} of the list has no new rows")


# The label.


def _size(fields: dict[str, Any]) -> int:
    given = str(fields.get("pageSize") or "")
    return int(given) if given.isdigit() else PAGE_SIZE


def _label(page: Page) -> Backend | None:
    """The label that builds the list, None when the page names none."""
    script = "\n".join(script_texts(page.text))
    known = variables(script)
    address = next((t for t in joined_strings(script, known) if LABEL in t), None)
    objects = list(objects_with(script, "labelName", known))
    objects += [
        inner
        for o in objects_with(script, "data", known)
        if isinstance(inner := o["data"], dict) and "organId" in inner
    ]
    if address is None and not objects:
        return None
    fields: dict[str, Any] = dict(_DEFAULTS) | {"pageSize": str(PAGE_SIZE)}
    if objects:
        fields |= objects[0]
    parts = urlsplit(urljoin(page.url, address or LABEL))
    fields |= dict(parse_qsl(parts.query, keep_blank_values=True))
    fields.pop("pageIndex", None)
    fields.pop("_", None)
    fields |= {k: v for k, v in _from_page(page).items() if not fields.get(k)}
    bare = parts._replace(query="", fragment="").geturl()
    plain = {key: "" if value is None else _word(value) for key, value in fields.items()}
    return Backend(bare, plain, keys=("pageIndex",), size=_size(plain))


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _from_page(page: Page) -> dict[str, str]:
    """Parameters that the page holds elsewhere: site, organ, type and category."""
    query = _query(page.column)
    found = {"type": query.get("type", "4")}
    tree = parse_fragment(page.text)
    for meta in tree.iter("meta") if tree is not None else ():
        if (meta.get("name") or "").lower() == "siteid":
            found["siteId"] = meta.get("content") or ""
    if organ := _ORGAN.search(page.column):
        found["organId"] = organ.group(1)
    if category := query.get("catId"):
        found["catId"] = found["catIds"] = category
    elif match := _CATEGORIES.search(page.text):
        found["catIds"] = match.group(1)
    return found


def _label_ask(backend: Backend, number: int) -> Ask:
    return backend.ask(number, kind="label")


def _fragment(page: Page) -> ListPage:
    backend = api.backend_of(page)
    if backend is None:
        raise ValueError(f"{page.url} is no answer of a label")
    rows = [_with_year(row) for row in read_rows(page.text, page.column)]
    call = page_call(page.text)
    pages = call.pages if call else printed_pages(page.text)
    if not rows and page.text.lstrip()[:1] in ("{", "["):
        return api.read_answer(page)
    return api.follow(page, backend, records.Records(rows, pages))
