"""Documents that are no annual report, each with its reason, and those that only seem none."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.documents import truth

WORDS = "本机关依法履行公开职责，按照规定的时限和程序发布信息，群众可以通过网站和公告栏查阅。"


def page(title: str, body: str, heading: str | None = None) -> Any:
    head = f"<title>{title}</title></head><body><h1>{title if heading is None else heading}</h1>"
    return truth.parsed(f"<html><head><meta charset=utf-8>{head}<div>{body}</div></body></html>")


def parts(*texts: str) -> str:
    return "".join(f"<p>{t}</p>" for t in texts)


THREE = parts("一、概述", WORDS * 2, "二、主动公开情况", WORDS * 2, "三、依申请公开情况", WORDS * 2)
FOUR = parts(
    "一、总体情况", WORDS, "二、主要做法", WORDS, "五、存在的主要问题及改进情况", WORDS * 4
)
TABLE = "<table><tr><td>项目</td><td>合计</td></tr><tr><td>收入</td><td>12</td></tr></table>"
NEWS = f"<p>近日，某某县人民政府发布年度报告。报告显示，全年受理申请56件。{WORDS * 4}</p>"
LIST = "".join(
    f"<p><a href=/{o}>某某县{o}2022年政府信息公开工作年度报告</a></p>"
    for o in ("教育局", "公安局", "民政局", "司法局", "财政局", "水利局", "审计局", "统计局")
)


@pytest.mark.parametrize(
    ("title", "body", "reason"),
    [
        ("某某县审计局政府信息公开指南", THREE, "disclosure guide"),
        ("某某县2022年政府网站工作年度报表", TABLE + WORDS, "government website statistics"),
        ("某某县审计局2022年度部门决算公开", FOUR + TABLE, "budget or final accounts"),
        ("某某县2022年法治政府建设年度报告", FOUR, "rule-of-law report"),
        ("某某县2022年政务公开工作要点", THREE, "work plan"),
        ("一图读懂某某县2022年政府信息公开工作年度报告", THREE, "infographic"),
        ("《某某县2022年政府信息公开年度报告》解读", THREE, "explanation of a report"),
        ("关于做好2022年政府信息公开年度报告编制工作的通知", THREE, "notice about writing"),
        ("某某县审计局2022年第三季度政府信息公开工作报告", THREE, "part of the year"),
        ("某某大学2021-2022学年信息公开工作年度报告", THREE, "report of a school"),
        ("某某县2022年政府信息公开工作年度报告（模板）", THREE, "template or list"),
        ("某某县审计局政府信息公开申请表", TABLE + WORDS * 6, "not an annual report"),
        ("某某县发布2022年政府信息公开工作年度报告", NEWS, "no table and no parts"),
        ("政府信息公开年报", LIST, "a list of reports"),
        ("某某县审计局2022年政府信息公开工作年度报告", "<p>暂无内容</p>", "the body is empty"),
    ],
)
def test_a_document_that_is_no_report_says_why(title: str, body: str, reason: str) -> None:
    result = page(title, body)
    assert result["status"] == "rejected"
    assert reason in result["error"]


def test_a_form_that_is_not_filled_in_is_no_report() -> None:
    report = next(r for r in truth.reports() if r.truth.year > 2020)
    body = "".join(re.findall(r"<table.*?</table>", truth.body(report, "editor"), re.S))
    blank = re.sub(r"(<td[^>]*>)[\d.]+(</td>)", r"\1\2", body)
    heads = parts("一、总体情况", "（概述）", "二、主动公开政府信息情况")
    title = "×××2022年政府信息公开工作年度报告"
    assert page(title, heads + blank)["error"] == "the form is not filled in"
    spoken = heads.replace("（概述）", WORDS)
    assert page(title, spoken + blank)["status"] == "complete"
    assert page(title, heads + body)["status"] == "complete"


@pytest.mark.parametrize(
    ("title", "heading", "body"),
    [
        ("附件", None, parts("某某县教育局2012年政府信息公开工作年度报告") + THREE),
        ("关于报送《某某县教育局2012年政府信息公开工作年度报告》的函", None, THREE),
        ("某某县教育局2012年政府信息公开情况总结", None, parts(WORDS * 3, WORDS * 3)),
        ("某某县教育局2012年政府信息公开年报", None, parts("<br>".join([WORDS * 2] * 4))),
        ("关于公布某某县教育局2012年政府信息公开工作年度报告的公告", None, THREE),
        ("某某县教育局2012年政府信息公开年报-政府信息公开指南-某某县", "", THREE),
    ],
)
def test_what_only_seems_to_be_none_is_read(title: str, heading: str | None, body: str) -> None:
    result = page(title, body, heading)
    assert (result["status"], result["organ"], result["year"]) == (
        "narrative",
        "某某县教育局",
        2012,
    )


def test_a_whole_report_below_another_title_is_read() -> None:
    report = next(r for r in truth.reports() if r.truth.year > 2020 and not r.truth.misprint)
    body = parts(report.truth.title) + truth.body(report, "editor")
    result = page("关于做好2022年政府信息公开年度报告编制工作的通知", body)
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))
    table = re.findall(r"<table.*?</table>", body, re.S)[1]
    only = page("《2022年政府信息公开工作年度报告》解读", THREE + table)
    assert (only["status"], only["rejected_as"]) == ("rejected", "not_report")


def test_a_narrative_without_parts_gives_what_it_states() -> None:
    text = parts(WORDS * 6, "2012年，我局主动公开政府信息320条，收到政府信息公开申请3件。")
    result = page("某某县教育局2012年政府信息公开年报", text)
    assert {i["code"]: i["value"] for i in result["indicators"]} == {"1.1": 320, "3.1": 3}
