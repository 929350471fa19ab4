"""Visual SiteBuilder: pages that count down, downloads without extension, columns as articles.

Belongs here: its addresses and quirks: ``as_columns`` (each year a column, each report a page
below it), ``pager`` ``scripted`` (no link leads on), ``per_page``.
Does not belong here: what stands in the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from html import escape
from urllib.parse import parse_qs

from crawler.replica.families.base import digest, pages_data
from crawler.replica.families.plain import Plain, item
from crawler.replica.site import (
    DOCX,
    Attachment,
    Column,
    Entry,
    Page,
    Request,
    Resource,
    Response,
    Site,
)

DOWNLOAD = "/system/_content/download.jsp"


class Vsb(Plain):
    """Visual SiteBuilder sites."""

    name = "vsb"
    mark = 'id="vsb_content" class="v_news_content"'

    def column_path(self, site: Site, column_number: int) -> str:
        """Return ``/zfxxgk/<name>.htm``."""
        return f"/zfxxgk/zfxxgknb{column_number or ''}.htm"

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return ``/info/<tree>/<id>.htm``, or a page below the year's column."""
        no = self.identity(site, key, 1000, 99999)
        if site.spec.quirks.get("as_columns") and not key.startswith("neighbour/"):
            letters = digest(site.seed, key).translate(str.maketrans("0123456789", "ghijklmnop"))
            path = f"{self._year(column, shown.year)}/{letters[:6]}.htm"
            return path, path.removeprefix("/zfxxgk/")
        path = f"/info/10{column.number}7/{no}.htm"
        return path, path

    @staticmethod
    def _year(column: Column, year: int) -> str:
        return f"{column.path.removesuffix('.htm')}/n{year}n"

    def attachment_path(self, article: str, shown: date, key: str) -> tuple[str, str, str]:
        """Return the download address, the same as link, and a local path."""
        file = digest(article, key)
        query = f"urltype=news.DownloadAttachUrl&owner=1420&wbfileid={file}"
        path = f"{DOWNLOAD}?{query}"
        return path, path, f"/__local/{file}.docx"

    def attachment_links(self, attachments: Iterable[Attachment]) -> str:
        """Return the links; only their text names the file."""
        label = pages_data()["attachments"]
        lines = [
            f'<p>{label}【<a href="{escape(a.href)}">{escape(a.name)}</a>】</p>'
            for a in attachments
        ]
        return "".join(lines)

    def site_resources(self, site: Site) -> dict[str, Resource]:
        """Return the download script."""

        def download(request: Request) -> Response:
            file = parse_qs(request.query).get("wbfileid", [""])[0]
            found = site.resources.get(f"/__local/{file}.docx")
            if not isinstance(found, Page):
                return Response(404)
            return Response(body=found.build(), media_type=DOCX)

        return {DOWNLOAD: download}

    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return the list pages."""
        if site.spec.quirks.get("as_columns"):
            return self._as_columns(site, column)
        pages = len(self.pages(site, column.rows()))
        stem = column.path.removesuffix(".htm")
        return self.paged(
            site,
            column,
            lambda n: f"{stem}/{pages - n + 1}.htm" if n > 1 else column.path,
            lambda n, total: self._pager(site, column, n, total),
        )

    def _pager(self, site: Site, column: Column, n: int, total: int) -> str:
        words = pages_data()
        shown = f"{words['records'].format(records=len(column.rows()))}  {n}/{total} "
        if site.spec.quirks.get("pager") == "scripted" or n == total:
            return f"<td>{shown}</td>"
        stem = column.path.rsplit("/", 1)[-1].removesuffix(".htm")
        link = f"{stem}/{total - n}.htm" if n == 1 else f"{total - n}.htm"
        return f'<td>{shown}<a href="{link}">{words["next_short"]}</a></td>'

    def _as_columns(self, site: Site, column: Column) -> dict[str, Resource]:
        by_year: dict[int, list[Entry]] = defaultdict(list)
        for row in column.rows():
            by_year[row.shown.year].append(row)
        found: dict[str, Resource] = {}
        links = []
        for year, rows in sorted(by_year.items()):
            path = f"{self._year(column, year)}.htm"
            links.append(f'<li><a href="{path.removeprefix("/zfxxgk/")}">{year}</a></li>')
            text = self.page(site, column, "<ul>" + "".join(map(_short, rows)) + "</ul>")
            found[path] = self.made(site, column, text)
        top = self.page(site, column, f"<ul>{''.join(links)}</ul>")
        return found | {column.path: self.made(site, column, top)}


def _short(row: Entry) -> str:
    """Return a report's row by organ and year alone; the page behind is the report."""
    if row.path.startswith("/info/"):
        return item(row)
    words = pages_data()
    title = words["short_row"].format(organ=row.source, year=row.shown.year - 1)
    return f'<li><a href="{row.path}">{escape(title)}</a></li>'
