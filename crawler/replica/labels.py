"""The official labels the replica prints, read from ``data/labels.yaml``.

Belongs here: the replica's own, independent copy of the two forms' wording and how offices vary it.
Does not belong here: layout (``tables``), figures (``figures``), anything the parser uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class RequestRow:
    """One value row of table three: its item and its labels from the outermost group inwards."""

    item: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """An official form.

    Attributes:
        name: Its name in the contract, the year it begins with.
        first_year: First year covered by reports on it.
        with_changes: Whether table two asks for changes against the year before.
        folded_other: Whether table three has one row for other processing, not three.
    """

    name: str
    first_year: int
    with_changes: bool
    folded_other: bool


@cache
def read_data(name: str) -> dict[str, Any]:
    """Read one of the replica's YAML data files, once.

    Args:
        name: File name under ``crawler/replica/data``.

    Returns:
        The parsed mapping; callers must not change it.
    """
    loaded: dict[str, Any] = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return loaded


def labels() -> dict[str, Any]:
    """Return the whole label file."""
    return read_data("labels.yaml")


def words(key: str) -> str:
    """Return one of the small words printed in cells (a unit, a sign word, a nil mark)."""
    return str(labels()["words"][key])


@cache
def forms() -> dict[str, Form]:
    """Return the forms by name, oldest first."""
    return {name: Form(name, **about) for name, about in labels()["forms"].items()}


def form_of(year: int) -> Form:
    """Return the form in force for reports that cover ``year``."""
    return [form for form in forms().values() if form.first_year <= year][-1]


@cache
def request_rows(form: str) -> tuple[RequestRow, ...]:
    """Return table three's value rows of a form, in printed order.

    Args:
        form: Name of the form.
    """
    groups: dict[str, str] = labels()["request"]["groups"]
    folded = forms()[form].folded_other
    dropped = {"other_not_corrected", "other_unpaid", "other_rest"} if folded else {"other"}
    rows = []
    for item, *path in labels()["request"]["rows"]:
        if item not in dropped:
            named = [groups[key] for key in path[:-1]]
            rows.append(RequestRow(item, (*named, path[-1])))
    return tuple(rows)


def restyle(text: str, style: str) -> str:
    """Write a label as an office with the given habit would.

    Args:
        text: The official label.
        style: A key of ``label_styles`` in the data file.
    """
    for old, new in labels()["label_styles"][style].get("replace", []):
        text = text.replace(old, new)
    return text
