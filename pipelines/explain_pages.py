"""Pictures of a document's pages with the cells that were read marked.

For PDF files, pictures of pages, and the pictures that a page or a Word file holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from pipelines.documents.model import Document
from pipelines.documents.sniff import PDF
from pipelines.reports.model import Figure, Report

_SCALE = 2.0  # pixels a point: 144 dpi
_FONT = 15  # pixels; the number as read stands in the corner of its cell
_COLOURS = {None: "#1a7f37", "number": "#1a7f37", "restored": "#9a6700", "unreadable": "#cf222e"}
_NULL = "#57606a"


def _boxes(report: Report) -> Iterator[tuple[int, tuple[float, float, float, float], Figure]]:
    for table in report.tables.values():
        for row in table.figures.values():
            for figure in row.values():
                place = figure.position
                if place is not None and place.page is not None and place.box is not None:
                    yield place.page, place.box, figure


def mark_pages(report: Report, document: Document, data: bytes, folder: Path) -> list[Path]:
    """Writes pictures of the pages with the cells that were read marked.

    Green: a number; amber: restored; red: unreadable; grey: nothing printed.

    Args:
        report: read from the file.
        document: what was read of the file; tells where its pages are.
        data: the file's bytes.
        folder: where the pictures go; made when it is missing.

    Returns:
        The pictures, one for each page with cells; none for formats without pages.
    """
    by_page: dict[int, list[tuple[tuple[float, float, float, float], Figure]]] = {}
    for page, box, figure in _boxes(report):
        by_page.setdefault(page, []).append((box, figure))
    pictures = []
    for number, image, scale in _pages(document, data, set(by_page)):
        draw = ImageDraw.Draw(image)
        font = ImageFont.load_default(_FONT)
        for box, figure in by_page[number]:
            colour = _COLOURS.get(figure.meaning, _NULL)
            draw.rectangle([v * scale for v in box], outline=colour, width=2)
            left, top = box[0] * scale + 2, box[1] * scale + 1
            draw.text((left, top), "-" if figure.value is None else str(figure.value), colour, font)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"page-{number}.png"
        image.save(path)
        pictures.append(path)
    return pictures


def _pages(
    document: Document, data: bytes, wanted: set[int]
) -> Iterator[tuple[int, Image.Image, float]]:
    """Number, picture and pixels a point of the wanted pages."""
    if document.media_type == PDF:
        with pypdfium2.PdfDocument(data) as pdf:
            for number in sorted(wanted):
                page = pdf[number - 1]
                image = page.render(scale=_SCALE).to_pil().convert("RGB")
                page.close()
                yield number, image, _SCALE
    elif document.scanned:
        from pipelines.documents.scan_image import PIXEL, pages_of_images

        files = [data] if document.media_type.startswith("image/") else document.pictures
        for number, image in enumerate(pages_of_images(files), 1):
            if number in wanted:
                yield number, image.convert("RGB"), 1 / PIXEL
