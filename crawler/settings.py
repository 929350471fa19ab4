"""Scrapy's settings for every crawl: manners, guards and limits.

What differs from run to run (delay, size limit) is set by ``run``; nothing here knows a site.
"""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def _version() -> str:
    try:
        return version("gongkai")
    except PackageNotFoundError:  # a checkout that is not installed
        return "0"


BOT_NAME = "gongkai"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
USER_AGENT = (
    f"gongkai/{_version()} (+https://github.com/gongkai-data/gongkai; annual-report archive)"
)
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
}

# Manners: one slow queue a host, slower still where the host is slow.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "gongkai"
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0  # the delay is the least pause, so nothing may shorten it
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = DOWNLOAD_DELAY
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"
DOWNLOAD_TIMEOUT = 60

# Limits and guards.
DOWNLOAD_MAXSIZE = 100 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True
DOWNLOAD_VERIFY_CERTIFICATES = True
REDIRECT_MAX_TIMES = 5
DOWNLOAD_HANDLERS = {
    "http": "crawler.quick.QuickHandler",
    "https": "crawler.bounded.BoundedHandler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}
TWISTED_DNS_RESOLVER = "crawler.resolver.PublicResolver"
# Named in full, in place of Scrapy's own lists: whatever a list names is imported and asked for
# every site, also to be left out. Left out are Scrapy's guard against other sites (HostGuard says
# why it refuses), passwords, meta refresh (stubs are followed once, by the spider), its cache, and
# its statistics: what they and the extensions would count is in the run report.
DOWNLOADER_MIDDLEWARES_BASE = {
    "crawler.middlewares.HostGuard": 10,
    "crawler.robots.RobotsRules": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
    "crawler.middlewares.SoftMissing": 555,  # after the challenge guard has looked
    "crawler.middlewares.ChallengeGuard": 560,  # sees bodies already decompressed
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
    "crawler.following.Follow": 600,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": 700,
    "crawler.proxying.EnvironmentProxy": 750,
    "crawler.turns.HostTurn": 960,  # nothing may fail between it and the download
}
# The spider writes every status down, and nothing is dropped without a reason in the manifest.
# Each layer would be one more generator around every callback.
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE = {"scrapy.extensions.throttle.AutoThrottle": 0}

# What a callback gives is asked for one by one; more workers a page cost more than they bring.
CONCURRENT_ITEMS = 1
WARN_ON_GENERATOR_RETURN_VALUE = False  # it reads our sources anew for every response

# The loop under Twisted's reactor: the same, in C.
ASYNCIO_EVENT_LOOP = "uvloop.Loop"

LOG_LEVEL = "WARNING"
LOG_FORMATTER = "crawler.run_settings.FewLines"
STATS_DUMP = False

GONGKAI_QUIET_HOURS: list[int] = []
"""First and last hour of the day, in China's time, in which nothing is asked."""

GONGKAI_LOCKS = ""
"""Where crawls of one home keep their turns at hosts that several of them may ask."""

GONGKAI_ARCHIVE = str(Path(os.environ.get("GONGKAI_HOME", "data")) / "archive")
"""Where ``scrapy crawl`` archives; ``run`` hands its own recorder over."""
