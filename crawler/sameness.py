"""Whether two answers of one address say the same, although their bytes differ.

Pages carry tokens, times and counters of visits that are new with every answer. What counts is the
text of the body and the files that it leads to; where no body is found, all that is shown.
"""

from __future__ import annotations

from crawler.body import find_body
from crawler.decoding import decode_page
from crawler.links import read_attachments
from crawler.listing import squeeze, visible_tree


def says_the_same(one: bytes, other: bytes, content_type: str | None, base: str) -> bool:
    """Whether two pages show the same text and lead to the same files.

    Args:
        one: bytes of the first.
        other: bytes of the second.
        content_type: the header of the second.
        base: their address.
    """
    first, second = decode_page(one), decode_page(other, content_type)
    if _shown(first) != _shown(second):
        return False
    return read_attachments(first, base) == read_attachments(second, base)


def _shown(text: str) -> str | None:
    tree = visible_tree(text)
    if tree is None:
        return None
    body = find_body(tree)
    return squeeze((tree if body is None else body).text_content())
