"""Pages that say "not found" although their status says otherwise."""

from __future__ import annotations

import re
from functools import cache

from crawler.decoding import decode_page
from crawler.listing import parse_fragment, squeeze, visible_tree
from warehouse.facts.files import load_yaml

SOFT_404 = "soft 404"
"""The flag of a response that was such a page."""

_MOST_BYTES = 60_000


@cache
def _rules() -> tuple[re.Pattern[str], tuple[str, ...], int]:
    raw = load_yaml("missing.yaml")
    return re.compile(raw["words"], re.IGNORECASE), tuple(raw["hints"]), int(raw["most_text"])


def says_missing(body: bytes, content_type: str | None = None) -> bool:
    """Whether a page's title, or its few words, say that the page does not exist.

    Args:
        body: the page.
        content_type: its header.
    """
    if not 0 < len(body) <= _MOST_BYTES:
        return False
    words, hints, most = _rules()
    text = decode_page(body, content_type)
    if not any(hint in text for hint in hints) or not words.search(text):
        return False
    tree = parse_fragment(text)
    title = squeeze(tree.findtext(".//title") or "") if tree is not None else ""
    if words.search(title):
        return True
    shown = visible_tree(text)
    visible = squeeze(shown.text_content()) if shown is not None else ""
    return len(visible) <= most and bool(words.search(visible))
