"""The JSON back ends of TRS sites, as a list page's script names them.

A static JSON file beside the page, WAS5 (``/was5/``), the Fujian search (``/fjdzapp/search``),
IGS (``/igs/front/search``) and IRS (``/irs/front/search``). The site's own search box names the
last two as well: only a call that is bound to a channel is a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from crawler.addresses import absolute, host_of
from crawler.families import api
from crawler.families.api import Backend
from crawler.listing import Row
from crawler.paging import Ask, Page
from crawler.scripts import Value, joined_strings, objects_with, script_texts, variables

_ENDPOINT = re.compile(
    r"/was5/(?:web/search|[\w/]*response_\w+\.jsp)|/response_\w+_list\.jsp|/fjdzapp/search"
    r"|/igs/front/search[\w/]*(?:\.html|\.jhtml)?|/irs/front/search",
    re.IGNORECASE,
)
_STATIC = re.compile(r"^[\w./:%~-]+\.json(?:\?\S*)?$", re.IGNORECASE)
_NO_LIST = re.compile(r"(?:config|manifest|package|weather|lang|menu|nav)\w*\.json", re.IGNORECASE)
_CHANNEL = re.compile(r"channel_?id|chnlid|chnl_id|classsql|channelid", re.IGNORECASE)
_NUMBERS = ("page", "pageno", "pagenumber", "pageindex", "pagenum", "currentpage", "curpage")
_SIZES = ("prepage", "pagesize", "perpage")
_POSTED = ("channelid", "classsql", "customFilter", "filters", "searchBy", "configCode")


def find(page: Page, rows: list[Row]) -> list[Ask]:
    """Asks for the first page of a back end that feeds this list, empty when there is none.

    Args:
        page: the column's first file.
        rows: its rows; a list that prints dated rows needs no file beside it.
    """
    script = "\n".join(script_texts(page.text))
    known = variables(script)
    strings = [*joined_strings(script, known)]
    for text in strings:
        match = _ENDPOINT.search(text)
        if match is None:
            continue
        backend = _backend(page, text, match.group(), script, known)
        if backend is not None:
            return [backend.ask(1)]
    if api.number_rows(rows):
        return []
    return [Backend(url, keys=()).ask(1) for url in _static_lists(page, strings)]


def _static_lists(page: Page, strings: list[str]) -> Iterator[str]:
    for text in strings:
        if _STATIC.match(text) and not _NO_LIST.search(text):
            url = absolute(page.url, text)
            if host_of(url) == host_of(page.url):
                yield url


def _backend(
    page: Page, text: str, endpoint: str, script: str, known: dict[str, Value]
) -> Backend | None:
    call = _call_around(script, endpoint, known)
    fields = _fields(call, script, endpoint, known)
    posts = _is_post(call, script, endpoint)
    if not _CHANNEL.search(f"{text} {fields}"):
        return None
    url = absolute(page.url, text)
    parts = urlsplit(url)
    query = dict(_pairs(parts.query))
    bare = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    everything = fields if posts else query | fields
    keys = tuple(key for key in everything if key.lower() in _NUMBERS) or _default_keys(endpoint)
    sizes = [str(v) for k, v in everything.items() if k.lower() in _SIZES and str(v).isdigit()]
    size = int(sizes[0]) if sizes else 15
    if not posts:
        return Backend(bare, everything, api.QUERY, keys, size)
    way = api.JSON if "/irs/" in endpoint.lower() else api.FORM
    return Backend(url, everything, way, keys, size)


def _default_keys(endpoint: str) -> tuple[str, ...]:
    if "/igs/" in endpoint:
        return ("pageNumber",)
    return ("pageNo",) if "/irs/" in endpoint else ("page",)


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    yield from parse_qsl(query, keep_blank_values=True)


def _call_around(script: str, endpoint: str, known: dict[str, Value]) -> dict[str, Value]:
    """The settings of the call that names the endpoint, empty when it is no such call."""
    for found in objects_with(script, "url", known):
        if endpoint in str(found["url"]):
            return found
    return {}


def _fields(
    call: dict[str, Value], script: str, endpoint: str, known: dict[str, Value]
) -> dict[str, Any]:
    for key in ("data", "params", "body"):
        data = call.get(key)
        if isinstance(data, dict):
            return dict(data)
        if isinstance(data, str) and "=" in data:
            return dict(_pairs(data))
    if "/fjdzapp/" in endpoint or "/irs/" in endpoint or "?" not in script:
        for key in _POSTED:
            for found in objects_with(script, key, known):
                return dict(found)
    return {}


def _is_post(call: dict[str, Value], script: str, endpoint: str) -> bool:
    method = call.get("type") or call.get("method")
    if isinstance(method, str) and method:
        return method.lower() == "post"
    if re.search(rf"\bpost\s*\(\s*[^)]{{0,200}}{re.escape(endpoint)}", script, re.IGNORECASE):
        return True
    return "/fjdzapp/" in endpoint or "/irs/" in endpoint
