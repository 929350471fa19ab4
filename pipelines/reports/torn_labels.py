"""Labels of a form found in a stream of letters, in the form's order.

Exact wordings first; a label that is missing between two that were found is looked for once more
with characters dropped or misread. Of all places a label may stand, the chain wins that holds the
most text in the form's order within the shortest stretch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.reports.torn_stream import Stream, letters_of
from warehouse.facts.forms import Label

_GAP_COST = 0.1
_MAX_HITS = 3000
_FEWEST_SURE = 5  # exact labels, before others are looked for with errors
_FUZZY_FROM = 4  # letters; a shorter label must be exact


@dataclass(frozen=True)
class Element:
    """One label in the form's order: a row, or a head that only anchors the rows.

    Attributes:
        key: what it names.
        wordings: its variants, letters only.
        row: whether figures belong to it.
    """

    key: str
    wordings: tuple[str, ...]
    row: bool = True


@dataclass(frozen=True)
class Hit:
    """A label in the stream: which element, and its letters ``start`` to ``end``."""

    element: int
    start: int
    end: int
    edits: int = 0
    followed: bool = False

    @property
    def weight(self) -> float:
        """What it adds to a chain."""
        return min(self.end - self.start, 14) - 2 * self.edits + 3 * self.followed


def element(label: Label, row: bool = True) -> Element:
    """An element from a label of a form."""
    wordings = {letters_of(w) for w in (label.label, *label.also)}
    return Element(label.key, tuple(sorted((w for w in wordings if w), key=len, reverse=True)), row)


def find_chain(stream: Stream, elements: Sequence[Element]) -> list[Hit]:
    """The labels that stand in the stream in the order of ``elements``.

    Returns:
        One hit an element at most, in order; empty when nothing is found.
    """
    behind = {t.at for t in stream.tokens}
    hits = _exact(stream.letters, elements, behind)
    chain = _best(hits)
    if len(chain) < _FEWEST_SURE:
        return chain
    fuzzy = _fuzzy(stream.letters, elements, chain, behind)
    return _best(hits + fuzzy) if fuzzy else chain


def occurrences(letters: str, wording: str) -> list[int]:
    """Where a wording begins."""
    found, at = [], letters.find(wording)
    while at >= 0:
        found.append(at)
        at = letters.find(wording, at + 1)
    return found


def _exact(letters: str, elements: Sequence[Element], behind: set[int]) -> list[Hit]:
    hits: list[Hit] = []
    for i, one in enumerate(elements):
        for wording in one.wordings:
            for at in occurrences(letters, wording):
                end = at + len(wording)
                hits.append(Hit(i, at, end, 0, one.row and end in behind))
    if len(hits) > _MAX_HITS:
        hits = sorted(hits, key=lambda h: -h.weight)[:_MAX_HITS]
    return sorted(hits, key=lambda h: (h.start, h.end))


def _best(hits: list[Hit]) -> list[Hit]:
    """The chain of the greatest weight less the gaps in it."""
    hits = sorted(hits, key=lambda h: (h.start, h.end, h.element))
    best: list[tuple[float, int]] = []
    for i, hit in enumerate(hits):
        top, before = 0.0, -1
        for j in range(i - 1, max(-1, i - 600), -1):
            other = hits[j]
            if other.end > hit.start or other.element >= hit.element:
                continue
            gained = best[j][0] - _GAP_COST * (hit.start - other.end)
            if gained > top:
                top, before = gained, j
        best.append((top + hit.weight, before))
    if not best:
        return []
    at = max(range(len(best)), key=lambda i: best[i][0])
    chain: list[Hit] = []
    while at >= 0:
        chain.append(hits[at])
        at = best[at][1]
    return chain[::-1]


def _fuzzy(
    letters: str, elements: Sequence[Element], chain: list[Hit], behind: set[int]
) -> list[Hit]:
    """Missing labels between their neighbours in the chain, with a few characters wrong."""
    found: list[Hit] = []
    known = {h.element for h in chain}
    for i, one in enumerate(elements):
        if i in known or not chain:
            continue
        before = [h.end for h in chain if h.element < i]
        after = [h.start for h in chain if h.element > i]
        left = before[-1] if before else max(0, chain[0].start - 60)
        right = after[0] if after else min(len(letters), chain[-1].end + 60)
        gap = letters[left : min(right, left + 400)]
        best = min(
            (m for w in one.wordings if (m := _search(w, gap)) is not None),
            default=None,
        )
        if best is not None:
            edits, start, end = best
            place = left + end
            found.append(Hit(i, left + start, place, edits, one.row and place in behind))
    return found


def _search(wording: str, gap: str) -> tuple[int, int, int] | None:
    """The place in ``gap`` nearest to ``wording``: edits, start, end; None when none is near.

    Sellers' algorithm: edit distance with free ends in ``gap``.
    """
    allowed = _allowed(wording)
    if len(wording) < _FUZZY_FROM or len(gap) < len(wording) - allowed:
        return None
    costs = list(range(len(wording) + 1))
    starts = [0] * (len(wording) + 1)
    best: tuple[int, int, int] | None = None
    for at, letter in enumerate(gap, 1):
        new_costs, new_starts = [0], [at]
        for k, wanted in enumerate(wording, 1):
            options = (
                (costs[k - 1] + (wanted != letter), starts[k - 1]),
                (costs[k] + 1, starts[k]),
                (new_costs[k - 1] + 1, new_starts[k - 1]),
            )
            cost, start = min(options, key=lambda o: o[0])
            new_costs.append(cost)
            new_starts.append(start)
        costs, starts = new_costs, new_starts
        if costs[-1] <= allowed and (best is None or costs[-1] < best[0]):
            best = (costs[-1], starts[-1], at)
    return best


def _allowed(wording: str) -> int:
    """How many characters may differ: one of a short label, one in four of a longer one.

    Its neighbours in the form confine where it may stand, so more is allowed than elsewhere.
    """
    return 1 if len(wording) < 8 else min(len(wording) // 4, 5)
