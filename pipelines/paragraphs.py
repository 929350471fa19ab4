"""Fingerprints of a report's longer paragraphs, for finding text copied to other years or organs.

Years and the report's own names are taken out first, so that a copy with these alone exchanged
has the same fingerprint. Comparing them is a check across reports (``warehouse/sql/checks``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from warehouse.facts.files import load_yaml
from warehouse.facts.numerals import half_width


@cache
def _rules() -> dict[str, Any]:
    raw: dict[str, Any] = load_yaml("paragraphs.yaml")
    patterns = {name: re.compile(raw[name]) for name in ("years", "marks", "ending")}
    return {**raw, **patterns}


def own_names(report: Mapping[str, Any]) -> list[str]:
    """What a report calls its organ and its place, the longest first.

    Args:
        report: the object of ``gongkai parse --json``.
    """
    ending: re.Pattern[str] = _rules()["ending"]
    places = [str(p) for part in ("province", "city", "county") if (p := report.get(part))]
    organ = str(report.get("organ") or "")
    stem = organ
    for place in places:
        stem = stem.removeprefix(place).removeprefix(ending.sub("", place))
    names = {organ, stem, *places, *(ending.sub("", place) for place in places)}
    return sorted((name for name in names if len(name) > 1), key=lambda n: (-len(n), n))


def fingerprints(report: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    """One row of table ``paragraph`` for each longer paragraph, without its report_id.

    Args:
        report: the object of ``gongkai parse --json``.
    """
    rules = _rules()
    names = own_names(report)
    for number, section in report["sections"].items():
        for paragraph in (section.get("text") or "").splitlines():
            plain = rules["years"].sub("", half_width(paragraph))
            for name in names:
                plain = plain.replace(name, "")
            plain = rules["marks"].sub("", plain)
            if len(plain) >= rules["shortest"]:
                yield {"number": int(number), "hash": _hash(plain), "length": len(plain)}


def _hash(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
