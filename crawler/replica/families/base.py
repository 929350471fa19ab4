"""What all played families share: home page, landing page, robots.txt, articles, attachments.

Belongs here: the parts of a site that do not depend on the CMS, and the interface of a family.
Does not belong here: addresses and lists of one CMS (the sibling modules).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from html import escape
from typing import Any

from crawler.replica import searches
from crawler.replica.labels import read_data
from crawler.replica.site import (
    Attachment,
    Column,
    Entry,
    Page,
    Request,
    Resource,
    Response,
    Site,
)
from crawler.replica.templates import fill

# the words of pages.yaml that article templates ask for, as ``$<word>_label``
LABELS = (
    "breadcrumb",
    "published",
    "source",
    "font",
    "print",
    "close",
    "share",
    "views",
    "index_number",
    "publisher",
    "written",
    "subject",
    "subject_value",
)


def pages_data() -> dict[str, Any]:
    """Return the words of pages."""
    return read_data("pages.yaml")


def digest(*parts: object) -> str:
    """Return 32 hexadecimal digits that depend on the parts alone."""
    return sha256("/".join(map(str, parts)).encode()).hexdigest()[:32]


def number(*parts: object, low: int, high: int) -> int:
    """Return a number from low to high (excluded) that depends on the parts alone."""
    return low + int(digest(*parts), 16) % (high - low)


class Family(ABC):
    """A CMS: how it addresses things and what its pages look like."""

    name: str
    landing_path: str
    article_template: str

    @abstractmethod
    def column_path(self, site: Site, column_number: int) -> str:
        """Return the path of the first list page of a column."""

    @abstractmethod
    def article_path(self, site: Site, column: Column, shown: date, key: str) -> tuple[str, str]:
        """Return an article's path and the link by which the list page names it."""

    @abstractmethod
    def attachment_path(self, article: str, shown: date, key: str) -> tuple[str, str, str]:
        """Return an attachment's path with query, its link in the article, and its final path."""

    @abstractmethod
    def column_resources(self, site: Site, column: Column) -> dict[str, Resource]:
        """Return list pages and list endpoints of a column by path."""

    def registry_url(self, site: Site, column: Column) -> str:
        """Return the address by which a registry entry names a column."""
        return site.base + column.path

    def site_resources(self, site: Site) -> dict[str, Resource]:
        """Return endpoints of the whole site by path."""
        return {}

    def resources(self, site: Site) -> dict[str, Resource]:
        """Return everything a site serves, by path without query."""
        oldest = min((row.shown for row in site.entries()), default=date.min)

        def made() -> datetime:
            return datetime.combine(oldest, time(8))

        found: dict[str, Resource] = {
            "/robots.txt": Page(lambda: self.robots(site).encode(), made, "text/plain"),
            "/": self._html(site, lambda: self.home(site), made),
            "/index.html": self._html(site, lambda: self.home(site), made),
            self.landing_path: self._html(site, lambda: self.landing(site), made),
            **searches.resources(site),
            **self.site_resources(site),
        }
        for column in site.columns:
            found |= self.column_resources(site, column)
            for entry in column.published():
                found |= self.entry_resources(site, column, entry)
        return found

    def entry_resources(self, site: Site, column: Column, entry: Entry) -> dict[str, Resource]:
        """Return an article and its attachments by path."""

        def modified() -> datetime:
            at = datetime.combine(entry.shown, time(9, 30))
            return at + timedelta(days=entry.version)

        found: dict[str, Resource] = {
            entry.path: self._html(site, lambda: self.article(site, column, entry), modified)
        }
        for attachment in entry.attachments:
            found[attachment.final_path] = Page(attachment.build, modified, attachment.media_type)
        return found

    def list_page(self, site: Site, column: Column, build: Callable[[], str]) -> Page:
        """Wrap a list as a page whose date is that of its newest row."""
        newest = max((row.shown for row in column.rows()), default=date.min)
        changes = sum(entry.version + entry.hidden for entry in column.entries)
        at = datetime.combine(newest, time(10)) + timedelta(seconds=changes)
        return self._html(site, build, lambda: at)

    @staticmethod
    def _html(site: Site, build: Callable[[], str], modified: Callable[[], datetime]) -> Page:
        """Wrap an HTML page; ``mislabelled`` sites say gb2312 and hold gb18030, as old ones do."""
        if not site.spec.quirks.get("mislabelled"):
            return Page(lambda: build().encode(), modified)
        return Page(
            lambda: build().replace("charset=utf-8", "charset=gb2312").encode("gb18030"),
            modified,
            "text/html",
        )

    def missing(self, site: Site, request: Request) -> Response:
        """Answer a request for a path that does not exist."""
        return Response(404, b"<html><head><title>404 Not Found</title></head></html>")

    def robots(self, site: Site) -> str:
        """Return robots.txt with the site's closed paths."""
        closed = ["/admin/", *site.closed]
        return "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in closed)

    def home(self, site: Site) -> str:
        """Return the home page, with a link to the landing page of disclosure."""
        words = pages_data()
        links = [f'<li><a href="#">{escape(text)}</a></li>' for text in words["navigation"]]
        links.insert(1, f'<li><a href="{self.landing_path}">{words["landing_name"]}</a></li>')
        found = {"navigation": "\n".join(links), "search": searches.sign(site)}
        return fill("home.html", **found, **self.frame(site))

    def landing(self, site: Site) -> str:
        """Return the landing page of disclosure, with links to the annual-report columns."""
        words = pages_data()
        links = [f'<li><a href="#">{escape(text)}</a></li>' for text in words["landing_links"]]
        links += [
            f'<li><a href="{column.path}" title="{column.name}">{column.name}</a></li>'
            for column in site.columns
        ]
        name = words["landing_name"]
        return fill("landing.html", name=name, links="\n".join(links), **self.frame(site))

    def frame(self, site: Site) -> dict[str, object]:
        """Return the values every template asks for."""
        words = pages_data()
        return {
            "site_name": escape(site.spec.name),
            "host": site.spec.host,
            "site_code": site.spec.code,
            "sponsor_label": words["sponsor"],
            "code_label": words["site_code"],
        }

    def article(self, site: Site, column: Column, entry: Entry) -> str:
        """Return an article page."""
        words = pages_data()
        body = entry.body()
        if entry.version:
            body += f"<!-- version {entry.version} -->"
        return fill(
            self.article_template,
            title=escape(entry.title),
            shown=entry.shown.isoformat(),
            year=entry.shown.year,
            month=entry.shown.month,
            day=entry.shown.day,
            source=escape(entry.source),
            path=entry.path,
            column=column.name,
            column_path=column.path,
            landing=words["landing_name"],
            landing_path=self.landing_path,
            body=body,
            attachments=self.attachment_links(entry.attachments),
            index_number=f"{site.spec.code}/{entry.shown.year}-{digest(entry.path)[:5]}",
            **{f"{key}_label": words[key] for key in LABELS},
            **self.frame(site),
        )

    def attachment_links(self, attachments: Iterable[Attachment]) -> str:
        """Return the block of attachment links, empty for none."""
        lines = [f'<p><a href="{escape(a.href)}">{escape(a.name)}</a></p>' for a in attachments]
        if not lines:
            return ""
        label = pages_data()["attachments"]
        return f'<div class="fj"><strong>{label}</strong>{"".join(lines)}</div>'
