"""What is printed is the truth, read by independent readers: BeautifulSoup and python-docx."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from bs4 import BeautifulSoup, Tag
from docx import Document

from crawler.replica.figures import APPLICANTS, CHANNELS, Table
from crawler.replica.labels import request_rows
from crawler.replica.printing import Habit, print_figures
from crawler.replica.render_docx import docx_of, table_xml
from crawler.replica.render_html import MARKUPS
from crawler.replica.reports import Report
from crawler.replica.tables import request_table
from crawler.replica.world import World

RESULTS = ("upheld", "corrected", "other", "pending", "total")


def as_number(text: str) -> float | None:
    """Read a cell's text with rules of the test's own."""
    text = text.replace("\xa0", "").replace(",", "").removesuffix("元")
    if text in ("", "/"):
        return None
    if worded := re.fullmatch(r"(增加|减少)(\S+)", text):
        return float(worded[2]) * (1 if worded[1] == "增加" else -1)
    return float(text)


def html_grid(table: Tag) -> list[list[str]]:
    """Fill every spanned cell with the text of its origin."""
    filled: dict[tuple[int, int], str] = {}
    rows = table("tr")
    for y, row in enumerate(rows):
        x = 0
        for cell in row(["td", "th"]):
            while (y, x) in filled:
                x += 1
            height, reach = (int(str(cell.get(name, "1"))) for name in ("rowspan", "colspan"))
            for dy in range(height):
                for dx in range(reach):
                    filled[y + dy, x + dx] = cell.get_text().strip()
            x += reach
    width = 1 + max(x for _, x in filled)
    # a KeyError here is a table whose spans do not fill its rectangle
    return [[filled[y, x] for x in range(width)] for y in range(len(rows))]


def grids(report: Report, kind: str) -> list[list[list[str]]]:
    """Return all tables with spans filled, as plain text."""
    if kind == "html":
        return [html_grid(table) for table in BeautifulSoup(report.html(), "lxml")("table")]
    document = Document(BytesIO(docx_of(report)))
    return [[[c.text for c in row.cells] for row in t.rows] for t in document.tables]


def check_request(truth: Table, grid: list[list[str]], form: str) -> None:
    rows = [
        row for row in grid if row[0].replace(" ", "").startswith(("一、", "二、", "三、", "四、"))
    ]
    items = [row.item for row in request_rows(form)]
    assert len(rows) == len(items)
    for item, row in zip(items, rows, strict=True):
        values = row[3:]
        columns = [*APPLICANTS, "total"]
        if len(values) == 6:
            assert truth[item]["other_org"] is None
            columns.remove("other_org")
        assert [as_number(v) for v in values] == [truth[item][c] for c in columns], item


def check_proactive(truth: Table, tables: list[list[list[str]]]) -> None:
    rows = [row for grid in tables for row in grid]
    found = {}
    labels = {
        "规章": "regulation",
        "规范性文件": "normative_document",
        "行政许可": "administrative_license",
        "其他对外管理服务事项": "other_management",
        "行政处罚": "administrative_penalty",
        "行政强制": "administrative_compulsion",
        "行政事业性收费": "administrative_fee",
        "政府集中采购": "procurement",
    }
    for row in rows:
        label = re.sub(r"\s|行政(?=规范)", "", row[0])
        if label in labels:
            found[labels[label]] = row[1:]
    for item, measures in truth.items():
        if item == "regulation" and item not in found:
            assert set(measures.values()) == {None}
            continue
        values = [as_number(v) for v in found[item]][: len(measures)]
        assert values == list(measures.values()), item


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_tables_hold_the_truth(demo: World, kind: str) -> None:
    reports = demo.reports if kind == "html" else demo.reports[::7]
    for report in reports:
        truth = report.truth
        *first, request, legal = grids(report, kind)
        check_proactive(truth.proactive, first)
        check_request(truth.request, request, truth.table_forms["request"])
        values = [as_number(v) for v in legal[-1]]
        assert values == [truth.legal_challenge[c][r] for c in CHANNELS for r in RESULTS]


@pytest.mark.parametrize("layout", list(MARKUPS))
def test_prose_is_in_the_page_in_order(demo: World, layout: str) -> None:
    report = next(r for r in demo.reports if r.habit.layout == layout)
    soup = BeautifulSoup(report.html(), "lxml")
    for table in soup("table"):
        table.decompose()
    text = re.sub(r"\s", "", soup.get_text())
    position = 0
    for section in report.truth.sections.values():
        for part in (section["heading"], *section["text"].split("\n")):
            wanted = re.sub(r"\s", "", part)
            assert wanted in text[position:]
            position = text.index(wanted, position)


def test_prose_quotes_the_figures_of_the_tables(demo: World) -> None:
    for report in demo.reports:
        request = report.sound.request
        text = report.truth.sections["1"]["text"]
        if said := re.search(r"新收(?:政府信息公开)?申请(\d+)件", text):
            assert int(said[1]) == request["received"]["total"]
        else:
            assert request["received"]["total"] == request["carried_in"]["total"] == 0
        assert f"{report.truth.year}年1月1日" in report.truth.sections["0"]["text"]


def test_habits_show_in_print(demo: World) -> None:
    report = next(r for r in demo.reports if r.truth.form == "2019" and r.organ.size == "large")
    blank = print_figures(report.sound, Habit(zeros="blank", zeros_in="legal_challenge"))
    zeros = [key for key, text in blank.texts.items() if text == ""]
    assert zeros
    assert {key[0] for key in zeros} == {"legal_challenge"}
    grouped = print_figures(report.sound, Habit(numbers="grouped", amount_unit=True))
    amount = grouped.texts["proactive", "procurement", "amount"]
    assert "," in amount
    assert amount.endswith("元")
    cut = print_figures(report.sound, Habit(without_other=True))
    assert len(request_table(cut, Habit(without_other=True), "2019")[4]) == 1 + 6


def test_word_tables_merge_as_word_does(demo: World) -> None:
    report = next(r for r in demo.reports if r.truth.form == "2021")
    xml = table_xml(report.grids()["3"][0])
    assert xml.count('<w:vMerge w:val="restart"/>') == 8  # note, two applicants, result, 4 groups
    assert xml.count('<w:gridSpan w:val="3"/>') >= 4
    assert "w:bookmarkStart" in xml
