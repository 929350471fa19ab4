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
