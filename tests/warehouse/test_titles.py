"""Titles with what they say, by hand: ``-`` in the list means that either is right."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from warehouse.facts.titles import is_news, judge_title

with Path(__file__).with_name("titles.csv").open(encoding="utf-8") as file:
    TITLES = list(csv.DictReader(file))


@pytest.mark.parametrize("case", TITLES, ids=lambda c: c["title"])
def test_a_title_says_what_it_is(case: dict[str, str]) -> None:
    verdict = judge_title(case["title"])
    assert verdict.is_report == (case["is_report"] == "1"), verdict.reason
    if not verdict.is_report:
        return
    if case["year"] != "-":
        assert str(verdict.year or "") == case["year"]
    if case["organ"] != "-":
        assert (verdict.organ or "") == case["organ"]


@pytest.mark.parametrize(
    ("text", "news"),
    [
        ("近日，某某县人民政府公布了年度报告。", True),
        ("（通讯员 甲）本局按时公布年度报告。", True),
        ("根据条例要求，现公布本机关年度报告。", False),
    ],
)
def test_news_begin_as_news_do(text: str, news: bool) -> None:
    assert is_news(text) is news
