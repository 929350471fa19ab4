"""The official tables as offices lay them out otherwise: every cell right, in three formats."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from random import Random

import pytest

from crawler.replica.render_docx import docx_of
from crawler.replica.render_html import render_body
from crawler.replica.reports import Report
from crawler.replica.tables import Cell, Grid
from pipelines.reports.read import read_report
from pipelines.reports.region import resolve_region
from pipelines.reports.sections import signature
from tests.documents import truth

Grids = dict[str, list[Grid]]
Layout = Callable[[Grids, Report, Random], None]
Places = list[dict[int, tuple[Cell, int, int]]]


def _places(grid: Grid) -> Places:
    """Per row and column the cell with the place of its corner."""
    places: Places = [{} for _ in grid]
    for r, row in enumerate(grid):
        column = 0
        for cell in row:
            while column in places[r]:
                column += 1
            for line in places[r : r + cell.rows]:
                line.update({column + i: (cell, r, column) for i in range(cell.columns)})
            column += cell.columns
    return places


def _grid(places: Places) -> Grid:
    """The grid whose cells stand at these places."""
    corners: dict[tuple[int, int, int], list[int]] = {}
    cells: dict[tuple[int, int, int], Cell] = {}
    for r, row in enumerate(places):
        for c, (cell, *corner) in row.items():
            key = (id(cell), corner[0], corner[1])
            cells[key] = cell
            box = corners.setdefault(key, [r, c, r, c])
            box[:] = min(box[0], r), min(box[1], c), max(box[2], r), max(box[3], c)
    grid: Grid = [[] for _ in places]
    for key, (top, left, bottom, right) in sorted(corners.items(), key=lambda x: x[1]):
        grid[top].append(replace(cells[key], rows=bottom - top + 1, columns=right - left + 1))
    return grid


def _reordered(grid: Grid, order: list[int]) -> Grid:
    return _grid([{i: row[o] for i, o in enumerate(order)} for row in _places(grid)])


def _width(grid: Grid) -> int:
    return len(_places(grid)[0])


def total_first(grids: Grids, report: Report, rng: Random) -> None:
    width = _width(grids["3"][0])
    grids["3"] = [_reordered(grids["3"][0], [0, 1, 2, width - 1, *range(3, width - 1)])]


def organisations_first(grids: Grids, report: Report, rng: Random) -> None:
    width = _width(grids["3"][0])
    grids["3"] = [_reordered(grids["3"][0], [0, 1, 2, *range(4, width - 1), 3, width - 1])]


def organisations_shuffled(grids: Grids, report: Report, rng: Random) -> None:
    width = _width(grids["3"][0])
    middle = list(range(4, width - 1))
    rng.shuffle(middle)
    grids["3"] = [_reordered(grids["3"][0], [0, 1, 2, 3, *middle, width - 1])]


def sum_of_organisations(grids: Grids, report: Report, rng: Random) -> None:
    """A column with the sum over the organisations, named like the total."""
    grid = grids["3"][0]
    grid[0][1] = replace(grid[0][1], columns=8)
    grid[1][1] = replace(grid[1][1], columns=6)
    grid[2].append(Cell(rng.choice(("小计", "合计"))))
    for row in grid[3:]:
        row.insert(-1, Cell("99", value=True))


def no_total_column(grids: Grids, report: Report, rng: Random) -> None:
    width = _width(grids["3"][0])
    grids["3"] = [_reordered(grids["3"][0], list(range(width - 1)))]
    for row in report.truth.request.values():
        row["total"] = None


def head_in_one_row(grids: Grids, report: Report, rng: Random) -> None:
    rows = grids["3"][0]
    names = [rows[1][0].text, *(c.text for c in rows[2]), rows[1][-1].text]
    grids["3"] = [[[Cell("申请人情况", 1, 3), *map(Cell, names)], *rows[3:]]]


def labels_in_one_cell(grids: Grids, report: Report, rng: Random) -> None:
    places = _places(grids["3"][0])
    width = len(places[0])
    rows: Grid = [[Cell("申请人情况"), *(Cell(places[2][c][0].text) for c in range(3, width))]]
    for row in places[3:]:
        names = dict.fromkeys(row[c][0] for c in range(3))
        words = "".join(cell.text for cell in names)
        rows.append([Cell(words), *(row[c][0] for c in range(3, width))])
    grids["3"] = [rows]


def worn_labels(grids: Grids, report: Report, rng: Random) -> None:
    """Long labels of table three that lost a character."""
    for row in grids["3"][0]:
        for i, cell in enumerate(row):
            at = rng.randrange(3, max(4, len(cell.text) - 1))
            if not cell.value and len(cell.text) > 9:
                row[i] = replace(cell, text=cell.text[:at] + cell.text[at + 1 :])


def _with_sum(grids: Grids, before: bool) -> None:
    """A row with the sum of a group, which is wrong, in the group's cell."""
    rows: Places = []
    for row in _places(grids["3"][0]):
        words = "国家秘密" if before else "行政查询"
        new = {c: (Cell(str(100 + c), value=True), -1, c) for c in row if c > 2}
        new |= {0: row[0], 1: row[1], 2: (Cell("合计"), -1, 2)}
        found = any(words in cell.text for cell, *_ in row.values())
        rows += [new, row] if found and before else [row, new] if found else [row]
    grids["3"] = [_grid(rows)]


def sum_before_a_group(grids: Grids, report: Report, rng: Random) -> None:
    _with_sum(grids, before=True)


def sum_behind_a_group(grids: Grids, report: Report, rng: Random) -> None:
    _with_sum(grids, before=False)


def sums_without_spans(grids: Grids, report: Report, rng: Random) -> None:
    _with_sum(grids, before=False)
    labels_in_one_cell(grids, report, rng)
    for row in grids["3"][0]:
        if "合计" in row[0].text:
            row[0] = Cell("合计")


def digits_spread(grids: Grids, report: Report, rng: Random) -> None:
    for row in (r for k in "34" for g in grids[k] for r in g):
        row[:] = [replace(c, text=" ".join(c.text)) if c.value else c for c in row]


def drawn_dashes(grids: Grids, report: Report, rng: Random) -> None:
    for row in grids["4"][0]:
        row[:] = [replace(c, text="──") if c.value and c.text == "0" else c for c in row]
    for figures in report.truth.legal_challenge.values():
        figures.update({k: None for k, v in figures.items() if v == 0})


def _unmerged(grid: Grid, repeat: bool) -> Grid:
    return [
        [
            replace(cell, rows=1, columns=1, text=cell.text if repeat or (r, c) == corner else "")
            for c, (cell, *at) in sorted(row.items())
            for corner in [tuple(at)]
        ]
        for r, row in enumerate(_places(grid))
    ]


def no_spans(grids: Grids, report: Report, rng: Random) -> None:
    for number in "234":
        grids[number] = [_unmerged(grid, repeat=False) for grid in grids[number]]


def spans_repeated_downwards(grids: Grids, report: Report, rng: Random) -> None:
    for number in "34":
        grids[number] = [
            [
                [replace(cell, rows=1) for c, (cell, _, left) in sorted(row.items()) if c == left]
                for row in _places(grid)
            ]
            for grid in grids[number]
        ]


_CHANNELS = (("行政复议", 0), ("未经复议直接起诉", 5), ("复议后起诉", 10))


def four_as_three_rows(grids: Grids, report: Report, rng: Random) -> None:
    heads, values = grids["4"][0][2][:5], grids["4"][0][3]
    rows = [[Cell(name), *values[at : at + 5]] for name, at in _CHANNELS]
    grids["4"] = [[[Cell("类型"), *heads], *rows]]


def four_as_fifteen_rows(grids: Grids, report: Report, rng: Random) -> None:
    heads, values = grids["4"][0][2][:5], grids["4"][0][3]
    grids["4"] = [
        [
            [*([Cell(name, rows=5)] if i == 0 else []), heads[i], values[at + i]]
            for name, at in _CHANNELS
            for i in range(5)
        ]
    ]


def four_on_its_side(grids: Grids, report: Report, rng: Random) -> None:
    heads, values = grids["4"][0][2][:5], grids["4"][0][3]
    names = [Cell(name) for name, _ in _CHANNELS]
    rows = [[head, *(values[at + i] for _, at in _CHANNELS)] for i, head in enumerate(heads)]
    grids["4"] = [[[Cell("类型"), *names], *rows]]


def four_as_three_tables(grids: Grids, report: Report, rng: Random) -> None:
    heads, values = grids["4"][0][2][:5], grids["4"][0][3]
    over = ("", "行政诉讼", "行政诉讼（")
    grids["4"] = [
        [[Cell(before + name, columns=5)], heads, values[at : at + 5]]
        for before, (name, at) in zip(over, _CHANNELS, strict=True)
    ]


def four_with_a_sum(grids: Grids, report: Report, rng: Random) -> None:
    first, second, _, values = grids["4"][0]
    first[1] = replace(first[1], columns=11)
    second.append(Cell("合计", rows=2))
    values.append(Cell("7", value=True))


EVERYWHERE = [
    total_first,
    organisations_first,
    organisations_shuffled,
    no_total_column,
    head_in_one_row,
    labels_in_one_cell,
    sum_before_a_group,
    sum_behind_a_group,
    sums_without_spans,
    digits_spread,
    drawn_dashes,
    four_as_three_rows,
    four_on_its_side,
]
"""Layouts that a text with a row a line shows as well."""
WITH_PLACES = [
    worn_labels,
    sum_of_organisations,
    no_spans,
    spans_repeated_downwards,
    four_as_fifteen_rows,
    four_as_three_tables,
    four_with_a_sum,
]


def _text(report: Report, grids: Grids) -> bytes:
    lines = [report.truth.title, *report.prose.preamble]
    for number, section in report.prose.sections.items():
        lines += [section.heading, *section.paragraphs]
        lines += ["\t".join(c.text for c in row) for g in grids.get(number, []) for row in g]
    return "\n".join(lines).encode()


def _laid_out(layout: Layout, seed: int, report: Report) -> tuple[Report, Grids]:
    report = deepcopy(report)
    report.habit = replace(report.habit, numbers="plain")
    grids = {k: [[list(row) for row in g] for g in v] for k, v in report.grids().items()}
    layout(grids, report, Random(seed))
    return report, grids


def _plain(count: int) -> list[Report]:
    """Reports whose numbers are plain digits."""
    return [r for r in truth.picked(40) if r.habit.numbers == "plain"][:count]


@pytest.mark.parametrize("layout", [*EVERYWHERE, *WITH_PLACES], ids=lambda f: f.__name__)
@pytest.mark.parametrize("ending", ["html", "docx", "txt"])
def test_another_layout_is_read_whole(layout: Layout, ending: str) -> None:
    for i, plain in enumerate(_plain(3)):
        report, grids = _laid_out(layout, i, plain)
        if ending == "html":
            data = render_body(report.prose, grids, ("editor", "word", "mixed")[i]).encode()
        elif ending == "docx":
            report._grids = grids
            data = docx_of(report)
        else:
            data = _text(report, grids)
        result = read_report(data, f"x.{ending}").to_json()
        wrong, right = truth.wrong_cells(result, report)
        assert wrong == []
        if ending != "txt" or layout in EVERYWHERE:
            assert right == truth.cells(report), result["findings"]


def test_two_rows_of_a_head_run_together_bind_nothing_wrongly() -> None:
    for report in _plain(3):
        grids = report.grids()
        second, third = grids["3"][0][1:3]
        joined = [[*second, *third], *grids["3"][0][3:]]
        data = _text(report, {**grids, "3": [joined]})
        assert truth.wrong_cells(read_report(data, "x.txt").to_json(), report)[0] == []


def test_a_cell_that_holds_no_number_costs_no_other() -> None:
    for plain in _plain(3):
        report, grids = _laid_out(drawn_dashes, 0, plain)
        row = grids["3"][0][4]
        row[-3] = replace(row[-3], text="见说明")
        result = truth.parsed(render_body(report.prose, grids, "editor"))
        wrong, right = truth.wrong_cells(result, report)
        assert (wrong, right) == ([], truth.cells(report) - 1)
        odd = [c for c in result["cells"] if c["meaning"] == "unreadable"]
        assert [c["raw"] for c in odd] == ["见说明"]


def test_a_text_that_ends_inside_a_row_gives_no_figure_of_it() -> None:
    for report in _plain(3):
        text = _text(report, report.grids()).decode()
        start = text.index("上年结转政府信息公开申请数量\t")
        for cells in range(1, 8):
            end = start
            for _ in range(cells):
                end = text.index("\t", end + 1)
            result = read_report(text[:end].encode(), "x.txt").to_json()
            assert truth.wrong_cells(result, report)[0] == []


def test_a_label_that_lost_its_tag_is_still_the_label() -> None:
    for report in (r for r in truth.picked(40) if r.truth.table_forms["request"] == "2021"):
        page = truth.page(report, truth.body(report, "editor"))
        spoilt = page.replace("<td>3.其他</td>", "3.其他</td>")
        assert truth.wrong_cells(truth.parsed(spoilt), report) == ([], truth.cells(report))
        gone = page.replace("<td>3.其他</td>", "")
        assert truth.wrong_cells(truth.parsed(gone), report)[0] == []


@pytest.mark.parametrize(
    ("organ", "province"),
    [
        ("新疆生产建设兵团第八师", "新疆生产建设兵团"),
        ("第八师石河子市", "新疆生产建设兵团"),
        ("石河子市人民政府", "新疆维吾尔自治区"),
        ("国家市场监督管理总局", "国务院部门"),
        ("中华人民共和国教育部", "国务院部门"),
        ("国家税务总局淮安市税务局", "江苏省"),
        ("市场监督管理局", None),
    ],
)
def test_organs_that_belong_to_no_place_on_the_map(organ: str, province: str | None) -> None:
    assert resolve_region(organ, "", 2022).province == province


def test_organ_and_day_on_one_line_sign() -> None:
    assert signature(["未收取信息处理费。", "环翠区教育局　　2022年1月20日"]) == ("环翠区教育局", 1)
    assert signature(["统计期限至 2022年1月20日"])[1] == 0
