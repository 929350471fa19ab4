"""TRS WCM: static lists in folders, rows in the page, in its scripts, or behind a JSON back end.

Source: pages of the family. How the files of a list are numbered is in ``trs_files``, the back
ends in ``backends``; here is what a page's rows are.
"""

from __future__ import annotations

import re
from itertools import pairwise

from crawler.addresses import absolute, is_web, path_date, printed_date
from crawler.below import split
from crawler.families import api, backends, trs_files
from crawler.listing import Row, read_fragments, read_rows, squeeze
from crawler.ownpage import holds_document, page_row
from crawler.paging import ListPage, Page
from crawler.scripts import joined_strings, script_texts, unquote, variables

_SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_STRING = r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
_URL = re.compile(rf"\b(?:url|link|docurl|href)\s*=\s*{_STRING}", re.IGNORECASE)
_TITLE = re.compile(rf"\b(?:doc)?title\s*=\s*{_STRING}", re.IGNORECASE)
_DAY = re.compile(rf"\b\w*(?:date|time)\w*\s*=\s*{_STRING}", re.IGNORECASE)


def read(page: Page) -> ListPage:
    """Reads one page of a list."""
    if "backend" in page.ask.note:
        return api.read_answer(page)
    if page.missing or page.broken:
        return trs_files.after_try(page, [])
    rows = page_rows(page)
    if page.ask.note.get("kind") == "try":
        return trs_files.after_try(page, rows)
    if not page.is_first:
        return trs_files.next_page(page, rows)
    rows, columns = split(page, rows)
    if page.depth and not api.number_rows(rows) and holds_document(page.text, page.url):
        rows.append(page_row(page.text, page.url, page.title))
    more = trs_files.first_asks(page, rows) or backends.find(page, rows)
    return ListPage(rows, more, columns=columns)


def page_rows(page: Page) -> list[Row]:
    """Rows of a page: its links, and what its scripts write."""
    found = {row.url: row for row in script_rows(page.text, page.url)}
    found |= {row.url: row for row in read_rows(page.text, page.url)}
    return list(found.values())


def script_rows(text: str, base: str) -> list[Row]:
    """Rows that inline scripts write.

    Either ``var url`` and ``var title`` before each ``document.writeln``, or the row's markup
    inside the written strings.
    """
    rows: list[Row] = []
    for script in _SCRIPT.finditer(text):
        body = script.group(1)
        starts = [match.start() for match in _URL.finditer(body)]
        for start, end in pairwise([*starts, len(body)]):
            if row := _assigned_row(body[start:end], base):
                rows.append(row)
        if not rows and "document.write" in body:
            rows += _written_rows(body, base)
    return rows


def _assigned_row(piece: str, base: str) -> Row | None:
    url_match, title_match = _URL.search(piece), _TITLE.search(piece)
    if url_match is None or title_match is None:
        return None
    url = absolute(base, unquote(url_match.group(1)))
    title = squeeze(unquote(title_match.group(1)))
    if not is_web(url) or not title:
        return None
    days = (printed_date(unquote(match.group(1))) for match in _DAY.finditer(piece))
    return Row(url, title, next((day for day in days if day), None) or path_date(url))


def _written_rows(body: str, base: str) -> list[Row]:
    clean = script_texts(f"<script>{body}</script>")
    known = variables(clean[0]) if clean else {}
    return read_fragments(
        (text for part in clean for text in joined_strings(part, known) if "<a" in text.lower()),
        base,
    )
