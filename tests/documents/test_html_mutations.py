"""Reports whose mark-up is spoilt the way editors, templates and scripts spoil it."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

import pytest

from crawler.replica.reports import Report
from tests.documents import truth

Mutation = Callable[[str, Random], str]


def _drop(tag: str) -> Mutation:
    return lambda text, rng: re.sub(f"</{tag}>", "", text)


def _drop_some(text: str, rng: Random) -> str:
    return re.sub(r"</(td|tr|p|span)>", lambda m: "" if rng.random() < 0.5 else m.group(), text)


def _layout_table(text: str, rng: Random) -> str:
    return (
        '<table width="980"><tr><td>公告</td></tr><tr><td><table><tr><td class="c">'
        f"{text}</td></tr></table></td></tr></table>"
    )


def _nested_frame(text: str, rng: Random) -> str:
    """A number stands in a table of its own inside its cell."""

    def frame(found: re.Match[str]) -> str:
        if rng.random() < 0.1:
            return f"{found.group(1)}<table><tr><td>{found.group(2)}</td></tr></table></td>"
        return found.group()

    return re.sub(r"(<td[^>]*>)(\d+)</td>", frame, text)


def _changed(text: str) -> str:
    return re.sub(r">(\d+)<", lambda m: f">{int(m.group(1)) + 7}<", text)


def _hidden_before(text: str, rng: Random) -> str:
    return f'<div style="display: none">{_changed(text)}</div>{text}'


def _hidden_by_rule(text: str, rng: Random) -> str:
    css = (
        "<style>.a{color:red} @media (max-width: 700px){.pc{display:none}} "
        "div.mobile, .x .y > .z { color: red; display:none; }</style>"
    )
    return f'{css}<div class="mobile big">{_changed(text)}</div><div class="pc">{text}</div>'


def _hidden_cells(text: str, rng: Random) -> str:
    ghost = '<td style="display:none">99</td>'
    return re.sub(r"</tr>", f"{ghost}</tr>", text)


def _twice(text: str, rng: Random) -> str:
    return f'<div class="pc">{text}</div><div class="wap">{text}</div>'


def _split_rows(text: str, rng: Random) -> str:
    """Tables cut in several between rows that nothing spans."""
    out = []
    for table in re.split(r"(<table.*?</table>)", text, flags=re.S):
        rows = re.findall(r"<tr.*?</tr>", table, flags=re.S)
        if not table.startswith("<table") or len(rows) < 20:
            out.append(table)
            continue
        parts = [rows[:5], rows[5:-1], rows[-1:]]
        out += [f"<table><tbody>{''.join(p)}</tbody></table><p></p>" for p in parts]
    return "".join(out)


def _breaks(text: str, rng: Random) -> str:
    def cut(found: re.Match[str]) -> str:
        words = found.group(1)
        at = rng.randrange(1, len(words))
        return f">{words[:at]}<br/>\n {words[at:]}<"

    return re.sub(
        r"<table.*?</table>",
        lambda table: re.sub(r">([\u4e00-\u9fff]{4,12})<", cut, table.group()),
        text,
        flags=re.S,
    )


def _word_noise(text: str, rng: Random) -> str:
    noise = (
        "<!--[if gte mso 9]><xml><w:WordDocument>77</w:WordDocument></xml><![endif]-->"
        "<![if !supportLists]><span style='mso-list:Ignore'></span><![endif]><o:p></o:p>"
    )
    face = '<span style="mso-spacerun:yes"><font face="x"><o:p>'
    text = re.sub(r"(<td[^>]*>)", rf"\1{noise}", text)
    return re.sub(r">(\d+)<", rf">{face}\1</o:p></font></span><", text)


def _upper(text: str, rng: Random) -> str:
    return re.sub(r"<(/?)(\w+)", lambda m: f"<{m.group(1)}{m.group(2).upper()}", text)


def _invisible(text: str, rng: Random) -> str:
    text = re.sub(r">(\d)", ">\u200b\\1&#8203;", text)
    return re.sub(r"(\d)((?:</\w+>)*</td>)", "\\1&nbsp;\u3000\\2", text)


def _entities(text: str, rng: Random) -> str:
    return re.sub(
        r">(\d+)<", lambda m: ">" + "".join(f"&#{ord(c)};" for c in m.group(1)) + "<", text
    )


def _heads(text: str, rng: Random) -> str:
    return (
        text.replace("<table", "<table summary='x'").replace("<td", "<th").replace("</td", "</th")
    )


def _spread(text: str, rng: Random) -> str:
    """Every part in a division of its own, without a name."""
    pieces = re.split(r"(?=<(?:p|h3)[^>]*>(?:<[^>]*>|&nbsp;)*[一二三四五六]、)", text)
    return "".join(f"<div class='q{i}'><div>{p}</div></div>" for i, p in enumerate(pieces))


def _contents(text: str, rng: Random) -> str:
    links = "".join(
        f'<li><a href="#{n}">{n}、{t}</a></li>'
        for n, t in (
            ("一", "总体情况"),
            ("二", "主动公开政府信息情况"),
            ("六", "其他需要报告的事项"),
        )
    )
    return f'<div class="side"><ul>{links}</ul></div><div class="main">{text}</div>'


def _stray_form(text: str, rng: Random) -> str:
    return text.replace("<tr", "<form action='#'></form><tr", 3).replace(
        "</td><td", "</td>\n<p><td"
    )


def _span_body(text: str, rng: Random) -> str:
    return f'<span id="zoom"><font size="3">{text}</font></span>'


MUTATIONS: dict[str, Mutation] = {
    "plain": lambda text, rng: text,
    "no </td>": _drop("td"),
    "no </tr>": _drop("tr"),
    "no </td></tr>": lambda text, rng: _drop("tr")(_drop("td")(text, rng), rng),
    "no </p>": _drop("p"),
    "some ends dropped": _drop_some,
    "layout table": _layout_table,
    "table in a cell": _nested_frame,
    "hidden copy": _hidden_before,
    "copy hidden by a rule": _hidden_by_rule,
    "hidden cells": _hidden_cells,
    "twice": _twice,
    "split": _split_rows,
    "breaks in labels": _breaks,
    "word noise": _word_noise,
    "upper case": _upper,
    "invisible characters": _invisible,
    "entities": _entities,
    "th": _heads,
    "spread over divisions": _spread,
    "list of contents": _contents,
    "stray elements": _stray_form,
    "inline body": _span_body,
}
LOSSLESS = set(MUTATIONS)


@pytest.mark.parametrize("name", MUTATIONS)
def test_spoilt_markup_loses_nothing(name: str) -> None:
    for i, report in enumerate(truth.picked(6)):
        layout = ("word", "editor", "mixed")[i % 3]
        inner = MUTATIONS[name](truth.body(report, layout), Random(i))
        result = truth.parsed(truth.page(report, inner))
        wrong, right = truth.wrong_cells(result, report)
        assert wrong == []
        assert right == truth.cells(report), (report.truth.title, layout, result["error"])
        assert result["year"] == report.truth.year
        assert set(result["sections"]) == set(report.truth.sections)


def _beside_figures(other: str) -> Mutation:
    """Something that is no part of the figure beside every second one."""

    def beside(text: str, rng: Random) -> str:
        return re.sub(r"(?<=>)\d+(?=</td>)", lambda m: m[0] + rng.choice(("", other)), text)

    return beside


NO_PART = {
    "struck out": "<s>7</s>",
    "deleted": "<del>12</del>",
    "struck by a style": "<span style='color:red;text-decoration: line-through'>3</span>",
    "footnote": "<sup>1</sup>",
    "footnote in brackets": "<sup>[2]</sup>",
    "no size": "<span style='font-size:0px'>4</span>",
    "transparent": "<i style='opacity: 0'>5</i>",
    "far outside": "<b style='position:absolute;left:-9999px'>6</b>",
    "annotation": "<ruby><rt>8</rt></ruby>",
}


@pytest.mark.parametrize("name", NO_PART)
def test_what_stands_beside_a_figure_is_no_part_of_it(name: str) -> None:
    for i, report in enumerate(truth.picked(2)):
        inner = _beside_figures(NO_PART[name])(truth.body(report, "editor"), Random(i))
        result = truth.parsed(truth.page(report, inner))
        assert truth.wrong_cells(result, report) == ([], truth.cells(report))


FIELDS = {
    "input": '<input type="text" readonly value="{0}">',
    "text area": "<textarea rows=1>{0}</textarea>",
    "selection": "<select><option>99</option><option selected>{0}</option></select>",
    "button": "<button>{0}</button>",
    "raised": "<sup>{0}</sup>",
}


@pytest.mark.parametrize("name", FIELDS)
def test_figures_in_fields_are_read(name: str) -> None:
    report = truth.picked(1)[0]
    field = FIELDS[name].format(r"\1")
    inner = re.sub(r"(?<=>)(\d+)(?=</td>)", field, truth.body(report, "editor"))
    result = truth.parsed(truth.page(report, inner))
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))


@pytest.mark.parametrize(
    "thing", ["<s>{0}</s>", "<script>document.write('{0}')</script>", "<canvas>{0}</canvas>"]
)
def test_cells_that_show_no_text_are_not_blank(thing: str) -> None:
    report = truth.picked(1)[0]
    inner = re.sub(r"(?<=>)(\d+)(?=</td>)", thing.format(r"\1"), truth.body(report, "editor"))
    result = truth.parsed(truth.page(report, inner))
    meanings = {c["meaning"] for c in result["cells"] if c["table"] == "request"}
    assert result["status"] == "partial" and meanings == {"unreadable"}


def test_rows_of_boxes_without_gaps_are_not_hidden() -> None:
    report = truth.picked(1)[0]
    inner = f"<div style='font-size:0'><div style='font-size:14px'>{truth.body(report)}</div></div>"
    result = truth.parsed(truth.page(report, inner))
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))


def _off(text: str, rng: Random, by: int, which: int) -> str:
    """One row span that is ``by`` too long."""
    spans = list(re.finditer(r'rowspan="(\d+)"', text))
    found = spans[which % len(spans)]
    value = int(found.group(1)) + by
    return f'{text[: found.start()]}rowspan="{value}"{text[found.end() :]}'


@pytest.mark.parametrize("by", [-1, 1])
def test_row_spans_that_are_off(by: int) -> None:
    lost = 0
    for report in truth.picked(3):
        inner = truth.body(report, "editor")
        for which in range(len(re.findall(r'rowspan="\d+"', inner))):
            spoilt = truth.page(report, _off(inner, Random(0), by, which))
            result = truth.parsed(spoilt)
            wrong, right = truth.wrong_cells(result, report)
            assert wrong == [], (which, by)
            lost += truth.cells(report) - right
    assert lost <= 3 * 30


def _drawn(text: str) -> str:
    """Tables as divisions with display styles."""
    text = re.sub(r"<table[^>]*>\s*<tbody>", '<div style="display: table">', text)
    text = re.sub(r"</tbody>\s*</table>", "</div>", text)
    text = re.sub(r"<tr[^>]*>", '<div class="row">', text).replace("</tr>", "</div>")
    text = re.sub(r'<td( rowspan="\d+")?( colspan="\d+")?>', r'<div class="cell"\1\2>', text)
    return text.replace("</td>", "</div>")


def test_tables_drawn_with_divisions() -> None:
    css = "<style>.row{display:table-row} .row .cell{display:table-cell}</style>"
    for report in truth.picked(4):
        result = truth.parsed(truth.page(report, css + _drawn(truth.body(report, "editor"))))
        wrong, right = truth.wrong_cells(result, report)
        assert (wrong, right) == ([], truth.cells(report))


ENCODINGS = [
    ("gb2312", "gb18030", None),
    ("utf-8", "gb18030", "text/html; charset=utf-8"),
    ("gbk", "utf-8", "text/html; charset=gbk"),
    ("", "gb18030", None),
    ("", "gb18030", "text/html; charset=ISO-8859-1"),
    ("utf-8", "utf-16", None),
    ("", "utf-16-le", None),
    ("unicode", "utf-8-sig", "text/html; charset=nonsense"),
]


@pytest.mark.parametrize(("label", "encoding", "header"), ENCODINGS)
def test_lying_charsets(label: str, encoding: str, header: str | None) -> None:
    report: Report = truth.picked(1)[0]
    text = truth.page(report, truth.body(report) + "<p>〔2021〕镕喆\U00020000</p>")
    text = text.replace("utf-8", label)
    result = truth.parsed(text.encode(encoding), content_type=header)
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))
    assert result["title"] == report.truth.title


def test_a_page_cut_off_inside_a_character() -> None:
    report = truth.picked(1)[0]
    data = truth.page(report, truth.body(report)).encode()
    end = data.rindex("政".encode()) + 1
    result = truth.parsed(data[:end])
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))
