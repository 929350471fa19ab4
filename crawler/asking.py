"""Asking for addresses of one site, and writing down what went wrong.

What is asked for is decided in ``lists`` and ``articles``, which build on this.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from scrapy import Request, Spider

from crawler.addresses import host_of
from crawler.asked import Asked
from crawler.reasons import BlockedError, reason_of
from crawler.recorder import Recorder
from crawler.registry import Site
from crawler.report import SiteReport
from crawler.responses import capture_of

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

log = logging.getLogger("crawler.progress")
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Asker(Spider):
    """Asks one site, and keeps its records.

    Attributes:
        site: the registry entry.
        years: covered years that are wanted.
        recorder: writes everything down.
        full: ask unchanged articles again, conditionally.
        registry_hosts: hosts that may be asked besides government names.
    """

    def __init__(
        self,
        site: Site,
        years: Iterable[int],
        recorder: Recorder,
        full: bool = False,
        registry_hosts: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.site = site
        self.years = frozenset(years)
        self.recorder = recorder
        self.full = full
        self.registry_hosts = frozenset({*registry_hosts, host_of(f"//{site.host}")})

    @property
    def counts(self) -> SiteReport:
        """The counts of the site."""
        return self.recorder.report.site(self.site.host)

    def request(
        self,
        asked: Asked,
        callback: Any,
        *,
        url: str | None = None,
        priority: int = 0,
        kind: str = FORM,
        referer: str | None = None,
        **kwargs: Any,
    ) -> Request:
        """A request for what is asked, conditional where its bytes are in hand.

        Args:
            asked: what is asked for.
            callback: gets the response, ``asked`` and ``kwargs``.
            url: another address to ask instead, as a stub gives it.
            priority: the higher the sooner.
            kind: media type of a posted body.
            referer: the page that the address stands on.
            kwargs: handed to the callback, and to ``give_up`` when nothing comes.
        """
        headers: dict[str, str] = {}
        known = self.recorder.known(asked)
        if known is not None and known.sha256 is not None and url is None and asked.form is None:
            if known.etag:
                headers["If-None-Match"] = known.etag
            if known.last_modified:
                headers["If-Modified-Since"] = known.last_modified
        if asked.form is not None:
            headers["Content-Type"] = kind
            headers["X-Requested-With"] = "XMLHttpRequest"
        if referer:
            headers["Referer"] = referer
        return Request(
            url or asked.url,
            callback=callback,
            errback=self.on_failure,
            method="GET" if asked.form is None else "POST",
            body=asked.form or "",
            headers=headers,
            priority=priority,
            cb_kwargs={"asked": asked, **kwargs},
            dont_filter=True,  # the recorder keeps count; a silent drop would lose a promise
        )

    def on_failure(self, failure: Failure) -> Iterator[Request]:
        """Writes down why a request came to nothing."""
        request: Request = cast(Any, failure).request
        given = dict(request.cb_kwargs)
        asked: Asked = given.pop("asked")
        max_bytes = self.settings.getint("DOWNLOAD_MAXSIZE")
        error = failure.value or RuntimeError("no reason given")
        if isinstance(error, BlockedError) and error.response is not None:
            self.recorder.keep(capture_of(error.response, asked.form, self.recorder.clock()))
        outcome, reason = reason_of(error, host_of(request.url), max_bytes)
        yield from self.give_up(asked, outcome, reason, **given)

    def give_up(self, asked: Asked, outcome: str, reason: str, **given: Any) -> Iterator[Request]:
        """Ends what was asked for without its bytes.

        Args:
            asked: what was asked for.
            outcome: ``failed``, ``blocked`` or ``refused``.
            reason: in words.
            given: what ``request`` was given for the callback.
        """
        self.fail(asked, outcome, reason)
        yield from ()

    def fail(self, asked: Asked, outcome: str, reason: str) -> None:
        """Writes a failure down and says it."""
        log.info("%s: %s %s: %s: %s", self.site.host, asked.role, asked.url, outcome, reason)
        self.recorder.fail(asked, outcome, reason)

    def on_spider_error(self, failure: Failure, response: Response) -> None:
        """Writes down an error of our own, so that no promise stays open without a reason.

        Where nothing can be written any more, the site is left: what comes would be lost.
        """
        if isinstance(failure.value, OSError) and (engine := self.crawler.engine):
            reason = f"the archive cannot be written: {failure.value}"
            self._leaving = asyncio.ensure_future(engine.close_spider_async(reason=reason))
            return
        asked: Asked | None = response.cb_kwargs.get("asked")
        reason = f"internal error: {type(failure.value).__name__}: {failure.value}"
        if asked is not None:
            self.fail(asked, "failed", reason)
