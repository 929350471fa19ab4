"""One parsed report: figures, sections, notes on cells, findings, and its JSON.

The shape that ``gongkai parse --json`` prints and the warehouse loads. No reading here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Number = int | float
Meaning = Literal["number", "blank", "nil_mark", "absent", "restored", "corrected", "unreadable"]
Severity = Literal["error", "warning", "info"]


class Position(NamedTuple):
    """Where a cell stands; a part that its format does not have is None.

    Attributes:
        table: 1-based table of the document.
        page: 1-based page.
        row: 1-based row of the table.
        column: 1-based column of the table.
        box: (left, top, right, bottom) in points from the upper left corner of the page.
    """

    table: int | None = None
    page: int | None = None
    row: int | None = None
    column: int | None = None
    box: tuple[float, float, float, float] | None = None

    def to_json(self) -> dict[str, Any]:
        """Its parts that exist."""
        parts = {
            "table": self.table,
            "page": self.page,
            "row": self.row,
            "column": self.column,
            "box": list(self.box) if self.box else None,
        }
        return {k: v for k, v in parts.items() if v is not None}


@dataclass(slots=True)
class Figure:
    """One figure of a table as read.

    Attributes:
        value: the number, None when nothing is printed or it could not be read.
        meaning: None for a plainly printed number, else why it is not one.
        raw: the cell's text.
        position: where it stands.
        readings: for a doubtful figure what its ink may say, the best first.
    """

    value: Number | None
    meaning: Meaning | None = None
    raw: str = ""
    position: Position | None = None
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellNote:
    """An entry of ``cells``: a figure that is not a plainly printed number."""

    table: str
    item: str
    column: str
    meaning: Meaning
    raw: str
    position: Position | None

    def to_json(self) -> dict[str, Any]:
        """The entry as the contract prints it."""
        return {
            "table": self.table,
            "item": self.item,
            "column": self.column,
            "meaning": self.meaning,
            "raw": self.raw,
            "position": self.position.to_json() if self.position else None,
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know about a report.

    Attributes:
        rule: what was looked at (contract.md, Findings).
        severity: ``error`` ours, ``warning`` the document contradicts itself, ``info``.
        message: one sentence for a person.
        table: which table, ``sections``, or None.
        item: row of the table.
        column: column of the table.
        expected: what the rule gives.
        actual: what is printed.
    """

    rule: str
    severity: Severity
    message: str
    table: str | None = None
    item: str | None = None
    column: str | None = None
    expected: Number | str | None = None
    actual: Number | str | None = None

    def to_json(self) -> dict[str, Any]:
        """The finding as the contract prints it."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "table": self.table,
            "item": self.item,
            "column": self.column,
            "expected": self.expected,
            "actual": self.actual,
            "message": self.message,
        }


Figures = dict[str, dict[str, Figure]]


@dataclass(slots=True)
class TableRead:
    """One table of the form as read: item to column to figure; empty when there is none.

    Attributes:
        form: the form whose rows and columns it has.
        figures: per item (or channel) per column.
        findings: what was noticed while reading it.
    """

    form: str | None = None
    figures: Figures = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def exists(self) -> bool:
        """Whether the document holds this table."""
        return bool(self.figures)

    def value(self, item: str, column: str) -> Number | None:
        """A value, None when there is none."""
        figure = self.figures.get(item, {}).get(column)
        return figure.value if figure else None

    def values(self) -> dict[str, dict[str, Number | None]]:
        """Only the numbers."""
        return {i: {c: f.value for c, f in row.items()} for i, row in self.figures.items()}

    def notes(self, table: str) -> list[CellNote]:
        """The entries of ``cells`` for this table."""
        return [
            CellNote(table, item, column, figure.meaning, figure.raw, figure.position)
            for item, row in self.figures.items()
            for column, figure in row.items()
            if figure.meaning is not None
        ]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report by its meaning."""

    heading: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A row of the 2014 form's statistics table."""

    code: str
    name: str
    unit: str | None
    value: Number | None


@dataclass(slots=True)
class Report:
    """One parsed report; ``to_json`` gives contract.md's object.

    Beside its keys there are ``media_type`` (what the bytes are) and ``rejected_as``:
    ``not_report``, ``unreadable`` or ``empty`` for a rejected one.
    """

    source: str
    sha256: str
    status: str
    error: str | None = None
    organ: str | None = None
    year: int | None = None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    region_code: str | None = None
    title: str | None = None
    published_on: str | None = None
    form: str | None = None
    proactive: TableRead = field(default_factory=TableRead)
    request: TableRead = field(default_factory=TableRead)
    legal_challenge: TableRead = field(default_factory=TableRead)
    indicators: list[Indicator] = field(default_factory=list)
    indicator_figures: dict[str, Figure] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    media_type: str | None = None
    rejected_as: str | None = None

    @property
    def tables(self) -> dict[str, TableRead]:
        """The three tables by name."""
        return {
            "proactive": self.proactive,
            "request": self.request,
            "legal_challenge": self.legal_challenge,
        }

    @property
    def notes(self) -> list[CellNote]:
        """Every figure that is not a plainly printed number."""
        tables = [n for name, table in self.tables.items() for n in table.notes(name)]
        return tables + [
            CellNote("indicators", code, "value", f.meaning, f.raw, f.position)
            for code, f in self.indicator_figures.items()
            if f.meaning is not None
        ]

    def to_json(self) -> dict[str, Any]:
        """All keys of contract.md, "One parsed report"; they are always there."""
        return {
            "source": self.source,
            "sha256": self.sha256,
            "status": self.status,
            "error": self.error,
            "organ": self.organ,
            "year": self.year,
            "province": self.province,
            "city": self.city,
            "county": self.county,
            "region_code": self.region_code,
            "title": self.title,
            "published_on": self.published_on,
            "form": self.form,
            "table_forms": {n: t.form for n, t in self.tables.items() if t.exists},
            "proactive": self.proactive.values(),
            "request": self.request.values(),
            "legal_challenge": self.legal_challenge.values(),
            "indicators": [
                {"code": i.code, "name": i.name, "unit": i.unit, "value": i.value}
                for i in self.indicators
            ],
            "sections": {
                k: {"heading": s.heading, "text": s.text} for k, s in self.sections.items()
            },
            "cells": [n.to_json() for n in self.notes],
            "findings": [f.to_json() for f in self.findings],
            "media_type": self.media_type,
            "rejected_as": self.rejected_as,
        }
