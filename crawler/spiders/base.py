"""The base spider: list, promise, article, attachments; one instance crawls one site.

Asks and writes down; how a family prints its lists is in ``crawler.families``. A row that is not
an annual report of a wanted year is never fetched.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from scrapy import Request, Spider, signals
from scrapy.http import Response

from crawler.addresses import absolute, host_of
from crawler.archive import Capture
from crawler.decoding import decode_page
from crawler.links import read_attachments, stub_target
from crawler.listing import Row
from crawler.opening import open_recorder, parse_years
from crawler.paging import Ask, ListPage, Page, SubColumn
from crawler.reasons import reason_of
from crawler.rechecks import is_past
from crawler.recorder import Asked, Recorder
from crawler.registry import Column, Site, load_sites
from crawler.responses import capture_of, is_text, problem_of
from crawler.subcolumns import column_key
from crawler.walk import Walk
from warehouse.facts.titles import judge_title

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

log = logging.getLogger("crawler.progress")
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


class FamilySpider(Spider):
    """Crawls one site; a family gives ``name`` and ``read_list``.

    Attributes:
        site: the registry entry.
        years: covered years that are wanted.
        recorder: writes everything down.
        full: ask unchanged articles again, conditionally.
        registry_hosts: hosts that may be asked besides government names.
    """

    def __init__(
        self,
        site: Site,
        years: Iterable[int],
        recorder: Recorder,
        full: bool = False,
        registry_hosts: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.site = site
        self.years = frozenset(years)
        self.recorder = recorder
        self.full = full
        self.registry_hosts = frozenset({*registry_hosts, host_of(f"//{site.host}")})
        self._walked = {column_key(column.url) for column in site.columns}

    @staticmethod
    def read_list(page: Page) -> ListPage:
        """Reads one list page; each family has its own."""
        raise NotImplementedError

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> FamilySpider:
        """Makes the spider; with ``site`` as a host name, everything else is looked up.

        Args:
            crawler: Scrapy's.
            args: passed on.
            kwargs: ``site`` a ``Site`` or a host of the registry, ``years`` numbers or a text
                like ``2019-2021``, and optionally ``recorder``, ``full``, ``sites`` (a registry).

        Raises:
            ValueError: no such site, or years that cannot be read.
        """
        if isinstance(kwargs.get("site"), str):
            given = kwargs.pop("sites", None)
            registry = load_sites(Path(given) if given else None)
            host = kwargs["site"]
            site = next((entry for entry in registry if entry.host == host), None)
            if site is None:
                raise ValueError(f"{host} is not in the registry")
            now = datetime.now(UTC)
            kwargs["site"], kwargs["years"] = site, parse_years(kwargs.get("years"), now)
            kwargs["recorder"] = open_recorder(
                crawler.settings["GONGKAI_ARCHIVE"], site.province, kwargs["years"], now
            )
            crawler.signals.connect(kwargs["recorder"].close, signals.engine_stopped, weak=False)
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_spider_error, signals.spider_error)
        crawler.signals.connect(spider.on_closed, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Asks for each column's first page."""
        counts = self.recorder.report.site(self.site.host)
        if not self.site.columns:
            counts.error("no columns in the registry entry")
        for column in self.site.columns:
            walk = Walk(column)
            for request in self._ask(walk, [Ask(absolute(column.url, ""))]):
                yield request

    # Lists.

    def _ask(self, walk: Walk, more: Iterable[Ask]) -> Iterator[Request]:
        """Asks for the next waiting page of a column, one at a time."""
        walk.waiting.extend(more)
        while walk.waiting:
            ask = walk.waiting.popleft()
            if (ask.url, ask.body) in walk.asked:
                continue
            walk.asked.add((ask.url, ask.body))
            asked = Asked(self.site.host, ask.url, "list", form=ask.body)
            kind = _JSON if ask.json is not None else _FORM
            yield self._request(asked, self.on_list, priority=10, kind=kind, walk=walk, ask=ask)
            return
        if not walk.broken:
            self.recorder.note_pass(self.site.host, walk.column.url, self.years)

    def on_list(self, response: Response, asked: Asked, walk: Walk, ask: Ask) -> Iterator[Request]:
        """Reads a list page, promises its reports, asks for them and for the next page."""
        missing = response.status in (404, 410)
        if missing and ask.absent == "end":
            walk.waiting.clear()  # how the end of a static list looks
            yield from self._ask(walk, ())
            return
        if missing and ask.absent == "read":
            yield from self._without(asked, walk, ask, missing=True)
            return
        if problem := problem_of(response):
            if ask.absent != "skip":
                walk.broken = True
                self._fail(asked, *problem)
            yield from self._without(asked, walk, ask)
            return
        capture = capture_of(response, asked.form, self.recorder.clock())
        known = self.recorder.known(asked)
        self.recorder.store(asked, capture)
        if capture.status == 304 and known is not None:
            capture = self.recorder.archived_body(known)
        found, fresh = self._read(capture, walk, ask)
        self._note_problem(asked, found)
        wanted = self._wanted(fresh, asked)
        log.info("%s: %d rows, %d wanted: %s", self.site.host, len(fresh), len(wanted), asked.url)
        enough = walk.goes_round(found.rows, fresh) or self._is_enough(walk, fresh)
        if found.end or enough:
            walk.waiting.clear()
        walk.broken = walk.broken or bool(found.problem or found.remark)
        yield from self._articles(wanted, capture)
        yield from self._ask(walk, () if enough else found.more)
        yield from self._below(walk, found.columns)

    def _read(self, capture: Capture, walk: Walk, ask: Ask) -> tuple[ListPage, list[Row]]:
        text = decode_page(capture.body, capture.header("Content-Type"))
        seen, title, depth = frozenset(walk.seen), walk.title, walk.depth
        page = Page(capture.url, text, walk.column.url, ask, seen, self.years, title, depth)
        target = stub_target(text, capture.url) if page.is_first else None
        found = ListPage([], [Ask(target)]) if target else self.read_list(page)
        fresh = page.fresh(found.rows)
        walk.seen.update(row.url for row in fresh)
        return found, fresh

    def _is_enough(self, walk: Walk, fresh: list[Row]) -> bool:
        """Whether nothing wanted can lie behind a page, once the column was read to its end."""
        passed = not self.full and self.recorder.passed(walk.column.url, self.years)
        return passed and is_past(fresh, self.years)

    def _without(
        self, asked: Asked, walk: Walk, ask: Ask, missing: bool = False
    ) -> Iterator[Request]:
        """Goes on after a list page that did not come."""
        more: list[Ask] = []
        if ask.absent == "read":
            seen = frozenset(walk.seen)
            page = Page(ask.url, "", walk.column.url, ask, seen, self.years)
            found = self.read_list(replace(page, missing=missing, broken=not missing))
            self._note_problem(asked, found)
            more = found.more
        yield from self._ask(walk, more)

    def _note_problem(self, asked: Asked, found: ListPage) -> None:
        if words := found.problem or found.remark:
            counts = self.recorder.report.site(self.site.host)
            counts.leave_list(f"list {asked.url}: {words}", short=found.problem is not None)

    def _below(self, walk: Walk, columns: Iterable[SubColumn]) -> Iterator[Request]:
        """Walks the lists below a column, each once."""
        for column in columns:
            key = column_key(column.url)
            if key not in self._walked:
                self._walked.add(key)
                entry = Column(column.url, walk.column.organ)
                below = Walk(entry, column.title, walk.depth + 1)
                yield from self._ask(below, [Ask(absolute(column.url, ""))])

    def _wanted(self, rows: Iterable[Row], page: Asked) -> list[Asked]:
        counts = self.recorder.report.site(self.site.host)
        wanted = []
        for row in rows:
            counts.rows += 1
            verdict = judge_title(row.title, row.date)
            year = verdict.year if row.year is None else row.year
            is_report = verdict.is_report or row.year is not None
            # A list is a report only where its own page says so.
            walked = row.url != page.url and column_key(row.url) in self._walked
            if not is_report or walked or not self.recorder.claim(row.url):
                continue
            counts.reports_listed += 1
            if year is None:
                counts.undated += 1  # mostly the column's own link in the navigation
            elif year in self.years:
                wanted.append(
                    Asked(
                        self.site.host,
                        row.url,
                        "article",
                        year=year,
                        title=row.title,
                        date=row.date,
                        list_url=page.url,
                    )
                )
        return wanted

    # Articles and attachments.

    def _articles(self, wanted: list[Asked], page: Capture) -> Iterator[Request]:
        due: list[Asked] = []
        for article in wanted:
            if article.url == page.url:
                yield from self._in_hand(article, page)
                continue
            if self.recorder.is_settled(article) and not self.full:
                self.recorder.skip(article)
                due += self._missing(article)
            else:
                due.append(article)
        self.recorder.promise(due)
        for document in due:
            yield self._document_request(document)

    def _in_hand(self, article: Asked, page: Capture) -> Iterator[Request]:
        """Keeps a list page that is itself a report, without asking for it again."""
        known = self.recorder.known(article)
        original = known.original() if known else None
        if original is not None and original.sha256 == page.sha256:
            self.recorder.skip(article)
            yield from self._again(article)
            return
        self.recorder.promise([article])
        yield from self._store_article(article, page)

    def _store_article(self, article: Asked, page: Capture) -> Iterator[Request]:
        text = decode_page(page.body, page.header("Content-Type"))
        attachments = self._attachments(text, page, article)
        self.recorder.store(article, page, attachments)
        yield from map(self._document_request, attachments)

    def _missing(self, article: Asked) -> list[Asked]:
        missing = self.recorder.missing_attachments(article)
        return [asked for asked in missing if self.recorder.claim(asked.url)]

    def _document_request(self, asked: Asked) -> Request:
        self.recorder.report.site(self.site.host).requested += 1
        priority = 5 if asked.role == "attachment" else 0
        return self._request(asked, self.on_document, priority=priority)

    def on_document(
        self, response: Response, asked: Asked, stub: bool = False
    ) -> Iterator[Request]:
        """Archives an article or attachment, and asks for an article's attachments."""
        if problem := problem_of(response):
            self._fail(asked, *problem)
            return
        capture = capture_of(response, asked.form, self.recorder.clock())
        # A list may link to a file directly; nothing is read in it.
        if asked.role != "article" or response.status == 304 or not is_text(capture):
            self.recorder.store(asked, capture)
            yield from self._again(asked)
            return
        text = decode_page(capture.body, capture.header("Content-Type"))
        target = None if stub else stub_target(text, capture.url)
        if target is not None:
            yield self._request(asked, self.on_document, url=target, stub=True)
            return
        yield from self._store_article(asked, capture)

    def _again(self, article: Asked) -> Iterator[Request]:
        missing = self._missing(article)
        self.recorder.promise(missing)
        yield from map(self._document_request, missing)

    def _attachments(self, text: str, capture: Capture, article: Asked) -> list[Asked]:
        return [
            Asked(
                self.site.host,
                link.url,
                "attachment",
                parent=article.url,
                year=article.year,
                title=link.title,
                list_url=article.list_url,
            )
            for link in read_attachments(text, capture.url)
            if self.recorder.claim(link.url)
        ]

    # Asking, and what may go wrong.

    def _request(
        self,
        asked: Asked,
        callback: Any,
        *,
        url: str | None = None,
        priority: int = 0,
        kind: str = _FORM,
        **kwargs: Any,
    ) -> Request:
        headers: dict[str, str] = {}
        known = self.recorder.known(asked)
        if known is not None and known.sha256 is not None and url is None and asked.form is None:
            if known.etag:
                headers["If-None-Match"] = known.etag
            if known.last_modified:
                headers["If-Modified-Since"] = known.last_modified
        if asked.form is not None:
            headers["Content-Type"] = kind
            headers["X-Requested-With"] = "XMLHttpRequest"
        if asked.list_url or kwargs.get("walk"):
            headers["Referer"] = asked.list_url or kwargs["walk"].column.url
        return Request(
            url or asked.url,
            callback=callback,
            errback=self.on_failure,
            method="GET" if asked.form is None else "POST",
            body=asked.form or "",
            headers=headers,
            priority=priority,
            cb_kwargs={"asked": asked, **kwargs},
            dont_filter=True,  # the recorder keeps count; a silent drop would lose a promise
        )

    def on_failure(self, failure: Failure) -> Iterator[Request]:
        """Writes down why a request came to nothing; a list goes on with its next page."""
        request: Request = cast(Any, failure).request
        asked: Asked = request.cb_kwargs["asked"]
        max_bytes = self.settings.getint("DOWNLOAD_MAXSIZE")
        error = failure.value or RuntimeError("no reason given")
        outcome, reason = reason_of(error, host_of(request.url), max_bytes)
        self._fail(asked, outcome, reason)
        if asked.role == "list":
            given = request.cb_kwargs
            given["walk"].broken = True
            yield from self._without(asked, given["walk"], given["ask"])

    def _fail(self, asked: Asked, outcome: str, reason: str) -> None:
        log.info("%s: %s %s: %s: %s", self.site.host, asked.role, asked.url, outcome, reason)
        self.recorder.fail(asked, outcome, reason)

    def on_spider_error(self, failure: Failure, response: Response) -> None:
        """Writes down an error of our own, so that no promise stays open without a reason."""
        asked: Asked | None = response.cb_kwargs.get("asked")
        reason = f"internal error: {type(failure.value).__name__}: {failure.value}"
        if asked is not None:
            self._fail(asked, "failed", reason)

    def on_closed(self, reason: str) -> None:
        """Ends the site in the records."""
        counts = self.recorder.report.site(self.site.host)
        if counts.lists and not counts.reports_listed:
            counts.error("none of the lists names an annual report")
        if reason == "finished":
            self.recorder.check_yield(self.site)
        self.recorder.close_site(self.site.host, reason)
        log.info(
            "%s: %s; %d new, %d unchanged, %d failed, %d blocked, %d refused",
            self.site.host,
            reason,
            counts.fetched,
            counts.unchanged + counts.skipped_unchanged,
            counts.failed,
            counts.blocked,
            counts.refused,
        )
