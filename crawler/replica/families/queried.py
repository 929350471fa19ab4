"""Families whose lists are one address with a page number in its query: eportal and Cicro.

Belongs here: their addresses, pagers and list pages.
Does not belong here: what stands in the rows.
"""

from __future__ import annotations

from datetime import date

from crawler.replica.families.base import digest, number, pages_data
from crawler.replica.families.plain import Plain, items, table, whole
from crawler.replica.site import Column, Request, Resource, Response, Site


class Queried(Plain):
    """Lists by a query; ``script`` is their path, ``key`` names the column, ``turn`` the page."""

    script: str
    key: str
    turn: str

    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return nothing: pages are told apart by their query."""
        return {}

    def site_resources(self, site: Site) -> dict[str, Resource]:
        """Return the list script."""
        return {self.script: lambda request: self._list(site, request)}

    def _list(self, site: Site, request: Request) -> Response:
        arguments = request.arguments
        for column in site.columns:
            if column.path.endswith(f"{self.key}={arguments.get(self.key)}"):
                groups = self.pages(site, column.rows())
                at = whole(arguments.get(self.turn), 1)
                rows = groups[at - 1] if 1 <= at <= len(groups) else []
                pager = self.pager(site, column, at, len(groups))
                return Response(
                    body=self.page(
                        site, column, (table if at % 2 else items)(rows), pager=pager
                    ).encode()
                )
        return self.missing(site, request)

    def pager(self, site: Site, column: Column, at: int, pages: int) -> str:
        """Return the pager of a page."""
        raise NotImplementedError


class Eportal(Queried):
    """eportal: ``/eportal/ui?pageId=…``, quirk ``bare_pager``: no address in the pager."""

    name = "eportal"
    script, key, turn = "/eportal/ui", "pageId", "currentPage"

    def column_path(self, site: Site, column_number: int) -> str:
        """Return ``/eportal/ui?pageId=…``."""
        page = number(site.seed, site.spec.host, column_number, low=10**5, high=10**6)
        return f"/eportal/ui?pageId={page}"

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return ``/<node>/<node>/<id>/index.html``."""
        path = f"/302249/zfxxgk/{self.identity(site, key)}/index.html"
        return path, path

    def pager(self, site: Site, column: Column, at: int, pages: int) -> str:
        """Return a pager whose link is in the script alone."""
        module = digest(site.spec.host, "module")
        words = pages_data()
        count = words["total_pages"].format(pages=pages)
        if site.spec.quirks.get("bare_pager"):
            return f"<script>var moduleId = '{module}';</script>{count}"
        address = f"{column.path}&currentPage={at + 1}&moduleId={module}&staticRequest=yes"
        call = f"queryArticleByCondition(this,'{address}')"
        link = f'<a href="javascript:void(0)" onclick="{call}" tagname="{address}">'
        return f"{count}{link}{words['next_page']}</a>" if at < pages else count


class Cicro(Queried):
    """Cicro: ``/info/iList.jsp?cat_id=…``; quirk ``bare_pager``: no link leads on."""

    name = "cicro"
    mark = 'id="info_content"'
    script, key, turn = "/info/iList.jsp", "cat_id", "cur_page"

    def column_path(self, site: Site, column_number: int) -> str:
        """Return ``/info/iList.jsp?node_id=GK…&cat_id=…``."""
        return f"/info/iList.jsp?node_id=GKsf&site_id=CMSsf&cat_id={10022 + column_number}"

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return ``/gk/zfxxgknb/<id>.htm``."""
        path = f"/gk/gk{column.number}/{self.identity(site, key)}.htm"
        return path, path

    def pager(self, site: Site, column: Column, at: int, pages: int) -> str:
        """Return a pager with the number of pages."""
        words = pages_data()
        count = f"<form><span>{words['total_pages'].format(pages=pages)}</span></form>"
        if site.spec.quirks.get("bare_pager") or at >= pages:
            return count
        return f'{count}<a href="{column.path}&amp;cur_page={at + 1}">{words["next_page"]}</a>'
