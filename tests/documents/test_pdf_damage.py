"""PDF files that are cut, damaged, locked, endless or unreadable: refused, never misread."""

from __future__ import annotations

import json
import re
import zlib
from random import Random

import pytest

from pipelines.documents.model import DocumentError, NeedsOcrError
from pipelines.documents.pdf import read_pdf
from pipelines.documents.pdf_integrity import Damage, examine
from pipelines.documents.pdf_pages import open_pdf, read_pages
from pipelines.documents.pdf_shapes import Char, Page
from pipelines.documents.pdf_vanished import may_lack_digits, same_digits
from pipelines.reports.read import read_report
from tests.conftest import ROOT
from tests.documents import truth
from tests.documents.pdf_made import Drawing, make_pdf

FIXTURES = ROOT / "tests" / "fixtures"
REPORT = FIXTURES / "pdf_print_ruled_2021"


def _prose() -> Drawing:
    page = Drawing()
    for i in range(12):
        page.text(80, 100 + 20 * i, "本机关认真贯彻落实各项要求并按期完成全部任务。", 12)
    return page


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.995])
def test_half_a_download_is_refused(share: float) -> None:
    data = (REPORT / "document.pdf").read_bytes()
    with pytest.raises(DocumentError, match="cut off"):
        read_pdf(data[: int(len(data) * share)])


def test_a_damaged_stream_is_seen() -> None:
    data = (REPORT / "document.pdf").read_bytes()
    assert examine(data)[0] is Damage.NONE
    at = data.index(b"stream", data.index(b"/Contents") + 2000) + 300
    assert examine(data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :])[0] is not Damage.NONE


def test_a_damaged_font_never_loses_digits() -> None:
    data = bytearray((FIXTURES / "pdf_print_none_2021" / "document.pdf").read_bytes())
    data[12999], data[61268] = 21, 136
    with pytest.raises(DocumentError, match="damaged"):
        read_pdf(bytes(data))


def test_a_damaged_map_of_characters_gives_no_digits() -> None:
    data = bytearray((FIXTURES / "pdf_print_none_2021" / "document.pdf").read_bytes())
    data[67781] = 73
    with pytest.raises(DocumentError, match="damaged"):
        read_pdf(bytes(data))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        (b"/Filter /FlateDecode", b"/Filter /FlateDec\xdede"),
        (b"/Filter /FlateDecode", b"/Filtre /FlateDecode"),
        (b"/Filter /FlateDecode", b"/Filter /FlateDecodf"),
    ],
)
def test_a_stream_that_lost_its_filter_is_no_stream(name: bytes, wrong: bytes) -> None:
    data = (FIXTURES / "pdf_print_ruled_2021" / "document.pdf").read_bytes()
    for at in [m.start() for m in re.finditer(re.escape(name), data)][::4]:
        altered = data[:at] + wrong + data[at + len(name) :]
        assert examine(altered)[0] is Damage.ALTERED, at


@pytest.mark.parametrize(
    "written",
    [b"", b"\r\n", zlib.compress(b"BT ET")[:-4], zlib.compress(b"BT ET")[:-9] + b"\0\0\xff\xff"],
)
def test_a_careless_program_is_no_damage(written: bytes) -> None:
    sound = zlib.compress(b"BT ET")
    for packed, found in ((sound, Damage.NONE), (written, Damage.SLIGHT)):
        assert examine(_with_streams(sound, packed))[0] is found
    changed = bytearray(zlib.compress(b"0 0 1 rg BT 80 100 Td (404) Tj ET"))
    changed[-3] ^= 1
    assert examine(_with_streams(sound, bytes(changed)))[0] is Damage.ALTERED


def _with_streams(*packed: bytes) -> bytes:
    data = make_pdf([_prose()])
    streams = b"".join(
        b"%d 0 obj\n<</Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n"
        % (90 + i, len(x), x)
        for i, x in enumerate(packed)
    )
    at = data.index(b"xref\n")
    return data[:at] + streams + data[at:]


@pytest.mark.parametrize(
    ("sound", "wrong"),
    [
        (b"/g15 29 0 R", b"/g55 29 0 R"),  # the glyph has another name
        (b"/g15 29 0 R", b"/g15 22 0 R"),  # no glyph
        (b"\n28 0 obj", b"\n27 0 obj"),
        (b"/F5 5 0 R", b"/F5 7 0 R"),  # no font
        (b"/F5 5 0 R", b"/F2 5 0 R"),  # a font that the page does not know
        (b"/Differences", b"/Differ\xc3nces"),
    ],
)
def test_a_font_without_its_glyphs_never_loses_digits(sound: bytes, wrong: bytes) -> None:
    data = (FIXTURES / "pdf_print_none_2021" / "document.pdf").read_bytes()
    with pytest.raises(DocumentError, match="damaged"):
        read_pdf(data.replace(sound, wrong))


@pytest.mark.parametrize(
    ("name", "sound", "wrong"),
    [
        ("pdf_print_rows_2021", b"/Subtype /Type3", b"/Subtype /Type1"),
        ("pdf_print_open_2019", b"/F5 5 0 R", b"/F5 4 0 R"),  # another font
    ],
)
def test_text_without_width_is_not_taken_for_spaces(name: str, sound: bytes, wrong: bytes) -> None:
    data = (FIXTURES / name / "document.pdf").read_bytes()
    with pytest.raises(DocumentError, match="digits"):
        read_pdf(data.replace(sound, wrong))


def test_a_space_beside_a_figure_is_no_damage() -> None:
    page = _prose().grid([80, 200, 300], [400, 430, 460])
    page.text(90, 420, "行政许可").text(210, 420, " ").text(216, 420, "12")
    page.text(90, 450, "行政处罚").text(210, 450, "77").text(222, 450, " ")
    data = make_pdf([page])
    with open_pdf(data) as opened:
        assert any(may_lack_digits(p) for p in read_pages(opened))
    document = read_pdf(data)
    assert [c.text for c in document.tables[0].cells()] == ["行政许可", "12", "行政处罚", "77"]
    assert not document.notes


def test_a_locked_file_says_so() -> None:
    locked = "/Encrypt<</Filter/Standard/V 1/R 2/Length 40/P -44/O<{0}>/U<{0}>>>".format("5a" * 32)
    data = make_pdf([_prose()], extra=locked + "/ID[<00><00>]")
    with pytest.raises(DocumentError, match="encrypted"):
        read_pdf(data)


def test_an_endless_file_is_refused() -> None:
    with pytest.raises(DocumentError, match="5000 pages"):
        read_pdf(make_pdf([Drawing()] * 5000))


def test_a_page_of_too_many_objects_is_refused() -> None:
    page = _prose()
    page.operators += ["10 10 m 20 10 l S"] * 70_000
    with pytest.raises(DocumentError, match="objects"):
        read_pdf(make_pdf([page]))


def test_a_bomb_is_refused() -> None:
    bomb = zlib.compress(bytes(400_000_000), 1)
    stream = b"9 0 obj\n<</Filter/FlateDecode/Length %d>>\nstream\n" % len(bomb)
    data = make_pdf([_prose()]).replace(
        b"xref\n", stream + bomb + b"\nendstream\nendobj\nxref\n", 1
    )
    with pytest.raises(DocumentError, match="unpacks"):
        read_pdf(data)


def test_a_chart_of_many_lines_costs_little() -> None:
    page = _prose()
    for i in range(400):
        page.line(20 + i, 400, 20 + i, 800).line(20, 400 + i, 420, 400 + i)
    assert len("".join(read_pdf(make_pdf([page])).paragraphs)) == 12 * 23


def test_pictures_without_text_need_ocr() -> None:
    with pytest.raises(NeedsOcrError) as raised:
        read_pdf(make_pdf([Drawing().picture(0, 0, 595, 842).text(290, 820, "1")]))
    assert raised.value.pages == (1,)
    assert raised.value.document is None


def test_the_text_pages_beside_a_scan_are_kept() -> None:
    with pytest.raises(NeedsOcrError) as raised:
        read_pdf(make_pdf([_prose(), Drawing().picture(0, 0, 595, 842)]))
    assert raised.value.pages == (2,)
    assert raised.value.document is not None
    assert len("".join(raised.value.document.paragraphs)) == 12 * 23


def test_a_hidden_text_layer_over_a_scan_is_not_believed() -> None:
    page = Drawing().picture(0, 0, 595, 842)
    for i in range(20):
        page.hidden(80, 100 + 20 * i, "行政许可 550")
    with pytest.raises(NeedsOcrError):
        read_pdf(make_pdf([page]))


def test_characters_without_meaning_need_ocr() -> None:
    data = (REPORT / "document.pdf").read_bytes().replace(b"/ToUnicode", b"/ToUnicodX")
    with pytest.raises(NeedsOcrError):
        read_pdf(data)


def test_a_garbled_cell_is_no_number() -> None:
    page = _prose().grid([80, 200, 300], [400, 430, 460])
    page.text(90, 420, "行政许可").text(210, 420, "1\ue0072").text(90, 450, "行政处罚")
    page.text(210, 450, "77")
    document = read_pdf(make_pdf([page]))
    cells = {c.text: c.doubt for c in document.tables[0].cells()}
    assert cells["1\ue0072"] == "garbled characters"
    assert cells["77"] is None


@pytest.mark.parametrize(
    ("sound", "unusual"),
    [
        (b"/Root 1 0 R", b"/Root 7 0 R"),
        (b"/Kids[10 0 R]", b"/Kids[99 0 R]"),
        (b"/Pages 2 0 R", b"/Pages 3 0 R"),
    ],
)
def test_what_pdfium_does_not_open_is_read_by_pdfplumber(sound: bytes, unusual: bytes) -> None:
    page = _prose().grid([80, 200, 300], [400, 430, 460])
    page.text(90, 420, "行政许可").text(210, 420, "12").text(90, 450, "行政处罚").text(
        210, 450, "77"
    )
    data = make_pdf([page])
    assert sound in data
    document = read_pdf(data.replace(sound, unusual))
    assert [c.text for c in document.tables[0].cells()] == ["行政许可", "12", "行政处罚", "77"]


def test_a_damaged_file_is_not_read_the_second_way_only() -> None:
    data = make_pdf([_prose()]).replace(b"/Root 1 0 R", b"/Root 7 0 R")
    with pytest.raises(DocumentError, match="damaged"):
        read_pdf(data.replace(b"endobj", b"end\xff\x80j", 1))


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(DocumentError, match="empty"):
        read_pdf(make_pdf([Drawing()]))


def _unflagged(data: bytes, expected: dict[str, dict[str, dict[str, object]]]) -> list[object]:
    report = read_report(data, "document.pdf").to_json()
    if report["status"] == "rejected":
        return []
    named = {(f["table"], f["item"]) for f in report["findings"]}
    return [
        (table, item, column, got, value)
        for table in truth.TABLES
        for item, row in expected[table].items()
        for column, value in row.items()
        if (got := report[table].get(item, {}).get(column)) != value
        and got is not None
        and (table, item) not in named
    ]


def _plain_digits(whole: bytes) -> list[int]:
    """The places of all digits that stand in no stream: most changes there are good syntax."""
    ends = [m.end() for m in re.finditer(rb"(?<!end)stream\r?\n", whole)]
    places: list[int] = []
    at = 0
    for start in [*ends, len(whole)]:
        places += [i for i in range(at, start) if 48 <= whole[i] < 58] if start > at else []
        at = max(at, whole.find(b"endstream", start) + len(b"endstream\n"))
    return places


def _mutated(count: int, seed: int, *, digits: bool = False) -> None:
    for folder in sorted(FIXTURES.glob("pdf_*")):
        whole = (folder / "document.pdf").read_bytes()
        expected = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        rng = Random(f"{folder.name}{seed}")
        places = _plain_digits(whole) if digits else range(len(whole))
        for _ in range(count):
            data = bytearray(whole)
            for _ in range(rng.choice((1, 2) if digits else (1, 2, 20))):
                data[rng.choice(places)] = (
                    rng.choice(b"0123456789") if digits else rng.randrange(256)
                )
            assert not _unflagged(bytes(data), expected), folder.name


def test_changed_bytes_never_give_a_wrong_number() -> None:
    _mutated(4, 1)


def test_changed_objects_never_give_a_wrong_number() -> None:
    _mutated(2, 1, digits=True)


@pytest.mark.long
def test_many_changed_bytes_never_give_a_wrong_number() -> None:
    _mutated(100, 2)


@pytest.mark.long
def test_many_changed_objects_never_give_a_wrong_number() -> None:
    _mutated(100, 2, digits=True)


def test_a_space_behind_the_number_of_a_label_is_no_lost_digit() -> None:
    """Labels spread over their cells by wide spaces were taken for figures that lost a digit."""
    line = [Char("3", 201.6, 691, 206.6, 700), Char(".", 215.6, 691, 218.6, 700)]
    words = [Char("其", 227.6, 691, 236.6, 700), Char("他", 245.6, 691, 254.6, 700)]
    pages = [Page(1, 595, 842, chars=[*line, *words], vanished=[(206.6, 699)])]
    assert may_lack_digits(pages[0])
    assert same_digits(pages, pages)
    assert not same_digits(pages, [Page(1, 595, 842, chars=[*line, *words])])
