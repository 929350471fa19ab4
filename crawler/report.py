"""The run report: what one crawl did, by site and year, as numbers and reasons.

Counting and its JSON form. The truth about single documents is the manifest's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from crawler.registry import Site

_MOST_ERRORS = 50


@dataclass
class SiteReport:
    """Counts of one site; documents are articles and attachments.

    Attributes:
        lists: list pages read.
        lists_asked: list pages asked for.
        taken: articles that counted towards the run's limit of documents.
        lists_failed: list pages that could not be read.
        lists_blocked: of these, list pages answered with a challenge page.
        lists_refused: of these, list pages not asked for by rule.
        lists_short: lists that are known to hold more rows than they gave.
        rows: links on them.
        reports_listed: rows that name an annual report, of any year.
        undated: of these, rows that show no year at all; what their addresses show to be documents
            is fetched, and filed by what its page says.
        requested: documents asked for.
        fetched: documents with new bytes.
        changed: of these, documents that said something else before.
        retouched: of these, documents that had other bytes before and say the same: tokens, times
            and counters of visits are new with every answer.
        same_content: of these, documents whose bytes another address gave already; they are
            archived once.
        unchanged: documents asked for whose bytes were the same.
        skipped_unchanged: documents not asked for, since their list row is unchanged.
        failed: documents that failed.
        blocked: documents answered with a challenge page.
        refused: documents not fetched by rule.
        bytes: size of the new bodies.
        by_year: promised, fetched (all in hand) and failed (any reason) by covered year.
        short: covered years with less than there was before, or than the registry expects, and
            the reason in words: what the site holds of them is not known in full.
        roads: by road (``column``, ``catalogue``, ``year``, ``search``) how many reports of wanted
            years it ``found``, and how many of them it ``alone`` found.
        missed_by_columns: reports that no column lists, by address, and the roads that did.
        tls: the site's exception from the rules for secure connections, if it has one.
        errors: what went wrong in words.
        finished: whether the site was crawled to its end.
        seconds: from its first list page to its end; pauses count.
    """

    lists: int = 0
    lists_asked: int = 0
    taken: int = 0
    lists_failed: int = 0
    lists_blocked: int = 0
    lists_refused: int = 0
    lists_short: int = 0
    rows: int = 0
    reports_listed: int = 0
    undated: int = 0
    requested: int = 0
    fetched: int = 0
    changed: int = 0
    retouched: int = 0
    same_content: int = 0
    unchanged: int = 0
    skipped_unchanged: int = 0
    failed: int = 0
    blocked: int = 0
    refused: int = 0
    bytes: int = 0
    by_year: dict[str, dict[str, int]] = field(default_factory=dict)
    short: dict[str, str] = field(default_factory=dict)
    roads: dict[str, dict[str, int]] = field(default_factory=dict)
    missed_by_columns: dict[str, list[str]] = field(default_factory=dict)
    tls: str | None = None
    errors: list[str] = field(default_factory=list)
    finished: bool = False
    seconds: float = 0.0

    def count_year(self, year: int | None, what: str, number: int = 1) -> None:
        """Adds to one of a year's counts."""
        if year is None:
            return
        counts = self.by_year.setdefault(str(year), {"promised": 0, "fetched": 0, "failed": 0})
        counts[what] += number

    def error(self, words: str) -> None:
        """Notes an error, up to a bound."""
        if len(self.errors) < _MOST_ERRORS:
            self.errors.append(words)

    def leave_list(self, words: str, *, short: bool) -> None:
        """Notes a list that was left before its end; ``short``: it holds more than it gave."""
        self.error(words)
        self.lists_short += short


@dataclass
class CrawlReport:
    """The report of one crawl process.

    Attributes:
        run_id: name of the run.
        province: its province.
        years: the years asked for.
        started: ISO 8601.
        finished: ISO 8601, None while it runs.
        finish_reason: ``finished``, or how it ended instead.
        sites: by host.
        notes: what was mended at the start, and the like.
    """

    run_id: str
    province: str
    years: list[int]
    started: str
    finished: str | None = None
    finish_reason: str | None = None
    sites: dict[str, SiteReport] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def site(self, host: str) -> SiteReport:
        """The counts of one site, made at first use."""
        return self.sites.setdefault(host, SiteReport())

    def to_json(self) -> str:
        """The report as the JSON text that the child process leaves."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> CrawlReport:
        """Reads a report.

        Raises:
            ValueError: not a report.
            TypeError: a report of another shape.
        """
        raw: dict[str, Any] = json.loads(text)
        sites = {host: SiteReport(**counts) for host, counts in raw.pop("sites").items()}
        return cls(sites=sites, **raw)

    def close_open_sites(self, sites: Iterable[Site], reason: str) -> None:
        """Gives every site that was not finished an error that says why."""
        for site in sites:
            entry = self.site(site.host)
            if not entry.finished and not entry.errors:
                entry.error(reason)
