"""Scans: what is read must be right or flagged; what cannot be read says why."""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from pipelines.documents import scan, scan_image
from pipelines.documents.model import DocumentError, Paragraph
from pipelines.documents.read import read_document
from pipelines.documents.scan_cells import read_cell
from pipelines.documents.scan_grid import find_lattice
from pipelines.documents.scan_image import Sheet
from pipelines.documents.scan_light import contrasted
from pipelines.documents.scan_lines import CellInk, Strip, cells_of
from pipelines.documents.scan_ocr import Figure, Reading
from pipelines.reports.values import read_value
from tests.documents import pdf_corpus, scan_corpus, truth
from tests.documents.pdf_made import Drawing, make_pdf
from tests.documents.scan_corpus import FAULTS, Fault, degraded, figures_page, mixed_pdf, scan_pdf

FIXTURES = Path(__file__).parents[1] / "fixtures"
JPEG = FIXTURES / "scan_2019_jpeg" / "document.jpg"


@pytest.mark.parametrize("name", ["scan_2021_tiff", "scan_2019_jpeg"])
def test_fixtures_hold_what_was_printed(name: str) -> None:
    # The golden test reads the documents again; here its figures meet the replica's.
    read = json.loads((FIXTURES / name / "expected.json").read_text(encoding="utf-8"))
    printed = json.loads((FIXTURES / name / "truth.json").read_text(encoding="utf-8"))
    noted = {(c["table"], c["item"], c["column"]) for c in read["cells"]}
    right = 0
    for table in truth.TABLES:
        for item, row in read[table].items():
            for column, value in row.items():
                if value is None:
                    assert (table, item, column) in noted or printed[table][item][column] is None
                else:
                    assert value == printed[table][item][column], (table, item, column)
                    right += 1
    assert right >= (200 if name == "scan_2021_tiff" else 70)


def test_a_report_of_black_and_white_pages_is_read_whole() -> None:
    read = json.loads((FIXTURES / "scan_2021_tiff" / "expected.json").read_text(encoding="utf-8"))
    printed = json.loads((FIXTURES / "scan_2021_tiff" / "truth.json").read_text(encoding="utf-8"))
    assert (read["status"], read["organ"], read["year"]) == (
        "complete",
        printed["organ"],
        printed["year"],
    )
    assert set(read["sections"]) == set(printed["sections"])


@pytest.mark.parametrize("tilt", [-3.0, -0.4, 0.0, 1.5, 4.0])
def test_a_tilt_is_found(tilt: float) -> None:
    image = degraded(Image.open(JPEG).convert("L"), Fault(150, tilt - 0.0))
    grey = np.asarray(image)
    # The fixture itself was tilted by 0.8 degrees.
    assert scan_image.tilt_of(grey < 150) == pytest.approx(-(tilt + 0.8), abs=0.15)


def _drawn(inks: dict[tuple[int, int], int]) -> Sheet:
    """A sheet with a table of 4 rows and 5 columns, dots of ink in some cells."""
    paper = np.full((900, 1200), 255, dtype=np.uint8)
    for i in range(5):
        paper[100 + 100 * i : 103 + 100 * i, 100:1103] = 0
    for i in range(6):
        paper[100:503, 100 + 200 * i : 103 + 200 * i] = 0
    for (row, column), size in inks.items():
        y, x = 140 + 100 * row, 190 + 200 * column
        paper[y : y + size, x : x + size] = 0
    return Sheet(1, paper, paper)


def test_ruled_lines_make_cells_and_ink_tells_an_empty_one() -> None:
    sheet = _drawn({(0, 0): 24, (1, 3): 20, (2, 2): 1})
    (frame,) = (lattice := find_lattice(sheet)).frames
    assert len(frame.cells) == 20
    inked = [i for i, c in enumerate(cells_of(sheet, lattice, frame)) if c.strips]
    boxes = [frame.cells[i] for i in inked]
    points = [(b[0] / scan_image.PIXEL, b[1] / scan_image.PIXEL) for b in boxes]
    # A single dot of dirt is no ink.
    assert sorted((round(y / 100), round(x / 200)) for x, y in points) == [(1, 0), (2, 4)] or [
        (round(y / 100) - 1, round((x - 100) / 200)) for x, y in sorted(points, key=lambda p: p[1])
    ] == [(0, 0), (1, 3)]


def test_ink_that_is_no_figure_is_never_blank() -> None:
    sheet = _drawn({(0, 0): 24})
    raw = io.BytesIO()
    Image.fromarray(sheet.paper).save(raw, "PNG", dpi=(200, 200))
    document = read_document(raw.getvalue(), "x.png")
    (table,) = document.tables
    first, *others = table.cells()
    assert first.text and (first.doubt or not first.text.isdigit())
    assert not any(c.text for c in others)


@pytest.mark.parametrize(("dpi", "tilt"), [(200, -0.7), (200, 1.0), (150, 0.4)])
def test_shaded_rows_keep_their_lines(dpi: int, tilt: float) -> None:
    # A ground as dark as a thin line once hid the lines in it, and with them the whole table.
    paper = np.full((900, 1200), 255, dtype=np.uint8)
    for top in (100, 300):
        paper[top : top + 100, 100:1100] = 214
    paper[100:502:100, 100:1100] = 0
    paper[102:503:100, 100:1100] = 0
    for x in (100, 400, 750, 1098):
        paper[200:300, x : x + 2] = 0
        paper[400:500, x : x + 2] = 0
    for x in (100, 1098):
        paper[100:500, x : x + 2] = 0
    paper[440:465, 900:905] = 0
    picture = degraded(Image.fromarray(paper), Fault(dpi, tilt, 4, 0.0002, 0.1))
    raw = io.BytesIO()
    picture.save(raw, "JPEG", quality=60, dpi=(dpi, dpi))
    (sheet,) = scan_image.sheets_of_image(raw.getvalue())
    (frame,) = find_lattice(sheet).frames
    assert len(frame.cells) == 8


def _stroke(*, slanted: bool) -> Sheet:
    """A table of which one cell holds a single stroke: a slash or a 1."""
    sheet = _drawn({})
    for i in range(24):
        left = 190 + (24 - i) // 2 if slanted else 196
        sheet.paper[140 + i, left : left + 3] = 0
    return sheet


def test_a_lone_slash_is_none_and_not_one() -> None:
    texts = []
    for slanted in (True, False):
        sheet = _stroke(slanted=slanted)
        raw = io.BytesIO()
        Image.fromarray(sheet.paper).save(raw, "PNG", dpi=(200, 200))
        (table,) = read_document(raw.getvalue(), "x.png").tables
        texts.append(next(c.text for c in table.cells()))
    assert texts[0] == "/" and texts[1] != "/"


def test_a_stroke_too_faint_to_read_is_not_blank() -> None:
    sheet = _drawn({(0, 0): 24})
    sheet.paper[150:153, 590:600] = 205
    raw = io.BytesIO()
    Image.fromarray(sheet.paper).save(raw, "PNG", dpi=(200, 200))
    (table,) = read_document(raw.getvalue(), "x.png").tables
    cell = table.rows[0][2]
    assert cell is not None
    assert cell.text == "\ufffd" and "faint" in (cell.doubt or "")


def test_pages_with_and_without_text_stay_in_order() -> None:
    whole = (FIXTURES / "pdf_office_2019" / "document.pdf").read_bytes()
    document = read_document(mixed_pdf(whole, [1], FAULTS["low150"]), "x.pdf")
    assert document.scanned == {2}
    pages = [b.page for b in document.blocks if b.page is not None]
    assert pages == sorted(pages) and {1, 2, 3} <= set(pages)


def test_tables_that_are_pictures_in_a_page_are_read() -> None:
    picture = base64.b64encode(JPEG.read_bytes()).decode()
    prose = "2020年，全局政务公开工作平稳推进，各项任务按期完成。" * 12
    page = (
        "<html><head><title>某某市民政局2020年政府信息公开工作年度报告</title></head><body>"
        f"<div><h1>某某市民政局2020年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>{prose}</p>"
        f'<p><img src="data:image/jpeg;base64,{picture}"></p></div></body></html>'
    )
    document = read_document(page.encode(), "x.html")
    assert document.tables and document.scanned == {1}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (JPEG.read_bytes()[:3000], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "damaged"),
    ],
)
def test_a_damaged_picture_says_so(data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        read_document(data, "x")


def _png(width: int, height: int) -> bytes:
    raw = io.BytesIO()
    Image.new("1", (width, height), 1).save(raw, "PNG")
    return raw.getvalue()


@pytest.mark.parametrize(
    ("size", "words"),
    [((20_000, 20_000), "larger than any page"), ((20, 20), "too small"), ((900, 900), "nothing")],
)
def test_pictures_that_are_no_pages_are_refused(size: tuple[int, int], words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        read_document(_png(*size), "x.png")


def test_too_many_pictures_are_refused_before_any_is_read() -> None:
    with pytest.raises(DocumentError, match="61 pages are pictures"):
        list(scan_image.sheets_of_pdf(b"", range(1, 62)))


def test_without_the_optional_packages_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "pipelines.documents.scan", raising=False)
    monkeypatch.setitem(sys.modules, "pipelines.documents.scan", None)
    with pytest.raises(DocumentError, match=r"gongkai\[ocr\]"):
        read_document(JPEG.read_bytes(), "x.jpg")


def test_boxes_stand_where_the_page_shows_them() -> None:
    sheet = Sheet(1, np.full((2339, 1654), 255, np.uint8), np.full((2339, 1654), 255, np.uint8))
    sheet.tilt = -1.5
    box = sheet.points(0, 100, 200, 140)
    # A page that was turned to be upright has its upper left corner elsewhere.
    assert box != (0.0, 36.0, 72.0, 50.4) and box[2] - box[0] == pytest.approx(72, abs=0.2)


def test_a_table_that_is_a_picture_on_a_page_of_text_is_read() -> None:
    raw, printed = figures_page(3)
    text = Drawing().text(60, 40, "三、收到和处理政府信息公开申请情况", 12)
    with pypdfium2.PdfDocument(make_pdf([text])) as document:
        picture = pypdfium2.PdfImage.new(document)
        picture.load_jpeg(io.BytesIO(raw))
        picture.set_matrix(pypdfium2.PdfMatrix().scale(520, 735).translate(40, 20))
        page = document[0]
        page.insert_obj(picture)
        page.gen_content()
        data = io.BytesIO()
        document.save(data)
    read = read_document(data.getvalue(), "x.pdf")
    (table,) = read.tables
    assert table.page == 1 and read.scanned == {1}
    cells = list(table.cells())
    flat = [text for line in printed for text in line]
    assert len(cells) == len(flat)
    assert all(c.doubt or c.text == text for c, text in zip(cells, flat, strict=True))
    assert sum(c.text == text for c, text in zip(cells, flat, strict=True)) > 0.8 * len(flat)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_boxes_of_a_turned_sheet_stand_where_the_page_shows_them(turns: int) -> None:
    paper = np.full((400, 300), 255, dtype=np.uint8)
    paper[100:140, 50:70] = 0
    turned = scan_image.quarter(Sheet(1, paper, paper), turns)
    rows, columns = np.nonzero(turned.paper == 0)
    box = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    expected = [v * scan_image.PIXEL for v in (50, 100, 70, 140)]
    assert turned.points(*map(float, box)) == pytest.approx(expected, abs=0.06)


def test_a_pale_print_is_made_as_dark_as_ink_and_paper_stays_paper() -> None:
    pale = np.full((300, 300), 255, dtype=np.uint8)
    pale[50:60, 20:280] = 190
    assert contrasted(pale)[55, 100] < 100
    assert contrasted(pale)[200, 200] == 255
    empty = np.full((300, 300), 252, dtype=np.uint8)
    assert contrasted(empty) is empty


def test_a_fax_with_flat_pixels_has_the_shape_of_its_page() -> None:
    raw = io.BytesIO()
    Image.new("1", (1654, 1170), 1).save(raw, "TIFF", compression="group4", dpi=(200, 100))
    (sheet,) = scan_image.sheets_of_image(raw.getvalue())
    assert (sheet.width, sheet.height) == (1654, 2340)


def test_lines_of_a_page_on_its_side_do_not_pass_for_lines_of_text() -> None:
    surely = [Reading("三本年度办理结果", 1.0, 1.0), *[Reading("律务构", 1.0, 1.0)] * 9]
    assert not scan._is_upright(surely)
    assert scan._is_upright([Reading("本年新收政府信息公开申请数量", 1.0, 1.0)] * 10)
    assert not scan._is_upright([])


def _check_figures(seed: int) -> tuple[int, int]:
    """Reads a page of figures; how many are right and sure, and how many there are."""
    picture, printed = figures_page(seed)
    (table,) = read_document(picture, "x.jpg").tables
    assert (len(table.rows), table.width) == (len(printed), len(printed[0]))
    sure = 0
    for row, line in zip(table.rows, printed, strict=True):
        for cell, text in zip(row, line, strict=True):
            assert cell is not None
            if cell.text == text and not cell.doubt:
                sure += 1
                continue
            figure = read_value(cell.text, decimal=True, signed=True)
            assert cell.doubt or figure.value is None, (seed, text, cell.text)
    return sure, len(printed) * len(printed[0])


def test_a_dash_read_as_a_number_word_is_doubtful() -> None:
    ink = CellInk((0, 0, 50, 20), [_flat_strip()], coloured=False, faint=False)
    said = {id(ink.strips[0]): Reading("\u4e8c", 0.99, 0.99)}
    assert "dash" in (read_cell(ink, said, {}, 20.0).doubt or "")


@pytest.mark.parametrize(
    ("text", "other"),
    [("6,984.206", "6,984,206"), ("12.345", "12,345"), ("6,98", "6.98"), ("0,562", "0.562")],
)
def test_a_point_that_may_be_a_comma_is_doubtful(text: str, other: str) -> None:
    ink = CellInk((0, 0, 90, 20), [_flat_strip()], coloured=False, faint=False)
    said = {id(ink.strips[0]): Reading(text, 0.99, 0.99, figure=Figure(text, 0.99))}
    cell = read_cell(ink, said, said, 2.0)  # its ink is higher than digits are
    assert "comma" in (cell.doubt or "")
    assert cell.readings == (text, other)


def _flat_strip() -> Strip:
    paper = np.full((20, 30), 255, dtype=np.uint8)
    return Strip((10, 8, 24, 11), paper, (1, 1, 1), cut=False, height=3, slant=0.0)


def test_every_figure_is_right_or_doubtful() -> None:
    sure, cells = _check_figures(1)
    assert sure > 0.9 * cells


@pytest.mark.long
def test_thousands_of_figures_are_right_or_doubtful() -> None:
    results = [_check_figures(seed) for seed in range(100, 160)]
    assert sum(s for s, _ in results) > 0.9 * sum(c for _, c in results)


@pytest.mark.long
def test_a_page_on_its_side_is_turned() -> None:
    image = Image.open(JPEG).convert("L").rotate(90, expand=True)
    raw = io.BytesIO()
    image.save(raw, "JPEG", quality=80, dpi=(150, 150))
    upright = read_document(JPEG.read_bytes(), "x.jpg")
    document = read_document(raw.getvalue(), "x.jpg")
    assert len(document.tables) == len(upright.tables)
    assert any(isinstance(b, Paragraph) for b in document.blocks)


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
def test_no_wrong_figure_of_a_scan_stands_unflagged(fault: str, tmp_path: Path) -> None:
    rng = Random(fault)
    picked = [truth.reports()[rng.randrange(len(truth.reports()))] for _ in range(6)]
    borders = ["ruled", "thick", "double", "grey", "open", "ruled"]
    pages = [pdf_corpus.html_of(r, b, "a4", rng) for r, b in zip(picked, borders, strict=True)]
    cells = right = 0
    for report, pdf in zip(picked, pdf_corpus.print_html(pages, tmp_path), strict=True):
        result: Any = truth.parsed(scan_pdf(pdf, FAULTS[fault], rng.randrange(1000)), "x.pdf")
        wrong, good = truth.wrong_cells(result, report)
        assert not wrong, (report.truth.title, wrong)
        cells += truth.cells(report)
        right += good
    assert right > 0.9 * cells


def test_the_corpus_is_without_a_text_layer() -> None:
    source = pypdfium2.PdfDocument.new()
    source.new_page(300, 400)
    raw = io.BytesIO()
    source.save(raw)
    with pypdfium2.PdfDocument(scan_corpus.scan_pdf(raw.getvalue(), Fault(72))) as made:
        assert made[0].get_textpage().count_chars() == 0


def test_scans_are_read_by_the_module_that_is_loaded_late() -> None:
    assert set(scan.IMAGES) == {"image/png", "image/jpeg", "image/tiff", "image/bmp", "image/gif"}


def test_the_recogniser_keeps_and_tells_nothing(tmp_path: Path) -> None:
    # Its runtime would report each start to its maker, by an identifier kept in the user's cache.
    code = "from pipelines.documents import scan_ocr; scan_ocr.check_installed()"
    environment = dict(os.environ, HOME=str(tmp_path), XDG_CACHE_HOME=str(tmp_path / "cache"))
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert not list(tmp_path.rglob("*"))
