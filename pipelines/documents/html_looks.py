"""How a page's own rules make its elements look: hidden, struck out, drawn as tables, pale.

The cascade of the few properties that decide whether a text is seen. The rules themselves are read
by ``html_css``; colours are compared in ``html_colours``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from pipelines.documents.html_css import Classes, Weight, declarations, rules, text_of

_PATTERNS = (
    *("display", "visibility", "opacity", "line-through", r"font-size\s*:\s*0", "clip"),
    *(rf"{side}\s*:\s*-\d" for side in ("left", "top", "text-indent")),
    *(rf"{size}\s*:\s*0(?![\d.])" for size in ("height", "width")),
    r"color\s*:\s*(?:#[c-f]|white|transparent|rgb|hsl|[a-z]*ivory|[a-z]*snow|[a-z]*smoke)",
)
WORDS = tuple(re.compile(pattern) for pattern in _PATTERNS)  # each begins with a plain word
"""One of them is in every block that decides whether something is seen."""
_LONGEST_KNOWN = 65_536  # characters of a sheet that is remembered
DISPLAY = (re.compile("display"),)
_NOTHING = re.compile(r"0*\.?0+(?:px|pt|em|rem|%)?")
_FAR = re.compile(r"-\d{3,}")
_NO_CLIP = re.compile(r"rect\(\s*(?:0|1px)|inset\(\s*(?:50|100)%")
_STYLED = etree.XPath("//*[@style]")
_AWAY = ("left", "top", "text-indent")
_THROUGH = ("text-decoration", "text-decoration-line")
_GROUNDS = ("background", "background-color")
_SIZES = ("width", "height", "max-width", "max-height")
_CLIPS = ("clip", "clip-path")
_NAMES = ("display", "visibility", "opacity", "font-size", "color", "position", "overflow")
_KEPT = frozenset((*_NAMES, *_AWAY, *_THROUGH, *_GROUNDS, *_SIZES, *_CLIPS))
_INLINE = frozenset(("span", "b", "i", "u", "font", "em", "strong", "a", "s", "small", "big"))
_IN_LINE = ("", "inline", "contents")


@dataclass
class Looks:
    """What rules give to elements, by property: the winning value of each.

    Attributes:
        values: per property the elements that have it, with weight and value.
    """

    values: dict[str, dict[etree._Element, tuple[Weight, str]]] = field(default_factory=dict)

    def give(self, element: etree._Element, name: str, weight: Weight, value: str) -> None:
        """Gives a value to an element unless it has a weightier one; of equals the last wins."""
        known = self.values.setdefault(name, {})
        if element not in known or known[element][0] <= weight:
            known[element] = weight, value

    def all_of(self, name: str) -> dict[etree._Element, str]:
        """The elements that have a property, with its value."""
        return {e: value for e, (_, value) in self.values.get(name, {}).items()}

    def hidden(self) -> list[etree._Element]:
        """The elements that nobody sees."""
        found = [e for e, v in self.all_of("display").items() if v == "none"]
        found += [e for e, v in self.all_of("visibility").items() if v in ("hidden", "collapse")]
        found += [e for e, v in self.all_of("opacity").items() if _NOTHING.fullmatch(v)]
        sizes = self.all_of("font-size").items()
        # Others give the things in them a size again, as rows of boxes without gaps do.
        found += [e for e, v in sizes if _NOTHING.fullmatch(v) and not len(e)]
        found += [e for n in _AWAY for e, v in self.all_of(n).items() if self._is_away(e, n, v)]
        found += [e for n in _CLIPS for e, v in self.all_of(n).items() if _NO_CLIP.match(v)]
        flat = (e for n in _SIZES for e, v in self.all_of(n).items() if _NOTHING.fullmatch(v))
        return found + [
            e for e in flat if self._value(e, "overflow") == "hidden" and self._is_box(e)
        ]

    def _value(self, element: etree._Element, name: str) -> str:
        return self.values.get(name, {}).get(element, (None, ""))[1]

    def _is_box(self, element: etree._Element) -> bool:
        """Whether an element is no part of a line, so that it may have a size of its own."""
        if self._value(element, "position") in ("absolute", "fixed"):
            return True
        return element.tag not in _INLINE or self._value(element, "display") not in _IN_LINE

    def _is_away(self, element: etree._Element, name: str, value: str) -> bool:
        if not _FAR.match(value):
            return False
        placed = self._value(element, "position") in ("absolute", "fixed", "relative")
        return self._is_box(element) if name == "text-indent" else placed

    def struck(self) -> list[etree._Element]:
        """The elements that are struck out."""
        every = (item for n in _THROUGH for item in self.all_of(n).items())
        return [e for e, value in every if "line-through" in value]

    def grounds(self) -> dict[etree._Element, str]:
        """The elements that have a ground of their own."""
        return {e: value for n in _GROUNDS for e, value in self.all_of(n).items()}


def say_anything(sheets: Iterable[etree._Element]) -> bool:
    """Whether style sheets decide of anything whether it is seen."""
    texts = (sheet.text for sheet in sheets if sheet.text)
    return any((_known if len(t) <= _LONGEST_KNOWN else _says_anything)(t) for t in texts)


def _says_anything(text: str) -> bool:
    low = text.lower()
    return any(word.search(low) for word in WORDS)


_known = lru_cache(maxsize=64)(_says_anything)  # the pages of a site have the same sheets


def looks(
    root: etree._Element,
    sheets: Iterable[etree._Element],
    words: Iterable[re.Pattern[str]] = WORDS,
) -> Looks:
    """What the rules of a page give to its elements, where their own styles do not win.

    Args:
        root: the tree.
        sheets: its style elements.
        words: blocks without one of them are passed over.
    """
    found = Looks()
    classes = Classes(root)
    for rule in rules(text_of(sheets), words):
        for element in classes.select(rule):
            for name, (value, important) in rule.declared.items():
                if name in _KEPT:
                    found.give(element, name, rule.weight(important), value)
    for element in {e for elements in found.values.values() for e in elements}:
        for name, (value, important) in declarations(element.get("style") or "").items():
            if name in _KEPT:
                found.give(element, name, (important, 1, 0, 0, 0), value)
    return found


def own_displays(root: etree._Element) -> dict[etree._Element, str]:
    """The elements whose own style says how they are laid out."""
    found = {}
    for element in _STYLED(root):
        value = declarations(element.get("style") or "").get("display")
        if value is not None:
            found[element] = value[0]
    return found
