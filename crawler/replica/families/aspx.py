"""ASP.NET disclosure sites: departments, and a page for each department and year.

Belongs here: its addresses; neighbours in a list with a post-back pager.
Does not belong here: what stands in the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from html import escape

from crawler.replica.families.base import number, pages_data
from crawler.replica.families.plain import Plain, form_of, items, whole
from crawler.replica.site import Column, Entry, Page, Request, Resource, Response, Site


class Aspx(Plain):
    """ASP.NET disclosure sites; quirk ``postback``: one list with a pager of that kind."""

    name = "aspx"

    def column_path(self, site: Site, column_number: int) -> str:
        """Return the list of departments."""
        return f"/year_list{column_number or ''}.aspx"

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return ``year_details.aspx?dept=…&year=…``, by id for what is no year's report."""
        parts = [part for part in key.split("/") if part != "other"]
        dept = number(site.spec.host, parts[0], low=10, high=99)
        listed = site.spec.quirks.get("postback") or not parts[-1].isdigit()
        if key.startswith(("neighbour/", "fault/")) or listed:
            path = f"/year_details.aspx?dept={dept}&id={self.identity(site, key)}"
        else:
            path = f"/year_details.aspx?dept={dept}&year={parts[-1]}"
        return path, path.lstrip("/")

    def entry_resources(self, site: Site, column: Column, entry: Entry) -> dict[str, Resource]:
        """Return the attachments; articles are told apart by their query."""
        found = super().entry_resources(site, column, entry)
        return {path: page for path, page in found.items() if path != entry.path}

    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return nothing: see ``site_resources``."""
        return {}

    def site_resources(self, site: Site) -> dict[str, Resource]:
        """Return the scripts."""
        entries = {entry.path: (c, entry) for c in site.columns for entry in c.rows()}

        def details(request: Request) -> Response:
            found = entries.get(f"{request.path}?{request.query}")
            if found is None:
                return self.missing(site, request)
            return Response(body=self.article(site, *found).encode())

        scripts: dict[str, Resource] = {"/year_details.aspx": details}
        for column in site.columns:
            scripts |= self._lists(site, column)
        return scripts

    def _lists(self, site: Site, column: Column) -> dict[str, Resource]:
        if site.spec.quirks.get("postback"):
            return {column.path: self._posted(site, column)}
        by_dept: dict[str, list[Entry]] = defaultdict(list)
        for row in column.rows():
            by_dept[row.path.split("dept=")[1].split("&")[0]].append(row)
        links = "".join(
            f'<li><a href="department.aspx?id={dept}">{escape(rows[0].source)}</a></li>'
            for dept, rows in by_dept.items()
        )
        text = self.page(site, column, f"<ul>{links}</ul>")
        page: Page = self.made(site, column, text)

        def department(request: Request) -> Response:
            rows = by_dept.get(request.arguments.get("id", ""), [])
            return Response(body=self.page(site, column, _years(rows)).encode())

        return {column.path: page, "/department.aspx": department}

    def _posted(self, site: Site, column: Column) -> Callable[[Request], Response]:
        groups = self.pages(site, column.rows())

        def listed(request: Request) -> Response:
            form = form_of(request)
            at = whole(form.get("__EVENTARGUMENT"), 1) if form.get("__VIEWSTATE") == "v1" else 1
            rows = groups[at - 1] if 1 <= at <= len(groups) else []
            hidden = '<input type="hidden" name="__VIEWSTATE" value="v1" />'
            call = f"javascript:__doPostBack('Pager1','{at + 1}')"
            following = f'<a href="{call}">{pages_data()["next_page"]}</a>'
            pager = hidden + (following if at < len(groups) else "")
            return Response(body=self.page(site, column, items(rows), pager=pager).encode())

        return listed


def _years(rows: list[Entry]) -> str:
    """Return a department's rows: years as bare numbers, the rest with titles."""
    lines = [
        f'<li><a href="{escape(row.href)}">'
        f"{row.path.rsplit('=', 1)[-1] if '&year=' in row.path else escape(row.title)}</a></li>"
        for row in rows
    ]
    return f"<ul>{''.join(lines)}</ul>"
