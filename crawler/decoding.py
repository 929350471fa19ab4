"""Bytes of a page to text, although headers and meta tags lie about the encoding.

For reading list pages and links only; the archive keeps the bytes, and reports are decoded by
their own reader.
"""

from __future__ import annotations

import codecs
import re
import zlib
from urllib.parse import quote

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_QUERY = re.compile(
    r"""((?:href|src|action)\s*=\s*["'][^"'<>?]*\?)([^"'<>]*[^\x00-\x7f][^"'<>]*)""", re.I
)
_GZIP = b"\x1f\x8b\x08"
LONGEST = 10_000_000
"""Characters of a page that are looked at for rows and links; real ones have far fewer."""
_MOST_UNZIPPED = 2 * LONGEST  # bytes
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def declared_encodings(body: bytes, content_type: str | None) -> list[str]:
    """Encodings that the header and the head of the page name, known ones only, in that order.

    The gb family is widened to gb18030: pages labelled gb2312 hold characters outside it.
    """
    header = content_type.encode("latin-1", "replace") if content_type else b""
    places = (header, body[:4096])
    found = [m.group(1).decode("ascii") for text in places for m in _CHARSET.finditer(text)]
    names: list[str] = []
    for name in found:
        try:
            codec = codecs.lookup(name).name
        except LookupError:
            continue
        names.append("gb18030" if codec.startswith(("gb", "hz")) else codec)
    return names


def _unzipped(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, _MOST_UNZIPPED)
    except zlib.error:
        return body


def decode_page(body: bytes, content_type: str | None = None) -> str:
    """The text of a page.

    A byte order mark decides. Then bytes that are valid UTF-8 are UTF-8 whatever a label says:
    Chinese text in another encoding is practically never valid UTF-8 by chance. Then what the
    page declares, then gb18030. What still does not fit is decoded with the least replacements.
    Of an endless page only the first ``LONGEST`` characters are given.
    """
    return _decode(body, content_type)[:LONGEST]


def _decode(body: bytes, content_type: str | None) -> str:
    if body.startswith(_GZIP):  # compressed by a server that does not say so
        body = _unzipped(body)
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace").lstrip("\ufeff")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _QUERY.sub(_written, _decode_other(body, content_type))


def _written(match: re.Match[str]) -> str:
    """The arguments of a link as a browser sends them: in the encoding of its page."""
    return match.group(1) + quote(match.group(2).encode("gb18030"), safe="/:?=&%#+;,@!$'()*")


def _decode_other(body: bytes, content_type: str | None) -> str:
    for name in (*declared_encodings(body, content_type), "gb18030"):
        if name == "iso8859-1":  # fits any bytes, so it proves nothing
            continue
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    attempts = [body.decode(name, "replace") for name in ("utf-8", "gb18030")]
    return min(attempts, key=lambda text: text.count("\ufffd"))
