"""What a played site is made of: columns with rows, articles, attachments, and answers to requests.

Belongs here: the plain types that worlds, families and the server share.
Does not belong here: addresses and page markup of one CMS (``families``), sockets (``server``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl

HTML = "text/html; charset=utf-8"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Request:
    """A request as the proxy got it. ``query`` and ``body`` are as sent, still encoded."""

    method: str
    host: str
    path: str
    query: str = ""
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The whole address."""
        return f"http://{self.host}{self.path}" + (f"?{self.query}" if self.query else "")

    @property
    def arguments(self) -> dict[str, str]:
        """Query arguments, and over them the form fields."""
        pairs = parse_qsl(self.query, keep_blank_values=True)
        return dict(pairs + parse_qsl(self.body, keep_blank_values=True))


@dataclass(frozen=True)
class Response:
    """An answer. An iterator as body is streamed; ``length`` is then announced when known."""

    status: int = 200
    body: bytes | Iterator[bytes] = b""
    media_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None


@dataclass(frozen=True)
class Page:
    """A resource with a stable body: built once, cached, answered conditionally."""

    build: Callable[[], bytes]
    modified: Callable[[], datetime]
    media_type: str = HTML


Endpoint = Callable[[Request], Response]
Resource = Page | Endpoint


@dataclass(frozen=True)
class Fault:
    """What goes wrong at an address; the kinds are in ``faults``."""

    kind: str
    target: str = ""


@dataclass
class Attachment:
    """A file linked from an article.

    Attributes:
        url: The address an article's link leads to.
        href: The link as the article writes it.
        final_path: The path that serves the bytes (after a redirect, for Hanweb).
        name: Link text.
        build: Makes the bytes.
        media_type: Content type sent.
    """

    url: str
    href: str
    final_path: str
    name: str
    build: Callable[[], bytes]
    media_type: str = DOCX


@dataclass
class Entry:
    """A row of a list and the article behind it.

    Attributes:
        kind: ``report``, ``neighbour`` (no annual report), ``other_year`` (a report of a year that
            the world does not generate) or ``fault``.
        title: Title in row and article.
        shown: The date shown in row and article.
        source: The publishing organ.
        path: Path of the article.
        href: The link as the list writes it.
        body: Makes the HTML of the article's body.
        attachments: Files linked below the body.
        version: Raised when the page changes.
        hidden: Not listed and not found: not yet published.
        unlisted: Published, but in no list: only the site's search knows it.
    """

    kind: str
    title: str
    shown: date
    source: str
    path: str
    href: str
    body: Callable[[], str]
    attachments: list[Attachment] = field(default_factory=list)
    version: int = 0
    hidden: bool = False
    unlisted: bool = False


@dataclass
class Column:
    """A list of articles: its number on the site, name, path of the first page, rows."""

    number: int
    name: str
    path: str
    entries: list[Entry] = field(default_factory=list)

    def rows(self) -> list[Entry]:
        """Return the listed rows, newest first."""
        visible = [entry for entry in self.published() if not entry.unlisted]
        return sorted(visible, key=lambda entry: (entry.shown, entry.path), reverse=True)

    def published(self) -> list[Entry]:
        """Return the entries that stand on the site, listed or not."""
        return [entry for entry in self.entries if not entry.hidden]


@dataclass(frozen=True)
class SiteSpec:
    """A site as a world file describes it.

    Attributes:
        host: Host name.
        family: A key of ``families.FAMILIES``.
        name: The site's name.
        province: Full official name; likewise city and county (empty for a city's own site).
        area_code: Telephone area code of the place.
        code: Identification code of a government site.
        departments: How many departments publish, or which kinds.
        government: Whether the place's government publishes.
        single: Whether the annual-report column belongs to one organ alone.
        short_names: Whether county organs leave out the city in their names.
        discover: Whether the registry entry leaves ``columns`` out.
        neighbours: Rows that are no annual report, per report.
        quirks: Switches of the family.
        misprints: ``{"department/year": misprint}``.
        faults: Rows that look like reports and go wrong: ``kind``, ``organ``, ``year``.
        mixed: Departments with an older table three in the last year.
        without_other: Departments whose last year does not print the last applicant column.
        carry_break: Departments whose last year carries in something else than was left.
    """

    host: str
    family: str
    name: str
    province: str
    city: str
    county: str
    area_code: str
    postcode: str
    road: str
    code: str
    departments: int | tuple[str, ...] = 3
    government: bool = True
    single: bool = False
    short_names: bool = False
    discover: bool = False
    neighbours: float = 1.0
    quirks: Mapping[str, Any] = field(default_factory=dict)
    misprints: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Mapping[str, Any], ...] = ()
    mixed: tuple[str, ...] = ()
    without_other: tuple[str, ...] = ()
    carry_break: tuple[str, ...] = ()


@dataclass
class Site:
    """A played site: what it is, its columns, paths closed to robots, every resource by path."""

    spec: SiteSpec
    seed: str
    columns: list[Column] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    resources: dict[str, Resource] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """Scheme and host."""
        return f"http://{self.spec.host}"

    def entries(self) -> Iterator[Entry]:
        """Yield the entries of all columns."""
        for column in self.columns:
            yield from column.entries
