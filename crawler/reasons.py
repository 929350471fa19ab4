"""Why a request came to nothing: exceptions and statuses to an outcome and words."""

from __future__ import annotations

import re

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response

from crawler.resolver import private_answer

_TWISTED = re.compile(r"\[?<twisted\.python\.failure\.Failure [\w.]+: (.*?)>\]?")


class RefusedError(IgnoreRequest):
    """A rule of ours forbids the request."""


class LeftAloneError(IgnoreRequest):
    """The host cannot be asked now: it is too busy, or its robots.txt cannot be had."""


class BlockedError(IgnoreRequest):
    """The host answered with a challenge page instead of the content.

    Attributes:
        response: the page; None where the host was not asked any more.
    """

    def __init__(self, words: str, response: Response | None = None) -> None:
        super().__init__(words)
        self.response = response


def reason_of(error: BaseException, host: str, max_bytes: int) -> tuple[str, str]:
    """What to note for a failed request.

    Args:
        error: what was raised.
        host: the host that was asked.
        max_bytes: the size limit in force.

    Returns:
        The outcome (``failed``, ``blocked``, ``refused``) and the reason.
    """
    words = " ".join(_TWISTED.sub(r"\1", str(error)).split())
    if isinstance(error, BlockedError):
        return "blocked", words
    if isinstance(error, RefusedError):
        return "refused", words
    if isinstance(error, LeftAloneError):
        return "failed", words
    if isinstance(error, IgnoreRequest):
        return _ignored(words, max_bytes)
    if isinstance(error, DownloadCancelledError):
        return "refused", f"size: more than {max_bytes} bytes"
    if isinstance(error, UnsupportedURLSchemeError):
        return "refused", "scheme: not http or https"
    if isinstance(error, CannotResolveHostError) and (address := private_answer(host)):
        return "refused", f"host: {host} resolves to the private address {address}"
    if isinstance(error, DownloadTimeoutError):
        return "failed", "time-out"
    if isinstance(error, ResponseDataLossError):
        return "failed", "truncated: the connection ended before the body did"
    return "failed", f"{type(error).__name__}: {words}" if words else type(error).__name__


def _ignored(words: str, max_bytes: int) -> tuple[str, str]:
    if "robots.txt" in words:
        return "refused", "robots: forbidden by robots.txt"
    if "DOWNLOAD_MAXSIZE" in words:
        return "refused", f"size: more than {max_bytes} bytes after decompression"
    return "failed", words
