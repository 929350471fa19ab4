"""What is asked for: one list page, article or attachment, and all that the manifest says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Asked:
    """Something that is asked for, with all that the manifest says about it.

    Attributes:
        site: host of the registry entry.
        url: the address, as promised.
        role: ``list``, ``article`` or ``attachment``.
        parent: the article of an attachment.
        year: covered year, None for a list.
        title: of the row or link.
        date: day of the row.
        list_url: the list page that promised it.
        form: posted body (urlencoded, or JSON), for a list page got by POST.
    """

    site: str
    url: str
    role: str
    parent: str | None = None
    year: int | None = None
    title: str | None = None
    date: date | None = None
    list_url: str | None = None
    form: str | None = None

    @property
    def day(self) -> str | None:
        """The row's day, ISO 8601."""
        return self.date.isoformat() if self.date else None
