"""The statistics table of the 2014 form as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from warehouse.facts.files import load_yaml

STATISTICS_FORM = "2014"


@dataclass(frozen=True)
class IndicatorRow:
    """One row of the table.

    Attributes:
        code: its place in the form, such as ``3.3.4a``.
        label: official wording.
        also: variants.
        unit: what it counts; None for a heading.
        decimal: an amount of money.
        sum_of: codes whose sum it is.
        at_most: codes whose sum it does not exceed.
    """

    code: str
    label: str
    also: tuple[str, ...]
    unit: str | None
    decimal: bool
    sum_of: tuple[str, ...]
    at_most: tuple[str, ...]


@cache
def indicator_rows() -> tuple[IndicatorRow, ...]:
    """All rows in the order of the form."""
    return tuple(
        IndicatorRow(
            code=r["code"],
            label=r["label"],
            also=tuple(r.get("also", [])),
            unit=r.get("unit"),
            decimal=r.get("decimal", False),
            sum_of=tuple(r.get("sum_of", [])),
            at_most=tuple(r.get("at_most", [])),
        )
        for r in load_yaml(f"forms/{STATISTICS_FORM}.yaml")["rows"]
    )


@cache
def column_words() -> dict[str, Any]:
    """What the columns of the table are headed with, by what they hold."""
    words: dict[str, Any] = load_yaml(f"forms/{STATISTICS_FORM}.yaml")["columns"]
    return words


@cache
def label_rules() -> dict[str, str]:
    """Patterns of what stands in a label beside the name of its row."""
    found: dict[str, str] = load_yaml(f"forms/{STATISTICS_FORM}.yaml")["labels"]
    return found


@cache
def indicator_marks() -> tuple[str, ...]:
    """Words that stand in the table; two of them tell that a text holds it."""
    return tuple(load_yaml(f"forms/{STATISTICS_FORM}.yaml")["marks"])
