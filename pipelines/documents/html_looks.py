"""How a page's own rules make its elements look: hidden, struck out, drawn as tables, pale.

The cascade of the few properties that decide whether a text is seen. The rules themselves are read
by ``html_css``; colours are compared in ``html_colours``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from pipelines.documents.holding import holds
from pipelines.documents.html_css import Classes, Weight, rules, text_of

WORDS = (
    *("display", "visibility", "opacity", "line-through", "font-size:0", "font-size: 0"),
    *(":-9", ": -9", ":-1", ": -1", "transparent", "color:#f", "color: #f"),
    *("color:white", "color: white", "color:rgb", "color: rgb"),
)
"""One of them is in every block that decides whether something is seen."""
_DISPLAY = re.compile(r"(?<![-\w])display\s*:\s*([a-z-]+)", re.I)
_NOTHING = re.compile(r"0*\.?0+(?:px|pt|em|rem|%)?")
_FAR = re.compile(r"-\d{3,}")
_STYLED = etree.XPath("//*[@style]")
_AWAY = ("left", "top", "text-indent")
_THROUGH = ("text-decoration", "text-decoration-line")
_GROUNDS = ("background", "background-color")
_NAMES = ("display", "visibility", "opacity", "font-size", "color", *_AWAY, *_THROUGH, *_GROUNDS)
_INLINE: Weight = (False, 1, 0, 0, 0)


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
        return found + [e for n in _AWAY for e, v in self.all_of(n).items() if _FAR.match(v)]

    def struck(self) -> list[etree._Element]:
        """The elements that are struck out."""
        every = (item for n in _THROUGH for item in self.all_of(n).items())
        return [e for e, value in every if "line-through" in value]

    def grounds(self) -> dict[etree._Element, str]:
        """The elements that have a ground of their own."""
        return {e: value for n in _GROUNDS for e, value in self.all_of(n).items()}


def say_anything(sheets: Iterable[etree._Element]) -> bool:
    """Whether style sheets decide of anything whether it is seen."""
    return any(holds(sheet.text.lower(), WORDS) for sheet in sheets if sheet.text)


def looks(
    root: etree._Element, sheets: Iterable[etree._Element], words: Iterable[str] = WORDS
) -> Looks:
    """What the rules of a page give to its elements; a display of the element itself counts too.

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
                if name in _NAMES:
                    found.give(element, name, rule.weight(important), value)
    for element in _STYLED(root):
        own = _DISPLAY.search(element.get("style") or "")
        if own:
            found.give(element, "display", _INLINE, own.group(1).lower())
    return found
