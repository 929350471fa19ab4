"""Pages that fold tables away: behind tabs, in templates, scripts and frames."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections.abc import Callable

import pytest

from tests.documents import truth

Fold = Callable[[str], str]
_NAMES = ("proactive", "request", "legal_challenge")


def _rows(table: str) -> list[list[str]]:
    rows = re.findall(r"<tr>.*?</tr>", table)
    return [[re.sub("<.*?>", "", c) for c in re.findall(r"<td.*?</td>", row)] for row in rows]


def _percent(table: str) -> str:
    return "".join(f"%{ord(c):02X}" if ord(c) < 128 else f"%u{ord(c):04X}" for c in table)


def _lines(table: str) -> str:
    lines = (json.dumps(line).replace("</", "<\\/") for line in table.split("\n"))
    return "".join(f"document.writeln({line});" for line in lines)


FOLDS: dict[str, Fold] = {
    "behind a tab": lambda t: f'<div class="tab" style="display:none">{t}</div>',
    "hidden by a rule": lambda t: f"<style>.tab{{display:none}}</style><div class=tab>{t}</div>",
    "written": lambda t: f"<script>document.write({json.dumps(t)});</script>",
    "written in lines": lambda t: f"<script>{_lines(t)}</script>",
    "put in": lambda t: f"<b id=q></b><script>$('#q').html({json.dumps(t)})</script>",
    "template": lambda t: f"<template>{t}</template>",
    "template of a script": lambda t: f"<script type='text/html'>{t}</script>",
    "without scripts": lambda t: f"<noscript>{t}</noscript>",
    "in a frame": lambda t: f'<iframe srcdoc="{html.escape(t)}"></iframe>',
    "in a text area": lambda t: f"<textarea>{html.escape(t)}</textarea>",
    "rows of a script": lambda t: f"<script>var rows = {json.dumps(_rows(t))}; show(rows)</script>",
    "base64": lambda t: f"<script>put(atob('{b64encode(t.encode()).decode()}'))</script>",
    "percent escapes": lambda t: f"<script>put(unescape('{_percent(t)}'))</script>",
    "in a footer": lambda t: f"<footer>{t}</footer>",
    "named as furniture": lambda t: f'<div class="nav tab">{t}</div>',
    "in an attribute": lambda t: f'<div data-html="{html.escape(t)}"></div>',
    "as source": lambda t: f"<div>{html.escape(t)}</div>",
}


def _folded(body: str, which: int, fold: Fold) -> str:
    tables = list(re.finditer(r"<table.*?</table>", body, re.S))
    chosen = tables if which < 0 else tables[which : which + 1]
    for table in reversed(chosen):
        body = body[: table.start()] + fold(table.group()) + body[table.end() :]
    return body


@pytest.mark.parametrize("name", FOLDS)
def test_folded_tables_are_read_in_their_places(name: str) -> None:
    for which, report in zip((0, 1, 2, -1), truth.picked(4), strict=True):
        inner = _folded(truth.body(report, "editor"), which, FOLDS[name])
        result = truth.parsed(truth.page(report, inner))
        assert truth.wrong_cells(result, report) == ([], truth.cells(report)), which
        assert set(result["sections"]) == set(report.truth.sections)


def test_other_panes_of_a_folded_report() -> None:
    report = truth.picked(1)[0]
    pieces = re.split(r"(?=<p[^>]*><strong>[一二三四五六]、)", truth.body(report, "editor"))
    panes = [
        f"<div style='display:{'none' if i > 2 else 'block'}'>{p}</div>"
        for i, p in enumerate(pieces)
    ]
    result = truth.parsed(truth.page(report, "".join(panes)))
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))
    assert set(result["sections"]) == set(report.truth.sections)


@pytest.mark.parametrize("name", ["behind a tab", "written", "template", "in a text area"])
def test_another_edition_of_what_is_shown_stays_folded(name: str) -> None:
    report = truth.picked(1)[0]
    body = truth.body(report, "editor")
    other = re.sub(r">(\d+)<", lambda m: f">{int(m.group(1)) + 7}<", body)
    for inner in (body + FOLDS[name](other), FOLDS[name](other) + body):
        result = truth.parsed(truth.page(report, inner))
        assert truth.wrong_cells(result, report) == ([], truth.cells(report))


OUTSIDE = {
    "a frame": '<iframe src="/t3.html" width="100%"></iframe>',
    "an object": '<object data="/t3.pdf"></object>',
    "a canvas": "<canvas id=c></canvas>",
    "a drawing": "<svg><text>12</text></svg>",
    "a script": "<script>$.get('/t3', draw)</script>",
    "a script below": '<div id="t3"></div>',
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_table_that_only_a_browser_shows_is_not_absent(name: str) -> None:
    report = truth.picked(1)[0]
    for which, table in enumerate(_NAMES):
        inner = _folded(truth.body(report, "editor"), which, lambda _: OUTSIDE[name])
        call = "<script>new Vue({el: '#t3'})</script>"
        result = truth.parsed(truth.page(report, inner) + call)
        assert result["status"] == "partial"
        found = [f for f in result["findings"] if f["rule"] == "absent_table"]
        assert [(f["severity"], f["table"]) for f in found] == [("error", table)]


def test_a_table_that_an_organ_left_out_is_absent() -> None:
    report = truth.picked(1)[0]
    for left in ("", "<!--{0}-->", "<div id='share'></div>"):
        inner = _folded(truth.body(report, "editor"), 2, left.format)
        widgets = "<iframe src='/weather'></iframe><script>share()</script>"
        result = truth.parsed(truth.page(report, f"{widgets}<div>{inner}</div>{widgets}"))
        assert result["status"] == "complete"


@pytest.mark.parametrize("quote", ["'", "`"])
def test_figures_that_a_script_puts_between_its_strings_are_unreadable(quote: str) -> None:
    report = truth.picked(1)[0]
    put = "${{n[{0}]}}" if quote == "`" else "'+n[{0}]+'"

    def write(table: str) -> str:
        cells = re.sub(r"<td>(\d+)</td>", lambda m: f"<td>{put.format(m[1])}</td>", table)
        lines = "".join(f"h += {quote}{line}{quote};" for line in cells.split("\n"))
        return f"<b id=q></b><script>var h = '';{lines}$('#q').html(h)</script>"

    for which, table in enumerate(_NAMES):
        inner = _folded(truth.body(report, "editor"), which, write)
        result = truth.parsed(truth.page(report, inner))
        assert result["status"] == "partial"
        assert truth.wrong_cells(result, report)[0] == []
        assert not [c for c in result["cells"] if (c["table"], c["meaning"]) == (table, "blank")]
