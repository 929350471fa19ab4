"""Documents attached to a PDF file: the report may be one of them, under a cover that says so.

They are attached to the file as a whole or to a place of a page (a paper clip). One level only, and
one document. Names of attachments are never used as paths.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.documents.model import Document, DocumentError
from pipelines.documents.pdf_pages import open_pdf
from pipelines.documents.pdf_turned import MOST_ANNOTATIONS
from warehouse.facts.titles import judge_title

_MAX_ATTACHED = 50
_MAX_BYTES = 50_000_000
_LONGEST_COVER = 500  # characters; a report in prose has more
_LONGEST_NAME = 300  # characters that are looked at
_NAMES = "doc docx wps rtf odt pdf html htm mht txt xlsx xls"
_ENDINGS = frozenset(f".{name}" for name in _NAMES.split())
_MARKS = (b"/EmbeddedFile", b"/FileAttachment", b"/ObjStm")  # packed objects may hold the first


def is_cover(document: Document) -> bool:
    """Whether a document is too short to be a report, and has no table."""
    if any(t.width > 1 for t in document.tables):
        return False
    return sum(map(len, document.paragraphs)) <= _LONGEST_COVER


def attached(data: bytes) -> tuple[str, bytes] | None:
    """Name and bytes of the one document attached to a PDF file; None when there is none.

    Of several it is the only one whose name is a report's.

    Raises:
        DocumentError: too many files are attached, several are documents, or it is too long.
    """
    if not any(mark in data for mark in _MARKS):
        return None
    with open_pdf(data) as opened, ExitStack() as pages:
        handles = [*_of_file(opened), *_of_pages(opened, pages)]
        if len(handles) > _MAX_ATTACHED:
            raise DocumentError(f"{len(handles)} files are attached to the PDF file")
        found = list(_documents(handles))
        if len(found) > 1:
            named = [x for x in found if judge_title(PurePosixPath(x[0]).stem).is_report]
            found = named or found
        if len(found) > 1 and len({name for name, _ in found}) == 1:
            # The same file may hang on several pages, and on the whole.
            found = [(name, _bytes_of(handle)) for name, handle in found]
            found = found[: len({content for _, content in found})]
            return _only(found)
        chosen = _only(found)
        return None if chosen is None else (chosen[0], _bytes_of(chosen[1]))


def _only(found: list[tuple[str, Any]]) -> tuple[str, Any] | None:
    """The only one of some documents, None of none.

    Raises:
        DocumentError: there are several.
    """
    if len(found) > 1:
        raise DocumentError(f"{len(found)} documents are attached to the PDF file, not one")
    return found[0] if found else None


def _of_file(opened: pypdfium2.PdfDocument) -> Iterator[object]:
    """The files attached to the whole."""
    for index in range(min(opened.count_attachments(), _MAX_ATTACHED + 1)):
        yield pdfium.FPDFDoc_GetAttachment(opened.raw, index)


def _of_pages(opened: pypdfium2.PdfDocument, pages: ExitStack) -> Iterator[object]:
    """The files attached to places of pages.

    Args:
        opened: the PDF file.
        pages: closes the pages with such files, to which these belong.
    """
    count = 0
    for index in range(len(opened)):
        page = pdfium.FPDF_LoadPage(opened.raw, index)
        if not page:
            continue
        pages.callback(pdfium.FPDF_ClosePage, page)
        for at in range(min(pdfium.FPDFPage_GetAnnotCount(page), MOST_ANNOTATIONS)):
            annotation = pdfium.FPDFPage_GetAnnot(page, at)
            if not annotation:
                continue
            pages.callback(pdfium.FPDFPage_CloseAnnot, annotation)
            if pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_FILEATTACHMENT:
                yield pdfium.FPDFAnnot_GetFileAttachment(annotation)
                count += 1
                if count > _MAX_ATTACHED:
                    return


def _documents(handles: Iterable[object]) -> Iterator[tuple[str, object]]:
    for handle in handles:
        if not handle:
            continue
        name = PurePosixPath(_name_of(handle).replace("\\", "/")).name
        if PurePosixPath(name).suffix.lower() in _ENDINGS:
            yield name, handle


def _name_of(handle: object) -> str:
    size = pdfium.FPDFAttachment_GetName(handle, None, 0)
    if not 2 < size <= 2 * _LONGEST_NAME:
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    pdfium.FPDFAttachment_GetName(handle, buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def _bytes_of(handle: object) -> bytes:
    size = ctypes.c_ulong()
    known = pdfium.FPDFAttachment_GetFile(handle, None, 0, size)
    if not known or not size.value:
        raise DocumentError("the document attached to the PDF file is empty or damaged")
    if size.value > _MAX_BYTES:
        raise DocumentError(f"the document attached to the PDF file has {size.value} bytes")
    buffer = ctypes.create_string_buffer(size.value)
    if not pdfium.FPDFAttachment_GetFile(handle, buffer, size.value, size):
        raise DocumentError("the document attached to the PDF file cannot be unpacked")
    return buffer.raw
