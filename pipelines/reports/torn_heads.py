"""What the heads of the tables show of the order in which a text goes through a page.

Extractors go from the left to the right by rows or by columns, or in an order of their own. Where
figures have lost their places only the words of the heads tell which. No figure is read here.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from pipelines.reports.torn_stream import letters_of
from warehouse.facts.files import load_yaml
from warehouse.facts.forms import forms

_BEGINNING = 2  # letters of a column's name that no other label begins with


def names_columns_in_order(letters: str) -> bool:
    """Whether the head of table three names its columns from the left to the right.

    Names may be wrapped beside each other; then their first letters stand in order. The last two
    have no letters of their own.
    """
    names = [letters_of(c.label)[:_BEGINNING] for c in forms()[0].request.columns[:-3]]
    places = [letters.find(name) for name in names]
    return -1 not in places and places == sorted(places)


def names_columns_shuffled(letters: str) -> bool:
    """Whether the names of columns that are whole stand in another order than the form's."""
    names = [letters_of(c.label) for c in forms()[0].request.columns[:-2]]
    places = [p for name in names if (p := letters.find(name)) >= 0]
    return places != sorted(places)


def goes_across(letters: str) -> bool:
    """Whether no head of table two stands before the one left of it, whole columns or rows read."""
    counts: Counter[int] = Counter()
    for found in _heads().finditer(letters):
        place = _places()[found.group()]
        counts[place] += 1
        if place >= 0 and counts[place] > counts[place - 1]:
            return False
    return True


@cache
def _places() -> dict[str, int]:
    """The words of table two's heads, and how many columns stand left of each; -1 for the first."""
    found = {
        letters_of(m.label): at
        for f in forms()
        for b in f.proactive
        for at, m in enumerate(b.columns)
    }
    return {**found, letters_of(load_yaml("torn.yaml")["proactive_head"]): -1}


@cache
def _heads() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_places(), key=len, reverse=True)))
