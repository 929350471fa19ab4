"""pdfium's functions that are asked for every drawn thing, with the least that a call can cost.

The bindings of ``pypdfium2`` make a pointer of every handle and convert every argument; for a page
of a thousand things that costs as much as reading it. Here handles are ``Item``s, which pass as
they are, numbers are C integers, and answers are written to the buffers below. What is asked once
a page goes the ordinary way.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as pdfium


class Item(ctypes.c_void_p):
    """A handle of pdfium's: a drawn thing, a font, a page or its text; false for none."""


def _bound(function: Any, result: Any) -> Any:
    """A function of pdfium's whose arguments are passed unconverted.

    It takes items, the places below and integers, nothing else.
    """
    address = ctypes.cast(function, ctypes.c_void_p).value
    if address is None:
        raise ImportError("pdfium lacks a function")
    return ctypes.PYFUNCTYPE(result)(address)


_INT = ctypes.c_int
floats = (ctypes.c_float * 6)()
"""Where the functions below write boxes, points and matrices."""
counts = (ctypes.c_uint * 4)()
"""Where they write colours."""
FLOATS = tuple(ctypes.byref(floats, 4 * i) for i in range(6))
"""The places of the floats, to be handed to the functions."""
COUNTS = tuple(ctypes.byref(counts, 4 * i) for i in range(4))
"""The places of the counts."""

page_object = _bound(pdfium.FPDFPage_GetObject, Item)
form_object = _bound(pdfium.FPDFFormObj_GetObject, Item)
type_of = _bound(pdfium.FPDFPageObj_GetType, _INT)
bounds = _bound(pdfium.FPDFPageObj_GetBounds, _INT)
"""Left, bottom, right, top of a thing, each to an address of its own."""
matrix = _bound(pdfium.FPDFPageObj_GetMatrix, _INT)
"""The six numbers of a thing's matrix, to ``FLOATS[0]``."""
fill_colour = _bound(pdfium.FPDFPageObj_GetFillColor, _INT)
stroke_colour = _bound(pdfium.FPDFPageObj_GetStrokeColor, _INT)
render_mode = _bound(pdfium.FPDFTextObj_GetTextRenderMode, _INT)
font_of = _bound(pdfium.FPDFTextObj_GetFont, Item)
loose_box = _bound(pdfium.FPDFText_GetLooseCharBox, _INT)
"""Left, top, right, bottom of a character of a text, to ``FLOATS[0]``."""
is_unmapped = _bound(pdfium.FPDFText_HasUnicodeMapError, _INT)
text_object = _bound(pdfium.FPDFText_GetTextObject, Item)
is_see_through = _bound(pdfium.FPDFPageObj_HasTransparency, _INT)
char_angle = _bound(pdfium.FPDFText_GetCharAngle, ctypes.c_float)
segment_count = _bound(pdfium.FPDFPath_CountSegments, _INT)
segment_of = _bound(pdfium.FPDFPath_GetPathSegment, Item)
segment_type = _bound(pdfium.FPDFPathSegment_GetType, _INT)
segment_closes = _bound(pdfium.FPDFPathSegment_GetClose, _INT)
segment_point = _bound(pdfium.FPDFPathSegment_GetPoint, _INT)
outline_count = _bound(pdfium.FPDFGlyphPath_CountGlyphSegments, _INT)
outline_segment = _bound(pdfium.FPDFGlyphPath_GetGlyphPathSegment, Item)
draw_mode = _bound(pdfium.FPDFPath_GetDrawMode, _INT)


def item_of(handle: Any) -> Item:
    """One of ``pypdfium2``'s handles as the functions above take it."""
    return Item(ctypes.cast(handle, ctypes.c_void_p).value)


def handle(item: Item) -> Any:
    """The handle of a page's thing as ``pypdfium2`` takes it."""
    return ctypes.cast(item, pdfium.FPDF_PAGEOBJECT)


def font(item: Item) -> Any:
    """The handle of a font as ``pypdfium2`` takes it."""
    return ctypes.cast(item, pdfium.FPDF_FONT)
