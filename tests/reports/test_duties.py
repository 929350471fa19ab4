"""What a report must hold beyond figures that add up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.reports.read import read_report

TEXT = Path("tests/fixtures/text_cells_2021_ucap/document.txt").read_text(encoding="utf-8")
FIVE = re.compile(r"(五、存在的主要问题及改进情况\n).*?(?=六、)", re.DOTALL)


def rules(text: str) -> list[tuple[str, str | None, str | None]]:
    kinds = ("absent_section", "empty_section", "other_form", "rule_making")
    report = read_report(text.encode(), "a.txt")
    return [(f.rule, f.item, f.column) for f in report.findings if f.rule in kinds]


def test_a_report_that_has_all() -> None:
    assert rules(TEXT) == []


def test_a_part_that_is_missing() -> None:
    assert rules(FIVE.sub("", TEXT)) == [("absent_section", "5", None)]


@pytest.mark.parametrize(
    "words", ["无。", "本年度我局暂无存在的主要问题及改进情况。", "不存在问题"]
)
def test_a_part_that_says_nothing(words: str) -> None:
    assert rules(FIVE.sub(rf"\1{words}\n", TEXT)) == [("empty_section", "5", None)]


def test_a_form_of_other_years() -> None:
    assert rules(TEXT.replace("2022年", "2020年")) == [
        ("other_form", None, None),
        ("other_form", None, None),
    ]


def test_rules_of_a_body_that_makes_none() -> None:
    text = TEXT.replace("规章\n\t０", "规章\n\t3", 1)
    assert rules(text) == [("rule_making", "regulation", "issued")]
