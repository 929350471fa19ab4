"""Pictures of pages: from PDF pages or image files to upright, evenly lit grey pages.

Sizes are brought to about 200 dots an inch, uneven light and a tilt of a few degrees are taken
out. What is on the page is found elsewhere.
"""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageSequence

from pipelines.documents.model import DocumentError
from pipelines.documents.pdf_pages import open_pdf
from pipelines.documents.scan_light import (
    Pixels,
    contrasted,
    grain_of,
    inverted,
    lit_evenly,
    unshaded,
)

DPI = 200
PIXEL = 72 / DPI
"""Points of one pixel of a sheet."""
MAX_PAGES = 60
MAX_PIXELS = 60_000_000
"""Pixels of one picture; an A4 page at 600 dpi has 35 million."""
_MAX_SHEET = 16_000_000  # pixels that are worked on: A3 at 200 dpi has 8 million
_SHORT_SIDE, _LONG_SIDE = 8.27, 11.69  # inches of A4
_USUAL_DPI = (90, 650)
_COARSEST = 45  # dots an inch
_UNEVEN, _MOST_UNEVEN = 1.2, 4.0  # how many times longer one side of a pixel may be
_FEWEST = 40  # pixels of a side; a smaller picture is an ornament
_INK = 184  # darker is ink: 0.72 of paper
_GRAINY = 5.0  # grey levels; paper is smoother
_SMOOTH = 1.2  # pixels
_MOST_TILT = 5.0  # degrees
_COARSE, _FINE = 0.25, 0.025
_LEAST_INK = 300  # pixels that tell a tilt


@dataclass(slots=True)
class Sheet:
    """One page as a picture, 200 dots an inch.

    Attributes:
        number: 1-based page.
        paper: grey levels with red ink (stamps) left out.
        full: grey levels of all inks; the same object when the picture has no colour.
        tilt: degrees that it was turned by to be upright, anticlockwise.
        turns: quarters that it was turned by before, anticlockwise.
    """

    number: int
    paper: Pixels
    full: Pixels
    tilt: float = 0.0
    turns: int = 0

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.paper.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.paper.shape[1])

    @property
    def is_blank(self) -> bool:
        """Whether nothing is printed on it."""
        return int((self.paper[::2, ::2] < _INK).sum()) < _LEAST_INK

    def points(self, left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
        """A box of the upright sheet in points on the page as it came.

        Its middle is turned back; its sides stay level or upright.
        """
        half_x, half_y = self.width / 2, self.height / 2
        x, y = (left + right) / 2 - half_x, (top + bottom) / 2 - half_y
        turn = math.radians(self.tilt)
        x, y = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
        dx, dy = (right - left) / 2, (bottom - top) / 2
        x0, y0, x1, y1 = x + half_x - dx, y + half_y - dy, x + half_x + dx, y + half_y + dy
        wide, high = self.width, self.height
        box = {
            0: (x0, y0, x1, y1),
            1: (high - y1, x0, high - y0, x1),
            2: (wide - x1, high - y1, wide - x0, high - y0),
            3: (y0, wide - x1, y1, wide - x0),
        }[self.turns % 4]
        return tuple(round(v * PIXEL, 1) for v in box)


def sheets_of_pdf(data: bytes, pages: Sequence[int]) -> Iterator[Sheet]:
    """Renders pages of a PDF file.

    Args:
        data: the file.
        pages: their 1-based numbers.

    Raises:
        DocumentError: more pages than are read from pictures.
    """
    _check_count(len(pages))
    with open_pdf(data) as pdf:
        for number in pages:
            page = pdf[number - 1]
            try:
                area = page.get_width() * page.get_height() / PIXEL**2
                scale = min(1.0, math.sqrt(_MAX_SHEET / max(area, 1.0))) / PIXEL
                image = page.render(scale=scale).to_pil()
            finally:
                page.close()
            yield _sheet(number, image)


def sheets_of_image(data: bytes) -> Iterator[Sheet]:
    """The pages of an image file; TIFF may have several, of a moving picture the first is taken.

    Raises:
        DocumentError: damaged, too small or too large for a page.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            frames = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            _check_count(frames)
            for number, frame in enumerate(ImageSequence.Iterator(image), 1):
                if number > frames:
                    break
                _check_size(frame.width, frame.height)
                yield _sheet(number, _at_usual_size(frame))
    except Image.DecompressionBombError as error:
        raise DocumentError("the picture is larger than any page") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise DocumentError(f"the picture is damaged: {error}") from error


def pages_of_images(files: Iterable[bytes]) -> Iterator[Image.Image]:
    """The pages of image files as they came, in the size of their sheets; damaged ones left out."""
    for data in files:
        try:
            with Image.open(io.BytesIO(data)) as image:
                frames = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
                for frame in itertools.islice(ImageSequence.Iterator(image), frames):
                    _check_size(frame.width, frame.height)
                    yield _at_usual_size(frame)
        except (DocumentError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
            continue


def _check_count(pages: int) -> None:
    if pages > MAX_PAGES:
        raise DocumentError(f"{pages} pages are pictures; at most {MAX_PAGES} are read")


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise DocumentError(f"a picture of {width} by {height} pixels is larger than any page")
    if min(width, height) < _FEWEST:
        raise DocumentError(f"a picture of {width} by {height} pixels is too small to read")


def _at_usual_size(image: Image.Image) -> Image.Image:
    """A picture at about 200 dots an inch.

    What it says of its resolution counts when a page of that size makes sense; else its shorter
    side is taken for that of an A4 page.
    """
    plain = image.convert("RGBA") if "transparency" in image.info else image
    if plain.mode in ("RGBA", "LA", "PA"):
        back = Image.new("RGBA", plain.size, (255, 255, 255, 255))
        back.alpha_composite(plain.convert("RGBA"))
        plain = back.convert("RGB")
    if plain.mode.startswith(("I", "F")):
        plain = plain.convert("L")
    plain = _square(plain, image.info.get("dpi"))
    wide = plain.width > plain.height
    inches = _LONG_SIDE if wide else _SHORT_SIDE
    dpi = plain.width / inches
    said = image.info.get("dpi", (0, 0))[0]
    if _USUAL_DPI[0] <= said <= _USUAL_DPI[1] and 5 <= plain.width / said <= 18:
        dpi = float(said)
    scale = DPI / dpi
    area = plain.width * plain.height * scale**2
    scale *= min(1.0, math.sqrt(_MAX_SHEET / area))
    if 0.95 < scale < 1.05:
        return plain
    if plain.mode not in ("L", "RGB"):
        plain = plain.convert("RGB" if plain.mode in ("P", "CMYK", "YCbCr") else "L")
    size = (max(1, round(plain.width * scale)), max(1, round(plain.height * scale)))
    return plain.resize(size, Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.BOX)


def _square(image: Image.Image, dpi: Any) -> Image.Image:
    """A picture whose pixels are square; those of a coarse fax are twice as high as wide."""
    if not isinstance(dpi, tuple) or len(dpi) != 2 or min(dpi) < _COARSEST:
        return image
    across, down = float(dpi[0]), float(dpi[1])
    if not _UNEVEN < max(across, down) / min(across, down) < _MOST_UNEVEN:
        return image
    grey = image.convert("L") if image.mode == "1" else image
    if across > down:
        size = (image.width, round(image.height * across / down))
    else:
        size = (round(image.width * down / across), image.height)
    _check_size(*size)
    return grey.resize(size, Image.Resampling.BICUBIC)


def _sheet(number: int, image: Image.Image) -> Sheet:
    if grain_of(np.asarray(image.convert("L"))) > _GRAINY:
        if image.mode not in ("L", "RGB"):
            image = image.convert("RGB" if image.mode in ("P", "CMYK", "YCbCr") else "L")
        image = image.filter(ImageFilter.GaussianBlur(_SMOOTH))
    full = _evened(np.asarray(image.convert("L")))
    paper = full
    if image.mode not in ("L", "1"):
        rgb = np.asarray(image.convert("RGB"))
        if int(np.ptp(rgb[::7, ::7].astype(np.int16), axis=2).max()) > 60:
            paper = _evened(np.ascontiguousarray(rgb[:, :, 0]))
    level = straightened(Sheet(number, paper, full))
    whole = unshaded(inverted(level.full))
    same = level.paper is level.full
    paper = whole if same else unshaded(inverted(level.paper))
    return Sheet(number, paper, whole, level.tilt)


def _evened(grey: Pixels) -> Pixels:
    """Dark print on evenly white paper."""
    return contrasted(lit_evenly(grey))


def straightened(sheet: Sheet) -> Sheet:
    """A sheet turned by the few degrees that its lines lack to be level."""
    tilt = tilt_of(sheet.paper < _INK)
    if abs(tilt) <= 2 * _FINE:
        return sheet
    paper = turned(sheet.paper, tilt)
    full = paper if sheet.paper is sheet.full else turned(sheet.full, tilt)
    return Sheet(sheet.number, paper, full, sheet.tilt + tilt, sheet.turns)


def tilt_of(ink: NDArray[np.bool_]) -> float:
    """By how many degrees lines of text and rules fall to the right.

    The angle at which rows of the page are most unlike each other.
    """
    rows, columns = np.nonzero(ink[::2, ::2])
    if len(rows) < _LEAST_INK:
        return 0.0
    step = max(1, len(rows) // 250_000)
    y, x = rows[::step].astype(np.float32), columns[::step].astype(np.float32)
    coarse = np.arange(-_MOST_TILT, _MOST_TILT + _COARSE / 2, _COARSE)
    best = max(coarse, key=lambda a: _contrast(x, y, float(a)))
    fine = np.arange(best - _COARSE, best + _COARSE + _FINE / 2, _FINE)
    return float(max(fine, key=lambda a: _contrast(x, y, float(a))))


def _contrast(x: NDArray[np.float32], y: NDArray[np.float32], degrees: float) -> float:
    slope = math.tan(math.radians(degrees))
    level = np.rint(y - x * slope).astype(np.int64)
    counts = np.bincount(level - level.min()).astype(np.float64)
    return float(np.square(np.diff(counts)).sum())


def turned(grey: Pixels, degrees: float) -> Pixels:
    """A sheet turned anticlockwise, of the same size."""
    image = Image.fromarray(grey)
    upright = image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    return np.asarray(upright, dtype=np.uint8)


def quarter(sheet: Sheet, turns: int) -> Sheet:
    """A sheet turned by quarters, anticlockwise."""
    paper = np.ascontiguousarray(np.rot90(sheet.paper, turns))
    same = sheet.paper is sheet.full
    full = paper if same else np.ascontiguousarray(np.rot90(sheet.full, turns))
    return Sheet(sheet.number, paper, full, sheet.tilt, sheet.turns + turns)
