"""Sentences against tables, and what a report without tables states for sure."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.reports.model import Figure, Finding, Section, TableRead
from pipelines.reports.prose import check_prose, check_units
from pipelines.reports.read import read_report
from tests.documents import truth


def request_table(**totals: int) -> TableRead:
    named = {"received": 0, "carried_in": 0, "total_processed": 0, "carried_out": 0} | totals
    return TableRead("2021", {item: {"total": Figure(v)} for item, v in named.items()})


def challenge_table(reconsidered: int, direct: int, after: int) -> TableRead:
    totals = {
        "reconsideration": reconsidered,
        "litigation_direct": direct,
        "litigation_after_reconsideration": after,
    }
    return TableRead(
        "2021", {c: {"upheld": Figure(n), "total": Figure(n)} for c, n in totals.items()}
    )


def rules_of(text: str, request: TableRead, challenge: TableRead | None = None) -> list[str]:
    found = check_prose({"1": Section("一", text)}, request, challenge or TableRead(), 2023)
    return [f.rule for f in found if f.rule == "prose_mismatch"]


@pytest.mark.parametrize(
    "text",
    [
        "2023年，本局共收到政府信息公开申请12件，均按期答复。",
        "2023年，办理申请15件，其中收到信息公开申请12件。",  # carried over ones count or not
        "2023年，收到政府信息公开申请15件。",
        "2023年，办公室受理申请7件。",  # a part
        "2023年，其中通过网络收到申请7件。",
        "2023年，依申请公开311条。",  # an attribute of documents
        "2023年，受理申请量比上年增加5件。",
        "收到申请7件较上年下降。收到政府信息公开申请12件。",
        "2022年收到政府信息公开申请9件，2023年收到12件。",  # the last year named counts
        "2023年，办理政府信息公开申请15件。",
        "2023年，收到行政许可申请80件。",
    ],
)
def test_sentences_that_do_not_contradict(text: str) -> None:
    assert rules_of(text, request_table(received=12, carried_in=3, total_processed=15)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2023年，本局收到政府信息公开申请21件。", 21),
        ("全年共收到二十一件政府信息公开申请。", 21),
        ("2023年，本局未收到政府信息公开申请。", 0),
        ("2023年，收到依申请公开7件。", 7),
        ("2023年，受理公民政府信息公开申请十三件。", 13),
        ("2023年，无依申请公开事项。", 0),
    ],
)
def test_sentences_that_contradict(text: str, said: int) -> None:
    table = request_table(received=12, carried_in=3, total_processed=15)
    found = check_prose({"1": Section("一", text)}, table, TableRead(), 2023)
    (finding,) = [f for f in found if f.rule == "prose_mismatch"]
    assert (finding.table, finding.item, finding.expected, finding.actual) == (
        "request",
        "received",
        said,
        12,
    )


def test_challenges_are_compared_by_channel() -> None:
    table = challenge_table(3, 1, 1)
    assert rules_of("发生行政复议3件，行政诉讼2件。", request_table(), table) == []
    assert rules_of("发生行政复议4件，行政诉讼2件。", request_table(), table) == ["prose_mismatch"]


def findings_of(text: str) -> list[Finding]:
    return check_prose({"1": Section("一", text)}, TableRead(), TableRead(), 2023)


def test_a_period_that_ends_early_and_text_of_the_year_before_are_found() -> None:
    text = "数据统计期限为2023年1月1日至12月21日。"
    assert [f.rule for f in findings_of(text)] == ["period_mismatch"]
    assert findings_of("数据统计期限为2023年1月1日至2023年12月31日。") == []
    stale = "2022年，本局编制目录。2022年，本局举办培训。"
    assert [f.rule for f in findings_of(stale)] == ["stale_text"]


def test_amounts_in_another_unit_are_suspected() -> None:
    fee = TableRead("2021", {"administrative_fee": {"amount": Figure(77_302_800)}})
    assert [f.rule for f in check_units(fee)] == ["unit_suspect"]
    fair = TableRead("2021", {"administrative_fee": {"amount": Figure(7730.28)}})
    assert check_units(fair) == []
    county = TableRead("2021", {"administrative_fee": {"amount": Figure(253000)}})
    assert check_units(county) == []
    assert [f.rule for f in check_units(county, below_city=True)] == ["unit_suspect"]


NARRATIVE = """某某县水利局2011年政府信息公开工作年度报告
一、概述
本局把公开工作列入年度计划，指定专人负责目录维护和文件审核，各科室按季度报送更新情况，全年运行平稳。
二、主动公开政府信息情况
全年主动公开政府信息327条，其中工作动态210条，通知公告117条，全部通过县政府网站发布并同步到查阅点。
三、依申请公开政府信息办理情况
{request}
四、因政府信息公开申请行政复议、提起行政诉讼的情况
本年度未发生因政府信息公开引起的行政复议和行政诉讼。
五、存在的主要问题及改进措施
目录更新仍有滞后，下一步将缩短审核时间，并对科室联络员开展业务培训，提高更新的及时性和准确性。
"""


def narrative(request: str) -> dict[str, Any]:
    return read_report(NARRATIVE.format(request=request).encode(), "narrative.txt").to_json()


def test_a_narrative_gives_what_it_states_for_sure() -> None:
    report = narrative("本年度收到政府信息公开申请14件，均已答复。")
    assert (report["status"], report["form"], report["year"]) == ("narrative", "free", 2011)
    values = {i["code"]: i["value"] for i in report["indicators"]}
    assert values == {"1.1": 327, "3.1": 14, "4": 0, "5": 0}
    noted = {(c["table"], c["item"]): c["raw"] for c in report["cells"]}
    assert "14件" in noted["indicators", "3.1"]


def test_a_narrative_that_contradicts_itself_gives_no_number() -> None:
    report = narrative("本年度收到政府信息公开申请14件。经核对，收到政府信息公开申请15件。")
    assert "3.1" not in {i["code"] for i in report["indicators"]}


def test_sentences_on_another_year_do_not_contradict_the_table() -> None:
    report = next(r for r in truth.picked(40) if not r.truth.misprint)
    before = report.truth.year - 1
    quoted = (
        f"<p>上一份报告的统计期限自{before}年1月1日起至{before}年12月31日止。"
        f"{before}年，我局共收到政府信息公开申请99999件，被申请行政复议777件。</p>"
    )
    body = truth.body(report, "editor")
    plain = truth.parsed(truth.page(report, body))
    result = truth.parsed(truth.page(report, quoted + body))
    rules = [f["rule"] for f in result["findings"]]
    assert rules == [f["rule"] for f in plain["findings"]]
    own = quoted.replace(str(before), str(report.truth.year))
    rules = [f["rule"] for f in truth.parsed(truth.page(report, own + body))["findings"]]
    assert "prose_mismatch" in rules


@pytest.mark.parametrize(
    ("text", "contradicts"),
    [
        ("2023年，办理行政复议案件36件，其中涉及信息公开1件。", False),  # decided as authority
        ("2023年，因政府信息公开被申请行政复议1件。", False),
        ("2023年，因政府信息公开被申请行政复议3件。", True),
        ("2023年，未发生行政复议。", True),
        ("2023年，没有被纠正的行政复议。", False),
    ],
)
def test_whose_cases_a_sentence_counts(text: str, contradicts: bool) -> None:
    found = rules_of(text, request_table(received=5), challenge_table(1, 0, 0))
    assert (found == ["prose_mismatch"]) is contradicts


def test_a_sentence_may_count_what_was_handled() -> None:
    table = request_table(received=12, carried_in=3, total_processed=15)
    text = {"1": Section("一", "2023年，办理政府信息公开申请9件。")}
    found = check_prose(text, table, TableRead(), 2023)
    assert [(f.item, f.expected, f.actual) for f in found] == [("total_processed", 9, 15)]
