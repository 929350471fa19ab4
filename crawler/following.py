"""Redirects: followed as Scrapy does, with the page that led here still named to the server.

How many are followed is a setting; whether the new address may be asked is the guards'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from typing_extensions import override

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class Follow(RedirectMiddleware):
    """Follows redirects; the header is ours to set, so no other middleware is looked for."""

    @override
    def handle_referer(self, request: Request, response: Response) -> None:
        """Leaves the header as the request had it, as browsers do."""

    @override
    def _engine_started(self) -> None:
        """Looks for nothing."""
