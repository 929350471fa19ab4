"""Misread labels: the labels around one tell it; what they do not tell stays as it was read."""

from __future__ import annotations

import pytest

from pipelines.documents.model import Cell
from pipelines.documents.pdf_tables import Grid
from pipelines.documents.scan_labels import mend_labels
from warehouse.facts.forms import forms

_FORM = forms()[0]
_ROWS = [x.label for x in _FORM.request.rows]
_COLUMNS = [x.label for x in _FORM.request.columns]
_RESULTS = [x.label for x in _FORM.legal_challenge.results]


def _mended(heads: list[str], labels: list[str], scores: dict[str, float] | None = None) -> Grid:
    """A table of these heads and labels with figures, after its labels were mended."""
    shift = 1 if labels else 0
    cells = [Cell(text, 0, i + shift) for i, text in enumerate(heads)]
    for row, label in enumerate(labels or [""], 1):
        cells += [Cell(label, row, 0)] if labels else []
        cells += [Cell(str(row), row, i + shift) for i in range(len(heads))]
    xs = [float(40 * i) for i in range(len(heads) + shift + 1)]
    grid = Grid(1, 1, (0.0, 0.0, 400.0, 700.0), xs, len(labels or [""]) + 1, cells)
    mend_labels(grid, {id(c): (scores or {}).get(c.text, 1.0) for c in cells})
    return grid


def _labels(grid: Grid) -> list[str]:
    return [c.text for c in grid.cells if c.column == 0 and c.row > 0]


def _heads(grid: Grid) -> list[str]:
    return [c.text for c in grid.cells if c.row == 0]


def test_a_misread_label_between_two_that_are_read_is_set_right() -> None:
    read = list(_ROWS)
    read[7], read[11], read[23] = "4.保护第方音法权", "8.属行政在事项", "(七)急计"
    assert _labels(_mended(_COLUMNS, read)) == _ROWS


def test_an_illegible_label_is_known_by_its_place_and_a_legible_one_is_left() -> None:
    read = list(_ROWS)
    read[9] = "小0中店"
    assert _labels(_mended(_COLUMNS, read, {"小0中店": 0.5})) == _ROWS
    # What was read for sure and is none of the form's is the organ's own.
    assert _labels(_mended(_COLUMNS, read))[9] == "小0中店"


def test_where_a_row_lacks_or_was_added_nothing_is_guessed() -> None:
    lacking = [*_ROWS[:9], *_ROWS[11:]]
    lacking[8] = "口口口"
    assert _labels(_mended(_COLUMNS, lacking, {"口口口": 0.2}))[8] == "口口口"


def test_a_label_that_was_read_is_never_made_another() -> None:
    swapped = list(_ROWS)
    swapped[4], swapped[5] = swapped[5], swapped[4]
    assert _labels(_mended(_COLUMNS, swapped)) == swapped


@pytest.mark.parametrize("times", [1, 3])
def test_heads_that_most_look_like_the_forms_are_set_right(times: int) -> None:
    read = _RESULTS * times
    read[1], read[3] = "结果纠IF", "尚木结"
    assert _heads(_mended(read, [])) == _RESULTS * times


def test_heads_in_another_order_stay() -> None:
    read = [*_COLUMNS[3:6], *_COLUMNS[:3], "息计"]
    assert _heads(_mended(read, _ROWS)) == read


def test_words_of_another_table_stay() -> None:
    labels = ["网站信息", "公众留言", "政策解读", "新闻发布会", "微博微信"]
    assert _labels(_mended(["指标", "单位", "数量"], labels)) == labels
