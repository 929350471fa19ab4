"""Epoint WebBuilder: a disclosure page whose rows come from a JSON service.

Source: pages of the system. The service's project and the site's id stand in
``/js/webBuilderCommon.js``, the category in the column's address. Bodies are plain or wrapped in
``params``; pages count from 0 on most sites, from 1 on some; past the end ``custom.data`` is
empty. Static channels (``secondPage.html``, ``2.html``) are read by their shape.
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urljoin, urlsplit

from crawler.addresses import absolute
from crawler.families import generic
from crawler.jsonrows import json_rows, read_answer
from crawler.paging import MOST_PAGES, Absent, Ask, ListPage, Page

SIZE = 20
_SCRIPT = re.compile(r"""["']([^"']*(?:webBuilderCommon|ajaxReq)[^"']*\.js)[^"']*["']""", re.I)
_SERVICE = re.compile(r"""["']([^"'\s]*/(?:getgovinfolist|getGovInfoList)\w*)["']""")
_PROJECT = re.compile(r"""projectName['"]?\s*[:=]\s*['"]([^'"]*)['"]""")
_SITE = re.compile(r"""siteGuid['"]?\s*[:=]\s*['"]([^'"]*)['"]""", re.IGNORECASE)
_CATEGORY = re.compile(r"""categorynum['"]?\s*[:=]\s*['"]?([\w-]+)""", re.IGNORECASE)
_PATH = "/rest/lightfrontaction/getgovinfolist"
_DEFAULT_SCRIPT, _DEFAULT_PROJECT = "/js/webBuilderCommon.js", "/EWB-FRONT"
_FORMS = (("plain", 0), ("params", 0))


def read(page: Page) -> ListPage:
    """Reads a disclosure page, its script, or an answer of the service."""
    kind = page.ask.note.get("kind")
    if kind == "settings":
        return _from_settings(page)
    if kind == "service":
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
    note |= {
        "kind": "service",
        "url": absolute(page.column, address),
        "guid": guid.group(1) if guid else "",
        "have": "0",
    }
    return [_ask({**note, "form": form}, index) for form, index in _FORMS]


def _ask(note: dict[str, str], index: int) -> Ask:
    fields: dict[str, object] = {
        "deptcode": note["dept"],
        "categorynum": note["category"],
        "pageIndex": index,
        "pageSize": SIZE,
        "siteGuid": note["guid"],
    }
    body = {"token": "", "params": fields} if note["form"] == "params" else fields
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    # The last form that is tried must answer; of those before it nothing is expected.
    plain = int(note["have"]) == 0 and note["form"] == "plain"
    absent: Absent = "skip" if plain else "fail"
    noted = {**note, "index": str(index)}
    return Ask(note["url"], note=noted, json=data, absent=absent, road="catalogue")


def _answer(page: Page) -> ListPage:
    note = dict(page.ask.note)
    answer = read_answer(page.text)
    rows = json_rows(answer, urljoin(page.column, "/")) if answer else []
    index, have = int(note["index"]), int(note["have"])
    fresh = page.fresh(rows)
    total = (answer.total if answer else None) or 0
    now = have + len(fresh)
    note["have"] = str(now)
    if not rows and not have:
        if index == 0 and answer is not None:  # pages may count from 1
            return ListPage([], [_ask(note, 1)])
        return _nothing(page, answer is None)
    if total and now >= total:
        return ListPage(rows, end=True)
    # The second page repeats the first where 0 and 1 both mean the first.
    repeated = index == 1 and rows and not fresh
    if (not fresh and not repeated) or index >= MOST_PAGES:
        problem = f"the list gave {now} of its {total} rows" if total > now else None
        return ListPage(rows, end=True, problem=problem)
    return ListPage(rows, [_ask(note, index + 1)], end=True)


def _nothing(page: Page, broken: bool) -> ListPage:
    """No rows from one form of asking: those that wait are tried; the last one ends it."""
    last = page.ask.note["form"] == _FORMS[-1][0]
    problem = "the list's service gave no JSON" if broken and last else None
    return ListPage([], end=last, problem=problem)
