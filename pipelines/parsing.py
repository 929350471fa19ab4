"""Archived documents to parsed reports, each read once.

A parsed report is kept by what it was read from and by which parser, so a stage that was killed
goes on where it was and a new parser reads the archive anew without a crawl. No tables here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from crawler.archive import ArchiveDamagedError, read_payload
from crawler.documents import PromisedDocument
from crawler.registry import Site
from pipelines.reports import PARSER_VERSION
from pipelines.reports.read import Context, read_report
from pipelines.reports.region import Bounds
from warehouse.facts.files import write_whole
from warehouse.facts.forms import FORMS_VERSION
from warehouse.home import Home

_EVERY = 25  # documents between two lines of progress


@dataclass(frozen=True)
class Parsed:
    """A document of the archive and the report read from it.

    Attributes:
        document: from the manifest.
        report: the object of ``gongkai parse --json``; None when there are no bytes.
    """

    document: PromisedDocument
    report: dict[str, Any] | None

    @property
    def year(self) -> int | None:
        """The year it is filed under: the one it covers, else the one its list row says."""
        covered = self.report.get("year") if self.report else None
        return covered if isinstance(covered, int) else self.document.year


def context_of(document: PromisedDocument, site: Site | None) -> Context:
    """What is known about a document from its list and site."""
    column_organ = None
    bounds = None
    if site is not None:
        bounds = Bounds(site.province, site.city, site.county)
        column_organ = next(
            (c.organ for c in site.columns if c.organ and c.url == document.list_url), None
        )
    return Context(
        url=document.final_url or document.url,
        content_type=document.media_type,
        list_title=document.title or None,
        organ=column_organ,
        bounds=bounds,
    )


def _key(document: PromisedDocument, context: Context) -> str:
    told = (
        document.sha256,
        context.url,
        context.list_title,
        context.organ,
        context.bounds,
        PARSER_VERSION,
        FORMS_VERSION,
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()


def parse_one(home: Home, document: PromisedDocument, site: Site | None) -> Parsed:
    """Reads one document, or finds it read already.

    Raises:
        OSError: the result cannot be kept.
    """
    if document.sha256 is None or document.warc is None or document.offset is None:
        return Parsed(document, None)
    context = context_of(document, site)
    key = _key(document, context)
    path = home.parsed / key[:2] / f"{key}.json"
    if path.exists():
        known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Parsed(document, known)
    try:
        body = read_payload(home.archive, document.warc, document.offset)
    except (ArchiveDamagedError, OSError) as error:
        # Not kept: an archive that is mended is read again.
        return Parsed(document, {"status": "rejected", "error": f"archive: {error}"})
    whole = Context(
        context.url, body.content_type, context.list_title, context.organ, context.bounds
    )
    report = read_report(body.body, context.url, whole).to_json()
    write_whole(path, json.dumps(report, ensure_ascii=False))
    return Parsed(document, report)


def parse_all(
    home: Home,
    documents: Iterable[PromisedDocument],
    sites: Iterable[Site],
    say: Callable[[str], None],
) -> list[Parsed]:
    """Reads documents in their order.

    Args:
        home: whose archive.
        documents: from the manifest.
        sites: the registry entries of their hosts.
        say: gets a line of progress now and then.
    """
    by_host = {site.host: site for site in sites}
    parsed: list[Parsed] = []
    todo = list(documents)
    for number, document in enumerate(todo, 1):
        parsed.append(parse_one(home, document, by_host.get(document.site)))
        if number % _EVERY == 0 or number == len(todo):
            say(f"parse: {number} of {len(todo)} documents")
    return parsed
