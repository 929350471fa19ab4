"""The child process: one Scrapy process that carries one order out, all its sites.

``python -m crawler.run JOB.json``. Progress goes to standard error, a plain line at a time; what
happened is in the manifest and the run report. Started by ``launch``.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import threading
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from crawler.job import CrawlJob, running_clock
from crawler.opening import open_recorder
from crawler.recorder import Recorder
from crawler.registry import Site
from warehouse.facts.files import write_whole

SITES_AT_ONCE = 24
"""Sites crawled at the same time; each is slow on its own."""


def make_settings(job: CrawlJob) -> Settings:
    """The project's settings with the order's delay and size limit."""
    settings = get_project_settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(
        {
            "DOWNLOAD_DELAY": job.delay,
            "AUTOTHROTTLE_START_DELAY": job.delay,
            "DOWNLOAD_MAXSIZE": job.max_bytes,
            "GONGKAI_ARCHIVE": str(job.archive),
            "LOG_INSTALL_ROOT_HANDLER": False,  # lines on standard error are ours
        },
        priority="cmdline",
    )
    return settings


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
        self._process = _StoppableProcess(make_settings(job))
        self._waiting = list(job.sites)
        self._hosts = [site.host.partition(":")[0] for site in job.sites]

    def run(self) -> None:
        """Crawls until every site is done or the process is told to stop."""
        for _ in range(SITES_AT_ONCE):
            self._next()
        if self._process.crawlers:
            self._process.start()

    def _next(self) -> None:
        while self._waiting and not self._process.stopping:
            site = self._waiting.pop(0)
            if site.cms is None:
                counts = self.recorder.report.site(site.host)
                counts.error("the registry entry names no family (cms)")
                continue
            self._start(site, site.cms)
            return

    def _start(self, site: Site, cms: str) -> None:
        task = self._process.crawl(
            cms,
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
        write_report(self.job, self.recorder, None)
        self._next()


def write_report(job: CrawlJob, recorder: Recorder, reason: str | None) -> None:
    """Writes the run report; with a reason it is the last one."""
    report = recorder.report
    if reason is not None:
        report.finished, report.finish_reason = recorder.clock().isoformat(), reason
    write_whole(job.report, report.to_json())


def stop_when_orphaned() -> None:
    """Ends this process when its standard input ends, which its parent holds open."""

    def watch() -> None:
        while os.read(0, 4096):
            continue
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="orphan-watch").start()


def crawl(job: CrawlJob) -> None:
    """Carries an order out and leaves its report.

    Raises:
        crawler.manifest.ManifestBusyError: another crawl of the province is running.
    """
    recorder = open_recorder(
        job.archive, job.province, job.years, job.now, job.run_id, running_clock(job.now)
    )
    reason = "aborted"
    try:
        Conductor(job, recorder).run()
        ended = all(recorder.report.site(site.host).finished for site in job.sites)
        reason = "finished" if ended else "incomplete"
    finally:
        recorder.close()
        write_report(job, recorder, reason)


def plain_lines() -> None:
    """Progress as plain lines on standard error, warnings of everything else with their origin."""
    for name, level, form in (
        (None, logging.WARNING, "%(levelname)s %(name)s: %(message)s"),
        ("crawler.progress", logging.INFO, "%(message)s"),
    ):
        handler = logging.StreamHandler()
        handler.setLevel(level)
        handler.setFormatter(logging.Formatter(form))
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False


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
