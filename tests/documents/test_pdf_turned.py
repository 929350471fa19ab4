"""Pages shown on their side or head, and print that stands in annotations."""

from __future__ import annotations

import pytest

from pipelines.documents.model import Table
from pipelines.documents.pdf import read_pdf
from pipelines.documents.pdf_shapes import Box
from tests.documents.pdf_made import Drawing, make_pdf

XS, YS = [80, 260, 330, 400], [100, 120, 140]
WIDE, HIGH = 595, 842
SHOWN = {
    0: lambda b: b,
    90: lambda b: (HIGH - b[3], b[0], HIGH - b[1], b[2]),
    180: lambda b: (WIDE - b[2], HIGH - b[3], WIDE - b[0], HIGH - b[1]),
    270: lambda b: (b[1], WIDE - b[2], b[3], WIDE - b[0]),
}


def _page(figures: tuple[str, str] = ("31", "4")) -> Drawing:
    page = Drawing().grid(XS, YS)
    for x, text in zip(XS, ("信息内容", "本年制发件数", "本年废止件数"), strict=False):
        page.text(x + 2, 114, text)
    for x, text in zip(XS, ("规章", *figures), strict=False):
        page.text(x + 16, 134, text)
    return page


def _table(data: bytes) -> Table:
    (table,) = read_pdf(data).tables
    return table


def _texts(table: Table) -> list[str]:
    return [c.text for c in table.cells()]


@pytest.mark.parametrize("degrees", SHOWN)
def test_a_page_shown_on_its_side_is_read_and_boxes_are_where_it_shows_them(degrees: int) -> None:
    upright, turned = (_table(make_pdf([_page()], rotate=d)) for d in (0, degrees))
    assert _texts(turned) == _texts(upright)
    for cell, plain in zip(turned.cells(), upright.cells(), strict=True):
        assert cell.box is not None and plain.box is not None
        expected: Box = SHOWN[degrees](plain.box)
        assert cell.box == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("kind", ["FreeText", "Widget"])
def test_figures_typed_on_the_page_are_read(kind: str) -> None:
    typed = Drawing().text(276, 134, "31").text(346, 134, "4")
    data = make_pdf([_page(("", ""))], typed=typed, kind=kind)
    assert _texts(_table(data))[3:] == ["规章", "31", "4"]


def test_a_remark_that_pops_up_is_no_print() -> None:
    typed = Drawing().text(276, 134, "31")
    data = make_pdf([_page(("", ""))], typed=typed, kind="Text")
    assert _texts(_table(data))[3:] == ["规章", "", ""]
