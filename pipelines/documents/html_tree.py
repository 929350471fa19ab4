"""HTML text to an element tree of blocks, inline mark-up dissolved.

Inline elements are dissolved inside libxml2, so that each paragraph or cell is one string when
Python first sees it: a walk over the spans that Word writes costs several times more. What is taken
out before stands in ``html_prune``. No choice of the article's body and no tables here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache

from lxml import etree

from pipelines.documents.html_drawn import DRAWING_TAGS
from pipelines.documents.html_shown import SHOWN_TAGS
from pipelines.documents.invisible import without_invisible
from pipelines.documents.model import DocumentError
from pipelines.documents.radicals import plain_radicals
from warehouse.facts.files import load_yaml

LINE = "\u2028"
"""Stands for a forced line break inside the text of an element."""

_BLOCKS = """
p div li ul ol dl dt dd h1 h2 h3 h4 h5 h6 section article main center blockquote pre tr td th tbody
thead tfoot caption table body html form fieldset hr ucapcontent ucaptitle publishtime header figure
address aside details summary dir menu frameset frame
"""
BLOCK_TAGS = frozenset(_BLOCKS.split())
_KEPT = BLOCK_TAGS | {"img"}
_INLINE = """
span a b strong i em u s font br o:p small big sub sup label code cite mark ins del strike tt nobr
"""
_USUAL = tuple(_INLINE.split())
"""Inline tags of most pages: without them few elements are left to be looked at."""
_MAX_ELEMENTS = 1_000_000
DROPPED = "dropped"
"""Tag of what is to be cut."""
_TAG = re.compile(r"<(/?[A-Za-z][\w:]*)([^<>]*)>")
_SPAN = re.compile(r"((?:row|col)span)\s*=\s*[\"']?(\d+)", re.I)
_ENDS = ("</body>", "</BODY>", "</html>", "</HTML>")
_LAST_LINES = 30  # characters that may stand behind the end of a page
_NAME = re.compile(r"[A-Za-z][\w:.-]*")
_RADICAL = re.compile(rb"\xe2[\xba-\xbf]")
"""What the radicals begin with in UTF-8; to look for a byte costs a tenth of looking for them."""
# Of a whole page to attributes, a fraction of what it takes to ask each element for them.
_OF_ELEMENTS = {name: etree.XPath(f"//@{name}") for name in ("class", "id")}
_NAMED = ("body", "title")  # kinds of parts that have names


def parse_markup(text: str) -> etree._Element:
    """Text to an element tree, comments dropped.

    Raises:
        DocumentError: no element in it, too many, or nested deeper than any page.
    """
    data = _clean(text)
    # The text is decoded already; what it says of its encoding is no longer true.
    parser = etree.HTMLParser(
        remove_comments=True, remove_pis=True, huge_tree=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise DocumentError(f"the page holds no markup: {error}") from error
    if root is None:
        raise DocumentError("the page holds no markup")
    last = parser.error_log.last_error
    if last is not None and last.type_name == "ERR_RESOURCE_LIMIT":
        raise DocumentError("the page's elements are nested too deep")
    return root


def _clean(text: str) -> bytes:
    """Mark-up as the parser bears it, in UTF-8.

    Raises:
        DocumentError: it is empty, or longer than any page.
    """
    clean = text.lstrip()
    if clean.startswith("<?xml"):
        clean = clean[clean.find(">") + 1 :]
    clean = without_invisible(clean)
    for end in _ENDS:
        if clean.rfind(end, 0, -_LAST_LINES) >= 0:
            clean = clean.replace(end, "")  # put together of several pages: it goes on behind
    if not clean.strip():
        raise DocumentError("the page is empty")
    if len(clean) > 2 * _MAX_ELEMENTS < clean.count("<"):
        raise DocumentError(f"the page has more than {_MAX_ELEMENTS} elements")
    data = clean.encode("utf-8", "replace")
    if b"\x00" in data:
        return _clean(text.replace("\x00", ""))
    return plain_radicals(clean).encode("utf-8", "replace") if _RADICAL.search(data) else data


def bare_markup(text: str) -> str:
    """The source without attributes but spans: a quote that is never closed swallows the rest."""

    def bare(tag: re.Match[str]) -> str:
        spans = "".join(f" {name}={value}" for name, value in _SPAN.findall(tag[2]))
        return f"<{tag[1]}{spans}>"

    return _TAG.sub(bare, text)


def body_of(root: etree._Element) -> etree._Element:
    """The body element; the root where there is none, or where content goes on behind it."""
    if root.tag == "body":
        return root
    found = root.find("body")
    if found is None:
        found = root.find(".//body")
    # An end tag in the middle (a page put together of several) ends no report.
    return root if found is None or found.getnext() is not None else found


@cache
def names(key: str) -> frozenset[str]:
    """Names of one kind from pages.yaml, in lower case."""
    return frozenset(n.lower() for n in load_yaml("pages.yaml")[key])


def is_named(element: etree._Element, kind: str) -> bool:
    """Whether tag, id or class of an element is one that pages give to a kind of part.

    Args:
        element: the element.
        kind: ``body`` or ``title``.
    """
    if element.tag in names(f"{kind}_tags"):
        return True
    if (element.get("id") or "").lower() in names(f"{kind}_ids"):
        return True
    classes = element.get("class")
    return bool(classes) and not names(f"{kind}_classes").isdisjoint(str(classes).lower().split())


@lru_cache(maxsize=4096)
def _is_name(kind: str, value: str) -> bool:
    """Whether a class or an id is a name that pages give to any kind of part."""
    if kind == "id":
        return any(value.lower() in names(f"{k}_ids") for k in _NAMED)
    words = value.lower().split()
    return any(not names(f"{k}_classes").isdisjoint(words) for k in ("skip", *_NAMED))


@dataclass
class Inventory:
    """What a tree holds that is looked for; made in one walk, before anything is cut.

    Attributes:
        tags: elements by tag, of the tags that are looked for.
        classes: elements by the whole value of their class, in document order, where one of its
            names is known.
        ids: the same by id.
    """

    tags: dict[str, list[etree._Element]] = field(default_factory=dict)
    classes: dict[str, list[etree._Element]] = field(default_factory=dict)
    ids: dict[str, list[etree._Element]] = field(default_factory=dict)

    def having(self, classes: frozenset[str]) -> list[etree._Element]:
        """The elements with one of these classes, each distinct value looked at once."""
        return [
            element
            for value, elements in self.classes.items()
            if not classes.isdisjoint(value.lower().split())
            for element in elements
        ]

    def named(self, kind: str) -> list[etree._Element]:
        """The elements that ``is_named`` says yes to: by tag, then id, then class."""
        found = [e for tag in sorted(names(f"{kind}_tags")) for e in self.tags.get(tag, [])]
        ids = names(f"{kind}_ids")
        found += [e for value, es in self.ids.items() if value.lower() in ids for e in es]
        return list(dict.fromkeys(found + self.having(names(f"{kind}_classes"))))


@cache
def _wanted() -> frozenset[str]:
    """The tags that are looked for."""
    own = ("br", "style", "font", "template", "noscript", *DRAWING_TAGS)
    return frozenset((*names("body_tags"), *names("title_tags"), *SHOWN_TAGS, *own))


def take_inventory(root: etree._Element) -> Inventory:
    """The elements of a fresh tree."""
    found = Inventory()
    for element in root.iter(*_wanted()):
        found.tags.setdefault(str(element.tag), []).append(element)
    _by_value(root, "class", found.classes)
    _by_value(root, "id", found.ids)
    return found


def _by_value(root: etree._Element, kind: str, found: dict[str, list[etree._Element]]) -> None:
    """Adds the elements whose class or id is a name of some part, by its value."""
    values = _OF_ELEMENTS[kind](root)
    known = {plain for value in set(values) if _is_name(kind, plain := str(value))}
    for value in values if known else ():
        if value in known:
            found.setdefault(str(value), []).append(value.getparent())


def dissolve(body: etree._Element, found: Inventory) -> None:
    """Dissolves inline elements; forced line breaks become ``LINE`` in the text."""
    for element in found.named("body"):
        if element.tag not in BLOCK_TAGS and element.tag != DROPPED:
            element.tag = "div"
    for br in found.tags.get("br", ()):
        br.text = LINE  # dissolved below, so it stands where the break stood
    kept = _KEPT | {body.tag}
    etree.strip_tags(body, *(tag for tag in _USUAL if tag not in kept))
    others = {str(element.tag) for element in body.iter(etree.Element)} - kept
    etree.strip_tags(body, *(tag for tag in others if _NAME.fullmatch(tag)))


def lines_of(raw: str | None) -> list[str]:
    """The lines of an element's own text, white space made single, empty ones left out."""
    if not raw:
        return []
    if LINE not in raw:
        line = " ".join(raw.split())
        return [line] if line else []
    return [line for part in raw.split(LINE) if (line := " ".join(part.split()))]
