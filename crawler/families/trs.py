"""TRS WCM: static lists, sibling files ``index_1.html`` counted from 0 (from 1 on some sites).

Source: pages of the family; page count by ``createPageHTML`` in the page's script. A file past
the end is a 404 or a stub of some hundred bytes.
"""

from __future__ import annotations

import re

from crawler.addresses import absolute, is_web, path_date
from crawler.listing import Row, read_rows, squeeze
from crawler.paging import ListPage, Page, numbered_pages, page_call

STUB_BYTES = 600
_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_URL = re.compile(r"""\bvar\s+url\s*=\s*(["'])(.+?)\1""")
_TITLE = re.compile(r"""\bvar\s+title\s*=\s*(["'])(.+?)\1""")


def read(page: Page) -> ListPage:
    """Reads one page of a list."""
    rows = read_rows(page.text, page.url) + script_rows(page.text, page.url)
    if not page.is_first:
        stub = len(page.text.encode()) < STUB_BYTES and not rows
        return ListPage(rows, end=stub or not page.fresh(rows))
    call = page_call(page.text)
    if call is None or call.pages < 2:
        return ListPage(rows)
    # What the script calls the first page tells where the files are counted from.
    if call.current == 0:
        first, last = 1, call.pages - 1
    else:
        first, last = 2, call.pages
    mark = "-" if f"{call.stem}-{first}.{call.suffix}" in page.text else "_"
    return ListPage(rows, numbered_pages(page, call, first, last, mark))


def script_rows(text: str, base: str) -> list[Row]:
    """Rows that inline scripts write with ``document.writeln``: ``var url``, ``var title``."""
    rows = []
    for script in _SCRIPT.finditer(text):
        body = script.group(1)
        for url_match, title_match in zip(_URL.finditer(body), _TITLE.finditer(body), strict=False):
            url = absolute(base, url_match.group(2))
            if is_web(url):
                rows.append(Row(url, squeeze(title_match.group(2)), path_date(url)))
    return rows
