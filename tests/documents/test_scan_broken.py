"""Broken ruled lines: dashed, dotted and worn ones close cells; figures in a column never do."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from pipelines.documents.read import read_document
from pipelines.documents.scan_broken import broken_lines
from pipelines.documents.scan_image import sheets_of_image
from tests.documents.scan_corpus import chosen_font

_LEFT, _TOP, _WIDE, _HIGH, _COLUMNS, _ROWS = 150, 200, 220, 44, 6, 14
_FIGURES = [["1" if c == 2 else str(37 * r + c) for c in range(_COLUMNS)] for r in range(_ROWS)]


def _page(on: int, off: int) -> Image.Image:
    """A table whose lines have strokes and gaps of these lengths; one column holds ones only."""
    image = Image.new("L", (1654, 1200), 255)
    draw = ImageDraw.Draw(image)
    right, bottom = _LEFT + _COLUMNS * _WIDE, _TOP + _ROWS * _HIGH
    for row in range(_ROWS + 1):
        for x in range(_LEFT, right, on + off):
            y = _TOP + row * _HIGH
            draw.rectangle((x, y, min(x + on, right + 1) - 1, y + 1), fill=0)
    for column in range(_COLUMNS + 1):
        for y in range(_TOP, bottom, on + off):
            x = _LEFT + column * _WIDE
            draw.rectangle((x, y, x + 1, min(y + on, bottom + 1) - 1), fill=0)
    font = chosen_font(30)
    for line in range(10):  # lines of text tell which way is up
        draw.text((_LEFT, 850 + 33 * line), f"Government {line} information", font=font, fill=0)
    for row, texts in enumerate(_FIGURES):
        for column, text in enumerate(texts):
            middle = (_LEFT + (column + 0.5) * _WIDE, _TOP + (row + 0.5) * _HIGH)
            draw.text(middle, text, font=font, fill=0, anchor="mm")
    return image


def _png(image: Image.Image) -> bytes:
    raw = io.BytesIO()
    image.save(raw, "PNG", dpi=(200, 200))
    return raw.getvalue()


def _check(image: Image.Image, least: float) -> None:
    (table,) = read_document(_png(image), "x.png").tables
    assert (len(table.rows), table.width) == (_ROWS, _COLUMNS)
    pairs = [
        (cell, text)
        for row, line in zip(table.rows, _FIGURES, strict=True)
        for cell, text in zip(row, line, strict=True)
    ]
    assert all(c is not None and (c.text == t or c.doubt) for c, t in pairs)
    assert sum(c is not None and c.text == t and not c.doubt for c, t in pairs) >= least * 84


@pytest.mark.parametrize(("on", "off"), [(6, 6), (2, 2), (14, 8), (31, 12)])
def test_dashed_dotted_and_worn_lines_close_cells(on: int, off: int) -> None:
    _check(_page(on, off), 0.9)


def test_a_column_of_ones_is_no_line() -> None:
    # Only level lines, and little room above and below the figures.
    image = Image.new("L", (1654, 1200), 255)
    draw = ImageDraw.Draw(image)
    font = chosen_font(32)
    for row in range(20):
        y = _TOP + row * 30
        draw.line((_LEFT, y, 1400, y), fill=0, width=2)
        for x in (300, 600, 900):
            draw.text((x, y + 15), "1", font=font, fill=0, anchor="mm")
    (sheet,) = sheets_of_image(_png(image))
    assert not any(e.upright for e in broken_lines(sheet.paper, []))
