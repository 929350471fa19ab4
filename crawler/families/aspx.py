"""ASP.NET disclosure sites: ``year_details.aspx?dept=&year=``, ``department.aspx?id=``.

Source: addresses of the system. A year page is a report by its name, so its row needs no title
that says so: it is named after department and year. Department pages are columns below. Lists
with post-back pagers and everything else are read by their shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import lxml.html

from crawler.addresses import absolute
from crawler.families import generic
from crawler.listing import Row, squeeze, visible_tree
from crawler.nextpage import is_guess
from crawler.paging import ListPage, Page, SubColumn
from crawler.words import is_bare_title, names_report, report_title
from warehouse.facts.titles import clean_organ, title_organ, title_year

_YEAR_PAGE = re.compile(r"/year_?details?\.aspx$", re.IGNORECASE)
_DEPARTMENT = re.compile(r"/(?:department|dept|organ|unit)\w*\.aspx$", re.IGNORECASE)
_WHOLE = re.compile(r"^(?:19|20)\d\d$")


def read(page: Page) -> ListPage:
    """Reads a list of departments, a department's page, or a year page."""
    found = generic.read(page)
    tree = visible_tree(page.text)
    organ = _organ_of(page, tree)
    rows = {row.url: row for row in found.rows}
    for row in generic.list_rows(page):
        if _YEAR_PAGE.search(urlsplit(row.url).path):
            rows[row.url] = _named(row, organ)
    for row in _chosen(page, tree, organ):
        rows.setdefault(row.url, row)
    year = _query(page.column).get("year")
    if year and page.is_first and _YEAR_PAGE.search(urlsplit(page.column).path):
        rows.setdefault(page.column, Row(page.column, report_title(organ, year), None))
    departments = [
        SubColumn(row.url, row.title)
        for row in found.rows
        if _DEPARTMENT.search(urlsplit(row.url).path) and row.url not in (page.url, page.column)
    ]
    kept = [row for url, row in rows.items() if url not in {column.url for column in departments}]
    more = [ask for ask in found.more if not is_guess(ask)] if departments else found.more
    return replace(found, rows=kept, more=more, columns=found.columns + departments)


def _query(url: str) -> dict[str, str]:
    return {key.lower(): value[0] for key, value in parse_qs(urlsplit(url).query).items()}


def _organ_of(page: Page, tree: lxml.html.HtmlElement | None) -> str:
    """The department that a page belongs to: by the link that led here, else by its headings."""
    heads = tree.iter("h1", "h2", "h3", "title") if tree is not None else ()
    for text in [page.title or "", *(squeeze(head.text_content()) for head in heads)]:
        for part in re.split(r"[-_|>»\s]+", text):
            if organ := clean_organ(part) or title_organ(part):
                return organ
    return ""


def _named(row: Row, organ: str) -> Row:
    """A link to a year page with a title that says what it is."""
    if names_report(row.title):
        return row
    year = _query(row.url).get("year") or title_year(row.title)
    stated = "year" in _query(row.url) or is_bare_title(row.title)
    if not stated or not year or not _WHOLE.match(str(year)):
        return row
    return replace(row, title=report_title(clean_organ(row.title) or organ, year))


def _chosen(page: Page, tree: lxml.html.HtmlElement | None, organ: str) -> Iterator[Row]:
    """Year pages that a page offers in a drop-down list of years or of departments."""
    query = _query(page.column)
    department = query.get("dept") or query.get("id") or ""
    for choice in tree.iter("select") if tree is not None else ():
        for option in choice.iter("option"):
            value, text = (option.get("value") or "").strip(), squeeze(option.text_content())
            if ".aspx" in value.lower():
                url = absolute(page.url, value)
                if _YEAR_PAGE.search(urlsplit(url).path):
                    yield _named(Row(url, text, None), organ)
            elif _WHOLE.match(value) and department:
                yield Row(_year_page(page, department, value), report_title(organ, value), None)
            elif value.isdigit() and (name := clean_organ(text)) and query.get("year"):
                year = query["year"]
                yield Row(_year_page(page, value, year), report_title(name, year), None)


def _year_page(page: Page, department: str, year: str) -> str:
    parts = urlsplit(page.url)
    folder = parts.path.rsplit("/", 1)[0]
    query = urlencode({"dept": department, "year": year})
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/year_details.aspx", query, ""))
