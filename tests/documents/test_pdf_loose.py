"""Tables without lines: labels tell the rows, heads the columns; what is not sure says so."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipelines.documents.model import Table
from pipelines.documents.pdf import read_pdf
from tests.documents.pdf_made import Drawing, make_pdf

XS = (300, 340, 380, 420, 460, 500, 540)
HEAD = (
    ("自然人",),
    ("商业", "企业"),
    ("科研", "机构"),
    ("社会公", "益组织"),
    ("法律服", "务机构"),
    ("其", "他"),
    ("总计",),
)
LABELS = (
    ("一、本年新收政府信息公开申请数量",),
    ("二、上年结转政府信息公开申请数量",),
    ("（一）予以公开",),
    ("（二）部分公开（区分处理的，只计这", "一情形，不计其他情形）"),
    ("1.属于国家秘密",),
    ("2.其他法律行政法规", "禁止公开"),
    ("3.危及“三安全一稳定”",),
)
FIGURES = (
    ("12", "3", "0", "1", "0", "2", "18"),
    ("1", "0", "0", "0", "0", "0", "1"),
    ("7", "2", "0", "0", "0", "1", "10"),
    ("3", "1", "0", "1", "0", "1", "6"),
    ("0", "0", "0", "0", "0", "0", "0"),
    ("2", "0", "0", "0", "0", "0", "2"),
    ("0", "0", "0", "0", "0", "0", "0"),
)
GROUP = ("（三）不予", "公开")


def _centred(page: Drawing, x: float, y: float, lines: Sequence[str], size: float = 9) -> None:
    """Writes lines under each other around a middle."""
    for i, line in enumerate(lines):
        wide = sum(0.5 if c.isascii() else 1.0 for c in line) * size
        page.text(x - wide / 2, y + (i - (len(lines) - 1) / 2) * 1.3 * size, line, size)


def _head(page: Drawing) -> None:
    _centred(page, 420, 80, ["申请人情况"])
    for x, words in zip(XS, HEAD, strict=True):
        _centred(page, x, 110, words)


def _page(offset: float = 0.0, figures: Sequence[Sequence[str]] = FIGURES) -> Drawing:
    """A table; labels stand lower than their figures by some points."""
    page = Drawing().text(60, 50, "三、收到和处理政府信息公开申请情况", 12)
    _head(page)
    for i, (label, line) in enumerate(zip(LABELS, figures, strict=True)):
        y = 150 + 40 * i
        _centred(page, 170 if i < 4 else 210, y + offset, label)
        for x, figure in zip(XS, line, strict=True):
            _centred(page, x, y, figure.split("|"))
    _centred(page, 90, 350 + offset, GROUP)
    return page


def _table(*pages: Drawing) -> Table:
    (table,) = read_pdf(make_pdf(pages)).tables
    return table


def _rows(table: Table) -> dict[str, list[str]]:
    """The figures behind each label; labels stand in the first three columns."""
    found = {}
    for row in table.rows:
        texts = ["".join(c.text.split()) if c else "" for c in row]
        found["".join(dict.fromkeys(texts[:3]))] = texts[3:]
    return found


@pytest.mark.parametrize("offset", [0.0, 9.0, -6.0])
def test_figures_go_with_the_label_that_stands_beside_them(offset: float) -> None:
    table = _table(_page(offset))
    rows = _rows(table)
    for label, figures in zip(LABELS, FIGURES, strict=True):
        (name,) = [n for n in rows if n.endswith("".join(label))]
        assert rows[name] == list(figures), label
    assert table.geometric and not any(c.doubt for c in table.cells())
    assert any(n.startswith("".join(GROUP)) and "国家秘密" in n for n in rows)


def test_a_row_with_a_blank_keeps_its_columns() -> None:
    figures = [list(f) for f in FIGURES]
    figures[2][2] = figures[2][3] = ""
    table = _table(_page(figures=figures))
    assert _rows(table)["（一）予以公开"] == ["7", "2", "", "", "0", "1", "10"]


def test_head_words_that_touch_are_cut_over_their_columns() -> None:
    page = Drawing().text(60, 50, "三、收到和处理政府信息公开申请情况", 12)
    xs = [300 + 18 * i for i in range(7)]
    _centred(page, 354, 80, ["申请人情况"])
    for i, words in enumerate(
        ("自然人", "商业企业", "科研机构", "公益组织", "法律服务机构", "其他", "总计")
    ):
        half = (len(words) + 1) // 2
        _centred(page, xs[i], 110, [words[:half], words[half:]], 9 if half < 3 else 6)
    for i, (label, line) in enumerate(zip(LABELS, FIGURES, strict=True)):
        _centred(page, 170, 150 + 40 * i, label)
        for x, figure in zip(xs, line, strict=True):
            _centred(page, x, 150 + 40 * i, [figure], 7)
    names = [c.text.replace("\n", "") for c in _table(page).cells()]
    assert {"自然人", "商业企业", "公益组织", "其他", "总计"} <= set(names)


def test_a_figure_of_two_lines_is_one_and_doubtful() -> None:
    figures = [list(f) for f in FIGURES]
    figures[0][6] = "1|8"
    cells = [c for c in _table(_page(figures=figures)).cells() if c.text == "18"]
    assert [c.readings for c in cells] == [("18",)]
    assert cells[0].doubt


def test_a_row_with_a_label_of_its_own_is_no_second_line() -> None:
    page = Drawing().text(60, 50, "二、主动公开政府信息情况", 12)
    _centred(page, 150, 100, ["信息内容"])
    _centred(page, 350, 100, ["本年处理决定数量"])
    for y, label, figure in ((130, "行政处罚", "17"), (146, "行政强制执行甲", "4")):
        _centred(page, 150, y, [label])
        _centred(page, 350, y, [figure])
    texts = [c.text for t in read_pdf(make_pdf([page])).tables for c in t.cells()]
    assert "174" not in texts


def test_the_next_page_goes_on_in_the_same_columns() -> None:
    second = Drawing()
    for i, (label, line) in enumerate(
        zip(("4.保护第三方合法权益", "5.属于三类内部事务信息"), FIGURES, strict=False)
    ):
        _centred(second, 210, 80 + 40 * i, [label])
        for x, figure in zip(XS, line, strict=True):
            _centred(second, x, 80 + 40 * i, [figure])
    table = _table(_page(), second)
    assert _rows(table)["4.保护第三方合法权益"] == list(FIGURES[0])
    assert table.geometric


def test_other_columns_on_the_next_page_are_not_bound_by_place() -> None:
    second = Drawing()
    for i, label in enumerate(("4.保护第三方合法权益", "5.属于三类内部事务信息")):
        _centred(second, 210, 80 + 40 * i, [label])
        for x in XS[:5]:
            _centred(second, x, 80 + 40 * i, ["0"])
    first, last = read_pdf(make_pdf([_page(), second])).tables
    assert first.geometric and not last.geometric


def test_a_label_that_stands_elsewhere_makes_its_figures_doubtful() -> None:
    page = _page()
    _centred(page, 210, 455, ["4.保护第三方合法权益"])
    for x in XS:
        _centred(page, x, 440, ["5"])
    fives = [c for c in _table(page).cells() if c.text == "5"]
    assert len(fives) == 7
    assert all(c.doubt for c in fives)


def test_prose_with_figures_is_no_table() -> None:
    page = Drawing()
    for i in range(8):
        page.text(80, 100 + 24 * i, "全年新收申请 12 件，予以公开 7 件，结转 1 件。", 12)
    assert not read_pdf(make_pdf([page])).tables
