"""Plain text and Markdown: encodings, pipes and tabs as converters write them."""

from __future__ import annotations

import pytest

from pipelines.documents.model import Document, Paragraph
from pipelines.documents.read import read_document

ROWS = [["信息内容", "本年制发件数"], ["规章", "0"], ["行政规范性文件", "12"]]


def read(text: str) -> Document:
    return read_document(text.encode(), "report.md")


def rows_of(text: str) -> list[list[list[str]]]:
    return [[[c.text for c in row if c] for row in t.rows] for t in read(text).tables]


@pytest.mark.parametrize(
    "table",
    [
        "| 信息内容 | 本年制发件数 |\n|---|:---:|\n| 规章 | 0 |\n| 行政规范性文件 | 12 |",
        "信息内容 | 本年制发件数\n--- | ---\n规章 | 0\n行政规范性文件 | 12",
        "信息内容 | 本年制发件数\n规章 | 0\n行政规范性文件 | 12",
        "| 信息内容 | 本年制发件数\n| 规章 | 0\n| 行政规范性文件 | 12",
        "｜信息内容｜本年制发件数｜\n｜规章｜0｜\n｜行政规范性文件｜12｜",
        "| 信息内容 | 本年制发件数 |\n\n| 规章 | 0 |\n\n| 行政规范性文件 | 12 |",
        "| 信息内容 | 本年制发\n件数 |\n|---|---|\n| 规章 | 0 |\n| 行政规范性文件 | 12 |",
        "| **信息内容** | 本年制发<br/>件数 |\n|--|--|\n| 规章 | &nbsp;0 |\n"
        "| 行政规范性文件 | 12 |",
        "+------+------+\n| 信息内容 | 本年制发 |\n|  | 件数 |\n+======+======+\n| 规章 | 0 |\n"
        "+------+------+\n| 行政规范 | 12 |\n| 性文件 | |\n+------+------+",
        "信息内容\t本年制发件数\n规章\t0\n行政规范性文件\t12",
        "\t信息内容\n\t本年制发件数\n\n\t规章\n\t0\n\n\t行政规范性文件\n\t12\n",
    ],
)
def test_every_dialect_of_rows(table: str) -> None:
    assert rows_of(f"前言一段。\n\n{table}\n\n后记一段。\n") == [ROWS]
    assert read(f"前言一段。\n\n{table}\n\n后记一段。\n").paragraphs == ["前言一段。", "后记一段。"]


def test_an_escaped_pipe_is_part_of_its_cell() -> None:
    assert rows_of("| a\\|b | 1\\. 属于 |\n|---|---|\n| 规章 | 0 |") == [
        [["a|b", "1. 属于"], ["规章", "0"]]
    ]


def test_a_lone_pipe_in_a_sentence_is_no_table() -> None:
    assert read("首页 | 政府信息公开\n本年度工作有序开展。").tables == []


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, end: str) -> None:
    text = "二、主动公开政府信息情况\n信息内容\t本年制发件数\n规章\t0\n行政规范性文件\t12\n" * 3
    document = read_document(text.replace("\n", end).encode(encoding), "report.txt")
    assert document.paragraphs[0] == "二、主动公开政府信息情况"
    assert [[c.text for c in row if c] for row in document.tables[0].rows] == ROWS


def test_text_behind_a_table_is_not_its_last_cell() -> None:
    document = read("\t规章\n\t0\n\t行政规范性文件\n\t12\n三、收到和处理政府信息公开申请情况\n")
    assert isinstance(document.blocks[-1], Paragraph)
    assert document.blocks[-1].text == "三、收到和处理政府信息公开申请情况"


def test_figures_a_line_are_not_joined_to_a_long_label() -> None:
    label = "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"
    assert read(f"{label}\n0\n12\n").paragraphs == [label, "0", "12"]
