"""Epoint WebBuilder: a disclosure page without rows, ``webBuilderCommon.js``, a JSON service.

Belongs here: its addresses and quirks: ``wrapped`` (bodies inside ``params`` only),
``one_based`` (pages from 1), ``project`` (name of the service's project).
Does not belong here: what stands in the rows.
"""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

from crawler.replica.families.base import digest
from crawler.replica.families.plain import Plain, answer
from crawler.replica.site import Column, Page, Request, Resource, Response, Site

URL_FIELDS = ("infourl", "visiturl", "linkurl")


class Epoint(Plain):
    """Epoint WebBuilder sites."""

    name = "epoint"
    mark = 'class="ewb-article-detail"'

    def column_path(self, site: Site, column_number: int) -> str:
        """Return the disclosure page with its category."""
        category = f"00300{column_number}"
        return f"/dynamic/zwgk/govInfoPub.html?categorynum={category}"

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return ``/govxxgk/<unit>/YYYY-MM-DD/<guid>.html``."""
        guid = UUID(digest(site.seed, site.spec.host, key))
        path = f"/govxxgk/LY/{shown.isoformat()}/{guid}.html"
        return path, path

    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return nothing: pages are told apart by their query."""
        return {}

    def site_resources(self, site: Site) -> dict[str, Resource]:
        """Return the disclosure page, the settings and the service."""
        project = site.spec.quirks.get("project", "/EWB-FRONT")
        guid = str(UUID(digest(site.spec.host)))
        settings = f'var siteInfo={{"projectName":"{project}","siteGuid":"{guid}"}};'
        script = '<script src="/js/webBuilderCommon.js?v=2"></script>'
        first = site.columns[0]
        shell = self.list_page(
            site, first, lambda: self.page(site, first, '<ul id="list"></ul>', head=script)
        )
        return {
            "/dynamic/zwgk/govInfoPub.html": shell,
            "/js/webBuilderCommon.js": Page(
                settings.encode, shell.modified, "application/javascript"
            ),
            f"{project}/rest/lightfrontaction/getgovinfolist": (
                lambda request: self._list(site, guid, request)
            ),
        }

    def _list(self, site: Site, guid: str, request: Request) -> Response:
        body = json.loads(request.body or "{}")
        if site.spec.quirks.get("wrapped"):
            body = body.get("params", {})
        column = next(
            (c for c in site.columns if c.path.endswith(f"={body.get('categorynum')}")), None
        )
        index = int(body.get("pageIndex", -1)) - bool(site.spec.quirks.get("one_based"))
        if column is None or body.get("siteGuid") != guid or index < 0:
            return answer({"custom": {"total": 0, "data": []}, "status": {"code": 200}})
        size, rows = int(body.get("pageSize", 20)), column.rows()
        data = []
        for at, row in enumerate(rows[index * size : (index + 1) * size]):
            cut = row.title if len(row.title) < 20 else f"{row.title[:18]}..."
            entry = {"title": cut, "realtitle": row.title, "infodate": row.shown.isoformat()}
            urls = dict.fromkeys(URL_FIELDS, "") | {URL_FIELDS[at % 3]: row.href}
            data.append(entry | urls | {"deptname": row.source})
        return answer({"custom": {"total": len(rows), "data": data}, "status": {"code": 200}})
