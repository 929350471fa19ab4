"""Lonsun: lists by ``pageIndex`` or from the label 8888, metadata tables printed twice.

Belongs here: its addresses, both ways of paging, files under ``/group<n>/M00/``. Quirks:
``by_label`` (the page has no rows, its script asks the label), ``per_page``.
Does not belong here: what stands in the rows.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from html import escape

from crawler.replica.families.base import Family, digest, number, pages_data
from crawler.replica.site import Column, Entry, Request, Resource, Response, Site
from crawler.replica.templates import fill


class Lonsun(Family):
    """Lonsun."""

    name = "lonsun"
    landing_path = "/zwgk/index.html"
    article_template = "lonsun_article.html"

    def column_path(self, site: Site, column_number: int) -> str:
        """Return the list of a publishing unit's category."""
        organ, category = self._ids(site, column_number)
        return f"/public/column/{organ}?type=4&action=list&nav=3&catId={category}"

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return ``/public/<organ>/<id>.html``, or ``/public/content/<id>``."""
        post = number(site.seed, site.spec.host, key, low=10**6, high=10**8)
        organ, _ = self._ids(site, column.number)
        path = f"/public/content/{post}" if post % 3 == 0 else f"/public/{organ}/{post}.html"
        return path, path

    def attachment_path(self, article: str, shown: date, key: str) -> tuple[str, str, str]:
        """Return a FastDFS path."""
        name = digest(article, key)
        suffix = key.rsplit(".", 1)[-1]
        path = f"/group3/M00/{name[:2]}/{name[2:4]}/wKg86{name[4:24]}.{suffix}".upper()
        path = path.replace("/GROUP", "/group").replace(suffix.upper(), suffix)
        return path, path, path

    def site_resources(self, site: Site) -> dict[str, Resource]:
        """Return the label."""
        return {"/site/label/8888": partial(self._label, site)}

    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return the list; its query says which page."""
        return {column.path.split("?")[0]: partial(self._list, site, column)}

    @staticmethod
    def _ids(site: Site, column_number: int) -> tuple[int, int]:
        organ = number(site.seed, site.spec.host, "organ", column_number, low=20000, high=99999)
        category = number(site.seed, site.spec.host, "cat", column_number, low=10**6, high=10**7)
        return organ, category

    @staticmethod
    def _page(site: Site, column: Column, request: Request) -> tuple[list[Entry], int]:
        size = int(site.spec.quirks.get("per_page", 15))
        rows = column.rows()
        page = max(1, int(request.arguments.get("pageIndex") or 1))
        return rows[(page - 1) * size : page * size], max(1, -(-len(rows) // size))

    def _list(self, site: Site, column: Column, request: Request) -> Response:
        words = pages_data()
        rows, pages = self._page(site, column, request)
        organ, category = self._ids(site, column.number)
        content = _lines(rows)
        script = (
            f"$('#page_public_info').pagination({{ pageIndex:1, pageCount:{pages}, size:15 }});"
        )
        if site.spec.quirks.get("by_label"):
            content = '<div id="tab_0_0"></div>'
            script = (
                f'var yxCatId = "{category}"; var organId = {organ};\n'
                "Ls.ajax({ url: '/site/label/8888?labelName=publicInfoList&siteId='"
                " + $('meta[name=SiteId]').attr('content') + '&isDate=true&active=0',"
                " data: { labelName: 'publicInfoList', pageSize: 15, pageIndex: 1, type: 4,"
                " organId: organId, catIds: yxCatId, action: 'list', fuzzySearch: false,"
                " file: '/jh5/publicInfoList_xzgfk' } });"
            )
        site_id = number(site.seed, site.spec.host, "site", low=10**6, high=10**7)
        text = fill(
            "family_list.html",
            column=column.name,
            head=f'<meta name="SiteId" content="{site_id}">',
            content=content,
            script=script,
            breadcrumb=words["breadcrumb"],
            landing=words["landing_name"],
            landing_path=self.landing_path,
            **self.frame(site),
        )
        return Response(body=text.encode())

    def _label(self, site: Site, request: Request) -> Response:
        asked = request.arguments
        site_id = number(site.seed, site.spec.host, "site", low=10**6, high=10**7)
        for column in site.columns:
            organ, category = self._ids(site, column.number)
            ids = asked.get("catIds") or asked.get("catId")
            if (asked.get("organId"), ids, asked.get("siteId")) == (
                str(organ),
                str(category),
                str(site_id),
            ):
                rows, pages = self._page(site, column, request)
                script = f"<script>var pager = {{ pageCount:{pages}, }};</script>"
                return Response(body=(_lines(rows) + script).encode())
        return Response(body=b'<div class="nodata"></div>')


def _lines(rows: list[Entry]) -> str:
    lines = "\n".join(
        f'<li><div class="title"><a href="{row.href}" title="{escape(row.title)}" class="title">'
        f'{escape(row.title)}</a></div><span class="date">{row.shown.isoformat()}</span></li>'
        for row in rows
    )
    return f'<ul class="clearfix xxgk_nav_list">\n{lines}\n</ul>'
