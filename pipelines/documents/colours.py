"""Colours as mark-up names them, and whether two can be told apart. No mark-up here."""

from __future__ import annotations

import re
from colorsys import hls_to_rgb
from functools import lru_cache

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
TRANSPARENT = "transparent"
_NEAR = 24  # of 255 a channel; text that differs less from its ground is not seen
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})", re.I)
_FUNCTION = re.compile(
    r"rgba?\(\s*([\d.]+%?)[\s,]+([\d.]+%?)[\s,]+([\d.]+%?)(?:[\s,/]+([\d.]+))?", re.I
)
_HSL = re.compile(r"hsla?\(\s*([\d.]+)(?:deg)?[\s,]+([\d.]+)%[\s,]+([\d.]+)%", re.I)
_NAMES = {
    "white": WHITE,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240),
    "window": WHITE,
}


def alike(one: Colour, other: Colour) -> bool:
    """Whether nobody tells two colours apart."""
    return all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True))


def parse_hex(value: str) -> Colour | None:
    """A colour in hexadecimal digits; None for anything else."""
    found = _HEX.fullmatch(value)
    if found is None:
        return None
    digits = found.group(1)
    if len(digits) == 3:
        digits = "".join(2 * d for d in digits)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


@lru_cache(maxsize=1024)
def parse(value: str) -> Colour | str | None:
    """A colour of a style sheet.

    Returns:
        Its channels, ``TRANSPARENT``, or None where it is not known (a dark name among them).
    """
    value = value.strip().lower()
    if value == TRANSPARENT:
        return TRANSPARENT
    if value in _NAMES:
        return _NAMES[value]
    if (found := _HSL.match(value)) is not None:
        hue, saturation, light = (float(found.group(n)) for n in (1, 2, 3))
        channels = hls_to_rgb(hue % 360 / 360, min(light, 100) / 100, min(saturation, 100) / 100)
        red, green, blue = (round(255 * c) for c in channels)
        return red, green, blue
    found = _FUNCTION.match(value)
    if found is None:
        return parse_hex(value)
    if found.group(4) is not None and float(found.group(4)) == 0:
        return TRANSPARENT
    red, green, blue = (_channel(found.group(n)) for n in (1, 2, 3))
    return red, green, blue


def _channel(value: str) -> int:
    if value.endswith("%"):
        return min(255, round(float(value[:-1]) * 2.55))
    return min(255, round(float(value)))
