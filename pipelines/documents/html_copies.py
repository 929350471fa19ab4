"""A report that stands twice on its page (for screens and for telephones) is read once.

Only a copy with the same words is dropped; two different reports on one page both stay.
"""

from __future__ import annotations

from pipelines.documents.headings import heading_key
from pipelines.documents.model import Block, Paragraph

_SAME = 0.9  # share of a copy's texts that stand in the first one too


def without_copy(blocks: list[Block]) -> list[Block]:
    """The blocks up to where they begin to repeat themselves."""
    headings = [
        (i, key)
        for i, b in enumerate(blocks)
        if isinstance(b, Paragraph) and (key := heading_key(b.text)) is not None
    ]
    seen: dict[str, int] = {}
    for at, (i, key) in enumerate(headings):
        first = seen.setdefault(key, i)
        later = {k for _, k in headings[at:]}
        if first != i and len(later) >= 3 and set(seen) <= later:
            start = _start_of_copy(blocks, first, i)
            if _is_copy(blocks[:start], blocks[start:]):
                return blocks[:start]
            return blocks
    return blocks


def _start_of_copy(blocks: list[Block], first: int, again: int) -> int:
    """Goes back over the preamble that both copies have before their first heading."""
    back = 0
    while back < first and again - back - 1 > first and _same(blocks, first, again, back + 1):
        back += 1
    return again - back


def _same(blocks: list[Block], first: int, again: int, back: int) -> bool:
    return _texts(blocks[first - back]) == _texts(blocks[again - back])


def _texts(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return [block.text]
    return [c.text for c in block.cells()]


def _is_copy(first: list[Block], second: list[Block]) -> bool:
    """Whether all figures of the second stand in the first in the same order, and most words."""
    known = {tuple(_texts(b)) for b in first}
    tables = [tuple(_texts(b)) for b in second if not isinstance(b, Paragraph)]
    if not all(t in known for t in tables):
        return False
    words = [tuple(_texts(b)) for b in second if isinstance(b, Paragraph) and len(b.text) > 10]
    return sum(w in known for w in words) >= _SAME * len(words)
