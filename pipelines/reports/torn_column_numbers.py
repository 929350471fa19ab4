"""Rows that only number the columns, in text without cells: told by their word or by their place.

What ``column_numbers`` does for tables. Nothing else is looked for.
"""

from __future__ import annotations

import re
from functools import cache

from warehouse.facts.files import load_yaml
from warehouse.facts.forms import forms
from warehouse.facts.numerals import half_width

_BETWEEN = r"[\s|\x00]+"
_NUMBER = r"\(?\d{1,2}\)?(?:=[\d+\-]{1,40})?"
_FEWEST = 4  # numbers of a row that has no word for what they are


def without_column_numbers(text: str) -> str:
    """A stream's text in which such rows are spaces; places and lines stay.

    Args:
        text: with half-width forms.
    """
    text = _marked().sub(lambda m: _blank(m) if _consecutive(m["numbers"]) else m.group(), text)
    return _bare().sub(_blank, text)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n\x00]", " ", found.group())


def _consecutive(numbers: str) -> bool:
    """Whether all follow each other; those that go on with a sum count as the number before it."""
    found = [int(n) for n in re.findall(r"(?:^|[\s|\x00(])(\d{1,2})", numbers)]
    return found == [*range(found[0], found[0] + len(found))]


@cache
def _marked() -> re.Pattern[str]:
    """Numbers behind words for column numbers, up to the next word."""
    words = "|".join(map(re.escape, load_yaml("labels.yaml")["column_numbers"]))
    numbers = rf"(?P<numbers>(?:{_BETWEEN}{_NUMBER})+)"
    word = rf"(?<![^\W\d_])(?:{words})"
    return re.compile(rf"{word}(?:{_BETWEEN}(?:{words}))*{numbers}(?={_BETWEEN}[^\W\d]|[\s|]*\Z)")


@cache
def _bare() -> re.Pattern[str]:
    """1, 2, 3 and so on between the last word of a head and what only follows a head."""
    table = forms()[0].request
    columns = len(table.columns)
    ends = "|".join(rf"(?<={re.escape(half_width(c.label[-1:]))})" for c in table.columns[-2:])
    first = re.escape(half_width(table.rows[0].label[:5]))
    counted = "".join(rf"{_BETWEEN}{i}" for i in range(1, _FEWEST))
    rest = "".join(rf"(?:{_BETWEEN}{i}" for i in range(_FEWEST, columns + 1))
    request = rf"{counted}{rest}{')?' * (columns + 1 - _FEWEST)}(?={_BETWEEN}{first})"
    challenge = forms()[0].legal_challenge
    cells = len(challenge.channels) * len(challenge.results)
    whole = "".join(rf"{_BETWEEN}{i}" for i in range(1, cells + 1))
    end = re.escape(challenge.results[-1].label[-1:])
    return re.compile(
        rf"(?:{ends}){request}|(?<={end}){whole}(?=(?:{_BETWEEN}\d+){{{cells}}}(?!\d))"
    )
