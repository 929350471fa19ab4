"""UCAP: static lists ``common_list_2.shtml``, or a search that the page's script names.

Source: pages of the family. The search answers as JSON (``data.results`` with title, url and
``publishedTimeStr``) or, asked without, as HTML rows; some servers know only one of the two.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.addresses import absolute
from crawler.below import split
from crawler.families import api, trs_files
from crawler.families.api import Backend
from crawler.listing import read_rows
from crawler.nextpage import numbered_pages
from crawler.pager import page_call
from crawler.paging import Ask, ListPage, Page
from crawler.scripts import Value, joined_strings, objects_with, script_texts, variables

PAGE_SIZE = 15
_SEARCH = re.compile(r"/(?:common/search|searchList|search)/(?:[0-9a-f]{32}|\d{4,})", re.IGNORECASE)
_GATEWAY = re.compile(r"^https?://[\w.-]+/search/common/search/\d+|/loadData\b|/u/search/list/")
_CATALOGUE = ("channel_id", "channelId", "pageIndex", "datas[0][key]", "currentPage")
_AS_JSON = {"_isAgg": "true", "_isJson": "true", "_template": "index"}
_AS_HTML = {"_isAgg": "false", "_isJson": "false"}


def read(page: Page) -> ListPage:
    """Reads one page of a list, HTML or an answer of the search."""
    if "backend" in page.ask.note:
        return _answer(page)
    if page.ask.note.get("kind") == "try":
        rows = [] if page.missing else read_rows(page.text, page.url)
        return trs_files.after_try(page, rows)
    rows = read_rows(page.text, page.url)
    if not page.is_first:
        return ListPage(rows, end=not page.fresh(rows))
    rows, columns = split(page, rows)
    call = page_call(page.text)
    if call is not None and call.pages > 1 and call.stem and call.suffix:
        return ListPage(rows, numbered_pages(page, call, 2, call.pages), columns=columns)
    if call is None or not api.number_rows(rows):
        search = _search(page)
        if search is not None:
            return ListPage(rows, [search], columns=columns)
    return ListPage(rows, trs_files.first_asks(page, rows), columns=columns)


def _search(page: Page) -> Ask | None:
    """The first ask of the search that feeds the list, None when the page names none."""
    script = "\n".join(script_texts(page.text))
    known = variables(script)
    for text in [*joined_strings(script, known), *_attributes(page.text)]:
        if _GATEWAY.search(text):
            return _gateway(absolute(page.url, text), script, known)
        if _SEARCH.search(text):
            return _search_ask(absolute(page.url, text), _AS_JSON)
    return None


def _attributes(text: str) -> list[str]:
    """Quoted values outside scripts: some templates name the search in an attribute."""
    return re.findall(
        r"""["']([^"'<>\s]*(?:/search|/searchList)/[0-9a-f]{32}[^"'<>\s]*)["']""", text
    )


def _search_ask(address: str, form: dict[str, str]) -> Ask:
    parts = urlsplit(address)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    given.pop("page", None)
    size = given.get("_pageSize", "")
    fields = {**given, "_pageSize": size if size.isdigit() else str(PAGE_SIZE), **form}
    bare = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    backend = Backend(bare, fields, size=int(fields["_pageSize"]))
    query = urlencode(given)
    return backend.ask(1, search=urlunsplit((parts.scheme, parts.netloc, parts.path, query, "")))


def _gateway(url: str, script: str, known: dict[str, Value]) -> Ask:
    """The provincial gateway and the catalogue interfaces: form posts."""
    fields: dict[str, Value] = {}
    for key in _CATALOGUE:
        fields = next(iter(objects_with(script, key, known)), {})
        if fields:
            break
    names = ("pageIndex", "currentPage", "pageNo", "page")
    keys = tuple(name for name in names if name in fields) or ("page",)
    return Backend(url, dict(fields), api.FORM, keys).ask(1)


def _answer(page: Page) -> ListPage:
    found = api.read_answer(page)
    backend = api.backend_of(page)
    silent = not found.rows and page.ask.note["page"] == "1" and (found.problem or found.more)
    if silent and backend is not None and backend.fields.get("_isJson") == "true":
        return ListPage([], [_search_ask(page.ask.note["search"], _AS_HTML)])
    return found
