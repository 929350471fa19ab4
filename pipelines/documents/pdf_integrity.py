"""Whether the bytes of a PDF file are all there and undamaged, before and beside reading them.

pdfium repairs what it can and says nothing: a file cut in half gives half its pages, a damaged
stream gives part of a page. No reading of pages here.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from enum import Enum
from typing import Any, cast

from isal import isal_zlib

from pipelines.documents.model import DocumentError
from pipelines.documents.pdf_bombs import Suspicion, weigh
from pipelines.documents.pdf_objects import fit_together

DAMAGED = "part of the file is damaged"
_STREAM = re.compile(rb">>\s{0,4}(stream)\r?\n")
_LENGTH = re.compile(rb"/Linearized.{0,200}?/L\s+(\d{1,12})", re.S)
_HEAD = 1024  # bytes before a stream in which its dictionary is looked for
_FILTER = re.compile(rb"/Filter\s*(\[[^\]]*\]|/[^\s/<>\[\]()]+)")
_NAME = re.compile(rb"/([^\s/<>\[\]()]+)")
_FILTERS = frozenset(
    b"FlateDecode Fl LZWDecode LZW ASCII85Decode A85 ASCIIHexDecode AHx RunLengthDecode RL "
    b"CCITTFaxDecode CCF JBIG2Decode DCTDecode DCT JPXDecode Crypt".split()
)
_SWELLING = frozenset(b"LZWDecode LZW RunLengthDecode RL".split())
_PICTURE = frozenset(b"CCITTFaxDecode CCF JBIG2Decode DCTDecode DCT JPXDecode".split())
_MAX_SWELLING = 1_000_000  # bytes packed so that no checksum says how many they become
_REFERRED = re.compile(rb"/Filter\s+\d")  # its name stands in another object
_FLUSHED = b"\0\0\xff\xff"  # how packed bytes end that were never closed
_ZLIB = b"x"  # how compressed streams begin
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
_UNSOUND = (zlib.error, cast("type[Exception]", isal_zlib.error))


class _State(Enum):
    """What a stream is found to be."""

    SOUND = "sound"
    OPEN = "open"  # nothing in it can be checked
    CUT = "cut"
    WRONG = "wrong"


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


class Damage(Enum):
    """What the bytes of a file show."""

    NONE = "none"
    """Nothing is wrong."""
    SLIGHT = "slight"
    """Something lacks or is no PDF syntax; careless programs write that, too."""
    ALTERED = "altered"
    """Streams do not fit their own checksums or filters although others do: bytes have changed."""


def examine(data: bytes) -> tuple[Damage, bool]:
    """Whether something outside streams is no PDF syntax, or a stream of text does not unpack.

    Encrypted files cannot be told and count as sound.

    Returns:
        The damage, and whether maps of characters may call digits what they are not.

    Raises:
        DocumentError: the streams unpack to more than any report holds.
    """
    if b"/Encrypt" in data:
        return Damage.NONE, True
    unpacked = 0
    seen: set[_State] = set()
    suspicion = Suspicion()
    suspicion.see_objects(data)
    for head, start in _streams(data):
        if _NOT_TEXT.search(head):
            continue
        size, state, text = _examine(data, head, start, _MAX_UNPACKED - unpacked)
        seen.add(state)
        unpacked += size
        if unpacked >= _MAX_UNPACKED:
            raise DocumentError(f"the PDF file unpacks to more than {_MAX_UNPACKED} bytes")
        suspicion.see_stream(head, text, size)
    if suspicion.is_grave:
        weigh(data)
    if _State.WRONG in seen and _State.SOUND in seen:
        return Damage.ALTERED, True
    pieces = list(_outside(data))
    whole = _is_written_well(data, pieces) and fit_together(data, pieces)
    slight = seen & {_State.WRONG, _State.CUT} or not whole
    return Damage.SLIGHT if slight else Damage.NONE, suspicion.odd_maps


def _is_written_well(data: bytes, pieces: list[tuple[int, int]]) -> bool:
    """Whether all between the streams is made of the tokens that PDF files have."""
    if not pieces or pieces[-1][1] < data.rfind(b"%%EOF") + 5:
        return False
    for start, stop in pieces:
        match = _SYNTAX.match(data, start, stop)
        if match is None or match.end() != stop:
            return False
    return True


def _outside(data: bytes) -> Iterator[tuple[int, int]]:
    """The stretches between the streams; each but the last ends where a stream begins.

    They stop where a stream has no end.
    """
    at = max(0, data[:_HEAD].find(b"%PDF-"))
    end = data.rfind(b"%%EOF") + 5
    while at < end:
        found = _STREAM.search(data, at, end)
        if found is None:
            yield at, end
            return
        yield at, found.start(1)
        after = data.find(b"endstream", found.end(), end)
        if after < 0:
            return
        at = after + len(b"endstream")


def _streams(data: bytes) -> Iterator[tuple[bytes, int]]:
    """The dictionary of each stream and where the stream begins.

    Fonts count: pdfium leaves out characters whose outlines are damaged.
    """
    for found in _STREAM.finditer(data):
        head = data[max(0, found.start() - _HEAD) : found.end()]
        yield head[head.rfind(b" obj") + 1 :], found.end()


def _examine(data: bytes, head: bytes, start: int, limit: int) -> tuple[int, _State, bytes | None]:
    """How many bytes a stream unpacks to, what state it is in, and how it begins.

    Raises:
        DocumentError: it is packed as nobody packs text.
    """
    stop = data.find(b"endstream", start)
    body = data[start : stop if stop >= 0 else len(data)]
    filters = _FILTER.search(head)
    if filters is None:
        # A stream whose dictionary has lost its filter still looks compressed.
        whole = head.startswith(b"obj")  # not only its last part
        lost = whole and body[:1] == _ZLIB and not _REFERRED.search(head)
        size, state, _ = _unpack(body, limit) if lost else (0, _State.OPEN, None)
        text = None if _REFERRED.search(head) else body
        return size, _State.WRONG if state is _State.SOUND else _State.OPEN, text
    names = _NAME.findall(filters.group(1))
    if not set(names) <= _FILTERS:
        return 0, _State.WRONG, None
    if names == [b"FlateDecode"]:
        return _unpack(body, limit)
    if len(names) > len(set(names)) or (
        _SWELLING & set(names) and len(body) > _MAX_SWELLING and not _PICTURE & set(names)
    ):
        raise DocumentError("a part of the PDF file is packed as no report's text is")
    return 0, _State.OPEN, None


def _unpack(packed: bytes, limit: int) -> tuple[int, _State, bytes]:
    """How many bytes packed ones give, whether they are sound, and the first of them."""
    if not packed.strip():
        return 0, _State.CUT, b""
    size, state, text = _inflate(isal_zlib.decompressobj(), packed, limit)
    if state is _State.CUT and not packed.rstrip(b"\r\n").endswith(_FLUSHED):
        # Some programs leave out the checksum; what lacks its own end has been changed.
        _, bare, _ = _inflate(zlib.decompressobj(-zlib.MAX_WBITS), packed[2:], limit)
        state = _State.CUT if bare is _State.SOUND else _State.WRONG
    return size, state, text


def _inflate(worker: Any, packed: bytes, limit: int) -> tuple[int, _State, bytes]:
    """How many bytes packed ones give, whether they come to their end or the limit, the first.

    Args:
        worker: what unpacks them. ISA-L is several times as fast as zlib and as strict with
            checksums; of bytes without one it passes a few more.
        packed: the bytes.
        limit: after how many to stop.
    """
    size, first = 0, b""
    try:
        while packed and not worker.eof and size < limit:
            text = worker.decompress(packed, _CHUNK)
            first = first or text
            size += len(text)
            packed = worker.unconsumed_tail
        size += len(worker.flush(1)) if not worker.eof and size < limit else 0
    except _UNSOUND:
        return size, _State.WRONG, first
    return size, _State.SOUND if worker.eof or size >= limit else _State.CUT, first
