"""Titles and parts of reports among the lines that a page leaves around them."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.reports.read import read_report

ORGAN = "青川县卫生健康局"
TITLE = f"{ORGAN}2023年政府信息公开工作年度报告"
PREAMBLE = (
    "本报告按照条例要求编制，所列数据的统计期限自2023年1月1日起至2023年12月31日止，"
    "欢迎公众查阅并提出意见。"
)
PARTS = [
    "一、总体情况",
    "2023年，本局做好技术支持和专栏维护，专栏浏览次数达三万次，",
    "二、主动公开政府信息情况",
    "第二十条第（一）项",
    "信息内容\t本年制发件数\t本年废止件数\t现行有效件数",
    "规章\t0\t0\t0",
    "行政规范性文件\t2\t0\t7",
    "五、存在的主要问题及改进情况",
    "解读形式单一，下一步将增加图文解读，并由专人负责更新。",
    "六、其他需要报告的事项",
    "没有其他需要报告的事项。",
]


def parsed(head: list[str], tail: list[str] | None = None) -> dict[str, Any]:
    lines = [*head, PREAMBLE, *PARTS, *(tail or [ORGAN, "2024年1月15日"])]
    return read_report("\n".join(lines).encode(), "page.txt").to_json()


@pytest.mark.parametrize(
    "head",
    [
        [TITLE],
        ["首页 > 政务公开 > 政府信息公开年报", "字体：大 中 小 打印", "当前位置：首页", TITLE],
        ["首页", "政务公开", "正文", TITLE],
        ["青川县人民政府", "走进青川", TITLE],
        ["青川县", "卫生健康局", "2023年政府信息公开", "工作年度报告"],
        [f"{TITLE}_部门年报_青川县人民政府"],
        [f"{TITLE} - 青川县人民政府", "", TITLE],
        ["2022年政府信息公开工作年度报告", TITLE],
        [f"\t{TITLE}"],
        ["青卫健发〔2024〕3号", ORGAN, "关于印发年度报告的通知", "各科室：", "现印发如下。", TITLE],
    ],
)
def test_the_title_is_the_reports_own(head: list[str]) -> None:
    report = parsed(head)
    assert report["title"].replace(" ", "") == TITLE
    assert (report["organ"], report["year"]) == (ORGAN, 2023)
    assert (report["province"], report["county"]) == ("四川省", "青川县")
    assert PREAMBLE in report["sections"]["0"]["text"]


@pytest.mark.parametrize(
    ("titled", "signed", "organ", "county"),
    [
        ("县卫健局", ORGAN, ORGAN, "青川县"),
        ("县卫生健康局", ORGAN, ORGAN, "青川县"),
        ("县卫健局", "青川县教育局", "县卫健局", None),
        ("市卫健委", ORGAN, "市卫健委", None),
    ],
)
def test_a_short_name_means_the_organ_of_its_line_that_signs(
    titled: str, signed: str, organ: str, county: str | None
) -> None:
    report = parsed([f"{titled}2023年政府信息公开工作年度报告"], [signed, "2024年1月15日"])
    assert (report["organ"], report["county"]) == (organ, county)


def test_a_line_of_page_data_under_the_title_is_no_preamble() -> None:
    line = f"发布时间：2024-01-18 来源：{ORGAN} 浏览次数：37"
    report = parsed([TITLE, line])
    assert report["published_on"] == "2024-01-18"
    assert report["sections"]["0"]["text"] == PREAMBLE


def test_a_sentence_that_names_page_words_stays() -> None:
    report = parsed([TITLE], ["上一篇：2022年年度报告", "版权所有 某某县人民政府"])
    assert "浏览次数达三万次" in report["sections"]["1"]["text"]
    assert report["sections"]["6"]["text"] == "没有其他需要报告的事项。"


def test_radicals_of_a_pdf_font_are_characters() -> None:
    text = "\n".join([TITLE, PREAMBLE, *PARTS]).translate({ord("行"): "⾏", ord("人"): "⼈"})
    report = read_report(text.encode(), "copied.txt").to_json()
    assert report["proactive"]["normative_document"]["in_force"] == 7
    assert report["title"] == TITLE


@pytest.mark.parametrize("between", ["\t", " | "])
def test_table_three_on_its_side(between: str) -> None:
    items = ["一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量"]
    items += ["（一）予以公开", "1.本机关不掌握相关政府信息", "2.重复申请", "（七）总计"]
    items += ["四、结转下年度继续办理"]
    rows = [["申请人", *items]]
    figures = {"自然人": [3, 1, 2, 1, 0, 3, 1], "商业企业": [1, 0, 1, 0, 0, 1, 0]}
    figures |= {name: [0] * 7 for name in ("科研机构", "社会公益组织", "法律服务机构", "其他")}
    figures["总计"] = [4, 1, 3, 1, 0, 4, 1]
    rows += [[name, *map(str, row)] for name, row in figures.items()]
    table = "\n".join(between.join(row) for row in rows)
    text = "\n".join(
        [TITLE, PREAMBLE, *PARTS[:2], "三、收到和处理政府信息公开申请情况", table, "", *PARTS[7:]]
    )
    request = read_report(text.encode(), "side.txt").to_json()["request"]
    assert list(request["received"].values()) == [3, 1, 0, 0, 0, 0, 4]
    assert list(request["unavailable_not_held"].values()) == [1, 0, 0, 0, 0, 0, 1]
    assert list(request["carried_out"].values()) == [1, 0, 0, 0, 0, 0, 1]


def test_nil_marks_between_glued_digits_are_cells() -> None:
    labels = [
        "一、本年新收政府信息公开申请数量",
        "二、上年结转政府信息公开申请数量",
        "（一）予以公开",
    ]
    labels += ["1.属于国家秘密", "1.本机关不掌握相关政府信息", "2.重复申请", "（七）总计"]
    labels += ["四、结转下年度继续办理"]
    runs = [
        "12-1-0-13",
        "-------",
        "10-1-0-11",
        "-------",
        "2-----2",
        "-------",
        "12-1-0-13",
        "0------",
    ]
    table = "\n".join(a + b for a, b in zip(labels, runs, strict=True))
    head = "自然人法人或其他组织总计商业企业科研机构社会公益组织法律服务机构其他"
    part = ["三、收到和处理政府信息公开申请情况", head, table]
    text = "\n".join([TITLE, PREAMBLE, *PARTS[:2], *part, *PARTS[7:]])
    request = read_report(text.encode(), "glued.txt").to_json()["request"]
    assert list(request["received"].values()) == [12, None, 1, None, 0, None, 13]
    assert list(request["granted"].values()) == [10, None, 1, None, 0, None, 11]
