"""How TRS sites print and turn their lists, beyond plain files counted from 0.

Belongs here: paging calls of every dialect, rows written by scripts, static JSON lists, and the
back ends WAS5, fjdzapp, IGS and IRS with the scripts that name them.
Does not belong here: addresses of articles, plain list pages (``trs``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from crawler.replica.families.base import number, pages_data
from crawler.replica.site import Column, Entry, Request, Response, Site

JSON = "application/json; charset=utf-8"
ENDPOINTS = {
    "was5": "/was5/web/search",
    "fjdzapp": "/fjdzapp/search",
    "igs": "/igs/front/search/publish/data/list.html",
    "irs": "/irs/front/search",
}
_CALLS = {
    "call": 'createPageHTML({pages}, {shown}, "index", "{extension}");',
    "records": 'createPageHTML({records}, {pages}, {shown}, "index", "{extension}");',
    "create": 'createPage({pages}, {shown}, "index", "{extension}");',
    "styled": "createPageHTML('page_div', {pages}, {shown}, 'index', '{extension}', {records});",
    "nset": "nsetpage({pages}, {shown}, {records});",
    "count": "var currentPage = {shown}; var countPage = {pages}//",
    "words": "",
}


def paging_call(site: Site, page: int, pages: int, records: int) -> str:
    """Return the call at the foot of a list page; ``page`` counts from 0."""
    quirks = site.spec.quirks
    form = _CALLS["records" if quirks.get("records_first") else quirks.get("pager", "call")]
    shown = page + int(quirks.get("prints", 0))
    extension = quirks.get("extension", "html")
    return form.format(pages=pages, shown=shown, records=records, extension=extension)


def paging_words(site: Site, pages: int) -> str:
    """Return the pager in words, for sites that print it instead of a call."""
    if site.spec.quirks.get("pager") != "words":
        return ""
    words = pages_data()
    total = words["total_pages"].format(pages=pages)
    return f'<div>{total} <a href="javascript:go()">{words["next_page"]}</a></div>'


def hidden_rows(site: Site) -> str:
    """Return a test row that the site's script hides."""
    title = pages_data()["hidden_row"]
    return f'<li><i class="flag"></i><a href="./209901/t20990101_1.html">{title}</a></li>'


def script_row(row: Entry) -> str:
    """Return a row as an inline script writes it."""
    return (
        f'<script>var url="{row.href}"; var title="{row.title}"; var FILENUM="";'
        f' var pubdate="{row.shown.isoformat()}";'
        'document.writeln("<li><a href=\'"+url+"\'>"+title+"</a></li>");</script>'
    )


def json_list(rows: Sequence[Entry]) -> bytes:
    """Return the list that lies as a file beside the page."""
    items = [
        {
            "URL": row.href,
            "FILENAME": row.title,
            "DOCRELTIME": f"{row.shown.isoformat()} 09:30:00",
            "order": n,
        }
        for n, row in enumerate(rows)
    ]
    return json.dumps({"data": items}, ensure_ascii=False).encode()


def channel(site: Site, column: Column) -> str:
    """Return the column's number in the back ends."""
    return str(number(site.seed, site.spec.host, "channel", column.number, low=1000, high=99999))


def backend_script(site: Site, column: Column) -> str:
    """Return the script by which a page without rows asks its back end."""
    kind, chnl = site.spec.quirks["rows_by"], channel(site, column)
    size = int(site.spec.quirks.get("per_page", 20))
    if kind == "was5":
        return (
            f'var chnlid = "{chnl}"; var page = 1;\n$.ajax({{ url: "/was5/web/search?channelid='
            '291575&sortfield=-docreltime&classsql=chnlid%3D" + chnlid + '
            f'"&prepage={size}&page=" + page, dataType: "json", success: draw }});'
        )
    if kind == "fjdzapp":
        return (
            '$.ajax({ url: "/fjdzapp/search", type: "post", data: { channelid: "229105", '
            f'sortfield: "-docorderpri,-docreltime", classsql: "chnlid={chnl}", '
            f"cache: true, page: 1, prepage: {size} }}, success: draw }});"
        )
    if kind == "igs":
        return (
            "var address = '/igs/front/search/publish/data/list.html?index=wzqsearch&siteId=71'"
            f" + '&pageSize={size}&orderProperty=DOCRELTIME&filter[CHANNELID]={chnl}'"
            " + '&pageIndex=1&pageNumber=1';"
        )
    body = {
        "code": "17e50b77dab",
        "dataTypeId": "69",
        "searchWord": "",
        "orderBy": "time",
        "searchBy": "title",
        "pageNo": 1,
        "pageSize": size,
        "customFilter": {
            "operator": "and",
            "properties": [{"property": "channel_id", "operator": "eq", "value": chnl}],
        },
    }
    return (
        f"var params = {json.dumps(body)};\n$.ajax({{ url: '/irs/front/search', type: 'POST', "
        "contentType: 'application/json', data: JSON.stringify(params), success: draw });"
    )


def answer(site: Site, request: Request) -> Response:
    """Answer for a back end."""
    kind = site.spec.quirks["rows_by"]
    asked: dict[str, Any] = dict(request.arguments)
    if kind == "irs":
        asked = json.loads(request.body or "{}")
        if not (asked.get("orderBy") and asked.get("searchBy")):
            return _json({"code": 500, "message": "orderBy"})
    wanted = {
        "was5": str(asked.get("classsql", "")).removeprefix("chnlid="),
        "fjdzapp": str(asked.get("classsql", "")).removeprefix("chnlid="),
        "igs": asked.get("filter[CHANNELID]"),
        "irs": _property(asked),
    }[kind]
    rows = [r for c in site.columns if channel(site, c) == wanted for r in c.rows()]
    size = max(1, int(asked.get("prepage") or asked.get("pageSize") or 15))
    page = max(1, int(asked.get("page") or asked.get("pageNumber") or asked.get("pageNo") or 1))
    pages, part = -(-len(rows) // size), rows[(page - 1) * size : page * size]
    addresses = [site.base + row.path for row in part]
    return _json(_shape(kind, part, addresses, {"pages": pages, "total": len(rows), "page": page}))


def _property(asked: dict[str, Any]) -> str:
    properties = asked.get("customFilter", {}).get("properties", [])
    return next((p["value"] for p in properties if p["property"] == "channel_id"), "")


def _shape(kind: str, rows: Sequence[Entry], urls: Sequence[str], turn: dict[str, int]) -> Any:
    days = [row.shown.isoformat() for row in rows]
    titles = [escape(row.title) for row in rows]
    cells = list(zip(urls, titles, days, strict=True))
    if kind == "was5":
        docs = [{"url": u, "title": t, "pubtime": d} for u, t, d in cells]
        return {"pagenum": turn["pages"], "docs": docs}
    if kind == "fjdzapp":
        docs = [{"docpuburl": u, "doctitle": t, "docreltime": d} for u, t, d in cells]
        return {"data": docs, "pageCount": turn["pages"]}
    if kind == "igs":
        docs = [{"DOCPUBURL": u, "DOCTITLE": t, "DOCRELTIME": d} for u, t, d in cells]
        return {"page": {"content": docs, "total": turn["total"], "totalPages": turn["pages"]}}
    docs = [{"url": u, "titleO": t, "title": f"<em>{t}</em>", "docDate": d} for u, t, d in cells]
    pager = {"pageNo": turn["page"], "pageCount": turn["pages"], "total": turn["total"]}
    return {"data": {"middle": {"list": docs}, "pager": pager}}


def _json(value: Any) -> Response:
    return Response(body=json.dumps(value, ensure_ascii=False).encode(), media_type=JSON)
