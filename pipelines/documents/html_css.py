"""The style sheets inside a page: their rules, and which elements a selector names.

Only rules that hold on a wide screen; selectors of tags, ids, classes and attributes, also nested.
External style sheets are not fetched. What a look means stands in ``html_looks``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lxml import etree

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.S)
_DECLARED = re.compile(r"(?<![-\w])([a-z-]+)\s*:\s*([^;{}!]+)(!\s*important)?", re.I)
_MARK = r"[.#][\w-]+|\[[\w-]+(?:=[\"']?[\w-]*[\"']?)?\]"
_COMPOUND = re.compile(rf"([a-z][\w-]*|\*)?((?:{_MARK})*)", re.I)
_MARKS = re.compile(_MARK)
_NARROW = re.compile(r"max-width|max-device-width|print|handheld", re.I)
_CLASSED = etree.XPath("//*[@class]")
_BRACE = re.compile(r"[{}]")
_MAX_CSS = 500_000
_MAX_RULES = 400
Weight = tuple[bool, int, int, int, int]
"""What decides between two declarations: important, in the element, ids, classes, tags."""


class Part(NamedTuple):
    """One compound selector; ``direct``: of a child of what the one before selects."""

    tag: str | None
    id: str | None
    classes: frozenset[str]
    attributes: tuple[tuple[str, str | None], ...]
    direct: bool = False

    def fits(self, element: etree._Element) -> bool:
        """Whether it selects the element."""
        if self.tag is not None and element.tag != self.tag:
            return False
        if self.id is not None and element.get("id") != self.id:
            return False
        for name, value in self.attributes:
            if element.get(name) is None or value not in (None, element.get(name)):
                return False
        return not self.classes or self.classes <= set((element.get("class") or "").split())


class Rule(NamedTuple):
    """One selector with what it declares.

    Attributes:
        parts: its compounds, outermost first.
        declared: properties in lower case, with value and whether it is important.
    """

    parts: tuple[Part, ...]
    declared: dict[str, tuple[str, bool]]

    def weight(self, important: bool) -> Weight:
        """What its declarations weigh against others."""
        ids = sum(p.id is not None for p in self.parts)
        classes = sum(len(p.classes) + len(p.attributes) for p in self.parts)
        return important, 0, ids, classes, sum(p.tag is not None for p in self.parts)


class Classes:
    """The elements of a page by class; made once for all rules."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._found: dict[str, list[etree._Element]] | None = None

    def of(self, name: str) -> list[etree._Element]:
        """The elements that have a class."""
        if self._found is None:
            self._found = {}
            for element in _CLASSED(self._root):
                for own in element.get("class").split():
                    self._found.setdefault(own, []).append(element)
        return self._found.get(name, [])

    def select(self, rule: Rule) -> Iterator[etree._Element]:
        """The elements that a rule names."""
        last = rule.parts[-1]
        if last.classes:
            found: Iterable[etree._Element] = self.of(next(iter(last.classes)))
        else:
            found = self._root.iter(last.tag or etree.Element)
        for element in found:
            if isinstance(element.tag, str) and _selects(rule.parts, element):
                yield element


def text_of(sheets: Iterable[etree._Element]) -> str:
    """The text of style elements; nothing where it is longer than any page's."""
    css = "\n".join(sheet.text or "" for sheet in sheets)
    return css if len(css) < _MAX_CSS else ""


def rules(css: str, words: Iterable[re.Pattern[str]]) -> list[Rule]:
    """The rules of a style sheet that hold on a wide screen, in their order.

    Args:
        css: its text.
        words: patterns in lower case; only blocks with one of them are looked at.
    """
    found: list[Rule] = []
    css = _COMMENT.sub("", css)
    for selectors, body in _blocks(css, _places(css.lower(), words)):
        declared = declarations(body)
        for selector in selectors.split(","):
            parts = _parts(selector)
            if parts:
                found.append(Rule(parts, declared))
    return found[:_MAX_RULES]


def declarations(body: str) -> dict[str, tuple[str, bool]]:
    """The properties of a block or a style in lower case, with value and whether important."""
    return {
        m.group(1).lower(): (m.group(2).strip().lower(), m.group(3) is not None)
        for m in _DECLARED.finditer(body)
    }


def _places(css: str, words: Iterable[re.Pattern[str]]) -> list[int]:
    return sorted(found.start() for word in words for found in word.finditer(css))


def _blocks(css: str, places: list[int]) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) of the rules around places that hold on a wide screen."""
    end = 0
    for place in places:
        if place < end:
            continue  # the block of the one before
        opened = css.rfind("{", end, place)
        closed = css.find("}", place)
        if opened < 0 or css.find("}", opened, place) >= 0:
            continue  # in no block
        end = len(css) if closed < 0 else closed
        before = _start_of_head(css, opened)
        if not any(
            _NARROW.search(head) or head[:6].lower() != "@media" for head in _over(css, before)
        ):
            yield css[before:opened].strip(), css[opened + 1 : end]


def _start_of_head(css: str, opened: int) -> int:
    return 1 + max(css.rfind(mark, 0, opened) for mark in "{};")


def _over(css: str, at: int) -> Iterator[str]:
    """The heads of the blocks around a place, innermost first."""
    if css.count("{", 0, at) == css.count("}", 0, at):
        return
    depth = 0
    for found in reversed(list(_BRACE.finditer(css, 0, at))):
        depth += 1 if found.group() == "}" else -1
        if depth < 0:
            opened = found.start()
            yield css[_start_of_head(css, opened) : opened].strip()
            depth = 0


def _parts(selector: str) -> tuple[Part, ...]:
    """A selector's compounds, outermost first; nothing for one that is not understood."""
    parts = []
    direct = False
    for word in selector.replace(">", " > ").split():
        if word == ">":
            direct = True
            continue
        found = _COMPOUND.fullmatch(word)
        if found is None or word == "":
            return ()
        marks = _MARKS.findall(found.group(2))
        ids = [m[1:] for m in marks if m[0] == "#"]
        classes = frozenset(m[1:] for m in marks if m[0] == ".")
        named = (m[1:-1].partition("=") for m in marks if m[0] == "[")
        attributes = tuple((n, v.strip("\"'") if equals else None) for n, equals, v in named)
        tag = found.group(1)
        tag = None if tag in (None, "*") else tag.lower()
        parts.append(Part(tag, ids[0] if ids else None, classes, attributes, direct))
        direct = False
    return tuple(parts)


def _selects(parts: tuple[Part, ...], element: etree._Element) -> bool:
    """Whether compounds select an element by what it is and what it stands in.

    Of several ancestors that fit the nearest is taken, so this is done in one way up.
    """
    here: etree._Element | None = element
    direct = True
    for part in reversed(parts):
        while here is not None and not part.fits(here):
            here = None if direct else here.getparent()
        if here is None:
            return False
        direct = part.direct
        here = here.getparent()
    return True
