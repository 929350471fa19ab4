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
    for char in set(_FULL_WIDTH.findall(text)):
        text = text.replace(char, _PLAIN[char])
    return text


def digits_to_year(text: str) -> int | None:
    """A year of four Chinese or Arabic digits as an integer, None when it is not one.

    Source: titles before 2013 write years in Chinese digits with either form of zero.
    """
    words = load_yaml("numerals.yaml")
    table: dict[str, int] = words["digits"] | dict.fromkeys(words["zeros"], 0)
    plain = half_width(text)
    mapped = "".join(str(table[c]) if c in table else c for c in plain)
    return int(mapped) if re.fullmatch(r"[12]\d{3}", mapped) else None


def counting_number(text: str) -> int | None:
    """A number in counting words (hundreds, tens, units; up to 10**8), or None.

    A last digit right behind hundreds, thousands or ten thousands counts the next lower unit, as
    people say it; behind a zero it counts ones. Returns None for an empty text, for anything that
    is not wholly such a number, and for two digits that mean "three or four".
    """
    words = load_yaml("numerals.yaml")
    digits: dict[str, int] = words["digits"]
    units: dict[str, int] = words["units"]
    if not text or any(c not in digits and c not in units for c in text):
        return None
    if not any(c in units for c in text):
        several = [digits[c] for c in text]
        either = len(several) == 2 and 0 < several[0] == several[1] - 1
        return None if either else int("".join(map(str, several)))
    largest = max(units, key=lambda word: units[word])
    high, mark, low = text.rpartition(largest)
    if not mark:
        return _below(text, digits, units, units[largest])
    upper = _below(high, digits, units, units[largest])
    lower = _below(low, digits, units, units[largest]) if low else 0
    if len(low) == 1 and lower:
        lower *= units[largest] // 10
    return None if upper is None or lower is None else upper * units[largest] + lower


def _below(text: str, digits: dict[str, int], units: dict[str, int], limit: int) -> int | None:
    """A number below ``limit``, the unit that stands before it; None when it is not one."""
    total, pending, unit, zero = 0, None, limit, False
    for char in text:
        if char in digits:
            if pending is not None:
                return None
            pending = digits[char] or None
            zero = zero or pending is None
        elif units[char] >= unit or (pending is None and (total or units[char] != 10)):
            return None
        else:
            unit = units[char]
            total, pending, zero = total + (pending or 1) * unit, None, False
    if pending is None:
        return total if total and not zero else None
    return total + pending * (
        1 if zero or unit <= 10 or (unit == limit and not total) else unit // 10
    )


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
