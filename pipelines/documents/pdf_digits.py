"""Whether the digits that a PDF font draws look like what its map of characters calls them.

A map may say 8 where the page shows 3; no reader of the text can tell. The outlines can, by their
holes: 8 has two, 0, 6 and 9 have one each, of another height, 4 may have one, the others none. What
is mixed up among 1, 2, 3, 5 and 7 alone passes. Nothing is put right here.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

from pipelines.documents import pdf_native as native
from pipelines.documents.pdf_native import FLOATS, Item, floats
from pipelines.documents.pdf_shapes import Box

_HOLES = {"0": (1, 3), "4": (0, 1), "6": (1, 1), "8": (2, 2), "9": (1, 1)} | dict.fromkeys(
    "12357", (0, 0)
)
"""How few and how many holes a digit has; a nought may be crossed or dotted."""
_TALL, _LOW = 0.62, 0.45  # of a digit's height; the hole of a nought, and that of 6 and 9
_LONGEST_NAME = 128
_MOST_SEGMENTS = 400  # of a digit's outline
_MAPPED = re.compile(rb"<([0-9A-Fa-f]{2,4})>\s*<00(3[0-9])>")
_LISTED = re.compile(rb"\[[^\]]*<003[0-9]>")
Contour = list[tuple[float, float]]


def are_in_order(mapped: bytes) -> bool:
    """Whether a map of characters names its digits in the order of their codes.

    Fonts hold their digits in order, and most programs keep it; of a map that does not, the
    outlines have to be looked at. Lists in place of ranges are not followed.
    """
    if _LISTED.search(mapped):
        return False
    found = sorted((int(code, 16), digit) for code, digit in _MAPPED.findall(mapped))
    return all(a < b for (_, a), (_, b) in pairwise(found))


class DigitCheck:
    """Looks at the digits of one file's fonts, each once."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, int], set[str]] = {}

    def are_disguised(self, text: Item, letters: Sequence[str]) -> bool:
        """Whether some digit of a page does not look like itself.

        Args:
            text: pdfium's text of the page.
            letters: of it.
        """
        seen: dict[int | None, set[str]] = {}
        object_of, font_of = native.text_object, native.font_of
        for index, letter in enumerate(letters):
            if letter in _HOLES:
                font = font_of(object_of(text, index))
                digits = seen.setdefault(font.value, set())
                digits.add(letter)
        return any(
            not self._look_like(native.font(Item(handle)), digits)
            for handle, digits in seen.items()
            if handle is not None
        )

    def _look_like(self, font: Any, digits: set[str]) -> bool:
        """Whether a font's outlines of digits may be those; one without outlines may."""
        if not pdfium.FPDFFont_GetIsEmbedded(font):
            return True
        # Fonts are known by name and size: a page's handles may be another's on the next.
        known = self._known.setdefault(_identity(font), set())
        for digit in sorted(digits - known):
            path = pdfium.FPDFFont_GetGlyphPath(font, ord(digit), 1000.0)
            if path and not _may_be(native.item_of(path), digit):
                return False
            known.add(digit)
        return True


def _identity(font: Any) -> tuple[bytes, int]:
    """Name of a font, with the mark of its subset, and the bytes of its file."""
    name = ctypes.create_string_buffer(_LONGEST_NAME)
    pdfium.FPDFFont_GetBaseFontName(font, name, _LONGEST_NAME)
    size = ctypes.c_size_t()
    pdfium.FPDFFont_GetFontData(font, None, 0, size)
    return name.value, size.value


def _may_be(path: Item, digit: str) -> bool:
    """Whether an outline may be that of a digit."""
    count = native.outline_count(path)
    if not 0 < count <= _MOST_SEGMENTS:
        return True
    segment_of, kind_of = native.outline_segment, native.segment_type
    kinds = [kind_of(segment_of(path, i)) for i in range(count)]
    fewest, most = _HOLES[digit]
    if digit not in "069" and kinds.count(pdfium.FPDF_SEGMENT_MOVETO) == most + 1:
        return True
    holes = _holes(_contours(path, kinds))
    if not fewest <= len(holes) <= most:
        return False
    if len(holes) != 1 or digit not in "069":
        return True
    (_, low, _, high), (_, bottom, _, top) = holes[0]
    share = (high - low) / max(top - bottom, 1e-6)
    if digit == "0":
        return share >= _LOW
    above = high + low > top + bottom
    return share <= _TALL and above == (digit == "9")


def _contours(path: Item, kinds: Sequence[int]) -> list[Contour]:
    """The closed lines of an outline by their points, those of curves included."""
    found: list[Contour] = []
    for i, kind in enumerate(kinds):
        if kind == pdfium.FPDF_SEGMENT_MOVETO or not found:
            found.append([])
        native.segment_point(native.outline_segment(path, i), FLOATS[0], FLOATS[1])
        found[-1].append((floats[0], floats[1]))
    return [c for c in found if len(c) > 2]


def _holes(contours: Sequence[Contour]) -> list[tuple[Box, Box]]:
    """The boxes of the holes, each with that of a contour around it."""
    boxes = [_box(c) for c in contours]
    signs = [_area(c) > 0 for c in contours]
    return [
        (box, outer)
        for i, box in enumerate(boxes)
        for outer in [o for k, o in enumerate(boxes) if signs[k] != signs[i] and _in(box, o)][:1]
    ]


def _box(contour: Contour) -> Box:
    xs, ys = [x for x, _ in contour], [y for _, y in contour]
    return (min(xs), min(ys), max(xs), max(ys))


def _area(contour: Contour) -> float:
    """Twice the signed area."""
    around = [*contour, contour[0]]
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(around))


def _in(inner: Box, outer: Box) -> bool:
    return (
        outer[0] < inner[0] and inner[2] < outer[2] and outer[1] < inner[1] and inner[3] < outer[3]
    )
