"""Pages whose body stands outside the mark-up: in scripts, strings, fields and answers."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.documents import truth


def _in_script(text: str) -> str:
    content = json.dumps(text).replace("</", "<\\/")
    detail = f'{{"id":5,"content":{content}}}'
    return f'<div id="app"></div><script>var _CONFIG={{DETAIL:{detail}}};</script>'


def _in_ascii_script(text: str) -> str:
    content = json.dumps(text).replace("<", "\\u003c").replace(">", "\\x3e")
    return f"<script>window.d = {content};</script>"


def _in_single_quotes(text: str) -> str:
    inner = text.replace("\\", "\\\\").replace("'", "\\'").replace("\r", "\\r").replace("\n", "\\n")
    return f"<script>document.getElementById('c').innerHTML='{inner}';</script>"


def _written(text: str) -> str:
    lines = "".join(f"document.write({json.dumps(x)});" for x in re.split(r"(?<=>)", text) if x)
    return f"<script>{lines.replace('</', '<' + chr(92) + '/')}</script>"


def _in_frame(text: str) -> str:
    return f'<iframe width="100%" srcdoc="{html.escape(text)}"></iframe>'


def _in_textarea(text: str) -> str:
    return f'<textarea style="display:none" id="src">{html.escape(text)}</textarea>'


def _in_template(text: str) -> str:
    return f"<template><div>{text}</div></template>"


def _all_hidden(text: str) -> str:
    return f'<div id="tab1" style="display:none">{text}</div><script>show("tab1")</script>'


def _in_json_in_a_string(text: str) -> str:
    inner = json.dumps(json.dumps({"content": text})).replace("</", "<\\/")
    return f"<script>var d = JSON.parse({inner});</script>"


def _in_base64(text: str) -> str:
    return f"<script>show(atob('{base64.b64encode(text.encode()).decode()}'));</script>"


def _in_percent_escapes(text: str) -> str:
    wide = "".join(c if ord(c) < 128 else f"%u{ord(c):04x}" for c in text)
    escaped = quote(wide, safe="%")
    return f"<script>document.getElementById('c').innerHTML=unescape('{escaped}');</script>"


def _in_pieces(text: str) -> str:
    pieces = [json.dumps(text[i : i + 150]) for i in range(0, len(text), 150)]
    lines = "".join(f"s += {p};\n" for p in pieces).replace("</", "<\\/")
    return f"<script>var s = '';\n{lines}$('#c').html(s);</script>"


def _in_an_attribute(text: str) -> str:
    return f'<detail data-content="{html.escape(text)}"></detail>'


def _in_json_of_an_attribute(text: str) -> str:
    return f'<detail :info="{html.escape(json.dumps({"body": text}))}"></detail>'


def _as_escaped_text(text: str) -> str:
    return f"<div id='c'>{html.escape(text)}</div>"


def _without_scripts(text: str) -> str:
    return f"<noscript>{text}</noscript>"


CARRIERS = [
    _in_json_in_a_string,
    _in_base64,
    _in_percent_escapes,
    _in_pieces,
    _in_an_attribute,
    _in_json_of_an_attribute,
    _as_escaped_text,
    _without_scripts,
    _in_script,
    _in_ascii_script,
    _in_single_quotes,
    _written,
    _in_frame,
    _in_textarea,
    _in_template,
    _all_hidden,
]


@pytest.mark.parametrize("carry", CARRIERS, ids=lambda c: c.__name__)
def test_body_outside_the_markup(carry: Callable[[str], str]) -> None:
    for report in truth.picked(3):
        result = truth.parsed(truth.page(report, carry(truth.body(report))))
        wrong, right = truth.wrong_cells(result, report)
        assert (wrong, right) == ([], truth.cells(report)), result["error"]
        assert result["year"] == report.truth.year


def test_answer_of_an_interface() -> None:
    report = truth.picked(1)[0]
    answer = {"code": 0, "data": {"title": report.truth.title, "html": truth.body(report)}}
    parts = re.split(r"(?<=</table>)|(?=<table)", truth.body(report, "editor"))
    split = {"title": report.truth.title, "parts": parts}
    for text in (json.dumps(answer), f"show({json.dumps(answer)});", json.dumps(split)):
        result = truth.parsed(text)
        assert truth.wrong_cells(result, report) == ([], truth.cells(report))
        assert result["title"] == report.truth.title
