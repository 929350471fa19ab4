"""What of a page's text is read: what can be seen, not what is white, covered, tiny or pale."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines.documents.model import Cell, NeedsOcr
from pipelines.documents.pdf import read_pdf
from pipelines.documents.pdf_tables import FAINT
from tests.documents.pdf_made import Drawing, make_pdf

XS = [80, 260, 330, 400]
YS = [100, 120, 140]


def _page() -> Drawing:
    return Drawing().grid(XS, YS)


def _printed(page: Drawing) -> Drawing:
    for x, text in zip(XS, ("信息内容", "本年制发件数", "本年废止件数"), strict=False):
        page.text(x + 6, 114, text)
    for x, text in zip(XS, ("规章", "31", "4"), strict=False):
        page.text(x + 16, 134, text)
    return page


def _coloured(page: Drawing, colour: str, x: float, text: str, size: float = 10) -> Drawing:
    page.operators.append(f"q {colour}")
    page.text(x, 134, text, size)
    page.operators.append("Q")
    return page


def _patch(page: Drawing, colour: str, x0: float, x1: float) -> Drawing:
    page.operators.append(f"q {colour} {x0} {842 - 139} {x1 - x0} 18 re f Q")
    return page


def _cells(page: Drawing) -> list[Cell]:
    (table,) = read_pdf(make_pdf([page])).tables
    return list(table.cells())[3:]


UNSEEN: dict[str, Callable[[Drawing], Drawing]] = {
    "white": lambda page: _coloured(page, "1 1 1 rg", 270, "7"),
    "nearly white": lambda page: _coloured(page, "0.98 g", 270, "7"),
    "tiny": lambda page: _coloured(page, "0 g", 270, "7", 0.8),
    "neither filled nor stroked": lambda page: _coloured(page, "3 Tr", 270, "7"),
    "for clipping only": lambda page: _coloured(page, "7 Tr", 270, "7"),
    "pale": lambda page: _coloured(page, "0.8 0.8 0.85 rg", 250, "内部 2023", 24),
    "covered": lambda page: _patch(_coloured(page, "0 g", 270, "7"), "1 g", 262, 300),
    "covered by a colour": lambda p: _patch(_coloured(p, "0 g", 270, "7"), "1 1 0 rg", 262, 300),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_nobody_reads_is_no_part_of_a_figure(name: str) -> None:
    cells = _cells(_printed(UNSEEN[name](_page())))
    assert [(c.text, c.doubt) for c in cells] == [("规章", None), ("31", None), ("4", None)]


@pytest.mark.parametrize("colour", ["0.6 g", "0.8 0 0 rg", "0.3 0.3 0.9 rg"])
def test_coloured_figures_are_read(colour: str) -> None:
    page = _coloured(_printed(_page()), colour, 360, "5")
    assert [(c.text, c.doubt) for c in _cells(page)][2] == ("4 5", None)


def test_a_patch_drawn_before_its_text_covers_nothing() -> None:
    page = _printed(_patch(_page(), "1 g", 262, 328))
    assert [c.text for c in _cells(page)] == ["规章", "31", "4"]


def test_light_letters_on_a_dark_ground_are_read() -> None:
    page = _patch(_page(), "0.1 0.2 0.5 rg", 262, 328)
    assert _cells(_coloured(page, "1 g", 276, "31"))[1].text == "31"


@pytest.mark.parametrize("name", ["pale", "covered"])
def test_a_figure_that_is_only_pale_or_covered_is_doubtful(name: str) -> None:
    page = _page().text(86, 114, "信息内容").text(86, 134, "规章").text(346, 134, "4")
    cells = _cells(UNSEEN[name](page.text(266, 114, "本年制发件数")))
    assert cells[1].doubt == FAINT


def test_a_page_that_is_pale_throughout_is_read() -> None:
    page = Drawing()
    page.operators.append("0.75 g")
    page.grid(XS, YS)
    assert [(c.text, c.doubt) for c in _cells(_printed(page))] == [
        ("规章", None),
        ("31", None),
        ("4", None),
    ]


def test_text_under_a_picture_of_the_whole_page_is_not_trusted() -> None:
    page = (
        _printed(_page())
        .text(80, 200, "本机关全年收到申请若干件，均已答复")
        .picture(0, 0, 595, 842)
    )
    with pytest.raises(NeedsOcr):
        read_pdf(make_pdf([page]))
