"""Which paragraphs look like the heading of a part; readers find a report's body by them."""

from __future__ import annotations

import re
from functools import cache

from warehouse.facts.files import load_yaml

_LONGEST = 200  # characters that are looked at


@cache
def _heading() -> re.Pattern[str]:
    rules = load_yaml("sections.yaml")
    groups = []
    for number, section in rules["sections"].items():
        labels = sorted((section["label"], *section["also"]), key=len, reverse=True)
        groups.append(f"(?P<s{number}>{'|'.join(map(re.escape, labels))})")
    return re.compile(f"{rules['number']}(?:{'|'.join(groups)})")


@cache
def _starts() -> frozenset[str]:
    """What a numbered heading may begin with; most lines of a page do not."""
    return frozenset((*load_yaml("sections.yaml")["number_starts"], " ", ""))


def heading_key(text: str) -> str | None:
    """Which section's heading a paragraph begins with (``s1`` to ``s6``)."""
    if text[:1] not in _starts():
        return None
    if len(text) > _LONGEST:
        text = text[:_LONGEST]
    match = _heading().match(text.replace(" ", ""))
    return match.lastgroup if match else None
