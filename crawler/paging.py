"""What a family reader gets and gives: the vocabulary between readers and the base spider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

from crawler.addresses import absolute
from crawler.listing import Row
from crawler.pager import is_pager

MOST_PAGES = 2000
"""No annual-report column has more; a count above it is a template's mistake."""


Absent = Literal["fail", "end", "read", "skip"]

Road = Literal["column", "catalogue", "year", "search"]
"""How a report is found: on the pages of its column, in a list that a service gives (a catalogue,
a JSON list), by an address that names organ and year, by the site's own search."""


@dataclass(frozen=True)
class Ask:
    """One list page to be asked for.

    Attributes:
        url: its address.
        form: fields of a POST; None for a GET.
        note: what the family's reader wants to find again when the page comes.
        json: a JSON text to POST in place of a form.
        absent: what a 404 means: a failure, the end of the column's list, or an answer that the
            reader has asked for to find out (it gets a page that is ``missing``); an address that
            is only a guess is skipped, whatever goes wrong there.
        road: how rows of the page are found, where not as the page that led here.
    """

    url: str
    form: tuple[tuple[str, str], ...] | None = None
    note: Mapping[str, str] = field(default_factory=dict)
    json: str | None = None
    absent: Absent = "fail"
    road: Road | None = None

    @property
    def body(self) -> str | None:
        """What is posted: the JSON text or the urlencoded form; None for a GET."""
        if self.json is not None:
            return self.json
        return None if self.form is None else urlencode(self.form)


@dataclass(frozen=True)
class SubColumn:
    """A list below a column: a year's, an organ's.

    Attributes:
        url: its address.
        title: the text of the link to it.
        form: fields of a POST that brings it; None for a GET.
        is_leaf: whether columns below it are not looked for.
    """

    url: str
    title: str
    form: tuple[tuple[str, str], ...] | None = None
    is_leaf: bool = False

    @property
    def ask(self) -> Ask:
        """The ask for its first page."""
        return Ask(absolute(self.url, ""), form=self.form)


@dataclass(frozen=True)
class Page:
    """A list page that came.

    Attributes:
        url: the address that answered.
        text: the decoded body.
        column: address of the column's first page.
        ask: how it was asked for; ``ask.note`` is empty on a column's first page.
        seen: addresses of rows that earlier pages of the column gave.
        years: the covered years that are wanted.
        title: the link that led here, for a column below another.
        depth: 0 for a column of the registry, 1 and more for those below it.
        missing: the server has no such page (only where the ask wants to know).
        broken: the page may exist but did not come (likewise); the failure is written down.
    """

    url: str
    text: str
    column: str
    ask: Ask
    seen: frozenset[str] = frozenset()
    years: frozenset[int] = frozenset()
    title: str | None = None
    depth: int = 0
    missing: bool = False
    broken: bool = False

    @property
    def is_first(self) -> bool:
        """Whether it is the column's first page."""
        return not self.ask.note

    def fresh(self, rows: list[Row]) -> list[Row]:
        """The rows that no earlier page gave; links of a pager are none."""
        return [row for row in rows if row.url not in self.seen and not is_pager(row.title)]


@dataclass(frozen=True)
class ListPage:
    """What a reader found on a page.

    Attributes:
        rows: its links; one with the page's own address says that the page is itself a report.
        more: pages to ask for after it, in order, behind those already waiting.
        end: nothing lies behind this page: what is waiting is dropped.
        problem: why the list is known to be incomplete, if it is.
        remark: why it was left before its end by our own rule, if it was.
        columns: lists below this one, each to be walked on its own.
    """

    rows: list[Row]
    more: list[Ask] = field(default_factory=list)
    end: bool = False
    problem: str | None = None
    remark: str | None = None
    columns: list[SubColumn] = field(default_factory=list)
