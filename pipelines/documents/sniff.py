"""What bytes are, by their content; names and declared types only break ties.

Extensions lie: a ``.doc`` may be HTML, RTF or DOCX. No parsing beyond the first kilobytes and
the directory of a zip file.
"""

from __future__ import annotations

import io
import re
import zipfile

HTML = "text/html"
TEXT = "text/plain"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OLE = "application/x-ole-storage"
RTF = "application/rtf"
MHT = "multipart/related"
OFD = "application/ofd"
ZIP = "application/zip"
JSON = "application/json"
UNKNOWN = "application/octet-stream"

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", RTF),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"Rar!", "application/vnd.rar"),
    (b"7z\xbc\xaf", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MARKUP = re.compile(
    rb"<(!doctype html|html|head|body|meta|table|div|p|span|td|tr|script|title|ucap)[\s>/]", re.I
)


def _zip_type(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist()[:2000])
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        # A cut-off office file has lost its directory; its first entries still tell what it was.
        head = data[:4096]
        return DOCX if b"word/" in head or b"[Content_Types].xml" in head else ZIP
    if "word/document.xml" in names:
        return DOCX
    if "xl/workbook.xml" in names:
        return XLSX
    return OFD if "OFD.xml" in names else ZIP


def _text_type(data: bytes, name: str, declared: str | None) -> str:
    head = data[:4096]
    for bom in _BOMS:
        if head.startswith(bom):
            head = head[len(bom) :]
    plain = head.replace(b"\x00", b"")  # UTF-16 without decoding it
    start = plain.lstrip()
    if re.match(rb"(?:[\w-]+:.*\r?\n)*mime-version:", start, re.I):
        return MHT
    markdown = name.lower().endswith((".txt", ".md"))
    if re.match(rb"<(!doctype|html|\?xml|head|body)", start, re.I):
        return HTML
    if _MARKUP.search(plain) or _MARKUP.search(data[:200_000]):
        return TEXT if markdown else HTML
    if start[:1] in (b"{", b"[") and "json" in (declared or "json"):
        return JSON if start[:1] == b"{" or start[:2] == b"[{" else TEXT
    binary = sum(b < 9 or 13 < b < 32 for b in head) > len(head) // 50
    utf16 = head is not data[:4096] and b"\x00" in head
    return UNKNOWN if binary and not utf16 else TEXT


def sniff(data: bytes, name: str = "", declared: str | None = None) -> str:
    """The media type of ``data``.

    Args:
        data: the bytes, or at least all of a zip file and the first kilobytes of anything else.
        name: a file name or address; decides only between HTML and text that holds mark-up.
        declared: the type a server named.
    """
    for magic, kind in _MAGIC:
        if data.startswith(magic) and (magic != b"BM" or b"\x00" in data[2:14]):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _zip_type(data)
    late = data[:1024].find(b"%PDF-")
    if late > 0:
        return PDF
    return _text_type(data, name, declared)
