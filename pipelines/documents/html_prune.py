"""What is taken out of a page's tree before it is read: furniture, and what nobody sees.

How something comes to be unseen: its own style and attributes here, rules in ``html_looks``,
colours in ``html_colours``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from lxml import etree

from pipelines.documents.html_colours import blank_unseen
from pipelines.documents.html_drawn import mark_drawings
from pipelines.documents.html_looks import Looks, looks, say_anything
from pipelines.documents.html_shown import not_printed
from pipelines.documents.html_tree import BLOCK_TAGS, DROPPED, Inventory, body_of, names

_HIDES = re.compile(
    r"display\s*:\s*none(?!.*display\s*:)|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|clip\s*:\s*rect\(\s*(?:0|1px)|scale\(\s*0\s*\)"
    r"|clip-path\s*:\s*inset\(\s*(?:50|100)%",
    re.I | re.M,
)
_AWAY = re.compile(r"(?:left|top|text-indent)\s*:\s*-\d{3,}", re.I)
_PLACED = re.compile(r"position\s*:\s*(?:absolute|fixed|relative)", re.I)
_BOX = re.compile(r"display\s*:\s*(?:block|inline-block|flex|grid)|float\s*:|position\s*:", re.I)
_NO_SIZE = re.compile(r"font-size\s*:\s*0(?:\.0+)?(?:px|pt|em)?\s*(?:[;!]|$)", re.I | re.M)
_FLAT = re.compile(
    r"(?<![-\w])(?:max-)?(?:width|height)\s*:\s*0(?:px|pt|em|%)?\s*(?:[;!]|$)", re.I | re.M
)
"""Of no size; what is in it is seen unless it is cut off there."""
_CUT_OFF = re.compile(r"overflow(?:-[xy])?\s*:\s*hidden", re.I)
_GROWING = ("table", "tbody", "tr", "td", "th", "img")  # as large as what is in them
_LONGEST_STYLE = 400  # characters of a style that is remembered
_STYLES = etree.XPath("//@style", smart_strings=False)
_OF_ELEMENTS = etree.XPath("//@style")
_LENGTH = etree.XPath("string-length()")
_HIDDEN = etree.XPath("//@hidden/..")
_FURNITURE = ("nav", "footer", "button")
_OWN_BODY = ("html", "body")


def prune(
    root: etree._Element,
    found: Inventory,
    text: str,
    keep_hidden: bool = False,
    kept: Collection[etree._Element] = (),
) -> bool:
    """Takes out of the tree what is no content or what nobody sees.

    Args:
        root: the tree; it is changed.
        found: what it holds.
        text: its source, which tells quickly what cannot be in it.
        keep_hidden: leave hidden parts in, for pages whose script shows them.
        kept: hidden parts that are left in.

    Returns:
        Whether tables were hidden or in the furniture.
    """
    body = body_of(root)
    own = dict.fromkeys(_STYLES(root))
    styles = "\n".join(own)
    rules = _rules(root, found)
    furniture = _furniture(root, found, body)
    dropped = [e for e in furniture if e.tag not in names("skip_tags")]
    dropped += not_printed(root, found.tags, styles, text, rules.struck() if rules else [])
    mark_drawings(found.tags)
    blank_unseen(root, found.tags, styles, rules)
    hidden = [] if keep_hidden else _unseen(root, own, rules)
    for element in (*dropped, *hidden):
        if element.tag not in _OWN_BODY and element not in kept:
            element.tag = DROPPED
    tables = any(next(e.iter("table"), None) is not None for e in (*hidden, *furniture))
    etree.strip_elements(root, *names("skip_tags"), DROPPED, with_tail=False)
    return tables


def unseen(
    root: etree._Element, found: Inventory
) -> tuple[list[etree._Element], list[etree._Element]]:
    """What nobody sees of a fresh tree, and its furniture; arguments as for ``prune``."""
    hidden = _unseen(root, set(_STYLES(root)), _rules(root, found))
    return hidden, _furniture(root, found, body_of(root))


def _furniture(
    root: etree._Element, found: Inventory, body: etree._Element
) -> list[etree._Element]:
    """The parts around an article, by their classes and tags."""
    named = _without_most(found.having(names("skip_classes")), body)
    return [*named, *root.iter(*_FURNITURE)]


def _rules(root: etree._Element, found: Inventory) -> Looks | None:
    """What the page's own rules make its elements look like, None where they say nothing."""
    sheets = found.tags.get("style", [])
    return looks(root, sheets) if say_anything(sheets) else None


def _unseen(
    root: etree._Element, styles: Collection[str], rules: Looks | None
) -> list[etree._Element]:
    """The elements that their style, the page's rules or an attribute hide."""
    unseen: list[etree._Element] = []
    doubtful = {style for style in styles if any(_ways(style))}
    for style in _OF_ELEMENTS(root) if doubtful else ():
        if style in doubtful:
            element = style.getparent()
            hides, no_size, nowhere = _ways(str(style))
            if (
                hides
                or (no_size and not _sizes(element))
                or (nowhere and _is_nowhere(element, str(style)))
            ):
                unseen.append(element)
    unseen += _HIDDEN(root)
    return unseen + (rules.hidden() if rules else [])


def _ways(style: str) -> tuple[bool, bool, bool]:
    """Whether a style hides its element, leaves its text no size, or may put it nowhere."""
    return (_known_ways if len(style) <= _LONGEST_STYLE else _read_ways)(style)


def _read_ways(style: str) -> tuple[bool, bool, bool]:
    nowhere = _AWAY.search(style) or (_FLAT.search(style) and _CUT_OFF.search(style))
    return bool(_HIDES.search(style)), bool(_NO_SIZE.search(style)), bool(nowhere)


_known_ways = lru_cache(maxsize=8192)(_read_ways)  # a page has dozens of styles, its site the same


def _is_nowhere(element: etree._Element, style: str) -> bool:
    """Whether an element has no size or stands beside the page; parts of a line do neither."""
    if away := _AWAY.search(style):
        indent = away.group().lower().startswith("text-indent")
        if (_is_box(element, style) if indent else _PLACED.search(style)) is not None:
            return True
    flat = element.tag not in _GROWING and _FLAT.search(style) and _CUT_OFF.search(style)
    return bool(flat) and _is_box(element, style) is not None


def _is_box(element: etree._Element, style: str) -> re.Match[str] | str | None:
    """Something for an element that is no part of a line."""
    return str(element.tag) if element.tag in BLOCK_TAGS else _BOX.search(style)


def _sizes(element: etree._Element) -> bool:
    """Whether something below gives its text a size again, as rows of boxes without gaps do."""
    return any("font-size" in (e.get("style") or "") for e in element.iterdescendants())


def _without_most(elements: list[etree._Element], body: etree._Element) -> list[etree._Element]:
    """The elements but those with most of the page's text: their class names something else."""
    if not elements:
        return []
    half = _LENGTH(body) / 2
    return [e for e in elements if _LENGTH(e) <= half]
