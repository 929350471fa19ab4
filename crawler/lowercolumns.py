"""Columns below a column: year archives, kinds of organs, single organs, frames with the list.

Also the page that is no list at all but the report itself, as where each township's column is one
page. Tells these by address, words and weight; asks nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace

import lxml.html

from crawler.addresses import host_of, printed_date
from crawler.links import frames, read_attachments
from crawler.listing import Row, squeeze
from crawler.pager import is_pager, names_annual
from crawler.paging import Page, SubColumn
from crawler.shapes import (
    is_article,
    is_below,
    is_beside,
    is_file,
    is_indexed,
    is_rooted,
    names_reports,
)
from crawler.subcolumns import column_key
from crawler.weight import is_weighty
from crawler.words import (
    completed,
    is_bare_year,
    may_name_column,
    names_one_report,
    names_report,
    says_otherwise,
    words,
)
from warehouse.facts.files import load_yaml
from warehouse.facts.titles import judge_title, title_year

_BREADCRUMB = re.compile(r"crumb|position|location|weizhi|dqwz|place|current", re.IGNORECASE)
_YEAR_ASKED = re.compile(r"[?&]\w*year=((?:19|20)\d\d)\b", re.IGNORECASE)
_SPLIT = re.compile(r"\s*(?:[-_|»→]+|>+)\s*")
DEEPEST = 3
"""Levels below a column of the registry: years, kinds of organs, organs."""
_MOST_COLUMNS = 400
_MOST_FILES = 3
"""Files on a page that is one report; a list of files has more."""


def context_of(page: Page, tree: lxml.html.HtmlElement | None) -> str:
    """What the column is called, when that names annual reports; else empty."""
    if page.title:
        return page.title
    if tree is None:
        return ""
    metas = [m.get("content") or "" for m in tree.iter("meta")
             if (m.get("name") or "").lower() == "columnname"]  # fmt: skip
    heads = [h.text_content() for h in tree.iter("title", "h1", "h2", "h3")]
    crumbs = [
        element.text_content()
        for element in tree.iter("div", "p", "ul", "ol", "td", "span")
        if _BREADCRUMB.search(f"{element.get('class') or ''} {element.get('id') or ''}")
    ]
    texts = [squeeze(t) for t in (*metas, *heads) if len(t) < 200]
    for text in texts:
        for part in _SPLIT.split(text):
            if judge_title(part).is_report:
                return part
    for crumb in crumbs:
        parts = _SPLIT.split(squeeze(crumb))
        for count in (1, 2, 3) if len(crumb) < 200 else ():
            if judge_title(joined := " ".join(parts[-count:])).is_report:
                return joined
    return str(words()["report"]) if names_reports(page.column) else ""


def lower_columns(page: Page, rows: list[Row], context: str) -> list[SubColumn]:
    """Links of a list page that lead to columns below it, or beside it for another year.

    A link under the column's own folder whose address is not a document's is a column. So is one
    beside it that names a year and nothing else.
    """
    found: dict[str, SubColumn] = {}
    if page.depth >= DEEPEST:
        return []
    for row in rows:
        if row.url in (page.url, page.column) or is_file(row.url) or is_pager(row.title):
            continue
        if host_of(row.url) != host_of(page.url) or not _is_column(row, page):
            continue
        label = row.title if names_report(row.title) else f"{row.title} {context}".strip()
        if _may_hold(label, page.years):
            found.setdefault(column_key(row.url), SubColumn(row.url, label))
    return list(found.values())[:_MOST_COLUMNS]


def _may_hold(label: str, years: frozenset[int]) -> bool:
    """Whether a column may hold a report of a wanted year.

    A column that names a year holds reports of that year, or of years before it.
    """
    year = title_year(label)
    return year is None or not years or year >= min(years)


def _is_column(row: Row, page: Page) -> bool:
    if not may_name_column(row.title) or names_one_report(row.title, row.date):
        return False
    if is_article(row.url) and not (is_indexed(row.url) and is_bare_year(row.title)):
        return False
    if is_below(row.url, page.column):
        # Below the root lies the whole site.
        return not is_rooted(page.column) or is_bare_year(row.title) or names_annual(row.title)
    return is_bare_year(row.title) and is_beside(row.url, page.column)


def framed_lists(page: Page) -> list[SubColumn]:
    """Pages of the same host that a column's page shows in frames."""
    shown = frames(page.text, page.url) if page.depth <= DEEPEST else []
    return [SubColumn(url, page.title or "") for url in shown if url != page.column]


def titled(rows: list[Row], context: str) -> list[Row]:
    """Rows with titles that the column's words complete where they say too little alone."""
    return [
        replace(row, title=completed(row.title, context, row.under, row.date))
        if is_article(row.url) or is_file(row.url)
        else row
        for row in rows
    ]


def own_row(page: Page, tree: lxml.html.HtmlElement | None, context: str) -> Row | None:
    """The page itself as a row, when it is no list but a report.

    That it is one its heading says, or the words that led here together with its weight; the
    year may stand in its address, or follow from its day.

    Args:
        page: the first page of a column.
        tree: its visible tree.
        context: what the column is called.
    """
    if tree is None:
        return None
    files = read_attachments(page.text, page.url)
    if not 0 < len(files) <= _MOST_FILES and not is_weighty(tree):
        return None
    heads = _headings(tree, "h1")
    if any(map(says_otherwise, heads)):
        return None
    heads += _headings(tree, "h2", "h3")
    day = printed_date(_dates(tree))
    asked = asks_year(page)
    if asked and context:
        title = next(filter(names_report, heads), f"{asked.group(1)} {context}")
        return Row(page.url, title, day, int(asked.group(1)))
    named = [text for text in (*heads, page.title or "") if judge_title(text).is_report]
    title = next(filter(names_report, named), "")
    if not title and page.depth and day and named:
        title = named[0]
    return Row(page.url, title, day) if title else None


def asks_year(page: Page) -> re.Match[str] | None:
    """The year that a column's address asks for, if it does."""
    return _YEAR_ASKED.search(page.column)


def _headings(tree: lxml.html.HtmlElement, *tags: str) -> list[str]:
    heads = [m.get("content") or "" for m in tree.iter("meta")
             if (m.get("name") or "").lower() == "articletitle"]  # fmt: skip
    return heads + [squeeze(head.text_content()) for head in tree.iter(*tags)]


def _dates(tree: lxml.html.HtmlElement) -> str:
    """The text in front of the body, where the day of publication stands."""
    pattern = re.compile(load_yaml("pages.yaml")["published"])
    found = pattern.search(tree.text_content())
    return "-".join(found.groups()) if found else ""
