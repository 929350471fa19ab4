"""The way through the lists of one site: page after page, and what of it is wanted.

How a family prints its lists is in ``crawler.families``; documents are in ``articles``. A row
that is not an annual report of a wanted year is never fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.addresses import host_of
from crawler.archive import Capture
from crawler.articles import ArticleReader
from crawler.asked import Asked
from crawler.asking import FORM, JSON, log
from crawler.below import DEEPEST
from crawler.body import is_weighty
from crawler.choices import choices, clicked_columns
from crawler.context import context_of, titled
from crawler.decoding import LONGEST, decode_page
from crawler.families import external
from crawler.held import held_rows
from crawler.links import stub_target
from crawler.listing import Row, based, read_rows, shared_tree, visible_tree
from crawler.paging import Ask, ListPage, Page, Road, SubColumn
from crawler.rechecks import is_past
from crawler.registry import Column
from crawler.responses import capture_of, problem_of
from crawler.shapes import column_key
from crawler.sitesearch import own_rows, service_address
from crawler.walk import Walk
from crawler.wanted import Verdict, judge_row

WANTED, OTHER_YEAR = Verdict.WANTED, Verdict.OTHER_YEAR
_COLLECTED = 2
"""Reports on a page that make it a collection of them."""


class ListReader(ArticleReader):
    """Walks columns; a family gives ``read_list``.

    Attributes:
        offered: the search service that a column's page names, None while none does.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._walked = {column_key(column.url) for column in self.site.columns}
        columns = (host_of(column.url) for column in self.site.columns)
        self._hosts = frozenset({host_of(f"//{self.site.host}"), *columns})
        self.offered: str | None = None

    @staticmethod
    def read_list(page: Page) -> ListPage:
        """Reads one list page; each family has its own."""
        raise NotImplementedError

    def walk(self, walk: Walk, more: Iterable[Ask]) -> Iterator[Request]:
        """Asks for the next waiting page of a column, one at a time.

        Args:
            walk: the way through the column.
            more: pages to wait behind those already waiting.
        """
        walk.waiting.extend(more)
        while walk.waiting:
            ask = walk.waiting.popleft()
            if (ask.url, ask.body) in walk.asked:
                continue
            if not self.recorder.may_list(self.site.host):
                walk.broken = True
                return
            walk.asked.add((ask.url, ask.body))
            asked = Asked(self.site.host, ask.url, "list", form=ask.body)
            kind = JSON if ask.json is not None else FORM
            yield self.request(
                asked,
                self.on_list,
                priority=10,
                kind=kind,
                referer=walk.column.url,
                walk=walk,
                ask=ask,
            )
            return
        if not walk.broken and walk.road != "search" and not walk.is_posted:
            self.recorder.note_pass(self.site.host, walk.column.url, self.years)

    def on_list(self, response: Response, asked: Asked, walk: Walk, ask: Ask) -> Iterator[Request]:
        """Reads a list page, promises its reports, asks for them and for the next page."""
        missing = response.status in (404, 410)
        if missing and ask.absent == "end":
            walk.waiting.clear()  # how the end of a static list looks
            yield from self.walk(walk, ())
            return
        if missing and ask.absent == "read":
            yield from self._without(asked, walk, ask, missing=True)
            return
        if problem := problem_of(response):
            yield from self.give_up(asked, *problem, walk=walk, ask=ask)
            return
        capture = capture_of(response, asked.form, self.recorder.clock())
        known = self.recorder.known(asked)
        self.recorder.store(asked, capture)
        if capture.status == 304 and known is not None:
            capture = self.recorder.archived_body(known)
        found, fresh = self._read(capture, walk, ask)
        self._note_problem(asked, found)
        road = ask.road or walk.road
        if road == "search":
            fresh = own_rows(fresh, self._hosts)
        wanted = self._wanted(fresh, asked, road)
        log.info("%s: %d rows, %d wanted: %s", self.site.host, len(fresh), len(wanted), asked.url)
        round_again = walk.goes_round(found.rows, fresh)
        if round_again and (walk.waiting or found.more):
            self.counts.leave_list(f"list {asked.url}: its pages repeat themselves", short=False)
            walk.broken = True
        enough = round_again or self._is_enough(walk, fresh)
        if found.end or enough:
            walk.waiting.clear()
        walk.broken = walk.broken or bool(found.problem or found.remark)
        yield from self.articles(wanted, capture, road)
        yield from self.walk(walk, () if enough else found.more)
        yield from self._below(walk, found.columns)

    def _read(self, capture: Capture, walk: Walk, ask: Ask) -> tuple[ListPage, list[Row]]:
        text = decode_page(capture.body, capture.header("Content-Type"))
        text = based(text, capture.url)
        if len(text) == LONGEST:
            return ListPage([], end=True, problem="the page is longer than any list"), []
        seen, title, depth = frozenset(walk.seen), walk.title, walk.depth
        page = Page(capture.url, text, walk.column.url, ask, seen, self.years, title, depth)
        target = stub_target(text, capture.url) if page.is_first else None
        if self.offered is None and page.is_first:
            self.offered = service_address(text, capture.url)
        read = walk.reader or self.read_list
        if ask.note.get("kind") == external.KIND:
            read = external.read
        found = ListPage([], [Ask(target)]) if target else read(page)
        if page.is_first and not target and walk.road != "search":
            found = self._completed(page, found, walk)
        rows = titled(found.rows, walk.context)
        fresh = page.fresh(rows)
        walk.seen.update(row.url for row in fresh)
        return found, fresh

    def _completed(self, page: Page, found: ListPage, walk: Walk) -> ListPage:
        """What a column's first page gives, with what no family prints in a way of its own."""
        tree = visible_tree(page.text)
        walk.context = context_of(page, tree)
        columns = [*found.columns, *choices(page, tree, walk.context)]
        columns += clicked_columns(page, page.text, walk.context)
        if any(ask.absent != "skip" for ask in found.more):
            # Its list is yet to come: what else it names is navigation.
            columns = [column for column in columns if not column.is_leaf]
        found = replace(found, columns=columns)
        if any(map(self._is_report, titled(found.rows, walk.context))):
            return found
        if held := held_rows(page.text, page.url):
            found = replace(found, rows=[*found.rows, *held])
        return found if columns or found.more else replace(found, more=external.asks(page))

    def _is_report(self, row: Row) -> bool:
        return judge_row(row, self.years)[0] in (WANTED, OTHER_YEAR)

    def _is_enough(self, walk: Walk, fresh: list[Row]) -> bool:
        """Whether nothing wanted can lie behind a page, once the column was read to its end."""
        known = not self.full and not walk.is_posted
        passed = known and self.recorder.passed(walk.column.url, self.years)
        return passed and is_past(fresh, self.years)

    def give_up(self, asked: Asked, outcome: str, reason: str, **given: Any) -> Iterator[Request]:
        """Ends what was asked for without its bytes; a list goes on with its next page."""
        if asked.role != "list":
            yield from super().give_up(asked, outcome, reason, **given)
            return
        walk: Walk = given["walk"]
        ask: Ask = given["ask"]
        if walk.road == "search":
            # One more road: what it cannot give, the columns still do.
            self.counts.error(f"search {asked.url}: {outcome}: {reason}")
        elif ask.absent != "skip":
            walk.broken = True
            self.fail(asked, outcome, reason)
        yield from self._without(asked, walk, ask)

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
        yield from self.walk(walk, more)

    def listed_in(self, article: Asked, page: Capture, text: str) -> Iterator[Request]:
        """Asks for the reports of a page that collects those of several organs.

        A list may name such a page as if it were a report; it has no text of its own.
        """
        # Nearly every article ends here: hidden elements are not looked for first.
        tree = shared_tree(text)
        if tree is None or is_weighty(tree):
            return
        rows = titled(read_rows(text, page.url), article.title or "")
        reports = [row for row in rows if self._is_report(row)]
        if len({row.url for row in reports} - {article.url, page.url}) >= _COLLECTED:
            wanted = self._wanted(reports, replace(article, url=page.url), "column")
            yield from self.articles(wanted, page, "column")

    def _note_problem(self, asked: Asked, found: ListPage) -> None:
        if words := found.problem or found.remark:
            self.counts.leave_list(f"list {asked.url}: {words}", short=found.problem is not None)

    def _below(self, walk: Walk, columns: Iterable[SubColumn]) -> Iterator[Request]:
        """Walks the lists below a column, each once."""
        for column in columns:
            ask = column.ask
            key = f"{column_key(column.url)} {ask.body or ''}".strip()
            if key not in self._walked:
                self._walked.add(key)
                entry = Column(column.url, walk.column.organ)
                posted = ask.body is not None
                depth = DEEPEST if column.is_leaf else walk.depth + 1
                below = Walk(entry, column.title, depth, is_posted=posted)
                yield from self.walk(below, [ask])

    def _wanted(self, rows: Iterable[Row], page: Asked, road: Road) -> list[Asked]:
        """The rows that are reports of wanted years and not met before in this run."""
        wanted = []
        for row in rows:
            self.counts.rows += 1
            # A list is a report only where its own page says so.
            if row.url != page.url and column_key(row.url) in self._walked:
                continue
            verdict, year = judge_row(row, self.years)
            if verdict is Verdict.NO_REPORT:
                continue
            if verdict is Verdict.WANTED:
                way: Road = "year" if row.year is not None else road
                self.recorder.sight(self.site.host, row.url, way)
            if not self.recorder.claim(row.url):
                continue
            self.counts.reports_listed += 1
            self.counts.undated += year is None
            if verdict is Verdict.WANTED:
                article = Asked(
                    self.site.host,
                    row.url,
                    "article",
                    year=year,
                    title=row.title,
                    date=row.date,
                    list_url=page.url,
                )
                wanted.append(article)
        return self.recorder.within_limit(self.site.host, wanted)
