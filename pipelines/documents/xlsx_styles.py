"""The looks of XLSX cells as far as they decide what is printed: number format, colour, strike.

A look is an index into the list of the part of styles; cells name it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from lxml import etree

from pipelines.documents.colours import WHITE, Colour, alike, parse_hex
from pipelines.documents.number_format import BUILT_IN, DATE, GENERAL, OTHER_BUILT_IN
from pipelines.documents.word_package import Package

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_WHITE_THEME = "0"
_T = TypeVar("_T")
_OFF = ("0", "false")


@dataclass(frozen=True)
class Look:
    """How one kind of cell looks.

    Attributes:
        format: its number format.
        unseen: whether its text is struck out or not told from its ground.
    """

    format: str = GENERAL
    unseen: bool = False


PLAIN = Look()


def read_looks(package: Package, name: str | None) -> list[Look]:
    """The looks that a workbook defines; none without its part of styles.

    Args:
        package: the file.
        name: of that part.
    """
    if name is None or not package.has(name):
        return []
    root = package.xml(name)
    formats = {
        f.get("numFmtId") or "": f.get("formatCode") or GENERAL for f in root.iter(f"{S}numFmt")
    }
    fonts = _children(root, "fonts")
    fills = [_ground(fill) for fill in _children(root, "fills")]
    found = []
    for look in _children(root, "cellXfs"):
        number = look.get("numFmtId") or "0"
        font = _at(fonts, look.get("fontId"))
        ground = _at(fills, look.get("fillId")) or WHITE
        struck = font is not None and _is_on(font.find(f"{S}strike"))
        colour = None if font is None else _colour(font.find(f"{S}color"))
        pale = colour is not None and alike(colour, ground)
        found.append(Look(formats.get(number) or _built_in(number), struck or pale))
    return found


def _children(root: etree._Element, name: str) -> list[etree._Element]:
    parent = root.find(f"{S}{name}")
    return [] if parent is None else list(parent)


def _at(items: Sequence[_T], index: str | None) -> _T | None:
    at = int(index) if index and index.isdigit() else 0
    return items[at] if at < len(items) else None


def _built_in(number: str) -> str:
    known = number.isdigit() and int(number) < OTHER_BUILT_IN
    return BUILT_IN.get(int(number), DATE) if known else GENERAL


def _is_on(mark: etree._Element | None) -> bool:
    return mark is not None and (mark.get("val") or "") not in _OFF


def _colour(mark: etree._Element | None) -> Colour | None:
    if mark is None:
        return None
    if mark.get("theme") == _WHITE_THEME and mark.get("tint") is None:
        return WHITE
    return parse_hex((mark.get("rgb") or "")[-6:])


def _ground(fill: etree._Element) -> Colour | None:
    """The ground of a fill; black for one that is not known, white for none."""
    pattern = fill.find(f"{S}patternFill")
    if pattern is None:
        return (0, 0, 0)
    if pattern.get("patternType") in (None, "none"):
        return WHITE
    return _colour(pattern.find(f"{S}fgColor")) or (0, 0, 0)
