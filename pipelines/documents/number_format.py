"""What a sheet prints of a stored number by its number format.

The formats that sheets of figures use: decimals, thousands, signs, units, sections for negative
numbers and zero. Of others the number is in doubt. Sources: ECMA-376 part 1, 18.8.30 and 18.8.31.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

GENERAL = "General"
BUILT_IN = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    37: "#,##0 ;(#,##0)",
    38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    49: "@",
}
"""Formats that files name by a number only; the others of these are dates, times and fractions."""
OTHER_BUILT_IN = 164
"""Numbers below are built in."""
DATE = "yyyy"
"""Stands for the others."""
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)'
    r"|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<condition>[<>=][^\]]*)\]|\[(?P<colour>[^\]]*)\]"
    r"|(?P<general>General|G/[^\x00-\x7f]+)|(?P<plain>.)",
    re.I | re.S,
)
_SHAPE = re.compile(r"[#0?,]*(?:\.[#0?]*)?")
_DIGITS = "#0?.,"
_LITERALS = " +-()/:¥￥$%"
_MOST_DECIMALS = 30
MOST_DIGITS = 20
"""Digits before the point, or noughts behind it, of a figure of a report at most."""


class UnknownFormatError(Exception):
    """The format is none that is known here."""


@lru_cache(maxsize=4096)
def printed(stored: str, code: str) -> str:
    """The text that a sheet prints for a number.

    Args:
        stored: the number as the file stores it.
        code: its format; several sections are divided by semicolons.

    Raises:
        UnknownFormatError: a format, or a number, that is not known here.
    """
    try:
        number = Decimal(stored)
    except InvalidOperation as error:
        raise UnknownFormatError(stored) from error
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise UnknownFormatError(stored)
    sections = _sections(code)
    if len(sections) > 1 and number < 0:
        chosen, number = sections[1], -number
    elif len(sections) > 2 and not number:
        chosen = sections[2]
    else:
        chosen = sections[0]
    return _fill(chosen, number)


def _sections(code: str) -> list[list[tuple[str, str]]]:
    """The sections of a format as tokens: their kinds and texts."""
    found: list[list[tuple[str, str]]] = [[]]
    for token in _TOKEN.finditer(code):
        kind = token.lastgroup or "plain"
        text = token.group(kind)
        if kind == "condition":
            raise UnknownFormatError(code)
        if kind == "plain" and text == ";":
            found.append([])
        elif kind in ("plain", "general"):
            found[-1].append((kind, text))
        elif kind in ("quoted", "escaped", "currency"):
            found[-1].append(("literal", text))
        elif kind == "space":
            found[-1].append(("literal", " "))
    return found


def _fill(tokens: list[tuple[str, str]], number: Decimal) -> str:
    """A section with its number in it; without a place for it only its words."""
    shape, before, behind = "", "", ""
    general = percent = False
    for kind, text in tokens:
        is_place = kind == "general" or (kind == "plain" and text in _DIGITS)
        if is_place and not behind:
            general = general or kind == "general"
            shape += "" if kind == "general" else text
        elif kind == "plain" and text not in _LITERALS:
            raise UnknownFormatError(text)  # dates, fractions, powers, texts
        elif is_place:
            raise UnknownFormatError(text)
        else:
            percent = percent or (kind == "plain" and text == "%")
            if shape or general:
                behind += text
            else:
                before += text
    if not shape and not general:
        return (before + behind).strip()
    if general:
        figure = f"{number.normalize():f}" if not shape else None
    else:
        figure = _figure(shape, number * 100 if percent else number)
    if figure is None:
        raise UnknownFormatError(shape)
    return f"{before}{figure}{behind}".strip()


def _figure(shape: str, number: Decimal) -> str | None:
    """A number in a shape, without marks of thousands; None for a shape that is not known."""
    if not _SHAPE.fullmatch(shape):
        return None
    whole, _, fraction = shape.partition(".")
    scaled = number / Decimal(1000) ** (len(whole) - len(whole.rstrip(",")))
    if len(fraction) > _MOST_DECIMALS:
        return None
    rounded = scaled.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    text = f"{rounded:f}"
    for mark in reversed(fraction):
        if mark != "#" or text[-1] != "0":
            break
        text = text[:-1]
    if "." in text:
        text = text.rstrip(".")
    # Without a 0 before the point none is printed.
    return text.removeprefix("0") if "0" not in whole and abs(rounded) < 1 else text
