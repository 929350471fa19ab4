"""Hanweb jpaas: a column page of units that a gateway builds.

Belongs here: ``bulidstatic`` units with single-quoted ``querydata``, the gateway that turns pages
by ``paramJson`` alone and gives page 1 for everything else, protocol-relative links. Quirk:
``hash_articles`` (articles under 32 hexadecimal digits), ``per_page``.
Does not belong here: what stands in the rows.
"""

from __future__ import annotations

import json
from datetime import date
from html import escape

from crawler.replica.families.base import digest, number, pages_data
from crawler.replica.families.hanweb import Hanweb
from crawler.replica.site import Column, Request, Resource, Response, Site
from crawler.replica.templates import fill

GATEWAY = "/api-gateway/jpaas-publish-server/front/page/build/unit"


class HanwebJpaas(Hanweb):
    """Hanweb jpaas."""

    name = "hanweb_jpaas"

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return ``/art/…`` and its link without scheme."""
        path, _ = super().article_path(site, column, shown, key)
        if site.spec.quirks.get("hash_articles"):
            path = f"/art/{shown.year}/art_{digest(site.seed, site.spec.host, key)}.html"
        return path, f"//{site.spec.host}{path}"

    def site_resources(self, site: Site) -> dict[str, Resource]:
        """Return ``downfile.jsp`` and the gateway."""
        return {
            "/module/download/downfile.jsp": self._download,
            GATEWAY: lambda request: self._unit_of(site, request),
        }

    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return the column page."""
        return {column.path: self.list_page(site, column, lambda: self._column(site, column))}

    def _query(self, site: Site, column: Column, tag: str) -> dict[str, str]:
        return {
            "parseType": "bulidstatic",
            "webId": str(number(site.seed, site.spec.host, "web", low=1, high=4000)),
            "tplSetId": digest(site.seed, site.spec.host, "tpl")[:21],
            "pageType": "column",
            "tagId": tag,
            "editType": "null",
            "pageId": str(self._column_id(site, column.number)),
        }

    def _column(self, site: Site, column: Column) -> str:
        words = pages_data()
        tags = (words["position_unit"], words["list_unit"])
        units = "\n".join(
            f'<div class="unit"><script type="text/javascript" parsetype="bulidstatic" '
            f'url="{GATEWAY}" querydata="{_single_quoted(self._query(site, column, tag))}">'
            "</script></div>"
            for tag in tags
        )
        return fill(
            "family_list.html",
            column=column.name,
            head="",
            content=units,
            script="",
            breadcrumb=words["breadcrumb"],
            landing=words["landing_name"],
            landing_path=self.landing_path,
            **self.frame(site),
        )

    def _unit_of(self, site: Site, request: Request) -> Response:
        arguments = request.arguments
        markup = ""
        for column in site.columns:
            if arguments.get("pageId") == str(self._column_id(site, column.number)):
                markup = self._markup(site, column, arguments)
        answer = {"success": True, "message": "", "data": {"html": markup}}
        body = json.dumps(answer, ensure_ascii=False).encode()
        return Response(body=body, media_type="application/json; charset=utf-8")

    def _markup(self, site: Site, column: Column, arguments: dict[str, str]) -> str:
        words = pages_data()
        if arguments.get("tagId") != words["list_unit"]:
            return f'<a href="{self.landing_path}">{words["landing_name"]}</a>'
        turn = json.loads(arguments.get("paramJson") or "{}")
        size = int(site.spec.quirks.get("per_page", 15))
        page, rows = int(turn.get("pageNo", 1)), column.rows()
        lines = "\n".join(
            f'<li class="clearfix"><a class="bt-left" href="{row.href}" '
            f'title="{escape(row.title)}">{escape(row.title[:18])}...</a>'
            f'<b class="bt-right">{row.shown.isoformat()}</b></li>'
            for row in rows[(page - 1) * size : page * size]
        )
        pager = f'<div class="pagination" rows="{size}" count="{len(rows)}"></div>'
        return f'<div class="page-content"><ul class="lmy-list-ul">{lines}</ul></div>{pager}'


def _single_quoted(query: dict[str, str]) -> str:
    return "{" + ",".join(f"'{key}':'{value}'" for key, value in query.items()) + "}"
