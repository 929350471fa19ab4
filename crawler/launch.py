"""The parent's side of a crawl: start the child process, follow it, judge it by its report.

No Scrapy here: its reactor cannot restart, so every crawl gets a process of its own. The exit
code is not trusted; the run report is, and what is missing in it is an error.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crawler.job import CrawlJob
from crawler.report import CrawlReport
from warehouse.facts.files import write_whole

__all__ = ["CrawlJob", "CrawlReport", "DiscoveryError", "run_crawl", "run_discovery"]

_ROOT = Path(__file__).resolve().parents[1]
_GRACE = 15.0


class DiscoveryError(Exception):
    """No annual-report column was found on a site."""


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
    code, last = _follow(["crawler.run", "--watch-stdin", str(order)], on_line)
    return _judge(job, code, last)


def run_discovery(url: str, delay: float, on_line: Callable[[str], None]) -> dict[str, Any]:
    """Looks for a site's annual-report column, in a child process with all the guards.

    Args:
        url: the site's home page.
        delay: least pause between two requests, in seconds.
        on_line: gets each line of progress.

    Returns:
        A registry entry.

    Raises:
        DiscoveryError: nothing was found; says why.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        _, last = _follow(["crawler.scout", url, str(out), f"--delay={delay}"], on_line)
        if not out.exists():
            raise DiscoveryError(f"the search ended early: {last}")
        answer: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    if "entry" not in answer:
        raise DiscoveryError(answer["error"])
    entry: dict[str, Any] = answer["entry"]
    return entry


def _follow(command: list[str], on_line: Callable[[str], None]) -> tuple[int, str]:
    """Runs a module in a child process to its end; gives its exit code and last line."""
    child = subprocess.Popen(
        [sys.executable, "-m", *command],
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
    return child.returncode, last


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
