"""pdfium's functions that are asked for every drawn thing, with plain integers as handles.

The bindings of ``pypdfium2`` make an object of every handle and convert every argument; for a page
of a thousand things that costs as much as reading it. Here a handle is an address, None for none,
and answers are written to the buffers below. What is asked once a page goes the ordinary way.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

_HANDLE, _INT = ctypes.c_void_p, ctypes.c_int


def _bound(function: Any, result: Any, *arguments: Any) -> Any:
    """A function of pdfium's that takes and gives plain integers."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    if address is None:
        raise ImportError("pdfium lacks a function")
    return ctypes.CFUNCTYPE(result, *arguments)(address)


floats = (ctypes.c_float * 6)()
"""Where the functions below write boxes, points and matrices."""
counts = (ctypes.c_uint * 4)()
"""Where they write colours."""
_FLOATS = ctypes.addressof(floats)
FLOATS = tuple(_FLOATS + 4 * i for i in range(6))
"""The addresses of the floats, to be handed to the functions."""
COUNTS = tuple(ctypes.addressof(counts) + 4 * i for i in range(4))
"""The addresses of the counts."""

page_object = _bound(pdfium.FPDFPage_GetObject, _HANDLE, _HANDLE, _INT)
form_object = _bound(pdfium.FPDFFormObj_GetObject, _HANDLE, _HANDLE, _INT)
type_of = _bound(pdfium.FPDFPageObj_GetType, _INT, _HANDLE)
bounds = _bound(pdfium.FPDFPageObj_GetBounds, _INT, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE)
"""Left, bottom, right, top of a thing, each to an address of its own."""
matrix = _bound(pdfium.FPDFPageObj_GetMatrix, _INT, _HANDLE, _HANDLE)
"""The six numbers of a thing's matrix, to ``FLOATS[0]``."""
fill_colour = _bound(pdfium.FPDFPageObj_GetFillColor, _INT, *[_HANDLE] * 5)
stroke_colour = _bound(pdfium.FPDFPageObj_GetStrokeColor, _INT, *[_HANDLE] * 5)
render_mode = _bound(pdfium.FPDFTextObj_GetTextRenderMode, _INT, _HANDLE)
font_of = _bound(pdfium.FPDFTextObj_GetFont, _HANDLE, _HANDLE)
loose_box = _bound(pdfium.FPDFText_GetLooseCharBox, _INT, _HANDLE, _INT, _HANDLE)
"""Left, top, right, bottom of a character of a text, to ``FLOATS[0]``."""
is_unmapped = _bound(pdfium.FPDFText_HasUnicodeMapError, _INT, _HANDLE, _INT)
text_object = _bound(pdfium.FPDFText_GetTextObject, _HANDLE, _HANDLE, _INT)
is_see_through = _bound(pdfium.FPDFPageObj_HasTransparency, _INT, _HANDLE)
char_angle = _bound(pdfium.FPDFText_GetCharAngle, ctypes.c_float, _HANDLE, _INT)
segment_count = _bound(pdfium.FPDFPath_CountSegments, _INT, _HANDLE)
segment_of = _bound(pdfium.FPDFPath_GetPathSegment, _HANDLE, _HANDLE, _INT)
segment_type = _bound(pdfium.FPDFPathSegment_GetType, _INT, _HANDLE)
segment_closes = _bound(pdfium.FPDFPathSegment_GetClose, _INT, _HANDLE)
segment_point = _bound(pdfium.FPDFPathSegment_GetPoint, _INT, _HANDLE, _HANDLE, _HANDLE)
draw_mode = _bound(pdfium.FPDFPath_GetDrawMode, _INT, _HANDLE, _HANDLE, _HANDLE)


def address(handle: Any) -> int:
    """The address behind one of ``pypdfium2``'s handles, 0 for none."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def handle(item: int) -> Any:
    """The handle of a page's thing as ``pypdfium2`` takes it."""
    return ctypes.cast(item, pdfium.FPDF_PAGEOBJECT)


def font(item: int) -> Any:
    """The handle of a font as ``pypdfium2`` takes it."""
    return ctypes.cast(item, pdfium.FPDF_FONT)
