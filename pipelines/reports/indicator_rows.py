"""Labels of the statistics table to the places in the form that have them.

Short labels differ in one character from others that mean something else, so they fit exactly or
not at all; long ones may have lost or changed a character.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pipelines.reports.labels import LabelIndex, core
from pipelines.reports.values import is_value_like
from warehouse.facts.forms import Label
from warehouse.facts.forms.statistics import indicator_rows, label_rules
from warehouse.facts.numerals import half_width

_SHORTEST_WORN = 8  # characters of a label that may differ a little


@cache
def _index() -> tuple[LabelIndex, dict[str, list[int]]]:
    """Finds the wording of a row, and the places in the form that have this wording."""
    places: dict[str, list[int]] = {}
    labels = []
    for place, row in enumerate(indicator_rows()):
        for wording in (row.label, *row.also):
            name = _name(wording)
            if place not in places.setdefault(name, []):
                places[name].append(place)
            labels.append(Label(name, name))
    return LabelIndex(labels), places


def _name(text: str) -> str:
    """What a label calls its row: without number, unit, remark and the word that counts."""
    rules = label_rules()
    plain = re.sub(r"\s+", "", half_width(text))
    plain = re.sub(rules["number"], "", plain, count=1)
    while (found := re.search(rules["remark"], plain)) is not None:
        plain = plain[: found.start()] + plain[found.end() :]
    plain = re.sub(rules["part"], "", core(plain))
    return re.sub(rules["count"], "", plain)


@lru_cache(maxsize=8192)
def find_places(text: str) -> tuple[int, ...]:
    """The places in the form of the rows that a label names; empty for any other text."""
    if not text or len(text) > 200 or is_value_like(text):
        return ()
    index, places = _index()
    name = _name(text)
    found = places.get(name)
    if found is None and len(name) >= _SHORTEST_WORN:
        found = places.get(index.find(name) or "")
    return tuple(found or ())
