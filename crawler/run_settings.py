"""What every crawl process sets up: settings for its order, plain progress lines, its end.

Shared by the process that carries an order out and the one that discovers a site.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from typing import TYPE_CHECKING, Any

from scrapy.logformatter import LogFormatter
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings
from typing_extensions import override

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response


class FewLines(LogFormatter):
    """Scrapy's words for its log, without a line for every page that came."""

    def __init__(self) -> None:
        # Scrapy sets its logger to the lowest level, whoever listens.
        logging.getLogger("scrapy").setLevel(logging.WARNING)
        # Every request of a host says why its robots.txt cannot be had.
        logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)

    @override
    def crawled(self, request: Request, response: Response, spider: Spider) -> Any:
        """Says nothing."""


def make_settings(delay: float, **more: Any) -> Settings:
    """The project's settings with an order's delay.

    Args:
        delay: least pause between two requests to a host, in seconds.
        more: settings that differ from the project's, by their names.
    """
    settings = get_project_settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(
        {
            "DOWNLOAD_DELAY": delay,
            "AUTOTHROTTLE_START_DELAY": delay,
            "LOG_INSTALL_ROOT_HANDLER": False,  # lines on standard error are ours
            **more,
        },
        priority="cmdline",
    )
    return settings


TLS: dict[str | None, dict[str, Any]] = {
    None: {},
    "legacy": {"DOWNLOADER_CLIENTCONTEXTFACTORY": "crawler.oldtls.OldServers"},
    "insecure": {"DOWNLOAD_VERIFY_CERTIFICATES": False},
}
"""What a site's exception from the rules for secure connections changes, for that site alone."""


def stop_when_orphaned() -> None:
    """Ends this process when its standard input ends, which its parent holds open."""

    def watch() -> None:
        while os.read(0, 4096):
            continue
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="orphan-watch").start()


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
