"""What the style sheets inside a page say about ``display``: hidden copies, drawn tables.

Only rules of the page itself, for a wide screen; selectors of tags, ids and classes, also nested.
External style sheets are not fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.S)
_DISPLAY = re.compile(r"display\s*:\s*([a-z-]+)", re.I)
_HIDDEN = re.compile(r"visibility\s*:\s*hidden", re.I)
_COMPOUND = re.compile(r"([a-z][\w-]*)?((?:[.#][\w-]+)*)", re.I)
_NARROW = re.compile(r"max-width|max-device-width|print|handheld", re.I)
_MAX_CSS = 500_000
_MAX_RULES = 400


class _Part(NamedTuple):
    """One compound selector."""

    tag: str | None
    id: str | None
    classes: frozenset[str]

    def fits(self, element: etree._Element) -> bool:
        """Whether it selects the element."""
        if self.tag is not None and element.tag != self.tag:
            return False
        if self.id is not None and element.get("id") != self.id:
            return False
        return self.classes <= set((element.get("class") or "").split())


def displays(root: etree._Element) -> dict[etree._Element, str]:
    """The ``display`` that the page's own rules give to elements.

    Args:
        root: the tree, style elements still in it.

    Returns:
        Per element the value (``none`` also for hidden visibility); elements that no rule names
        are not in it. A style of the element itself beats the rules.
    """
    found: dict[etree._Element, str] = {}
    css = "\n".join("".join(style.itertext()) for style in root.iter("style"))
    if len(css) < _MAX_CSS:
        for selector, display in _rules(css):
            for element in _select(root, selector):
                found[element] = display
    for element in root.iterfind(".//*[@style]"):
        own = _DISPLAY.search(element.get("style") or "")
        if own:
            found[element] = own.group(1).lower()
    return found


def _rules(css: str) -> list[tuple[list[_Part], str]]:
    """Selectors with the display they set, in their order."""
    rules = []
    for selectors, body in _blocks(_COMMENT.sub("", css)):
        display = _DISPLAY.search(body)
        if display is None and not _HIDDEN.search(body):
            continue
        value = display.group(1).lower() if display else "none"
        for selector in selectors.split(","):
            parts = _parts(selector)
            if parts:
                rules.append((parts, value))
    return rules[:_MAX_RULES]


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) of all rules that hold on a wide screen."""
    at = 0
    while (opened := css.find("{", at)) >= 0:
        head = css[at:opened].rsplit(";", 1)[-1].strip()
        closed = _closing(css, opened)
        if head.startswith("@"):
            if head.lower().startswith("@media") and not _NARROW.search(head):
                yield from _blocks(css[opened + 1 : closed])
        else:
            yield head, css[opened + 1 : closed]
        at = closed + 1


def _closing(css: str, opened: int) -> int:
    """Index of the brace that closes the one at ``opened``."""
    depth = 0
    for found in re.finditer(r"[{}]", css[opened:]):
        depth += 1 if found.group() == "{" else -1
        if depth == 0:
            return opened + found.start()
    return len(css)


def _parts(selector: str) -> list[_Part]:
    """A selector's compounds, outermost first; nothing for one that is not understood."""
    parts = []
    for word in selector.replace(">", " ").split():
        found = _COMPOUND.fullmatch(word)
        if found is None or word == "":
            return []
        marks = re.findall(r"[.#][\w-]+", found.group(2))
        ids = [m[1:] for m in marks if m[0] == "#"]
        classes = frozenset(m[1:] for m in marks if m[0] == ".")
        parts.append(_Part(found.group(1), ids[0] if ids else None, classes))
    return parts


def _select(root: etree._Element, parts: list[_Part]) -> Iterator[etree._Element]:
    last = parts[-1]
    for element in root.iter(last.tag or etree.Element):
        if isinstance(element.tag, str) and last.fits(element) and _is_below(element, parts[:-1]):
            yield element


def _is_below(element: etree._Element, outer: list[_Part]) -> bool:
    """Whether ancestors fit the outer compounds, innermost last."""
    wanted = list(outer)
    for ancestor in element.iterancestors():
        if not wanted:
            break
        if wanted[-1].fits(ancestor):
            wanted.pop()
    return not wanted
