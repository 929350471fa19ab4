"""One crawl as an order: which province, years and sites, into which archive.

Only the order and its JSON form. Starting the child process is ``launch``'s, carrying the order
out is ``run``'s. No Scrapy here, so the parent stays free of a reactor.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from crawler.registry import Site, site_from_entry

MAX_BYTES = 100 * 1024 * 1024
"""The largest body that is kept, in bytes."""

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class CrawlJob:
    """An order for one crawl process.

    Attributes:
        archive: the archive directory of the home.
        province: the province that all sites belong to.
        years: covered years whose reports are wanted.
        sites: registry entries.
        delay: least pause between two requests to one host, in seconds.
        run_id: name of the run; also the name of its WARC file.
        report: where the run report is written.
        now: the time the run began.
        max_bytes: a larger body is refused.
        full: ask unchanged articles again, conditionally, and read lists to their end.
        quiet: hours of the day, in China's time, in which nothing is asked: from the first one
            on, up to the second one; None for a crawl at any time.
        locks: where the crawls of one home keep the turns at hosts that several may ask; None for
            a crawl that is alone.
        most_lists: list pages asked of each site at most; None for no bound.
        most_documents: articles taken up from each site at most; None for no bound.
    """

    archive: Path
    province: str
    years: tuple[int, ...]
    sites: tuple[Site, ...]
    delay: float
    run_id: str
    report: Path
    now: datetime
    max_bytes: int = MAX_BYTES
    full: bool = False
    quiet: tuple[int, int] | None = None
    locks: Path | None = None
    most_lists: int | None = None
    most_documents: int | None = None

    def to_json(self) -> str:
        """The order as the JSON text that ``python -m crawler.run`` reads."""
        return json.dumps(
            {
                "archive": str(self.archive),
                "province": self.province,
                "years": list(self.years),
                "sites": [site.to_entry() for site in self.sites],
                "delay": self.delay,
                "run_id": self.run_id,
                "report": str(self.report),
                "now": self.now.isoformat(),
                "max_bytes": self.max_bytes,
                "full": self.full,
                "quiet": list(self.quiet) if self.quiet else None,
                "locks": str(self.locks) if self.locks else None,
                "most_lists": self.most_lists,
                "most_documents": self.most_documents,
            },
            ensure_ascii=False,
            indent=1,
        )

    @classmethod
    def from_json(cls, text: str) -> CrawlJob:
        """Reads an order back.

        Raises:
            KeyError: a field is missing.
            RegistryError: a site entry is not valid.
        """
        raw = json.loads(text)
        return cls(
            archive=Path(raw["archive"]),
            province=raw["province"],
            years=tuple(int(year) for year in raw["years"]),
            sites=tuple(site_from_entry(entry, "job") for entry in raw["sites"]),
            delay=float(raw["delay"]),
            run_id=raw["run_id"],
            report=Path(raw["report"]),
            now=datetime.fromisoformat(raw["now"]),
            max_bytes=int(raw.get("max_bytes", MAX_BYTES)),
            full=bool(raw.get("full", False)),
            quiet=(raw["quiet"][0], raw["quiet"][1]) if raw.get("quiet") else None,
            locks=Path(raw["locks"]) if raw.get("locks") else None,
            most_lists=raw.get("most_lists"),
            most_documents=raw.get("most_documents"),
        )


def running_clock(start: datetime) -> Clock:
    """A clock that shows ``start`` now and goes on from there, in UTC."""
    began = monotonic()
    base = (start if start.tzinfo else start.replace(tzinfo=UTC)).timestamp() - began

    def clock() -> datetime:
        return datetime.fromtimestamp(base + monotonic(), UTC)

    return clock
