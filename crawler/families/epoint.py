"""Epoint WebBuilder: a disclosure page whose rows come from a JSON service.

Source: pages of the system. The service's project and the site's id stand in
``/js/webBuilderCommon.js``, the category in the column's address. Bodies are plain or wrapped in
``params``; pages count from 0 on most sites, from 1 on some; past the end ``custom.data`` is
empty. Static channels (``secondPage.html``, ``2.html``) are read by their shape.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from crawler.addresses import absolute
from crawler.families import api, generic
from crawler.families.api import Backend
from crawler.paging import Ask, ListPage, Page

SIZE = 20
_SCRIPT = re.compile(r"""["']([^"']*(?:webBuilderCommon|ajaxReq)[^"']*\.js)[^"']*["']""", re.I)
_SERVICE = re.compile(r"""["']([^"'\s]*/(?:getgovinfolist|getGovInfoList)\w*)["']""")
_PROJECT = re.compile(r"""projectName['"]?\s*[:=]\s*['"]([^'"]*)['"]""")
_SITE = re.compile(r"""siteGuid['"]?\s*[:=]\s*['"]([^'"]*)['"]""", re.IGNORECASE)
_CATEGORY = re.compile(r"""categorynum['"]?\s*[:=]\s*['"]?([\w-]+)""", re.IGNORECASE)
_PATH = "/rest/lightfrontaction/getgovinfolist"
_DEFAULT_SCRIPT, _DEFAULT_PROJECT = "/js/webBuilderCommon.js", "/EWB-FRONT"


def read(page: Page) -> ListPage:
    """Reads a disclosure page, its script, or an answer of the service."""
    kind = page.ask.note.get("kind")
    if kind == "settings":
        return _from_settings(page)
    if "backend" in page.ask.note:
        return _answer(page)
    found = generic.read(page)
    note = _column_note(page)
    if not page.is_first or not note["category"]:
        return found
    # What the page prints itself may be no more than the newest rows.
    if _SITE.search(page.text):
        return ListPage(found.rows, _services(page, note), columns=found.columns)
    script = _SCRIPT.search(page.text)
    url = absolute(page.url, script.group(1) if script else _DEFAULT_SCRIPT)
    more = [Ask(url, note={"kind": "settings", **note}, absent="read")]
    return ListPage(found.rows, more, columns=found.columns)


def _column_note(page: Page) -> dict[str, str]:
    """Category and department of a column, from its address, else from its script."""
    query = {k.lower(): v[0] for k, v in parse_qs(urlsplit(page.column).query).items()}
    printed = _CATEGORY.search(page.text) if _SERVICE.search(page.text) else None
    category = query.get("categorynum") or (printed.group(1) if printed else "")
    service = _SERVICE.search(page.text)
    return {
        "category": category,
        "dept": query.get("deptcode", ""),
        "service": service.group(1) if service else "",
    }


def _from_settings(page: Page) -> ListPage:
    return ListPage([], _services(page, dict(page.ask.note)))


def _services(page: Page, note: dict[str, str]) -> list[Ask]:
    """Asks for the first rows: with a plain body, and should that give none, with a wrapped one."""
    project, guid = _PROJECT.search(page.text), _SITE.search(page.text)
    root = (project.group(1) if project else _DEFAULT_PROJECT).rstrip("/")
    address = note["service"] if note["service"].startswith(("/", "http")) else f"{root}{_PATH}"
    fields = {
        "deptcode": note["dept"],
        "categorynum": note["category"],
        "pageSize": SIZE,
        "siteGuid": guid.group(1) if guid else "",
    }
    url, home = absolute(page.column, address), absolute(page.column, "/")
    plain = Backend(url, fields, api.JSON, ("pageIndex",), SIZE, first=0, root=home)
    # The last form that is tried must answer; of the one before it nothing is expected.
    first = replace(plain.ask(0, form="plain"), absent="skip")
    return [first, replace(plain, inside="params").ask(0)]


def _answer(page: Page) -> ListPage:
    """An answer of the service; where one form of asking gives rows, no other is tried."""
    found = api.read_answer(page)
    if found.rows:
        return replace(found, end=True)
    return replace(found, problem=None) if page.ask.note.get("form") == "plain" else found
