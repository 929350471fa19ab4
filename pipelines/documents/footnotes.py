"""Raised marks of footnotes: beside a figure they are none of its digits."""

from __future__ import annotations

import re
from functools import cache

from warehouse.facts.files import load_yaml


@cache
def _mark() -> re.Pattern[str]:
    return re.compile(load_yaml("pages.yaml")["footnote"])


def is_footnote(raised: str) -> bool:
    """Whether a raised or lowered text may be the mark of a footnote."""
    return _mark().fullmatch(raised.strip()) is not None
