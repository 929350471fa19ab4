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
from crawler.paging import Page, SubColumn
from crawler.shapes import (
    is_article,
    is_below,
    is_beside,
    is_file,
    is_indexed,
    names_reports,
)
from crawler.subcolumns import column_key
from crawler.weight import is_weighty
from crawler.words import completed, is_bare_year, is_pager, names_report, says_otherwise, words
from warehouse.facts.files import load_yaml
from warehouse.facts.titles import judge_title, title_year

_BREADCRUMB = re.compile(r"crumb|position|location|weizhi|dqwz|place|current", re.IGNORECASE)
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
        parts = _SPLIT.split(squeeze(crumb))[-3:]
        if len(crumb) < 200 and judge_title(joined := " ".join(parts)).is_report:
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
    if says_otherwise(row.title):
        return False
    if is_article(row.url) and not (is_indexed(row.url) and is_bare_year(row.title)):
        return False
    if is_below(row.url, page.column):
        return True
    return is_bare_year(row.title) and is_beside(row.url, page.column)


def framed_lists(page: Page) -> list[SubColumn]:
    """Pages of the same host that a column's page shows in frames."""
    shown = frames(page.text, page.url) if page.depth <= DEEPEST else []
    return [SubColumn(url, page.title or "") for url in shown if url != page.column]


def titled(rows: list[Row], context: str) -> list[Row]:
    """Rows with titles that the column's words complete where they say too little alone."""
    return [
        replace(row, title=completed(row.title, context))
        if is_article(row.url) or is_file(row.url)
        else row
        for row in rows
    ]


def own_row(page: Page, tree: lxml.html.HtmlElement | None) -> Row | None:
    """The page itself as a row, when it is no list but the report its label names."""
    if tree is None or not names_report(page.title or ""):
        return None
    files = read_attachments(page.text, page.url)
    if not 0 < len(files) <= _MOST_FILES and not is_weighty(tree):
        return None
    heads = [m.get("content") or "" for m in tree.iter("meta")
             if (m.get("name") or "").lower() == "articletitle"]  # fmt: skip
    heads += [squeeze(head.text_content()) for head in tree.iter("h1", "h2", "h3")]
    if any(map(says_otherwise, heads)):
        return None
    title = next(filter(names_report, heads), page.title or "")
    return Row(page.url, title, printed_date(squeeze(_dates(tree))))


def _dates(tree: lxml.html.HtmlElement) -> str:
    """The text in front of the body, where the day of publication stands."""
    pattern = re.compile(load_yaml("pages.yaml")["published"])
    found = pattern.search(tree.text_content())
    return "-".join(found.groups()) if found else ""
