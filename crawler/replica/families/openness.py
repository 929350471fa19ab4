"""Openness / Xxgk: ``XxgkAnnualReport/show/<id>.html`` under lists ``page_<n>.html``.

Belongs here: its small sequential numbers, its lists, its status-521 challenge. Quirks:
``challenge`` (every page answers 521), ``old`` (``OpennessAnnualReport``), ``per_page``.
Does not belong here: what stands in the rows.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from html import escape

from crawler.replica.families.base import Family, digest, number, pages_data
from crawler.replica.site import Column, Resource, Response, Site
from crawler.replica.templates import fill

CHALLENGE = (
    b"<html><body><script>document.cookie='__jsl_clearance_s=1700000000.1|-1|abc;max-age=3600';"
    b"location.href=location.pathname</script></body></html>"
)


class Openness(Family):
    """Openness and Xxgk."""

    name = "openness"
    landing_path = "/Xxgk/"
    article_template = "openness_article.html"

    def column_path(self, site: Site, column_number: int) -> str:
        """Return the first page of a list."""
        branch = number(site.seed, site.spec.host, column_number, low=10, high=99)
        return f"/{self._controller(site)}/showList/{branch}/{column_number + 1}/page_1.html"

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return ``show/<id>.html``; other things than reports have another controller."""
        taken = sum(len(c.entries) for c in site.columns)
        report = not key.startswith("neighbour/")
        controller = self._controller(site) if report else "XxgkContent"
        path = f"/{controller}/show/{3000 + taken * 2}.html"
        return path, path

    def attachment_path(self, article: str, shown: date, key: str) -> tuple[str, str, str]:
        """Return a download address without a suffix."""
        file = number(digest(article, key), low=100, high=99999)
        path = f"/OpennessAnnualReport/download/{file}.html"
        return path, path, path

    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return the list pages."""
        size = int(site.spec.quirks.get("per_page", 12))
        pages = max(1, -(-len(column.rows()) // size))
        return {
            column.path.replace("page_1", f"page_{page}"): self.list_page(
                site, column, partial(self._list, site, column, page, pages, size)
            )
            for page in range(1, pages + 1)
        }

    def resources(self, site: Site) -> dict[str, Resource]:
        """Return everything, or a challenge in the place of everything but robots.txt."""
        found = super().resources(site)
        if not site.spec.quirks.get("challenge"):
            return found
        return {
            path: page if path == "/robots.txt" else (lambda request: Response(521, CHALLENGE))
            for path, page in found.items()
        }

    @staticmethod
    def _controller(site: Site) -> str:
        return "OpennessAnnualReport" if site.spec.quirks.get("old") else "XxgkAnnualReport"

    def _list(self, site: Site, column: Column, page: int, pages: int, size: int) -> str:
        words = pages_data()
        lines = "\n".join(
            f'<li><a href="{row.href}" title="{escape(row.title)}">{escape(row.title)}</a>'
            f"<span>{row.shown.isoformat()}</span></li>"
            for row in column.rows()[(page - 1) * size : page * size]
        )
        # the pager shows three numbers at most
        numbers = range(max(1, page - 1), min(pages, page + 1) + 1)
        pager = "".join(f'<a href="page_{n}.html">{n}</a>' for n in numbers if n != page)
        return fill(
            "family_list.html",
            column=column.name,
            head="",
            content=f"<ul>{lines}</ul><div>{pager}</div>",
            script="",
            breadcrumb=words["breadcrumb"],
            landing=words["landing_name"],
            landing_path=self.landing_path,
            **self.frame(site),
        )
