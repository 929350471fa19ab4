"""One request at a time to a host, and pauses between them, for all spiders of the process.

Scrapy's own queues are a spider's; here is what spiders share. How long a pause is, is arithmetic
in ``manners``.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import signals

from crawler.manners import (
    MOST_PAUSE,
    PAUSES_IN_A_ROW,
    asked_pause,
    challenge_pause,
    followed_delay,
    own_pause,
    quiet_seconds,
)
from crawler.reasons import BlockedError, LeftAloneError
from crawler.sharing import SharedTurn

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_CHALLENGES_IN_A_ROW = 5
_BUSY = frozenset({429, 503})


@dataclass
class Host:
    """What the process knows of one host.

    Attributes:
        lock: held by the request that is under way.
        last: when the last answer came, by the monotonic clock.
        delay: the least pause that its robots.txt asks for, in seconds.
        challenges: challenge pages in a row.
        busy: answers in a row that say it is too busy.
        until: before this moment it is not asked, by the monotonic clock.
        closed: why it is not asked any more in this run.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    last: float = 0.0
    delay: float = 0.0
    challenges: int = 0
    busy: int = 0
    until: float = 0.0
    closed: str | None = None

    def challenge(self, delay: float) -> None:
        """Notes that it answered with a challenge page: it is backed off from.

        Args:
            delay: the usual pause between two requests, in seconds.
        """
        self.challenges += 1
        pause = challenge_pause(self.challenges, max(delay, self.delay))
        self.until = max(self.until, monotonic() + pause)

    def take(self, response: Response) -> None:
        """Notes what an answer says of how busy the host is."""
        self.last = monotonic()
        if response.status not in _BUSY:
            self.busy = 0
            return
        self.busy += 1
        header = (response.headers.get("Retry-After") or b"").decode("latin-1")
        asked = asked_pause(header, datetime.now(UTC))
        if asked is not None and asked > MOST_PAUSE:
            self.closed = f"the host asks to be left alone for {asked:.0f} seconds"
        elif self.busy >= PAUSES_IN_A_ROW:
            self.closed = f"the host answers with status {response.status} only"
        self.until = self.last + (own_pause(self.busy) if asked is None else asked)


_hosts: defaultdict[str, Host] = defaultdict(Host)


def host_of(request: Request) -> Host:
    """The host that a request goes to, whatever its scheme and port."""
    return _hosts[(urlsplit(request.url).hostname or "").removesuffix(".")]


class HostTurn:
    """One request at a time to a host, whichever spider of the process sends it.

    Each site has a spider with queues of its own, but sites link to shared hosts. A host that
    answers with challenges only, or that it is too busy, is left alone.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        crawler.signals.connect(self.on_robots, signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> HostTurn:
        """Scrapy's way to make it."""
        return cls(crawler)

    def on_robots(self, robotparser: Any, request: Request) -> None:
        """Notes the delay that a host's robots.txt asks for."""
        agent = self._crawler.settings["ROBOTSTXT_USER_AGENT"]
        host_of(request).delay = followed_delay(robotparser.rp.crawl_delay(agent))

    async def process_request(self, request: Request) -> None:
        """Waits for the host's turn.

        Raises:
            BlockedError: the host has answered with challenges only, several times in a row.
            LeftAloneError: it has asked for a long pause, or for several in a row.
        """
        host = host_of(request)
        await host.lock.acquire()
        request.meta["host_turn"] = host
        if host.challenges >= _CHALLENGES_IN_A_ROW:
            self._release(request)
            raise BlockedError("not asked: the host answers with challenge pages only")
        if host.closed:
            self._release(request)
            raise LeftAloneError(f"not asked: {host.closed}")
        while quiet := self._quiet():
            await asyncio.sleep(quiet)
        pause = max(host.last + max(self._delay, host.delay), host.until) - monotonic()
        if pause > 0:
            await asyncio.sleep(pause)
        if (shared := self._shared(request)) is not None:
            request.meta["shared_turn"] = shared
            await shared.take(max(self._delay, host.delay))

    def _shared(self, request: Request) -> SharedTurn | None:
        """The turn among processes at a host that the runs of other provinces may ask, too."""
        name = (urlsplit(request.url).hostname or "").removesuffix(".")
        own: frozenset[str] = getattr(self._crawler.spider, "registry_hosts", frozenset())
        folder = self._crawler.settings.get("GONGKAI_LOCKS")
        return None if not folder or name in own else SharedTurn(Path(folder), name)

    def _quiet(self) -> float:
        hours = self._crawler.settings.getlist("GONGKAI_QUIET_HOURS")
        recorder = getattr(self._crawler.spider, "recorder", None)
        now = recorder.clock() if recorder is not None else datetime.now(UTC)
        return quiet_seconds(now, (int(hours[0]), int(hours[1])) if hours else None)

    def process_response(self, request: Request, response: Response) -> Response:
        """Gives the turn up."""
        request.meta["host_turn"].take(response)
        self._release(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Gives the turn up."""
        if "host_turn" in request.meta:
            request.meta["host_turn"].last = monotonic()
            self._release(request)

    @staticmethod
    def _release(request: Request) -> None:
        if (shared := request.meta.pop("shared_turn", None)) is not None:
            shared.give_up()
        host: Host = request.meta.pop("host_turn")
        host.lock.release()
