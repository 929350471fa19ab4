"""What sentences state for sure: for indicators of narratives, and against tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.reports.model import Figure, Section, TableRead
from pipelines.reports.narrative import read_narrative
from pipelines.reports.prose import check_prose
from pipelines.reports.read import read_report
from warehouse.facts.files import read_yaml
from warehouse.facts.numerals import counting_number

SENTENCES: dict[str, Any] = read_yaml(Path(__file__).with_name("statements.yaml"))
TOTALS = {"received": 12, "carried_in": 3, "total_processed": 13, "carried_out": 2}
CASES = {"reconsideration": 3, "litigation_direct": 1, "litigation_after_reconsideration": 1}


def rules_of(text: str) -> list[str]:
    """The rules of the findings about a sentence beside the tables named above."""
    request = TableRead("2021", {i: {"total": Figure(v)} for i, v in TOTALS.items()})
    cases = TableRead("2021", {i: {"total": Figure(v)} for i, v in CASES.items()})
    found = check_prose({"3": Section("三", text)}, request, cases, 2023, "某某县某某局")
    return [f.rule for f in found]


@pytest.mark.parametrize("case", SENTENCES["narrative"], ids=lambda c: c["text"][:20])
def test_a_sentence_states_what_it_states_and_nothing_else(case: dict[str, Any]) -> None:
    section = Section("三", case["text"])
    found, figures = read_narrative({case.get("part", "3"): section}, 2011)
    assert {i.code: i.value for i in found} == case["states"]
    assert all(f.raw for f in figures.values())


@pytest.mark.parametrize("text", SENTENCES["agrees"])
def test_a_sentence_that_does_not_contradict_gives_no_finding(text: str) -> None:
    assert rules_of(text) == []


@pytest.mark.parametrize("text", SENTENCES["contradicts"])
def test_a_sentence_that_contradicts_gives_a_finding(text: str) -> None:
    assert "prose_mismatch" in rules_of(text)


@pytest.mark.parametrize(
    ("organ", "reads"),
    [("某某县人民政府", {"3.1": 95}), ("某某县教育局", {}), (None, {"3.1": 95})],
)
def test_a_region_is_counted_by_the_organ_that_governs_it(
    organ: str | None, reads: dict[str, int]
) -> None:
    text = "全县共受理政府信息公开申请95件。"
    found, _ = read_narrative({"3": Section("三", text)}, 2011, organ)
    assert {i.code: i.value for i in found} == reads


def test_the_organ_may_be_named_and_another_may_not() -> None:
    text = "2011年，县教育局共受理政府信息公开申请95件。"
    for organ, reads in (("某某县教育局", [95]), ("某某县水利局", [])):
        found, _ = read_narrative({"3": Section("三", text)}, 2011, organ)
        assert [i.value for i in found] == reads


def test_sentences_without_end_are_read_in_time_that_grows_with_them() -> None:
    for text in ("全年" * 9000 + "收到申请1件", "收到申请" + "数量" * 9000, "申请1件," * 9000):
        assert rules_of(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("二十三", 23),
        ("十五", 15),
        ("一千二百零五", 1205),
        ("十二万三千四百五十六", 123456),
        ("三千五", 3500),
        ("一万二", 12000),
        ("一万零二", 10002),
        ("二千〇五", 2005),
        ("一〇五", 105),
        ("三四十", None),
        ("七八", None),
        ("百", None),
        ("万", None),
        ("三十四十", None),
        ("五百十", None),
    ],
)
def test_counting_words(text: str, number: int | None) -> None:
    assert counting_number(text) == number


def test_plans_and_other_years_of_a_whole_report_are_left_alone() -> None:
    report = """某某县人民政府2012年政府信息公开工作年度报告
一、概述
二〇一二年，全县各级行政机关围绕中心工作推进政府信息公开，完善目录，规范流程，各项任务按期完成。
二、主动公开政府信息情况
2012年，全县共主动公开政府信息一万二千三百条，其中县政府办公室主动公开政府信息800条，乡镇2500条。
自2008年5月以来，全县累计主动公开政府信息46000条。
三、依申请公开政府信息办理情况
（一）申请情况。2012年，全县共受理政府信息公开申请41件，其中当面申请6件，网上申请20件，信函申请15件。
（二）答复情况。已答复41件，其中同意公开36件，不予公开5件。2011年受理政府信息公开申请30件。
四、因政府信息公开申请行政复议、提起行政诉讼的情况
2012年，行政复议2件，行政诉讼1件。
五、存在的主要问题及改进措施
2013年，我县将确保主动公开政府信息15000条，政府信息公开申请按时办结率100%。
"""
    result = read_report(report.encode(), "narrative.txt").to_json()
    assert (result["status"], result["year"]) == ("narrative", 2012)
    assert {i["code"]: i["value"] for i in result["indicators"]} == {
        "1.1": 12300,
        "3.1": 41,
        "3.1.1": 6,
        "3.1.3": 20,
        "3.1.4": 15,
        "3.3": 41,
        "3.3.2": 36,
        "3.3.4": 5,
        "4": 2,
        "5": 1,
    }


@pytest.mark.parametrize(
    "case",
    read_yaml(Path(__file__).with_name("narratives.yaml"))["reports"],
    ids=lambda c: c["text"][:16],
)
def test_a_whole_report_states_no_more_than_its_own(case: dict[str, Any]) -> None:
    result = read_report(case["text"].encode(), "narrative.txt").to_json()
    assert result["status"] == "narrative"
    assert {i["code"]: i["value"] for i in result["indicators"]} == case["states"]


@pytest.mark.parametrize(("said", "contradicted"), [(23, False), (32, True)])
def test_sentences_against_the_statistics_table(said: int, contradicted: bool) -> None:
    rows = ["统计指标|单位|统计数", "（一）收到申请数|件|23", "（二）申请办结数|件|23"]
    rows += ["（三）申请答复数|件|23", "六、举报投诉数量|件|0"]
    table = "".join(
        "<tr>" + "".join(f"<td>{c}</td>" for c in row.split("|")) + "</tr>" for row in rows
    )
    text = f"2016年，本局收到政府信息公开申请{said}件，比2015年收到政府信息公开申请9件有所增加。"
    page = (
        "<html><meta charset=utf-8><h1>某某县教育局2016年政府信息公开工作年度报告</h1><div>"
        f"<p>一、概述</p><p>本局按期编制报告。</p><p>三、依申请公开情况</p><p>{text}</p>"
        f"<table>{table}</table></div>"
    )
    found = read_report(page.encode(), "x.html").to_json()["findings"]
    named = {(f["table"], f["item"]) for f in found if f["rule"] == "prose_mismatch"}
    assert named == ({("indicators", "3.1")} if contradicted else set())
