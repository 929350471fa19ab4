"""Public enterprises disclose under rules of their own: only the official form makes a report."""

from __future__ import annotations

import re

import pytest

from tests.documents import truth
from warehouse.facts.titles import judge_title


@pytest.mark.parametrize(
    ("title", "is_report"),
    [
        ("某县自来水有限公司2022年信息公开年度报告", False),
        ("某市人民医院2021年度信息公开工作年度报告", False),
        ("某某大学二〇一二年信息公开工作年度报告", False),
        ("某市燃气集团信息公开年度报告（2019年）", False),
        ("某县供电公司2018年政府信息公开工作年度报告", True),
        ("某市大学城管理委员会2022年信息公开年度报告", True),
        ("某市医院管理中心2020年信息公开年度报告", True),
    ],
)
def test_titles(title: str, is_report: bool) -> None:
    verdict = judge_title(title)
    assert verdict.is_report is is_report
    assert is_report or verdict.reason == "report of a public enterprise"


def test_an_enterprise_reports_on_the_official_form_or_not_at_all() -> None:
    report = truth.picked(1)[0]
    page = truth.page(report, truth.body(report, "editor"))
    page = page.replace(report.truth.organ, "某某县供电公司")
    whole = truth.parsed(page)
    assert whole["status"] == "complete" and whole["organ"] == "某某县供电公司"
    prose = truth.parsed(re.sub("<table.*?</table>", "", page, flags=re.S))
    assert prose["status"] == "rejected"
    assert "that of an enterprise (某某县供电公司)" in prose["error"]
