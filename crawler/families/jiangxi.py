"""The Jiangxi platform: columns that look like Hanweb's, rows from a POST to ``/queryList``.

Source: pages of the system. The answer holds ``data.results[].source`` with JSON nested as text
(``urls`` is ``{"pc": "/…"}``). Columns of the time before it are read as Hanweb's, or by shape.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urljoin, urlsplit

from crawler.families import api, generic, hanweb
from crawler.families.api import Backend
from crawler.paging import Ask, ListPage, Page

_COLUMN = re.compile(r"^(?:/([\w-]+))?/col/(col\d+)/")
_UNIT = re.compile(r"""\bunit_?id['"]?\s*[:=]\s*['"]?([\w-]+)|\bid=["']div(\d+)["']""", re.I)
_SITE = re.compile(r"""webSiteCode(?:\[\])?['"]?\s*[:=]\s*\[?\s*['"]([\w-]+)['"]""")
_CHANNEL = re.compile(r"""channelCode(?:\[\])?['"]?\s*[:=]\s*\[?\s*['"]([\w-]+)['"]""")
_SIZE = re.compile(r"""\bper_?page['"]?\s*[:=]\s*['"]?(\d+)""", re.IGNORECASE)
_SERVICE = re.compile(r"""["']([^"'\s]*/queryList)["']""")


def read(page: Page) -> ListPage:
    """Reads a column page, or an answer of ``queryList``."""
    if "backend" in page.ask.note:
        return api.read_answer(page)
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
    return Backend(
        url, dict(form), api.FORM, ("current",), int(size), root=urljoin(page.url, "/")
    ).ask(1)
