"""Lists that a page's own script files hold or ask for: the last place to look in.

Only files of the same host, and not those of well-known libraries. What they ask is found as in
the page's own scripts (``backends``); what they hold is read as records.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from crawler import records
from crawler.addresses import absolute, host_of, is_web
from crawler.families import backends
from crawler.families.api import Backend
from crawler.listing import parse_fragment
from crawler.paging import Ask, ListPage, Page
from crawler.patterns import patterns
from crawler.scripts import script_texts

KIND = "script"
_LIBRARY = re.compile(
    r"jquery|\.min\.|vue\b|react|angular|bootstrap|layui|layer\b|swiper|echarts|moment|polyfill"
    r"|modernizr|respond|html5|zepto|lodash|axios|element|tree|share|stat|tongji|analytics|count"
    r"|login|slide|superslide|marquee|weather|wza|aria|dialog|calendar|datepicker|player|video",
    re.IGNORECASE,
)
_MOST, _LONGEST = 4, 20_000


def asks(page: Page) -> list[Ask]:
    """Asks for the script files of a page that may hold or fetch its list.

    Args:
        page: the first page of a column, which shows no report.
    """
    tree = parse_fragment(page.text)
    found: dict[str, Ask] = {}
    inline = "\n".join(script_texts(page.text))[:_LONGEST]
    for script in tree.iter("script") if tree is not None else ():
        url = absolute(page.url, (script.get("src") or "").strip())
        fit = is_web(url) and url != page.url and host_of(url) == host_of(page.url)
        if fit and script.get("src") and not _LIBRARY.search(urlsplit(url).path):
            note = {"kind": KIND, "inline": inline}
            found.setdefault(url, _numbered(page, url) or Ask(url, note=note, absent="skip"))
    return list(found.values())[:_MOST]


def _numbered(page: Page, url: str) -> Ask | None:
    """The ask for a script that is a page of a list, by an argument of its address."""
    parts = urlsplit(url)
    fields = dict(parse_qsl(parts.query, keep_blank_values=True))
    keys = tuple(key for key in fields if backends.is_number(key))
    if not keys:
        return None
    bare = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    return Backend(bare, dict(fields), keys=keys, known=patterns(page.text)).ask(1)


def read(page: Page) -> ListPage:
    """Reads a script file: the records it holds, else the calls it makes."""
    try:
        rows = records.read(records.parse(page.text), page.column).rows
    except ValueError:
        rows = []
    if rows:
        return ListPage(rows)
    text = f"<script>{page.ask.note['inline']}\n{page.text}</script>"
    return ListPage([], backends.find(Page(page.column, text, page.column, page.ask), []))
