"""eportal: lists by ``currentPage`` and ``moduleId``, or as static files ``index1.html``.

Source: pages of the system. Pager links carry their address in ``tagname`` or ``onclick``; where
they do not, it is made from the module that the page's script names. The rest by its shape.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

from crawler.addresses import absolute
from crawler.families import generic
from crawler.listing import visible_tree
from crawler.nextpage import is_guess, read_pager
from crawler.paging import Ask, ListPage, Page

_MODULE = re.compile(r"moduleId['\"]?\s*[:=]\s*['\"]?([0-9a-f]{32})", re.IGNORECASE)
_PAGE_ID = re.compile(r"pageId['\"]?\s*[:=]\s*['\"]?(\d+)", re.IGNORECASE)
_NUMBERED = re.compile(r"/index\d{1,3}\.html?$")
_KEEP = ("formKey", "columnName", "relationId", "staticRequest", "filter_LIKE_TITLE")


def read(page: Page) -> ListPage:
    """Reads one page of a list."""
    found = generic.read(page)
    if not page.is_first or (found.more and not is_guess(found.more[0])):
        return found
    module = _MODULE.search(page.text)
    query = {k: v[0] for k, v in parse_qs(urlsplit(page.column).query).items()}
    number = query.get("pageId") or ((m := _PAGE_ID.search(page.text)) and m.group(1))
    if _NUMBERED.search(urlsplit(page.column).path):  # static files, counted in their names
        return found
    pages = read_pager(page, visible_tree(page.text), 1).pages
    if module is None or not number or pages == 1:
        return found
    fields = {"pageId": str(number), "currentPage": "0", "moduleId": module.group(1)}
    fields |= {name: query[name] for name in _KEEP if name in query}
    fields.setdefault("staticRequest", "yes")
    template = absolute(page.url, f"/eportal/ui?{urlencode(fields)}")
    template = template.replace("currentPage=0", "currentPage={n}")
    note = {"template": template, "number": "2", "page": "2"} | (
        {"pages": str(pages)} if pages else {}
    )
    ask = Ask(template.replace("{n}", "2"), note=note, absent="end")
    return replace(found, more=[ask])
