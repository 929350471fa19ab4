"""The one entrance: bytes of any format to a document.

Chooses the reader by content; nothing else decides by format. A format that cannot be read yet is
an error that names it.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from pipelines.documents import sniff
from pipelines.documents.html import read_html, read_tables
from pipelines.documents.model import Document, DocumentError
from pipelines.documents.text import read_text
from pipelines.documents.word import read_docx

MAX_BYTES = 100_000_000
"""A longer file is no annual report."""


def read_document(data: bytes, name: str = "", content_type: str | None = None) -> Document:
    """Reads one document.

    Args:
        data: its bytes.
        name: file name or address; breaks ties where the bytes do not tell.
        content_type: a server's Content-Type header.

    Raises:
        DocumentError: empty, too long, damaged, or of a format that is not read; the message says
            which.
    """
    if not data.strip():
        raise DocumentError("the file is empty")
    if len(data) > MAX_BYTES:
        raise DocumentError(f"the file has {len(data)} bytes, more than {MAX_BYTES}")
    kind = sniff.sniff(data, PurePath(name).name, content_type)
    charset = re.search(r"charset=[\"']?([\w-]+)", content_type or "", re.I)
    declared = charset.group(1) if charset else None
    if kind == sniff.HTML:
        return read_html(data, declared)
    if kind == sniff.DOCX:
        return read_docx(data)
    if kind == sniff.TEXT:
        return read_text(data, kind, read_tables)
    raise DocumentError(f"cannot read {kind} yet")
