"""Layouts of PDF pages: cut rows, open frames, columns of text, turned and doubled characters."""

from __future__ import annotations

from pipelines.documents.model import Table
from pipelines.documents.pdf import read_pdf
from tests.documents.pdf_made import Drawing, make_pdf

XS = [80, 260, 330, 400]


def _texts(table: Table) -> list[list[str]]:
    return [["" if c is None else "".join(c.text.split()) for c in row] for row in table.rows]


def _row(page: Drawing, top: float, *texts: str) -> None:
    for x, text in zip(XS, texts, strict=False):
        if text:
            page.text(x + 6, top + 14, text)


def _read(*pages: Drawing) -> list[Table]:
    return read_pdf(make_pdf(pages)).tables


def test_a_row_cut_by_the_page_edge_is_one_row() -> None:
    first = Drawing().grid(XS, [700, 720, 740, 760])
    _row(first, 700, "信息内容", "本年新制作数量", "总计")
    _row(first, 720, "1.本机关不掌握相关政府信息", "3", "3")
    _row(first, 740, "2.没有现成信息需要", "4", "5")
    second = Drawing().grid(XS, [60, 80, 100])
    _row(second, 60, "另行制作", "", "")
    _row(second, 80, "3.补正后申请内容仍不明确", "6", "7")
    (table,) = _read(first, second)
    assert _texts(table)[2:] == [
        ["2.没有现成信息需要另行制作", "4", "5"],
        ["3.补正后申请内容仍不明确", "6", "7"],
    ]
    assert [row[0].page for row in table.rows if row[0]] == [1, 1, 1, 2]


def test_the_number_of_a_label_above_the_edge_is_no_figure() -> None:
    first = Drawing().grid(XS, [700, 720, 740])
    _row(first, 700, "信息内容", "本年新制作数量", "总计")
    _row(first, 720, "4.", "3", "5")
    second = Drawing().grid(XS, [60, 80])
    _row(second, 60, "保护第三方合法权益", "", "")
    (table,) = _read(first, second)
    assert _texts(table)[1:] == [["4.保护第三方合法权益", "3", "5"]]


def test_whole_rows_on_both_sides_of_the_edge_stay_two() -> None:
    first = Drawing().grid(XS, [700, 720, 740])
    _row(first, 700, "信息内容", "本年制发件数", "本年废止件数")
    _row(first, 720, "规章", "", "")
    second = Drawing().grid(XS, [60, 80])
    _row(second, 60, "行政规范性文件", "3", "4")
    (table,) = _read(first, second)
    assert _texts(table)[1:] == [["规章", "", ""], ["行政规范性文件", "3", "4"]]


def test_a_repeated_head_is_dropped() -> None:
    first = Drawing().grid(XS, [700, 720, 740])
    _row(first, 700, "申请人情况", "自然人", "总计")
    _row(first, 720, "（一）予以公开", "1", "1")
    second = Drawing().grid(XS, [60, 80, 100])
    _row(second, 60, "申请人情况", "自然人", "总计")
    _row(second, 80, "（二）部分公开", "2", "2")
    (table,) = _read(first, second)
    assert [row[0] for row in _texts(table)] == ["申请人情况", "（一）予以公开", "（二）部分公开"]


def test_figures_that_stand_on_both_sides_are_never_joined() -> None:
    first = Drawing().grid(XS, [700, 720, 740])
    _row(first, 700, "信息内容", "本年制发件数", "本年废止件数")
    _row(first, 720, "行政许可", "12", "3")
    second = Drawing().grid(XS, [60, 80])
    _row(second, 60, "", "4", "5")
    (table,) = _read(first, second)
    assert _texts(table)[1:] == [["行政许可", "12", "3"], ["", "4", "5"]]


def test_sides_left_open_are_closed() -> None:
    page = Drawing()
    for y in (100, 120, 140):
        page.line(XS[0], y, XS[-1], y)
    for x in XS[1:-1]:
        page.line(x, 100, x, 140)
    _row(page, 100, "信息内容", "本年制发件数", "现行有效件数")
    _row(page, 120, "规章", "1", "2")
    (table,) = _read(page)
    assert _texts(table) == [["信息内容", "本年制发件数", "现行有效件数"], ["规章", "1", "2"]]


def test_merged_cells_span_by_their_lines() -> None:
    page = Drawing().line(80, 100, 400, 100).line(80, 140, 400, 140).line(260, 120, 400, 120)
    for x in (80, 260, 400):
        page.line(x, 100, x, 140)
    page.line(330, 120, 330, 140)
    page.text(90, 125, "合并").text(270, 115, "上面").text(270, 135, "1").text(340, 135, "2")
    (table,) = _read(page)
    left, above = table.rows[0][0], table.rows[0][1]
    assert left is not None and above is not None
    assert (left.rowspan, left.colspan) == (2, 1)
    assert (above.rowspan, above.colspan) == (1, 2)
    assert table.rows[1][0] is left and table.rows[0][2] is above


def test_a_number_broken_in_its_cell_is_one_and_doubtful() -> None:
    page = Drawing()
    page.grid([80, 200, 300, 400], [400, 440, 480]).text(90, 420, "规章").text(
        90, 460, "规范性文件"
    )
    page.text(230, 415, "1590").text(230, 428, "7").text(330, 420, "3")
    page.text(230, 455, "12").text(230, 468, "5").text(330, 455, "3").text(330, 468, "9")
    cells = {c.text: c for c in read_pdf(make_pdf([page])).tables[0].cells()}
    assert cells["15907"].doubt and cells["15907"].readings == ("15907",)
    assert not cells["3"].doubt
    # Where all figures of a row have two lines, they may as well be two rows.
    assert {"12\n5", "3\n9"} <= set(cells)


def test_one_character_a_line_and_turned_text_read_in_order() -> None:
    page = Drawing().grid([80, 110, 140, 300], [100, 240])
    for i, letter in enumerate("办理结果"):
        page.text(90, 130 + 14 * i, letter)
    for i, letter in enumerate("不予公开"):
        page.text(130, 220 - 14 * i, letter, matrix="0 1 -1 0")
    page.text(150, 160, "5")
    (table,) = _read(page)
    assert _texts(table) == [["办理结果", "不予公开", "5"]]


def test_a_word_for_none_in_a_label_of_many_lines_is_part_of_it() -> None:
    page = Drawing().grid([80, 110, 160], [100, 220])
    page.grid([160, 260, 300], [100, 140, 180, 220])
    for i, letter in enumerate("（四）无法提供"):
        page.text(90, 112 + 14 * i, letter)
    for i, words in enumerate(("2、", "没有", "现成", "信息", "需要", "另行", "制作")):
        page.text(120, 112 + 14 * i, words)
    for y in (100, 140, 180):
        page.text(170, y + 24, "本机关不掌握相关").text(270, y + 24, "0")
    (table,) = _read(page)
    assert [row[-2:] for row in _texts(table)] == [["本机关不掌握相关", "0"]] * 3
    assert _texts(table)[0][:2] == ["（四）无法提供", "2、没有现成信息需要另行制作"]
    assert all(c.doubt is None for c in table.cells())


def test_bold_by_printing_twice_is_read_once() -> None:
    page = Drawing().grid(XS, [100, 120, 140])
    for shift in (0.0, 0.3):
        page.text(90 + shift, 114, "行政许可").text(270 + shift, 114, "1122")
    _row(page, 120, "行政处罚", "11", "7")
    (table,) = _read(page)
    assert _texts(table)[0][:2] == ["行政许可", "1122"]


def test_a_watermark_is_no_text() -> None:
    page = Drawing().grid(XS, [100, 120, 140])
    _row(page, 100, "行政许可", "1", "2")
    _row(page, 120, "行政处罚", "3", "4")
    page.text(200, 140, "888888", 30, matrix="0.7 0.7 -0.7 0.7")
    (table,) = _read(page)
    assert _texts(table) == [["行政许可", "1", "2"], ["行政处罚", "3", "4"]]


def test_a_page_shown_turned_is_read_upright() -> None:
    page = Drawing()
    for i, text in enumerate(("第一行文字", "第二行文字在这里写着一些话")):
        page.text(100 + 20 * i, 700, text, matrix="0 1 -1 0")
    assert read_pdf(make_pdf([page], rotate=90)).paragraphs == [
        "第一行文字",
        "第二行文字在这里写着一些话",
    ]


def test_two_columns_are_read_one_after_the_other() -> None:
    page = Drawing()
    left = "左栏的一行文字从这里开始写到头"
    right = "右栏的一行文字从那里开始写到头"
    for i in range(12):
        page.text(60, 100 + 18 * i, left, 14).text(310, 100 + 18 * i, right, 14)
    text = "".join(read_pdf(make_pdf([page])).paragraphs)
    assert text == left * 12 + right * 12


def test_page_numbers_heads_and_feet_are_dropped_and_paragraphs_joined() -> None:
    pages = []
    for number in range(1, 4):
        page = Drawing().text(200, 40, "某某局信息公开年度报告").text(290, 810, f"— {number} —")
        for i in range(30):
            page.text(80, 100 + 20 * i, "满行的文字一直写到右边为止没有停顿也不换段落的内容", 17)
        pages.append(page)
    document = read_pdf(make_pdf(pages))
    assert len(document.paragraphs) == 1
    assert "年度报告" not in document.paragraphs[0]
    assert "—" not in document.paragraphs[0]


def test_a_paragraph_ends_with_a_short_line_and_begins_indented() -> None:
    page = Drawing().text(80, 60, "一、总体情况", 12)
    page.text(104, 80, "首段第一行文字写到右边为止一二三四五六七八九十一二三四五六", 12)
    page.text(80, 100, "接着写完。", 12)
    page.text(104, 120, "次段第一行文字写到右边为止一二三四五六七八九十一二三四五六", 12)
    page.text(80, 140, "也写完了。", 12)
    assert [p[:3] for p in read_pdf(make_pdf([page])).paragraphs] == ["一、总", "首段第", "次段第"]


def test_radicals_are_read_as_the_characters_they_look_like() -> None:
    page = Drawing().text(80, 100, "⼈⺠政府⼯作报告内容与说明文字")
    assert read_pdf(make_pdf([page])).paragraphs == ["人民政府工作报告内容与说明文字"]


def test_rows_of_one_frame_without_lines_between_keep_their_own_figures() -> None:
    page = Drawing().grid([80, 480], [100, 240])
    page.text(86, 116, "第二十条第（五）项")
    for x, text in zip(
        (86, 220, 310, 400),
        ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量"),
        strict=True,
    ):
        page.text(x, 136, text)
    for label, top, figures in (
        ("行政许可", 166, ("47", "减少9", "10")),
        ("其他对外管理服务事项", 206, ("60", "减少10", "5")),
    ):
        page.text(86, top, label)
        for x, text in zip((240, 320, 420), figures, strict=True):
            page.text(x, top - 6, text)  # figures stand higher than their label
    (table,) = _read(page)
    rows = [[t for t in dict.fromkeys(row) if t] for row in _texts(table)]
    assert ["行政许可", "47", "减少9", "10"] in rows
    assert ["其他对外管理服务事项", "60", "减少10", "5"] in rows


def test_rows_between_upright_lines_only_are_divided() -> None:
    page = Drawing().grid(XS, [100, 122, 180])
    _row(page, 102, "信息内容", "本年增/减", "处理决定数量")
    _row(page, 126, "行政处罚", "196", "2")
    _row(page, 150, "行政强制", "21", "1")
    (table,) = _read(page)
    assert [r[-3:] for r in _texts(table)[-2:]] == [
        ["行政处罚", "196", "2"],
        ["行政强制", "21", "1"],
    ]
