"""Reading reviewed entries: findings to dismiss and cells to correct, each with who, when and why.

Bundled with the project (``warehouse/facts``) and in the home; the format is in
``docs/checks.md``. What becomes of an entry is ``dismissals``' and ``corrections``'.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from warehouse.facts.divisions import PROVINCES
from warehouse.facts.files import FACTS
from warehouse.home import Home
from warehouse.schema import load

Key = tuple[str, int]

_PLACE = ("province", "year", "reason", "reviewer", "date")
_DISMISSAL = frozenset(
    {*_PLACE, "organ", "report", "rule", "table", "item", "column", "expected", "actual"}
)
_CORRECTION = frozenset(
    {*_PLACE, "organ", "report", "table", "item", "column", "printed", "corrected", "source"}
)
_NUMBERS = ("expected", "actual", "corrected")
FIGURES = {
    "proactive": "proactive",
    "request": "request",
    "legal_challenge": "legal_challenge",
    "indicators": "indicator",
}
"""Where the figures of a table, as findings name it, are kept."""


class ReviewError(ValueError):
    """A reviewed entry that cannot be understood; the message names file and entry."""


@dataclass(frozen=True)
class Entry:
    """One reviewed entry.

    Attributes:
        kind: ``dismissal`` or ``correction``.
        file: name of its file.
        number: its place there, from 1.
        province: of the report.
        year: the report covers.
        organ: as the report prints it; None when ``report`` is given.
        report: report_id.
        said: all other fields as the file gives them.
    """

    kind: str
    file: str
    number: int
    province: str
    year: int
    organ: str | None
    report: str | None
    said: Mapping[str, Any]

    @property
    def key(self) -> Key:
        """The partition it belongs to."""
        return self.province, self.year

    def text(self, name: str) -> str | None:
        """A field as text, None when it is left out."""
        value = self.said.get(name)
        return None if value is None else str(value)

    def number_of(self, name: str) -> float | None:
        """A field as a number, None when it is left out or is not one."""
        value = self.said.get(name)
        return float(str(value)) if _is_number(value) else None


@dataclass(frozen=True)
class Review:
    """All reviewed entries.

    Attributes:
        dismissals: findings that do not count.
        corrections: cells that get another value.
    """

    dismissals: tuple[Entry, ...] = ()
    corrections: tuple[Entry, ...] = ()

    def digest(self) -> str:
        """Another text when any entry changed."""
        said = repr([_told(e) for e in (*self.dismissals, *self.corrections)])
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def corrected(self) -> dict[Key, str]:
        """The partitions with corrections, each with a digest of them."""
        by_key: dict[Key, list[object]] = {}
        for entry in self.corrections:
            by_key.setdefault(entry.key, []).append(_told(entry))
        return {
            key: hashlib.sha256(repr(told).encode()).hexdigest()[:8] for key, told in by_key.items()
        }


def _told(entry: Entry) -> tuple[object, ...]:
    head = entry.kind, entry.province, entry.year, entry.organ, entry.report
    return (*head, sorted((name, str(value)) for name, value in entry.said.items()))


def read_review(home: Home) -> Review:
    """All entries: the bundled ones, then the home's.

    Raises:
        ReviewError: a file is not YAML or an entry is wrong.
    """
    return Review(
        dismissals=tuple(
            _dismissal(entry)
            for path in (FACTS / "dismissals.yaml", home.dismissals)
            for entry in _entries(path, "dismissal", _DISMISSAL)
        ),
        corrections=tuple(
            _correction(entry)
            for path in (FACTS / "corrections.yaml", home.corrections)
            for entry in _entries(path, "correction", _CORRECTION)
        ),
    )


def _entries(path: Path, kind: str, fields: frozenset[str]) -> list[Entry]:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ReviewError(f"{path}: cannot be read: {error}") from error
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise ReviewError(f"{path}: is not a list of entries")
    return [_entry(path, kind, number, said, fields) for number, said in enumerate(raw, 1)]


def _entry(path: Path, kind: str, number: int, said: object, fields: frozenset[str]) -> Entry:
    where = f"{path}, entry {number}"
    if not isinstance(said, dict):
        raise ReviewError(f"{where}: is not a list of fields and values")
    unknown = sorted(str(name) for name in said.keys() - fields)
    if unknown:
        raise ReviewError(f"{where}: no such field: {', '.join(unknown)}")
    missing = [name for name in _PLACE if said.get(name) in (None, "")]
    if missing:
        raise ReviewError(f"{where}: lacks {', '.join(missing)}")
    if said["province"] not in PROVINCES:
        raise ReviewError(f"{where}: province {said['province']} is not a province's full name")
    if type(said["year"]) is not int:
        raise ReviewError(f"{where}: year {said['year']!r} is not a year")
    if type(said["date"]) is not dt.date:
        raise ReviewError(f"{where}: date {said['date']!r} is not a day (YYYY-MM-DD)")
    if bool(said.get("organ")) == bool(said.get("report")):
        raise ReviewError(f"{where}: needs organ or report, one of the two")
    for name in _NUMBERS:
        if said.get(name) is not None and not _is_number(said[name]):
            raise ReviewError(f"{where}: {name} {said[name]!r} is not a number")
    rest = {name: value for name, value in said.items() if name not in ("organ", "report")}
    return Entry(
        kind, str(path), number, said["province"], said["year"],
        said.get("organ"), said.get("report"), rest,
    )  # fmt: skip


def _dismissal(entry: Entry) -> Entry:
    if not entry.text("rule"):
        raise ReviewError(f"{entry.file}, entry {entry.number}: lacks rule")
    return entry


def _correction(entry: Entry) -> Entry:
    where = f"{entry.file}, entry {entry.number}"
    missing = [n for n in ("table", "item", "column", "corrected", "source") if not entry.text(n)]
    missing += [] if "printed" in entry.said else ["printed"]
    if missing:
        raise ReviewError(f"{where}: lacks {', '.join(missing)}")
    table = str(entry.said["table"])
    if table not in FIGURES:
        raise ReviewError(f"{where}: table {table} is none of {', '.join(FIGURES)}")
    if table in ("request", "legal_challenge"):
        known = [c.name for c in load().tables[FIGURES[table]].columns if c.type == "BIGINT"]
        if entry.said["column"] not in known:
            raise ReviewError(f"{where}: column {entry.said['column']} is not in table {table}")
        if not float(entry.said["corrected"]).is_integer():
            raise ReviewError(f"{where}: corrected must be a whole number in table {table}")
    return entry


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
