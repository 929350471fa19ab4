"""Which text of a page can be seen: not what is hidden, white, or covered by what is drawn later.

Text far paler than the rest (a watermark) and covered text are faint: they are kept apart, for a
cell that holds nothing else may mean them. What is slanted across the page is no text of it.
"""

from __future__ import annotations

import ctypes
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

import pypdfium2.raw as pdfium

from pipelines.documents import pdf_native as native
from pipelines.documents.model import DocumentError
from pipelines.documents.pdf_native import COUNTS, Item, counts
from pipelines.documents.pdf_shapes import Box, Matrix, Page, boxed, overlap

_HIDDEN = frozenset({3, 7})  # render modes that paint nothing, as OCR layers under a scan
_FILLED, _STROKED = frozenset({0, 2, 4, 6}), frozenset({1, 2, 5, 6})
WHITE = 247
"""Of 255; lighter text is not seen on white paper."""
PALE = 165
"""Of 255; lighter text is a watermark, or faint."""
MOSTLY = 0.4
"""Of a page's characters; more pale ones are its own print."""
_DARK = 128  # a fill as dark has white letters on it
_OPAQUE = 250
_SMALL = 4.0  # points; what is smaller covers nothing
_MOST_PAIRS = 3_000_000  # texts and what may cover them
_LANE = 4  # bits of points; texts are looked for in strips of 16
_LANES = 1000  # of a page; the highest has some hundreds
_SLANT = 0.1  # radians
_SAMPLE = 389  # bytes from one to the next that are looked at, times four
Bounds = tuple[float, float, float, float]
"""Left, bottom, right, top in some space of the file."""


class Seen(Enum):
    """How well a character is seen."""

    WELL = 0
    FAINT = 1
    NOT = 2


class Sight:
    """Learns what one page draws, in its order, and tells which of its characters are seen.

    Attributes:
        slanted: whether it has text across the page.
        is_pale: whether it has text that is paler than print.
    """

    def __init__(self) -> None:
        self.slanted = False
        self.is_pale = False
        self._hidden: set[int | None] = set()
        self._pale: set[int | None] = set()
        self._white: set[int | None] = set()
        self._texts: list[tuple[Item, Bounds, Matrix]] = []
        self._covers: list[tuple[int, Box]] = []
        self._covered: dict[int | None, list[Box]] = {}
        self._dark: list[Box] = []

    def add_text(self, item: Item, mode: int, bounds: Bounds, matrix: Matrix) -> None:
        """Learns of a text.

        Args:
            item: its handle.
            mode: in which it is drawn.
            bounds: of it.
            matrix: from their space to the page as shown.
        """
        if mode in _HIDDEN:
            self._hidden.add(item.value)
            return
        self._texts.append((item, bounds, matrix))
        light = 0
        if native.fill_colour(item, *COUNTS) and mode in _FILLED:
            r, g, b, a = counts[:]
            if a > _OPAQUE and r + g + b < PALE:
                return
            light = _lightness(r, g, b, a)
        if mode in _STROKED and native.stroke_colour(item, *COUNTS):
            light = min(light or 255, _lightness(*counts[:]))
        if light >= WHITE:
            self._white.add(item.value)
        elif light >= PALE:
            self._pale.add(item.value)
            self.is_pale = True

    def add_fill(self, item: Item, box: Box) -> None:
        """Learns of a filled rectangle.

        Args:
            item: its handle.
            box: of it on the page as shown.
        """
        if box[2] - box[0] < _SMALL or box[3] - box[1] < _SMALL:
            return
        if not native.fill_colour(item, *COUNTS):
            return
        r, g, b, a = counts[:]
        if _lightness(r, g, b, a) <= _DARK:
            self._dark.append(box)
        if a > _OPAQUE and self._texts and not native.is_see_through(item):
            self._covers.append((len(self._texts), box))

    def add_image(self, box: Box, is_opaque: Callable[[], bool]) -> None:
        """Learns of a picture; what it covers is looked at only where text stands under it."""
        under = any(overlap(boxed(*b, m), box) for _, b, m in self._texts)
        if under and is_opaque():
            self._covers.append((len(self._texts), box))

    def settle(self) -> bool:
        """Finds out which texts are covered; whether anything is less than well seen.

        Raises:
            DocumentError: the page draws more than any report's.
        """
        if self._covers:
            self._cover()
        return bool(self.slanted or self._hidden or self._pale or self._white or self._covered)

    def _cover(self) -> None:
        """Finds the texts that something is drawn over."""
        lanes: defaultdict[int, list[tuple[int | None, Box]]] = defaultdict(list)
        done = pairs = 0
        for count, (left, top, right, bottom) in self._covers:
            for item, bounds, matrix in self._texts[done:count]:
                place = boxed(*bounds, matrix)
                first, last = int(place[1]) >> _LANE, int(place[3]) >> _LANE
                for lane in range(first, min(last, first + _LANES) + 1):
                    lanes[lane].append((item.value, place))
            done = count
            for lane in range(max(0, int(top) >> _LANE), min(int(bottom) >> _LANE, _LANES) + 1):
                near = lanes.get(lane, ())
                pairs += len(near)
                for text, (x0, y0, x1, y1) in near:
                    if x0 < right and left < x1 and y0 < bottom and top < y1:
                        self._covered.setdefault(text, []).append((left, top, right, bottom))
            if pairs > _MOST_PAIRS:
                raise DocumentError("a page of the PDF file draws more than any report's")

    def sees(self, text: Item, index: int, box: Box) -> Seen:
        """How well a character is seen.

        Args:
            text: handle of the page's text.
            index: of the character.
            box: of it on the page as shown.
        """
        item = native.text_object(text, index).value
        if item in self._hidden:
            return Seen.NOT
        if item in self._white and not any(_holds(b, box) for b in self._dark):
            return Seen.NOT
        if self.slanted:
            quarter = math.pi / 2
            off = native.char_angle(text, index) % quarter
            if min(off, quarter - off) > _SLANT:
                return Seen.NOT
        if any(_holds(b, box) for b in self._covered.get(item, ())):
            return Seen.FAINT
        return Seen.FAINT if self.is_pale and item in self._pale else Seen.WELL


def pale_is_print(page: Page) -> bool:
    """Whether most of what a page prints is pale, so that this is its print and no watermark."""
    return len(page.faint) > MOSTLY * (len(page.chars) + len(page.faint))


def _lightness(r: int, g: int, b: int, alpha: int) -> int:
    """How light a colour looks on white paper, from 0 to 255."""
    return 255 - (255 - (299 * r + 587 * g + 114 * b) // 1000) * alpha // 255


def _holds(outer: Box, inner: Sequence[float]) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def is_opaque(item: Item, page: Any, document: Any) -> bool:
    """Whether nothing can be seen through a picture.

    Args:
        item: handle of the picture.
        page: its page.
        document: its file.
    """
    if native.is_see_through(item):
        return False
    bitmap = pdfium.FPDFImageObj_GetRenderedBitmap(document, page, native.handle(item))
    if not bitmap:
        return False
    try:
        if pdfium.FPDFBitmap_GetFormat(bitmap) != pdfium.FPDFBitmap_BGRA:
            return True
        size = pdfium.FPDFBitmap_GetStride(bitmap) * pdfium.FPDFBitmap_GetHeight(bitmap)
        levels = pdfium.FPDFBitmap_GetBuffer(bitmap)
        raw = (ctypes.c_ubyte * size).from_address(native.item_of(levels).value or 0)
        return min(raw[3 : size : 4 * _SAMPLE], default=0) > _OPAQUE
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
