"""The statistics table of the 2014 form, as HTML and as flattened text."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from pipelines.reports.read import read_report
from warehouse.facts.forms.statistics import IndicatorRow, indicator_rows

Render = Callable[[dict[str, int]], bytes]


def figures(seed: int) -> dict[str, int]:
    """Numbers for every row that counts something, sums kept."""
    dice = Random(seed)
    values = {r.code: dice.randint(0, 400) for r in indicator_rows() if r.unit}
    for row in reversed(indicator_rows()):
        if row.sum_of:
            values[row.code] = sum(values[c] for c in row.sum_of)
    return values


def cells(row: IndicatorRow, values: dict[str, int]) -> list[str]:
    if row.unit is None:
        return [row.label, "——", "——"]
    return [row.label, row.unit, str(values[row.code])]


def as_html(values: dict[str, int]) -> bytes:
    rows = [["统计指标", "单位", "统计数"]] + [cells(r, values) for r in indicator_rows()]
    table = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return (
        "<html><head><meta charset=utf-8></head><body>"
        "<h1>某某县教育局2016年政府信息公开工作年度报告</h1>"
        "<div id=zoom><p>一、概述</p><p>二〇一六年，本局按期编制本报告，附表如下。</p>"
        f"<p>二、主动公开政府信息情况</p><p>见附表。</p><table>{table}</table></div></body></html>"
    ).encode()


def as_text(values: dict[str, int]) -> bytes:
    rows = ["\n".join(f"\t{c}" for c in cells(r, values)) for r in indicator_rows()]
    head = "某某县教育局2016年政府信息公开工作年度报告\n一、概述\n本局按期编制本报告。\n"
    return (head + "\n\n".join(rows) + "\n\n\n六、其他需要报告的事项\n无。\n").encode()


def torn(between: str, rows_between: str) -> Render:
    """Text without cell boundaries."""

    def render(values: dict[str, int]) -> bytes:
        rows = [between.join(cells(r, values)) for r in indicator_rows()]
        title = "某某县教育局2016年政府信息公开工作年度报告"
        head = f"{title}\n一、概述\n本局按期编制本报告。\n附表：统计指标\n"
        tail = "\n六、其他需要报告的事项\n没有其他需要报告的事项。\n"
        return (head + rows_between.join(rows) + tail).encode()

    return render


TORN = [torn(" ", "\n"), torn("\n", "\n"), torn(" ", " "), torn("", "\n")]


@pytest.mark.parametrize("render", [as_html, as_text, *TORN])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_printed_row_is_read(render: Render, seed: int) -> None:
    values = figures(seed)
    report = read_report(render(values), "statistics").to_json()
    assert report["form"] == "2014"
    assert report["status"] == "complete"
    assert report["year"] == 2016
    assert {i["code"]: i["value"] for i in report["indicators"]} == values
    assert {i["code"]: i["unit"] for i in report["indicators"]}["7"] == "万元"
    assert not [f for f in report["findings"] if f["rule"] == "indicator_total"]


@pytest.mark.parametrize("render", TORN)
def test_a_torn_table_is_no_text_of_the_report(render: Render) -> None:
    sections = read_report(render(figures(6)), "statistics").to_json()["sections"]
    assert sections["1"]["text"].startswith("本局按期编制本报告。")
    assert sections["6"]["text"] == "没有其他需要报告的事项。"
    assert "申请办结数" not in "".join(s["text"] for s in sections.values())


def test_a_row_of_a_torn_table_without_figure_is_blank() -> None:
    values = figures(7)
    text = TORN[0](values).decode().replace(f"次 {values['2.1']}\n", "次\n", 1)
    report = read_report(text.encode(), "statistics").to_json()
    read = {i["code"]: i["value"] for i in report["indicators"]}
    assert read == values | {"2.1": None}


def test_a_sum_that_does_not_hold_is_found_and_kept() -> None:
    values = figures(4)
    values["3.1"] += 7
    report = read_report(as_html(values), "statistics").to_json()
    found = [f for f in report["findings"] if f["rule"] == "indicator_total"]
    assert [(f["item"], f["expected"], f["actual"]) for f in found] == [
        ("3.1", values["3.1"] - 7, values["3.1"])
    ]
    assert {i["code"]: i["value"] for i in report["indicators"]}["3.1"] == values["3.1"]


def test_a_blank_is_null_with_its_entry() -> None:
    values = figures(5)
    page = (
        as_html(values)
        .decode()
        .replace(f"<td>次</td><td>{values['2.1']}</td>", "<td>次</td><td></td>", 1)
    )
    report = read_report(page.encode(), "statistics").to_json()
    assert {i["code"]: i["value"] for i in report["indicators"]}["2.1"] is None
    assert ("indicators", "2.1", "value", "blank") in {
        (c["table"], c["item"], c["column"], c["meaning"]) for c in report["cells"]
    }


def page_of(rows: list[str], before: str = "", year: int = 2016) -> bytes:
    """A report with a table of these rows."""
    head = f"<h1>某某县教育局{year}年政府信息公开工作年度报告</h1><p>一、概述</p>"
    text = "<p>本局按期编制本报告，附表由办公室汇总，各科室核对后上报，全年统计口径未作调整。</p>"
    table = f"<table>{''.join(rows)}</table>"
    return f"<html><meta charset=utf-8><body>{head}{text}{before}{table}</body></html>".encode()


def tr(*texts: object) -> str:
    return "<tr>" + "".join(f"<td>{t}</td>" for t in texts) + "</tr>"


def other(value: object) -> str:
    """The figure of another column: never that of the report's year."""
    return "——" if value == "——" else f"{value}7"


def laid_out(values: dict[str, int], head: list[str], *columns: str) -> list[str]:
    """A table whose columns are named by what they hold."""
    lines = [tr(*head)]
    for number, row in enumerate(indicator_rows(), 1):
        label, unit, value = cells(row, values)
        held = {"label": label, "unit": unit, "value": value, "number": number}
        held |= {"other": other(value), "share": "12.5", "blank": ""}
        held |= {"with unit": f"{label}（单位：{unit}）", "value unit": f"{value}{unit}"}
        lines.append(tr(*(held[c] for c in columns)))
    return lines


LAYOUTS: list[tuple[list[str], list[str]]] = [
    (["序号", "统计指标", "单位", "统计数"], ["number", "label", "unit", "value"]),
    (["统计指标", "代码", "单位", "统计数"], ["label", "number", "unit", "value"]),
    (["统计指标", "单位", "统计数", "上年数"], ["label", "unit", "value", "other"]),
    (["统计指标", "单位", "2015年", "2016年"], ["label", "unit", "other", "value"]),
    (["统计指标", "单位", "2016年度", "2015年度"], ["label", "unit", "value", "other"]),
    (["统计指标", "单位", "统计数", "同比增长"], ["label", "unit", "value", "share"]),
    (["统计指标", "单位", "县本级", "乡镇", "合计"], ["label", "unit", "other", "number", "value"]),
    (["指标名称", "计量单位", "本期实际", "本年累计"], ["label", "unit", "other", "value"]),
    (["统计指标", "统计数", "单位"], ["label", "value", "unit"]),
    (["统计指标", "统计数"], ["with unit", "value"]),
    (["统计指标", "统计数", "备注"], ["label", "value unit", "number"]),
    (["统计指标", "单位", "县教育局"], ["label", "unit", "value"]),
    (["统计指标", "单位", "县教育局", "全县合计"], ["label", "unit", "other", "value"]),
]


@pytest.mark.parametrize(("head", "columns"), LAYOUTS, ids=lambda x: " ".join(x))
def test_the_head_tells_the_column_of_the_figures(head: list[str], columns: list[str]) -> None:
    values = figures(8)
    report = read_report(page_of(laid_out(values, head, *columns)), "x.html").to_json()
    assert {i["code"]: i["value"] for i in report["indicators"]} == values
    assert report["status"] == "complete"


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        (["统计指标", "单位", "县教育局", "县一中"], ["label", "unit", "value", "other"]),
        (["统计指标", "单位", "一季度", "二季度"], ["label", "unit", "value", "other"]),
        (["", "", "", ""], ["label", "number", "unit", "value"]),
        (["统计指标", "单位", "2013年", "2014年"], ["label", "unit", "value", "other"]),
    ],
    ids=lambda x: " ".join(x),
)
def test_several_figures_a_row_that_nothing_tells_apart_are_flagged(
    head: list[str], columns: list[str]
) -> None:
    report = read_report(page_of(laid_out(figures(9), head, *columns)), "x.html").to_json()
    assert not [i for i in report["indicators"] if i["value"] is not None]
    assert report["status"] == "partial"
    assert {f["rule"] for f in report["findings"]} >= {"unreadable"}


def test_a_table_of_two_halves_side_by_side() -> None:
    values = figures(10)
    rows = [cells(r, values) for r in indicator_rows()]
    half = (len(rows) + 1) // 2
    right = [*rows[half:], ["", "", ""]]
    lines = [tr(*(["统计指标", "单位", "统计数"] * 2))]
    lines += [tr(*rows[i], *right[i]) for i in range(half)]
    report = read_report(page_of(lines), "x.html").to_json()
    assert {i["code"]: i["value"] for i in report["indicators"]} == values


def test_of_tables_of_two_years_the_report_s_is_read() -> None:
    values = figures(11)
    head = ["统计指标", "单位", "统计数"]
    last = laid_out(values, head, "label", "unit", "other")
    own = laid_out(values, head, "label", "unit", "value")
    first = f"<p>政府信息公开情况统计表（2015年度）</p><table>{''.join(last)}</table>"
    before = first + "<p>政府信息公开情况统计表（2016年度）</p>"
    report = read_report(page_of(own, before), "x.html").to_json()
    assert {i["code"]: i["value"] for i in report["indicators"]} == values
    alone = "<p>政府信息公开情况统计表（2015年度）</p>"
    report = read_report(page_of(own, alone), "x.html").to_json()
    assert "period_mismatch" in {f["rule"] for f in report["findings"]}


def test_labels_that_mean_something_else_are_nobody_s() -> None:
    values = figures(12)
    changed = {
        "3.1.1": "1.书面申请数",
        "3.1.2": "2.当年申请数",
        "3.2.2": "2.超期办结数",
        "8.3.1": "1.专兼职人员数",
        "4.1": "（一）撤销具体行政行为数",
    }
    lines = [tr("统计指标", "单位", "统计数")]
    for row in indicator_rows():
        label, *rest = cells(row, values)
        lines.append(tr(changed.get(row.code, label), *rest))
    report = read_report(page_of(lines), "x.html").to_json()
    expected = {c: v for c, v in values.items() if c not in changed}
    assert {i["code"]: i["value"] for i in report["indicators"]} == expected
    noted = [f for f in report["findings"] if f["rule"] == "other_indicator"]
    assert len(noted) == len(changed)


def test_amounts_in_another_unit_of_money_are_converted() -> None:
    head, values = tr("统计指标", "单位", "统计数"), figures(13)
    lines = [tr(*cells(r, values)) for r in indicator_rows() if r.code != "7"]
    lines.append(tr("七、依申请公开信息收取的费用", "元", "2500"))
    report = read_report(page_of([head, *lines]), "x.html").to_json()
    read = {i["code"]: (i["value"], i["unit"]) for i in report["indicators"]}
    assert read["7"] == (0.25, "万元")
    assert {c["raw"] for c in report["cells"] if c["item"] == "7"} == {"2500元"}


def test_rows_that_an_organ_added_may_be_parts_of_a_sum() -> None:
    values = figures(14)
    lines = [tr("统计指标", "单位", "统计数")]
    for row in indicator_rows():
        label, unit, value = cells(row, values)
        added = values[row.code] + 6 if row.code == "3.1" else value
        lines.append(tr(label, unit, added))
        if row.code == "3.1.4":
            lines.append(tr("5.电子邮件申请数", "件", 6))
    found = read_report(page_of(lines), "x.html").to_json()["findings"]
    assert "indicator_total" not in {f["rule"] for f in found}


def test_a_part_that_is_more_than_its_whole_is_named() -> None:
    values = figures(15)
    values["1.1.1"] = values["1.1"] + 1
    report = read_report(as_html(values), "statistics").to_json()
    assert ("indicator_part", "1.1.1") in {(f["rule"], f["item"]) for f in report["findings"]}


def test_a_column_of_another_year_alone_is_read_and_named() -> None:
    values = figures(16)
    lines = laid_out(values, ["统计指标", "单位", "2015年"], "label", "unit", "value")
    report = read_report(page_of(lines), "x.html").to_json()
    assert {i["code"]: i["value"] for i in report["indicators"]} == values
    found = [f for f in report["findings"] if f["rule"] == "period_mismatch"]
    assert [(f["table"], f["expected"], f["actual"]) for f in found] == [("indicators", 2016, 2015)]


def test_a_row_that_is_printed_twice_differently_is_named() -> None:
    values = figures(17)
    lines = laid_out(values, ["统计指标", "单位", "统计数"], "label", "unit", "value")
    again = tr("（一）收到申请数", "件", values["3.1"] + 1)
    report = read_report(page_of([*lines, again]), "x.html").to_json()
    assert {i["code"]: i["value"] for i in report["indicators"]} == values
    assert ("row_repeated", "3.1") in {(f["rule"], f["item"]) for f in report["findings"]}
