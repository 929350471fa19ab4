"""The parent's side of a crawl: start the child process, follow it, judge it by its report.

No Scrapy here: its reactor cannot restart, so every crawl gets a process of its own. The exit
code is not trusted; the run report is, and what is missing in it is an error.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from crawler.job import CrawlJob
from crawler.report import CrawlReport
from warehouse.facts.files import write_whole

__all__ = ["CrawlJob", "CrawlReport", "run_crawl"]

_ROOT = Path(__file__).resolve().parents[1]
_GRACE = 15.0


def run_crawl(job: CrawlJob, on_line: Callable[[str], None]) -> CrawlReport:
    """Carries an order out in a child process and waits for it.

    Args:
        job: the order; its report file and a copy of the order beside it are written.
        on_line: gets each line of progress; an exception from it ends the crawl.

    Returns:
        The child's report. Sites that it did not finish have an error that says so, and
        ``finish_reason`` is not ``finished``.

    Raises:
        OSError: the order cannot be written or the child not started.
    """
    order = job.report.with_name(f"{job.report.stem}.job.json")
    write_whole(order, job.to_json())
    job.report.unlink(missing_ok=True)
    child = subprocess.Popen(
        [sys.executable, "-m", "crawler.run", "--watch-stdin", str(order)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=_environment(),
        start_new_session=True,
    )
    last = ""
    try:
        for raw in child.stderr or ():
            last = raw.decode("utf-8", "replace").rstrip("\n")
            on_line(last)
        child.wait()
    except BaseException:
        _end(child)
        raise
    finally:
        for pipe in (child.stdin, child.stderr):
            if pipe is not None:
                pipe.close()
    return _judge(job, child.returncode, last)


def _environment() -> dict[str, str]:
    environment = dict(os.environ)
    paths = [str(_ROOT), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    environment["PYTHONUNBUFFERED"] = "1"
    environment.pop("SCRAPY_SETTINGS_MODULE", None)
    return environment


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ends the child's whole process group: asked first, then forced."""
    for sign, patience in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, None)):
        try:
            os.killpg(child.pid, sign)
        except ProcessLookupError:
            break
        try:
            child.wait(patience)
            break
        except subprocess.TimeoutExpired:
            continue


def _judge(job: CrawlJob, code: int, last: str) -> CrawlReport:
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    try:
        report = CrawlReport.from_json(job.report.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError) as error:
        report = CrawlReport(job.run_id, job.province, list(job.years), job.now.isoformat())
        report.notes.append(f"no run report ({type(error).__name__})")
    if report.finish_reason is None:
        report.finish_reason = f"the crawl process ended early ({how}): {last}"
    report.close_open_sites(job.sites, f"not finished: {report.finish_reason}")
    return report
