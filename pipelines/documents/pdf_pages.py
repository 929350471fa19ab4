"""What a PDF page draws: characters with their boxes, ruled lines, fills, pictures, through pdfium.

Raw geometry only, in points from the upper left corner of the page as it is shown; no tables and
no words. pdfium is not safe for threads: one document a process at a time.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.documents.model import DocumentError
from pipelines.documents.pdf_shapes import THIN, Box, Char, Edge, Page

MAX_PAGES = 300
MAX_OBJECTS = 60_000
"""Drawn objects of one page; the densest table of a report has some hundreds."""
MAX_CHARS = 60_000
"""Characters of one page."""
MAX_CHARS_IN_ALL = 2_000_000
_MAX_SEGMENTS = 200_000
_MAX_DEPTH = 8  # forms inside forms
_HIDDEN = 3  # text render mode: neither filled nor stroked, as OCR layers under a scan
_HUGE = 60.0  # points; a character as tall is a title's or wrongly measured
_FLAT = 0.6  # of the usual height; a box as low is that of a stroke's ink
_NEAR_WHITE = 247
_HYPHEN = 2  # what pdfium makes of a hyphen at the end of a line
_UNMAPPED = "\ufffd"

_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1, 0, 0, 1, 0, 0)


def _multiply(m: _Matrix, n: _Matrix) -> _Matrix:
    """First ``m``, then ``n``."""
    a, b, c, d, e, f = m
    p, q, r, s, t, u = n
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


class UnopenedError(DocumentError):
    """pdfium cannot open the file or one of its pages; another program may."""


@contextmanager
def open_pdf(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Opens a PDF file and closes it afterwards.

    Raises:
        UnopenedError: damaged, or without pages.
        DocumentError: encrypted, or with too many pages.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in (
            pdfium.FPDF_ERR_PASSWORD,
            pdfium.FPDF_ERR_SECURITY,
        ):
            raise DocumentError("the PDF file is encrypted; it needs a password") from error
        raise UnopenedError("the PDF file is damaged or cut off") from error
    try:
        count = len(document)
        if count == 0:
            raise UnopenedError("the PDF file has no pages")
        if count > MAX_PAGES:
            raise DocumentError(f"the PDF file has {count} pages, more than {MAX_PAGES}")
        yield document
    finally:
        document.close()


def read_pages(document: pypdfium2.PdfDocument) -> Iterator[Page]:
    """Every page, each closed before the next is opened.

    Raises:
        DocumentError: a page cannot be read, or draws more than any report's page.
    """
    chars = 0
    for index in range(len(document)):
        page = _read_page(document, index)
        chars += len(page.chars)
        if chars > MAX_CHARS_IN_ALL:
            raise DocumentError(f"the PDF file has more than {MAX_CHARS_IN_ALL} characters")
        yield page


def _read_page(document: pypdfium2.PdfDocument, index: int) -> Page:
    handle = pdfium.FPDF_LoadPage(document.raw, index)
    if not handle:
        raise UnopenedError(f"page {index + 1} of the PDF file cannot be read")
    try:
        return _PageReader(handle, index + 1).read()
    finally:
        pdfium.FPDF_ClosePage(handle)


class _PageReader:
    """Reads one open page."""

    def __init__(self, handle: Any, number: int) -> None:
        self._handle = handle
        self._page = Page(
            number, pdfium.FPDF_GetPageWidthF(handle), pdfium.FPDF_GetPageHeightF(handle)
        )
        self._to_view = self._view()
        self._matrix = pdfium.FS_MATRIX()
        self._matrix_at = ctypes.byref(self._matrix)
        self._tight = tuple(ctypes.c_double() for _ in range(4))
        self._tight_at = tuple(ctypes.byref(v) for v in self._tight)
        self._objects = 0
        self._segments = 0
        self._hidden: set[int] = set()
        self._slanted = False

    def _view(self) -> _Matrix:
        """From the page's own space (upwards) to the page as shown (downwards)."""
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(self._handle, box)
        turned: dict[int, _Matrix] = {
            0: (1, 0, 0, -1, -box.left, box.top),
            1: (0, 1, 1, 0, -box.bottom, -box.left),
            2: (-1, 0, 0, 1, box.right, -box.bottom),
            3: (0, -1, -1, 0, box.top, box.right),
        }
        return turned[pdfium.FPDFPage_GetRotation(self._handle) % 4]

    def read(self) -> Page:
        for i in range(self._counted(pdfium.FPDFPage_CountObjects(self._handle))):
            self._object(pdfium.FPDFPage_GetObject(self._handle, i), self._to_view, 0)
        self._text()
        return self._page

    def _counted(self, count: int) -> int:
        self._objects += count
        if self._objects > MAX_OBJECTS:
            raise DocumentError(
                f"page {self._page.number} of the PDF file draws more than {MAX_OBJECTS} objects"
            )
        return count

    def _object(self, item: Any, matrix: _Matrix, depth: int) -> None:
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            self._text_object(item)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._path(item, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self._image(item, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = _multiply(_matrix_of(item), matrix)
            for i in range(self._counted(pdfium.FPDFFormObj_CountObjects(item))):
                self._object(pdfium.FPDFFormObj_GetObject(item, i), inner, depth + 1)

    def _text_object(self, item: Any) -> None:
        if pdfium.FPDFTextObj_GetTextRenderMode(item) == _HIDDEN:
            self._hidden.add(_address(item))
        m = self._matrix
        if pdfium.FPDFPageObj_GetMatrix(item, self._matrix_at) and m.b and m.c:
            # Slanted letters shear only one of the two axes; text across the page turns both.
            size = max(abs(m.a), abs(m.b), abs(m.c), abs(m.d))
            if min(abs(m.a), abs(m.b), abs(m.c), abs(m.d)) > 0.1 * size:
                self._slanted = True

    def _image(self, item: Any, matrix: _Matrix) -> None:
        a, b, c, d, e, f = _multiply(_matrix_of(item), matrix)
        xs = (e, e + a, e + c, e + a + c)
        ys = (f, f + b, f + d, f + b + d)
        box = (min(xs), min(ys), max(xs), max(ys))
        if box[2] - box[0] <= THIN or box[3] - box[1] <= THIN:
            self._page.add_rectangle(box)  # a picture of one colour, stretched to a line
        else:
            self._page.images.append(box)

    def _path(self, item: Any, matrix: _Matrix) -> None:
        self._page.strokes += 1
        filled, stroked = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(item, filled, stroked)
        ink = (stroked.value and _is_ink(item, pdfium.FPDFPageObj_GetStrokeColor)) or (
            filled.value and _is_ink(item, pdfium.FPDFPageObj_GetFillColor)
        )
        if not ink:
            return
        matrix = _multiply(_matrix_of(item), matrix)
        for points, straight in self._subpaths(item, matrix):
            if stroked.value:
                self._strokes(points)
            else:
                xs, ys = [p[0] for p in points], [p[1] for p in points]
                box = (min(xs), min(ys), max(xs), max(ys))
                if straight or max(box[2] - box[0], box[3] - box[1]) <= THIN:
                    self._page.add_rectangle(box)

    def _subpaths(
        self, item: Any, matrix: _Matrix
    ) -> Iterator[tuple[list[tuple[float, float]], bool]]:
        """The points of each part of a path, and whether it has no curve."""
        a, b, c, d, e, f = matrix
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[tuple[float, float]] = []
        straight = True
        count = pdfium.FPDFPath_CountSegments(item)
        self._segments += count
        if self._segments > _MAX_SEGMENTS:
            raise DocumentError(
                f"page {self._page.number} of the PDF file draws more than {_MAX_SEGMENTS} lines"
            )
        for i in range(count):
            segment = pdfium.FPDFPath_GetPathSegment(item, i)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO and points:
                yield points, straight
                points, straight = [], True
            straight = straight and kind != pdfium.FPDF_SEGMENT_BEZIERTO
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            points.append((x.value * a + y.value * c + e, x.value * b + y.value * d + f))
            if pdfium.FPDFPathSegment_GetClose(segment):
                points.append(points[0])
        if points:
            yield points, straight

    def _strokes(self, points: list[tuple[float, float]]) -> None:
        edges = self._page.edges
        for (x0, y0), (x1, y1) in pairwise(points):
            if abs(y1 - y0) < 0.6 and abs(x1 - x0) >= 0.6:
                edges.append(Edge(False, (y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif abs(x1 - x0) < 0.6 and abs(y1 - y0) >= 0.6:
                edges.append(Edge(True, (x0 + x1) / 2, min(y0, y1), max(y0, y1)))

    def _text(self) -> None:
        text = pdfium.FPDFText_LoadPage(self._handle)
        if not text:
            raise DocumentError(f"the text of page {self._page.number} cannot be read")
        try:
            count = pdfium.FPDFText_CountChars(text)
            if count > MAX_CHARS:
                raise DocumentError(
                    f"page {self._page.number} of the PDF file has {count} characters, "
                    f"more than {MAX_CHARS}"
                )
            self._chars(text, count)
        finally:
            pdfium.FPDFText_ClosePage(text)

    def _chars(self, text: Any, count: int) -> None:
        box = pdfium.FS_RECTF()
        where = ctypes.byref(box)
        unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
        unmapped = pdfium.FPDFText_HasUnicodeMapError
        page, wary = self._page, bool(self._hidden) or self._slanted
        upright, usual, left, last = False, 0.0, -1e6, -1
        for i in range(count):
            letter = _letter(unicode_of(text, i))
            if letter.isspace() or not box_of(text, i, where):
                continue
            if wary and self._is_unseen(text, i):
                page.hidden += 1
                continue
            if unmapped(text, i) == 1:
                letter = _UNMAPPED
            tall = box.top - box.bottom
            # An upright line: a character right under the one before, or an impossible box.
            if upright or abs(box.left - left) < 1 or tall > _HUGE:
                left = box.left
                above, upright = upright, self._mend_upright(text, i, box)
                if upright and not above and last >= 0:
                    self._mend_first(text, last)
            else:
                left = box.left
            last = i
            if tall < _FLAT * max(usual, box.right - box.left):
                self._mend_flat(text, i, box, usual)
            elif not upright:
                usual = tall
            page.chars.append(Char(letter, *self._shown(box)))

    def _mend_upright(self, text: Any, index: int, box: Any) -> bool:
        """Puts right the box of a character of an upright line, which pdfium places wrongly.

        Returns:
            Whether it had to.
        """
        left, right, bottom, top = self._tight
        if not pdfium.FPDFText_GetCharBox(text, index, *self._tight_at):
            return False
        x, y = (left.value + right.value) / 2, (bottom.value + top.value) / 2
        if box.left <= x <= box.right and box.bottom <= y <= box.top:
            far = box.top - box.bottom > 6 * (top.value - bottom.value) > 0
            if not far or box.top - box.bottom < _HUGE:
                return False
        half = max(right.value - left.value, top.value - bottom.value, 2.0) / 2
        box.left, box.right, box.bottom, box.top = x - half, x + half, y - half, y + half
        return True

    def _mend_first(self, text: Any, index: int) -> None:
        """Puts right the last box kept, that of the first character of an upright line."""
        box = pdfium.FS_RECTF()
        chars = self._page.chars
        if chars and pdfium.FPDFText_GetLooseCharBox(text, index, box):
            self._mend_upright(text, index, box)
            chars[-1] = Char(chars[-1].text, *self._shown(box))

    def _mend_flat(self, text: Any, index: int, box: Any, usual: float) -> None:
        """Gives a character the height of its line, where pdfium only knows that of its ink."""
        if not pdfium.FPDFText_GetCharOrigin(text, index, *self._tight_at[:2]):
            return
        baseline = self._tight[1].value
        size = max(usual, box.right - box.left)
        box.bottom = min(box.bottom, baseline - 0.2 * size)
        box.top = max(box.top, baseline + 0.8 * size)

    def _shown(self, box: Any) -> Box:
        """A box of the page's own space on the page as shown."""
        a, b, c, _, e, f = self._to_view
        if a > 0:
            return (box.left + e, f - box.top, box.right + e, f - box.bottom)
        if a < 0:
            return (e - box.right, box.bottom + f, e - box.left, box.top + f)
        x0, x1 = sorted((box.top * c + e, box.bottom * c + e))
        y0, y1 = sorted((box.left * b + f, box.right * b + f))
        return (x0, y0, x1, y1)

    def _is_unseen(self, text: Any, index: int) -> bool:
        """Whether a character is hidden, or part of a watermark across the page."""
        if self._hidden:
            item = pdfium.FPDFText_GetTextObject(text, index)
            if item and _address(item) in self._hidden:
                return True
        if self._slanted:
            quarter = math.pi / 2
            off = pdfium.FPDFText_GetCharAngle(text, index) % quarter
            return bool(min(off, quarter - off) > 0.1)
        return False


def _letter(code: int) -> str:
    if code == _HYPHEN:
        return "-"
    if code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return _UNMAPPED
    return chr(code)


def _address(item: Any) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0


def _matrix_of(item: Any) -> _Matrix:
    m = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, m):
        return _IDENTITY
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _is_ink(item: Any, colour_of: Any) -> bool:
    """Whether a colour can be seen on white paper."""
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    if not colour_of(item, r, g, b, a):
        return True
    return a.value > 8 and min(r.value, g.value, b.value) < _NEAR_WHITE
