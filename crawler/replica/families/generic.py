"""Static and single systems, one dialect a site (quirk ``dialect``).

``index``: ``index_2.shtml`` that no link leads to. ``one``: ``1.html``, ``2.html`` by script.
``years``: an archive a year, pages by script, old rows commented out. ``class``: the list in a
frame, numbers as last path segment. ``cmsweb``: rows from ``lists.do``. ``json``: rows in a
static file that the script names. ``jspx``: links to the next page. ``organs``: a folder an
organ, rows that say a year and nothing else.
Does not belong here: systems with a reader of their own.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import partial

from crawler.replica.families.base import digest, number, pages_data
from crawler.replica.families.plain import Plain, answer, form_of, item, items, table, whole
from crawler.replica.site import Column, Entry, Page, Request, Resource, Response, Site

Pages = dict[str, Resource]
COLUMNS = {
    "index": "/zfxxgk/zfxxgknb{n}/",
    "one": "/zfxxgk/zfxxgknb{n}/1.html",
    "years": "/zwgk/gknb{n}/index.html",
    "class": "/gi_class/gh_04{n}",
    "cmsweb": "/cmsweb/zwgk/nb{n}/index.html",
    "json": "/zwgk/zfxxgknb{n}/",
    "jspx": "/xxgknb{n}/index.jspx",
    "organs": "/zwgk/gknb{n}/",
}


class Generic(Plain):
    """Sites of no family."""

    name = "generic"

    @staticmethod
    def _dialect(site: Site) -> str:
        return str(site.spec.quirks.get("dialect", "index"))

    def column_path(self, site: Site, column_number: int) -> str:
        """Return the dialect's path."""
        return COLUMNS[self._dialect(site)].format(n=column_number or "")

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return the dialect's path of an article."""
        folder = column.path.rsplit("/", 1)[0]
        no = self.identity(site, key)
        hexed = digest(site.seed, site.spec.host, key)
        path = {
            "index": f"{folder}/{shown:%Y/%m/%d}/{no}.shtml",
            "one": f"{folder}/{10**18 + int(hexed[:14], 16)}.html",
            "years": f"{folder}{shown.year}/{shown:%Y%m%d}/{hexed}.html",
            "class": f"/html/czgk/{shown.year}/{no}.html",
            "cmsweb": f"/cmsweb/art/{shown:%Y-%m-%d}/{no}.html",
            "json": f"{folder}/{shown:%Y%m%d}{no:09d}/index.shtml",
            "jspx": f"{folder}/{no}.jspx",
            "organs": f"{folder}/{self._organ(site, key)}/content_{no}",
        }[self._dialect(site)]
        return path, path

    @staticmethod
    def _organ(site: Site, key: str) -> str:
        # keys are "<organ>/<year>", "neighbour/<organ>/…", "other/<organ>/<year>"
        organ = next(part for part in key.split("/") if part not in ("neighbour", "other"))
        return f"dw{number(site.seed, site.spec.host, organ, low=10, high=99)}"

    def column_resources(self, site: Site, column: Column) -> Pages:
        """Return the dialect's list pages."""
        makers: dict[str, Callable[[Site, Column], Pages]] = {
            "index": self._index,
            "one": self._one,
            "years": self._years,
            "class": self._class,
            "cmsweb": self._cmsweb,
            "json": self._json,
            "jspx": self._jspx,
            "organs": self._organs,
        }
        return makers[self._dialect(site)](site, column)

    def _index(self, site: Site, column: Column) -> Pages:
        total = pages_data()["total_pages"]
        return self.paged(
            site,
            column,
            lambda n: column.path + (f"index_{n}.shtml" if n > 1 else ""),
            lambda n, pages: (
                f'{total.format(pages=pages)}<a href="javascript:to({n + 1})">&gt;</a>'
            ),
        )

    def _one(self, site: Site, column: Column) -> Pages:
        return self.paged(
            site,
            column,
            lambda n: column.path.replace("1.html", f"{n}.html"),
            lambda n, pages: f"<script>var all = parseInt('{pages}');draw({n}, all);</script>",
        )

    def _years(self, site: Site, column: Column) -> Pages:
        by_year: dict[int, list[Entry]] = defaultdict(list)
        for row in column.rows():
            by_year[row.shown.year].append(row)
        folder = column.path.rsplit("/", 1)[0]
        links = "".join(
            f'<li><a href="{folder}{year}/index.html">{year}</a></li>' for year in sorted(by_year)
        )
        newest = max(by_year)
        found: Pages = {}
        for year, rows in by_year.items():
            found |= self.paged(
                site,
                column,
                partial(_archive_path, f"{folder}{year}"),
                lambda n, pages: (
                    f"<script>$('.pagination').pagination({{totalPage: {pages}}});</script>"
                ),
                rows,
                lambda group: f"<!-- {items(group)} -->{items(group)}",
            )
        text = self.page(site, column, f"<ul>{links}</ul>{items(by_year[newest][:3])}")
        return found | {column.path: self.made(site, column, text)}

    def _class(self, site: Site, column: Column) -> Pages:
        inner = column.path.replace("gi_class", "class")
        following = pages_data()["next_page"]
        found = self.paged(
            site,
            column,
            lambda n: f"{inner}/{n}" if n > 1 else inner,
            lambda n, pages: f'<a href="{inner}/{n + 1}">{following}</a>' if n < pages else "",
            shape=table,
        )
        shell = self.page(site, column, f'<iframe id="main" src="{inner}"></iframe>')
        return found | {column.path: self.made(site, column, shell)}

    def _cmsweb(self, site: Site, column: Column) -> Pages:
        size = self.size(site)
        script = (
            "<script>$.post('/cmsweb/articleCommonController/lists.do',"
            f"{{page:1,pagesize:{size},topic:'{column.number}',deptid:''}},draw);</script>"
        )
        text = self.page(site, column, '<ul id="list"></ul>', pager=script)

        def lists(request: Request) -> Response:
            form = form_of(request)
            rows = column.rows() if form.get("topic") == str(column.number) else []
            at = (whole(form.get("page"), 1) - 1) * size
            listed = [
                {
                    "title": row.title,
                    "link": "",
                    "path": row.path,
                    "domain": site.base,
                    "releaseTime": f"{row.shown.isoformat()} 09:30:00",
                }
                for row in rows[at : at + size]
            ]
            return answer({"code": 200, "value": {"total": len(rows), "list": listed}})

        return {
            column.path: self.made(site, column, text),
            "/cmsweb/articleCommonController/lists.do": lists,
        }

    def _json(self, site: Site, column: Column) -> Pages:
        listed = [
            {"FILENAME": row.title, "URL": row.href, "DOCRELTIME": row.shown.isoformat()}
            for row in column.rows()
        ]
        text = self.page(site, column, "<ul></ul>", pager="<script>get('./zfxxgknb.json')</script>")
        data = json.dumps({"data": listed}, ensure_ascii=False).encode()
        page = self.made(site, column, text)
        return {
            column.path: page,
            f"{column.path}zfxxgknb.json": Page(lambda: data, page.modified, "application/json"),
        }

    def _jspx(self, site: Site, column: Column) -> Pages:
        following = pages_data()["next_page"]
        return self.paged(
            site,
            column,
            lambda n: column.path.replace(".jspx", f"_{n}.jspx") if n > 1 else column.path,
            lambda n, pages: (
                f'<a onclick="location.href=\'index_{n + 1}.jspx\'" href="#">{following}</a>'
                if n < pages
                else f"<a>{following}</a>"
            ),
        )

    def _organs(self, site: Site, column: Column) -> Pages:
        by_organ: dict[str, list[Entry]] = defaultdict(list)
        for row in column.rows():
            by_organ[row.path.rsplit("/", 1)[0]].append(row)
        found: Pages = {}
        for folder, rows in by_organ.items():
            text = self.page(site, column, "<ul>" + "".join(map(_bare, rows)) + "</ul>")
            found[f"{folder}/"] = self.made(site, column, text)
        links = "".join(
            f'<li><a href="{folder}/">{rows[0].source}</a></li>'
            for folder, rows in by_organ.items()
        )
        page = self.page(site, column, f"<ul>{links}</ul>")
        return found | {column.path: self.made(site, column, page)}


def _archive_path(folder: str, n: int) -> str:
    """Return the path of a page of a year's archive."""
    return f"{folder}/index{f'_{n}' if n > 1 else ''}.html"


def _bare(row: Entry) -> str:
    """Return a row that names a report by its year alone."""
    year = re.search(r"\d{4}", row.title)
    if row.kind not in ("report", "other_year") or year is None:
        return item(row)
    return f'<li><a href="{row.href}">{year.group()}</a><span>{row.shown.isoformat()}</span></li>'
