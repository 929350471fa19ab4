"""Bounds on what one run asks of each site; who keeps to them is ``recorder``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds on what one run asks of each site; None for no bound.

    Attributes:
        lists: list pages.
        documents: articles, their attachments not counted.
    """

    lists: int | None = None
    documents: int | None = None
