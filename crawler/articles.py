"""From promised rows to archived articles and attachments.

An article in hand under an unchanged row is not asked for again; one whose year nobody told is
filed by what its own page says. Which rows are promised is decided in ``lists``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from scrapy import Request
from scrapy.http import Response

from crawler.addresses import is_web
from crawler.archive import ArchiveDamagedError, Capture
from crawler.asked import Asked
from crawler.asking import Asker
from crawler.decoding import decode_page
from crawler.links import is_attachment, read_attachments, stub_target
from crawler.listing import based
from crawler.middlewares import refusal
from crawler.ownpage import page_row
from crawler.responses import capture_of, is_text, problem_of
from crawler.sameness import says_the_same
from warehouse.facts.titles import judge_title

_DEEPEST_FRAME = 2
"""Frames within frames that are looked into for files."""


class ArticleReader(Asker):
    """Asks for the documents of one site."""

    def articles(self, wanted: list[Asked], page: Capture, road: str) -> Iterator[Request]:
        """Promises the articles that a list page names and asks for them.

        Args:
            wanted: articles met for the first time in this run.
            page: the list page, which may itself be one of them.
            road: how they were found.
        """
        due: list[Asked] = []
        for article in wanted:
            if article.url == page.url:
                yield from self._in_hand(article, page, road)
                continue
            if self.recorder.is_settled(article) and not self.full:
                self.recorder.skip(article)
                due += self._missing(article)
            else:
                due.append(article)
        self.recorder.promise(due, road)
        yield from self._documents(due)

    def _in_hand(self, article: Asked, page: Capture, road: str) -> Iterator[Request]:
        """Keeps a list page that is itself a report, without asking for it again."""
        known = self.recorder.known(article)
        original = known.original() if known else None
        if original is not None and original.sha256 == page.sha256:
            self.recorder.skip(article)
            yield from self._again(article)
            return
        self.recorder.promise([article], road)
        yield from self._store_article(article, page)

    def _store_article(self, article: Asked, page: Capture) -> Iterator[Request]:
        text = based(decode_page(page.body, page.header("Content-Type")), page.url)
        if article.year is None:
            article = replace(article, year=_told_year(article, page, text))
        attachments = self._attachments(text, page, article)
        self.recorder.store(article, page, attachments, self._is_retouched(article, page))
        yield from self._documents(attachments)
        if not attachments:
            yield from self.listed_in(article, page, text)

    def listed_in(self, article: Asked, page: Capture, text: str) -> Iterator[Request]:
        """Asks for the reports that an article lists which is no report itself.

        Args:
            article: what was asked for.
            page: what came.
            text: its source.
        """
        yield from ()

    def _is_retouched(self, article: Asked, page: Capture) -> bool:
        """Whether an article has other bytes than before and says the same."""
        known = self.recorder.known(article)
        if known is None or known.sha256 in (None, page.sha256):
            return False
        try:
            before = self.recorder.archived_body(known).body
        except ArchiveDamagedError:  # then nothing is known of it, and ``verify`` names it
            return False
        return says_the_same(before, page.body, page.header("Content-Type"), page.url)

    def _missing(self, article: Asked) -> list[Asked]:
        missing = self.recorder.missing_attachments(article)
        return [asked for asked in missing if self.recorder.claim(asked.url)]

    def _documents(self, promised: Iterable[Asked], depth: int = 0) -> Iterator[Request]:
        """Asks for documents; what is no address at all ends here."""
        for asked in promised:
            self.counts.requested += 1
            if not is_web(asked.url):
                self.fail(asked, "refused", refusal(asked.url, ()) or "scheme: no address")
                continue
            priority = 5 if asked.role == "attachment" else 0
            led_here = asked.parent or asked.list_url
            yield self.request(
                asked, self.on_document, priority=priority, referer=led_here, depth=depth
            )

    def on_document(
        self, response: Response, asked: Asked, stub: bool = False, depth: int = 0
    ) -> Iterator[Request]:
        """Archives an article or attachment, and asks for the files that it leads to."""
        if problem := problem_of(response):
            self.fail(asked, *problem)
            return
        capture = capture_of(response, asked.form, self.recorder.clock())
        # A list may link to a file directly; nothing is read in it.
        if response.status == 304 or not is_text(capture):
            self.recorder.store(asked, capture)
            yield from self._again(asked)
            return
        if asked.role == "attachment":
            yield from self._store_frame(asked, capture, depth)
            return
        text = decode_page(capture.body, capture.header("Content-Type"))
        target = None if stub else stub_target(text, capture.url)
        if target is not None:
            yield self.request(asked, self.on_document, url=target, referer=capture.url, stub=True)
            return
        yield from self._store_article(asked, capture)

    def _store_frame(self, asked: Asked, page: Capture, depth: int) -> Iterator[Request]:
        """Keeps an attachment that is a page: a body in a frame, which may link to files."""
        files: list[Asked] = []
        if depth < _DEEPEST_FRAME and not is_attachment(asked.url):
            text = based(decode_page(page.body, page.header("Content-Type")), page.url)
            files = self._attachments(text, page, replace(asked, url=asked.parent or asked.url))
        self.recorder.store(asked, page, files)
        yield from self._documents(files, depth + 1)

    def _again(self, article: Asked) -> Iterator[Request]:
        missing = self._missing(article)
        self.recorder.promise(missing)
        yield from self._documents(missing)

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


def _told_year(article: Asked, page: Capture, text: str) -> int | None:
    """The covered year that an article's page tells, where its row told none."""
    row = page_row(text, page.url, article.title)
    return judge_title(row.title, row.date).year
