"""Marks that converters leave in plain text: tags of spans, attributes, the quotes around them.

What a mark stands around stays. Tables of HTML are read before; other words between angle brackets
are the text's own.
"""

from __future__ import annotations

import re

_TAG = re.compile(
    r"</?(?:span|div|font|u|b|i|strong|em|sub|sup|p|a|center|section|o:p|small|big|mark)"
    r"(?=[\s/>])[^<>]{0,2000}>|<!--.{0,4000}?-->",
    re.I | re.S,
)
_ATTRIBUTES = re.compile(r"\[([^\[\]]{0,4000})\]\{[^{}\n]{0,500}(?:=|\.\w)[^{}]{0,500}\}")
_MOST_NESTED = 6


def without_marks(text: str) -> str:
    """The text without tags and attributes; what they stand around stays.

    Args:
        text: lines of text.
    """
    if "<" in text:
        text = _TAG.sub("", text)
    for _ in range(_MOST_NESTED if "]{" in text else 0):
        text, count = _ATTRIBUTES.subn(r"\1", text)
        if not count:
            break
    return text
