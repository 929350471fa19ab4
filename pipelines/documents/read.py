"""The one entrance: bytes of any format to a document.

Chooses the reader by content; nothing else decides by format. A format that cannot be read yet is
an error that names it.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import PurePath
from types import ModuleType

from pipelines.documents import office, sniff, wrapped
from pipelines.documents.excel_xml import read_excel_xml
from pipelines.documents.html import read_html, read_json, read_tables
from pipelines.documents.model import (
    NOTHING_PREPARED,
    OCR_MISSING,
    Document,
    DocumentError,
    NeedsOcr,
    Prepared,
)
from pipelines.documents.ods import read_ods
from pipelines.documents.pdf import read_pdf
from pipelines.documents.pdf_attached import attached, is_cover
from pipelines.documents.pdf_pages import UnopenedError
from pipelines.documents.text import read_text
from pipelines.documents.word import read_docx
from pipelines.documents.xls import is_spreadsheet, read_xls
from pipelines.documents.xlsx import read_xlsx

_SHEETS = {sniff.XLSX: read_xlsx, sniff.ODS: read_ods, sniff.EXCEL_XML: read_excel_xml}

MAX_BYTES = 100_000_000
"""A longer file is no annual report."""


def read_document(
    data: bytes,
    name: str = "",
    content_type: str | None = None,
    prepared: Prepared = NOTHING_PREPARED,
) -> Document:
    """Reads one document.

    Args:
        data: its bytes.
        name: file name or address; breaks ties where the bytes do not tell.
        content_type: a server's Content-Type header.
        prepared: what was made ready for it.

    Raises:
        DocumentError: empty, too long, damaged, or of a format that is not read; the message says
            which.
    """
    if not data.strip():
        raise DocumentError("the file is empty")
    if len(data) > MAX_BYTES:
        raise DocumentError(f"the file has {len(data)} bytes, more than {MAX_BYTES}")
    data = sniff.without_lead(data)
    kind = sniff.sniff(data, PurePath(name).name, content_type)
    charset = re.search(r"charset=[\"']?([\w-]+)", content_type or "", re.I)
    declared = charset.group(1) if charset else None
    if kind == sniff.PDF:
        return _read_pdf(data)
    if kind == sniff.TEXT:
        return read_text(data, kind, read_tables)
    if kind == sniff.HTML:
        document = read_html(data, declared)
    elif kind == sniff.DOCX:
        document = read_docx(data, read_document)
    else:
        document = _read_less_usual(data, kind, declared, prepared)
    if document.images and not document.scanned:
        document.pictures += prepared.pictures
    if document.pictures and not document.tables:
        read_pictures(document)
    return document


def read_pictures(document: Document) -> bool:
    """Reads the pictures of a document by OCR and adds their tables.

    Args:
        document: one whose pictures may be tables that it lacks; it is changed.

    Returns:
        Whether they showed any. Why they could not be read is a note of the document.
    """
    before = len(document.tables)
    try:
        _scan().add_pictures(document)
    except DocumentError as error:
        document.notes.append(f"its pictures are not read: {error}")
    return len(document.tables) > before


def _read_pdf(data: bytes) -> Document:
    """A PDF file, or the document attached to it where its own pages are no report."""
    try:
        document = _read_pages(data)
    except DocumentError as error:
        inner = _read_attached(data, error)
        if inner is None:
            raise
        return inner
    inner = _read_attached(data) if is_cover(document) else None
    return document if inner is None else inner


def _read_attached(data: bytes, cause: DocumentError | None = None) -> Document | None:
    """The document attached to a PDF file, None without one.

    Args:
        data: the file.
        cause: why its own pages could not be read; raised when it cannot be opened at all.
    """
    try:
        found = attached(data)
    except UnopenedError as error:
        raise cause or error from None
    if found is None:
        return None
    name, inner = found
    kind = sniff.sniff(inner, name)
    if kind in wrapped.KINDS:
        raise DocumentError(f"an archive is attached to the PDF file: {name}")
    try:
        document = _read_pages(inner) if kind == sniff.PDF else read_document(inner, name)
    except DocumentError as error:
        raise DocumentError(f"attached to the PDF file, {name}: {error}") from error
    document.notes.append(f"read from the file attached to the PDF file: {name}")
    return document


def _read_pages(data: bytes) -> Document:
    """The pages of a PDF file; those that are pictures, and tables that are, are read by OCR."""
    try:
        document = read_pdf(data)
    except NeedsOcr as need:
        document = _scan().read_scanned_pdf(data, need)
    if document.pictured:
        try:
            _scan().add_pictured_tables(data, document)
        except DocumentError as error:
            document.notes.append(f"its pictures are not read: {error}")
    return document


def _scan() -> ModuleType:
    """The reader of scans, which needs packages that are not always installed.

    Raises:
        DocumentError: they are missing.
    """
    try:
        return import_module("pipelines.documents.scan")
    except ModuleNotFoundError as error:
        raise DocumentError(OCR_MISSING) from error


def _read_less_usual(data: bytes, kind: str, declared: str | None, prepared: Prepared) -> Document:
    """The formats that have to be converted or unwrapped first."""
    if kind == sniff.JSON:
        return read_json(data, declared)
    if kind in _SHEETS:
        return _SHEETS[kind](data)
    if kind == sniff.OLE and is_spreadsheet(data):
        return read_xls(data)
    if kind in office.KINDS:
        return office.read_office(data, kind, read_document, prepared.converted)
    if kind.startswith("image/"):
        picture: Document = _scan().read_image(data, kind)
        return picture
    if kind in wrapped.KINDS:
        return wrapped.read_wrapped(data, kind, read_document, MAX_BYTES)
    if kind in sniff.UNREAD_ARCHIVES:
        name = sniff.UNREAD_ARCHIVES[kind]
        raise DocumentError(f"{name}, which is not unpacked: give the document that is in it")
    if kind == sniff.UNKNOWN:
        raise DocumentError("its bytes are those of no known format")
    raise DocumentError(f"cannot read {kind} yet")
