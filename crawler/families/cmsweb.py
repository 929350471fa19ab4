"""The cmsweb list: rows from a POST to ``lists.do``, named in the page's script.

A part of the generic reader. Source: pages of the system: form ``page, pagesize, topic, …``,
answer ``value: {total, list: [{title, link, path, domain, releaseTime}]}``.
"""

from __future__ import annotations

import re

from crawler.addresses import absolute
from crawler.families import api
from crawler.families.api import Backend
from crawler.paging import Ask, Page

_CALL = re.compile(r"""["']([^"'\s]*/lists\.do)[^"']*["']""")
_FIELDS = ("topic", "title", "docNo", "orgname", "summary", "key", "deptid", "rdeptid")
_SIZE = re.compile(r"""\bpage_?size['"]?\s*[:=]\s*['"]?(\d+)""", re.IGNORECASE)


def first_ask(page: Page) -> Ask | None:
    """The ask for the first rows, when the page's script names the endpoint."""
    call = _CALL.search(page.text)
    if call is None:
        return None
    size = _size(page.text)
    fields = {"pagesize": size} | {name: _value(name, page.text) for name in _FIELDS}
    url = absolute(page.url, call.group(1))
    return Backend(url, fields, api.FORM, size=int(size)).ask(1)


def _size(text: str) -> str:
    found = _SIZE.search(text)
    return found.group(1) if found else "15"


def _value(name: str, text: str) -> str:
    found = re.search(rf"""\b{name}['"]?\s*[:=]\s*(?:['"]([^'"]*)['"]|(\d+))""", text)
    return (found.group(1) or found.group(2) or "") if found else ""
