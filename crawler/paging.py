"""What a family reader gets and gives, and page counts as scripts print them.

The vocabulary between readers and the base spider, and the arithmetic shared by families.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from crawler.addresses import absolute
from crawler.listing import Row

MOST_PAGES = 2000
"""No annual-report column has more; a count above it is a template's mistake."""


@dataclass(frozen=True)
class Ask:
    """One list page to be asked for.

    Attributes:
        url: its address.
        form: fields of a POST; None for a GET.
        note: what the family's reader wants to find again when the page comes.
        data: the JSON text of a POST, in place of ``form``.
        guess: the address is a guess: that nothing is there says nothing.
        label: the words that lead to it, for a page of ``ListPage.columns``.
    """

    url: str
    form: tuple[tuple[str, str], ...] | None = None
    note: Mapping[str, str] = field(default_factory=dict)
    data: str | None = None
    guess: bool = False
    label: str = ""

    @property
    def body(self) -> str | None:
        """What is posted, None for a GET."""
        if self.data is not None:
            return self.data
        return None if self.form is None else urlencode(self.form)


@dataclass(frozen=True)
class Page:
    """A list page that came.

    Attributes:
        url: the address that answered.
        text: the decoded body.
        column: address of the column's first page.
        ask: how it was asked for; ``ask.note`` is empty on a column's first page.
        seen: addresses of rows that earlier pages of the column gave.
        label: the words that led to the column, when another column's page did.
    """

    url: str
    text: str
    column: str
    ask: Ask
    seen: frozenset[str] = frozenset()
    label: str = ""

    @property
    def is_first(self) -> bool:
        """Whether it is the column's first page."""
        return not self.ask.note

    def fresh(self, rows: list[Row]) -> list[Row]:
        """The rows that no earlier page gave."""
        return [row for row in rows if row.url not in self.seen]


@dataclass(frozen=True)
class ListPage:
    """What a reader found on a page.

    Attributes:
        rows: its links.
        more: pages to ask for after it, in order, behind those already waiting.
        end: nothing lies behind this page: what is waiting is dropped.
        problem: why the list is known to be incomplete, if it is.
        columns: first pages of columns below this one (years, organs, frames).
    """

    rows: list[Row]
    more: list[Ask] = field(default_factory=list)
    end: bool = False
    problem: str | None = None
    columns: list[Ask] = field(default_factory=list)


@dataclass(frozen=True)
class PageCall:
    """A paging call as a page's script prints it.

    Attributes:
        pages: number of pages.
        current: number that the script gives this page.
        stem: file name of the pages without number and suffix.
        suffix: ``html``, ``shtml``, ``htm``.
        styled: it names the element it draws into first, as the UCAP kit does.
    """

    pages: int
    current: int
    stem: str
    suffix: str
    styled: bool


_CALL = re.compile(r"\bcreatePage(?:HTML)?\s*\(([^()]*)\)")
_STRING = re.compile(r"""^(['"])(.*)\1$""")
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*|<!--.*?-->", re.DOTALL)
_COUNT = re.compile(r"\bcountPage\s*=\s*[\"']?(\d+)")


def page_call(text: str) -> PageCall | None:
    """The ``createPageHTML`` call of a page, in any of its argument orders.

    Seen: ``(pages, current, stem, suffix)``, the same with the number of records before, and
    ``(element, pages, current, stem, suffix, records)``. Calls in comments, and the function's
    own definition, do not count.
    """
    for match in _CALL.finditer(_COMMENT.sub(" ", text)):
        if call := _read_call(match.group(1)):
            return call
    count = _COUNT.search(text)
    return PageCall(int(count.group(1)), 0, "index", "html", False) if count else None


def _read_call(arguments: str) -> PageCall | None:
    values = [part.strip() for part in arguments.split(",")]
    strings = [m.group(2) if (m := _STRING.match(v)) else None for v in values]
    numeric = [(m.group(2) if (m := _STRING.match(v)) else v) for v in values]
    styled = len(values) > 3 and strings[0] is not None and not numeric[0].isdigit()
    start = 1 if styled else 0
    numbers: list[int] = []
    for value in numeric[start:]:
        if not value.isdigit():
            break
        numbers.append(int(value))
    if len(numbers) < 2:
        return None
    pages, current = numbers[-2:] if len(numbers) < 4 else numbers[1:3]
    names = [s for s in strings[start + len(numbers) :] if s]
    stem = names[0] if names else "index"
    suffix = names[1].lstrip(".") if len(names) > 1 else "html"
    return PageCall(pages, current, stem, suffix, styled)


def numbered_pages(page: Page, call: PageCall, first: int, last: int, mark: str = "_") -> list[Ask]:
    """Asks for the sibling files ``<stem><mark><n>.<suffix>``, ``n`` from first to last."""
    numbers = range(first, min(last, MOST_PAGES) + 1)
    return [
        Ask(
            absolute(page.url, f"{call.stem}{mark}{number}.{call.suffix}"),
            note={"page": str(number)},
        )
        for number in numbers
    ]
