"""Any list: rows, dates, the next page and columns below, found by their shape.

For static sites and systems without a reader of their own (year archives, index-folder and hash
dialects, class tables, jspx, PHP, ASP), and the ground that other readers stand on. A page number
that no link leads to is guessed from the column's address; the guess stands when it brings new
documents of the kind that the first page lists. Source: pages of such sites.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

import lxml.html

from crawler import records
from crawler.addresses import absolute, is_web
from crawler.below import columns_below, framed_lists
from crawler.context import context_of, titled
from crawler.families import api, backends, cmsweb
from crawler.families.trs import script_rows
from crawler.links import is_attachment
from crawler.listing import Row, read_rows, squeeze, visible_tree
from crawler.nextpage import Pager, guesses, is_guess, read_pager, turned
from crawler.ownpage import asks_year, own_row
from crawler.pager import is_pager
from crawler.paging import MOST_PAGES, Ask, ListPage, Page, SubColumn
from crawler.shapes import is_article, is_file, kind_of
from warehouse.facts.titles import judge_title, title_organ, title_year

_FULL = 10
"""Documents on a page that may be one of several, when nothing says whether it is."""
_BARREN = 40
"""Pages in a row without any report after which a list is taken for endless."""
_LINK = re.compile(r"^(?:https?:|\.{0,2}/)|\.(?:s?html?|jsp|aspx?|php)\b", re.IGNORECASE)


def read(page: Page) -> ListPage:
    """Reads one page of a list: HTML, or JSON that a page's script names."""
    if "backend" in page.ask.note:
        return api.read_answer(page)
    if page.text.lstrip()[:1] in ("{", "["):
        return _data(page)
    tree = visible_tree(page.text)
    every = [r for r in list_rows(page) if not is_pager(r.title) and r.url != page.url]
    context = context_of(page, tree)
    columns = columns_below(page, every, context)
    lower = {column.url for column in columns}
    rows = titled([_dated(row) for row in every if row.url not in lower], context)
    if page.is_first:
        return _first(page, tree, rows, columns, context)
    return _following(page, tree, rows, columns)


def _data(page: Page) -> ListPage:
    """Reads a column that answers with records."""
    try:
        return ListPage(records.read(records.parse(page.text), page.url).rows)
    except ValueError:
        return ListPage([], problem="the column answers with what is neither a page nor records")


def list_rows(page: Page) -> list[Row]:
    """All links of a page, those that scripts write and drop-down lists offer too."""
    tree = visible_tree(page.text)
    offered = [
        Row(absolute(page.url, value), squeeze(option.text_content()), None)
        for option in (tree.iter("option") if tree is not None else ())
        if _LINK.search(value := (option.get("value") or "").strip())
    ]
    offered = [row for row in offered if row.title and is_web(row.url)]
    return read_rows(page.text, page.url) + script_rows(page.text, page.url) + offered


def _dated(row: Row) -> Row:
    """The row, without its day when it names neither year nor organ, nor leads to a document.

    Such are links to the column itself; the day is another row's.
    """
    named = title_year(row.title) or title_organ(row.title)
    if named or is_article(row.url) or is_file(row.url):
        return row
    return replace(row, date=None)


def _first(
    page: Page,
    tree: lxml.html.HtmlElement | None,
    rows: list[Row],
    columns: list[SubColumn],
    context: str,
) -> ListPage:
    reports = [row for row in rows if _is_report(row)]
    # A report in its attachment is no list of one file.
    listed = [row for row in reports if not is_attachment(row.url)]
    alone = not columns or asks_year(page)
    if not listed and alone and (own := own_row(page, tree, context)):
        return ListPage([own, *(row for row in rows if row not in reports)], columns=columns)
    more = _next(page, tree, rows, reports)
    if not reports:
        columns = columns + framed_lists(page)
    if all(map(is_guess, more)):
        more = [*more, *backends.find(page, [])]
    if call := cmsweb.first_ask(page):
        more = [call]
    return ListPage(rows, more, columns=columns)


def _is_report(row: Row) -> bool:
    verdict = judge_title(row.title, row.date)
    return verdict.is_report and verdict.year is not None


def _next(
    page: Page, tree: lxml.html.HtmlElement | None, rows: list[Row], reports: list[Row]
) -> list[Ask]:
    """The ask for the second page, or guesses at it."""
    pager = read_pager(page, tree, 1)
    if ask := _stated(page, pager, 1):
        return [ask]
    documents = [row for row in rows if is_article(row.url)]
    full = pager.drawn or len(documents) >= _FULL
    if pager.pages == 1 or not (documents or reports) or not (full or pager.pages):
        return []
    if pager.records is not None and pager.records <= len(documents):
        return []
    endings = Counter(urlsplit(row.url).path.rpartition(".")[2] for row in documents or reports)
    suffixes = [s for s, _ in endings.most_common() if re.fullmatch(r"s?html?|jspx?|aspx?", s)]
    kinds = " ".join(sorted({kind_of(row.url) for row in documents or reports}))
    known = {"kinds": kinds} | ({"pages": str(pager.pages)} if pager.pages else {})
    asks = [replace(ask, note={**ask.note, **known}) for ask in guesses(page, suffixes)]
    if pager.pages:  # that none of them is right must not go unsaid
        asks[-1:] = [replace(ask, absent="read") for ask in asks[-1:]]
    return asks


def _stated(page: Page, pager: Pager, number: int) -> Ask | None:
    """The ask for the page after ``number`` that the page itself gives."""
    note = {"page": str(number + 1)}
    if pager.link is not None:
        return Ask(pager.link, note=note, absent="end")
    if pager.form is not None:
        return Ask(pager.action, form=pager.form, note=note)
    return None


def _following(
    page: Page, tree: lxml.html.HtmlElement | None, rows: list[Row], columns: list[SubColumn]
) -> ListPage:
    note = page.ask.note
    fresh = page.fresh(rows)
    if is_guess(page.ask) and not {kind_of(r.url) for r in fresh} & set(note["kinds"].split(" ")):
        unfound = f"the list has {note.get('pages')} pages, only the first was found"
        return ListPage([], problem=unfound if page.ask.absent == "read" else None)
    number = int(note.get("page", "2"))
    barren = 0 if any(map(_is_report, fresh)) else int(note.get("barren", "0")) + 1
    if not fresh or number >= MOST_PAGES:
        return ListPage(rows, end=True)
    if barren >= _BARREN:
        return ListPage(rows, end=True, remark=f"{barren} pages in a row name no report")
    pager = read_pager(page, tree, number)
    ask = _stated(page, pager, number)
    counted = pager.pages is not None and number < pager.pages and page.ask.form is None
    if ask is None and counted and "template" not in note and (on := turned(page.url, number)):
        ask = Ask(on, note={"page": str(number + 1)}, absent="end")
    if (
        ask is None
        and "template" in note
        and number < (pager.pages or int(note.get("pages", MOST_PAGES)))
    ):
        following = str(int(note["number"]) + 1)
        address = note["template"].replace("{n}", following)
        numbers = {"number": following, "page": str(number + 1)}
        ask = Ask(address, note={**note, **numbers}, absent="end")
    more = [replace(ask, note={**ask.note, "barren": str(barren)})] if ask else []
    return ListPage(rows, more, end=True, columns=columns)
