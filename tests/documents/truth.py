"""Reports with truth for the readers of all formats: drawn by the replica, scored cell by cell."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from crawler.replica.build import load_world
from crawler.replica.render_html import render_body
from crawler.replica.reports import Report
from pipelines.reports.read import Context, read_report

TABLES = ("proactive", "request", "legal_challenge")
PAGE = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>'
    '<div class="top"><a href="/">首页</a> &gt; <a href="/nb">2018年政府信息公开工作年度报告</a>'
    '<a href="/nb2">2017年政府信息公开工作年度报告</a></div>'
    '<div class="article"><h1>{title}</h1>{body}</div>'
    '<div class="related"><p>上一篇：2016年政府信息公开工作年度报告</p></div></body></html>'
)


@cache
def reports() -> tuple[Report, ...]:
    """Every report of the demo world."""
    return tuple(load_world("demo").reports)


def picked(count: int) -> list[Report]:
    """Some reports, spread over the world's habits and years."""
    every = reports()
    step = max(1, len(every) // count)
    return list(every[::step])[:count]


def body(report: Report, layout: str | None = None) -> str:
    """The report's own mark-up."""
    return render_body(report.prose, report.grids(), layout or report.habit.layout)


def page(report: Report, inner: str) -> str:
    """A page around mark-up: navigation and links to other years' reports."""
    return PAGE.format(title=report.truth.title, body=inner)


def parsed(data: bytes | str, name: str = "x.html", content_type: str | None = None) -> Any:
    """The parsed report of some bytes."""
    raw = data.encode() if isinstance(data, str) else data
    return read_report(raw, name, Context(content_type=content_type)).to_json()


def wrong_cells(result: Any, report: Report) -> tuple[list[Any], int]:
    """The cells that are neither right nor flagged, and how many are right.

    A cell that is not right must be null with its entry, or be named by a finding.
    """
    wrong: list[Any] = []
    right = 0
    named = {(f["table"], f["item"]) for f in result["findings"]}
    noted = {(c["table"], c["item"], c["column"]) for c in result["cells"]}
    absent = {f["table"] for f in result["findings"] if f["rule"] == "absent_table"}
    for table in TABLES:
        for item, row in getattr(report.truth, table).items():
            for column, value in row.items():
                got = result[table].get(item, {}).get(column, "missing")
                if got == value:
                    right += 1
                    continue
                flagged = (
                    result["status"] == "rejected"
                    or (got == "missing" and table in absent)
                    or (got is None and (table, item, column) in noted)
                    or (table, item) in named
                )
                if not flagged:
                    wrong.append((table, item, column, got, value))
    return wrong, right


def cells(report: Report) -> int:
    """How many cells the truth has."""
    return sum(len(row) for t in TABLES for row in getattr(report.truth, t).values())


def section_text(result: Any, number: str) -> str:
    """A section's text without white space."""
    return re.sub(r"\s", "", result["sections"].get(number, {"text": ""})["text"])
