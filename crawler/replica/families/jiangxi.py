"""The Jiangxi platform: a Hanweb-looking column, rows from a POST, JSON nested as text.

Belongs here: its addresses and the service. Does not belong here: what stands in the rows.
"""

from __future__ import annotations

import json
from datetime import date

from crawler.replica.families.base import digest, number
from crawler.replica.families.plain import Plain, answer, form_of, whole
from crawler.replica.site import Column, Request, Resource, Response, Site


class Jiangxi(Plain):
    """Sites of the Jiangxi platform."""

    name = "jiangxi"
    mark = 'class="jgzn_content"'

    def column_path(self, site: Site, column_number: int) -> str:
        """Return ``/<site>/col/col<id>/index.html``."""
        no = number(site.seed, site.spec.host, column_number, low=10000, high=99999)
        return f"/{self._code(site)}/col/col{no}/index.html"

    @staticmethod
    def _code(site: Site) -> str:
        return site.spec.host.split(".")[1]

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return ``/<site>/<channel>/YYYYMM/<32hex>.shtml``."""
        channel = column.path.split("/")[3]
        name = digest(site.seed, site.spec.host, key)
        path = f"/{self._code(site)}/{channel}/{shown:%Y%m}/{name}.shtml"
        return path, path

    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return the column page, without rows."""
        unit = number(site.spec.host, column.number, low=10**5, high=10**6)
        data = f"{{unitid:'{unit}',perPage:{self.size(site)}}}"
        script = f"<script>$.post('/queryList', {data}, draw);</script>"
        text = self.page(site, column, f'<div id="div{unit}"></div>', pager=script)
        return {column.path: self.made(site, column, text)}

    def site_resources(self, site: Site) -> dict[str, Resource]:
        """Return the service."""
        return {"/queryList": lambda request: self._query(site, request)}

    def _query(self, site: Site, request: Request) -> Response:
        form = form_of(request)
        rows = []
        for column in site.columns:
            unit = number(site.spec.host, column.number, low=10**5, high=10**6)
            asked = (form.get("webSiteCode[]"), form.get("channelCode[]"), form.get("unitid"))
            if asked == (self._code(site), column.path.split("/")[3], str(unit)):
                rows = column.rows()
        if request.method != "POST" or request.headers.get("X-Requested-With") is None:
            return Response(403)
        size = whole(form.get("pageSize"), 15)
        at = (whole(form.get("current"), 1) - 1) * size
        results = [
            {
                "source": {
                    "title": row.title,
                    "pubDate": f"{row.shown.isoformat()} 09:30:00",
                    "content": "",
                    "metadata": json.dumps({"index": digest(row.path)[:8]}),
                    "images": "[]",
                    "urls": json.dumps({"pc": row.href}),
                }
            }
            for row in rows[at : at + size]
        ]
        return answer({"success": True, "data": {"results": results, "total": len(rows)}})
