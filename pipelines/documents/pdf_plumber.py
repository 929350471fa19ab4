"""The second road: the same pages read by pdfplumber alone, several times slower.

It keeps lines that the first road takes for decoration (the sides of every rectangle and curve)
and opens some files that pdfium does not.
"""

from __future__ import annotations

import io
import logging
from typing import Any

import pdfplumber

from pipelines.documents.model import DocumentError
from pipelines.documents.pdf_pages import MAX_CHARS, MAX_OBJECTS, MAX_PAGES
from pipelines.documents.pdf_shapes import Char, Edge, Page
from pipelines.documents.pdf_sight import MOSTLY, PALE, WHITE

# pdfminer warns of every font that lacks a measure nobody asks for.
logging.getLogger("pdfminer").setLevel(logging.ERROR)


def plumber_pages(data: bytes, most: int = MAX_PAGES) -> list[Page]:
    """Every page by pdfplumber.

    Args:
        data: the file.
        most: pages; a longer file is refused.

    Raises:
        DocumentError: pdfplumber cannot read it, or a page draws more than any report's.
    """
    try:
        with pdfplumber.open(io.BytesIO(data)) as opened:
            if len(opened.pages) > most:
                raise DocumentError(f"the PDF file has more than {most} pages")
            return [_page(p) for p in opened.pages]
    except DocumentError:
        raise
    except Exception as error:  # pdfminer raises anything at all on broken files
        raise DocumentError(f"the PDF file is damaged: {type(error).__name__}") from error


def _page(source: pdfplumber.page.Page) -> Page:
    page = Page(source.page_number, float(source.width), float(source.height))
    if len(source.chars) > MAX_CHARS or len(source.edges) > MAX_OBJECTS:
        raise DocumentError(f"page {page.number} of the PDF file draws more than any report's")
    printed = [c for c in source.chars if c["text"].strip() and c.get("upright", True)]
    pale = [c for c in printed if _lightness(c) >= PALE]
    if 0 < len(pale) <= MOSTLY * len(printed):
        page.faint = [_char(c) for c in pale if _lightness(c) < WHITE]
        page.hidden = len(pale) - len(page.faint)
        printed = [c for c in printed if _lightness(c) < PALE]
    page.chars = [_char(c) for c in printed]
    page.vanished = [
        (c["x0"], (c["top"] + c["bottom"]) / 2) for c in source.chars if not c["text"].strip()
    ]
    for e in source.edges:
        if _is_white(e):
            continue
        if e["orientation"] == "v":
            page.edges.append(Edge(True, e["x0"], e["top"], e["bottom"]))
        elif e["orientation"] == "h":
            page.edges.append(Edge(False, e["top"], e["x0"], e["x1"]))
    page.images = [(i["x0"], i["top"], i["x1"], i["bottom"]) for i in source.images]
    source.close()
    return page


def _char(c: dict[str, Any]) -> Char:
    return Char(c["text"], c["x0"], c["top"], c["x1"], c["bottom"])


def _lightness(char: dict[str, Any]) -> float:
    """How light a character is, from 0 to 255; one of a colour that cannot be told is black."""
    colour = char.get("non_stroking_color")
    if not isinstance(colour, (tuple, list)) or not all(
        isinstance(c, (int, float)) for c in colour
    ):
        return 0.0
    if len(colour) == 1:
        return 255 * float(colour[0])
    if len(colour) == 3:
        return 255 * float(0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2])
    if len(colour) == 4:
        return 255 * float(1 - max(colour[:3])) * float(1 - colour[3])
    return 0.0


def _is_white(edge: dict[str, Any]) -> bool:
    """Whether an edge is the side of a white patch, as word processors put behind paragraphs."""
    colour = edge.get("non_stroking_color")
    if edge.get("stroke") or not edge.get("fill") or not isinstance(colour, (tuple, list)):
        return False
    return len(colour) in (1, 3) and all(isinstance(c, (int, float)) and c > 0.97 for c in colour)
