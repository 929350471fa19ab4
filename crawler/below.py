"""Columns below a column: years, kinds of organs, single organs, frames with the list.

Tells links to such columns from documents by words and address, for every family. What the page
in hand is itself is in ``ownpage``; walking the columns is the base spider's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from crawler.addresses import host_of
from crawler.columns import is_annual_path
from crawler.context import context_of
from crawler.links import frames
from crawler.listing import Row, visible_tree
from crawler.pager import is_pager, names_annual
from crawler.paging import Page, SubColumn
from crawler.shapes import (
    column_key,
    is_article,
    is_below,
    is_beside,
    is_file,
    is_indexed,
    is_rooted,
    is_script,
    is_sister,
)
from crawler.words import (
    is_bare_year,
    may_name_column,
    names_one_report,
    names_report,
    says_year_only,
    year_span,
)
from warehouse.facts.titles import clean_organ

DEEPEST = 3
"""Levels below a column of the registry: years, kinds of organs, organs."""
_MOST = 400
_YEAR_FOLDER = re.compile(r"/[a-z_-]{0,16}(?:19|20)\d\d[a-z_-]{0,10}(?:_\d+)?/?$", re.IGNORECASE)
_NUMBERED = re.compile(r"/col/col\d+/?$")
_ANNUAL = re.compile(r"nb|ndbg|gzbg|gkbg|nianbao|niandu|report|annual", re.IGNORECASE)


def split(page: Page, rows: list[Row]) -> tuple[list[Row], list[SubColumn]]:
    """Parts rows that lead to lists below the page from all others.

    Only a page's first file is looked at.

    Args:
        page: the list page.
        rows: its links.

    Returns:
        The other rows, and the lists below.
    """
    if not page.is_first:
        return rows, []
    context = context_of(page, visible_tree(page.text))
    columns = columns_below(page, rows, context)
    below = {row.url for row in rows if leads_below(page, row, context)}
    below |= {column.url for column in columns}
    return [row for row in rows if row.url not in below], columns


def columns_below(page: Page, rows: list[Row], context: str) -> list[SubColumn]:
    """The lists below a page that its links lead to, each once, with what they are called.

    One that names a year is left out when no report of a wanted year can stand in it.

    Args:
        page: the list page.
        rows: its links.
        context: what the page is called, when that names annual reports.
    """
    found: dict[str, SubColumn] = {}
    if page.depth >= DEEPEST:
        return []
    for row in rows:
        if leads_below(page, row, context) and may_hold(_named(row), page.years):
            label = row.title if names_report(row.title) else f"{row.title} {context}".strip()
            found.setdefault(column_key(row.url), SubColumn(row.url, label))
    if context and not any(names_report(row.title) for row in rows):
        for column in _organs_elsewhere(page, rows, context):
            found.setdefault(column_key(column.url), column)
    return list(found.values())[:_MOST]


def _organs_elsewhere(page: Page, rows: list[Row], context: str) -> Iterator[SubColumn]:
    """Where the organs that a page names keep their reports, if it shows none itself.

    What neither the address nor its place calls a column may be anything of the organ: columns
    below that are not looked for.
    """
    for row in rows:
        own = host_of(row.url) == host_of(page.url) and row.url not in (page.url, page.column)
        if own and not is_file(row.url) and not is_article(row.url) and clean_organ(row.title):
            leaf = not is_annual_path(row.url)
            yield SubColumn(row.url, f"{row.title} {context}", is_leaf=leaf)


def _named(row: Row) -> str:
    """What may name the years of a column: its label, else its folder."""
    folder = urlsplit(row.url).path.rpartition("/")[0] + "/"
    return row.title if year_span(row.title) or not _YEAR_FOLDER.search(folder) else folder


def may_hold(label: str, years: frozenset[int]) -> bool:
    """Whether a column may hold a report of a wanted year.

    One that names a year holds reports that cover it or were published in it, and sometimes late
    ones of years before; never later ones.
    """
    span = year_span(label)
    return span is None or not years or span[1] >= min(years)


def leads_below(page: Page, row: Row, context: str) -> bool:
    """Whether a link leads to a list below the page, or to one beside it for another year."""
    if row.url in (page.url, page.column) or is_file(row.url):
        return False
    moved = host_of(row.url) != host_of(page.url)
    below = not moved and is_below(row.url, page.column)
    near = below or (is_sister(row.url, page.url) if moved else is_beside(row.url, page.column))
    if not near or is_pager(row.title) or column_key(row.url) == column_key(page.url):
        return False
    if not may_name_column(row.title) or names_one_report(row.title, row.date):
        return False
    year_only = is_bare_year(row.title)
    if is_article(row.url) and not (year_only and is_indexed(row.url)):
        return False
    if below:
        return _is_annual(page, row, context)
    # What is beside a column, or where the site was before it moved, is one of its years.
    return year_only or (
        not moved and not page.depth and (_is_named_beside(row) or _is_organs(page, row, context))
    )


def _is_annual(page: Page, row: Row, context: str) -> bool:
    """Whether annual reports may stand there: below a column of another name, not everywhere."""
    if year_span(row.title) and says_year_only(row.title):
        return True
    folder = urlsplit(row.url).path.rpartition("/")[0] + "/"
    if names_annual(row.title) or _YEAR_FOLDER.search(folder):
        return True
    # Below the root lies the whole site.
    if is_rooted(page.column):
        return False
    return bool(page.depth or context or _ANNUAL.search(folder))


def _is_named_beside(row: Row) -> bool:
    """Whether a link beside a column says a year and leads to a folder made for one."""
    folder = urlsplit(row.url).path.rpartition("/")[0]
    fit = _YEAR_FOLDER.search(folder) or _NUMBERED.search(folder)
    return bool(fit) and says_year_only(row.title)


def _is_organs(page: Page, row: Row, context: str) -> bool:
    """Whether a link beside a column of annual reports asks the same system for an organ's."""
    asks = is_script(row.url) and bool(urlsplit(row.url).query)
    return bool(context and asks and clean_organ(row.title))


def framed_lists(page: Page) -> list[SubColumn]:
    """Pages of the same host that a column's page shows in frames."""
    shown = frames(page.text, page.url) if page.depth <= DEEPEST else []
    return [SubColumn(url, page.title or "") for url in shown if url != page.column]
