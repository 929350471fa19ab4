"""Guangdong's catalogue: a tree in the page's configuration, a JSON list a category.

Belongs here: roots with or without an organ before them, the list API with 100 articles a page,
articles whose body stands only in ``_CONFIG.DETAIL.content``. Quirks: ``root`` (an organ's pinyin
before ``/gkmlpt``), ``jump`` (the tree's node leads to a column of the portal, counted from 1),
``no_fragment`` (the registry names the catalogue, not the category), ``resets`` (agents that are
no browser get an empty 403).
Does not belong here: what stands in the rows.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from functools import partial
from html import escape

from crawler.replica.families.base import LABELS, Family, digest, number, pages_data
from crawler.replica.site import Column, Entry, Request, Resource, Response, Site
from crawler.replica.templates import fill

PER_PAGE = 100
PORTAL_SIZE = 10
JSON = "application/json; charset=utf-8"


class Gkmlpt(Family):
    """Gkmlpt, with the portal columns it leads to."""

    name = "gkmlpt"
    landing_path = "/zwgk/index.html"
    article_template = "gkmlpt_article.html"

    def column_path(self, site: Site, column_number: int) -> str:
        """Return the catalogue's frame; the category is in the fragment."""
        category = self._category(site, column_number)
        return f"{self._root(site)}/index#{category}"

    def registry_url(self, site: Site, column: Column) -> str:
        """Return the address a registry entry gives."""
        if site.spec.quirks.get("no_fragment"):
            return f"{site.base}{self._root(site)}/index"
        return site.base + column.path

    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return ``/gkmlpt/content/…/post_<id>.html``, or a post of the portal."""
        post = number(site.seed, site.spec.host, key, low=100000, high=12000000)
        if site.spec.quirks.get("jump"):
            path = f"{self._portal(column.number)}content/post_{post}.html"
            return path, path
        path = f"{self._root(site)}/content/{post // 10**6}/{post // 1000}/post_{post}.html"
        return path, f"{site.base}{path}#{self._category(site, column.number)}"

    def attachment_path(self, article: str, shown: date, key: str) -> tuple[str, str, str]:
        """Return ``/attachment/…``."""
        name = digest(article, key)
        path = f"/attachment/0/{name[:3]}/{name[:12]}.{key.rsplit('.', 1)[-1]}"
        return path, path, path

    def site_resources(self, site: Site) -> dict[str, Resource]:
        """Return the frame of the catalogue."""
        return {f"{self._root(site)}/index": partial(self._frame, site)}

    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return the column's list API, or its pages in the portal."""
        if not site.spec.quirks.get("jump"):
            category = self._category(site, column.number)
            return {f"{self._root(site)}/api/all/{category}": partial(self._api, site, column)}
        rows = column.rows()
        pages = max(1, -(-len(rows) // PORTAL_SIZE))
        folder = self._portal(column.number)
        found: dict[str, Resource] = {}
        for page in range(1, pages + 1):
            listed = self.list_page(site, column, partial(self._portal_list, site, column, page))
            found[f"{folder}index{f'_{page}' if page > 1 else ''}.html"] = listed
            if page == 1:
                found[folder] = listed
        return found

    @staticmethod
    def _root(site: Site) -> str:
        organ = site.spec.quirks.get("root", "")
        return f"/{organ}/gkmlpt" if organ else "/gkmlpt"

    @staticmethod
    def _portal(column_number: int) -> str:
        return ("/zwgk/zfxxgknb/", "/zwgk/bmnb/")[column_number]

    @staticmethod
    def _category(site: Site, column_number: int) -> int:
        return number(site.seed, site.spec.host, "category", column_number, low=100, high=9999)

    @staticmethod
    def _sid(site: Site) -> str:
        return str(number(site.seed, site.spec.host, "sid", low=750000, high=769999))

    def _frame(self, site: Site, request: Request) -> Response:
        words = pages_data()
        if site.spec.quirks.get("resets") and "Mozilla" not in request.headers.get(
            "User-Agent", ""
        ):
            return Response(403)
        nodes = [
            {"id": n, "name": name, "post_count": 3, "jump_url": "", "children": []}
            for n, name in enumerate(words["landing_links"], 11)
        ]
        children = [
            {
                "id": self._category(site, column.number),
                "name": column.name,
                "parent": 99,
                "post_count": len(column.rows()),
                "jump_url": self._portal(column.number) if site.spec.quirks.get("jump") else "",
                "children": [],
            }
            for column in site.columns
        ]
        nodes.append({"id": 99, "name": words["column_name"], "jump_url": "", "children": children})
        if site.spec.quirks.get("jump"):
            nodes[-1]["jump_url"] = self._portal(0)
        tree = json.dumps(nodes, ensure_ascii=False)
        script = (
            f"window._CONFIG = {{ LANG: 'zh-cn', SID: '{self._sid(site)}', // site\n"
            f"  TREE: {tree},\n  SERVICE_AREA_ID: 755, DETAIL: null, }};"
        )
        text = fill(
            "family_list.html",
            column=words["column_name"],
            head="",
            content='<div id="app"></div>',
            script=script,
            breadcrumb=words["breadcrumb"],
            landing=words["landing_name"],
            landing_path=self.landing_path,
            **self.frame(site),
        )
        return Response(body=text.encode())

    def _api(self, site: Site, column: Column, request: Request) -> Response:
        page = max(1, int(request.arguments.get("page") or 1))
        if request.arguments.get("sid", self._sid(site)) != self._sid(site):
            return Response(body=b'{"articles":[],"total":0}', media_type=JSON)
        rows = column.rows()
        found = rows[(page - 1) * PER_PAGE : page * PER_PAGE]
        answer = {
            "classify": {"id": self._category(site, column.number), "name": column.name},
            "total": len(rows),
            "articles": [self._item(row) for row in found],
        }
        return Response(body=json.dumps(answer).encode(), media_type=JSON)

    @staticmethod
    def _item(row: Entry) -> dict[str, object]:
        at = datetime(row.shown.year, row.shown.month, row.shown.day, tzinfo=UTC)
        seconds = int((at + timedelta(hours=2)).timestamp())
        return {
            "id": number(row.path, low=1, high=10**7),
            "title": row.title,
            "url": row.href,
            "publisher": row.source,
            "date": seconds - 86400 * 3,
            "create_time": seconds + 86400 * 30,
            "display_publish_time": seconds,
            "first_publish_time": seconds,
            "attachment": [],
        }

    def _portal_list(self, site: Site, column: Column, page: int) -> str:
        words = pages_data()
        rows = column.rows()
        lines = "\n".join(
            f'<li><a href="{row.href}">{escape(row.title)}</a><span>{row.shown}</span></li>'
            for row in rows[(page - 1) * PORTAL_SIZE : page * PORTAL_SIZE]
        )
        pages = max(1, -(-len(rows) // PORTAL_SIZE))
        pager = "".join(
            f'<a href="index_{n}.html">{n}</a>' for n in range(2, pages + 1) if n != page
        )
        if page < pages:
            pager += f'<a href="index_{page + 1}.html">{words["next_page"]}</a>'
        return fill(
            "family_list.html",
            column=column.name,
            head="",
            content=f"<ul>{lines}</ul><div>{pager}</div>",
            script="var NFCMS_SITE_ID = 1;",
            breadcrumb=words["breadcrumb"],
            landing=words["landing_name"],
            landing_path=self.landing_path,
            **self.frame(site),
        )

    def article(self, site: Site, column: Column, entry: Entry) -> str:
        """Return an article whose body is escaped in the page's configuration."""
        words = pages_data()
        content = entry.body() + self.attachment_links(entry.attachments).replace(
            "<a ", '<a class="nfw-cms-attachment" '
        )
        if entry.version:
            content += f"<!-- version {entry.version} -->"
        detail = json.dumps({"title": entry.title, "content": content}, ensure_ascii=False)
        for sign, code in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
            detail = detail.replace(sign, code)
        return fill(
            self.article_template,
            title=escape(entry.title),
            shown=entry.shown.isoformat(),
            source=escape(entry.source),
            sid=self._sid(site),
            detail=detail,
            **{f"{key}_label": words[key] for key in LABELS},
            **self.frame(site),
        )
