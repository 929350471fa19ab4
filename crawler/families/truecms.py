"""TrueCMS: the newest rows in a hidden ``#initData`` list, the rest from a script service.

Source: pages of the system. Links may be ``onclick="name2('…')"``. The service answers records in
CDATA inside JSON, wrapped for a script; it refuses more rows at once than it likes (some 100,
some 50, some everything but their own page size), and some sites have shut it: then the hidden
rows are all there is.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urljoin

from lxml import html as markup

from crawler import records
from crawler.families import generic
from crawler.listing import Row, parse_fragment, read_fragments, record_rows
from crawler.paging import MOST_PAGES, Ask, ListPage, Page

_CLICK = re.compile(
    r"""onclick\s*=\s*(?:"\s*\w+\('([^']+)'[^"]*"|'\s*\w+\("([^"]+)"[^']*')""", re.I
)
_HREF = re.compile(
    r"""\shref\s*=\s*(?:"(?:javascript:[^"]*|#?)"|'(?:javascript:[^']*|#?)')""", re.I
)
_COLUMN = re.compile(r"""\bcolumnId['"]?\s*[:=]\s*['"]([^'"]+)['"]""", re.IGNORECASE)
_PROXY = re.compile(r"""["']([^"'\s]*getMessage\.do)[^"']*["']""")
_TEMPLATE = re.compile(r"""\bcontentTemplate['"]?\s*[:=]\s*['"]([^'"]*)['"]""")
_TOTAL = re.compile(r"total_?record['\"]?\s*[:=>]\s*['\"]?(\d+)", re.IGNORECASE)
_PER_PAGE = re.compile(r"\bperpage['\"]?\s*[:=]\s*['\"]?(\d+)", re.IGNORECASE)
_DEFAULT_PROXY = "/truecms/messageController/getMessage.do"
_SIZES = (15, 10, 5)


def read(page: Page) -> ListPage:
    """Reads a column page, or an answer of the service."""
    if page.ask.note.get("kind") == "service":
        return _answer(page)
    rows = hidden_rows(page)
    column = _COLUMN.search(page.text)
    if not rows and column is None:
        return generic.read(page)
    found = generic.read(page) if page.is_first else ListPage([])
    known = {row.url for row in rows}
    rows += [row for row in found.rows if row.url not in known]
    total = int(match.group(1)) if (match := _TOTAL.search(page.text)) else 0
    if column is None or (total and len(known) >= total):
        return ListPage(rows, columns=found.columns)
    proxy = _PROXY.search(page.text)
    template = _TEMPLATE.search(page.text)
    size = int(match.group(1)) if (match := _PER_PAGE.search(page.text)) else _SIZES[0]
    note = {
        "kind": "service",
        "column": column.group(1),
        "url": urljoin(page.url, proxy.group(1) if proxy else _DEFAULT_PROXY),
        "template": template.group(1) if template else "",
        "total": str(total),
    }
    # The page's own size first: what a service refuses is more.
    sizes = [min(size, 50), *(s for s in _SIZES if s < size)]
    asks = [_ask(note, len(known), s) for s in sizes]
    return ListPage(rows, asks, columns=found.columns)


def hidden_rows(page: Page) -> list[Row]:
    """The rows of ``#initData``."""
    tree = parse_fragment(page.text)
    if tree is None:
        return []
    fragments: list[str] = []
    for holder in tree.xpath("//*[@id='initData' or @class='initData']"):
        items = list(holder.iter("li", "tr"))
        texts = [markup.tostring(e, encoding="unicode", with_tail=False) for e in items]
        raw = holder.text or ""
        fragments += texts or re.findall(r"<li.*?</li>", raw, re.DOTALL | re.IGNORECASE)
    return read_fragments([plain_links(f, page.column) for f in fragments], page.url)


def plain_links(fragment: str, column: str) -> str:
    """A row whose click handler is turned into a link; a bare id is one of ``content/``."""

    def link(match: re.Match[str]) -> str:
        target = match.group(1) or match.group(2)
        if "/" not in target and "." not in target:
            target = urljoin(column, f"content/{target}.html")
        return f'href="{target}"'

    if not _CLICK.search(fragment):
        return fragment
    return _CLICK.sub(link, _HREF.sub(" ", fragment))


def _ask(note: dict[str, str], have: int, size: int) -> Ask:
    query = {
        "startrecord": str(have + 1),
        "endrecord": str(have + size),
        "perpage": str(size),
        "columnId": note["column"],
        "contentTemplate": note["template"],
        "callback": "cb",
    }
    note = {**note, "have": str(have), "size": str(size)}
    return Ask(f"{note['url']}?{urlencode(query)}", note=note, absent="skip")


def _answer(page: Page) -> ListPage:
    note = dict(page.ask.note)
    try:
        value = records.parse(page.text)
    except ValueError:
        value = None
    text = value.get("result") if isinstance(value, dict) else page.text
    text = text if isinstance(text, str) else ""
    rows = record_rows(plain_links(text, page.column), page.url)
    total = int(note["total"])
    if match := _TOTAL.search(text):
        total = int(match.group(1))
    have, size = int(note["have"]) + len(rows), int(note["size"])
    if not page.fresh(rows):
        problem = f"the list gave {have} of its {total} rows" if total > have else None
        # A smaller page may be waiting to be asked for.
        return ListPage([], problem=None if size > _SIZES[-1] else problem)
    if (total and have >= total) or have > MOST_PAGES * size:
        return ListPage(rows, end=True)
    return ListPage(rows, [_ask({**note, "total": str(total)}, have, size)], end=True)
