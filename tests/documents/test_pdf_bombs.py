"""PDF files that are small and sound and cost without end: refused at once, with the reason."""

from __future__ import annotations

import re

import pytest

from pipelines.documents.model import DocumentError
from pipelines.documents.pdf import read_pdf
from tests.documents.pdf_made import Drawing, file_of, make_pdf, stream

LINE = "本机关认真贯彻落实各项要求并按期完成全部任务。"
PROSE = "\n".join(Drawing().text(60, 700, LINE).operators).encode()
FORM = "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources"


def _file(content: bytes, resources: str = "", **more: bytes) -> bytes:
    """A file of one page; further objects by ``o`` and their number."""
    whole = make_pdf([Drawing()])
    fonts = {n: _object(whole, n) for n in (3, 4, 5)}
    page = f"/Contents 11 0 R/Resources<</Font<</F1 3 0 R>>{resources}>>"
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[10 0 R]/Count 1>>",
        10: f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]{page}>>".encode(),
        11: stream("", content),
    }
    return file_of(objects | fonts | {int(k[1:]): v for k, v in more.items()})


def _object(data: bytes, number: int) -> bytes:
    found = re.search(rb"\n%d 0 obj\n(.*?)\nendobj" % number, data, re.S)
    assert found is not None
    return found[1]


def _forms(levels: int, times: int, last: bytes, *, loop: bool = False) -> dict[str, bytes]:
    """Forms that each draw the next, so many times; the last may draw the first."""
    made = {}
    for i in range(levels):
        ends = i == levels - 1
        inner = 20 if ends else 21 + i
        body = last if ends and not loop else b"/X Do\n" * times
        named = f"<</Font<</F1 3 0 R>>/XObject<</X {inner} 0 R>>>>"
        made[f"o{20 + i}"] = stream(FORM + named, body)
    return made


@pytest.mark.parametrize(
    ("levels", "times", "loop", "reason"),
    [
        (10, 10, False, "endlessly"),
        (30, 2, False, "endlessly"),
        (45, 2, False, "inside forms"),
        (3, 2, True, "inside itself"),
    ],
)
def test_forms_that_draw_forms_are_refused(
    levels: int, times: int, loop: bool, reason: str
) -> None:
    forms = _forms(levels, times, PROSE, loop=loop)
    with pytest.raises(DocumentError, match=reason):
        read_pdf(_file(PROSE + b"\n/X Do", "/XObject<</X 20 0 R>>", **forms))


def test_forms_of_honest_programs_are_read() -> None:
    lines = b"\n".join(b"q 1 0 0 1 0 -%d cm /X Do Q" % (30 * i) for i in range(3))
    forms = {
        "o20": stream(FORM + "<</XObject<</X 21 0 R>>>>", lines),
        "o21": stream(FORM + "<</Font<</F1 3 0 R>>>>", PROSE),
    }
    document = read_pdf(_file(b"/X Do", "/XObject<</X 20 0 R>>", **forms))
    assert "".join(document.paragraphs) == 3 * LINE


def test_one_stream_named_a_thousand_times_is_refused() -> None:
    data = _file(b"0 0 m 1 1 l S " * 20_000)
    many = data.replace(b"/Contents 11 0 R", b"/Contents[" + b"11 0 R " * 1000 + b"]")
    with pytest.raises(DocumentError, match="endlessly"):
        read_pdf(many)


def test_a_page_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(DocumentError, match="unpacks"):
        read_pdf(_file(b"q " * 20_000_000))


def test_text_packed_twice_is_refused() -> None:
    data = _file(b"").replace(b"/Filter/FlateDecode", b"/Filter[/FlateDecode/FlateDecode]")
    with pytest.raises(DocumentError, match="packed"):
        read_pdf(data)


def test_a_map_of_endless_ranges_is_refused() -> None:
    mapped = b"100 beginbfrange\n" + b"<0000> <ffff> <0041>\n" * 100 + b"endbfrange\n"
    with pytest.raises(DocumentError, match="characters"):
        read_pdf(_file(PROSE, o30=stream("", mapped)))


def test_letters_that_write_text_are_refused() -> None:
    with pytest.raises(DocumentError, match="letters"):
        read_pdf(_file(PROSE, o30=stream("", b"10 0 d0 BT /T0 10 Tf (aaaa) Tj ET")))


def test_pictures_over_pictures_are_refused() -> None:
    page = Drawing().text(60, 80, LINE)
    for _ in range(200):
        page.picture(0, 0, 595, 842)
    with pytest.raises(DocumentError, match="pictures over pictures"):
        read_pdf(make_pdf([page]))


@pytest.mark.long
def test_pages_of_many_objects_are_refused_together() -> None:
    page = Drawing()
    page.operators += ["0 0 m 1 1 l S"] * 50_000
    with pytest.raises(DocumentError, match="400000 objects"):
        read_pdf(make_pdf([page] * 9))


def test_annotations_without_end_are_refused() -> None:
    data = make_pdf([Drawing()], typed=Drawing().text(60, 80, LINE))
    many = data.replace(b"/Annots[8 0 R]", b"/Annots[" + b"8 0 R " * 3000 + b"]")
    with pytest.raises(DocumentError, match="3000 annotations"):
        read_pdf(many)
