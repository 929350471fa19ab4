"""Visual SiteBuilder: static lists whose page numbers count down, and columns that are articles.

Source: pages of the system. The first page is ``name.htm``, the second ``name/<total-1>.htm``,
the oldest ``name/1.htm``; the pager prints the total. The rest is read by its shape: years,
kinds of organs and single organs as columns below, the last of them the report itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.addresses import absolute
from crawler.families import generic
from crawler.listing import squeeze, visible_tree
from crawler.nextpage import read_pager
from crawler.paging import MOST_PAGES, Ask, ListPage, Page

_POSITION = re.compile(r"(?<![\d/])1\s*/\s*(\d{1,4})(?![\d/])")


def read(page: Page) -> ListPage:
    """Reads one page of a list."""
    found = generic.read(page)
    if "down" in page.ask.note:
        return ListPage(found.rows, columns=found.columns)
    if not page.is_first:
        return found
    total = _total(page)
    if total is None or total < 2:
        return found if total is None else replace(found, more=[])
    stem = urlsplit(page.column).path.rsplit("/", 1)[-1].rpartition(".")[0] or "index"
    suffix = urlsplit(page.column).path.rpartition(".")[2]
    ending = suffix if re.fullmatch(r"s?html?|jsp", suffix) else "htm"
    numbers = range(min(total, MOST_PAGES) - 1, 0, -1)
    more = [
        Ask(
            absolute(page.url, f"{stem}/{number}.{ending}"),
            note={"down": str(number)},
            absent="end",
        )
        for number in numbers
    ]
    return replace(found, more=more)


def _total(page: Page) -> int | None:
    """The number of pages; None where the page has no pager of this system."""
    tree = visible_tree(page.text)
    if tree is None:
        return None
    stem = urlsplit(page.column).path.rsplit("/", 1)[-1].rpartition(".")[0] or "index"
    pager = read_pager(page, tree, 1)
    linked = re.search(rf"""["'](?:[^"']*/)?{re.escape(stem)}/(\d+)\.htm""", page.text)
    if printed := pager.pages:
        return printed if pager.link is None or linked else None
    position = _POSITION.search(squeeze(tree.text_content()))
    if position and (linked or pager.drawn):
        return int(position.group(1))
    return None
