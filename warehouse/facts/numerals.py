"""Numerals as Chinese documents write them: full-width digits, Chinese digits, counting words.

Only turns strings into strings or integers; what a number means is somebody else's.
"""

from __future__ import annotations

import re

from warehouse.facts.files import load_yaml

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def half_width(text: str) -> str:
    """Full-width ASCII forms and the ideographic space as their plain twins."""
    return text.translate(_FULL_WIDTH)


def digits_to_year(text: str) -> int | None:
    """A year of four Chinese or Arabic digits as an integer, None when it is not one.

    Source: titles before 2013 write years in Chinese digits with either form of zero.
    """
    table: dict[str, int] = load_yaml("numerals.yaml")["digits"]
    plain = half_width(text)
    mapped = "".join(str(table[c]) if c in table else c for c in plain)
    return int(mapped) if re.fullmatch(r"[12]\d{3}", mapped) else None


def counting_number(text: str) -> int | None:
    """A number in counting words (hundreds, tens, units; up to 10**8), or None.

    Returns None for an empty text and for anything that is not wholly such a number.
    """
    words = load_yaml("numerals.yaml")
    digits: dict[str, int] = words["digits"]
    units: dict[str, int] = words["units"]
    if not text or any(c not in digits and c not in units for c in text):
        return None
    if not any(c in units for c in text):
        return int("".join(str(digits[c]) for c in text))
    total = section = pending = 0
    for char in text:
        if char in digits:
            pending = digits[char]
        elif units[char] == 10_000:
            total, section, pending = (total + section + pending) * 10_000, 0, 0
        else:
            section, pending = section + (pending or 1) * units[char], 0
    return total + section + pending
