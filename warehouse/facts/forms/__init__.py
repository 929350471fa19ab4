"""The official forms as data: tables, rows, columns, units, label variants, identities.

One YAML file a form; a new form is a new file. This module only reads them into plain records
and knows nothing of documents. Source: the notices named in the files' first lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from warehouse.facts.files import load_yaml

FORM_IDS: tuple[str, ...] = ("2021", "2019")
"""Forms with the three tables, newest first."""


@dataclass(frozen=True)
class Label:
    """What a row, column or group is called.

    Attributes:
        key: the name used in the database.
        label: official wording.
        also: variants met in real reports.
        group: the row group it stands in, for rows of table three; what it is a kind of, for
            channels.
        needs_group: the wording says nothing outside its group.
    """

    key: str
    label: str
    also: tuple[str, ...] = ()
    group: str | None = None
    needs_group: bool = False


@dataclass(frozen=True)
class Measure(Label):
    """A column of table two.

    Attributes:
        unit: what its numbers count.
        decimal: amounts of money, which may have decimals.
        signed: changes, which may be negative and worded.
    """

    unit: str = ""
    decimal: bool = False
    signed: bool = False


@dataclass(frozen=True)
class Block:
    """One block of table two: the rows under one paragraph of article 20."""

    article: str
    columns: tuple[Measure, ...]
    rows: tuple[Label, ...]


@dataclass(frozen=True)
class RequestTable:
    """Table three."""

    columns: tuple[Label, ...]
    groups: tuple[Label, ...]
    rows: tuple[Label, ...]
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class ChallengeTable:
    """Table four."""

    channels: tuple[Label, ...]
    results: tuple[Label, ...]
    parent: str


@dataclass(frozen=True)
class Form:
    """One official form."""

    id: str
    since: int
    proactive: tuple[Block, ...]
    request: RequestTable
    legal_challenge: ChallengeTable


def _label(raw: dict[str, Any], key: str) -> Label:
    return Label(
        raw[key], raw["label"], tuple(raw["also"]), raw.get("group"), raw.get("needs_group", False)
    )


def _measure(raw: dict[str, Any]) -> Measure:
    return Measure(
        raw["measure"],
        raw["label"],
        tuple(raw["also"]),
        unit=raw["unit"],
        decimal=raw.get("decimal", False),
        signed=raw.get("signed", False),
    )


def _block(raw: dict[str, Any]) -> Block:
    return Block(
        raw["article"],
        tuple(_measure(c) for c in raw["columns"]),
        tuple(_label(r, "item") for r in raw["rows"]),
    )


def _request(raw: dict[str, Any]) -> RequestTable:
    base = raw
    rows: list[dict[str, Any]] = list(raw.get("rows", []))
    if "like" in raw:
        base = load_yaml(f"forms/{raw['like']}.yaml")["tables"]["request"]
        changes: dict[str, Any] = raw.get("replace", {})
        replaced = [changes.get(r["item"], r) for r in base["rows"]]
        rows = [r for r in replaced if r is not None]
    items = [r["item"] for r in rows]
    first = items.index("granted")
    return RequestTable(
        columns=tuple(_label(c, "applicant") for c in base["columns"]),
        groups=tuple(_label(g, "group") for g in base["groups"]),
        rows=tuple(_label(r, "item") for r in rows),
        outcomes=tuple(items[first : items.index("total_processed")]),
    )


def _challenge(raw: dict[str, Any]) -> ChallengeTable:
    if "like" in raw:
        raw = load_yaml(f"forms/{raw['like']}.yaml")["tables"]["legal_challenge"]
    return ChallengeTable(
        channels=tuple(_label(c, "channel") for c in raw["channels"]),
        results=tuple(_label(r, "result") for r in raw["results"]),
        parent=raw["parent"]["label"],
    )


@cache
def form(form_id: str) -> Form:
    """One form by its id.

    Raises:
        FileNotFoundError: no such form.
    """
    raw = load_yaml(f"forms/{form_id}.yaml")
    tables = raw["tables"]
    return Form(
        id=raw["id"],
        since=raw["since"],
        proactive=tuple(_block(b) for b in tables["proactive"]["blocks"]),
        request=_request(tables["request"]),
        legal_challenge=_challenge(tables["legal_challenge"]),
    )


def forms() -> tuple[Form, ...]:
    """All forms with the three tables, newest first."""
    return tuple(form(i) for i in FORM_IDS)


FORMS_VERSION = "2"
"""Raised whenever the form files change what can be read."""
