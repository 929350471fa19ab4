"""TRS lists kept as sibling files: from which number they count, and how they are called.

The first file is ``index.html``; the second is ``index_1``, ``index_2``, ``index-2`` or
``index2``, and what the script prints does not tell which. A link to the second page decides;
without one the names are tried in turn and the one that gives new rows of the column is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

from crawler.addresses import absolute
from crawler.listing import Row, visible_tree
from crawler.nextpage import next_link, numbered_pages, page_links
from crawler.pager import PageCall, has_pager, page_call, stated_pages
from crawler.paging import MOST_PAGES, Ask, ListPage, Page
from crawler.shapes import path_folder

STUB_BYTES = 600
TRIES = ("_1", "_2", "-2", "2", "-1", "/2")
_NAME = re.compile(r"^(?P<stem>.*?)\.(?P<suffix>s?html?|jhtml)$", re.IGNORECASE)


def first_asks(page: Page, rows: list[Row]) -> list[Ask]:
    """Asks that follow a column's first file, empty when it has no other."""
    call = page_call(page.text)
    pages = stated_pages(page.text, visible_tree(page.text)) or 0
    if call is not None and call.styled and pages > 1:
        named = _named(page, rows, call, pages)
        return numbered_pages(page, named, 2, pages)
    if pages == 1:
        return []
    named = _named(page, rows, call, pages)
    if mark := _linked_mark(page, named):
        return [_try(page, named, [mark])]
    if pages == 0 and not has_pager(page.text):
        return []
    if pages == 0:
        link = next_link(page.text, page.url)
        return [Ask(link, note={"kind": "next", "page": "2"}, absent="end")] if link else []
    tries = list(TRIES)
    if seen := _scripted_marks(page, named):
        tries.sort(key=lambda t: t.rstrip("0123456789") not in seen)
    return [_try(page, named, tries)]


def _named(page: Page, rows: list[Row], call: PageCall | None, pages: int) -> PageCall:
    """The call with the file's own name where the page prints none."""
    match = _NAME.match(urlsplit(page.url).path.rsplit("/", 1)[-1])
    stem = (call.stem if call else "") or (match.group("stem") if match else "index")
    suffix = (call.suffix if call else "") or (match.group("suffix") if match else "")
    current = call.current if call else 0
    return PageCall(pages, current, stem, suffix or _common_suffix(page, rows), False)


def _common_suffix(page: Page, rows: list[Row]) -> str:
    folder = path_folder(page.url)
    names = (urlsplit(row.url).path for row in rows)
    counts = Counter(
        m.group("suffix").lower()
        for path in names
        if path.startswith(folder) and (m := _NAME.match(path.rsplit("/", 1)[-1]))
    )
    return counts.most_common(1)[0][0] if counts else "html"


def _linked_mark(page: Page, call: PageCall) -> str | None:
    """What stands between the stem and the suffix of the second page, by a link to it."""
    second = [url for label, url in page_links(page.text, page.url) if label == "2"]
    if following := next_link(page.text, page.url):
        second.append(following)
    pattern = re.compile(rf"^{re.escape(call.stem)}([_-]?\d+)\.{re.escape(call.suffix)}$")
    for url in second:
        name = urlsplit(url).path.rsplit("/", 1)[-1]
        if path_folder(url) == path_folder(page.url) and (match := pattern.match(name)):
            return match.group(1)
    return None


def _scripted_marks(page: Page, call: PageCall) -> set[str]:
    pattern = rf"(?<![\w]){re.escape(call.stem)}([_-]?)\d{{1,3}}\.{re.escape(call.suffix)}"
    return {match.group(1) for match in re.finditer(pattern, page.text)}


def _try(page: Page, call: PageCall, tries: list[str]) -> Ask:
    first = tries[0]
    return Ask(
        absolute(page.url, f"{call.stem}{first}.{call.suffix}"),
        note={
            "kind": "try",
            "tries": " ".join(tries),
            "stem": call.stem,
            "suffix": call.suffix,
            "pages": str(call.pages),
        },
        absent="read",
    )


def _call_of(page: Page) -> PageCall:
    note = page.ask.note
    return PageCall(int(note["pages"]), 0, note["stem"], note["suffix"], False)


def after_try(page: Page, rows: list[Row]) -> ListPage:
    """Keeps the name that gave new rows of the column, or tries the next one.

    A server that fails over a file has it: the files behind it are asked for.
    """
    tries = page.ask.note["tries"].split()
    call = _call_of(page)
    here = Page(page.column, "", page.column, page.ask)
    if not page.broken and not _in_column(page, rows):
        if len(tries) > 1:
            return ListPage([], [_try(here, call, tries[1:])])
        problem = f"the second of {call.pages} pages has none of the known names"
        return ListPage([], end=True, problem=problem)
    mark = tries[0].rstrip("0123456789")
    number = tries[0].removeprefix(mark)
    pages = call.pages or MOST_PAGES
    first = int(number) + 1
    return ListPage(rows, numbered_pages(here, call, first, first + pages - 3, mark))


def _in_column(page: Page, rows: list[Row]) -> bool:
    """Whether something new is like the column's rows: below it, or with a date."""
    if page.missing:
        return False
    folder = path_folder(page.column)
    return any(
        row.date is not None or urlsplit(row.url).path.startswith(folder)
        for row in page.fresh(rows)
    )


def next_page(page: Page, rows: list[Row]) -> ListPage:
    """A later file: goes on by its link where that is all there is, ends at a stub."""
    stub = len(page.text.encode()) < STUB_BYTES and not rows
    if stub or not page.fresh(rows):
        return ListPage(rows, end=True)
    number = int(page.ask.note["page"])
    if page.ask.note.get("kind") == "next" and number < MOST_PAGES:
        link = next_link(page.text, page.url, number)
        note = {"kind": "next", "page": str(number + 1)}
        return ListPage(rows, [Ask(link, note=note, absent="end")] if link else [])
    return ListPage(rows)
