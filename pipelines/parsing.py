"""Archived documents to parsed reports, each read once.

A parsed report is kept by what it was read from and by which parser, so a stage that was killed
goes on where it was and a new parser reads the archive anew without a crawl. No tables here.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.archive import ArchiveDamagedError, read_payload
from crawler.documents import PromisedDocument
from crawler.registry import Site
from pipelines.reports import PARSER_VERSION
from pipelines.reports.read import Context
from pipelines.reports.region import Bounds
from pipelines.workers import Task, readers
from warehouse.facts.files import write_whole
from warehouse.facts.forms import FORMS_VERSION
from warehouse.facts.titles import judge_title
from warehouse.home import Home

_EVERY = 50  # documents between two lines of progress


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


def context_of(
    document: PromisedDocument, site: Site | None, parent_title: str | None = None
) -> Context:
    """What is known about a document from its list and site.

    Args:
        document: from the manifest.
        site: the registry entry of its host.
        parent_title: of the article that an attachment belongs to; speaks where the link to the
            attachment names no report.
    """
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
        list_title=_naming(document.title, parent_title),
        organ=document.organ or column_organ,
        bounds=bounds,
    )


def _naming(*titles: str | None) -> str | None:
    """The first title that names a report, else the first there is."""
    given = [title for title in titles if title]
    return next((t for t in given if judge_title(t).is_report), given[0] if given else None)


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


def _known(home: Home, document: PromisedDocument, context: Context) -> tuple[Path, Parsed | None]:
    """Where the reading of a document is kept, and the reading when it is there."""
    key = _key(document, context)
    path = home.parsed / key[:2] / f"{key}.json"
    if not path.exists():
        return path, None
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return path, Parsed(document, report)


def _task(home: Home, document: PromisedDocument, context: Context) -> Task:
    """The archived bytes with what is known of them.

    Raises:
        ArchiveDamagedError: the archive does not give them back.
        OSError: the same.
    """
    body = read_payload(home.archive, document.warc or "", document.offset or 0)
    whole = dataclasses.replace(context, content_type=body.content_type)
    return Task(body.body, context.url, whole)


def parse_all(
    home: Home,
    documents: Iterable[PromisedDocument],
    sites: Iterable[Site],
    say: Callable[[str], None],
) -> list[Parsed]:
    """Reads documents in their order, those that were read before from what was kept.

    Args:
        home: whose archive.
        documents: from the manifest.
        sites: the registry entries of their hosts.
        say: gets a line of progress now and then.

    Raises:
        OSError: a reading cannot be kept.
    """
    by_host = {site.host: site for site in sites}
    todo = list(documents)
    titles = {document.url: document.title for document in todo}
    contexts = [
        context_of(document, by_host.get(document.site), titles.get(document.parent or ""))
        for document in todo
    ]
    done: dict[int, Parsed] = {}
    unread: dict[int, Path] = {}
    for number, document in enumerate(todo):
        if document.sha256 is None:
            done[number] = Parsed(document, None)
            continue
        path, known = _known(home, document, contexts[number])
        if known is not None:
            done[number] = known
        else:
            unread[number] = path
    for number, report in _read(home, {n: (todo[n], contexts[n]) for n in unread}, done):
        write_whole(unread[number], json.dumps(report, ensure_ascii=False))
        done[number] = Parsed(todo[number], report)
        if len(done) % _EVERY == 0:
            say(f"parse: {len(done)} of {len(todo)} documents")
    say(f"parse: {len(done)} of {len(todo)} documents, {len(unread)} read anew")
    return [done[number] for number in range(len(todo))]


def _read(
    home: Home,
    documents: dict[int, tuple[PromisedDocument, Context]],
    done: dict[int, Parsed],
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Reads documents in workers; those the archive does not give back are settled in ``done``."""
    given: list[int] = []

    def tasks() -> Iterator[Task]:
        for number, (document, context) in documents.items():
            try:
                task = _task(home, document, context)
            except (ArchiveDamagedError, OSError) as error:
                # Not kept: an archive that is mended is read again.
                lost = {"status": "rejected", "error": f"archive: {error}"}
                done[number] = Parsed(document, lost)
                continue
            given.append(number)
            yield task

    if not documents:
        return
    with readers(min(os.cpu_count() or 1, 4)) as pool:
        for position, report in enumerate(pool.read(tasks())):
            yield given[position], report
