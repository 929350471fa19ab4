"""Digits that pdfium leaves out: text whose glyphs it does not find has no width and is dropped.

A lone space looks the same, so this tells only where a second reading is worth its time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipelines.documents.pdf_shapes import Char, Page

_LANE = 12.0  # points, about a line
_TOUCHING = 0.2  # of a digit's height, from it to one behind it
_SLACK = 0.2  # of a digit's height, between two ways of measuring
_APART = 2.0  # of a digit's height, from a figure of a table to the next words
_MOST = 200  # places of a page that are looked at
_MOST_EVER = 5000  # places of a page that are counted
_IN_FIGURES = frozenset("0123456789.,")


def may_lack_digits(page: Page) -> bool:
    """Whether something unseen stands where another digit of a figure would."""
    return len(page.vanished) > _MOST or bool(_suspects(page))


def _suspects(page: Page, slack: float = 0.0) -> int:
    """How many unseen things stand where another digit of a figure would.

    Args:
        page: one page.
        slack: by how much more of a digit's height they may stand apart from it.
    """
    places = [(x, y, round(y / _LANE)) for x, y in page.vanished[:_MOST_EVER]]
    lanes: dict[int, list[Char]] = {i: [] for *_, n in places for i in range(n - 1, n + 3)}
    for char in page.chars if lanes else ():
        lane = lanes.get(round(char[4] / _LANE))
        if lane is not None:
            lane.append(char)
    found = 0
    for x, y, n in places:
        near = [c for i in range(n - 1, n + 3) for c in lanes[i]]
        line = [c for c in near if c.top <= y <= c.bottom + 1]
        # More slack may also reach words: what is beside a figure without any is so with it.
        found += any(_is_beside_figure(x, line, s) for s in {0.0, slack})
    return found


def _is_beside_figure(x: float, line: Sequence[Char], slack: float) -> bool:
    """Whether a place touches a number that stands apart from words, as in a table."""
    digits = [c for c in line if c.text in _IN_FIGURES]
    size = max((c.bottom - c.top for c in digits), default=0.0)
    before, behind = (1 + slack) * size, (_TOUCHING + slack) * size
    touching = [c for c in digits if c.x0 - before < x < c.x1 + behind]
    if not touching:
        return False
    left = min(x, *(c.x0 for c in touching))
    right = max(x, *(c.x1 for c in touching))
    for char in sorted(digits, key=lambda c: c.x0):
        if left <= char.x0 <= right + size / 2:
            right = max(right, char.x1)
    words = [c for c in line if c.text not in _IN_FIGURES]
    reach = (_APART - slack) * size
    return not any(left - reach < c.x1 and c.x0 < right + reach for c in words)


def same_digits(pages: Sequence[Page], others: Sequence[Page]) -> bool:
    """Whether two readings found the same digits; pages with hidden text are not compared.

    Args:
        pages: as pdfium reads them.
        others: as pdfplumber reads them, with their spaces as what is unseen; where it has fewer
            spaces beside figures than pdfium has unseen text, both have lost something.
    """
    return len(pages) == len(others) and all(
        p.hidden or (_digits(p) == _digits(o) and _suspects(p) <= _suspects(o, _SLACK))
        for p, o in zip(pages, others, strict=True)
    )


def _digits(page: Page) -> Counter[str]:
    """How often a page prints each digit."""
    return Counter(d for c in page.chars for d in c.text if d.isdigit())
