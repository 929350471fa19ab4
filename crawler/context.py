"""What a column is called, and the titles of its rows that only that completes.

Belongs here: words around a list. Which links lead to columns below is in ``below``.
"""

from __future__ import annotations

import re
from dataclasses import replace

import lxml.html

from crawler.listing import Row, squeeze
from crawler.paging import Page
from crawler.shapes import is_article, is_file, names_reports
from crawler.words import completed, names_report, words
from warehouse.facts.titles import NO_REPORT_WORDS, judge_title

_BREADCRUMB = re.compile(r"crumb|position|location|weizhi|dqwz|place|current", re.IGNORECASE)
_SPLIT = re.compile(r"\s*(?:[-_|»→]+|>+)\s*")
_LONGEST = 200


def context_of(page: Page, tree: lxml.html.HtmlElement | None) -> str:
    """What the column is called, when that names annual reports; else empty."""
    if page.title:
        return page.title
    if tree is None:
        return ""
    metas = [m.get("content") or "" for m in tree.iter("meta")
             if (m.get("name") or "").lower() == "columnname"]  # fmt: skip
    heads = [h.text_content() for h in tree.iter("title", "h1", "h2", "h3")]
    crumbs = [
        element.text_content()
        for element in tree.iter("div", "p", "ul", "ol", "td", "span")
        if _BREADCRUMB.search(f"{element.get('class') or ''} {element.get('id') or ''}")
    ]
    texts = [squeeze(t) for t in (*metas, *heads) if len(t) < _LONGEST]
    for text in texts:
        for part in _SPLIT.split(text):
            if judge_title(part).is_report:
                return part
    for crumb in crumbs:
        parts = _SPLIT.split(squeeze(crumb))
        for count in (1, 2, 3) if len(crumb) < _LONGEST else ():
            if judge_title(joined := " ".join(parts[-count:])).is_report:
                return joined
    return str(words()["report"]) if names_reports(page.column) else ""


def titled(rows: list[Row], context: str) -> list[Row]:
    """Rows with titles that the column's words complete where they say too little alone."""
    return [
        _titled(row, context) if is_article(row.url) or is_file(row.url) else row for row in rows
    ]


def _titled(row: Row, context: str) -> Row:
    title = completed(row.title, context, row.under, row.date)
    # A number or "details" leads to what the row names beside it.
    if row.beside and judge_title(title).reason == NO_REPORT_WORDS and names_report(row.beside):
        title = row.beside
    return replace(row, title=title)
