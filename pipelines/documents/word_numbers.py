"""The numbers that Word prints before automatically numbered paragraphs.

Only what a paragraph's own or its style's numbering says; restarts by level, start values and the
usual formats. A format that is not known gives no number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from pipelines.documents.model import DocumentError
from pipelines.documents.word_package import Package, W
from warehouse.facts.numerals import counting_words

_CHINESE = ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital")
_LEVELS = 9
_LOST = "、"
"""What a question mark behind a number was before a conversion lost it."""
_STYLE = re.compile(rb'<w:style [^>]*w:styleId="([^"]*)"[^>]*>(.*?)</w:style>', re.S)
_LIST = re.compile(rb'<w:numPr>.*?<w:numId w:val="(\d{1,9})"', re.S)
_LEVEL = re.compile(rb'<w:numPr>.*?<w:ilvl w:val="(\d)"', re.S)


@dataclass
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""


@dataclass
class Numbering:
    """Counters of one document; ask for its paragraphs in reading order.

    Attributes:
        levels: per list (``numId``) the levels of its definition.
        by_style: list and level that a paragraph style brings.
    """

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    by_style: dict[str, tuple[str, int]] = field(default_factory=dict)
    _definition: dict[str, str] = field(default_factory=dict)
    _counters: dict[str, list[int]] = field(default_factory=dict)

    def prefix(self, paragraph: etree._Element) -> str:
        """The number printed before a paragraph, empty for none; counts it."""
        place = self._place(paragraph) if self.levels else None
        if place is None:
            return ""
        list_id, level = place
        levels = self.levels.get(list_id, {})
        rules = levels.get(level)
        if rules is None:
            return ""
        key = self._definition.get(list_id, list_id)
        counters = self._counters.setdefault(key, [0] * _LEVELS)
        counters[level] = counters[level] + 1 if counters[level] else rules.start
        counters[level + 1 :] = [0] * (_LEVELS - level - 1)

        def shown(found: re.Match[str]) -> str:
            at = int(found.group(1)) - 1
            other = levels.get(at, _Level())
            return _format(counters[at] or other.start, other.format)

        return "" if rules.format == "bullet" else re.sub(r"%([1-9])", shown, rules.text)

    def _place(self, paragraph: etree._Element) -> tuple[str, int] | None:
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return None
        own = _number_of(properties)
        style = properties.find(f"{W}pStyle")
        named = self.by_style.get(_value(style)) if style is not None else None
        if own is None:
            return named
        list_id, level = own
        if list_id == "0":
            return None
        return (list_id or (named[0] if named else ""), level)


def read_numbering(package: Package, main: str, root: etree._Element) -> Numbering:
    """The numbering that a document uses; none when its parts are missing or broken.

    Args:
        package: the file.
        main: the name of its document part.
        root: that part.
    """
    found = Numbering()
    parts = {kind: t for kind, t in package.targets(main).values() if package.has(t)}
    if "numbering" not in parts:
        return found
    try:
        if "styles" in parts:
            _read_styles(package.part(parts["styles"]), root, found)
        if found.by_style or next(root.iter(f"{W}numPr"), None) is not None:
            _read_lists(package.xml(parts["numbering"]), found)
    except DocumentError:
        # Only automatic numbers are missing without it, which no figure depends on.
        return Numbering()
    return found


def _read_lists(root: etree._Element, found: Numbering) -> None:
    abstract = {}
    for definition in root.iter(f"{W}abstractNum"):
        levels = {}
        for level in definition.iter(f"{W}lvl"):
            at = int(level.get(f"{W}ilvl") or 0)
            start = _value(level.find(f"{W}start"))
            levels[at] = _Level(
                int(start) if start.isdigit() else 1,
                _value(level.find(f"{W}numFmt")) or "decimal",
                _value(level.find(f"{W}lvlText")).replace("?", _LOST),
            )
        abstract[definition.get(f"{W}abstractNumId") or ""] = levels
    for number in root.iter(f"{W}num"):
        list_id = number.get(f"{W}numId") or ""
        of = _value(number.find(f"{W}abstractNumId"))
        found.levels[list_id] = abstract.get(of, {})
        restarts = number.find(f"{W}lvlOverride/{W}startOverride") is not None
        found._definition[list_id] = list_id if restarts else f"abstract {of}"


def _read_styles(raw: bytes, root: etree._Element, found: Numbering) -> None:
    """Lists that the used paragraph styles bring; the part is long and mostly not about them."""
    used = {_value(style) for style in root.iter(f"{W}pStyle")}
    for style in _STYLE.finditer(raw) if used and b"<w:numPr" in raw else ():
        name, body = style.group(1).decode("utf-8", "replace"), style.group(2)
        if name in used and (list_id := _LIST.search(body)) is not None:
            level = _LEVEL.search(body)
            at = int(level.group(1)) if level else 0
            found.by_style[name] = (list_id.group(1).decode(), min(at, _LEVELS - 1))


def _number_of(properties: etree._Element) -> tuple[str, int] | None:
    number = properties.find(f"{W}numPr")
    if number is None:
        return None
    level = _value(number.find(f"{W}ilvl"))
    at = int(level) if level.isdigit() else 0
    return _value(number.find(f"{W}numId")), min(at, _LEVELS - 1)


def _value(element: etree._Element | None) -> str:
    return "" if element is None else str(element.get(f"{W}val") or "")


def _format(number: int, kind: str) -> str:
    if kind == "decimal":
        return str(number)
    if kind in _CHINESE or kind.startswith("chinese"):
        return counting_words(number)
    if kind in ("lowerLetter", "upperLetter") and number <= 26:
        letter = chr(ord("a") + number - 1)
        return letter.upper() if kind == "upperLetter" else letter
    if kind.startswith("decimalEnclosedCircle") and number <= 20:
        return chr(0x2460 + number - 1)
    if kind == "decimalFullWidth":
        return "".join(chr(ord(c) + 0xFEE0) for c in str(number))
    if kind in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman.upper() if kind == "upperRoman" else roman
    return ""


def _roman(number: int) -> str:
    parts = []
    for value, letters in ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        count, number = divmod(number, value)
        parts.append(letters * count)
    return "".join(parts)
