"""Characters under the code points of the radicals that look like them.

Fonts in PDF files name radicals in place of characters, and whoever copies text out of such a file
(an extractor, an editor of a page) passes them on. Which radical stands for which character is in
``warehouse/facts/glyphs.yaml``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from warehouse.facts.files import load_yaml

_RADICAL = re.compile("[\u2e80-\u2fd5]")


def plain_radicals(text: str) -> str:
    """A text with characters in place of radicals."""
    if text.isascii() or not _RADICAL.search(text):
        return text
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    kangxi = {c: unicodedata.normalize("NFKC", chr(c)) for c in range(0x2F00, 0x2FD6)}
    other: dict[str, str] = load_yaml("glyphs.yaml")["radicals"]
    return kangxi | {ord(k): v for k, v in other.items()}
