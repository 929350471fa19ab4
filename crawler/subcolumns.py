"""Lists below a list: the year and organ folders of an annual-report column.

Tells such links from articles by the shape of their addresses; knows no family. Walking them is
the base spider's.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.addresses import host_of
from crawler.listing import Row
from crawler.pager import names_annual
from crawler.paging import Page, SubColumn
from crawler.words import names_one_report

DEEPEST = 2
"""Levels below a column of the registry: a year, and the kinds of organs in it."""

_INDEX = re.compile(r"^(?:index|list|default)\.(?:s?html?|jsp|aspx?|php)$", re.IGNORECASE)
_IDENTITY = re.compile(r"\d{5,}|[0-9a-f]{24,}|[0-9a-f]{8}-[0-9a-f]{4}|^content_", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_YEAR_FOLDER = re.compile(r"^[a-z_-]{0,16}(?:19|20)\d\d[a-z_-]{0,10}(?:_\d+)?$", re.IGNORECASE)
_HANWEB = re.compile(r"^/(?:\w+/)?col/col\d+(?:/index\.html)?/?$")
_ANNUAL_FOLDER = re.compile(r"nb|ndbg|gzbg|gkbg|nianbao|niandu|report|annual", re.IGNORECASE)
_MOST = 400


def folder_of(url: str) -> str:
    """The path of the folder that a page stands in, with the slash."""
    path = urlsplit(url).path
    return path[: path.rfind("/") + 1] or "/"


def column_key(url: str) -> str:
    """What two addresses of one list have in common: no scheme, no name of the index file."""
    parts = urlsplit(url)
    head, _, name = parts.path.rpartition("/")
    path = f"{head}/" if _INDEX.match(name) and name.startswith("index") else parts.path
    return f"{parts.netloc.lower()}{path}?{parts.query}#{parts.fragment}"


def split(page: Page, rows: list[Row]) -> tuple[list[Row], list[SubColumn]]:
    """Parts rows that lead to lists below the page from all others.

    Only a page's first file is looked at. A year's folder is left out of both when none of the
    wanted years can stand in it (it may be the covered year or the one of publication).

    Args:
        page: the list page.
        rows: its links.

    Returns:
        The other rows, and the lists below.
    """
    if not page.is_first:
        return rows, []
    others: list[Row] = []
    columns: dict[str, SubColumn] = {}
    for row in rows:
        if not _is_below(page, row):
            others.append(row)
        elif page.depth < DEEPEST and len(columns) < _MOST and _may_hold(page, row):
            columns.setdefault(column_key(row.url), SubColumn(row.url, row.title))
    return others, list(columns.values())


def _is_below(page: Page, row: Row) -> bool:
    if host_of(row.url) != host_of(page.url) or column_key(row.url) == column_key(page.url):
        return False
    if names_one_report(row.title, row.date):
        return False
    path = urlsplit(row.url).path
    if _HANWEB.match(path):
        return _is_year_label(row.title) and page.depth == 0
    name = path.rsplit("/", 1)[-1]
    if name and not _INDEX.match(name):
        return False
    folder, here = folder_of(row.url), folder_of(page.url)
    last = folder.rstrip("/").rsplit("/", 1)[-1]
    if _IDENTITY.search(last) and not _YEAR_FOLDER.match(last):
        return False
    if folder.startswith(here) and here != "/":
        return 1 <= folder[len(here) :].count("/") <= 2 and _is_annual(page, row, folder)
    beside = folder.rsplit("/", 2)[0] == here.rsplit("/", 2)[0]
    return beside and page.depth == 0 and bool(_YEAR_FOLDER.match(last) and _YEAR.search(row.title))


def _is_annual(page: Page, row: Row, folder: str) -> bool:
    """Whether annual reports may stand there: below a column of another name, not everywhere."""
    if page.depth or _ANNUAL_FOLDER.search(folder) or _is_year_label(row.title):
        return True
    last = folder.rstrip("/").rsplit("/", 1)[-1]
    return bool(_YEAR_FOLDER.match(last)) or names_annual(row.title)


def _is_year_label(title: str) -> bool:
    """Whether a link says a year and hardly more."""
    match = _YEAR.search(title)
    return bool(match) and len(title) <= 16 and title.index(match.group()) <= 2 if match else False


def _may_hold(page: Page, row: Row) -> bool:
    last = folder_of(row.url).rstrip("/").rsplit("/", 1)[-1]
    match = _YEAR.search(row.title) or (_YEAR.search(last) if _YEAR_FOLDER.match(last) else None)
    if match is None or not page.years:
        return True
    year = int(match.group(1))
    return year in page.years or year - 1 in page.years
