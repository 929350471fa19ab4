"""Columns that a page offers for a choice: a list for every year, or for every organ.

A choice in a drop-down list is sent by the form around it, or by the address that the page's script
builds; one that is clicked may fetch a piece of the page. Links to columns are in ``below``;
lists of addresses are read as links.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import lxml.html

from crawler.addresses import absolute, host_of, is_web
from crawler.below import DEEPEST, may_hold
from crawler.forms import Sending, form_of, option_value, sending
from crawler.listing import squeeze, visible_tree
from crawler.paging import Page, SubColumn
from crawler.patterns import Pattern, asked_patterns, clicked_address, patterns, script_patterns
from crawler.words import is_bare_year
from warehouse.facts.titles import clean_organ

_WRITTEN = frozenset({"text", "search", "textarea", "password", "file", "email", "tel", "number"})
_SENDS = re.compile(r"save|submit|apply|insert|add|login|regist|feedback|upload|delete|message|ysq")
_LEAST = 2
_MOST = 400
_POSTBACK = re.compile(r"__doPostBack\(\s*\\?['\"]([^'\"\\]*)\\?['\"]")
_CALLED = re.compile(r"(?:^|[;\s])(?:return\s+)?([\w$]+)\s*\(")
_CHOSEN = re.compile(r"this\.value|\$\(this\)\.val\(\)|this\.options\[this\.selectedIndex\]\.value")
_YEAR_ARGUMENT = re.compile(r"[?&]\w*(?:year|nd|niandu|nf|ndh)=\x00[\w-]+\x00$", re.IGNORECASE)


def choices(page: Page, tree: lxml.html.HtmlElement | None, context: str) -> list[SubColumn]:
    """The columns behind the options of a page's lists of years or organs, those wanted.

    Args:
        page: the first page of a column.
        tree: its visible tree.
        context: what the column is called, when that names annual reports.
    """
    found: list[SubColumn] = []
    if tree is None or page.depth >= DEEPEST or not context:
        return found
    for select in tree.iter("select"):
        name = select.get("name") or select.get("id") or ""
        options = [(option_value(o), squeeze(o.text_content())) for o in select.iter("option")]
        options = [(value, text) for value, text in options if value and not _leads(value)]
        if _is_made(page, name) or not _is_choice(options):
            continue
        for value, text in options:
            sent = _sent(page, select, name, value)
            if sent is not None and may_hold(text, page.years):
                found.append(SubColumn(sent.url, f"{text} {context}", sent.form))
    return found[:_MOST]


def clicked_columns(page: Page, text: str, context: str) -> list[SubColumn]:
    """The pieces of lists that a page fetches when a year or an organ is clicked, those wanted.

    Args:
        page: the first page of a column.
        text: its source.
        context: what the column is called, when that names annual reports.
    """
    known = asked_patterns(text) if context and page.depth < DEEPEST else ()
    tree = visible_tree(text) if known else None
    found: dict[str, SubColumn] = {}
    for element in tree.iter("li", "a", "span", "td", "div", "button") if tree is not None else ():
        label = squeeze(element.text_content()) if len(element) <= 1 else ""
        if not label or not (is_bare_year(label) or clean_organ(label)):
            continue
        url = absolute(page.url, clicked_address(element, known) or page.url)
        own = is_web(url) and host_of(url) == host_of(page.url) and url != page.url
        if own and may_hold(label, page.years):
            found.setdefault(url, SubColumn(url, f"{label} {context}".strip()))
    return list(found.values())[:_MOST]


def _leads(value: str) -> bool:
    return "/" in value or "." in value


def _is_made(page: Page, name: str) -> bool:
    """Whether the page is what was chosen in the list already."""
    asked = dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))
    return name in asked or name in dict(page.ask.form or ())


def _is_choice(options: list[tuple[str, str]]) -> bool:
    years = sum(is_bare_year(text) for _, text in options)
    organs = sum(clean_organ(text) is not None for _, text in options)
    return max(years, organs) >= _LEAST and max(years, organs) >= len(options) - 1


def _sent(page: Page, select: lxml.html.HtmlElement, name: str, value: str) -> Sending | None:
    change = select.get("onchange") or ""
    form = form_of(select)
    if call := _POSTBACK.search(change):
        target = {"__EVENTTARGET": call.group(1), "__EVENTARGUMENT": "", name: value}
        return sending(form, page.url, target) if form is not None else None
    if address := _built(page, change, value):
        url = absolute(page.url, address)
        return Sending(url) if is_web(url) and host_of(url) == host_of(page.url) else None
    if form is None or not select.get("name") or _is_written(form):
        return None
    return sending(form, page.url, {name: value})


def _is_written(form: lxml.html.HtmlElement) -> bool:
    """Whether a form wants more than a choice: a search, a question, an application."""
    fields = form.iter("input", "textarea")
    kinds = {f.tag if f.tag == "textarea" else (f.get("type") or "text").lower() for f in fields}
    action = (form.get("action") or "").lower()
    return bool(kinds & _WRITTEN) or _SENDS.search(action) is not None


def _built(page: Page, change: str, value: str) -> str:
    """The address that a script builds of a chosen value, empty where none does."""
    inline = script_patterns(_CHOSEN.sub("chosen", change))
    known = patterns(page.text)
    called = {match.group(1) for match in _CALLED.finditer(change)}
    fit = [p for p in known if p.function in called and len(p.fields) == 1]
    fit += [p for p in known if _YEAR_ARGUMENT.search(p.template) and len(p.fields) == 1]
    return next((url for p in [*inline, *fit] if (url := _filled(p, value))), "")


def _filled(pattern: Pattern, value: str) -> str:
    return pattern.filled({name.lower(): value for name in pattern.fields})
