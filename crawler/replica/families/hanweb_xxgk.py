"""Hanweb's xxgk module: the catalogue's search, its tree, and one page an organ and year.

Belongs here: ``search.jsp`` that honours ``currpage`` in the query only and filters by nothing but
a category, ``tree.jsp``, ``xxgkAnnualReport.jsp`` with an empty shell for a year without a report.
Quirks: ``annual_pages`` (reports are pages of their own, the column links to the newest of each
organ), ``no_category`` (the column does not name its category), ``per_page``.
Does not belong here: what stands in the rows.
"""

from __future__ import annotations

from datetime import date
from html import escape

from crawler.replica.families.base import digest, number, pages_data
from crawler.replica.families.hanweb import Hanweb
from crawler.replica.site import Column, Entry, Request, Resource, Response, Site
from crawler.replica.templates import fill

ANNUAL = "/module/xxgk/xxgkAnnualReport.jsp"


class HanwebXxgk(Hanweb):
    """Hanweb xxgk."""

    name = "hanweb_xxgk"

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return the page of an organ and year, or an article like the other Hanweb sites'."""
        organ, _, year = key.rpartition("/")
        annual = site.spec.quirks.get("annual_pages") and not key.startswith("neighbour/")
        if not annual or not year.isdigit():
            return super().article_path(site, column, shown, key)
        path = f"{ANNUAL}?area={self._area(organ.removeprefix('other/'))}&fbtime={year}"
        return path, path

    def site_resources(self, site: Site) -> dict[str, Resource]:
        """Return the catalogue's endpoints and ``downfile.jsp``."""
        return {
            "/module/download/downfile.jsp": self._download,
            "/module/xxgk/search.jsp": lambda request: self._search(site, request),
            "/module/xxgk/tree.jsp": lambda request: self._tree(site),
            ANNUAL: lambda request: self._annual(site, request),
        }

    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return the column page, which has no rows of its own."""
        return {column.path: self.list_page(site, column, lambda: self._column(site, column))}

    @staticmethod
    def _area(organ: str) -> str:
        return f"11{number(organ, low=10**13, high=10**14)}{digest(organ)[0].upper()}"

    @staticmethod
    def _category(column: Column) -> str:
        return f"B001A{column.number:02d}"

    def _column(self, site: Site, column: Column) -> str:
        words = pages_data()
        code = self._column_id(site, column.number)
        content, script = f'<div id="div{code}"></div>', ""
        if site.spec.quirks.get("annual_pages"):
            newest: dict[str, Entry] = {}
            for row in column.rows():
                if row.path.startswith(ANNUAL):
                    newest.setdefault(row.source, row)
            content = "\n".join(
                f'<li><a href="{escape(row.href)}" target="_blank">{row.source}</a></li>'
                for row in newest.values()
            )
            content += "".join(
                f'<li><a href="{row.href}">{escape(row.title)}</a>{row.shown}</li>'
                for row in column.rows()
                if not row.path.startswith(ANNUAL)
            )
        else:
            area = self._area(site.spec.name)
            known = "" if site.spec.quirks.get("no_category") else self._category(column)
            content += f'<iframe src="/module/xxgk/tree.jsp?area={area}"></iframe>'
            script = (
                f"var jdid = '2'; var divid = 'div{code}'; var infotypeId = '{known}';\n"
                "loadDynamic('/module/xxgk/search.jsp?standardXxgk=1&texttype=0&fbtime=-1&vc_all="
                f"&vc_filenumber=&vc_title=&vc_number=&sortfield=,createdatetime:0&area={area}');"
            )
        return fill(
            "family_list.html",
            column=column.name,
            head="",
            content=content,
            script=script,
            breadcrumb=words["breadcrumb"],
            landing=words["landing_name"],
            landing_path=self.landing_path,
            **self.frame(site),
        )

    def _tree(self, site: Site) -> Response:
        nodes = [
            f"tree.add('{n}', '0', '{name}', 'infotypeId=A{n:04d}');"
            for n, name in enumerate(pages_data()["landing_links"], 1)
        ]
        if not site.spec.quirks.get("no_category"):
            nodes += [
                f"tree.add('9{c.number}', '0', '{c.name}', 'infotypeId={self._category(c)}');"
                for c in site.columns
            ]
        return Response(body=("<script>\n" + "\n".join(nodes) + "\n</script>").encode())

    def _search(self, site: Site, request: Request) -> Response:
        if not request.headers.get("Referer"):
            return Response(body=b"")
        category = request.arguments.get("infotypeId", "")
        rows = [
            row
            for column in site.columns
            if category in ("", "0", self._category(column))
            for row in column.rows()
        ]
        size = int(site.spec.quirks.get("per_page", 10))
        page = int(_in_query(request, "currpage") or 1)
        pages = max(1, -(-len(rows) // size))
        lines = "\n".join(map(self._line, rows[(page - 1) * size : page * size]))
        words = pages_data()
        total = words["total_pages"].format(pages=pages)
        pager = (
            f'<td align="right">{total} <a href="javascript:goto()">{words["next_page"]}</a></td>'
        )
        return Response(body=f"<table>\n{lines}\n<tr>{pager}</tr></table>".encode())

    @staticmethod
    def _line(row: Entry) -> str:
        return (
            f'<tr class="tr_main_value_odd"><td>{digest(row.path)[:12]}</td>'
            f'<td><a href="{row.href}" title="{escape(row.title)}" target="_blank">'
            f"{escape(row.title[:20])}...</a></td><td>{row.shown.isoformat()}</td></tr>"
        )

    def _annual(self, site: Site, request: Request) -> Response:
        asked = (request.arguments.get("area"), request.arguments.get("fbtime"))
        wanted = f"{ANNUAL}?area={asked[0]}&fbtime={asked[1]}"
        for column in site.columns:
            for entry in column.rows():
                if entry.path == wanted:
                    return Response(body=self.article(site, column, entry).encode())
        words = pages_data()
        shell = fill(
            "family_list.html",
            column=words["column_name"],
            head="",
            content='<div id="zoom" class="bt_content"></div>',
            script="",
            breadcrumb=words["breadcrumb"],
            landing=words["landing_name"],
            landing_path=self.landing_path,
            **self.frame(site),
        )
        return Response(body=shell.encode())


def _in_query(request: Request, name: str) -> str:
    return Request(request.method, request.host, request.path, request.query).arguments.get(
        name, ""
    )
