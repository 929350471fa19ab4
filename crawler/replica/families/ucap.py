"""UCAP: ``common_list.shtml`` pages over a JSON search, articles under 32 hexadecimal digits.

Belongs here: its addresses, list pages, search endpoint and quirks: ``rows_by_script`` (the list
page has no rows, the search has them), ``short_path`` (search under ``/search/``), ``list_path``
(under ``/<site>/searchList/``), ``html_only`` (the search knows no JSON), ``per_page``.
Does not belong here: what stands in the rows.
"""

from __future__ import annotations

import json
import re
from datetime import date
from functools import partial
from html import escape

from crawler.replica.families.base import Family, digest, number, pages_data
from crawler.replica.site import Column, Entry, Request, Resource, Response, Site
from crawler.replica.templates import fill

JSON = "application/json; charset=utf-8"
TAGS = re.compile(r"<[^>]+>")


class Ucap(Family):
    """UCAP sites."""

    name = "ucap"
    landing_path = "/zfxxgk/index.shtml"
    article_template = "ucap_article.html"

    def column_path(self, site: Site, column_number: int) -> str:
        """Return ``/<site>/c<6 digits>/common_list.shtml``."""
        return f"{self._folder(site, column_number)}/common_list.shtml"

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return ``/<site>/c<6 digits>/YYYYMM/<32hex>.shtml``."""
        name = digest(site.seed, site.spec.host, key)
        path = f"{self._folder(site, column.number)}/{shown:%Y%m}/{name}.shtml"
        return path, path

    def attachment_path(self, article: str, shown: date, key: str) -> tuple[str, str, str]:
        """Return ``<article>/files/<32hex>.<extension>``; the link starts at the root."""
        folder = article.removesuffix(".shtml")
        path = f"{folder}/files/{digest(article, key)}.{key.rsplit('.', 1)[-1]}"
        return path, path, path

    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return list pages and the search endpoint of the column."""
        size = self._size(site)
        by_script = bool(site.spec.quirks.get("rows_by_script"))
        pages = 1 if by_script else max(1, -(-len(column.rows()) // size))
        found: dict[str, Resource] = {}
        for page in range(1, pages + 1):
            suffix = f"_{page}" if page > 1 else ""
            path = column.path.replace(".shtml", f"{suffix}.shtml")
            found[path] = self.list_page(
                site, column, partial(self._list, site, column, page, pages)
            )
        root = self._search_root(site)
        found[f"{root}/{self._channel(site, column)}"] = partial(self._search, site, column)
        return found

    @staticmethod
    def _search_root(site: Site) -> str:
        if site.spec.quirks.get("list_path"):
            return "/site/searchList"
        return "/search" if site.spec.quirks.get("short_path") else "/common/search"

    def _folder(self, site: Site, column_number: int) -> str:
        label = site.spec.host.removeprefix("www.").split(".")[0]
        code = number(site.seed, site.spec.host, column_number, low=100000, high=199999)
        return f"/{label}/c{code}"

    @staticmethod
    def _channel(site: Site, column: Column) -> str:
        return digest(site.seed, site.spec.host, "channel", column.number)

    @staticmethod
    def _size(site: Site) -> int:
        return int(site.spec.quirks.get("per_page", 15))

    def _list(self, site: Site, column: Column, page: int, pages: int) -> str:
        size = self._size(site)
        rows = column.rows()
        items, pager = "", ""
        if not site.spec.quirks.get("rows_by_script"):
            items = "\n".join(map(self._row, rows[(page - 1) * size : page * size]))
            pager = (
                f"createPageHTML('page_div', {pages}, {page}, 'common_list', 'shtml', {len(rows)});"
            )
        words = pages_data()
        text = fill(
            "ucap_column.html",
            column=column.name,
            rows=items,
            channel=self._channel(site, column),
            per_page=size,
            pager=pager,
            landing=words["landing_name"],
            landing_path=self.landing_path,
            breadcrumb=words["breadcrumb"],
            **self.frame(site),
        )
        return text.replace("/common/search/", f"{self._search_root(site)}/")

    @staticmethod
    def _row(row: Entry) -> str:
        return (
            f'<li><div class="title"><a href="{row.href}" target="_blank" '
            f'title="{escape(row.title)}">{escape(row.title)}</a></div>'
            f'<div class="date">{row.shown.isoformat()}</div></li>'
        )

    def _search(self, site: Site, column: Column, request: Request) -> Response:
        arguments = request.arguments
        rows = column.rows()
        size = max(1, int(arguments.get("_pageSize") or self._size(site)))
        page = max(1, int(arguments.get("page") or 1))
        found = rows[(page - 1) * size : page * size]
        if site.spec.quirks.get("html_only") and arguments.get("_isJson") == "true":
            return Response(body=b"<html><body></body></html>")
        if arguments.get("_isJson") == "false":
            items = "\n".join(map(self._row, found))
            return Response(body=f'<ul id="body">\n{items}\n</ul>'.encode())
        results = [self._result(site, column, row) for row in found]
        data = {"total": len(rows), "page": page, "rows": size, "results": results}
        body = json.dumps({"data": data, "code": 200}, ensure_ascii=False).encode()
        return Response(body=body, media_type=JSON)

    def _result(self, site: Site, column: Column, row: Entry) -> dict[str, object]:
        html = row.body()
        known = {
            "indexnumber": digest(row.path)[:12],
            "pubdate": row.shown.isoformat(),
            "writedate": row.shown.isoformat(),
            "source": row.source,
            "refno": "",
        }
        return {
            "title": row.title,
            "subTitle": "",
            "url": row.href,
            "channelName": column.name,
            "content": TAGS.sub("", html)[:1500],
            "contentHtml": html,
            "publishedTimeStr": f"{row.shown.isoformat()} 09:30:00",
            "domainMetaList": [
                {"resultList": [{"key": key, "value": value} for key, value in known.items()]}
            ],
        }
