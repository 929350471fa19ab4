"""TrueCMS: hidden ``#initData`` rows, JSONP service that refuses without Referer or above its cap.

Belongs here: its addresses and quirks: ``inline`` (rows in the page, 60), ``cap`` (rows a request
may ask for), ``over`` (``empty`` or ``404`` above it), ``shut`` (no service).
Does not belong here: what stands in the rows.
"""

from __future__ import annotations

import json
from datetime import date
from html import escape
from uuid import UUID

from crawler.replica.families.base import digest
from crawler.replica.families.plain import JSON, Plain, whole
from crawler.replica.site import Column, Entry, Request, Resource, Response, Site

SERVICE = "/truecms/messageController/getMessage.do"


class Truecms(Plain):
    """TrueCMS sites."""

    name = "truecms"
    mark = 'class="article-content"'

    def column_path(self, site: Site, column_number: int) -> str:
        """Return ``/<site>/<column>/<column>.html``."""
        name = f"zfxxgknb{column_number or ''}"
        return f"/{site.spec.host.split('.')[1]}/{name}/{name}.html"

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return ``/<site>/<column>/content/<guid>.html``."""
        guid = UUID(digest(site.seed, site.spec.host, key))
        path = f"{column.path.rsplit('/', 1)[0]}/content/{guid}.html"
        return path, path

    @staticmethod
    def _id(site: Site, column: Column) -> str:
        return str(UUID(digest(site.spec.host, column.number)))

    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return the column page."""
        rows = column.rows()
        inline = rows[: int(site.spec.quirks.get("inline", 60))]
        hidden = "".join(_row(row, at) for at, row in enumerate(inline))
        script = (
            f"<script>var opts = {{columnId:'{self._id(site, column)}',proxyUrl:'{SERVICE}',"
            f"perPage:20,totalRecord:{len(rows)},contentTemplate:''}};</script>"
        )
        body = f'<ul id="initData" style="display:none">{hidden}</ul><ul id="shown"></ul>'
        text = self.page(site, column, body, pager=script)
        return {column.path: self.made(site, column, text)}

    def site_resources(self, site: Site) -> dict[str, Resource]:
        """Return the service, unless it is shut."""
        if site.spec.quirks.get("shut"):
            return {}
        return {SERVICE: lambda request: self._service(site, request)}

    def _service(self, site: Site, request: Request) -> Response:
        arguments = request.arguments
        first = whole(arguments.get("startrecord"), 1)
        last = whole(arguments.get("endrecord"), 15)
        cap = int(site.spec.quirks.get("cap", 50))
        over = max(last - first + 1, whole(arguments.get("perpage"), 15)) > cap
        if "Referer" not in request.headers or (over and site.spec.quirks.get("over") == "404"):
            return Response(404)
        rows: list[Entry] = []
        for column in site.columns:
            if arguments.get("columnId") == self._id(site, column) and not over:
                rows = column.rows()
        records = "".join(
            f"<record><![CDATA[{_row(row, at)}]]></record>"
            for at, row in enumerate(rows[first - 1 : last])
        )
        data = f"<datastore><totalrecord>{len(rows)}</totalrecord>{records}</datastore>"
        body = json.dumps({"result": data}, ensure_ascii=False)
        return Response(body=f"{arguments.get('callback')}({body})".encode(), media_type=JSON)


def _row(row: Entry, at: int) -> str:
    """Return a row; every other one opens by a script."""
    shown = row.shown.isoformat()
    if at % 2:
        return (
            f'<li><a href="javascript:void(0)" onclick="name2(\'{row.href}\')">'
            f"{escape(row.title)}</a>[{shown}]</li>"
        )
    return f'<li><a href="{row.href}">{escape(row.title)}</a><span>{shown}</span></li>'
