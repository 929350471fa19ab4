"""The Openness / Xxgk systems of Anhui: ``show/<id>.html``, lists ``page_<n>.html``.

Source: pages of the family. Annual reports have a controller of their own
(``XxgkAnnualReport``, ``OpennessAnnualReport``) with small numbers. They are not counted through:
only what a list names is asked for. Some of these sites stand behind a challenge (status 521).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.below import split
from crawler.listing import Row, read_rows
from crawler.nextpage import next_link, page_links
from crawler.ownpage import page_row
from crawler.pager import page_call, printed_pages
from crawler.paging import MOST_PAGES, Ask, ListPage, Page, SubColumn

_SHOW = re.compile(r"/show/\d+(?:\.html)?$", re.IGNORECASE)
_DOWNLOAD = re.compile(r"/download/\d+(?:\.html)?$", re.IGNORECASE)
_PAGE = re.compile(r"^(?P<head>.*?)/?page_(?P<number>\d+)\.html$", re.IGNORECASE)
_ANNUAL = re.compile(r"/\w*AnnualReport(?:/|$)", re.IGNORECASE)
_NUMBERS = ("page", "p", "pageIndex")
_MOST_BELOW = 200


def read(page: Page) -> ListPage:
    """Reads one page of a list; a column may also be a report itself."""
    rows = read_rows(page.text, page.url)
    if page.is_first and _SHOW.search(urlsplit(page.url).path):
        return ListPage([page_row(page.text, page.url, page.title), *rows])
    if not page.is_first and not page.fresh(_shown(rows)):
        return ListPage(rows, end=True)
    columns: list[SubColumn] = []
    if page.is_first:
        rows, columns = split(page, rows)
        if not any(row.date or _ANNUAL.search(row.url) for row in _shown(rows)):
            columns += _lists_below(page)
    number = int(page.ask.note.get("page", "1")) + 1
    following = _following(page, number)
    if following is None or number > MOST_PAGES:
        return ListPage(rows, columns=columns)
    ask = Ask(following, note={"page": str(number)}, absent="end")
    return ListPage(rows, [ask], columns=columns)


def _shown(rows: list[Row]) -> list[Row]:
    paths = ((row, urlsplit(row.url).path) for row in rows)
    return [row for row, path in paths if _SHOW.search(path) or _DOWNLOAD.search(path)]


def _lists_below(page: Page) -> list[SubColumn]:
    """Lists of annual reports that a landing page without rows leads to."""
    if page.depth:
        return []
    here = urlsplit(page.url)
    found: dict[str, SubColumn] = {}
    for label, url in page_links(page.text, page.url):
        parts = urlsplit(url)
        inside = parts.netloc == here.netloc and _ANNUAL.search(parts.path)
        if inside and url != page.url and not _SHOW.search(parts.path):
            found.setdefault(url, SubColumn(url, label))
    return list(found.values())[:_MOST_BELOW]


def _following(page: Page, number: int) -> str | None:
    """The address of page ``number``: as linked, else by the count, else None."""
    links = [url for _, url in page_links(page.text, page.url)]
    for url in links:
        match = _PAGE.match(url)
        if match and int(match.group("number")) == number and _same_list(page, match.group("head")):
            return url
    for url in links:
        query = dict(parse_qsl(urlsplit(url).query))
        same = urlsplit(url).path == urlsplit(page.column).path
        if same and any(query.get(name) == str(number) for name in _NUMBERS):
            return url
    if (link := next_link(page.text, page.url, number - 1)) is not None:
        return link
    call = page_call(page.text)
    pages = call.pages if call else printed_pages(page.text)
    return _counted(page.column, number) if pages and number <= pages else None


def _stem(url: str) -> str:
    match = _PAGE.match(url)
    head = match.group("head") if match else re.sub(r"(?:/index)?\.html$", "", url)
    return head.rstrip("/")


def _same_list(page: Page, head: str) -> bool:
    return head.rstrip("/") in (_stem(page.column), _stem(page.url))


def _counted(column: str, number: int) -> str:
    parts = urlsplit(column)
    if parts.query:
        query = urlencode(dict(parse_qsl(parts.query)) | {"page": str(number)})
        return parts._replace(query=query).geturl()
    return f"{_stem(column)}/page_{number}.html"
