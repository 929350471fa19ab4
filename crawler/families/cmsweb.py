"""The cmsweb list: rows from a POST to ``lists.do``, named in the page's script.

A part of the generic reader. Source: pages of the system: form ``page, pagesize, topic, …``,
answer ``value: {total, list: [{title, link, path, domain, releaseTime}]}``.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.addresses import absolute
from crawler.jsonrows import json_rows, read_answer
from crawler.paging import MOST_PAGES, Ask, ListPage, Page

_CALL = re.compile(r"""["']([^"'\s]*/lists\.do)[^"']*["']""")
_FIELDS = ("topic", "title", "docNo", "orgname", "summary", "key", "deptid", "rdeptid")
_SIZE = re.compile(r"""\bpage_?size['"]?\s*[:=]\s*['"]?(\d+)""", re.IGNORECASE)


def first_ask(page: Page) -> Ask | None:
    """The ask for the first rows, when the page's script names the endpoint."""
    call = _CALL.search(page.text)
    if call is None:
        return None
    form = [("page", "1"), ("pagesize", _size(page.text))]
    form += [(name, _value(name, page.text)) for name in _FIELDS]
    note = {"kind": "cmsweb", "have": "0"}
    url = absolute(page.url, call.group(1))
    return Ask(url, form=tuple(form), note=note, road="catalogue")


def _size(text: str) -> str:
    found = _SIZE.search(text)
    return found.group(1) if found else "15"


def _value(name: str, text: str) -> str:
    found = re.search(rf"""\b{name}['"]?\s*[:=]\s*(?:['"]([^'"]*)['"]|(\d+))""", text)
    return (found.group(1) or found.group(2) or "") if found else ""


def read(page: Page) -> ListPage:
    """Reads an answer and asks for the next one."""
    answer = read_answer(page.text)
    if answer is None:
        return ListPage([], end=True, problem="the list's service gave no JSON")
    rows = json_rows(answer, page.url)
    form = dict(page.ask.form or ())
    number = int(form["page"])
    have = int(page.ask.note["have"]) + len(rows)
    done = answer.total is not None and number * int(form["pagesize"]) >= answer.total
    if not page.fresh(rows) or done or number >= MOST_PAGES:
        short = answer.total is not None and have < answer.total
        problem = f"the list gave {have} of its {answer.total} rows" if short else None
        return ListPage(rows, end=True, problem=problem)
    form["page"] = str(number + 1)
    note = {**page.ask.note, "have": str(have)}
    return ListPage(rows, [replace(page.ask, form=tuple(form.items()), note=note)])
