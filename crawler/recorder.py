"""What one run of one province writes down: archive, manifest and counts, in the right order.

Plain Python, shared by all spiders of the process. Decides nothing about what is fetched, except
that it knows what is in hand already.

The order that makes a kill harmless: promises before their documents are asked for; a record on
disk before the manifest line that names it; an article's attachments promised before the article
counts as fetched.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.addresses import canonical
from crawler.archive import Capture, WarcArchive, read_payload
from crawler.asked import Asked
from crawler.documents import PromisedDocument
from crawler.index import Index
from crawler.job import Clock
from crawler.limits import Limits
from crawler.manifest import Line, Manifest
from crawler.paging import Road
from crawler.rechecks import is_due
from crawler.registry import Site
from crawler.report import CrawlReport
from crawler.roads import Roads
from crawler.syncing import Syncer
from crawler.yields import short_years


@dataclass
class Recorder:
    """Writes one run down.

    Attributes:
        archive_dir: the archive directory.
        clock: gives the time of each line.
        manifest: the province's manifest, open.
        index: what its lines say, by address.
        warc: the run's WARC file.
        report: the counts.
        limits: bounds on what one run asks of a site.
        roads: which roads found what.
    """

    archive_dir: Path
    clock: Clock
    manifest: Manifest
    index: Index
    warc: WarcArchive
    report: CrawlReport
    limits: Limits = field(default_factory=Limits)
    roads: Roads = field(default_factory=Roads)
    _open: dict[str, Asked] = field(default_factory=dict)
    _began: dict[str, datetime] = field(default_factory=dict)
    _syncer: Syncer = field(default_factory=Syncer)
    _evidence: Line = field(default_factory=dict)

    def __post_init__(self) -> None:
        # The archive first: a line must not outlive the record it names.
        self._syncer.add(self.warc.descriptor)
        self._syncer.add(self.manifest.descriptor)
        self._before = self.index.articles_in_hand()
        self._passed_before = dict(self.index.passes)
        if self.manifest.mended:
            self.report.notes.append(f"torn manifest line of {self.manifest.mended} bytes moved")
        if self.manifest.lost:
            self.report.notes.append(f"{self.manifest.lost} manifest lines without records cut off")
        for name, cut in self.manifest.trimmed.items():
            self.report.notes.append(f"{name}: {cut} bytes of a killed run cut off")

    def claim(self, url: str) -> bool:
        """Whether ``url`` is met for the first time in this run."""
        return self.index.claim(url)

    def sight(self, site: str, url: str, road: Road) -> None:
        """Notes that a road leads to a report; a road that is new for it goes to the manifest."""
        self.roads.see(site, url, road)
        known = self.index.document(url)
        if known is not None and road not in known.roads:
            line = {"kind": "sighting", "run": self.report.run_id, "at": self._now()}
            self._write([line | {"site": site, "url": url, "road": road}])

    def known(self, asked: Asked) -> PromisedDocument | None:
        """What earlier runs, or this one, know of it."""
        if asked.role == "list":
            return self.index.list_page(asked.url, asked.form)
        return self.index.document(asked.url)

    def missing_attachments(self, article: Asked) -> list[Asked]:
        """Attachments of an article in hand that an earlier run did not get."""
        return [
            Asked(article.site, d.url, d.role, article.url, article.year, d.title, None, d.list_url)
            for d in self._attached(article)
            if d.sha256 is None or d.reason is not None
        ]

    def _attached(self, article: Asked) -> list[PromisedDocument]:
        return self.index.attachments(article.url)

    def skip(self, article: Asked) -> None:
        """Counts an article, and its attachments in hand, as unchanged by their list row."""
        counts = self.report.site(article.site)
        in_hand = 1 + sum(
            d.sha256 is not None and d.reason is None for d in self._attached(article)
        )
        counts.skipped_unchanged += in_hand
        counts.count_year(article.year, "promised", in_hand)
        counts.count_year(article.year, "fetched", in_hand)

    def may_list(self, host: str) -> bool:
        """Whether one more list page may be asked for; the years stay open when not."""
        counts = self.report.site(host)
        counts.lists_asked += 1
        self._began.setdefault(host, self.clock())
        most = self.limits.lists
        if most is None or counts.lists_asked <= most:
            return True
        for year in self.report.years:
            counts.short.setdefault(str(year), f"no more than {most} list pages were asked for")
        return False

    def within_limit(self, host: str, wanted: list[Asked]) -> list[Asked]:
        """These articles without those that the run may not ask the site for any more."""
        counts, most = self.report.site(host), self.limits.documents
        if most is None:
            return wanted
        kept: list[Asked] = []
        words = f"no more than {most} documents were asked for"
        for article in wanted:
            settled = self.is_settled(article)
            if settled or counts.taken < most:
                kept.append(article)
                counts.taken += not settled
                continue
            years = self.report.years if article.year is None else [article.year]
            counts.short.update(dict.fromkeys(map(str, years), words))
        return kept

    def promise(self, documents: Iterable[Asked], road: str | None = None) -> None:
        """Writes promises before anything of them is fetched.

        Args:
            documents: what is about to be asked for.
            road: how it was found; None for attachments, which their article leads to.
        """
        self._write([self._promised(asked, road) for asked in documents])

    def store(
        self,
        asked: Asked,
        capture: Capture,
        attachments: Iterable[Asked] = (),
        retouched: bool = False,
    ) -> None:
        """Archives a response and notes it; one like the last bytes becomes a revisit.

        Args:
            asked: what was asked for.
            capture: what came; status 304 means the bytes in hand.
            attachments: documents that an article links to, promised in the same stroke.
            retouched: whether it says what the bytes in hand say, in other bytes.
        """
        known = self.known(asked)
        original = known.original() if known else None
        same = original is not None and (capture.status == 304 or original.sha256 == capture.sha256)
        twin = None if same else self.index.original(capture.sha256)
        place = self.warc.store(capture, original if same else twin)
        line = self._line("fetch", asked) | {
            "status": capture.status,
            "sha256": original.sha256 if same and original else capture.sha256,
            "bytes": known.bytes if same and known else len(capture.body),
            "media_type": known.media_type if same and known else capture.media_type,
            "warc": place.warc,
            "offset": place.offset,
            "length": place.length,
            "etag": capture.header("ETag"),
            "last_modified": capture.header("Last-Modified"),
            "unchanged": same,
        }
        if retouched:
            line["retouched"] = True
        if capture.url != asked.url:
            line["final_url"] = capture.url
        self._write([*(self._promised(a) for a in attachments), line])
        elsewhere = twin is not None and canonical(twin.url) != canonical(capture.url)
        self.report.site(asked.site).retouched += retouched
        self._count_stored(asked, capture, same, bool(original and not retouched), elsewhere)

    def _count_stored(
        self, asked: Asked, capture: Capture, same: bool, had: bool, twin: bool
    ) -> None:
        counts = self.report.site(asked.site)
        if asked.role == "list":
            counts.lists += 1
            return
        promised = self._open.pop(asked.url, None)
        if promised is not None and promised.year is None:
            counts.count_year(asked.year, "promised")
        counts.count_year(asked.year, "fetched")
        if same:
            counts.unchanged += 1
        else:
            counts.fetched += 1
            counts.changed += had
            counts.same_content += twin
            counts.bytes += len(capture.body)

    def keep(self, capture: Capture) -> None:
        """Archives an answer that is no document: evidence for the outcome that is noted next."""
        place = self.warc.store(capture)
        self._evidence = {"sha256": capture.sha256, "warc": place.warc, "offset": place.offset}
        self._evidence |= {"length": place.length, "status": capture.status}

    def fail(self, asked: Asked, outcome: str, reason: str) -> None:
        """Notes that something promised did not come.

        Args:
            asked: what was asked for.
            outcome: ``failed``, ``blocked`` or ``refused``.
            reason: in words.
        """
        ended = {"outcome": outcome, "reason": reason, **self._evidence}
        self._evidence = {}
        self._write([self._line("outcome", asked) | ended])
        counts = self.report.site(asked.site)
        counts.error(f"{asked.role} {asked.url}: {outcome}: {reason}")
        if asked.role == "list":
            counts.lists_failed += 1
            counts.lists_blocked += outcome == "blocked"
            counts.lists_refused += outcome == "refused"
            return
        self._open.pop(asked.url, None)
        setattr(counts, outcome, getattr(counts, outcome) + 1)
        counts.count_year(asked.year, "failed")

    def archived_body(self, known: PromisedDocument) -> Capture:
        """The bytes in hand of a page that answered "not modified".

        Raises:
            crawler.archive.ArchiveDamagedError: they cannot be read back.
        """
        payload = read_payload(self.archive_dir, known.warc or "", known.offset or 0)
        header = (("Content-Type", payload.content_type),) if payload.content_type else ()
        return Capture(payload.url, 200, header, payload.body, self.clock())

    def is_settled(self, article: Asked) -> bool:
        """Whether an article is in hand under its very list row, and no re-check is due."""
        known = self.known(article)
        if known is None or not known.is_current(article.title or "", article.day):
            return False
        return not is_due(known, self.clock())

    def note_pass(self, site: str, column: str, years: Iterable[int]) -> None:
        """Notes that a column was read to its end for these years."""
        line = {"kind": "pass", "run": self.report.run_id, "at": self._now(), "site": site}
        self._write([line | {"url": column, "years": sorted(years)}])

    def passed(self, column: str, years: Iterable[int]) -> bool:
        """Whether an earlier run read a column to its end for all these years."""
        return self._passed_before.get(column, frozenset()) >= frozenset(years)

    def check_yield(self, site: Site) -> None:
        """Notes years of which a site gives nothing where it did before, or too little."""
        counts = self.report.site(site.host)
        before = self._before.get(site.host, {})
        listed = self.index.listed(site.host)
        least = site.expect.min if site.expect else None
        counts.short |= short_years(self.report.years, listed, before, least)
        for words in counts.short.values():
            counts.error(words)

    def listed_years(self, host: str) -> frozenset[int]:
        """Covered years of which this run has met a report of the site."""
        return frozenset(self.index.listed(host))

    def close_site(self, host: str, reason: str) -> None:
        """Ends a site: what is still open gets its outcome.

        Args:
            host: the site.
            reason: why its spider closed; ``finished`` is the good one.
        """
        for asked in [a for a in self._open.values() if a.site == host]:
            self.fail(asked, "failed", f"the crawl ended before it came ({reason})")
        counts = self.report.site(host)
        counts.roads = self.roads.counts(host)
        counts.missed_by_columns = self.roads.missed_by_columns(host)
        self.roads.forget(host)
        counts.finished = reason == "finished"
        now = self.clock()
        # A clock that was set back meanwhile gives no negative time.
        counts.seconds = round(max(0.0, (now - self._began.get(host, now)).total_seconds()), 1)
        if counts.finished and not counts.lists_failed and not counts.lists_short:
            self._end_orphans(host)
        if not counts.finished:
            counts.error(f"the crawl of this site ended early: {reason}")

    def _end_orphans(self, host: str) -> None:
        """Ends promises of killed runs that no list repeats."""
        for known in self.index.unended(host):
            if known.run != self.report.run_id and known.year in (None, *self.report.years):
                asked = Asked(host, known.url, known.role, known.parent, known.year, known.title)
                self.fail(asked, "failed", "promised by a run that was killed, not listed any more")

    def close(self) -> None:
        """Brings everything to disk and closes both files."""
        self._syncer.close()
        self.warc.close()
        self.manifest.close()
        self.index.close()

    def _now(self) -> str:
        return self.clock().isoformat(timespec="milliseconds")

    def _promised(self, asked: Asked, road: str | None = None) -> Line:
        self._open[asked.url] = asked
        self.report.site(asked.site).count_year(asked.year, "promised")
        line = self._line("promise", asked) | {"list_url": asked.list_url}
        return line if road is None else line | {"road": road}

    def _line(self, kind: str, asked: Asked) -> Line:
        line: dict[str, Any] = {
            "kind": kind,
            "run": self.report.run_id,
            "at": self._now(),
            "site": asked.site,
            "url": asked.url,
            "role": asked.role,
            "parent": asked.parent,
            "year": asked.year,
            "title": asked.title,
            "date": asked.day,
        }
        if asked.form is not None:
            line["form"] = asked.form
        return line

    def _write(self, lines: list[Line]) -> None:
        if lines:
            spans = self.manifest.append(lines)
            self._syncer.wrote()
            for span, line in zip(spans, lines, strict=True):
                self.index.take(span, line)
