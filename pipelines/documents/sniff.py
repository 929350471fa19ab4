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
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
WORD_XML = "application/msword+xml"
EXCEL_XML = "application/vnd.ms-excel+xml"
ZIP = "application/zip"
GZIP = "application/gzip"
RAR = "application/vnd.rar"
SEVEN_ZIP = "application/x-7z-compressed"
BZIP = "application/x-bzip2"
XZ = "application/x-xz"
TAR = "application/x-tar"
UNREAD_ARCHIVES = {
    RAR: "a RAR archive",
    SEVEN_ZIP: "a 7z archive",
    BZIP: "a bzip2 archive",
    XZ: "an xz archive",
    TAR: "a tar archive",
}
"""Archives that are not unpacked, by their names in messages."""
JSON = "application/json"
UNKNOWN = "application/octet-stream"

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", RTF),
    (b"PK\x05\x06", ZIP),  # of nothing
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"Rar!", RAR),
    (b"7z\xbc\xaf", SEVEN_ZIP),
    (b"\x1f\x8b", GZIP),
    (b"BZh9", BZIP),
    (b"\xfd7zXZ\x00", XZ),
)
_TAR = (257, b"ustar")  # where a tar file says so
_LEADING = b"\xef\xbb\xbf \t\r\n"
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HTML_START = re.compile(rb"<(!doctype|html|\?xml|head|body)", re.I)
_MHT_START = re.compile(rb"(?:[\w-]+:.*\r?\n(?:[ \t].*\r?\n)*)*mime-version:", re.I)
_WORD_XML = re.compile(rb"progid=.Word\.Document|<w:wordDocument\b|<pkg:package\b")
_EXCEL_XML = re.compile(rb"<(?:\w+:)?Workbook\s[^>]*schemas-microsoft-com:office:spreadsheet")
_FLAT_SHEET = ODS.encode()
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
    for kind in (ODT, ODS):
        if kind.encode() in data[:200]:
            return kind
    if "[Content_Types].xml" in names and any(n.startswith("word/") for n in names):
        return DOCX
    return OFD if "OFD.xml" in names else ZIP


def _is_json(start: bytes, data: bytes, declared: str | None) -> bool:
    """Whether text is an object or a list of objects; its strings may hold mark-up.

    It may also be the argument of a call.
    """
    if re.match(rb"(?:[\w.$]{1,60}\s*\(\s*)?(?:\{\s*[\"}]|\[\s*\{\s*\")", start) is None:
        return False
    ends = (b"}", b"]") if start[:1] in b"{[" else (b")", b");")
    return data.rstrip().endswith(ends) or "json" in (declared or "")


def _office_xml(start: bytes, head: bytes) -> str | None:
    """The type of an office file that is one XML text."""
    if start[:2] in (b"<?", b"<w", b"<p") and _WORD_XML.search(head):
        return WORD_XML
    if _EXCEL_XML.search(head):
        return EXCEL_XML
    is_sheet = _FLAT_SHEET in head and start.startswith((b"<?xml", b"<office:"))
    return ODS if is_sheet else None


def _text_type(data: bytes, name: str, declared: str | None) -> str:
    head = data[:4096]
    is_marked = head.startswith(_BOMS)
    for bom in _BOMS:
        if head.startswith(bom):
            head = head[len(bom) :]
    plain = head.replace(b"\x00", b"")  # UTF-16 without decoding it
    start = plain.lstrip()
    if start.startswith(b"{\\rtf"):
        return RTF
    if start[:1] == b"<" and (office := _office_xml(start, plain)) is not None:
        return office
    if _HTML_START.match(start):
        return HTML
    if _MHT_START.match(start):
        return MHT
    markdown = name.lower().endswith((".txt", ".md"))
    if _is_json(start, data, declared):
        return JSON
    binary = sum(b < 9 or 13 < b < 32 for b in head) > len(head) // 50
    if _MARKUP.search(plain) or (not binary and _MARKUP.search(data[:200_000])):
        return TEXT if markdown else HTML
    utf16 = is_marked or (markdown and unmarked_utf16(data) is not None)
    return UNKNOWN if binary and not utf16 else TEXT


def unmarked_utf16(data: bytes) -> str | None:
    """The byte order of UTF-16 without its mark, None for everything else.

    Such text has zero bytes (digits, line ends) and is Chinese or plain in one byte order only.
    """
    head = data[: 20_000 - len(data) % 2]
    if head.count(0) <= len(head) // 100 or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    for order in ("utf-16-le", "utf-16-be"):
        text = head.decode(order, "replace")
        usual = sum(
            c.isprintable() and (c < "\u0080" or "\u2000" <= c < "\ua000" or c >= "\uff00")
            for c in text
        )
        if usual + sum(map(str.isspace, text)) > 0.9 * len(text):
            return order
    return None


def without_lead(data: bytes) -> bytes:
    """A binary file without the blank lines or the mark that a server's page sent before it."""
    if data[:1] and data[0] in _LEADING:
        inner = data[:1024].lstrip(_LEADING)
        if inner.startswith(_BINARY):
            return data[len(data[:1024]) - len(inner) :]
    return data


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
    if data.startswith(_TAR[1], _TAR[0]):
        return TAR
    late = data[:1024].find(b"%PDF-")
    if late > 0:
        return PDF
    return _text_type(data, name, declared)
