"""What a cell shows otherwise than the text of its mark-up says.

Words that are struck out, raised marks of footnotes, values of form fields; and things that show
something which is no text. Runs on the fresh tree, before inline mark-up is dissolved: behind it
``1<s>2</s>`` and ``12`` are the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from lxml import etree

from pipelines.documents.footnotes import is_footnote
from pipelines.documents.holding import holds
from warehouse.facts.files import load_yaml

SHOWS = "shows"
"""Attribute of a cell that shows something which is no text."""
_STRUCK = ("s", "strike", "del")
_RAISED = ("sup", "sub")
_FIELDS = ("input", "textarea", "select", "button")
_THINGS = ("svg", "canvas", "object", "embed")  # canvas: its text is for those who do not see it
SHOWN_TAGS = (*_STRUCK, *_RAISED, *_FIELDS, *_THINGS, "script", "tfoot", "bdo")
"""Tags of the elements that are looked at."""
_CELLS = ("td", "th")
_BLOCKS = ("p", "div", "td", "th", "tr", "table", "li")
_LONGEST_VALUE = 20  # characters of a field that is a figure
_VALUE = re.compile(r"[\s\d.,+\-/\\—–－一无]+")
_WRITES = re.compile(r"\.\s*(?:write|innerHTML|innerText|textContent|html|text)\b")
_LINE_THROUGH = etree.XPath("//*[contains(@style, 'line-through')]")
_TEXT = etree.XPath("string()")
_NUMBER = re.compile(r"\d[\d.,]*")
_OPTIONS = etree.XPath(".//option[@selected] | .//option[1][not(../option[@selected])]")
Tags = Mapping[str, Sequence[etree._Element]]


def not_printed(
    root: etree._Element,
    tags: Tags,
    styles: str,
    text: str,
    struck: Sequence[etree._Element] = (),
) -> list[etree._Element]:
    """Prepares the cells of a page; the elements that are no part of what it states.

    Fields become text, cells with things in place of text are marked ``SHOWS``.

    Args:
        root: the page.
        tags: its elements by tag.
        styles: all styles of its elements, which tell quickly what cannot be in it.
        text: the source of the page, for the same.
        struck: the elements that rules strike out.
    """
    for tag in _FIELDS:
        for element in tags.get(tag, ()):
            _show_field(element)
    _mark_things(tags)
    _mark_filled(root, text)
    for foot in tags.get("tfoot", ()):
        if (table := foot.getparent()) is not None:
            table.append(foot)  # wherever it is written, it stands below
    for turned in tags.get("bdo", ()):
        if (turned.get("dir") or "").lower() == "rtl" and not len(turned):
            turned.text = (turned.text or "")[::-1]
    return _struck(root, tags, styles, struck) + _footnotes(tags)


def _struck(
    root: etree._Element, tags: Tags, styles: str, by_rule: Sequence[etree._Element]
) -> list[etree._Element]:
    """Words that are struck out; a cell with no others shows something that is no figure."""
    struck = [*by_rule, *(e for tag in _STRUCK for e in tags.get(tag, ()))]
    if "line-through" in styles:
        struck += _LINE_THROUGH(root)
    # One that is never closed reaches over blocks.
    found = [e for e in struck if next(e.iterdescendants(*_BLOCKS), None) is None]
    for element in found:
        cell = _cell_of(element)
        if cell is not None and _is_all_of(element, cell):
            cell.set(SHOWS, "struck")
    return found


def _footnotes(tags: Tags) -> list[etree._Element]:
    """Raised marks beside something else in their cell."""
    found = []
    for element in (e for tag in _RAISED for e in tags.get(tag, ())):
        cell = _cell_of(element)
        is_mark = cell is not None and is_footnote(_TEXT(element))
        if cell is not None and is_mark and not _is_all_of(element, cell):
            found.append(element)
    return found


def _mark_things(tags: Tags) -> None:
    """Marks cells that show a drawing or what a script writes."""
    things = [e for tag in _THINGS for e in tags.get(tag, ())]
    things += tags.get("script", ())
    for element in things:
        cell = _cell_of(element)
        if cell is not None and (element.tag != "script" or _WRITES.search(element.text or "")):
            cell.set(SHOWS, str(element.tag))


def _mark_filled(root: etree._Element, text: str) -> None:
    """Marks cells without text or with a 0 whose figure a script puts there or counts up to."""
    filled = load_yaml("pages.yaml")["filled"]
    if not holds(text, (name for names in filled.values() for name in names)):
        return
    for element in _filled()(root):
        cell = element if element.tag in _CELLS else _cell_of(element)
        if cell is None or (shown := _TEXT(cell).strip()) not in ("", "0"):
            continue
        counted = (element.get(name) or "" for name in filled["counted"])
        others = [v for value in counted if _NUMBER.fullmatch(v := value.strip()) and v != shown]
        if others or any(element.get(name) for name in filled["written"]):
            element.text = None
            cell.set(SHOWS, "filled")


@cache
def _filled() -> etree.XPath:
    """The elements with one of the attributes by which scripts fill elements."""
    names = (name for names in load_yaml("pages.yaml")["filled"].values() for name in names)
    return etree.XPath(f"//*[{' or '.join(f'@{name}' for name in names)}]")


def _cell_of(element: etree._Element) -> etree._Element | None:
    return next(element.iterancestors(*_CELLS), None)


def _is_all_of(element: etree._Element, cell: etree._Element) -> bool:
    """Whether a cell has no other text."""
    return bool(_TEXT(cell).strip() == _TEXT(element).strip())


def _show_field(element: etree._Element) -> None:
    """Makes a field of a cell the text that it shows, where that is a figure."""
    if _cell_of(element) is None:
        return
    if element.tag == "input":
        kind = (element.get("type") or "text").lower()
        value = (element.get("value") or "") if kind in ("text", "number", "tel", "button") else ""
    elif element.tag == "select":
        chosen = _OPTIONS(element)
        value = _TEXT(chosen[0]) if chosen else ""
    else:
        value = _TEXT(element)
    value = value.strip()
    if len(value) <= _LONGEST_VALUE and _VALUE.fullmatch(value):
        for child in list(element):
            element.remove(child)
        element.tag = "span"
        element.text = value
