"""Single traits of pages: which part is read, what is noted, what hostile ones end as."""

from __future__ import annotations

import re
import time
from random import Random

import pytest

from pipelines.documents.html import read_html
from pipelines.documents.model import DocumentError, Table
from pipelines.documents.read import read_document
from tests.documents import truth


def _rows(table: Table) -> list[list[str]]:
    return [[c.text if c else "" for c in row] for row in table.rows]


def test_layout_and_data_tables() -> None:
    document = read_html(
        "<table><tr><td><p>甲</p></td><td><table><tr><td>a</td><td>1</td></tr><tr><td>2</td>"
        "<td>3</td></tr><tr><td>4</td><td>5</td></tr></table></td></tr></table>"
        "<p>五、存在的主要问题及改进情况</p><p>六、其他需要报告的事项</p>".encode()
    )
    assert [_rows(t) for t in document.tables] == [[["a", "1"], ["2", "3"], ["4", "5"]]]
    assert document.paragraphs == ["甲", "五、存在的主要问题及改进情况", "六、其他需要报告的事项"]


def test_cells_without_rows_and_forgotten_ends() -> None:
    document = read_html(b"<table><td>a<td>b<tr><td><div>c<td>d<tr><td><span>e<td>f</table><p>x")
    assert [_rows(t) for t in document.tables] == [[["a", "b"], ["c", "d"], ["e", "f"]]]


def test_a_report_typed_into_one_table() -> None:
    report = truth.picked(1)[0]
    inner = truth.body(report, "editor")
    rows = []
    for piece in re.split(r"(<table.*?</table>)", inner, flags=re.S):
        if piece.startswith("<table"):
            rows.append(f"<tr><td>{piece}</td></tr>")
        else:
            rows += [f"<tr><td>{p}</td></tr>" for p in re.findall(r"<p.*?</p>", piece, re.S)]
    result = truth.parsed(truth.page(report, f"<table>{''.join(rows)}</table>"))
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))
    assert set(result["sections"]) == set(report.truth.sections)


def test_figures_and_prose_in_rows_of_one_table() -> None:
    report = truth.picked(1)[0]
    inner = truth.body(report, "editor")
    rows = re.sub(r"<p[^>]*>(.*?)</p>", r'<tr><td colspan="10">\1</td></tr>', inner, flags=re.S)
    rows = re.sub(r"</?(table|tbody|strong)[^>]*>", "", rows)
    result = truth.parsed(truth.page(report, f"<table>{rows}</table>"))
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))
    assert set(result["sections"]) == set(report.truth.sections)


def test_two_years_on_one_page_are_not_mixed_silently() -> None:
    one, two = truth.reports()[0], truth.reports()[1]
    assert one.truth.year != two.truth.year
    both = truth.body(one, "editor") + truth.body(two, "editor")
    result = truth.parsed(truth.page(one, both))
    wrong, _ = truth.wrong_cells(result, one)
    assert wrong == []
    assert any(f["rule"] == "row_repeated" for f in result["findings"])


@pytest.mark.parametrize(("row", "cell"), [("ul", "li"), ("div", "span"), ("div", "div")])
def test_rows_of_short_items(row: str, cell: str) -> None:
    report = truth.picked(1)[0]
    item, figures = next(
        (i, f) for i, f in report.truth.legal_challenge.items() if i == "litigation_direct"
    )
    heads = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    names = {"reconsideration": "行政复议", "litigation_direct": "未经复议直接起诉"}
    names |= {"litigation_after_reconsideration": "复议后起诉"}
    lines = [["", *heads]] + [
        [names[k], *(str(v) for v in row.values())]
        for k, row in report.truth.legal_challenge.items()
    ]
    drawn = "".join(
        f"<{row}>" + "".join(f"<{cell}>{x}</{cell}>" for x in line) + f"</{row}>" for line in lines
    )
    prose = "".join(
        f"<p>{h}</p>"
        for h in ("一、总体情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项")
    )
    result = truth.parsed(truth.page(report, f"{prose}<div>{drawn}</div>"))
    assert result["legal_challenge"][item] == figures


def test_pictures_instead_of_tables_are_noted() -> None:
    report = truth.picked(1)[0]
    inner = re.sub(
        r"<table.*?</table>", '<img src="./W020.png" width="600">', truth.body(report), flags=re.S
    )
    inner = inner.replace("./W020.png", "data:image/png;base64,iVBORw0KGgo=", 1)
    document = read_html(truth.page(report, inner).encode())
    assert document.images >= 3
    assert document.pictures == [b"\x89PNG\r\n\x1a\n"]
    assert any("pictures" in n for n in document.notes)


def test_a_number_that_is_a_picture_is_not_a_blank() -> None:
    report = truth.picked(1)[0]
    inner = truth.body(report, "editor")
    spoilt = re.sub(r"<td>\d+</td></tr>", '<td><img src="n7.gif"></td></tr>', inner)
    result = truth.parsed(truth.page(report, spoilt))
    assert truth.wrong_cells(result, report)[0] == []
    assert {c["meaning"] for c in result["cells"] if c["raw"] == "\ufffc"} == {"unreadable"}


def test_a_page_that_ends_inside_a_table_is_not_whole() -> None:
    report = truth.picked(1)[0]
    page = truth.page(report, truth.body(report, "editor"))
    for share in (0.6, 0.7, 0.8):
        cut = page[: int(len(page) * share)]
        assert cut.rindex("<table") > cut.rindex("</table>")
        result = truth.parsed(cut)
        assert result["status"] == "partial"
        assert "cut_off" in {f["rule"] for f in result["findings"]}
        assert truth.wrong_cells(result, report)[0] == []


def test_a_line_of_millions_of_numberings_takes_no_time() -> None:
    report = truth.picked(1)[0]
    page = truth.page(report, f"<p>{'一、' * 300_000}</p>{truth.body(report)}")
    begun = time.process_time()
    result = truth.parsed(page)
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))
    assert time.process_time() - begun < 5


HOSTILE = {
    "deep": "<div>" * 100_000 + "x",
    "endless table": "<table>" + "<tr><td>1<td>2" * 30_000,
    "wide spans": "<table>" + '<tr><td rowspan="9999" colspan="9999">1</td><td>2</td></tr>' * 900,
    "many elements": "<p>" * 2_100_000,
    "many cells": "<table>" + ("<tr>" + "<td>1" * 300) * 900,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_end_as_errors(name: str) -> None:
    with pytest.raises(DocumentError):
        read_document(HOSTILE[name].encode())


@pytest.mark.parametrize("data", [b"<html></html>", b"<!-- x -->", b"<html><body><script>", b"<p"])
def test_empty_pages_are_rejected(data: bytes) -> None:
    assert truth.parsed(data)["status"] == "rejected"


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ("<iframe src='/pdf/viewer.html?file=%2Fa%2F1.pdf&x=1'></iframe>", "/a/1.pdf"),
        ("<p>详见附件</p><a href='./P02.docx'>附件</a><a href='/'>首页</a>", "./P02.docx"),
        ("<embed src='r.pdf'>", "r.pdf"),
    ],
)
def test_an_empty_page_says_where_it_leads_to(body: str, address: str) -> None:
    result = truth.parsed(truth.page(truth.picked(1)[0], body))
    assert result["status"] == "rejected"
    assert result["error"].endswith(f"; it leads to {address}")


def test_a_page_put_together_of_several_and_a_quote_that_never_ends() -> None:
    report = truth.picked(1)[0]
    text = truth.page(report, truth.body(report, "editor"))
    halves = text.replace("<table", "</body></html><html><body><table", 1)
    assert truth.wrong_cells(truth.parsed(halves), report) == ([], truth.cells(report))
    for quote in ('<td class="x>', "<td class='x>"):
        open_end = text.replace("<td>", quote, 1).replace('"', "'" if quote[-2] == "'" else '"')
        assert truth.wrong_cells(truth.parsed(open_end), report)[0] == []


def test_a_head_that_lost_a_cell_binds_nothing_wrongly() -> None:
    for lost in ("自然人", "科研机构", "法律服务机构", "法人或其他组织", "总计"):
        for report in truth.picked(3):
            body = truth.body(report, "editor")
            at = body.index("申请人情况") if "申请人情况" in body else body.index("自然人") - 20
            end = re.compile(rf"<td[^>]*>\s*{lost}\s*</td>").search(body, at)
            if end is None:
                continue
            spoilt = body[: end.start()] + body[end.end() :]
            result = truth.parsed(truth.page(report, spoilt))
            assert truth.wrong_cells(result, report)[0] == [], (lost, report.truth.title)


@pytest.mark.parametrize("seeds", [4, pytest.param(2000, marks=pytest.mark.long)])
def test_noise_in_the_bytes_never_gives_a_wrong_cell(seeds: int) -> None:
    """Characters of the mark-up are overwritten, but not beside digits, which they could change."""
    reports = truth.picked(40)
    for n in range(seeds):
        report = reports[n % len(reports)]
        rng = Random(n)
        text = list(truth.page(report, truth.body(report, ("editor", "mixed")[n % 2])))
        for _ in range(6):
            at = rng.randrange(8, len(text) - 8)
            beside = re.search(r"\d\s*<|>\s*\d", "".join(text[at - 8 : at + 8]))
            if text[at] in "<>/=\"' tdrpabosn" and beside is None:
                text[at] = rng.choice("<>/=\"' tdx")
        result = truth.parsed("".join(text))
        assert truth.wrong_cells(result, report)[0] == [], n


def test_two_copies_that_differ_are_flagged_in_every_table() -> None:
    for report in truth.picked(6):
        inner = truth.body(report, "editor")
        other = re.sub(r">(\d+)<", lambda m: f">{int(m.group(1)) + 7}<", inner)
        result = truth.parsed(truth.page(report, f"<div>{other}</div><div>{inner}</div>"))
        assert truth.wrong_cells(result, report)[0] == []
