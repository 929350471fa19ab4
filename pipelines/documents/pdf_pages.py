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
from pipelines.documents.pdf_chars import Matrix, read_chars
from pipelines.documents.pdf_shapes import THIN, Edge, Page

MAX_PAGES = 300
MAX_OBJECTS = 60_000
"""Drawn objects of one page; the densest table of a report has some hundreds."""
MAX_CHARS = 60_000
"""Characters of one page."""
STOCK_FONT = b"Helvetica"
"""What pdfium writes with where it does not find the font that a page names."""
MAX_CHARS_IN_ALL = 2_000_000
_MAX_SEGMENTS = 200_000
_MAX_DEPTH = 8  # forms inside forms
_HIDDEN = 3  # text render mode: neither filled nor stroked, as OCR layers under a scan
_NEAR_WHITE = 247
_NO_WIDTH = 0.01  # points; pdfium leaves the characters of narrower text out

_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


def _multiply(m: Matrix, n: Matrix) -> Matrix:
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
        self._colour = tuple(ctypes.c_uint() for _ in range(4))
        self._mode = (ctypes.c_int(), ctypes.c_int())
        self._objects = 0
        self._segments = 0
        self._hidden: set[int] = set()
        self._fonts: set[int] = set()
        self._bounds = tuple(ctypes.c_float() for _ in range(4))
        self._slanted = False

    def _view(self) -> Matrix:
        """From the page's own space (upwards) to the page as shown (downwards)."""
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(self._handle, box)
        turned: dict[int, Matrix] = {
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

    def _object(self, item: Any, matrix: Matrix, depth: int) -> None:
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            self._text_object(item, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._path(item, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self._image(item, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = _multiply(_matrix_of(item), matrix)
            for i in range(self._counted(pdfium.FPDFFormObj_CountObjects(item))):
                self._object(pdfium.FPDFFormObj_GetObject(item, i), inner, depth + 1)

    def _text_object(self, item: Any, matrix: Matrix) -> None:
        if pdfium.FPDFTextObj_GetTextRenderMode(item) == _HIDDEN:
            self._hidden.add(_address(item))
        left, bottom, right, top = self._bounds
        known = pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top)
        if known and right.value - left.value < _NO_WIDTH:
            a, b, c, d, e, f = matrix
            x, y = left.value, bottom.value
            self._page.vanished.append((x * a + y * c + e, x * b + y * d + f))
        font = pdfium.FPDFTextObj_GetFont(item)
        address = _address(font)
        if address not in self._fonts:
            self._fonts.add(address)
            self._page.stock_font = self._page.stock_font or _is_stock(font)
        m = self._matrix
        if pdfium.FPDFPageObj_GetMatrix(item, self._matrix_at) and m.b and m.c:
            # Slanted letters shear only one of the two axes; text across the page turns both.
            size = max(abs(m.a), abs(m.b), abs(m.c), abs(m.d))
            if min(abs(m.a), abs(m.b), abs(m.c), abs(m.d)) > 0.1 * size:
                self._slanted = True

    def _image(self, item: Any, matrix: Matrix) -> None:
        a, b, c, d, e, f = _multiply(_matrix_of(item), matrix)
        xs = (e, e + a, e + c, e + a + c)
        ys = (f, f + b, f + d, f + b + d)
        box = (min(xs), min(ys), max(xs), max(ys))
        if box[2] - box[0] <= THIN or box[3] - box[1] <= THIN:
            self._page.add_rectangle(box)  # a picture of one colour, stretched to a line
        else:
            self._page.images.append(box)

    def _path(self, item: Any, matrix: Matrix) -> None:
        self._page.strokes += 1
        filled, stroked = self._mode
        pdfium.FPDFPath_GetDrawMode(item, filled, stroked)
        ink = (stroked.value and self._is_ink(item, pdfium.FPDFPageObj_GetStrokeColor)) or (
            filled.value and self._is_ink(item, pdfium.FPDFPageObj_GetFillColor)
        )
        if not ink:
            return
        if pdfium.FPDFPageObj_GetMatrix(item, self._matrix_at):
            m = self._matrix
            matrix = _multiply((m.a, m.b, m.c, m.d, m.e, m.f), matrix)
        for points, straight in self._subpaths(item, matrix):
            if stroked.value:
                self._strokes(points)
            else:
                xs, ys = [p[0] for p in points], [p[1] for p in points]
                box = (min(xs), min(ys), max(xs), max(ys))
                if straight or max(box[2] - box[0], box[3] - box[1]) <= THIN:
                    self._page.add_rectangle(box)

    def _is_ink(self, item: Any, colour_of: Any) -> bool:
        """Whether a colour can be seen on white paper."""
        r, g, b, a = self._colour
        if not colour_of(item, r, g, b, a):
            return True
        return a.value > 8 and min(r.value, g.value, b.value) < _NEAR_WHITE

    def _subpaths(
        self, item: Any, matrix: Matrix
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
            unseen = self._is_unseen if self._hidden or self._slanted else None
            read_chars(self._page, text, count, self._to_view, unseen)
        finally:
            pdfium.FPDFText_ClosePage(text)

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


def _address(item: Any) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0


def _is_stock(font: Any) -> bool:
    """Whether a font is the one that pdfium takes where it finds none."""
    if not font or pdfium.FPDFFont_GetIsEmbedded(font):
        return not font
    name = ctypes.create_string_buffer(len(STOCK_FONT) + 2)
    size = pdfium.FPDFFont_GetBaseFontName(font, name, len(name))
    return bool(size <= len(name) and name.value == STOCK_FONT)


def _matrix_of(item: Any) -> Matrix:
    m = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, m):
        return _IDENTITY
    return (m.a, m.b, m.c, m.d, m.e, m.f)
