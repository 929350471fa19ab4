"""What the style sheets inside a page say about ``display``: hidden copies, drawn tables.

Only rules of the page itself, for a wide screen; selectors of tags, ids and classes, also nested.
External style sheets are not fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lxml import etree

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.S)
_DISPLAY = re.compile(r"display\s*:\s*([a-z-]+)", re.I)
_HIDDEN = re.compile(r"visibility\s*:\s*hidden", re.I)
_COMPOUND = re.compile(r"([a-z][\w-]*)?((?:[.#][\w-]+)*)", re.I)
_NARROW = re.compile(r"max-width|max-device-width|print|handheld", re.I)
_ABOUT = re.compile(r"display|visibility", re.I)
_WORDS = ("isplay", "isibility", "ISPLAY", "ISIBILITY")
"""One of them is in every sheet that says how something is shown; a look at them costs little."""
_STYLED = etree.XPath("//*[@style]")
_BRACE = re.compile(r"[{}]")
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


def displays(
    root: etree._Element, sheets: Iterable[etree._Element] = ()
) -> dict[etree._Element, str]:
    """The ``display`` that the page's own rules give to elements.

    Args:
        root: the tree.
        sheets: its style elements.

    Returns:
        Per element the value (``none`` also for hidden visibility); elements that no rule names
        are not in it. A style of the element itself beats the rules.
    """
    found: dict[etree._Element, str] = {}
    css = "\n".join(sheet.text or "" for sheet in sheets)
    if len(css) < _MAX_CSS:
        for selector, display in _rules(css):
            for element in _select(root, selector):
                found[element] = display
    for element in _STYLED(root):
        own = _DISPLAY.search(element.get("style") or "")
        if own:
            found[element] = own.group(1).lower()
    return found


def hides(sheets: Iterable[etree._Element]) -> bool:
    """Whether style sheets say how anything is shown."""
    return any(word in (sheet.text or "") for sheet in sheets for word in _WORDS)


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
    """(selectors, declarations) of the rules about display that hold on a wide screen."""
    end = 0
    for found in _ABOUT.finditer(css):
        if found.start() < end:
            continue  # the block of the one before
        opened = css.rfind("{", end, found.start())
        closed = css.find("}", found.end())
        end = len(css) if closed < 0 else closed
        if opened < 0 or css.find("}", opened, found.start()) >= 0:
            continue  # in no block
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
