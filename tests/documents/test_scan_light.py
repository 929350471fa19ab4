"""Light and grain of pictures: white letters on dark cells, noise, dots that stand for grey."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipelines.documents.model import Table
from pipelines.documents.read import read_document
from pipelines.documents.scan_light import Pixels, grain_of, inverted
from tests.documents.scan_corpus import Fault, chosen_font, degraded

_LEFT, _TOP, _WIDE, _HIGH = 150, 200, 190, 56
_DARK = (31, 78, 121)


def _page(*, dark: bool) -> tuple[Image.Image, list[list[str]]]:
    """A table of figures, the first row white on blue if that is wanted."""
    image = Image.new("RGB", (1654, 2339), "white")
    draw = ImageDraw.Draw(image)
    font = chosen_font(26)
    texts = [[str(100 * row + 7 * column + 3) for column in range(7)] for row in range(12)]
    texts[5][3] = texts[7][2] = "-"
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            x, y = _LEFT + column * _WIDE, _TOP + row * _HIGH
            fill = _DARK if dark and row == 0 else "white"
            draw.rectangle((x, y, x + _WIDE, y + _HIGH), fill=fill, outline="black", width=2)
            ink = "white" if dark and row == 0 else "black"
            draw.text((x + _WIDE / 2, y + _HIGH / 2), text, font=font, fill=ink, anchor="mm")
    return image, texts


def _read(image: Image.Image, kind: str = "JPEG", **options: int) -> Table:
    raw = io.BytesIO()
    image.save(raw, kind, dpi=(200, 200), **options)
    (table,) = read_document(raw.getvalue(), "x").tables
    return table


def _check(table: Table, texts: list[list[str]], least: float) -> None:
    assert (len(table.rows), table.width) == (len(texts), len(texts[0]))
    pairs = [
        (cell, text)
        for row, line in zip(table.rows, texts, strict=True)
        for cell, text in zip(row, line, strict=True)
    ]
    assert all(c is not None and (c.text == t or c.doubt) for c, t in pairs)
    sure = [c is not None and c.text == t and not c.doubt for c, t in pairs]
    assert sum(sure) >= least * len(pairs)


@pytest.mark.parametrize("tilt", [0.0, 3.0])
def test_white_figures_on_a_dark_ground_are_read(tilt: float) -> None:
    image, texts = _page(dark=True)
    turned = image.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    _check(_read(turned, quality=80), texts, 0.95)


def test_a_heavy_title_is_no_dark_ground() -> None:
    image = Image.new("L", (1654, 600), 255)
    font = chosen_font(72)
    ImageDraw.Draw(image).text((40, 100), "884 MW 2023 HB", font=font, fill=0, stroke_width=2)
    grey: Pixels = np.asarray(image)
    assert inverted(grey) is grey


def test_figures_under_strong_noise_are_read() -> None:
    image, texts = _page(dark=False)
    _check(_read(degraded(image.convert("L"), Fault(noise=35)), quality=90), texts, 0.9)


def test_figures_on_grey_made_of_dots_are_read() -> None:
    image, texts = _page(dark=False)
    grey = Image.fromarray((np.asarray(image.convert("L")) * 0.88).astype(np.uint8))
    _check(_read(grey.convert("1"), "TIFF"), texts, 0.9)


def test_the_back_of_thin_paper_makes_no_lines() -> None:
    image, texts = _page(dark=False)
    front = np.asarray(image.convert("L")).astype(np.float32)
    # The same page behind, upside down and further down, has its lines where this one has none.
    back = np.roll(front[::-1, ::-1], 31, axis=1)
    back = np.where(np.arange(back.shape[0])[:, None] < 1200, np.roll(back, -1500, axis=0), back)
    thin = front * (1 - 0.2 * (255 - back) / 255)
    # Pale strokes beside a figure may be a sign of it: such a figure stays in doubt.
    _check(_read(Image.fromarray(thin.astype(np.uint8)), quality=85), texts, 0.5)


def test_grain_is_that_of_bare_paper() -> None:
    image, _ = _page(dark=False)
    assert grain_of(np.asarray(image.convert("L"))) == 0
    noisy = degraded(image.convert("L"), Fault(noise=20))
    assert grain_of(np.asarray(noisy)) > 5
