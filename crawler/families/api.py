"""List back ends that answer page by page: how one is asked, and when its list ends.

Shared by the families whose pages name such a back end. Finding its address and parameters in a
page is each family's; what its answers hold is in ``records``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler import records, xmldata
from crawler.listing import Row, read_rows, record_rows
from crawler.pager import printed_pages
from crawler.paging import MOST_PAGES, Ask, ListPage, Page
from crawler.patterns import Pattern

QUERY, FORM, JSON = "query", "form", "json"
_OWN_NOTES = ("backend", "page", "head", "per", "shift", "zero")


@dataclass(frozen=True)
class Backend:
    """A list back end with the parameters that a page gives it.

    Attributes:
        url: its address; may carry a query of its own.
        fields: the other parameters.
        way: ``query`` (GET), ``form`` or ``json`` (POST).
        keys: names of the parameters that hold the number of the page, ``a/b`` for one within
            another; none: it has one page.
        size: records a page.
        in_query: repeat the number in the query of a POST too.
        first: number of the first page.
        inside: the field of a JSON body that holds the parameters, beside an empty token.
        root: what relative addresses of answers start from; empty: the column.
        step: records by which the number grows from page to page, where it counts records.
        known: how the column's page builds addresses of records that have none.
    """

    url: str
    fields: dict[str, Any] = field(default_factory=dict)
    way: str = QUERY
    keys: tuple[str, ...] = ("page",)
    size: int = 15
    in_query: bool = False
    first: int = 1
    inside: str = ""
    root: str = ""
    step: int = 0
    known: tuple[Pattern, ...] = ()

    def ask(self, number: int, **note: str) -> Ask:
        """Asks for one page; what is in ``note`` comes back with the answer."""
        parts = urlsplit(self.url)
        query: dict[str, Any] = dict(parse_qsl(parts.query, keep_blank_values=True))
        numbers: dict[str, Any] = dict.fromkeys(self.keys, number)
        if self.step:
            numbers = dict.fromkeys(self.keys, (number - self.first) * self.step)
        body = _turned(self.fields, numbers)
        if self.way == QUERY:
            query |= body
        elif self.in_query:
            query |= numbers
        url = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))
        remembered = {**note, "backend": json.dumps(asdict(self)), "page": str(number)}
        if self.way == JSON:
            whole = {"token": "", self.inside: body} if self.inside else body
            text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
            return Ask(url, note=remembered, json=text, road="catalogue")
        if self.way == FORM:
            form = tuple((key, _plain(value)) for key, value in body.items())
            return Ask(url, form=form, note=remembered, road="catalogue")
        return Ask(url, note=remembered, road="catalogue")


def _turned(fields: dict[str, Any], numbers: dict[str, Any]) -> dict[str, Any]:
    """The parameters of another page; ``a/b`` is the field ``b`` of an object or a query ``a``."""
    turned = dict(fields)
    for key, number in numbers.items():
        name, _, inner = key.partition("/")
        whole = turned.get(name)
        if not inner:
            turned[name] = number
        elif isinstance(whole, dict):
            turned[name] = whole | {inner: number}
        else:
            pairs = dict(parse_qsl(str(whole), keep_blank_values=True))
            turned[name] = urlencode(pairs | {inner: number})
    return turned


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def backend_of(page: Page) -> Backend | None:
    """The back end that a page is an answer of, None for other pages."""
    text = page.ask.note.get("backend")
    if text is None:
        return None
    raw = json.loads(text)
    known = tuple(Pattern(**p | {"given": tuple(p["given"])}) for p in raw["known"])
    return Backend(**raw | {"keys": tuple(raw["keys"]), "known": known})


def read_answer(page: Page) -> ListPage:
    """Reads an answer: JSON, JSONP, or a piece of HTML where the server ignores what was asked.

    The list goes on while the answer says that there is more, or, where it says nothing, while
    something new comes. A list that repeats itself before its total is reached is reported.
    """
    backend = backend_of(page)
    if backend is None:
        raise ValueError(f"{page.url} is no answer of a list back end")
    try:
        answer = records.parse(page.text)
        found = records.read(answer, backend.root or page.column, backend.known)
    except ValueError:
        found = _markup(page, backend)
        if not found.rows and int(page.ask.note["page"]) <= 1:
            return ListPage([], problem="the list's back end gave neither JSON nor rows")
    return follow(page, backend, found)


def _markup(page: Page, backend: Backend) -> records.Records:
    """The rows of a piece of HTML, of records of it, or of XML."""
    rows = record_rows(page.text, page.column) or read_rows(page.text, page.column)
    if not rows and page.text.lstrip().startswith("<"):
        try:
            return records.read(xmldata.parse(page.text), backend.root or page.column)
        except ValueError:
            pass  # then it is HTML without rows
    return records.Records(rows, printed_pages(page.text))


def follow(page: Page, backend: Backend, found: records.Records) -> ListPage:
    """The rows of an answer, and the ask for the next one if there is one.

    A list that ends before its total may count its pages from 0: that page is asked for last.
    Several back ends may feed one column, so nothing here drops what else is waiting.
    """
    note = page.ask.note
    number = int(note["page"])
    kept = {key: value for key, value in note.items() if key not in _OWN_NOTES}
    head = found.rows[0].url if found.rows else ""
    stuck = not head or head == note.get("head")
    per = int(note.get("per") or len(found.rows) or found.size or backend.size)
    # A list said to begin at 0 may begin at 1, or have its first page under both.
    doubled = backend.first == 0 and ((number == 0 and not head) or (number == 1 and head != ""))
    shift = 1 if stuck and doubled else int(note.get("shift", "0"))
    more = _is_more(page, backend, found, per)
    if backend.keys and number < MOST_PAGES and (doubled if stuck else more):
        kept |= {"head": head, "per": str(per), "shift": str(shift)}
        return ListPage(found.rows, [backend.ask(number + 1, **kept)])
    if note.get("zero"):
        return ListPage(found.rows, problem=None if page.fresh(found.rows) else note["zero"])
    problem = _shortfall(page, found, per) if stuck else None
    if problem and not head and backend.keys and backend.first:
        return ListPage(found.rows, [backend.ask(0, **kept | {"zero": problem})])
    return ListPage(found.rows, problem=problem)


def _is_more(page: Page, backend: Backend, found: records.Records, per: int) -> bool:
    number = int(page.ask.note["page"])
    if not backend.keys or page.ask.note.get("zero"):
        return False
    done = number + 1 - backend.first - int(page.ask.note.get("shift", "0"))
    if found.total is not None:
        return done * per < found.total
    # Some call the page they are on what others call their number of pages.
    if found.pages is not None and not number == found.pages == backend.first:
        return done < found.pages
    # The column's own page may print what the first answer repeats.
    return bool(page.fresh(found.rows)) or number == backend.first


def _shortfall(page: Page, found: records.Records, per: int) -> str | None:
    """What is wrong with a list that ends at this answer: nothing new is in it."""
    number = int(page.ask.note["page"])
    if number <= 1:
        return None if found.total == 0 else "the list's back end lists nothing"
    whole = found.total if found.total is not None else (found.pages or 0) * per
    if (number - 1) * per >= whole:
        return None
    return f"the list repeats itself or breaks off on page {number} of {whole} rows"


def number_rows(rows: list[Row]) -> int:
    """How many rows carry a date: a list's, not its frame's."""
    return sum(row.date is not None for row in rows)
