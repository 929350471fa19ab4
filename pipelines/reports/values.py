"""The text of one cell to a figure: a number, or what it is instead.

A value is what is printed. Blank, a nil mark and 0 are three things; what is neither a number nor
one of these is unreadable, never guessed.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from pipelines.documents.model import PICTURE
from pipelines.reports.model import Figure, Meaning, Number, Position
from warehouse.facts.files import load_yaml
from warehouse.facts.numerals import counting_number, half_width

_PLAIN = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,8})?")
_LONGEST_INTEGER = 15  # digits, as in _PLAIN
_DIGITS = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,8})?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,8})?")
_NIL = re.compile(r"[/\\\-—–―－‐‑‒−─━_~]+")
_NOTE = re.compile(
    r"(?<=[^()])\s*(?:[*※①-⑳]|\[[0-9]{1,2}\]|\([^()0-9]{1,20}\)|\([0-9.]{1,6}[%‰]\))$"
)
"""What organs add behind a figure; figures in brackets may be another year's, or the only ones."""
_STOP = re.compile(r"[0-9]{1,15}[.。;、]")
_REMARK = re.compile(r"[0-9.,]+\([^()]+\)")
_SPREAD = re.compile(r"(?<=[^\d\s])\s+|\s+(?=[^\d\s])")
"""White space beside anything but digits, which may be two numbers."""
_DASH_LIKE = "一"
_SPLIT_DIGITS = re.compile(r"[0-9]+(?:\s+[0-9]+)+")
_MINUS = str.maketrans({"－": "-", "−": "-", "–": "-", "—": "-", "﹣": "-", "＋": "+"})


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    rules = load_yaml("labels.yaml")

    def any_of(key: str) -> str:
        return "|".join(re.escape(w) for w in sorted(rules[key], key=len, reverse=True))

    keys = ("units", "increase", "decrease", "unchanged", "nil_marks", "money_signs")
    return {k: any_of(k) for k in keys}


def read_value(
    raw: str,
    *,
    decimal: bool = False,
    signed: bool = False,
    unit: str = "",
    position: Position | None = None,
) -> Figure:
    """Reads one cell.

    Args:
        raw: its text.
        decimal: whether it may have decimals (amounts of money).
        signed: whether it may be a change, with a sign or a word for one.
        unit: what the column counts; an amount of money with a unit of its own is converted.
        position: where it stands; kept in the figure.
    """
    value, meaning = _read(raw, decimal, signed, unit)
    if meaning == "unreadable" and (joined := _joined(raw)) is not None:
        return Figure(value, meaning, raw, position, (joined,))
    return Figure(value, meaning, raw, position)


@lru_cache(maxsize=16384)
def _read(raw: str, decimal: bool, signed: bool, unit: str) -> tuple[Number | None, Meaning | None]:
    """Value and meaning of a text; the same few numbers fill most cells of all reports."""
    if raw.isascii() and raw.isdigit() and len(raw) <= _LONGEST_INTEGER:
        return int(raw), None
    if _PLAIN.fullmatch(raw) and (signed or raw[0] not in "+-"):
        number = _number(raw)
        if decimal or isinstance(number, int):
            return number, None
    text = re.sub(r"[ \t\u00a0\u3000]+", " ", half_width(raw)).strip()
    if not text:
        return None, "blank"
    compact = text.replace(" ", "")
    if _NIL.fullmatch(compact) or re.fullmatch(_words()["nil_marks"], compact):
        return None, "nil_mark"
    value = _read_number(text, decimal, signed, unit)
    if value is None or (isinstance(value, float) and not decimal) or (value < 0 and not signed):
        return None, "unreadable"
    return value, None if _PLAIN.fullmatch(raw.strip()) else "number"


_UNIT = re.compile(r"(?:\((?:[^():]*:)?|[/:,、])([^():/]+)\)?$")


@lru_cache(maxsize=1024)
def unit_of(label: str) -> str:
    """The unit of money in brackets at the end of a label, empty when it names none."""
    found = _UNIT.search(half_width(label).strip())
    units: dict[str, int] = load_yaml("labels.yaml")["unit_factor"]
    return found[1] if found is not None and found[1] in units else ""


def without_unit(label: str) -> str:
    """A label without the unit of money at its end."""
    plain = half_width(label).strip()
    return plain[: found.start()] if unit_of(label) and (found := _UNIT.search(plain)) else label


def with_unit(raw: str, printed: str, unit: str) -> str:
    """The text of an amount with the unit of money printed beside it, where that is another one.

    Args:
        raw: the cell's text.
        printed: the unit beside it, in its head, label or another cell.
        unit: that of the form.
    """
    units: dict[str, int] = load_yaml("labels.yaml")["unit_factor"]
    other = printed in units and unit in units and printed != unit
    return raw + printed if other and raw[-1:].isdigit() else raw


def _joined(raw: str) -> str | None:
    """What digits with white space between them may say: one number that was spread or wrapped.

    They may as well be two numbers of a cell that lost its border, so this is a reading that the
    sums have to confirm.
    """
    text = half_width(raw).strip()
    if not _SPLIT_DIGITS.fullmatch(text):
        return None
    digits = "".join(text.split())
    return digits if len(digits) <= _LONGEST_INTEGER else None


@lru_cache(maxsize=16384)
def is_value_like(raw: str) -> bool:
    """Whether a cell holds a figure, perhaps as a picture, or nothing, rather than a label."""
    figure = read_value(raw, decimal=True, signed=True)
    return figure.meaning != "unreadable" or bool(figure.readings) or raw == PICTURE


def _number(digits: str) -> Number:
    plain = digits.replace(",", "").lstrip("+")
    if "E" in plain:
        plain = f"{Decimal(plain):f}"
    if "." not in plain:
        return int(plain)
    number = float(plain)
    return int(number) if number.is_integer() else number


def _read_number(text: str, decimal: bool, signed: bool, unit: str) -> Number | None:
    text = _SPREAD.sub("", text.translate(_MINUS))
    sign, body = _sign(text) if signed else (1, text)
    if sign == 0:
        return 0
    body = re.sub(f"^(?:{_words()['money_signs']})", "", body) if decimal else body
    body = re.sub(f"\\(({_words()['units']})\\)$", r"\1", body)
    if signed and _REMARK.fullmatch(body):
        return None  # the remark may be its sign
    if not decimal and _STOP.fullmatch(body):
        body = body[:-1]  # of an amount the decimals may be lost behind it
    body = _NOTE.sub("", body)
    found = re.search(f"\\s*({_words()['units']})$", body)
    if found and (found[1] not in load_yaml("numerals.yaml")["units"] or body[0].isascii()):
        body = body[: found.start()].strip()
        factor = _factor(found[1], unit)
    else:
        factor = Decimal(1)
    if _DIGITS.fullmatch(body) or _THOUSANDS.fullmatch(body):
        return sign * _number(str(Decimal(body.replace(",", "")) * factor))
    # One stroke alone may be the numeral or a dash that was mistyped.
    counted = counting_number(body) if len(body) > 1 or body not in _DASH_LIKE else None
    return None if counted is None else sign * counted


def _sign(body: str) -> tuple[int, str]:
    """The sign that a word or arrow gives (0: unchanged) and what remains."""
    words = _words()
    if re.fullmatch(words["unchanged"], body):
        return 0, ""
    found = re.match(f"(?:({words['increase']})|({words['decrease']}))", body)
    if found:
        return (1 if found.group(1) else -1), body[found.end() :].strip()
    if body[:1] in ("↑", "↓"):
        return (1 if body[0] == "↑" else -1), body[1:].strip()
    behind = re.search(f"\\(?(?:({words['increase']}|↑)|({words['decrease']}|↓))\\)?$", body)
    if behind and body[:1].isdigit():
        return (1 if behind.group(1) else -1), body[: behind.start()].strip()
    return 1, body


def _factor(printed: str, unit: str) -> Decimal:
    """What to multiply a number with that has a unit of money, or ten thousands, of its own."""
    factors: dict[str, int] = load_yaml("labels.yaml")["unit_factor"]
    counts: dict[str, int] = load_yaml("numerals.yaml")["units"]
    if printed in counts:
        return Decimal(counts[printed]) / Decimal(factors.get(unit, 1))
    if printed not in factors or unit not in factors or printed == unit:
        return Decimal(1)
    return Decimal(factors[printed]) / Decimal(factors[unit])
