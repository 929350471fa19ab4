"""HTML to a document: the body of the article without the page around it.

Here the steps are put together: tree, blocks, choice of the body, and for pages whose body is not
in their mark-up the fragments that scripts, frames or hidden parts hold.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from lxml import etree

from pipelines.documents import html_body, html_folded, html_page
from pipelines.documents.encoding import decode, garbled_share
from pipelines.documents.html_copies import without_copy
from pipelines.documents.html_drawn import filled_by_script
from pipelines.documents.html_embedded import embedded_pictures, fragments, json_fragments
from pipelines.documents.html_grids import redraw
from pipelines.documents.html_prune import prune, unseen
from pipelines.documents.html_table import is_picture
from pipelines.documents.html_tree import (
    Inventory,
    bare_markup,
    body_of,
    dissolve,
    parse_markup,
    take_inventory,
)
from pipelines.documents.html_walk import Walk, tables_in, walk
from pipelines.documents.model import Document, DocumentError, Paragraph, Table
from pipelines.documents.sniff import HTML

_GARBLED = 0.02  # a page with more replacement characters than this is not to be trusted
_MAX_CHARACTERS = 40_000_000
_EMPTY = 400  # characters of an article that may stand elsewhere
_MAX_AROUND = 20_000
_CALL = re.compile(r"\s*[\w.$]+\s*\((.*)\)\s*;?\s*", re.S)
"""JSON as the argument of a function, for pages of other sites."""
_DRAWN = "tables are drawn without table elements"
_HIDDEN = "the body is in parts that the page hides"
_BROKEN = "the mark-up is broken; attributes were left out"
_FOLDED = "tables are in parts that the page does not show at first"
_EMBEDDED = "the body is in a script or frame"


@dataclass
class _Reading:
    """One way to read a page.

    Attributes:
        root: its tree, pruned.
        body: the body in it.
        walk: the blocks of the body.
        anchors: what shows where the report is.
        note: what is unusual about this way.
        folds: whether the page may have tables that it does not show.
    """

    root: etree._Element
    body: etree._Element
    walk: Walk
    anchors: dict[int, str]
    note: str | None = None
    folds: bool = False

    @property
    def score(self) -> tuple[int, int]:
        """How much of a report it shows: kinds of headings and tables, big tables."""
        found = set(self.anchors.values())
        return len(found), sum(k[0] == "t" for k in found)


def read_html(data: bytes, declared: str | None = None) -> Document:
    """Reads an HTML page.

    Args:
        data: the bytes.
        declared: charset of the Content-Type header.

    Raises:
        DocumentError: nothing is in it, or it has more elements than any page.
    """
    return read_markup(decode(data, declared, is_html=True)[0])


def read_markup(text: str) -> Document:
    """Reads a page that is decoded already; see ``read_html``."""
    if len(text) > _MAX_CHARACTERS:
        raise DocumentError(f"the page has more than {_MAX_CHARACTERS} characters")
    root = parse_markup(text)
    inventory = take_inventory(root)
    document = Document(HTML, meta=html_page.meta(root))
    document.titles = html_page.titles(root, inventory, document.meta)
    reading = _read(root, inventory, text)
    if reading.folds:
        reading = _unfolded(text, reading)
    if not html_body.is_rich(reading.anchors):
        reading = _other_reading(text, reading)
    _fill(document, reading, text)
    if reading.note:
        document.notes.append(reading.note)
    if document.tables and _ends_in_table(text):
        *_, last = document.tables[-1].cells()
        last.doubt = "the page ends inside it"
        document.cut = "the page ends inside a table"
    if not document.blocks or (not document.tables and _length(reading) < _EMPTY):
        document.leads = html_page.leads(parse_markup(text))
    if garbled_share("\n".join(document.paragraphs)) > _GARBLED:
        document.notes.append("garbled characters")
    return document


def _ends_in_table(text: str) -> bool:
    """Whether a page was cut off inside a table, perhaps in the middle of a number."""
    start = max(text.rfind("<table"), text.rfind("<TABLE"))
    if start < 0 or text.rfind("</table", start) >= 0:
        return False
    tail = text[start:].lower()
    return not any(end in tail for end in ("</table", "</body", "</html"))


def _read(
    root: etree._Element,
    inventory: Inventory,
    text: str,
    keep_hidden: bool = False,
    kept: Collection[etree._Element] = (),
) -> _Reading:
    folds = html_folded.may_fold(inventory, text)
    folds = prune(root, inventory, text, keep_hidden, kept) or folds
    body = body_of(root)
    dissolve(body, inventory)
    result = walk(body)
    return _Reading(root, body, result, html_body.anchors(result), folds=folds)


def _unfolded(text: str, plain: _Reading) -> _Reading:
    """The page with the tables that it does not show in their places, if there are any."""
    root = parse_markup(text)
    inventory = take_inventory(root)
    shown = html_folded.labels([b for b in plain.walk.blocks if isinstance(b, Table)])
    kept = html_folded.unfold(root, inventory, unseen(root, inventory), shown)
    if kept is None:
        return plain
    reading = _read(root, take_inventory(root), text, kept=kept)
    reading.note = _FOLDED
    return reading if reading.score > plain.score else plain


def _other_reading(text: str, plain: _Reading) -> _Reading:
    """The best way to read a page whose mark-up shows no tables; ``plain`` if none helps."""
    best, score = plain, plain.score
    root = parse_markup(text)
    others = [(fragment, _EMBEDDED) for fragment in fragments(root)]
    if text.lower().count("<td") > 2 * sum(1 for _ in root.iter("td", "th")):
        others.append((bare_markup(text), _BROKEN))
    if redraw(root):
        drawn = _read(root, take_inventory(root), text)
        drawn.note = _DRAWN
        if drawn.score > score:
            best, score = drawn, drawn.score
    root = parse_markup(text)
    hidden = _read(root, take_inventory(root), text, keep_hidden=True)
    hidden.note = _HIDDEN
    if hidden.score > score:
        best, score = hidden, hidden.score
    for fragment, note in others:
        root = parse_markup(fragment)
        inner = _read(root, take_inventory(root), fragment)
        inner.note = note
        if inner.score > score or (not score[0] and _length(inner) > 2 * _length(best)):
            best, score = inner, inner.score
    return best


def _length(reading: _Reading) -> int:
    return sum(len(b.text) for b in reading.walk.blocks if isinstance(b, Paragraph))


def _fill(document: Document, reading: _Reading, text: str) -> None:
    """Takes the body's blocks, and the texts around it."""
    container = html_body.choose(reading.walk, reading.anchors, reading.body)
    first, end = reading.walk.ranges[container]
    blocks = reading.walk.blocks
    document.blocks = without_copy(blocks[first:end])
    outside = [b.text for b in (*blocks[:first], *blocks[end:]) if isinstance(b, Paragraph)]
    document.around = "\n".join(outside)[:_MAX_AROUND]
    document.drawn = _drawn(reading, container, text)
    document.images = sum(1 for image in container.iter("img") if is_picture(image))
    if document.images:
        document.pictures = embedded_pictures(container)
        if not document.tables:
            words = f"{document.images} pictures, which may be its tables, and no table"
            document.notes.append(words)


def _drawn(reading: _Reading, container: etree._Element, text: str) -> int:
    """How many parts that only a browser shows stand between the headings of a report."""
    first, end = reading.walk.ranges[container]
    headings = [i for i, key in reading.anchors.items() if key[0] == "s" and first <= i < end]
    if len(headings) < 2 or sum(isinstance(b, Table) for b in reading.walk.blocks[first:end]) >= 3:
        return 0
    ranges = reading.walk.ranges
    empty = (ranges[e][0] for e in filled_by_script(container, text) if e in ranges)
    return sum(min(headings) < at <= max(headings) for at in (*reading.walk.drawn, *empty))


def read_json(data: bytes, declared: str | None = None) -> Document:
    """Reads the answer of a site's programming interface that holds an article's mark-up.

    Raises:
        DocumentError: no JSON, or no article in it.
    """
    text, _ = decode(data, declared)
    call = _CALL.match(text)
    titles, found = json_fragments(call.group(1) if call else text)
    if not found:
        raise DocumentError("the JSON holds no article")
    pieces = [max(found, key=len), "\n".join(found)]  # an article may stand in several parts
    readings = [read_markup(piece) for piece in dict.fromkeys(pieces)]
    document = max(readings, key=lambda d: sum(sum(1 for _ in t.cells()) for t in d.tables))
    document.titles = [*titles, *document.titles]
    return document


def read_tables(markup: str) -> list[Table]:
    """The tables of an HTML fragment that stands inside another format."""
    root = parse_markup(f"<body>{markup}</body>")
    body = body_of(root)
    dissolve(body, take_inventory(root))
    return tables_in(body)
