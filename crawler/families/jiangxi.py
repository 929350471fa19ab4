"""The Jiangxi platform: columns that look like Hanweb's, rows from a POST to ``/queryList``.

Source: pages of the system. The answer holds ``data.results[].source`` with JSON nested as text
(``urls`` is ``{"pc": "/…"}``). Columns of the time before it are read as Hanweb's, or by shape.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, urljoin, urlsplit

from crawler.families import generic, hanweb
from crawler.jsonrows import json_rows, read_answer
from crawler.paging import MOST_PAGES, Ask, ListPage, Page

_COLUMN = re.compile(r"^(?:/([\w-]+))?/col/(col\d+)/")
_UNIT = re.compile(r"""\bunit_?id['"]?\s*[:=]\s*['"]?([\w-]+)|\bid=["']div(\d+)["']""", re.I)
_SITE = re.compile(r"""webSiteCode(?:\[\])?['"]?\s*[:=]\s*\[?\s*['"]([\w-]+)['"]""")
_CHANNEL = re.compile(r"""channelCode(?:\[\])?['"]?\s*[:=]\s*\[?\s*['"]([\w-]+)['"]""")
_SIZE = re.compile(r"""\bper_?page['"]?\s*[:=]\s*['"]?(\d+)""", re.IGNORECASE)
_SERVICE = re.compile(r"""["']([^"'\s]*/queryList)["']""")


def read(page: Page) -> ListPage:
    """Reads a column page, or an answer of ``queryList``."""
    if page.ask.note.get("kind") == "query":
        return _answer(page)
    if "dataproxy.jsp" in page.text or "link" in page.ask.note or "proxy" in page.ask.note:
        return hanweb.read(page)
    found = generic.read(page)
    column = _COLUMN.match(urlsplit(page.column).path)
    if not page.is_first or column is None:
        return found
    return ListPage(found.rows, [_first_ask(page, column)], columns=found.columns)


def _first_ask(page: Page, column: re.Match[str]) -> Ask:
    query = parse_qs(urlsplit(page.column).query)
    unit = _UNIT.search(page.text)
    site, channel = _SITE.search(page.text), _CHANNEL.search(page.text)
    size = match.group(1) if (match := _SIZE.search(page.text)) else "15"
    unitid = query.get("uid", [""])[0]
    if not unitid and unit:
        unitid = unit.group(1) or unit.group(2)
    form = {
        "current": "1",
        "unitid": unitid,
        "webSiteCode[]": site.group(1) if site else column.group(1) or "",
        "channelCode[]": channel.group(1) if channel else column.group(2),
        "dataBefore": "",
        "dataAfter": "",
        "perPage": size,
        "showMode": "full",
        "groupSize": "1",
        "barPosition": "bottom",
        "titleMax": "39",
        "templateContainerId": f"div{unitid}",
        "themeName": "default",
        "pageSize": size,
    }
    service = _SERVICE.search(page.text)
    url = urljoin(page.url, service.group(1) if service else "/queryList")
    note = {"kind": "query", "have": "0"}
    return Ask(url, tuple(form.items()), note=note, road="catalogue")


def _answer(page: Page) -> ListPage:
    answer = read_answer(page.text)
    if answer is None:
        return ListPage([], end=True, problem="queryList gave no JSON")
    rows = json_rows(answer, urljoin(page.column, "/"))
    form = dict(page.ask.form or ())
    number, have = int(form["current"]), int(page.ask.note["have"]) + len(rows)
    total = answer.total or 0
    repeated = not page.fresh(rows) and number > 1
    if not rows or repeated or (total and have >= total) or number >= MOST_PAGES:
        problem = f"the list gave {have} of its {total} rows" if total > have else None
        return ListPage(rows, end=True, problem=problem)
    form["current"] = str(number + 1)
    note = {"kind": "query", "have": str(have)}
    return ListPage(rows, [replace(page.ask, form=tuple(form.items()), note=note)])
