"""Labels of the forms in loose text: pieces of lines put together until they say one whole.

Where no lines are drawn, only its own words tell where a label of several lines begins and ends.
A label counts when its pieces stand under each other and say exactly a label of some form.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from pipelines.documents.pdf_lines import Line
from pipelines.documents.pdf_shapes import Box
from pipelines.documents.pdf_stitch import core
from warehouse.facts.files import load_yaml
from warehouse.facts.forms import Label, forms

ROW, GROUP, COLUMN, HEAD, ARTICLE = "row", "group", "column", "head", "article"
_STEP = 2.6  # ems from one line of a label to the next at most
_SAME = 0.5  # ems; pieces that stand no lower are beside each other
_BESIDE = 2.5  # ems between two pieces of one line
_OVER = 0.5  # of the narrower of two pieces must stand over the other
_MOST_PIECES = 40


@dataclass(slots=True)
class Block:
    """A label as it is printed.

    Attributes:
        parts: its pieces from top to bottom.
        kinds: what it may be: ``ROW``, ``GROUP``, ``COLUMN``, ``HEAD``, ``ARTICLE``; none for a
            text that is no label of a form.
    """

    parts: list[Line]
    kinds: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """Its words, one line a printed line."""
        return "\n".join(p.text for p in self.parts)

    @property
    def box(self) -> Box:
        """Around all of it."""
        return around(self.parts)

    @property
    def core(self) -> str:
        """Its words without numbering and punctuation."""
        return core("".join(p.text for p in self.parts))


def around(lines: Iterable[Line]) -> Box:
    """The box around lines of text."""
    boxes = [x.box for x in lines]
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )


def find_blocks(parts: Sequence[Line]) -> list[Block]:
    """The labels that pieces of lines make, and every other piece on its own.

    Args:
        parts: the pieces.

    Returns:
        From top to bottom; each piece is in one of them.
    """
    left = sorted(parts, key=lambda p: (p.middle, p.box[0]))
    blocks = []
    while left:
        chain, kinds = _longest(left)
        blocks.append(Block(chain, kinds))
        taken = {id(p) for p in chain}
        left = [p for p in left if id(p) not in taken]
    return blocks


def _longest(left: Sequence[Line]) -> tuple[list[Line], frozenset[str]]:
    """The longest label that begins with the first piece; this piece alone when there is none."""
    labels, beginnings = _labels()
    chain, text = [left[0]], left[0].text
    whole, kinds = 1, labels.get(core(text), frozenset())
    rest = list(left[1:])
    while core(text) in beginnings and len(chain) < _MOST_PIECES:
        found = next((p for p in _below(chain, rest) if core(text + p.text) in beginnings), None)
        if found is None:
            break
        chain.append(found)
        text += found.text
        rest = [p for p in rest if p is not found]
        if core(text) in labels:
            whole, kinds = len(chain), labels[core(text)]
    return chain[:whole], kinds


def _below(chain: Sequence[Line], rest: Iterable[Line]) -> list[Line]:
    """The pieces that may go on with a label, the nearest first."""
    last, box = chain[-1], around(chain)
    near: list[tuple[float, float, Line]] = []
    for piece in rest:
        size = max(last.size, piece.size)  # of a narrow letter the box alone may be known
        down = (piece.middle - last.middle) / size
        if down > _STEP:
            continue
        if abs(down) <= _SAME:
            gap = piece.box[0] - last.box[2]
            if 0 <= gap <= _BESIDE * size:
                near.append((0.0, gap, piece))
        elif down > 0 and _share(box, piece.box) >= _OVER:
            near.append((down, abs(piece.box[0] - last.box[0]), piece))
    return [p for *_, p in sorted(near, key=lambda n: n[:2])]


def _share(a: Box, b: Box) -> float:
    """How much of the narrower of two boxes stands over or under the other."""
    common = min(a[2], b[2]) - max(a[0], b[0])
    return common / max(1.0, min(a[2] - a[0], b[2] - b[0]))


@cache
def _labels() -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """The cores of all labels with what they may be, and all their beginnings."""
    found: dict[str, set[str]] = {}
    for kind, label in _every():
        for words in (label.label, *label.also):
            found.setdefault(core(words), set()).add(kind)
    known = load_yaml("labels.yaml")
    for words in (*known["request_head"], *known["proactive_head"]):
        found.setdefault(core(words), set()).add(HEAD)
    found.pop("", None)
    for form in forms():
        for block in form.proactive:
            found.setdefault(core(block.article), set()).add(ARTICLE)
    beginnings = {word[:n] for word in found for n in range(len(word) + 1)}
    return {word: frozenset(kinds) for word, kinds in found.items()}, frozenset(beginnings)


def _every() -> Iterable[tuple[str, Label]]:
    for form in forms():
        for label in form.request.rows:
            yield ROW, label
        for label in form.request.groups:
            yield GROUP, label
        for label in form.request.columns:
            yield COLUMN, label
        for block in form.proactive:
            for label in block.rows:
                yield ROW, label
            for label in block.columns:
                yield COLUMN, label
        for label in (*form.legal_challenge.channels, *form.legal_challenge.results):
            yield COLUMN, label
