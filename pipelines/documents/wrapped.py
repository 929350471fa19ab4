"""Documents inside other files: web archives (MHT), a zip or gzip of one document.

One level only: an archive in an archive is an error. Names inside archives are never used as paths.
"""

from __future__ import annotations

import email
import email.policy
import io
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage, Message
from pathlib import PurePosixPath

from pipelines.documents import sniff
from pipelines.documents.html import read_html
from pipelines.documents.model import Document, DocumentError
from warehouse.facts.titles import judge_title

KINDS = (sniff.MHT, sniff.ZIP, sniff.GZIP)
_ARCHIVES = (sniff.ZIP, sniff.GZIP, *sniff.UNREAD_ARCHIVES)
_FORMATS = {
    f".{n}": i
    for i, n in enumerate(["docx", "doc", "wps", "rtf", "odt", "html", "htm", "mht", "xlsx", "xls"])
}
"""The formats that say most first."""
_PICTURES = frozenset((".png", ".jpg", ".jpeg", ".tif", ".tiff"))
_ENDINGS = frozenset((*_FORMATS, ".pdf", ".txt", ".md", ".ofd", ".ods", *_PICTURES))
_PARTS_OF_A_PAGE = (".files", "_files")
"""Endings of folders in which browsers and Word keep what belongs to a page."""
_MAX_ENTRIES = 1000
_MAX_PARTS = 1000
_MOST_PIECES = 100
_MOST_PAGES = 8  # of a web archive that are worth a look
_GZIP = b"\x1f\x8b"
_MOST_PICTURES = 50
_DAMAGE = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError)
Read = Callable[[bytes, str], Document]


def read_wrapped(data: bytes, kind: str, read: Read, limit: int) -> Document:
    """Reads the one document that a file wraps.

    Args:
        data: the file.
        kind: its type, one of ``KINDS``.
        read: reads the document inside, given its bytes and name.
        limit: bytes it may have unpacked.

    Raises:
        DocumentError: nothing or more than one document is inside, it is encrypted, damaged, too
            long unpacked, or an archive again.
    """
    if kind == sniff.MHT:
        return _read_mht(data)
    name, inner = _unzip(data, limit) if kind == sniff.ZIP else ("", _gunzip(data, limit))
    if sniff.sniff(inner, name) in _ARCHIVES:
        raise DocumentError("an archive inside an archive")
    return read(inner, name)


def _read_mht(data: bytes) -> Document:
    """The HTML part of a web archive; of several the one with the largest tables, else text."""
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.default)
    pages: list[tuple[bytes, str | None]] = []
    pictures: list[bytes] = []
    for count, part in enumerate(message.walk()):
        if count > _MAX_PARTS:
            raise DocumentError(f"a web archive of more than {_MAX_PARTS} parts")
        if part.get_content_type() == "text/html":
            pages.append((_payload(part), part.get_content_charset()))
        elif part.get_content_maintype() == "image" and len(pictures) < _MOST_PICTURES:
            pictures.append(_payload(part))
    if not pages:
        raise DocumentError("the web archive holds no page")
    document = _best_of(sorted(pages, key=lambda p: len(p[0]), reverse=True)[:_MOST_PAGES])
    document.media_type = sniff.MHT
    if document.images:
        document.pictures += pictures
    return document


def _best_of(pages: list[tuple[bytes, str | None]]) -> Document:
    """The page that holds most; the others are frames around it.

    Raises:
        DocumentError: none of them can be read.
    """
    found: list[Document] = []
    trouble: DocumentError | None = None
    for page, charset in pages:
        try:
            found.append(read_html(page, charset))
        except DocumentError as error:
            trouble = trouble or error
    if not found and trouble is not None:
        raise trouble
    return max(found, key=_size)


def _size(document: Document) -> tuple[int, int]:
    cells = sum(sum(1 for _ in table.cells()) for table in document.tables)
    return cells, sum(map(len, document.paragraphs))


def _payload(part: Message | EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _unzip(data: bytes, limit: int) -> tuple[str, bytes]:
    """Name and bytes of the one document in a zip file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            info = _one_document(archive.infolist())
            if info.flag_bits & 1:
                raise DocumentError("the zip file is encrypted")
            if info.file_size > limit:
                raise DocumentError(f"the zip file unpacks to {info.file_size} bytes")
            with archive.open(info) as part:
                inner = part.read(limit + 1)
    except (*_DAMAGE, zlib.error) as error:
        raise DocumentError(f"the zip file is damaged or cut off: {error}") from error
    if len(inner) > limit:
        raise DocumentError(f"the zip file unpacks to more than {limit} bytes")
    return PurePosixPath(_name(info)).name, inner


def _one_document(infos: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """The document among the entries.

    Of several it is the only one whose name is a report's; copies, and one document in several
    formats, count as one; pictures beside other files do not count.
    """
    if len(infos) > _MAX_ENTRIES:
        raise DocumentError(f"the zip file holds {len(infos)} files")
    files = [i for i in infos if not i.is_dir() and i.file_size and not _is_litter(i.filename)]
    known = [i for i in files if _suffix(i) in _ENDINGS]
    found = [i for i in known if _suffix(i) not in _PICTURES] or known or files
    if len(found) > 1:
        found = [i for i in found if judge_title(PurePosixPath(_name(i)).stem).is_report] or found
    found = list({(i.CRC, i.file_size): i for i in reversed(found)}.values())
    if len({PurePosixPath(_name(i)).stem for i in found}) == 1:
        found = sorted(found, key=lambda i: _FORMATS.get(_suffix(i), len(_FORMATS)))[:1]
    if len(found) != 1:
        raise DocumentError(f"the zip file holds {len(found)} documents, not one")
    return found[0]


def _suffix(info: zipfile.ZipInfo) -> str:
    return PurePosixPath(_name(info)).suffix.lower()


def _is_litter(name: str) -> bool:
    last = PurePosixPath(name).name.lower()
    if any(p.endswith(_PARTS_OF_A_PAGE) for p in PurePosixPath(name).parts[:-1]):
        return True
    return name.startswith("__MACOSX") or last in ("thumbs.db", "desktop.ini") or last[:1] == "."


def _name(info: zipfile.ZipInfo) -> str:
    """The entry's name; without the flag for UTF-8 it is mostly GBK."""
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _gunzip(data: bytes, limit: int) -> bytes:
    """The bytes of a gzip file, which may be several joined; what else stands behind is nothing."""
    pieces: list[bytes] = []
    left = limit + 1
    while not pieces or data.startswith(_GZIP):
        if len(pieces) == _MOST_PIECES:
            raise DocumentError(f"a gzip file of more than {_MOST_PIECES} parts")
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            pieces.append(unpacker.decompress(data, left))
        except zlib.error as error:
            raise DocumentError(f"the gzip file is damaged: {error}") from error
        left -= len(pieces[-1])
        if left <= 0:
            raise DocumentError(f"the gzip file unpacks to more than {limit} bytes")
        if not unpacker.eof:
            raise DocumentError("the gzip file is cut off")
        data = unpacker.unused_data
    return b"".join(pieces)
