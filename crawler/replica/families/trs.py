"""TRS WCM: static folders with ``index.html``, ``index_1.html`` and so on.

Belongs here: its addresses, list pages and quirks: ``extension`` (html, htm, shtml),
``records_first`` (``createPageHTML`` begins with the number of records), ``stub`` (a 350-byte page
instead of 404 past the end), ``per_page``, ``dates_off`` (the address's date is not the shown one),
``folder`` (path of the column), ``first`` and ``mark`` (number of the second file and what stands
before it), ``pager`` and ``prints`` (the paging call and the number it gives the first page),
``rows_by`` (script, json, sliced, or a back end: see ``trs_lists``), ``year_folders`` (the column
leads to a folder a year of publication).
Does not belong here: what stands in the rows.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial
from html import escape

from crawler.replica.families import trs_lists
from crawler.replica.families.base import Family, digest, number, pages_data
from crawler.replica.site import Column, Entry, Page, Request, Resource, Response, Site
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

    def site_resources(self, site: Site) -> dict[str, Resource]:
        """Return the site's list back end, if it has one."""
        endpoint = trs_lists.ENDPOINTS.get(str(site.spec.quirks.get("rows_by")))
        return {endpoint: partial(trs_lists.answer, site)} if endpoint else {}

    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return the list pages; the first also under its file name."""
        if site.spec.quirks.get("year_folders"):
            return self._year_resources(site, column)
        rows = column.rows()
        found = self._list_resources(site, column, column.path, rows)
        if site.spec.quirks.get("rows_by") == "json":
            newest = found[column.path]
            if isinstance(newest, Page):
                file = partial(trs_lists.json_list, rows)
                found[f"{column.path}nb.json"] = Page(file, newest.modified, trs_lists.JSON)
        return found

    def _year_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        by_year: dict[int, list[Entry]] = {}
        for row in column.rows():
            by_year.setdefault(row.shown.year, []).append(row)
        folders = {year: f"{column.path}{_year_folder(year)}/" for year in by_year}
        found: dict[str, Resource] = {
            column.path: self.list_page(site, column, partial(self._years, site, column, folders))
        }
        for year, rows in by_year.items():
            found |= self._list_resources(site, column, folders[year], rows)
        return found

    def _years(self, site: Site, column: Column, folders: dict[int, str]) -> str:
        links = "\n".join(
            f'<li><a href="./{_year_folder(year)}/">{year}{column.name}</a></li>'
            for year in sorted(folders, reverse=True)
        )
        return self._filled(site, column, links, "")

    def _list_resources(
        self, site: Site, column: Column, folder: str, rows: list[Entry]
    ) -> dict[str, Resource]:
        by = site.spec.quirks.get("rows_by", "html")
        size = int(site.spec.quirks.get("per_page", 20)) if by in ("html", "script") else 10**6
        pages = max(1, -(-len(rows) // size))
        found: dict[str, Resource] = {}
        for page in range(pages):
            build = partial(self._list, site, column, folder, rows, page, pages, size)
            listed = self.list_page(site, column, build)
            found[self._page_path(site, folder, page)] = listed
            if page == 0:
                found[folder] = listed
        return found

    def missing(self, site: Site, request: Request) -> Response:
        """Answer 404, or where the site does so a stub for list pages past the end."""
        if site.spec.quirks.get("stub") and re.search(r"/index_\d+\.\w+$", request.path):
            return Response(body=STUB.encode().ljust(350))
        return super().missing(site, request)

    def _page_path(self, site: Site, folder: str, page: int) -> str:
        quirks = site.spec.quirks
        shown = f"{quirks.get('mark', '_')}{page - 1 + int(quirks.get('first', 1))}"
        return f"{folder}index{shown if page else ''}.{quirks.get('extension', 'html')}"

    def _list(
        self,
        site: Site,
        column: Column,
        folder: str,
        rows: list[Entry],
        page: int,
        pages: int,
        size: int,
    ) -> str:
        by = site.spec.quirks.get("rows_by", "html")
        up = "../" * (folder.count("/") - column.path.count("/"))
        part = rows[page * size : (page + 1) * size]
        script = trs_lists.paging_call(site, page, pages, len(rows))
        if by in ("html", "sliced"):
            items = "\n".join(_row(row, up) for row in part)
            if by == "sliced":
                items += trs_lists.hidden_rows(site)
                script = "var $list = $('.default_news li'); slice($list, 15);"
        elif by == "script":
            items = "\n".join(map(trs_lists.script_row, part))
        elif by == "json":
            items, script = "", "$.getJSON('./nb.json', draw);"
        else:
            items, script = "", trs_lists.backend_script(site, column)
        return self._filled(site, column, items + trs_lists.paging_words(site, pages), script)

    def _filled(self, site: Site, column: Column, items: str, script: str) -> str:
        words = pages_data()
        return fill(
            "trs_column.html",
            column=column.name,
            rows=items,
            script=script,
            landing=words["landing_name"],
            landing_path=self.landing_path,
            breadcrumb=words["breadcrumb"],
            **self.frame(site),
        )


def _year_folder(year: int) -> str:
    return f"gknb{year}" if year % 2 else f"{year}n"


def _row(row: Entry, up: str) -> str:
    return (
        f'<li><span class="date">{row.shown.isoformat()}</span>'
        f'<a href="{up}{row.href}" target="_blank" title="{escape(row.title)}">'
        f"{escape(row.title)}</a></li>"
    )
