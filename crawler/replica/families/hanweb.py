"""Hanweb jcms with the jpage list: inline datastore, then ``dataproxy.jsp`` for the rest.

Belongs here: its addresses, list page, proxy answers, and their quirks:
``ignore_startrecord`` (only ``page`` counts), ``cap`` (rows a POST returns at most, 100),
``split_dates`` (line breaks inside dates), ``old_proxy`` (``/module/jpage/``), ``short_titles``
(long titles cut in the link text, whole in its ``title``).
Does not belong here: what stands in the rows.
"""

from __future__ import annotations

from datetime import date
from html import escape
from urllib.parse import quote

from crawler.replica.families.base import Family, digest, number
from crawler.replica.site import Column, Entry, Request, Resource, Response, Site
from crawler.replica.templates import fill

GROUP = 45
PER_PAGE = 15
XML = "text/xml; charset=utf-8"
# what a deep page answers instead of rows: 54 bytes
EMPTY = b"<datastore><recordset></recordset></datastore>        "


class Hanweb(Family):
    """Hanweb jpage."""

    name = "hanweb"
    landing_path = "/col/col9001/index.html"
    article_template = "hanweb_article.html"

    def column_path(self, site: Site, column_number: int) -> str:
        """Return ``/col/col<id>/index.html``."""
        return f"/col/col{self._column_id(site, column_number)}/index.html"

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return ``/art/YYYY/M/D/art_<column>_<id>.html``, month and day not padded."""
        article = number(site.seed, site.spec.host, key, low=100000, high=9999999)
        identity = f"{self._column_id(site, column.number)}_{article}"
        path = f"/art/{shown.year}/{shown.month}/{shown.day}/art_{identity}.html"
        return path, path

    def attachment_path(self, article: str, shown: date, key: str) -> tuple[str, str, str]:
        """Return the ``downfile.jsp`` address, the same as link, and ``/attach/0/``."""
        file = f"{digest(article, key)}.{key.rsplit('.', 1)[-1]}"
        path = f"/module/download/downfile.jsp?classid=0&filename={file}"
        return path, path, f"/attach/0/{file}"

    def site_resources(self, site: Site) -> dict[str, Resource]:
        """Return ``downfile.jsp`` and the list proxy."""
        old = site.spec.quirks.get("old_proxy")
        proxy = "/module/jpage/dataproxy.jsp" if old else "/module/web/jpage/dataproxy.jsp"
        return {
            "/module/download/downfile.jsp": self._download,
            proxy: lambda request: self._proxy(site, request),
        }

    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return the column page; rows beyond its first group come from the proxy."""
        return {column.path: self.list_page(site, column, lambda: self._column(site, column))}

    @staticmethod
    def _column_id(site: Site, column_number: int) -> int:
        return number(site.seed, site.spec.host, column_number, low=10000, high=199999)

    @staticmethod
    def _unit(site: Site, column_number: int) -> int:
        return number(site.seed, site.spec.host, "unit", column_number, low=20000, high=599999)

    @staticmethod
    def _download(request: Request) -> Response:
        file = request.arguments.get("filename", "")
        return Response(302, headers={"Location": f"/attach/0/{quote(file)}"})

    def _parameters(self, site: Site, column: Column) -> dict[str, object]:
        web = number(site.seed, site.spec.host, "web", low=1, high=99)
        return {
            "webid": web,
            "path": "/",
            "columnid": self._column_id(site, column.number),
            "unitid": self._unit(site, column.number),
            "webname": site.spec.name,
            "permissiontype": 0,
        }

    def _proxy_path(self, site: Site) -> str:
        folder = "jpage" if site.spec.quirks.get("old_proxy") else "web/jpage"
        return f"/module/{folder}/dataproxy.jsp"

    def _nextgroup(self, site: Site, column: Column, page: int) -> str:
        if page * GROUP >= len(column.rows()):
            return ""
        query = "&".join(
            f"{key}={quote(str(value), safe='/')}"
            for key, value in self._parameters(site, column).items()
        )
        link = f"{self._proxy_path(site)}?page={page + 1}&appid=1&appid=1&{query}"
        return f'<nextgroup><![CDATA[<a href="{link}"></a>]]></nextgroup>\n'

    def _column(self, site: Site, column: Column) -> str:
        rows = column.rows()
        params = {"col": 1, "appid": 1, **self._parameters(site, column), "sourceContentType": 1}
        return fill(
            "hanweb_column.html",
            column=column.name,
            unit=self._unit(site, column.number),
            nextgroup=self._nextgroup(site, column, 1),
            records=self._records(site, rows[:GROUP]),
            total=len(rows),
            per_page=PER_PAGE,
            proxy=self._proxy_path(site),
            params=",".join(f"{key}:'{value}'" for key, value in params.items()),
            **self.frame(site),
        )

    def _records(self, site: Site, rows: list[Entry]) -> str:
        return "".join(f"<record><![CDATA[\n{self._row(site, row)}]]></record>\n" for row in rows)

    def _row(self, site: Site, row: Entry) -> str:
        quirks = site.spec.quirks
        text = row.title
        if quirks.get("short_titles") and len(text) > 24:
            text = text[:22] + "..."
        shown = row.shown.isoformat()
        if quirks.get("split_dates"):
            shown = shown.replace("-", "-\n")
        if quirks.get("table_rows"):
            return (
                f'<tr><td><a href="{row.href}" title="{escape(row.title)}" target="_blank">'
                f"{escape(text)}</a></td><td>[{shown}]</td></tr>"
            )
        return (
            f'<li><a href="{row.href}" title="{escape(row.title)}" target="_blank">'
            f"{escape(text)}</a><span>{shown}</span></li>"
        )

    def _proxy(self, site: Site, request: Request) -> Response:
        arguments = request.arguments
        asked = (arguments.get("columnid"), arguments.get("unitid"))
        for column in site.columns:
            known = self._parameters(site, column)
            if asked == (str(known["columnid"]), str(known["unitid"])):
                return Response(body=self._group(site, column, arguments), media_type=XML)
        return Response(body=EMPTY, media_type=XML)

    def _group(self, site: Site, column: Column, arguments: dict[str, str]) -> bytes:
        rows = column.rows()
        page = _whole(arguments.get("page"), 1)
        if "startrecord" in arguments and not site.spec.quirks.get("ignore_startrecord"):
            first = max(1, _whole(arguments["startrecord"], 1))
            last = _whole(arguments.get("endrecord"), first + GROUP - 1)
            cap = int(site.spec.quirks.get("cap", 100))
            found = rows[first - 1 : min(last, first - 1 + cap)]
            following = ""
        else:
            found = rows[(page - 1) * GROUP : page * GROUP]
            following = self._nextgroup(site, column, page)
        if not found:
            return EMPTY
        pages = -(-len(rows) // PER_PAGE)
        return (
            f"<datastore>\n<totalrecord>{len(rows)}</totalrecord>\n<totalpage>{pages}</totalpage>\n"
            f"{following}<recordset>\n{self._records(site, found)}</recordset>\n</datastore>"
        ).encode()


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() else default
