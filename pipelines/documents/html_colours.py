"""Text of a page in the colour of the ground it stands on, which nobody sees.

Colours and grounds of styles, attributes and the page's own rules. A style sheet elsewhere may give
a dark ground to anything, so beside the white page light text is taken for unseen only where other
text of its cell or paragraph is seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from pipelines.documents.colours import TRANSPARENT, WHITE, Colour, alike, parse
from pipelines.documents.html_looks import Looks, looks
from pipelines.documents.html_shown import SHOWS

_OWN = re.compile(r"(?<![-\w])color\s*:\s*([^;!\n]+)", re.I)
_GROUND = re.compile(r"(?<![-\w])background(?:-color)?\s*:\s*([^;!\n]+)", re.I)
_COLOUR_WORDS = (re.compile("background"), re.compile("color"))
_STYLED = etree.XPath("//*[contains(@style, 'olor') or contains(@style, 'OLOR')]")
_TEXT = etree.XPath("string()")
_LIGHT = 0xC0  # every channel of a light colour has as much
_COLOURLESS = ("none", "inherit", "initial", "unset")
_INHERITED = ("inherit", "unset", "currentcolor")
_CELLS = ("td", "th")
_HOLDERS = (*_CELLS, "p", "li", "h1", "h2", "h3", "h4", "dd", "dt")
_LARGE = ("html", "body", "table", "tbody", "thead", "tfoot", "tr", "div", "section", "article")
Tags = Mapping[str, Sequence[etree._Element]]
Grounds = Mapping[etree._Element, str]
Unseen = list[tuple[etree._Element, bool]]
"""Elements whose text nobody sees, and whether their ground is said."""


def blank_unseen(root: etree._Element, tags: Tags, styles: str, found: Looks | None) -> None:
    """Takes out the text that is not told from its ground.

    A cell in which nothing else stands shows nothing that can be told from a figure: it is marked.

    Args:
        root: the tree; it is changed.
        tags: its elements by tag.
        styles: all styles of its elements, one a line.
        found: what its own rules say, None where they say nothing.
    """
    if not _pale(root, tags, styles, found):
        return
    rules = looks(root, tags.get("style", ()), _COLOUR_WORDS)  # also those of dark colours
    pale = _pale(root, tags, styles, rules)
    grounds = rules.grounds()
    coloured = {*_coloured(root, tags, rules)}
    unseen: dict[etree._Element, Unseen] = {}
    for element, colour in pale.items():
        known, ground = _ground(element, grounds)
        # A table or a division in white has its ground from a style sheet elsewhere.
        sure = known or colour is None or element.tag not in _LARGE
        if sure and (colour is None or (ground is not None and alike(colour, ground))):
            holder = _holder(element)
            if holder is not None:
                unseen.setdefault(holder, []).append((element, known))
    for holder, elements in unseen.items():
        _blank(holder, elements, coloured)


def _blank(
    holder: etree._Element,
    elements: list[tuple[etree._Element, bool]],
    coloured: set[etree._Element],
) -> None:
    """Takes the unseen text out of a cell or paragraph, all of it or what stands beside others."""
    pieces = [piece for element, _ in elements for piece in _pieces(element, coloured)]
    texts = ["".join((getattr(e, where) or "").split()) for e, where in pieces]
    whole = "".join(_TEXT(holder).split())
    beside = len(whole) > sum(map(len, texts))
    is_figure = any(c.isdigit() for c in whole) and not any(c.isalpha() for c in whole)
    is_cell = holder.tag in _CELLS
    if not beside and not (is_figure if is_cell else all(known for _, known in elements)):
        return
    if is_cell and not beside:
        holder.set(SHOWS, "colour")
    for element, where in pieces:
        setattr(element, where, None)


def _pieces(
    element: etree._Element, coloured: set[etree._Element]
) -> Iterator[tuple[etree._Element, str]]:
    """The texts of an element that have its colour: the elements, and which text of theirs."""
    yield element, "text"
    inside = list(element)  # a stack of its own bears any nesting
    while inside:
        child = inside.pop()
        yield child, "tail"
        if child not in coloured:
            yield child, "text"
            inside += child


def _pale(
    root: etree._Element, tags: Tags, styles: str, found: Looks | None
) -> dict[etree._Element, Colour | None]:
    """The elements with light text; None as the colour of what is transparent."""
    pale: dict[etree._Element, Colour | None] = {}

    def add(element: etree._Element, value: str) -> None:
        colour = parse(value)
        if colour == TRANSPARENT:
            pale[element] = None
        elif isinstance(colour, tuple) and min(colour) >= _LIGHT:
            pale[element] = colour

    ruled = found.all_of("color") if found else {}  # a style of the element is in it
    for element, value in ruled.items():
        add(element, value)
    for element in tags.get("font", ()):
        if element not in ruled:
            add(element, element.get("color") or "")
    if any(_is_light(value) for value in set(_OWN.findall(styles))):
        for element in _STYLED(root):
            if element not in ruled and (own := _own_colour(element)) is not None:
                pale.pop(element, None)  # its own colour wins
                add(element, own)
    return pale


def _is_light(value: str) -> bool:
    colour = parse(value)
    return colour == TRANSPARENT or (isinstance(colour, tuple) and min(colour) >= _LIGHT)


def _coloured(root: etree._Element, tags: Tags, found: Looks) -> Iterator[etree._Element]:
    """The elements with a colour of their own."""
    yield from tags.get("font", ())
    yield from root.iter("a")
    ruled = found.all_of("color")
    yield from (e for e, value in ruled.items() if value not in _INHERITED)
    yield from (e for e in _STYLED(root) if _own_colour(e) is not None)


def _own_colour(element: etree._Element) -> str | None:
    """The colour that the style of an element gives to its text; of several the last."""
    values = _OWN.findall(element.get("style") or "")
    return None if not values or values[-1].strip().lower() in _INHERITED else str(values[-1])


def _ground(element: etree._Element, grounds: Grounds) -> tuple[bool, Colour | None]:
    """Whether the ground of an element is said, and its colour (None: no plain light one)."""
    for here in (element, *element.iterancestors()):
        own = _GROUND.search(here.get("style") or "")
        value = own.group(1) if own else grounds.get(here) or here.get("bgcolor")
        if here.get("background"):
            return True, None
        words = (value or "").lower().split()
        colours = [c for c in map(parse, words) if c is not None and c != TRANSPARENT]
        if colours:
            return True, colours[0] if isinstance(colours[0], tuple) else None
        if any(w not in _COLOURLESS and parse(w) != TRANSPARENT for w in words):
            return True, None
    return False, WHITE


def _holder(element: etree._Element) -> etree._Element | None:
    """The cell around an element, else its paragraph."""
    chain = (element, *element.iterancestors())
    cell = next((e for e in chain if e.tag in _CELLS), None)
    return cell if cell is not None else next((e for e in chain if e.tag in _HOLDERS), None)
