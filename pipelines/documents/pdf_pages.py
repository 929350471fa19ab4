"""What a PDF page draws: characters with their boxes, ruled lines, fills, pictures, through pdfium.

Raw geometry only, in points from the upper left corner of the page as it is shown; no tables and
no words. pdfium is not safe for threads: one document a process at a time.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.documents import pdf_native as native
from pipelines.documents.model import DocumentError
from pipelines.documents.pdf_chars import read_chars
from pipelines.documents.pdf_digits import DigitCheck
from pipelines.documents.pdf_native import COUNTS, FLOATS, Item, counts, floats
from pipelines.documents.pdf_shapes import THIN, Edge, Matrix, Page, boxed
from pipelines.documents.pdf_sight import Sight, is_opaque
from pipelines.documents.pdf_turned import (
    print_annotations,
    quarter_of,
    turn_needed,
    turn_upright,
)

MAX_PAGES = 300
MAX_OBJECTS = 60_000
"""Drawn objects of one page; the densest table of a report has some hundreds."""
MAX_CHARS = 60_000
"""Characters of one page."""
STOCK_FONT = b"Helvetica"
"""What pdfium writes with where it does not find the font that a page names."""
MAX_CHARS_IN_ALL = 2_000_000
_MAX_OBJECTS_IN_ALL = 400_000
_MAX_PICTURES = 100  # times the page that its pictures cover, one over the other
_MAX_SEGMENTS = 200_000
_MAX_DEPTH = 8  # forms inside forms
_NEAR_WHITE = 247
_NO_WIDTH = 0.01  # points; pdfium leaves the characters of narrower text out

_PATH, _CURVE = pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_SEGMENT_BEZIERTO
_RECTANGLE = 6  # segments; with fewer a path has one part that can be filled
_CURVED = 3  # segments; with no more a path has no curve
_BOUNDS = FLOATS[:4]
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


class Ask(NamedTuple):
    """What is asked of the fonts of a file; both cost time.

    Attributes:
        stock: whether some are missing, so that ``stock_font`` matters.
        digits: whether their digits look like themselves, so that ``disguised`` does.
    """

    stock: bool = True
    digits: bool = True


_ALL = Ask()


def read_pages(document: pypdfium2.PdfDocument, ask: Ask = _ALL) -> Iterator[Page]:
    """Every page, each closed before the next is opened.

    Args:
        document: the open file.
        ask: what is asked of its fonts.

    Raises:
        DocumentError: a page cannot be read, or draws more than any report's page.
    """
    chars = objects = 0
    digits = DigitCheck() if ask.digits else None
    for index in range(len(document)):
        page = _read_page(document, index, stock=ask.stock, digits=digits)
        chars += len(page.chars)
        objects += page.objects
        if objects > _MAX_OBJECTS_IN_ALL:
            raise DocumentError(f"the PDF file draws more than {_MAX_OBJECTS_IN_ALL} objects")
        if chars > MAX_CHARS_IN_ALL:
            raise DocumentError(f"the PDF file has more than {MAX_CHARS_IN_ALL} characters")
        yield page


def _read_page(
    document: pypdfium2.PdfDocument, index: int, *, stock: bool, digits: DigitCheck | None
) -> Page:
    def reader() -> _PageReader:
        return _PageReader(document.raw, handle, index + 1, stock=stock, digits=digits)

    handle = _loaded(document, index)
    try:
        if print_annotations(handle):
            pdfium.FPDF_ClosePage(handle)
            handle = _loaded(document, index)
        page = reader().read()
        turn = turn_needed(page.texts)
        if turn and turn_upright(handle, turn):
            pdfium.FPDF_ClosePage(handle)
            handle = _loaded(document, index)
            page = reader().read()
            page.turned = turn
        return page
    finally:
        pdfium.FPDF_ClosePage(handle)


def _loaded(document: pypdfium2.PdfDocument, index: int) -> Any:
    handle = pdfium.FPDF_LoadPage(document.raw, index)
    if not handle:
        raise UnopenedError(f"page {index + 1} of the PDF file cannot be read")
    return handle


class _PageReader:
    """Reads one open page."""

    def __init__(
        self, document: Any, handle: Any, number: int, *, stock: bool, digits: DigitCheck | None
    ) -> None:
        self._ask_stock = stock
        self._digits = digits
        self._document = document
        self._handle = handle
        self._page = Page(
            number, pdfium.FPDF_GetPageWidthF(handle), pdfium.FPDF_GetPageHeightF(handle)
        )
        self._to_view = self._view()
        self._mode = (ctypes.c_int(), ctypes.c_int())
        self._modes = tuple(map(ctypes.byref, self._mode))
        self._objects = 0
        self._segments = 0
        self._covered = 0.0
        self._fonts: set[int | None] = set()
        self._sight = Sight()

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
        count = self._counted(pdfium.FPDFPage_CountObjects(self._handle))
        self._draw(native.page_object, native.item_of(self._handle), count, self._to_view, 0)
        self._page.objects = self._objects
        self._text()
        return self._page

    def _counted(self, count: int) -> int:
        self._objects += count
        if self._objects > MAX_OBJECTS:
            raise DocumentError(
                f"page {self._page.number} of the PDF file draws more than {MAX_OBJECTS} objects"
            )
        return count

    def _draw(self, thing: Any, holder: Item, count: int, matrix: Matrix, depth: int) -> None:
        """Learns of all things that a page or a form draws, in their order."""
        type_of, mode_of = native.type_of, native.render_mode
        text_object, path = self._text_object, self._path
        for i in range(count):
            item = thing(holder, i)
            if not item:
                continue
            mode = mode_of(item)
            if mode >= 0:  # only texts have one
                text_object(item, mode, matrix)
                continue
            kind = type_of(item)
            if kind == _PATH:
                path(item, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self._image(item, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
                form = native.handle(item)
                inner = _multiply(_matrix_of(item), matrix)
                within = self._counted(pdfium.FPDFFormObj_CountObjects(form))
                self._draw(native.form_object, item, within, inner, depth + 1)

    def _text_object(self, item: Item, mode: int, matrix: Matrix) -> None:
        if native.bounds(item, *_BOUNDS):
            left, bottom, right, top = floats[:4]
            if right - left < _NO_WIDTH:
                a, b, c, d, e, f = matrix
                place = (left * a + bottom * c + e, left * b + bottom * d + f)
                self._page.vanished.append(place)
            self._sight.add_text(item, mode, (left, bottom, right, top), matrix)
        if self._ask_stock and (font := native.font_of(item)).value not in self._fonts:
            self._fonts.add(font.value)
            self._page.stock_font = self._page.stock_font or _is_stock(font)
        if native.matrix(item, FLOATS[0]):
            a, b, c, d = floats[:4]
            p, q, r, s, _, _ = matrix
            if a > 0 and p > 0 and not (b or c or q or r):
                self._page.texts[0] += 1
                return
            quarter = quarter_of(a * p + b * r, a * q + b * s)
            if quarter is not None:
                self._page.texts[quarter] += 1
            elif b and c:
                # Slanted letters shear only one of the two axes; text across turns both.
                size = max(abs(a), abs(b), abs(c), abs(d))
                if min(abs(a), abs(b), abs(c), abs(d)) > 0.1 * size:
                    self._sight.slanted = True

    def _image(self, item: Item, matrix: Matrix) -> None:
        a, b, c, d, e, f = _multiply(_matrix_of(item), matrix)
        xs = (e, e + a, e + c, e + a + c)
        ys = (f, f + b, f + d, f + b + d)
        box = (min(xs), min(ys), max(xs), max(ys))
        if box[2] - box[0] <= THIN or box[3] - box[1] <= THIN:
            self._page.add_rectangle(box)  # a picture of one colour, stretched to a line
        else:
            self._page.images.append(box)
            self._covered += (box[2] - box[0]) * (box[3] - box[1])
            if self._covered > _MAX_PICTURES * self._page.width * self._page.height:
                raise DocumentError(
                    f"page {self._page.number} of the PDF file draws pictures over pictures"
                )
            self._sight.add_image(box, lambda: is_opaque(item, self._handle, self._document))

    def _path(self, item: Item, matrix: Matrix) -> None:
        self._page.strokes += 1
        native.draw_mode(item, *self._modes)
        filled, stroked = self._mode[0].value, self._mode[1].value
        count = native.segment_count(item)
        box = None
        if filled and count <= _RECTANGLE and native.bounds(item, *_BOUNDS):
            left, bottom, right, top = floats[:4]
            box = boxed(left, bottom, right, top, matrix)
            self._sight.add_fill(item, box)
        ink = (stroked and _is_ink(item, native.stroke_colour)) or (
            filled and _is_ink(item, native.fill_colour)
        )
        if not ink:
            return
        if box is not None and not stroked and count < _RECTANGLE and _is_straight(item, count):
            self._page.add_rectangle(box)
            return
        matrix = _multiply(_matrix_of(item), matrix)
        for points, straight in self._subpaths(item, matrix):
            if stroked:
                self._strokes(points)
            else:
                xs, ys = [p[0] for p in points], [p[1] for p in points]
                box = (min(xs), min(ys), max(xs), max(ys))
                if straight or max(box[2] - box[0], box[3] - box[1]) <= THIN:
                    self._page.add_rectangle(box)

    def _subpaths(
        self, item: Item, matrix: Matrix
    ) -> Iterator[tuple[list[tuple[float, float]], bool]]:
        """The points of each part of a path, and whether it has no curve."""
        a, b, c, d, e, f = matrix
        points: list[tuple[float, float]] = []
        straight = True
        count = native.segment_count(item)
        self._segments += count
        if self._segments > _MAX_SEGMENTS:
            raise DocumentError(
                f"page {self._page.number} of the PDF file draws more than {_MAX_SEGMENTS} lines"
            )
        segment_of, kind_of, point_of = native.segment_of, native.segment_type, native.segment_point
        closes, x_at, y_at = native.segment_closes, FLOATS[0], FLOATS[1]
        for i in range(count):
            segment = segment_of(item, i)
            kind = kind_of(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO and points:
                yield points, straight
                points, straight = [], True
            straight = straight and kind != pdfium.FPDF_SEGMENT_BEZIERTO
            point_of(segment, x_at, y_at)
            x, y = floats[:2]
            points.append((x * a + y * c + e, x * b + y * d + f))
            if closes(segment):
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
            sight = self._sight if self._sight.settle() else None
            letters = read_chars(self._page, text, count, self._to_view, sight)
            if self._digits is not None:
                handle = native.item_of(text)
                self._page.disguised = self._digits.are_disguised(handle, letters)
        finally:
            pdfium.FPDFText_ClosePage(text)


def _is_straight(item: Item, count: int) -> bool:
    """Whether a path of fewer segments than a rectangle's has no curve.

    A curve is three segments, so the third of at most five belongs to it.
    """
    return count <= _CURVED or native.segment_type(native.segment_of(item, 2)) != _CURVE


def _is_ink(item: Item, colour_of: Any) -> bool:
    """Whether a colour can be seen on white paper."""
    if not colour_of(item, *COUNTS):
        return True
    r, g, b, a = counts[:]
    return bool(a > 8 and min(r, g, b) < _NEAR_WHITE)


def _is_stock(font: Item) -> bool:
    """Whether a font is the one that pdfium takes where it finds none."""
    if not font or pdfium.FPDFFont_GetIsEmbedded(native.font(font)):
        return not font
    name = ctypes.create_string_buffer(len(STOCK_FONT) + 2)
    size = pdfium.FPDFFont_GetBaseFontName(native.font(font), name, len(name))
    return bool(size <= len(name) and name.value == STOCK_FONT)


def _matrix_of(item: Item) -> Matrix:
    if not native.matrix(item, FLOATS[0]):
        return _IDENTITY
    a, b, c, d, e, f = floats[:]
    return (a, b, c, d, e, f)
