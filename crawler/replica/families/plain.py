"""The ground of families whose pages are plain HTML: rows, pagers and articles in a common frame.

Belongs here: what several such families share. Does not belong here: their addresses and paging.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from html import escape
from urllib.parse import parse_qsl

from crawler.replica.families.base import Family, digest, number, pages_data
from crawler.replica.site import Column, Entry, Page, Request, Resource, Response, Site
from crawler.replica.templates import fill

JSON = "application/json; charset=utf-8"


class Plain(Family):
    """A family with plain pages; ``mark`` is the attribute of the element around the body."""

    landing_path = "/zwgk/index.html"
    article_template = "plain_article.html"
    mark = 'id="zoom"'

    def attachment_path(self, article: str, shown: date, key: str) -> tuple[str, str, str]:
        """Return ``/upload/<32hex>.<extension>``."""
        path = f"/upload/{digest(article, key)}.{key.rsplit('.', 1)[-1]}"
        return path, path, path

    def article(self, site: Site, column: Column, entry: Entry) -> str:
        """Return an article page with the family's mark around the body."""
        return super().article(site, column, entry).replace('id="zoom"', self.mark, 1)

    @staticmethod
    def identity(site: Site, key: str, low: int = 10**5, high: int = 10**7) -> int:
        """Return an article's number."""
        return number(site.seed, site.spec.host, key, low=low, high=high)

    @staticmethod
    def size(site: Site) -> int:
        """Return how many rows a page has."""
        return int(site.spec.quirks.get("per_page", 10))

    def pages(self, site: Site, rows: Sequence[Entry]) -> list[Sequence[Entry]]:
        """Return rows page by page, one empty page for none."""
        size = self.size(site)
        return [rows[at : at + size] for at in range(0, len(rows), size)] or [[]]

    def page(
        self, site: Site, column: Column, rows: str, *, pager: str = "", head: str = ""
    ) -> str:
        """Return a list page around given rows."""
        words = pages_data()
        return fill(
            "plain_column.html",
            column=column.name,
            head=head,
            rows=rows,
            pager=pager,
            landing=words["landing_name"],
            landing_path=self.landing_path,
            breadcrumb=words["breadcrumb"],
            **self.frame(site),
        )

    def made(self, site: Site, column: Column, text: str) -> Page:
        """Return a list page of a given text."""
        return self.list_page(site, column, lambda: text)

    def paged(
        self,
        site: Site,
        column: Column,
        path_of: Callable[[int], str],
        pager_of: Callable[[int, int], str],
        rows: Sequence[Entry] | None = None,
        shape: Callable[[Iterable[Entry]], str] | None = None,
    ) -> dict[str, Resource]:
        """Return list pages by path.

        Args:
            site: The site.
            column: The column.
            path_of: Path of a page by its number from 1.
            pager_of: Its pager by number and number of pages.
            rows: Rows, those of the column when left out.
            shape: Makes markup of rows; items of a list when left out.
        """
        groups = self.pages(site, column.rows() if rows is None else rows)
        draw = shape or items
        found: dict[str, Resource] = {}
        for at, group in enumerate(groups, 1):
            text = self.page(site, column, draw(group), pager=pager_of(at, len(groups)))
            found[path_of(at)] = self.made(site, column, text)
        return found


def items(rows: Iterable[Entry]) -> str:
    """Return rows as items of a list."""
    return "<ul>" + "\n".join(map(item, rows)) + "</ul>"


def item(row: Entry) -> str:
    """Return a row as an item of a list."""
    return (
        f'<li><a href="{escape(row.href)}" target="_blank">{escape(row.title)}</a>'
        f"<span>{row.shown.isoformat()}</span></li>"
    )


def table(rows: Iterable[Entry]) -> str:
    """Return rows as rows of a table."""
    lines = (
        f'<tr><td><a href="{escape(row.href)}" title="{escape(row.title)}">'
        f"{escape(row.title)}</a></td><td>{row.shown.isoformat()}</td></tr>"
        for row in rows
    )
    return '<table class="box3">' + "\n".join(lines) + "</table>"


def answer(value: object) -> Response:
    """Return a JSON answer."""
    return Response(body=json.dumps(value, ensure_ascii=False).encode(), media_type=JSON)


def whole(text: object, default: int) -> int:
    """Return a number that a request carries, or a default."""
    return int(str(text)) if str(text).isdigit() else default


def form_of(request: Request) -> dict[str, str]:
    """Return the fields of a posted form."""
    return dict(parse_qsl(request.body, keep_blank_values=True))
