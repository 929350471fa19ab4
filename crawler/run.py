"""The child process: one Scrapy process that carries one order out, all its sites.

``python -m crawler.run JOB.json``. Progress goes to standard error, a plain line at a time; what
happened is in the manifest and the run report. Started by ``launch``.
"""

from __future__ import annotations

import argparse
import gc
from pathlib import Path
from time import monotonic
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler.job import CrawlJob, running_clock
from crawler.limits import Limits
from crawler.opening import open_recorder
from crawler.recorder import Recorder
from crawler.registry import Site
from crawler.run_settings import TLS, make_settings, plain_lines, stop_when_orphaned
from crawler.scout import NOTHING, Scout
from warehouse.facts.files import write_whole

SITES_AT_ONCE = 24
"""Sites crawled at the same time; each is slow on its own."""


_COLLECTED_EVERY = (20_000, 20, 20)
"""New objects after which the youngest are searched for circles, and how often the older ones are.

Python's own 700 cost a twelfth of the processor time of a crawl."""

_REPORT_PAUSE = 1.0
"""Seconds between two states of the report that are written while the crawl goes on."""


class _StoppableProcess(AsyncCrawlerProcess):
    """Scrapy's process that knows when it was told to stop."""

    stopping = False

    async def stop(self) -> None:
        """Stops all crawls; no other one is begun after this."""
        self.stopping = True
        await super().stop()


class Conductor:
    """Runs the sites of an order, a bounded number at a time.

    Attributes:
        job: the order.
        recorder: shared by all spiders.
    """

    def __init__(self, job: CrawlJob, recorder: Recorder) -> None:
        self.job = job
        self.recorder = recorder
        self._settings = {
            tls: self._make_settings(tls) for tls in {None, *(site.tls for site in job.sites)}
        }
        self._process = _StoppableProcess(self._settings[None])
        self._waiting = list(job.sites)
        self._noted = 0.0
        self._hosts = [site.host.partition(":")[0] for site in job.sites]

    def _make_settings(self, tls: str | None) -> Settings:
        return make_settings(
            self.job.delay,
            DOWNLOAD_MAXSIZE=self.job.max_bytes,
            GONGKAI_ARCHIVE=str(self.job.archive),
            GONGKAI_QUIET_HOURS=list(self.job.quiet or ()),
            GONGKAI_LOCKS=str(self.job.locks) if self.job.locks else "",
            **TLS[tls],
        )

    def _crawler(self, site: Site, spider: type[Spider]) -> Crawler:
        """A crawler with the settings of the site's own."""
        self.recorder.report.site(site.host).tls = site.tls
        return Crawler(spider, self._settings[site.tls])

    def run(self) -> None:
        """Crawls until every site is done or the process is told to stop."""
        for _ in range(SITES_AT_ONCE):
            self._next()
        if self._process.crawlers:
            self._process.start()

    def _next(self) -> None:
        while self._waiting and not self._process.stopping:
            site = self._waiting.pop(0)
            if site.cms is None or not site.columns:
                self._scout(site)
            else:
                self._start(site, site.cms)
            return

    def _scout(self, site: Site) -> None:
        """Looks for what the entry leaves out, then begins the crawl."""
        found: list[Site] = []

        def done(scout: Scout, complete: Site | None) -> None:
            counts = self.recorder.report.site(site.host)
            if complete is None:
                counts.error("; ".join([NOTHING, *scout.problems[:5]]))
                counts.lists_failed += scout.blocked
                counts.lists_blocked += scout.blocked
                return
            found.append(complete)
            columns = ", ".join(column.url for column in complete.columns)
            words = f"{site.host}: family {complete.cms}, columns {columns}"
            self.recorder.report.notes.append(words)

        def go_on(task: Any) -> None:
            complete = found[0] if found and not self._process.stopping else None
            if complete is None or complete.cms is None:
                self._done(site, task)
            else:
                self._start(complete, complete.cms)

        crawler = self._crawler(site, Scout)
        task = self._process.crawl(crawler, site=site, done=done, registry_hosts=self._hosts)
        task.add_done_callback(go_on)

    def _start(self, site: Site, cms: str) -> None:
        try:
            spider = self._process.spider_loader.load(cms)
        except KeyError:
            self.recorder.report.site(site.host).error(f"there is no spider named {cms} yet")
            self._next()
            return
        task = self._process.crawl(
            self._crawler(site, spider),
            site=site,
            years=self.job.years,
            recorder=self.recorder,
            full=self.job.full,
            registry_hosts=self._hosts,
        )
        task.add_done_callback(lambda done: self._done(site, done))

    def _done(self, site: Site, task: Any) -> None:
        counts = self.recorder.report.site(site.host)
        if task.cancelled():
            counts.error("cancelled")
        elif error := task.exception():
            counts.error(f"could not be crawled: {type(error).__name__}: {error}")
        self._note_progress()
        self._next()

    def _note_progress(self) -> None:
        """Writes the report as it stands, but not for every one of many small sites."""
        if monotonic() - self._noted >= _REPORT_PAUSE:
            gc.collect()  # finished sites leave their engines, in circles
            write_report(self.job, self.recorder, None)
            self._noted = monotonic()


def write_report(job: CrawlJob, recorder: Recorder, reason: str | None) -> None:
    """Writes the run report; with a reason it is the last one."""
    report = recorder.report
    if reason is not None:
        report.finished, report.finish_reason = recorder.clock().isoformat(), reason
    write_whole(job.report, report.to_json())


def crawl(job: CrawlJob) -> None:
    """Carries an order out and leaves its report.

    Raises:
        crawler.manifest.ManifestBusyError: another crawl of the province is running.
    """
    recorder = open_recorder(
        job.archive, job.province, job.years, job.now, job.run_id, running_clock(job.now)
    )
    recorder.limits = Limits(job.most_lists, job.most_documents)
    reason = "aborted"
    # What is loaded by now stays: the collector need not walk it again and again. Pages come and
    # go by their references; what is left in circles can wait.
    gc.freeze()
    gc.set_threshold(*_COLLECTED_EVERY)
    try:
        Conductor(job, recorder).run()
        ended = all(recorder.report.site(site.host).finished for site in job.sites)
        reason = "finished" if ended else "incomplete"
    finally:
        recorder.close()
        write_report(job, recorder, reason)


def main() -> None:
    """Reads the order that the command line names and carries it out."""
    parser = argparse.ArgumentParser(prog="python -m crawler.run", description=__doc__)
    parser.add_argument("job", type=Path, help="the order, JSON")
    parser.add_argument("--watch-stdin", action="store_true", help="end when standard input ends")
    arguments = parser.parse_args()
    plain_lines()
    if arguments.watch_stdin:
        stop_when_orphaned()
    crawl(CrawlJob.from_json(arguments.job.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
