"""Characters of no width and marks of direction: copied along with text, they are no part of it.

A mark that turns the order of what follows stays, since what is printed then is another text.
"""

from __future__ import annotations

import re

INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\u2066\u2068\u2069\ufeff"
_ENTITY = re.compile(
    r"&(?:#(?:173|820[3-7]|823[46]|8288|829[467]|65279)"
    r"|#x(?:ad|200[b-f]|202[ac]|206[0689]|feff)|zwn?j|shy|lrm|rlm);",
    re.I,
)
_IN_UTF8 = tuple(mark.encode() for mark in INVISIBLE)


def without_invisible(text: str) -> str:
    """Text or mark-up without them, written out or as entities."""
    for mark in INVISIBLE:
        if mark in text:  # costs nothing where it is not
            text = text.replace(mark, "")
    return _ENTITY.sub("", text) if "&" in text else text


def without_invisible_bytes(raw: bytes) -> bytes:
    """The same for UTF-8, but for entities."""
    for mark in _IN_UTF8:
        if mark in raw:
            raw = raw.replace(mark, b"")
    return raw
