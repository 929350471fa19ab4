"""TRS WCM: static folders with ``index.html``, ``index_1.html`` and so on.

Belongs here: its addresses, list pages and quirks: ``extension`` (html, htm, shtml),
``records_first`` (``createPageHTML`` begins with the number of records), ``stub`` (a 350-byte page
instead of 404 past the end), ``per_page``, ``dates_off`` (the address's date is not the shown one),
``folder`` (path of the column).
Does not belong here: what stands in the rows.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial
from html import escape

from crawler.replica.families.base import Family, digest, number, pages_data
from crawler.replica.site import Column, Request, Resource, Response, Site
from crawler.replica.templates import fill

FOLDERS = ("zfxxgknb", "bmnb")
# every seventh article stands in a folder beside the column's, reached by ../
CROSS_FOLDER = "tzgg"
STUB = (
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />'
    '<meta http-equiv="refresh" content="0; url=./" /><title></title></head><body></body></html>'
)


class Trs(Family):
    """TRS WCM static sites."""

    name = "trs"
    landing_path = "/zwgk/zfxxgk/"
    article_template = "trs_article.html"

    def column_path(self, site: Site, column_number: int) -> str:
        """Return a folder path."""
        root = site.spec.quirks.get("folder", "/zwgk/zfxxgk")
        return f"{root}/{FOLDERS[column_number]}/"

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return ``<folder>/YYYYMM/tYYYYMMDD_<id>.<extension>`` and its relative link."""
        extension = site.spec.quirks.get("extension", "html")
        article = number(site.seed, site.spec.host, key, low=100000, high=9999999)
        made = shown
        if site.spec.quirks.get("dates_off") and article % 3 == 0:
            made = shown + timedelta(days=article % 200)
        name = f"{made:%Y%m}/t{made:%Y%m%d}_{article}.{extension}"
        if article % 7 == 0:
            folder = column.path.rstrip("/").rsplit("/", 2)[0]
            return f"{folder}/{CROSS_FOLDER}/{name}", f"../../{CROSS_FOLDER}/{name}"
        return f"{column.path}{name}", f"./{name}"

    def attachment_path(self, article: str, shown: date, key: str) -> tuple[str, str, str]:
        """Return ``P0…`` in the article's folder and the relative link."""
        stamp = int(digest(article, key), 16) % 10**12
        name = f"P0{shown:%Y%m%d}{stamp:012d}.{key.rsplit('.', 1)[-1]}"
        folder = article.rsplit("/", 1)[0]
        return f"{folder}/{name}", f"./{name}", f"{folder}/{name}"

    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return the list pages; the first also under its file name."""
        size = int(site.spec.quirks.get("per_page", 20))
        pages = max(1, -(-len(column.rows()) // size))
        found: dict[str, Resource] = {}
        for page in range(pages):
            listed = self.list_page(
                site, column, partial(self._list, site, column, page, pages, size)
            )
            found[self._page_path(site, column, page)] = listed
            if page == 0:
                found[column.path] = listed
        return found

    def missing(self, site: Site, request: Request) -> Response:
        """Answer 404, or where the site does so a stub for list pages past the end."""
        if site.spec.quirks.get("stub") and re.search(r"/index_\d+\.\w+$", request.path):
            return Response(body=STUB.encode().ljust(350))
        return super().missing(site, request)

    def _page_path(self, site: Site, column: Column, page: int) -> str:
        extension = site.spec.quirks.get("extension", "html")
        return f"{column.path}index{f'_{page}' if page else ''}.{extension}"

    def _list(self, site: Site, column: Column, page: int, pages: int, size: int) -> str:
        rows = column.rows()
        extension = site.spec.quirks.get("extension", "html")
        arguments = f'{pages}, {page}, "index", "{extension}"'
        if site.spec.quirks.get("records_first"):
            arguments = f"{len(rows)}, {arguments}"
        items = "\n".join(
            f'<li><span class="date">{row.shown.isoformat()}</span>'
            f'<a href="{row.href}" target="_blank" title="{escape(row.title)}">'
            f"{escape(row.title)}</a></li>"
            for row in rows[page * size : (page + 1) * size]
        )
        words = pages_data()
        return fill(
            "trs_column.html",
            column=column.name,
            rows=items,
            arguments=arguments,
            landing=words["landing_name"],
            landing_path=self.landing_path,
            breadcrumb=words["breadcrumb"],
            **self.frame(site),
        )
