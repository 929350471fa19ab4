"""What a cell holds: a number as printed, or what it is instead."""

from __future__ import annotations

import pytest

from pipelines.reports.values import read_value, unit_of, with_unit, without_unit

COUNTS: list[tuple[str, int | None, str | None]] = [
    ("12", 12, None),
    ("1,205", 1205, "number"),
    ("１２", 12, "number"),
    ("3件", 3, "number"),
    ("3 件", 3, "number"),
    ("1.2万", 12000, "number"),
    ("3万件", None, "unreadable"),
    ("0.00", 0, None),
    ("0.5", None, "unreadable"),
    ("一万", 10000, "number"),
    ("一", None, "unreadable"),
    ("二十三", 23, "number"),
    ("三四十", None, "unreadable"),
    ("14①", 14, "number"),
    ("14(含结转)", 14, "number"),
    ("2 3", None, "unreadable"),
    ("12.5%", None, "unreadable"),
    ("约10", None, "unreadable"),
    ("10余", None, "unreadable"),
    ("-3", None, "unreadable"),
    ("——", None, "nil_mark"),
    ("无", None, "nil_mark"),
    ("", None, "blank"),
    ("3/5", None, "unreadable"),
    ("3-5", None, "unreadable"),
]


@pytest.mark.parametrize(("text", "value", "meaning"), COUNTS)
def test_counts(text: str, value: int | None, meaning: str | None) -> None:
    figure = read_value(text, unit="件")
    assert (figure.value, figure.meaning) == (value, meaning)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("增加3", 3),
        ("减少3项", -3),
        ("新增2", 2),
        ("取消3", -3),
        ("↓3", -3),
        ("3↓", -3),
        ("3（减）", -3),
        ("3（增）", 3),
        ("3（下放）", None),
        ("－ 3", -3),
        ("+ 3", 3),
        ("持平", 0),
        ("增2减5", None),
        ("2/5", None),
        ("3%", None),
    ],
)
def test_changes(text: str, value: int | None) -> None:
    assert read_value(text, signed=True, unit="项").value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("251000元", 25.1),
        ("25.1万元", 25.1),
        ("25.1", 25.1),
        ("25.10万", 25.1),
        ("25.1（万元）", 25.1),
        ("25.1万 元", 25.1),
        ("¥251,000.00元", 25.1),
        ("人民币0.5亿元", 5000),
        ("0.00", 0),
        ("二十五万元", 25),
    ],
)
def test_amounts_in_ten_thousands(text: str, value: float | None) -> None:
    assert read_value(text, decimal=True, unit="万元").value == value


def test_the_unit_of_a_head_is_that_of_its_cells() -> None:
    assert unit_of("本年收费金额（单位：元）") == "元"
    assert unit_of("采购总金额/万元") == "万元"
    assert unit_of("本年制发件数（件）") == ""
    assert without_unit("采购总金额（万元）") == "采购总金额"
    assert with_unit("251000", "元", "万元") == "251000元"
    assert with_unit("25.1万元", "元", "万元") == "25.1万元"
    assert with_unit("12", "条", "件") == "12"
