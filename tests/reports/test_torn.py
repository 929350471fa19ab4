"""Tables whose cells have lost their boundaries, in every dialect extractors leave."""

from __future__ import annotations

import json
import time
from pathlib import Path
from random import Random
from typing import Any

import pypdfium2 as pdfium
import pytest
from bs4 import BeautifulSoup

from crawler.replica.reports import Report
from crawler.replica.scale import scaled_world
from pipelines.documents.model import Table
from pipelines.documents.read import read_document
from pipelines.reports.read import Context, read_document_report, read_report
from tests.conftest import SHARED
from tests.reports.text_dialects import DIALECTS, Score, damage, misprinted, render, score

LEAST_READ = {
    "glued_rows": 0.93,
    "one_line_glued": 0.93,
    "cut_digits": 0.96,
    "broken_between": 0.95,
    "bare_page_numbers": 0.97,
    "commas_for_cells": 0.97,
}
"""The share of cells to be read where the ink alone cannot always tell; elsewhere 0.99."""


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    found = scaled_world(5, 5, [2020, 2021, 2023], seed="torn").reports
    Random(3).shuffle(found)
    return found


def read(text: str) -> dict[str, Any]:
    return read_report(text.encode(), "report.txt").to_json()


def total(results: list[Score]) -> Score:
    whole = Score()
    for one in results:
        whole.add(one)
    return whole


def assert_nothing_wrong(result: Score) -> None:
    bad = [e for e in result.examples if e[0] in ("wrong", "silent")]
    assert result.counts["wrong"] == result.counts["silent"] == 0, bad[:5]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_dialect_is_read_or_flagged(dialect: str, reports: list[Report]) -> None:
    rng = Random(dialect)
    result = total([score(r, read(render(r, dialect, rng))) for r in reports[:6]])
    assert_nothing_wrong(result)
    assert result.share >= LEAST_READ.get(dialect, 0.99), str(result)


@pytest.mark.parametrize("dialect", ["spaces", "one_line_glued", "broken_behind", "tabs_collapsed"])
def test_table_text_is_not_section_text(dialect: str, reports: list[Report]) -> None:
    for report in reports[:3]:
        found = read(render(report, dialect, Random(1)))["sections"]
        for number, section in report.truth.sections.items():
            if section["text"]:
                assert found[number]["text"] == section["text"]
            else:
                assert not found.get(number, {}).get("text")


@pytest.mark.parametrize("dialect", ["spaces", "cell_a_line", "glued_rows", "cut_digits"])
def test_an_organs_mistake_is_never_mended(dialect: str, reports: list[Report]) -> None:
    rng = Random(dialect)
    found = [misprinted(r, rng) for r in reports[:8]]
    result = total([score(r, read(render(r, dialect, rng))) for r in found])
    assert_nothing_wrong(result)
    if dialect in ("spaces", "cell_a_line"):
        assert result.share > 0.99, str(result)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_damage_leaves_no_wrong_number_unflagged(dialect: str, reports: list[Report]) -> None:
    rng = Random(dialect)
    assert_nothing_wrong(
        total([score(r, read(damage(render(r, dialect, rng), rng, 3))) for r in reports[:4]])
    )


@pytest.mark.long
@pytest.mark.parametrize("dialect", DIALECTS)
def test_damage_by_the_hundred(dialect: str) -> None:
    found = scaled_world(12, 8, [2020, 2021, 2023], seed="torn-long").reports
    rng = Random(dialect)
    for _ in range(400):
        report = rng.choice(found)
        if rng.random() < 0.3:
            report = misprinted(report, rng)
        text = damage(render(report, dialect, rng), rng, rng.randint(0, 5))
        assert_nothing_wrong(score(report, read(text)))


@pytest.mark.parametrize(("between", "least"), [("\n", 0.99), (" ", 0.99), ("", 0.92)])
def test_the_text_that_beautifulsoup_gives(
    between: str, least: float, reports: list[Report]
) -> None:
    results = []
    for report in reports[:6]:
        text = BeautifulSoup(report.html(), "lxml").get_text(between)
        results.append(score(report, read(f"{report.truth.title}\n{text}")))
    assert_nothing_wrong(total(results))
    assert total(results).share >= least, str(total(results))


@pytest.mark.parametrize("pdf", sorted(SHARED.glob("*.pdf")), ids=lambda p: p.stem)
def test_the_text_that_pdfium_gives(pdf: Path) -> None:
    truth = json.loads(pdf.with_suffix(".truth.json").read_text(encoding="utf-8"))
    document = pdfium.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    found = read(text)
    assert found["request"] == truth["request"]
    assert found["legal_challenge"] == truth["legal_challenge"]
    flat = {f"{i}.{m}": v for i, row in found["proactive"].items() for m, v in row.items()}
    assert flat == truth["proactive"]
    assert {f["item"] for f in found["findings"] if f["rule"] == "channel_total"} == {
        "reconsideration",
        "litigation_after_reconsideration",
    }


HEAD = "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计"
ROWS = """一、本年新收政府信息公开申请数量{received}
二、上年结转政府信息公开申请数量0000000
三、本年度办理结果（一）予以公开{granted}
（二）部分公开（区分处理的，只计这一情形，不计其他情形）0000000
（三）不予公开1.属于国家秘密0000000
2.其他法律行政法规禁止公开0000000
3.危及“三安全一稳定”0000000
4.保护第三方合法权益0000000
5.属于三类内部事务信息0000000
6.属于四类过程性信息0000000
7.属于行政执法案卷0000000
8.属于行政查询事项0000000
（四）无法提供1.本机关不掌握相关政府信息{held}
2.没有现成信息需要另行制作0000000
3.补正后申请内容仍不明确0000000
（五）不予处理1.信访举报投诉类申请0000000
2.重复申请0000000
3.要求提供公开出版物0000000
4.无正当理由大量反复申请0000000
5.要求行政机关确认或重新出具已获取信息0000000
（六）其他处理0000000
（七）总计{processed}
四、结转下年度继续办理0000000
"""


def report_with(table: str) -> str:
    return (
        "某市某区水利局2020年政府信息公开工作年度报告\n一、总体情况\n"
        "本年度我局认真贯彻落实《中华人民共和国政府信息公开条例》，各项工作有序开展。\n"
        f"二、主动公开政府信息情况\n无。\n三、收到和处理政府信息公开申请情况\n{HEAD}\n{table}"
        "四、政府信息公开行政复议、行政诉讼情况\n无。\n五、存在的主要问题及改进情况\n"
        "公开的及时性仍有不足。\n六、其他需要报告的事项\n无。\n"
    )


def test_glued_digits_are_cut_where_the_sums_leave_one_reading() -> None:
    table = ROWS.format(
        received="801000081", granted="780000078", held="2100003", processed="801000081"
    )
    request = read(report_with(table))["request"]
    assert list(request["received"].values()) == [80, 1, 0, 0, 0, 0, 81]
    assert list(request["granted"].values()) == [78, 0, 0, 0, 0, 0, 78]
    assert list(request["total_processed"].values()) == [80, 1, 0, 0, 0, 0, 81]
    assert request["other"]["total"] == 0


def test_glued_digits_without_a_reading_are_null_and_named() -> None:
    table = ROWS.format(
        received="801000081", granted="780000079", held="2100003", processed="801000081"
    )
    found = read(report_with(table))
    assert set(found["request"]["granted"].values()) == {None}
    assert {("unreadable", "granted")} <= {(f["rule"], f["item"]) for f in found["findings"]}
    assert found["status"] == "partial"


def test_prose_that_names_the_rows_is_no_table() -> None:
    prose = (
        "全年本年新收政府信息公开申请数量5件，上年结转政府信息公开申请数量0件，其中予以公开3件，"
        "部分公开1件，属于国家秘密0件，本机关不掌握相关政府信息1件，重复申请0件，总计5件，"
        "结转下年度继续办理0件。行政许可16件，行政处罚4件，行政强制0件。"
    )
    found = read(report_with("").replace(HEAD, prose))
    assert found["request"] == {} and found["proactive"] == {}


def test_endless_digits_end_soon() -> None:
    table = ROWS.format(
        received="1234567891" * 4, granted="1" * 39, held="9" * 38, processed="12" * 2000
    )
    begun = time.perf_counter()
    found = read(report_with(table * 30))
    assert time.perf_counter() - begun < 5
    assert set(found["request"]["received"].values()) == {None}


def sure_report() -> str:
    table = ROWS.format(
        received="80 1 0 0 0 0 81",
        granted="78 0 0 0 0 0 78",
        held="2 1 0 0 0 0 3",
        processed="80 1 0 0 0 0 81",
    ).replace("0000000", " 0 0 0 0 0 0 0")
    issued = (
        "第二十条第（五）项\n信息内容 本年处理决定数量\n行政许可 58\n"
        "第二十条第（六）项\n信息内容 本年处理决定数量\n行政处罚 404\n行政强制 103\n"
        "第二十条第（八）项\n信息内容 本年收费金额\n行政事业性收费 223.5\n"
    )
    whole = report_with(table).replace("情况\n无。\n三、", f"情况\n{issued}三、", 1)
    return whole.replace("2020", "2022")


@pytest.mark.parametrize("lost", ["\ufffd", "\ue003", "(cid:17)", "\x90"])
def test_a_figure_with_a_character_that_means_nothing_is_no_figure(lost: str) -> None:
    whole = sure_report()
    found = read(whole)["proactive"]
    assert found["administrative_penalty"]["decisions"] == 404
    assert found["administrative_fee"]["amount"] == 223.5
    for printed, digits in (("404", "4"), ("404", "04"), ("223.5", "223"), ("58", "8")):
        at = printed.index(digits)
        instead = lost * at + digits + lost * (len(printed) - at - len(digits))
        report = read(whole.replace(printed, instead))
        for item, row in report["proactive"].items():
            for value in row.values():
                assert value in (None, found[item].get("decisions"), found[item].get("amount"))
        item = next(k for k, r in found.items() if float(printed) in r.values())
        assert set(report["proactive"][item].values()) == {None}
        assert ("unreadable", item) in {(f["rule"], f["item"]) for f in report["findings"]}
    request = read(whole.replace("78 0 0", f"7{lost} 0 0"))["request"]
    assert request["granted"]["natural_person"] is None


@pytest.mark.parametrize("article", ["第二十条第8项", "第二十条第（8 )项", "第二十条第 8 ）项"])
def test_the_number_of_an_article_is_no_figure(article: str) -> None:
    text = sure_report().replace("行政强制 103", "行政强制").replace("第二十条第（八）项", article)
    report = read(text)
    assert report["proactive"]["administrative_compulsion"]["decisions"] is None
    assert report["proactive"]["administrative_fee"]["amount"] == 223.5
    assert "administrative_compulsion" in {f["item"] for f in report["findings"]}


def read_doubting(text: str) -> dict[str, Any]:
    """Reads a text whose figures may not be what is printed."""
    document = read_document(text.encode(), "report.txt")
    for block in document.blocks:
        if isinstance(block, Table):
            for cell in block.cells():
                cell.doubt = "for the test"
        else:
            block.doubt = "for the test"
    return read_document_report(document, "report.txt", "", Context()).to_json()


def test_doubtful_text_gives_only_what_the_sums_confirm() -> None:
    found = read_doubting(sure_report())
    assert set(found["proactive"]["administrative_penalty"].values()) == {None}
    assert found["request"]["granted"]["total"] == 78
    named = {(f["table"], f["item"]) for f in found["findings"]}
    assert {("proactive", "administrative_penalty"), ("request", "granted")} <= named
    wrong = read_doubting(sure_report().replace("78 0 0 0 0 0 78", "78 0 0 0 0 0 73"))
    assert wrong["request"]["granted"]["total"] is None
    assert wrong["request"]["granted"]["natural_person"] is None
