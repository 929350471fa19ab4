"""Documents attached to a PDF file: the report may be one of them, under a cover that says so.

One level only, and one document. Names of attachments are never used as paths.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import PurePosixPath

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.documents.model import Document, DocumentError
from pipelines.documents.pdf_pages import open_pdf
from warehouse.facts.titles import judge_title

_MAX_ATTACHED = 50
_MAX_BYTES = 50_000_000
_LONGEST_COVER = 500  # characters; a report in prose has more
_LONGEST_NAME = 300  # characters that are looked at
_NAMES = "doc docx wps rtf odt pdf html htm mht txt xlsx xls"
_ENDINGS = frozenset(f".{name}" for name in _NAMES.split())
_MARKS = (b"/EmbeddedFile", b"/ObjStm")  # packed objects may hold the first


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
    with open_pdf(data) as opened:
        count = opened.count_attachments()
        if count > _MAX_ATTACHED:
            raise DocumentError(f"{count} files are attached to the PDF file")
        found = list(_documents(opened, count))
        if len(found) > 1:
            named = [x for x in found if judge_title(PurePosixPath(x[0]).stem).is_report]
            found = named or found
        if len(found) > 1:
            raise DocumentError(f"{len(found)} documents are attached to the PDF file, not one")
        return (found[0][0], _bytes_of(found[0][1])) if found else None


def _documents(opened: pypdfium2.PdfDocument, count: int) -> Iterator[tuple[str, object]]:
    for index in range(count):
        handle = pdfium.FPDFDoc_GetAttachment(opened.raw, index)
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
