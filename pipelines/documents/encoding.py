"""Bytes to text when the label may lie.

Government pages say gb2312 and hold gb18030, say UTF-8 and hold GBK, begin with a byte order mark
or declare nothing. An encoding in which the bytes decode without an error is right; where none
does (a file cut in the middle of a character), the one with the fewest errors is.
"""

from __future__ import annotations

import codecs
import re

from bs4.dammit import EncodingDetector

_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
}
# Any bytes decode in these, so that they do says nothing.
_SINGLE_BYTE = re.compile(r"iso-?8859|latin|windows-125|cp125|ascii|koi8|mac", re.I)
_FALLBACKS = ("utf-8", "gb18030")
_MOJIBAKE = re.compile("[\ufffd\ue000-\uf8ff]")
_SAMPLE = 4000  # bytes that show whether every second one is null


def decode(data: bytes, declared: str | None = None, is_html: bool = False) -> tuple[str, str]:
    """Decodes ``data``.

    Args:
        data: the bytes.
        declared: charset of a Content-Type header, believed when it decodes.
        is_html: whether a meta charset may stand in the bytes.

    Returns:
        The text and the name of the encoding that was used.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", "replace"), "utf-8"
    wide = _wide(data)
    if wide is not None:
        return data.decode(wide, "replace").lstrip("\ufeff"), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    candidates = _candidates(data, declared, is_html)
    for encoding in candidates:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    decoded = [(data.decode(e, "replace"), e) for e in candidates]
    return min(decoded, key=lambda d: d[0].count("\ufffd"))


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 by its byte order mark, UTF-16 also by the nulls of its ASCII."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = data[:_SAMPLE]
    if sample.count(0) < len(sample) // 8:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    return "utf-16-le" if odd > even else "utf-16-be"


def _candidates(data: bytes, declared: str | None, is_html: bool) -> list[str]:
    """Encodings to try, the named ones first, without those that fit anything."""
    named = [declared, _meta(data) if is_html else None]
    found: list[str] = []
    for name in (*named, *_FALLBACKS):
        if not name or _SINGLE_BYTE.search(name):
            continue
        wider = _WIDER.get(name.lower(), name)
        try:
            wider = codecs.lookup(wider).name
        except LookupError:
            continue
        if wider not in found and not wider.startswith("utf-16"):
            found.append(wider)
    return found


def _meta(data: bytes) -> str | None:
    found = EncodingDetector.find_declared_encoding(data[:8192], is_html=True)
    return str(found) if found else None


def garbled_share(text: str) -> float:
    """The share of replacement and private-use characters, 0 to 1."""
    return len(_MOJIBAKE.findall(text)) / max(1, len(text))
