"""Archived documents to parsed reports, each read once.

A parsed report is kept by what it was read from and by which parser, so a stage that was killed
goes on where it was and a new parser reads the archive anew without a crawl. No tables here.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.archive import ArchiveDamagedError, ArchivedPayload, read_payload
from crawler.documents import PromisedDocument
from crawler.registry import Site
from pipelines.conversion import Task
from pipelines.documents.model import Prepared
from pipelines.locks import cores
from pipelines.reports import PARSER_VERSION
from pipelines.reports.read import Context
from pipelines.reports.region import Bounds
from pipelines.workers import readers
from warehouse.facts.files import write_whole
from warehouse.facts.forms import FORMS_VERSION
from warehouse.facts.titles import judge_title
from warehouse.home import Home

_MOST_PICTURES = 20  # of one article
_MOST_READERS = 4  # processes of one run
_EVERY = 50  # documents between two lines of progress


@dataclass(frozen=True)
class _Given:
    """A document of the archive with all that speaks for what it says.

    Attributes:
        document: from the manifest.
        context: what its list and site tell.
        pictures: the archived pictures that an article shows, in its order.
    """

    document: PromisedDocument
    context: Context
    pictures: tuple[PromisedDocument, ...] = ()


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


def bounds_of(site: Site) -> Bounds:
    """The place of a site."""
    return Bounds(site.province, site.city, site.county)


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
        bounds = bounds_of(site)
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


def _given(documents: list[PromisedDocument], by_host: dict[str, Site]) -> list[_Given]:
    """The documents with what is known of each."""
    titles = {document.url: document.title for document in documents}
    shown: dict[str, list[PromisedDocument]] = {}
    for document in documents:
        is_picture = (document.media_type or "").startswith("image/")
        if is_picture and document.parent is not None and document.sha256 is not None:
            shown.setdefault(document.parent, []).append(document)
    return [
        _Given(
            document,
            context_of(document, by_host.get(document.site), titles.get(document.parent or "")),
            tuple(shown.get(document.url, ())[:_MOST_PICTURES]),
        )
        for document in documents
    ]


def _key(given: _Given) -> str:
    context = given.context
    told = (
        given.document.sha256,
        *(picture.sha256 for picture in given.pictures),
        context.url,
        context.list_title,
        context.organ,
        context.bounds,
        PARSER_VERSION,
        FORMS_VERSION,
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _known(home: Home, given: _Given) -> tuple[Path, Parsed | None]:
    """Where the reading of a document is kept, and the reading when it is there."""
    key = _key(given)
    path = home.parsed / key[:2] / f"{key}.json"
    if not path.exists():
        return path, None
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return path, Parsed(given.document, report)


def _task(home: Home, given: _Given) -> Task:
    """The archived bytes with what is known of them, an article's with its pictures.

    Raises:
        ArchiveDamagedError: the archive does not give them back.
        OSError: the same.
    """
    body = _body(home, given.document)
    whole = dataclasses.replace(given.context, content_type=body.content_type)
    pictures = tuple(_body(home, picture).body for picture in given.pictures)
    return Task(body.body, given.context.url, whole, Prepared(pictures=pictures))


def _body(home: Home, document: PromisedDocument) -> ArchivedPayload:
    return read_payload(home.archive, document.warc or "", document.offset or 0)


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
    todo = _given(list(documents), {site.host: site for site in sites})
    done: dict[int, Parsed] = {}
    unread: dict[int, Path] = {}
    for number, given in enumerate(todo):
        if given.document.sha256 is None:
            done[number] = Parsed(given.document, None)
            continue
        path, known = _known(home, given)
        if known is not None:
            done[number] = known
        else:
            unread[number] = path
    for number, report in _read(home, {n: todo[n] for n in unread}, done, say):
        write_whole(unread[number], json.dumps(report, ensure_ascii=False))
        done[number] = Parsed(todo[number].document, report)
        if len(done) % _EVERY == 0:
            say(f"parse: {len(done)} of {len(todo)} documents")
    if todo:
        say(f"parse: {len(done)} of {len(todo)} documents, {len(unread)} read anew")
    return [done[number] for number in range(len(todo))]


def _read(
    home: Home,
    documents: dict[int, _Given],
    done: dict[int, Parsed],
    say: Callable[[str], None],
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Reads documents in workers; those the archive does not give back are settled in ``done``."""
    numbers: list[int] = []

    def tasks() -> Iterator[Task]:
        for number, given in documents.items():
            try:
                task = _task(home, given)
            except (ArchiveDamagedError, OSError) as error:
                # Not kept: an archive that is mended is read again.
                lost = {"status": "rejected", "error": f"archive: {error}"}
                done[number] = Parsed(given.document, lost)
                continue
            numbers.append(number)
            yield task

    if not documents:
        return
    # Each reader is bounded in time, but not in number over all runs: that is what cores are for.
    with cores(home, min(_MOST_READERS, len(documents)), say) as number, readers(number) as pool:
        for position, report in enumerate(pool.read(tasks())):
            yield numbers[position], report
