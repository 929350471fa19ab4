"""Numerals as Chinese documents write them: full-width digits, Chinese digits, counting words.

Only turns strings into strings or integers; what a number means is somebody else's.
"""

from __future__ import annotations

import re

from warehouse.facts.files import load_yaml

_PLAIN = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " "}
_FULL_WIDTH = re.compile("[\uff01-\uff5e\u3000]")


def half_width(text: str) -> str:
    """Full-width ASCII forms and the ideographic space as their plain twins."""
    # Several times as fast as str.translate, which looks up every character.
    return _FULL_WIDTH.sub(lambda found: _PLAIN[found[0]], text)


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


def counting_words(number: int) -> str:
    """A number from 0 to 99 in counting words, as headings are numbered; else its digits."""
    words = load_yaml("numerals.yaml")
    names: dict[int, str] = {}
    for word, value in words["digits"].items():
        names.setdefault(value, word)
    tens = {value: word for word, value in words["units"].items()}
    if not 0 <= number <= 99:
        return str(number)
    ten, one = divmod(number, 10)
    head = ("" if ten == 1 else names[ten]) + tens[10] if ten else ""
    return head + (names[one] if one or not ten else "")
