"""What a DOCX body shows otherwise than the text of its runs says.

Symbols of symbol fonts, equations, things without any text (pictures, fields whose result is not
stored), drawings that only their older form describes; and text that nobody sees: in the colour of
its ground, too small, hidden by its style. Old looks that tracked changes remember are dropped.
Runs on the fresh tree, before ``word_tree`` cuts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from pipelines.documents.model import PICTURE
from pipelines.documents.word_package import W

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_SYMBOL, _EQUATION, _FALLBACK = f"{W}sym", f"{MATH}oMath", f"{_MC}Fallback"
_RUN, _TEXT, _CELL, _VAL = f"{W}r", f"{W}t", f"{W}tc", f"{W}val"
_STYLES = (f"{W}rStyle",)
_OLD = ("rPr", "pPr", "tblPr", "tcPr", "trPr", "sectPr", "tblGrid", "tblPrEx", "numbering")
OLD_LOOKS = tuple(f"{W}{name}Change" for name in _OLD)
"""What tracked changes of looks keep of the look before."""
_MARKS = (_SYMBOL, _EQUATION, _FALLBACK, *_STYLES)
_CONTENT = (_TEXT, f"{W}drawing", f"{W}txbxContent", f"{W}pict")
_DIGIT_FONT = "symbol"
"""The font whose code points are ASCII's, shifted."""
_CIRCLES = {0xF080: "⓪"} | {0xF081 + n: chr(0x2460 + n) for n in range(10)}  # of Wingdings
_PRIVATE = 0xF000
_FIELD, _FIELD_KIND = f"{W}fldChar", f"{W}fldCharType"
_THINGS = (f"{_DRAWING}inline", f"{W}pict", f"{W}object", _FIELD)
_FLOATS = re.compile(r"position\s*:\s*absolute", re.I)
_VANISH = re.compile(rb"<w:(?:vanish|specVanish)(?:/>| w:val=\"(?:1|true|on)\")")
_STYLE = re.compile(rb'<w:style [^>]*w:styleId="([^"]*)"[^>]*>(.*?)</w:style>', re.S)
_SMALL = etree.XPath(
    "//w:rPr/w:sz[number(@w:val) <= 4]", namespaces={"w": W[1:-1]}, smart_strings=False
)
"""Letters of two points and less."""


def prepare(root: etree._Element, styles: bytes) -> list[etree._Element]:
    """Makes symbols and equations text, chooses between two forms of one drawing.

    Args:
        root: the document; it is changed.
        styles: its part of styles, empty without one.

    Returns:
        The runs that are hidden by their style or too small to be seen.
    """
    if next(root.iter(*OLD_LOOKS), None) is not None:
        etree.strip_elements(root, *OLD_LOOKS, with_tail=False)
    marks: dict[str, list[etree._Element]] = {}
    for mark in root.iter(*_MARKS):
        marks.setdefault(str(mark.tag), []).append(mark)
    for symbol in marks.get(_SYMBOL, ()):
        _write(symbol, _character(symbol))
    for equation in marks.get(_EQUATION, ()):
        _write_equation(equation)
    for fallback in marks.get(_FALLBACK, ()):
        _choose(fallback)
    named = [mark for tag in _STYLES for mark in marks.get(tag, ())]
    return [*_hidden_by_style(named, styles), *_runs_of(_SMALL(root))]


def shows_a_thing(cell: etree._Element) -> bool:
    """Whether a cell without text shows something else, such as a picture of its figure.

    What floats over the page (a seal, a line) is only anchored in the cell.
    """
    ends = {field.get(_FIELD_KIND) for field in cell.iter(_FIELD)}
    if "begin" in ends:
        return "separate" not in ends
    for thing in cell.iter(*_THINGS):
        if thing.tag == _FIELD or (thing.tag == f"{W}pict" and _is_floating(thing)):
            continue
        return True
    return False


def _is_floating(picture: etree._Element) -> bool:
    return any(_FLOATS.search(shape.get("style") or "") for shape in picture.iterchildren())


def _write(element: etree._Element, text: str) -> None:
    """Makes an element a text."""
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = _TEXT, text, tail


def _character(symbol: etree._Element) -> str:
    """The character of a symbol where it is one of a figure or a label."""
    code = symbol.get(f"{W}char") or ""
    number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else 0
    if (symbol.get(f"{W}font") or "").lower() == _DIGIT_FONT:
        plain = number - _PRIVATE if number >= _PRIVATE else number
        if 0x20 < plain < 0x40:  # digits and marks; its letters are Greek
            return chr(plain)
    return _CIRCLES.get(number, PICTURE)


def _write_equation(equation: etree._Element) -> None:
    """Makes an equation a run of text; one with fractions and the like is no text."""
    parts = list(equation.iterdescendants(f"{MATH}r", f"{W}r"))
    flat = all(part.getparent() is equation for part in parts)
    words = "".join(t.text or "" for t in equation.iter(f"{MATH}t", _TEXT))
    _write(equation, words if flat and parts else PICTURE)
    equation.tag = _RUN
    text, equation.text = equation.text, None
    etree.SubElement(equation, _TEXT).text = text


def _choose(fallback: etree._Element) -> None:
    """Takes the older form of a drawing where the newer one shows nothing."""
    parent = fallback.getparent()
    choices = [] if parent is None else [c for c in parent if c.tag == f"{_MC}Choice"]
    if any(next(c.iter(*_CONTENT), None) is not None for c in choices):
        return
    if next(fallback.iter(*_CONTENT), None) is not None:
        fallback.tag = f"{_MC}Choice"


def _hidden_by_style(marks: Iterable[etree._Element], styles: bytes) -> list[etree._Element]:
    """Runs whose character style hides them."""
    if not styles or _VANISH.search(styles) is None:
        return []
    found = (m for m in _STYLE.finditer(styles) if _VANISH.search(m.group(2)))
    names = {m.group(1).decode("utf-8", "replace") for m in found}
    return _runs_of(mark for mark in marks if mark.get(_VAL) in names)


def _runs_of(marks: Iterable[etree._Element]) -> list[etree._Element]:
    runs = (next(mark.iterancestors(_RUN, f"{W}pPr"), None) for mark in marks)
    return [run for run in runs if run is not None and run.tag == _RUN]
