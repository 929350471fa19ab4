"""Opening the records of a run, and reading years as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from crawler.archive import WarcArchive
from crawler.index import Index
from crawler.job import Clock, running_clock
from crawler.manifest import Manifest
from crawler.recorder import Recorder
from crawler.report import CrawlReport
from crawler.settings import USER_AGENT

_YEARS = re.compile(r"^(\d{4})(?:-(\d{4}))?$")


def parse_years(text: str | None, now: datetime) -> tuple[int, ...]:
    """Years from ``2021``, ``2019-2021`` or ``2019,2021``; without any, the last full year.

    Raises:
        ValueError: not of this form, or a range backwards.
    """
    if not text:
        return (now.year - 1,)
    years: set[int] = set()
    for part in text.split(","):
        match = _YEARS.match(part.strip())
        first, last = (
            (int(match.group(1)), int(match.group(2) or match.group(1))) if match else (1, 0)
        )
        if first > last:
            raise ValueError(f"years {text!r}: write 2021, 2019-2021 or 2019,2021")
        years.update(range(first, last + 1))
    return tuple(sorted(years))


def run_name(now: datetime) -> str:
    """A run's name from its time, for crawls started by hand."""
    return f"{now:%Y%m%dT%H%M%S}-{now.microsecond // 16:04x}"


def open_recorder(
    archive: str | Path,
    province: str,
    years: Iterable[int],
    now: datetime,
    run_id: str | None = None,
    clock: Clock | None = None,
) -> Recorder:
    """Opens archive and manifest of one run, mending what a killed run left.

    Args:
        archive: the archive directory, made when missing.
        province: whose records.
        years: the years asked for, for the report.
        now: when the run began.
        run_id: its name; made from ``now`` when left out.
        clock: shows the time of each line; goes on from ``now`` when left out.

    Raises:
        crawler.manifest.ManifestBusyError: another crawl of the province is running.
    """
    directory = Path(archive)
    name = run_id or run_name(now)
    index = Index()
    manifest = Manifest(directory, province, name, index.take)
    index.read = manifest.line
    return Recorder(
        archive_dir=directory,
        clock=clock or running_clock(now),
        manifest=manifest,
        index=index,
        warc=WarcArchive(directory, province, name, USER_AGENT.split(" ")[0]),
        report=CrawlReport(name, province, sorted(years), now.isoformat()),
    )
