"""Cicro WCM: ``/info/iList.jsp?cat_id=…&cur_page=N``.

Source: pages of the system. Rows, links to the next page and their count are read by their
shape; where no link leads on, ``cur_page`` does. Articles are ``iList.jsp?info_id=…`` or static.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.families import generic
from crawler.listing import visible_tree
from crawler.nextpage import is_guess, read_pager
from crawler.paging import Ask, ListPage, Page

_LIST = re.compile(r"/info/\w*(?:List|Index)\.jsp$")


def read(page: Page) -> ListPage:
    """Reads one page of a list."""
    found = generic.read(page)
    parts = urlsplit(page.column)
    stated = found.more and not is_guess(found.more[0])
    if not page.is_first or stated or not _LIST.search(parts.path) or not parts.query:
        return found
    pages = read_pager(page, visible_tree(page.text), 1).pages
    if pages in (None, 1) and not found.more:
        return found
    base = re.sub(r"&?cur_page=\d*", "", page.column)
    template = f"{base}&cur_page={{n}}"
    note = {"template": template, "number": "2", "page": "2"} | (
        {"pages": str(pages)} if pages else {}
    )
    return replace(found, more=[Ask(template.replace("{n}", "2"), note=note, absent="end")])
