"""What organs do to the official tables: columns moved, sums added, units changed, years beside."""

from __future__ import annotations

import re
from typing import Any

import pytest

from crawler.replica.reports import Report
from pipelines.reports.captions import caption_year
from tests.documents import truth
from warehouse.facts.forms import form

TABLE = re.compile(r"<table.*?</table>", re.S)


def some_report() -> Report:
    """A report in the newest form with requests and cases."""
    for report in truth.reports():
        received = report.truth.request["received"]["total"]
        cases = report.truth.legal_challenge["reconsideration"]["total"]
        if report.truth.year > 2020 and received and cases and not report.truth.misprint:
            return report
    raise AssertionError("the world has no such report")


REPORT = some_report()
BODY = truth.body(REPORT, "editor")


def read(body: str) -> Any:
    return truth.parsed(truth.page(REPORT, body))


def rules(result: Any) -> set[str]:
    return {f["rule"] for f in result["findings"]}


def rows_of(table: str) -> list[str]:
    return re.findall(r"<tr>.*?</tr>", table, re.S)


def test_an_amount_headed_in_yuan_is_converted() -> None:
    amount = REPORT.truth.proactive["administrative_fee"]["amount"]
    body = BODY.replace("（单位：万元）", "（单位：元）")
    table = next(t for t in TABLE.findall(body) if "行政事业性收费" in t)
    row = next(r for r in rows_of(table) if "行政事业性收费" in r)
    body = body.replace(row, row.replace(f">{amount}<", ">251000<"))
    result = read(body)
    assert result["proactive"]["administrative_fee"]["amount"] == 25.1
    raw = {c["item"]: c["raw"] for c in result["cells"] if c["table"] == "proactive"}
    assert raw["administrative_fee"] == "251000元"


def test_the_total_may_stand_before_its_parts() -> None:
    table = next(t for t in TABLE.findall(BODY) if "自然人" in t)
    moved = []
    for row in rows_of(table):
        cells = re.findall(r"<td.*?</td>", row, re.S)
        if any("科研机构" in c for c in cells):
            moved.append(row)
        elif any("申请人情况" in c for c in cells):
            continue
        elif any("自然人" in c for c in cells):
            moved.append(
                f'<tr><td rowspan="2" colspan="3">项目</td>{cells[-1]}{"".join(cells[:-1])}</tr>'
            )
        else:
            figures = cells[-7:]
            moved.append("<tr>" + "".join([*cells[:-7], figures[-1], *figures[:-1]]) + "</tr>")
    result = read(BODY.replace(table, f"<table>{''.join(moved)}</table>"))
    assert truth.wrong_cells(result, REPORT) == ([], truth.cells(REPORT))


def test_a_sum_over_the_channels_is_nobody_s() -> None:
    cases = REPORT.truth.legal_challenge
    names = {
        "reconsideration": "行政复议",
        "litigation_direct": "未经复议直接起诉",
        "litigation_after_reconsideration": "复议后起诉",
    }
    head = ["类型", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    lines = [head, *([names[c], *map(str, row.values())] for c, row in cases.items())]
    sums = [sum(cases[c][r] or 0 for c in cases) for r in cases["reconsideration"]]
    lines.append(["合计", *map(str, sums)])
    own = "".join("<tr>" + "".join(f"<td>{x}</td>" for x in line) + "</tr>" for line in lines)
    table = next(t for t in TABLE.findall(BODY) if "尚未审结" in t)
    result = read(BODY.replace(table, f"<table>{own}</table>"))
    assert result["legal_challenge"] == cases
    assert result["status"] == "complete"
    assert "subtotal_row" in rules(result)


def last_year(table: str) -> str:
    """The same table with other figures."""
    return re.sub(r">(\d+)<", lambda m: f">{int(m[1]) + 3}<", table)


@pytest.mark.parametrize("first", [True, False])
def test_tables_of_the_year_before_are_left_alone(first: bool) -> None:
    year = REPORT.truth.year
    body = BODY
    for table in TABLE.findall(BODY):
        own = f"<p>{year}年度</p>{table}"
        before = f"<p>（{year - 1}年度）</p>{last_year(table)}"
        body = body.replace(table, before + own if first else own + before)
    result = read(body)
    assert truth.wrong_cells(result, REPORT) == ([], truth.cells(REPORT))
    assert "period_mismatch" not in rules(result)


def test_a_table_headed_with_another_year_is_read_and_named() -> None:
    table = next(t for t in TABLE.findall(BODY) if "自然人" in t)
    caption = f"<p>{REPORT.truth.year - 1}年度政府信息公开申请情况统计表</p>"
    result = read(BODY.replace(table, caption + table))
    assert truth.wrong_cells(result, REPORT) == ([], truth.cells(REPORT))
    found = [f for f in result["findings"] if f["rule"] == "period_mismatch"]
    assert [f["table"] for f in found] == ["request"]


def test_a_second_table_four_with_other_figures_is_named() -> None:
    table = next(t for t in TABLE.findall(BODY) if "尚未审结" in t)
    result = read(BODY.replace(table, f"{table}<p>附：所属单位</p>{last_year(table)}"))
    assert result["legal_challenge"] == REPORT.truth.legal_challenge
    assert "row_repeated" in rules(result)


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("（2022年度）", 2022),
        ("附表1：2022年度", 2022),
        ("政府信息公开情况统计表（2022年度）", 2022),
        ("2022年政府信息公开申请情况", 2022),
        ("2022年政府信息公开工作年度报告", None),
        ("2022年1月1日至12月31日的数据", None),
        ("与2021年相比，申请数量有所下降。", None),
        ("填报日期：2022年1月5日", None),
    ],
)
def test_lines_that_head_a_table_with_a_year(line: str, year: int | None) -> None:
    assert caption_year([line]) == year


def as_text(head: list[list[str]], figures: Any) -> bytes:
    """The report's table three as a text with tabs.

    Args:
        head: the cells of its head.
        figures: what a row of the truth prints.
    """
    rules = form(REPORT_FORM).request
    groups = {g.key: g.label for g in rules.groups}
    lines = ["\t".join(cells) for cells in head]
    group = None
    for row in rules.rows:
        before = [groups[row.group]] if row.group and row.group != group else []
        group = row.group
        lines.append("\t".join([*before, row.label, *figures(REPORT.truth.request[row.key])]))
    text = [REPORT.truth.title, "一、总体情况", "各项任务按期完成，目录按月更新。", *lines]
    return "\n".join([*text, "五、存在的主要问题及改进情况", "解读材料偏少。"]).encode()


REPORT_FORM = "2021"
COLUMNS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]


def test_a_column_of_sums_in_text_is_nobody_s() -> None:
    def printed(row: dict[str, int]) -> list[str]:
        values = list(row.values())
        return [*map(str, values[:-1]), str(sum(values[1:-1])), str(values[-1])]

    head = [["项目", "自然人", "法人或其他组织", "总计"], [*COLUMNS[1:], "小计"]]
    data = as_text(head, printed)
    result = truth.parsed(data, "x.txt")
    assert result["request"] == REPORT.truth.request


def test_a_blank_row_named_like_a_column_is_no_head() -> None:
    head = [["项目", *COLUMNS, "总计"]]
    data = as_text(head, lambda row: [str(v) if v else "" for v in row.values()])
    result = truth.parsed(data, "x.txt")
    assert result["request"] == {
        item: {a: v or None for a, v in row.items()} for item, row in REPORT.truth.request.items()
    }


@pytest.mark.parametrize("head", [COLUMNS[1:], COLUMNS, [*COLUMNS[1:], "总计"]])
def test_a_head_narrower_than_its_rows_names_no_figure(head: list[str]) -> None:
    # A row whose blanks leave as many figures as the head has columns fits it by chance.
    expected: dict[str, list[int | None]] = {}
    for at, item in enumerate(REPORT.truth.request):
        blank = {(at + i) % 6 for i in range(7 - len(head))} if at % 3 else set()
        row = [None if i in blank else i + 1 for i in range(6)]
        expected[item] = [*row, sum(v or 0 for v in row)]
    rows = iter(expected.values())
    data = as_text([head], lambda _: ["" if v is None else str(v) for v in next(rows)])
    # Rows out of order leave the table to its cells: no reader of bare text takes it.
    lines = data.decode().split("\n")
    at = next(i for i, line in enumerate(lines) if "无法提供" in line)
    lines[at], lines[at + 1] = lines[at + 1], lines[at]
    result = truth.parsed("\n".join(lines).encode(), "x.txt")
    flagged = {f["item"] for f in result["findings"] if f["severity"] != "info"}
    for item, read_row in result["request"].items():
        for value, printed in zip(read_row.values(), expected[item], strict=True):
            assert value in (None, printed) or item in flagged, item


def beside(table: str, head: str, cell: str, above: str) -> str:
    """A table with one more column at the right.

    Args:
        table: the table.
        head: the head of the column.
        cell: what its rows hold.
        above: a word of the row that the head stands in; rows below have the cell.
    """
    lines, passed, spanned = [], False, 0
    for row in rows_of(table):
        if not passed and above in row:
            passed, spanned = True, 3 if "rowspan" in row else 1
            row = row.replace("</tr>", f'<td rowspan="{spanned}">{head}</td></tr>')
        elif passed:
            spanned -= 1
            row = row.replace("</tr>", f"<td>{cell}</td></tr>") if spanned < 1 else row
        lines.append(row)
    return f"<table>{''.join(lines)}</table>"


@pytest.mark.parametrize(
    ("head", "cell"), [("备注", "其中1件由上级转来"), ("占比", "12%"), ("上年总计", "99")]
)
def test_columns_of_remarks_shares_and_other_years_are_nobody_s(head: str, cell: str) -> None:
    table = next(t for t in TABLE.findall(BODY) if "自然人" in t)
    result = read(BODY.replace(table, beside(table, head, cell, "申请人情况")))
    assert truth.wrong_cells(result, REPORT) == ([], truth.cells(REPORT))
    assert result["status"] == "complete"
    cases = REPORT.truth.legal_challenge
    names = ["行政复议", "未经复议直接起诉", "复议后起诉"]
    lines = [["类型", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计", head]]
    lines += [[n, *map(str, r.values()), cell] for n, r in zip(names, cases.values(), strict=True)]
    own = "".join("<tr>" + "".join(f"<td>{x}</td>" for x in line) + "</tr>" for line in lines)
    table = next(t for t in TABLE.findall(BODY) if "尚未审结" in t)
    result = read(BODY.replace(table, f"<table>{own}</table>"))
    assert result["legal_challenge"] == cases


def test_a_label_before_the_figures_of_table_four_is_none_of_them() -> None:
    table = next(t for t in TABLE.findall(BODY) if "尚未审结" in t)
    first, *between, last = rows_of(table)
    rows = [first.replace("<tr>", '<tr><td rowspan="3">类型</td>'), *between]
    rows.append(last.replace("<tr>", "<tr><td>数量</td>"))
    result = read(BODY.replace(table, f"<table>{''.join(rows)}</table>"))
    assert result["legal_challenge"] == REPORT.truth.legal_challenge
