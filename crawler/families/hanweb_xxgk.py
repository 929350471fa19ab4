"""Hanweb's xxgk module: a catalogue searched by POST, and one page an organ and year.

Source: pages of the family. ``xxgkAnnualReport.jsp?area=…&fbtime=…`` is itself the report of a
year and an empty shell for a year without one. ``search.jsp`` honours the page number only in its
query, and without a category gives everything of the place: then rows count by the column's
number in their addresses. ``tree.jsp`` has the categories.
"""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from crawler.below import split
from crawler.families import api, hanweb
from crawler.families.api import Backend
from crawler.listing import Row, read_rows
from crawler.nextpage import page_links
from crawler.ownpage import holds_document, page_row
from crawler.pager import names_annual, printed_pages
from crawler.paging import Ask, ListPage, Page
from crawler.records import Records
from crawler.scripts import joined_strings, script_texts, variables

_REPORT = re.compile(r"/xxgkAnnualReport\.jsp$", re.IGNORECASE)
_REPORT_IN = re.compile(r"""[^\s"'<>()]*/xxgkAnnualReport\.jsp\?[^\s"'<>()]+""", re.IGNORECASE)
_TREE = re.compile(r"""[^\s"'<>()]*/tree\.jsp\?[^\s"'<>()]+""", re.IGNORECASE)
_SEARCH = re.compile(r"/module/\w+/search\.jsp", re.IGNORECASE)
_COLUMN = re.compile(r"/col/col(\d+)")
_CATEGORY = re.compile(r"""(?:infotypeId|number)=([A-Za-z]\w*)|["']([A-Z][A-Z0-9]{2,})["']""")
_FIELDS = ("infotypeId", "jdid", "area", "divid", "standardXxgk", "isAllList", "texttype")
_ORDER = {
    "infotypeId": "", "jdid": "", "area": "", "divid": "", "vc_title": "", "vc_number": "",
    "sortfield": ",compaltedate:0", "vc_filenumber": "", "vc_all": "", "texttype": "",
    "fbtime": "-1",
}  # fmt: skip
_IN_URL = ("texttype", "fbtime", "vc_all", "vc_filenumber", "vc_title", "vc_number", "sortfield")
_KEPT = ("infotypeId", "area", "jdid", "standardXxgk", "isAllList")


def read(page: Page) -> ListPage:
    """Reads one page: a column, the tree, an answer of the search, or a year's report."""
    kind = page.ask.note.get("kind")
    if kind == "year":
        return ListPage(_report_row(page, int(page.ask.note["year"])))
    if kind == "tree":
        return _after_tree(page)
    if "backend" in page.ask.note:
        return _after_search(page)
    if not page.is_first or "dataproxy.jsp" in page.text:
        return hanweb.read(page)
    return _column(page)


def _column(page: Page) -> ListPage:
    if _REPORT.search(urlsplit(page.url).path):
        return _annual_column(page)
    rows, columns = split(page, read_rows(page.text, page.url))
    others = [row for row in rows if not _REPORT.search(urlsplit(row.url).path)]
    asks = [ask for address in _areas(page) for ask in _years(page, address)]
    if _SEARCH.search(page.text) or _TREE.search(page.text):
        asks += _catalogue(page)
    return ListPage(others, asks, columns=columns)


# One page an organ and year.


def _annual_column(page: Page) -> ListPage:
    """A column that is a year's report: that of the other years stand beside it."""
    query = dict(parse_qsl(urlsplit(page.url).query))
    shown = query.get("fbtime", "")
    rows = _report_row(page, int(shown)) if shown.isdigit() else []
    asks = [ask for ask in _years(page, page.url) if ask.note["year"] != shown]
    others = [a for a in _areas(page) if _area(a) and _area(a) == query.get("area", "")]
    known = {ask.url for ask in asks}
    asks += [a for o in others for a in _years(page, o) if a.url not in known and not shown]
    return ListPage(rows, asks)


def _report_row(page: Page, year: int) -> list[Row]:
    if not holds_document(page.text, page.url):
        return []
    return [page_row(page.text, page.url, page.title, year)]


def _area(address: str) -> str:
    return dict(parse_qsl(urlsplit(address).query)).get("area", "")


def names_reports(url: str, text: str) -> bool:
    """Whether a page names the address of an organ's reports."""
    return bool(_areas(Page(url, text, url, Ask(url))))


def _areas(page: Page) -> list[str]:
    """Addresses of annual reports that a page names, one an organ."""
    script = "\n".join(script_texts(page.text))
    strings = [*joined_strings(script, variables(script)), *_REPORT_IN.findall(page.text)]
    found: dict[str, str] = {}
    for text in strings:
        match = _REPORT_IN.search(html.unescape(text))
        if match and (area := _area(match.group())):
            found.setdefault(area, urljoin(page.url, match.group()))
    return list(found.values())


def _years(page: Page, address: str) -> list[Ask]:
    """Asks for the page of every wanted year, newest first; else of the year it names."""
    parts = urlsplit(address)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    named = [int(value) for key, value in pairs if key == "fbtime" and value.isdigit()]
    if not any(key == "fbtime" for key, _ in pairs):
        pairs.append(("fbtime", ""))
    asks = []
    for year in sorted(page.years, reverse=True) or named:
        query = urlencode([(k, str(year) if k == "fbtime" else v) for k, v in pairs])
        url = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
        asks.append(Ask(url, note={"kind": "year", "year": str(year)}, absent="read"))
    return asks


# The catalogue.


def _catalogue(page: Page) -> list[Ask]:
    fields = _parameters(page)
    tree = _TREE.search(html.unescape(page.text))
    if not fields["infotypeId"] and tree is not None:
        note = {"kind": "tree", "fields": urlencode(fields), "search": _search_url(page)}
        return [Ask(urljoin(page.url, tree.group()), note=note, absent="read")]
    return [_search(page, _search_url(page), fields)]


def _search_url(page: Page) -> str:
    match = re.search(r"[^\s\"'<>()]*/module/\w+/search\.jsp", page.text)
    return urljoin(page.url, match.group() if match else "/module/xxgk/search.jsp")


def _parameters(page: Page) -> dict[str, str]:
    """The search's parameters: what the page's own call says, then its script and its address."""
    script = "\n".join(script_texts(page.text))
    calls = [t for t in joined_strings(script, variables(script)) if _SEARCH.search(t)]
    fields: dict[str, str] = dict(_ORDER)
    for call in calls:
        given = parse_qsl(urlsplit(call).query, keep_blank_values=True)
        fields |= {key: value for key, value in given if value or key not in fields}
    for name in _FIELDS:
        if not fields.get(name) and (value := _printed(page.text, name)):
            fields[name] = value
    address = dict(parse_qsl(urlsplit(page.column).query))
    fields["infotypeId"] = address.get("number") or fields["infotypeId"]
    if fields["infotypeId"] == "0":
        fields["infotypeId"] = ""
    if not fields["area"]:
        tree = _TREE.search(html.unescape(page.text))
        fields["area"] = address.get("area") or (_area(tree.group()) if tree else "")
    if not fields["divid"] and (column := _COLUMN.search(page.column)):
        fields["divid"] = f"div{column.group(1)}"
    fields.pop("currpage", None)
    return fields


def _printed(text: str, name: str) -> str:
    """A parameter as a script or a hidden input prints it."""
    found = re.search(
        rf"""(?<!\w){name}['"]?\s*[:=,]\s*['"]?([\w-]+)"""
        rf"""|(?:id|name)=["']{name}["'][^>]*\bvalue=["']([\w-]+)""",
        text,
    )
    return next((group for group in found.groups() if group), "") if found else ""


def _search(page: Page, url: str, fields: dict[str, str]) -> Ask:
    """The first page of the search; the number stands in the query and in the form."""
    query = {k: fields.get(k, "") for k in (*_KEPT, *_IN_URL) if k in fields}
    bare = urlsplit(url)._replace(query=urlencode(query), fragment="").geturl()
    body: dict[str, Any] = dict(fields)
    backend = Backend(bare, body, api.FORM, ("currpage",), in_query=True)
    column = _COLUMN.search(page.column)
    only = f"art_{column.group(1)}_" if column and not fields["infotypeId"] else ""
    return backend.ask(1, only=only)


def _after_tree(page: Page) -> ListPage:
    """Takes the category of annual reports from the tree; none means that all is searched."""
    note = page.ask.note
    fields = dict(parse_qsl(note["fields"], keep_blank_values=True))
    below = [u for label, u in page_links(page.text, page.url) if names_annual(label)]
    code = next((c for u in below if (c := _code(urlsplit(u).query))), "") or _tree_code(page.text)
    fields["infotypeId"] = code
    return ListPage([], [_search(page, note["search"], fields)])


def _code(text: str) -> str:
    match = _CATEGORY.search(text)
    return next((g for g in match.groups() if g), "") if match else ""


def _tree_code(text: str) -> str:
    """The code beside the name of the annual-report node, in whatever call draws the tree."""
    plain = html.unescape(text)
    for piece in re.split(r"[;\n]|</li>|</a>|\}\s*,", plain):
        if names_annual(piece) and (code := _code(piece)):
            return code
    return ""


def _after_search(page: Page) -> ListPage:
    backend = api.backend_of(page)
    if backend is None:
        raise ValueError(f"{page.url} is no answer of the search")
    rows = read_rows(page.text, page.column)
    found = api.follow(page, backend, Records(rows, printed_pages(page.text)))
    only = page.ask.note.get("only")
    if not only:
        return found
    kept = [row for row in found.rows if only in row.url or "/art_" not in row.url]
    return ListPage(kept, found.more, problem=found.problem)
