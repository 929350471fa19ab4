"""Pages: text that nobody sees is no part of a figure; what is seen without text is no blank."""

from __future__ import annotations

import re

import pytest

from pipelines.documents.html import read_html
from tests.documents import truth

FIGURE = r"(?<=>)(\d+)(?=</td>)"
IN_A_STYLE = {
    "white": "color:#FFF",
    "white in numbers": "color: rgb(255, 255, 255)",
    "white in Word": "font-size:10.5pt;color:white;mso-themecolor:background1",
    "transparent": "color:transparent",
    "clear": "color:rgba(0,0,0,0)",
    "the colour of its ground": "background:#e6e6e6;color:#E6E6E6",
    "no width": "display:inline-block;width:0;overflow:hidden",
    "no height": "display:block; max-height:0px; overflow:hidden",
    "cut off": "position:absolute;clip:rect(0,0,0,0)",
    "no scale": "transform:scale(0)",
    "cut off by a path": "clip-path: inset(100%)",
    "light by hue": "color:hsl(0, 0%, 100%)",
    "no size in line": "position:absolute;height:0;overflow:hidden",
    "collapsed": "visibility:collapse",
}
IN_MARKUP = {
    "font": '<font color="#ffffff">9</font>',
    "font by name": "<font color=white>9</font>",
    "for readers of the screen": '<span class="sr-only">9</span>',
    "sound": "<audio>9</audio>",
    "a dialog": "<dialog>9</dialog>",
}
BY_RULE = {
    "white": ".g{color:#fff}",
    "no opacity": ".g { OPACITY: 0 }",
    "no size": "td .g{font-size:0px}",
    "far outside": ".g{position:absolute;left:-9999px}",
    "struck out": "span.g{text-decoration:line-through}",
    "an attribute": "[class=g]{display:none}",
    "important": ".g{display:none !important} td span.g{display:inline}",
    "a weightier selector": "td .g{display:none} .g{display:inline}",
    "written wide": ".g { COLOR : #FFF }",
    "of no height": ".g{display:inline-block;height:0;overflow:hidden}",
    "cut off": ".g{position:absolute;clip:rect(1px,1px,1px,1px)}",
    "on every screen": "@media screen{.g{visibility:hidden}}",
}
SHOWN_BY_RULE = {
    "shown again": ".g{display:none} .g{display:inline}",
    "a weightier selector": "td .g{display:inline} .g{display:none}",
    "only on paper": "@media print{.g{display:none}}",
    "only when small": "@media (max-width:500px){.g{opacity:0}}",
    "half seen": ".g{opacity:0.5}",
    "white on its own ground": ".g{color:#fff;background:#036}",
    "white in dark cells": "td{background-color:#036} .g{color:#fff}",
}


def _check(inner: str) -> None:
    report = truth.picked(1)[0]
    result = truth.parsed(truth.page(report, inner))
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))


def _beside(other: str) -> str:
    return re.sub(FIGURE, rf"\1{other}", truth.body(truth.picked(1)[0], "editor"))


@pytest.mark.parametrize("name", IN_A_STYLE)
def test_unseen_by_its_style(name: str) -> None:
    _check(_beside(f'<span style="{IN_A_STYLE[name]}">9</span>'))


@pytest.mark.parametrize("name", IN_MARKUP)
def test_unseen_by_its_markup(name: str) -> None:
    _check(_beside(IN_MARKUP[name]))


@pytest.mark.parametrize("name", BY_RULE)
def test_unseen_by_a_rule_of_the_page(name: str) -> None:
    _check(f"<style>{BY_RULE[name]}</style>" + _beside('<span class="g">9</span>'))


@pytest.mark.parametrize("name", SHOWN_BY_RULE)
def test_seen_by_a_rule_of_the_page(name: str) -> None:
    body = truth.body(truth.picked(1)[0], "editor")
    inner = re.sub(FIGURE, r'<span class="g">\1</span>', body)
    _check(f"<style>{SHOWN_BY_RULE[name]}</style>" + inner)


@pytest.mark.parametrize(
    "row",
    [
        "<tr style='background:#0066cc;color:#fff'",
        "<tr bgcolor='#003366' style='color:white'",
        "<tr style='color:#ffffff'",  # its ground is said elsewhere
        "<tr style='background:url(a.png);color:#fff'",
    ],
)
def test_white_rows(row: str) -> None:
    _check(truth.body(truth.picked(1)[0], "editor").replace("<tr", row))


def test_an_inner_colour_wins() -> None:
    body = truth.body(truth.picked(1)[0], "editor")
    _check(re.sub(FIGURE, r'<i style="color:#fff">9<b style="color:#000">\1</b>9</i>', body))


def test_a_cell_all_in_white_is_neither_a_figure_nor_blank() -> None:
    report = truth.picked(1)[0]
    body = truth.body(report, "editor")
    for white in ('<font color="#fff">{0}</font>', '<span style="color:white">{0}</span>'):
        inner = re.sub(r"(?<=>)0(?=</td>)", white.format("0"), body)
        result = truth.parsed(truth.page(report, inner))
        assert truth.wrong_cells(result, report)[0] == []
        assert result["status"] == "partial"
        assert {c["meaning"] for c in result["cells"] if c["table"] == "request"} == {"unreadable"}


def test_white_paragraphs_and_labels_are_kept_where_their_ground_is_not_said() -> None:
    document = read_html(
        '<p style="color:#fff">甲</p><p>乙<font color="white">丙</font></p>'
        '<p style="background:#fff;color:#fff">丁</p>'.encode()
    )
    assert document.paragraphs == ["甲", "乙"]


FILLED = ['<b data-to="{0}">0</b>', '<b v-text="row.n"></b>', '<i data-value="{0}"></i>']


@pytest.mark.parametrize("markup", FILLED)
def test_figures_that_a_script_fills_in_are_unreadable(markup: str) -> None:
    report = truth.picked(1)[0]
    inner = re.sub(FIGURE, markup.format(r"\1"), truth.body(report, "editor"))
    result = truth.parsed(truth.page(report, inner))
    assert result["status"] == "partial"
    assert truth.wrong_cells(result, report)[0] == []


def test_order_that_is_not_that_of_the_markup() -> None:
    body = truth.body(truth.picked(1)[0], "editor")
    foot = r"<tfoot>\2</tfoot>\1</tbody>"
    last = r"(<tbody>(?:(?!<tbody>).)*?)(<tr>(?:(?!<tr>).)*</tr>)\n</tbody>"
    _check(re.sub(last, foot, body, flags=re.S))
    _check(re.sub(FIGURE, lambda m: f"<bdo dir=rtl>{m[0][::-1]}</bdo>", body))


INEFFECTIVE = [
    ("", "text-indent:-9999px"),
    ("", "left:-9999px"),
    ("", "height:0;overflow:hidden"),
    ("", "display:none;display:inline"),
    ("", "border-width:0;overflow:hidden"),
    (".g{opacity:0}", "opacity:1"),
    (".g{visibility:hidden}", "visibility:visible"),
    (".g{color:#fff}", "color:#333"),
    (".g{max-height:0;overflow:hidden}", ""),
]


@pytest.mark.parametrize(("rule", "style"), INEFFECTIVE)
def test_styles_that_hide_nothing(rule: str, style: str) -> None:
    body = truth.body(truth.picked(1)[0], "editor")
    inner = re.sub(FIGURE, rf'<span class="g" style="{style}">\1</span>', body)
    _check(f"<style>{rule}</style>" + inner)


def test_a_child_is_told_from_what_is_deeper() -> None:
    body = truth.body(truth.picked(1)[0], "editor")
    inner = re.sub(FIGURE, r'<b><span class="g">\1</span></b><span class="g">9</span>', body)
    _check("<style>td > .g{display:none}</style>" + inner)
    _check("<style>table tr > td > .g{opacity:0} div > .g{display:none}</style>" + inner)
