"""Pages shown on their side or head: turned until their text is upright, boxes turned back.

Landscape tables stand so on upright pages. What is shown upright already, by the page's own turn or
not, is left alone. Annotations that hold print (typed figures, fields of a form) become part of
their page here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pypdfium2.raw as pdfium

from pipelines.documents.model import DocumentError
from pipelines.documents.pdf_shapes import Box, Page

_MOST = 0.6  # of the texts of a page that is turned
_FEWEST = 5
_QUARTERS = 4
_PRINTED = frozenset({pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT})
MOST_ANNOTATIONS = 2_000
"""Of one page; forms have a field a cell at most."""


def quarter_of(across: float, down: float) -> int | None:
    """The quarter turn, clockwise, of text that runs this way on the page as shown; None between.

    Args:
        across: of its direction, to the right.
        down: of the same.
    """
    if abs(down) < 0.05 * abs(across):
        return 0 if across > 0 else 2
    if abs(across) < 0.05 * abs(down):
        return 1 if down > 0 else 3
    return None


def turn_needed(texts: Sequence[int]) -> int:
    """The quarter turn that most texts of a page have, 0 for none.

    Args:
        texts: how many texts have each of the four turns.
    """
    most = max(range(_QUARTERS), key=lambda q: texts[q])
    whole = sum(texts)
    return most if whole >= _FEWEST and texts[most] > _MOST * whole else 0


def turn_upright(handle: Any, turn: int) -> bool:
    """Turns what a page draws; it has to be loaded anew.

    Args:
        handle: of the page.
        turn: quarters, clockwise, by which its text is turned as it is shown.

    Returns:
        Whether it could be done.
    """
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(handle, box)
    own = (turn - pdfium.FPDFPage_GetRotation(handle)) % _QUARTERS
    matrix = {
        0: (1, 0, 0, 1, -box.left, -box.bottom),
        1: (0, 1, -1, 0, box.top, -box.left),
        2: (-1, 0, 0, -1, box.right, box.top),
        3: (0, -1, 1, 0, -box.bottom, box.right),
    }[own]
    wide, high = box.right - box.left, box.top - box.bottom
    if own % 2:
        wide, high = high, wide
    if not pdfium.FPDFPage_TransFormWithClip(handle, pdfium.FS_MATRIX(*matrix), None):
        return False
    pdfium.FPDFPage_SetMediaBox(handle, 0, 0, wide, high)
    pdfium.FPDFPage_SetCropBox(handle, 0, 0, wide, high)
    pdfium.FPDFPage_SetRotation(handle, 0)
    return True


def as_shown(box: Box, page: Page) -> Box:
    """A box of a page that was turned upright on the page as it is shown."""
    x0, top, x1, bottom = box
    wide, high = page.width, page.height
    if page.turned == 1:
        return (high - bottom, x0, high - top, x1)
    if page.turned == 2:
        return (wide - x1, high - bottom, wide - x0, high - top)
    if page.turned == 3:
        return (top, wide - x1, bottom, wide - x0)
    return box


def print_annotations(handle: Any) -> bool:
    """Makes typed annotations and fields part of their page, which has to be loaded anew.

    Returns:
        Whether there were any.

    Raises:
        DocumentError: a page has more of them than any form has fields.
    """
    count = pdfium.FPDFPage_GetAnnotCount(handle)
    if count > MOST_ANNOTATIONS:
        raise DocumentError(f"a page of the PDF file has {count} annotations")
    return any(_is_printed(handle, i) for i in range(count)) and (
        pdfium.FPDFPage_Flatten(handle, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS
    )


def _is_printed(handle: Any, index: int) -> bool:
    annotation = pdfium.FPDFPage_GetAnnot(handle, index)
    if not annotation:
        return False
    try:
        return pdfium.FPDFAnnot_GetSubtype(annotation) in _PRINTED
    finally:
        pdfium.FPDFPage_CloseAnnot(annotation)
