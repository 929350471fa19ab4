"""The list back ends that a page's script calls, whatever they are called.

A static JSON file beside the page, the back ends of TRS sites (WAS5, the Fujian search, IGS, IRS),
and any other address that a script asks with the number of a page among its parameters. The
site's own search box names such addresses as well: only a call that is bound to a channel, or to
nothing that visitors type, is a list. How answers are read is in ``api``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.addresses import absolute, host_of, is_web
from crawler.families import api
from crawler.families.api import Backend
from crawler.listing import Row
from crawler.paging import Ask, Page
from crawler.patterns import patterns
from crawler.scripts import (
    Value,
    joined_strings,
    objects_with,
    page_values,
    read_at,
    read_value,
    script_texts,
)
from crawler.shapes import path_folder
from warehouse.facts.titles import judge_title

_KNOWN = re.compile(
    r"/was5/(?:web/search|[\w/]*response_\w+\.jsp)|/response_\w+_list\.jsp|/fjdzapp/search"
    r"|/igs/front/search[\w/]*(?:\.html|\.jhtml)?|/irs/front/search",
    re.IGNORECASE,
)
_STATIC = re.compile(r"^[\w./:%~-]+\.(?:json|xml)(?:\?\S*)?$", re.IGNORECASE)
_NO_LIST = re.compile(
    r"(?:config|manifest|package|weather|lang|menu|nav|sitemap|rss)\w*\.(?:json|xml)", re.IGNORECASE
)
_NOT_ASKED = re.compile(
    r"login|logout|regist|visit|count|click|hits?\b|captcha|comment|vote|like|share|weather|upload"
    r"|save|delete|remove|update|submit|insert|\badd|feedback|message|mail|survey|token"
    r"|\.(?:js|css|png|jpe?g|gif|ico|svg|pdf|docx?|xlsx?)(?:$|\?)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"^(?:https?:)?/{0,2}[\w./:%~-]*[\w/](?:\?\S*)?$", re.IGNORECASE)
_SERVICE = re.compile(r"\.(?:do|action|jsp|php|ashx|aspx?|json|shtml)\b|/\w+$|\?", re.IGNORECASE)
_CHANNEL = re.compile(r"channel_?id|chnlid|chnl_id|classsql|channelid", re.IGNORECASE)
_TYPED = re.compile(r"^(?:q|qt|wd|word|keywords?|searchwords?|kw|search)$", re.IGNORECASE)
_NUMBERS = (
    "page", "pageno", "pagenumber", "pageindex", "pagenum", "currentpage", "curpage", "currpage",
    "cur_page", "page_no", "pageid", "current", "cpage", "pn", "p",
)  # fmt: skip
_OFFSETS = ("offset", "start", "startrow", "rowstart", "skip", "from")
_SIZES = ("prepage", "pagesize", "perpage", "page_size", "size", "rows", "limit", "_pagesize")
_CALLED = re.compile(
    r"""(?:\.(get|post|getJSON|request|ajax|load)|\b(fetch))\s*\(\s*(?=["'`\w])""", re.IGNORECASE
)
_CHANNEL_NUMBER = re.compile(
    r"""(?:chnlid|channelid|chnl_?id|columnid|docchannel)['"]?\s*[=:]\s*['"]?(\d+)""", re.IGNORECASE
)
_FUJIAN = {
    "channelid": "229105", "sortfield": "-docorderpri,-docreltime", "classcol": "publishyear",
    "classnum": "100", "classsort": "0", "cache": "true", "page": "1", "prepage": "75",
}  # fmt: skip
_POSTED = ("channelid", "classsql", "customFilter", "filters", "searchBy", "configCode")
_MOST = 3
"""Calls of a page that are tried."""


@dataclass(frozen=True)
class Call:
    """One request that a script makes.

    Attributes:
        address: as printed, with its query.
        fields: the parameters handed over.
        method: ``get`` or ``post`` where the script says it.
        as_json: whether the parameters are sent as JSON.
    """

    address: str
    fields: dict[str, Any]
    method: str = ""
    as_json: bool = False


def find(page: Page, rows: list[Row]) -> list[Ask]:
    """Asks for the first page of a back end that feeds this list, empty when there is none.

    Args:
        page: the column's first file.
        rows: its rows; a list that prints reports needs no back end but the known ones.
    """
    script = "\n".join(script_texts(page.text))
    known = page_values(page.text, page.column, script)
    calls = list(_calls(script, known))
    for call in calls:
        match = _KNOWN.search(call.address)
        backend = _known(page, call, match.group(), script, known) if match else None
        if backend is not None:
            return [backend.ask(backend.first)]
    listed = any(row.date and judge_title(row.title, row.date).is_report for row in rows)
    folder = path_folder(page.url)
    static = [
        Backend(url, keys=(), known=patterns(page.text)).ask(1)
        for url in _static_lists(page, [call.address for call in calls])
        if not listed or urlsplit(url).path.startswith(folder)
    ]
    if static or listed:
        return static
    found: dict[tuple[str, str | None], Ask] = {}
    for call in calls:
        if not _KNOWN.search(call.address) and (backend := _other(page, call)) is not None:
            ask = replace(backend.ask(backend.first), absent="skip")
            found.setdefault((ask.url, ask.body), ask)
    return list(found.values())[:_MOST]


def fetched_pieces(script: str, known: dict[str, Value], base: str) -> Iterator[str]:
    """Addresses on the page's own host that a script fetches as they are, no list among them.

    Args:
        script: the page's inline scripts.
        known: what they know.
        base: the page's address.
    """
    for call in _calls(script, known, strings=False):
        url = absolute(base, call.address)
        unasked = _NOT_ASKED.search(urlsplit(url).path) or call.method == "post"
        query = dict(_pairs(urlsplit(url).query)) | call.fields
        numbered = bool(_number_keys(query))
        if is_web(url) and host_of(url) == host_of(base) and not unasked and not numbered:
            text = urlencode({k: v for k, v in query.items() if not isinstance(v, dict | list)})
            yield urlsplit(url)._replace(query=text).geturl()


# The calls of a script.


def _calls(script: str, known: dict[str, Value], strings: bool = True) -> Iterator[Call]:
    """Every request that a script makes, then every string that may be the address of one."""
    for found in objects_with(script, "url", known):
        if isinstance(address := found["url"], str) and address:
            yield _from_settings(address, found)
    for match in _CALLED.finditer(script):
        name = (match.group(1) or match.group(2)).lower()
        try:
            address, end = read_at(script, match.end(), known)
        except (ValueError, RecursionError):
            continue
        if isinstance(address, str) and address:
            handed = _handed(script, end, known)
            yield _from_handed(address, handed, name)
    for text in joined_strings(script, known) if strings else ():
        yield Call(text.strip(), {})


def _from_settings(address: str, settings: dict[str, Any]) -> Call:
    method = settings.get("type") or settings.get("method") or ""
    kind = str(settings.get("contentType") or settings.get("headers") or "")
    for key in ("data", "params", "body"):
        if fields := _parameters(settings.get(key)):
            return Call(address, fields, str(method).lower(), "json" in kind.lower())
    return Call(address, {}, str(method).lower())


def _from_handed(address: str, handed: Any, name: str) -> Call:
    """A call such as ``$.post(address, parameters)`` or ``fetch(address, settings)``."""
    method = name if name in ("get", "post") else ""
    if isinstance(handed, dict) and {"method", "body"} & handed.keys():
        return replace(_from_settings(address, handed), as_json=True)
    if isinstance(handed, dict) and set(handed) == {"params"}:
        handed = handed["params"]
    return Call(address, _parameters(handed), "get" if name == "getjson" else method)


def _handed(script: str, at: int, known: dict[str, Value]) -> Any:
    """What is handed over behind an address, None without anything."""
    comma = re.compile(r"\s*,\s*").match(script, at)
    if comma is None:
        return None
    try:
        return read_value(script, comma.end(), known)
    except (ValueError, RecursionError):
        return None


def _parameters(data: Any) -> dict[str, Any]:
    if isinstance(data, str) and "=" in data:
        return dict(_pairs(data.lstrip("?&")))
    return dict(data) if isinstance(data, dict) else {}


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    yield from parse_qsl(query, keep_blank_values=True)


# Back ends behind them.


def _static_lists(page: Page, strings: list[str]) -> Iterator[str]:
    for text in dict.fromkeys(strings):
        if _STATIC.match(text) and not _NO_LIST.search(text):
            url = absolute(page.url, text)
            if host_of(url) == host_of(page.url):
                yield url


def _known(
    page: Page, call: Call, endpoint: str, script: str, known: dict[str, Value]
) -> Backend | None:
    fields = call.fields or _object_named(script, endpoint, known)
    if "/fjdzapp/" in endpoint and not _CHANNEL.search(str(fields)):
        fields = fields | _fujian(script)
    posts = call.method == "post" or (
        not call.method and ("/fjdzapp/" in endpoint or "/irs/" in endpoint)
    )
    if not _CHANNEL.search(f"{call.address} {fields}"):
        return None
    as_json = "/irs/" in endpoint.lower()
    return _backend(page, replace(call, fields=fields), posts, as_json, _default_keys(endpoint))


def _default_keys(endpoint: str) -> tuple[str, ...]:
    if "/igs/" in endpoint:
        return ("pageNumber",)
    return ("pageNo",) if "/irs/" in endpoint else ("page",)


def _other(page: Page, call: Call) -> Backend | None:
    """Any other address that is asked with the number of a page, and nothing that is typed."""
    address = call.address
    if not _ADDRESS.match(address) or not _SERVICE.search(address):
        return None
    if _NOT_ASKED.search(urlsplit(address).path):
        return None
    url = absolute(page.url, address)
    own = host_of(url).rsplit(".", 3)[-3:] == host_of(page.url).rsplit(".", 3)[-3:]
    fields = dict(_pairs(urlsplit(url).query)) | call.fields
    numbered = bool(_number_keys(fields))
    typed = any(_TYPED.match(key) for key in fields)
    bound = any(value not in ("", None) for key, value in fields.items() if not _is_turn(key))
    if not (is_web(url) and own and numbered and (bound or not typed)):
        return None
    return _backend(page, call, call.method == "post", call.as_json, ())


def is_number(key: str) -> bool:
    """Whether a parameter holds the number of a page."""
    return key.lower() in _NUMBERS


def _number_keys(fields: dict[str, Any]) -> tuple[str, ...]:
    """The parameters that hold the number of a page, or of the first record of one."""
    flat = _flat(fields)
    found = tuple(key for key in flat if _last(key) in _NUMBERS)
    sized = any(_last(key) in _SIZES for key in flat)
    return found or tuple(key for key in flat if sized and _last(key) in _OFFSETS)


def _flat(fields: dict[str, Any]) -> dict[str, Any]:
    """The parameters, and as ``a/b`` those within one that is an object or a query."""
    flat = dict(fields)
    for name, value in fields.items():
        inner: dict[str, Any] = value if isinstance(value, dict) else {}
        if isinstance(value, str) and "=" in value and "&" in value:
            inner = dict(_pairs(value))
        flat |= {f"{name}/{key}": part for key, part in inner.items()}
    return flat


def _last(key: str) -> str:
    return key.rpartition("/")[2].lower()


def _is_turn(key: str) -> bool:
    return key.lower() in (*_NUMBERS, *_SIZES)


def _backend(
    page: Page, call: Call, posts: bool, as_json: bool, default: tuple[str, ...]
) -> Backend:
    url = absolute(page.url, call.address)
    parts = urlsplit(url)
    query = dict(_pairs(parts.query))
    bare = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    everything = call.fields if posts else query | call.fields
    keys = _number_keys(everything)
    in_query = posts and not keys and bool(_number_keys(query))
    if in_query:
        keys = _number_keys(query)
    flat = _flat(everything)
    sizes = [str(v) for k, v in flat.items() if _last(k) in _SIZES and str(v).isdigit()]
    size = int(sizes[0]) if sizes else 15
    counts = bool(keys) and _last(keys[0]) in _OFFSETS
    zero = not counts and any(str(flat.get(key)) == "0" for key in keys)
    first, step = 0 if zero else 1, size if counts else 0
    keys = keys or default
    known = patterns(page.text)
    if not posts:
        return Backend(bare, everything, api.QUERY, keys, size, first=first, step=step, known=known)
    way = api.JSON if as_json else api.FORM
    return Backend(url, everything, way, keys, size, in_query, first, step=step, known=known)


def _object_named(script: str, endpoint: str, known: dict[str, Value]) -> dict[str, Any]:
    """An object elsewhere in the script that can only be the back end's parameters."""
    if "/fjdzapp/" not in endpoint and "/irs/" not in endpoint:
        return {}
    for key in _POSTED:
        for found in objects_with(script, key, known):
            return dict(found)
    return {}


def _fujian(script: str) -> dict[str, Any]:
    """The search's usual parameters with the channel that the page prints."""
    match = _CHANNEL_NUMBER.search(script)
    return {**_FUJIAN, "classsql": f"chnlid={match.group(1)}"} if match else {}
