"""Whether the bytes of a PDF file are all there and undamaged, before and beside reading them.

pdfium repairs what it can and says nothing: a file cut in half gives half its pages, a damaged
stream gives part of a page. No reading of pages here.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from pipelines.documents.model import DocumentError

DAMAGED = "part of the file is damaged"
_STREAM = re.compile(rb">>\s{0,4}stream\r?\n")
_LENGTH = re.compile(rb"/Linearized.{0,200}?/L\s+(\d{1,12})", re.S)
_HEAD = 1024  # bytes before a stream in which its dictionary is looked for
_NOT_TEXT = re.compile(rb"/Image\b|/Metadata\b")
_TAIL = 2048  # bytes that servers and signers leave behind the end mark
_SYNTAX = re.compile(
    rb"(?:[\s\x00]++"
    rb"|/[^\s\x00()<>\[\]{}/%]*+"  # names; Chinese producers write raw bytes in them
    rb"|[-+]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?![0-9A-Za-z.])"
    rb"|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*+\))*+\))*+\)"
    rb"|<[0-9A-Fa-f\s]*+>|<<|>>|\[|\]"
    rb"|(?:R|n|f|obj|endobj|true|false|null|xref|trailer|startxref|stream)(?![0-9A-Za-z])"
    rb"|%[^\r\n]*+)*+",
    re.S,
)
_MAX_UNPACKED = 300_000_000
_CHUNK = 1_000_000


def check_whole(data: bytes) -> None:
    """Makes sure that the file has its end.

    Raises:
        DocumentError: it was cut off, as by a download that broke.
    """
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise DocumentError("the PDF file is cut off: its end is missing")
    rest = data[end + 5 :]
    if len(rest) > _TAIL and b" obj" in rest:
        raise DocumentError("the PDF file is cut off: its last part is missing")
    promised = _LENGTH.search(data[:_HEAD])
    if promised and len(data) < int(promised.group(1)) - _TAIL:
        raise DocumentError(
            f"the PDF file is cut off: it has {len(data)} of {int(promised.group(1))} bytes"
        )


def is_damaged(data: bytes) -> bool:
    """Whether something outside streams is no PDF syntax, or a stream of text does not unpack.

    Encrypted files cannot be told and count as sound.

    Raises:
        DocumentError: the streams unpack to more than any report holds.
    """
    if b"/Encrypt" in data:
        return False
    unpacked = 0
    damaged = not _is_written_well(data)
    for start in _text_streams(data):
        size, sound = _unpack(data, start, _MAX_UNPACKED - unpacked)
        unpacked += size
        damaged = damaged or not sound
        if unpacked >= _MAX_UNPACKED:
            raise DocumentError(f"the PDF file unpacks to more than {_MAX_UNPACKED} bytes")
    return damaged


def _is_written_well(data: bytes) -> bool:
    """Whether all between the streams is made of the tokens that PDF files have."""
    at = max(0, data[:_HEAD].find(b"%PDF-"))
    end = data.rfind(b"%%EOF") + 5
    while at < end:
        found = _STREAM.search(data, at, end)
        stop = found.start() + 2 if found else end
        match = _SYNTAX.match(data, at, stop)
        if match is None or match.end() != stop:
            return False
        if found is None:
            return True
        at = data.find(b"endstream", found.end(), end) + len(b"endstream")
        if at < found.end():
            return False
    return True


def _text_streams(data: bytes) -> Iterator[int]:
    """Where compressed streams begin that are no pictures.

    Fonts count: pdfium leaves out characters whose outlines are damaged.
    """
    for found in _STREAM.finditer(data):
        head = data[max(0, found.start() - _HEAD) : found.end()]
        head = head[head.rfind(b" obj") + 1 :]
        filters = head.count(b"Decode") - head.count(b"DecodeParms")
        if b"/FlateDecode" in head and filters == 1 and not _NOT_TEXT.search(head):
            yield found.end()


def _unpack(data: bytes, start: int, limit: int) -> tuple[int, bool]:
    """How many bytes a stream unpacks to, and whether it is sound."""
    stream = data.find(b"endstream", start)
    worker = zlib.decompressobj()
    pending = data[start : stream if stream >= 0 else len(data)]
    size = 0
    try:
        while pending and not worker.eof and size < limit:
            size += len(worker.decompress(pending, _CHUNK))
            pending = worker.unconsumed_tail
        size += len(worker.flush(1)) if not worker.eof and size < limit else 0
    except zlib.error:
        return size, False
    return size, worker.eof or size >= limit
