"""Scrapy's responses as the records take them, and what is wrong with one."""

from __future__ import annotations

from datetime import datetime

from scrapy.http import Response

from crawler.archive import Capture
from crawler.missing import SOFT_404
from crawler.wholeness import looks_whole


def capture_of(response: Response, form: str | None, at: datetime) -> Capture:
    """A response as the archive keeps it.

    Args:
        response: what came.
        form: the body that was posted, None for a GET.
        at: when it came.
    """
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    posted = form.encode() if form is not None else None
    return Capture(response.url, response.status, headers, response.body, at, posted)


def is_text(capture: Capture) -> bool:
    """Whether a response may be a page with links."""
    kind = capture.media_type or "text/html"
    return kind.startswith("text/") or "html" in kind or "xml" in kind


def problem_of(response: Response) -> tuple[str, str] | None:
    """Why a response cannot stand for the document, None when it can."""
    if 300 <= response.status < 400 and response.status != 304:
        to = (response.headers.get("Location") or b"").decode("latin-1")
        return "refused", f"scheme: redirect (status {response.status}) to {to or 'nowhere'}"
    if response.status not in (200, 203, 304):
        return "failed", SOFT_404 if SOFT_404 in response.flags else f"status {response.status}"
    if "partial" in response.flags and not looks_whole(response.body):
        return "failed", "truncated: the connection ended before the file did"
    return None


def head_of(response: Response) -> str:
    """The headers of an answer, a line each, as ``recognise`` takes them."""
    lines = (
        f"{name.decode('latin-1')}: {value.decode('latin-1')}"
        for name, values in response.headers.items()
        for value in values
    )
    return "\n".join(lines)
