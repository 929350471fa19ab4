"""A pruned tree to blocks in reading order, with the range of blocks that each element holds.

No choice of the body here: ranges let ``html_body`` choose it without going through the tree
again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipelines.documents import html_table
from pipelines.documents.html_drawn import DRAWN
from pipelines.documents.html_tree import BLOCK_TAGS, LINE, lines_of
from pipelines.documents.model import Block, Paragraph, Table

_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_NO_RANGE = frozenset(("p", *_HEADINGS))
_FLAT = _NO_RANGE | {"li", "dd", "dt", "hr"}  # no body of a page when nothing is in them


@dataclass
class Walk:
    """Blocks in reading order.

    Attributes:
        blocks: paragraphs and tables.
        ranges: per element that may hold others the first block in it and the one behind its
            last.
        drawn: the blocks before which something stands that only a browser shows.
    """

    blocks: list[Block] = field(default_factory=list)
    ranges: dict[etree._Element, tuple[int, int]] = field(default_factory=dict)
    drawn: list[int] = field(default_factory=list)
    _inline: list[str] = field(default_factory=list)

    def add_text(self, text: str | None) -> None:
        """Adds text that goes on in the same paragraph; white space begins none."""
        if text and (self._inline or not text.isspace()):
            self._inline.append(text)

    def flush(self, heading: bool = False) -> None:
        """Ends the paragraph."""
        if self._inline:
            raw = "".join(self._inline)
            self._inline.clear()
            self.blocks += [Paragraph(line, heading) for line in lines_of(raw)]

    def add_paragraph(self, text: str | None, heading: bool) -> None:
        """Adds an element with nothing but a text."""
        if self._inline:
            self.flush()
        if text:
            lines = lines_of(text) if LINE in text else (" ".join(text.split()),)
            self.blocks += [Paragraph(line, heading) for line in lines if line]

    def add_picture(self, image: etree._Element) -> None:
        """Notes where something stands that only a browser shows."""
        if image.get(DRAWN):
            self.drawn.append(len(self.blocks))

    def add_tables(self, parts: list[Block]) -> None:
        """Adds what a table element was read into."""
        self.flush()
        self.blocks += parts


def walk(start: etree._Element) -> Walk:
    """Walks a pruned and dissolved tree; a stack of its own bears any nesting."""
    result = Walk()
    result.add_text(start.text)
    stack: list[tuple[etree._Element, Iterator[etree._Element], int]] = [(start, iter(start), 0)]
    while stack:
        element, children, first = stack[-1]
        entered = _next_to_enter(children, result)
        if entered is not None:
            result.add_text(entered.text)
            stack.append((entered, iter(entered), len(result.blocks)))
            continue
        stack.pop()
        if element.tag in BLOCK_TAGS:
            result.flush(element.tag in _HEADINGS)
        if element.tag not in _NO_RANGE:
            result.ranges[element] = (first, len(result.blocks))
        if stack:
            result.add_text(element.tail)
    result.flush()
    result.ranges[start] = (0, len(result.blocks))
    return result


def _next_to_enter(children: Iterator[etree._Element], result: Walk) -> etree._Element | None:
    """Reads children that need no stack; the first that does is returned, its paragraph ended."""
    for child in children:
        tag = child.tag
        if tag in _FLAT and not len(child):
            result.add_paragraph(child.text, tag in _HEADINGS)
        elif tag == "table":
            parts = html_table.read_table(child)
            if parts is None:
                result.flush()
                return child
            result.add_tables(parts)
        elif tag in BLOCK_TAGS:
            result.flush()
            return child
        elif tag == "img":
            result.add_picture(child)
        elif isinstance(tag, str):
            return child
        if tail := child.tail:
            result.add_text(tail)
    return None


def tables_in(start: etree._Element) -> list[Table]:
    """Only the tables."""
    return [b for b in walk(start).blocks if isinstance(b, Table)]
