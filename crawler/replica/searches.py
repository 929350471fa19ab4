"""The search services that sites offer: how their home pages name them, and what they answer.

Belongs here: the services of several vendors, playing over all entries of a site, listed or not.
Does not belong here: lists of columns (``families``).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import quote, unquote

from crawler.replica.site import Entry, Request, Resource, Response, Site

JSON = "application/json; charset=utf-8"
CODE = "17da70961a7"


def sign(site: Site) -> str:
    """The piece of a home page that leads to the site's search, empty where it has none."""
    kind = site.spec.quirks.get("search")
    return _SIGNS[str(kind)].format(code=CODE, site=site.spec.code) if kind else ""


def address(site: Site) -> str | None:
    """The search as a registry entry names it, None where the site has none."""
    kind = site.spec.quirks.get("search")
    if not kind:
        return None
    return site.base + _REGISTERED[str(kind)].format(code=CODE, site=site.spec.code)


def resources(site: Site) -> dict[str, Resource]:
    """The search's endpoint by path, empty where the site has none."""
    kind = str(site.spec.quirks.get("search") or "")
    if not kind:
        return {}
    path, answer = _ENDPOINTS[kind]
    return {path: lambda request: answer(site, request)}


def _hits(site: Site, words: str, number: int, size: int) -> tuple[list[Entry], int]:
    """Page ``number`` (from 1) of the entries that meet a word, best first, and how many meet."""
    wanted = words.split()
    scored = [
        (sum(word in entry.title for word in wanted), entry.shown, entry.path, entry)
        for entry in site.entries()
        if not entry.hidden
    ]
    found = [s for s in sorted(scored, key=lambda s: s[:3], reverse=True) if s[0]]
    page = found[(number - 1) * size : number * size]
    return [entry for *_, entry in page], len(found)


def _marked(title: str) -> str:
    return f"<em>{escape(title[:4])}</em>{escape(title[4:])}"


def _igs(site: Site, request: Request) -> Response:
    asked = request.arguments
    if asked.get("code") != CODE:
        return Response(500, b"code is missing", "text/plain")
    size = int(asked.get("pageSize", 10))
    hits, total = _hits(site, asked.get("searchWord", ""), int(asked.get("pageNumber", 1)), size)
    content = [
        {
            "title": _marked(e.title),
            "url": site.base + e.path,
            "trs_time": e.shown.isoformat(),
            "trs_site": site.spec.name,
            "content": e.title,
        }
        for e in hits
    ]
    page = {"content": content, "total": total, "totalPages": -(-total // size)}
    return _json({"page": page})


def _irs(site: Site, request: Request) -> Response:
    try:
        asked: dict[str, Any] = json.loads(request.body)
    except ValueError:
        return Response(400, b"", JSON)
    if asked.get("code") != CODE or not asked.get("orderBy") or not asked.get("searchBy"):
        return _json({"code": 400, "data": None})
    size, number = int(asked["pageSize"]), int(asked["pageNo"])
    hits, total = _hits(site, str(asked["searchWord"]), number, size)
    listed = [
        {
            "title": _marked(e.title),
            "titleO": e.title,
            "url": site.base + e.path,
            "docDate": f"{e.shown} 10:00:00",
        }
        for e in hits
    ]
    pager = {"pageNo": number, "pageSize": size, "pageCount": -(-total // size), "total": total}
    return _json({"code": 200, "data": {"middle": {"list": listed}, "pager": pager}})


def _jsearch(site: Site, request: Request) -> Response:
    asked = request.arguments
    if not asked.get("websiteid"):
        return _json({"total": 0, "result": []})
    hits, total = _hits(site, asked.get("q", ""), int(asked.get("p", 1)), int(asked.get("pg", 10)))
    snippets = [
        f'<div class="jcse-result-box"><div class="jcse-news-title"><a target="_blank" '
        f'href="visit/link.do?url={quote(site.base + e.path, safe="")}&q=x">'
        f"{_marked(e.title)}</a></div>"
        f'<span class="jcse-news-date">{e.shown}</span></div>'
        for e in hits
    ]
    return _json({"total": total, "result": snippets})


def _kaipu(site: Site, request: Request) -> Response:
    asked = request.arguments
    size = int(asked.get("pageSize", 10))
    words = unquote(asked.get("searchWord", ""))
    hits, total = _hits(site, words, int(asked.get("pageNum", 0)) + 1, size)
    rows = "".join(
        f'<li><a href="{e.path}" title="{escape(e.title)}">{_marked(e.title)}</a>'
        f"<span>{e.shown}</span></li>"
        for e in hits
    )
    body = f"<html><body><ul>{rows}</ul><p>{total}</p></body></html>"
    return Response(body=body.encode())


def _json(value: object) -> Response:
    return Response(body=json.dumps(value, ensure_ascii=False).encode(), media_type=JSON)


_SIGNS = {
    "igs": '<a href="/igs/front/search.jhtml?code={code}&amp;siteId=71&amp;searchWord=">so</a>',
    "irs": '<script>var so="/irs-c-web/search.shtml?code={code}&dataTypeId=12";</script>',
    "jsearch": '<form action="/jsearchfront/search.do?websiteid=371000000000000" method="post">'
    "</form>",
    "kaipu": '<script>var so="/search5/search/s?siteCode={site}&searchWord=";</script>',
}
_REGISTERED = {
    "igs": "/igs/front/search.jhtml?code={code}&siteId=71",
    "irs": "/irs/front/search?code={code}&dataTypeId=12",
    "jsearch": "/jsearchfront/interfaces/cateSearch.do?websiteid=371000000000000",
    "kaipu": "/search5/search/s?siteCode={site}",
}
_ENDPOINTS: dict[str, tuple[str, Callable[[Site, Request], Response]]] = {
    "igs": ("/igs/front/search.jhtml", _igs),
    "irs": ("/irs/front/search", _irs),
    "jsearch": ("/jsearchfront/interfaces/cateSearch.do", _jsearch),
    "kaipu": ("/search5/search/s", _kaipu),
}
