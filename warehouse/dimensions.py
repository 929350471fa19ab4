"""The tables made at every publish: regions, statutory_day, form_label, rule, partition, meta.

Each function fills tables of the connection's default database, which are empty.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

import duckdb

from warehouse.checks import catalog
from warehouse.facts import forms, places
from warehouse.facts.files import read_yaml
from warehouse.lake import Key
from warehouse.published import PublishedPartition
from warehouse.schema import Table, load
from warehouse.schema.ddl import fill, identifier, select_list
from warehouse.schema.tables import FOLDER, File

Con = duckdb.DuckDBPyConnection

FACTS = frozenset({"region", "region_successor", "statutory_day", "form_label", "rule"})
"""Tables that hold facts and nothing of the reports."""


def insert(con: Con, table: Table, rows: Iterable[Sequence[object]]) -> None:
    """Inserts a few thousand rows at most, whose values stand in the table's column order."""
    listed = list(rows)
    if not listed:
        return
    columns = [list(values) for values in zip(*listed, strict=True)]
    con.execute(
        fill(
            "INSERT INTO $table ($columns) SELECT $values",
            table=identifier(table.name),
            columns=select_list(table.columns),
            values=", ".join(f"unnest(?::{column.type}[])" for column in table.columns),
        ),
        columns,
    )


def fill_region(con: Con) -> None:
    """Administrative divisions and what became of them, from the facts."""
    table = load().tables["region"]
    known = places.load()
    names = [column.name for column in table.columns][1:]
    insert(
        con,
        table,
        [
            *([known.place_id(row), *(getattr(row, name) for name in names)] for row in known),
            *places.without_code(),
        ],
    )
    insert(
        con,
        load().tables["region_successor"],
        (
            [s.old.code, s.old.name, s.year, s.new.code, s.new.name, s.relation, s.rule]
            for s in known.successions()
        ),
    )


def fill_facts(con: Con) -> None:
    """All tables of ``FACTS``, which are empty."""
    fill_region(con)
    fill_statutory_day(con)
    fill_form_label(con)
    fill_rule(con)


def fill_statutory_day(con: Con) -> None:
    """The legal days of publication, from ``schema/deadlines.yaml``."""
    rules = read_yaml(FOLDER / "deadlines.yaml")
    insert(
        con,
        load().tables["statutory_day"],
        (
            [kind, *(rule[name] for name in ("first_year", "last_year", "month", "day", "source"))]
            for rule in rules
            for kind in rule["kind"]
        ),
    )


def fill_rule(con: Con) -> None:
    """What the findings mean: the rules of single reports and the checks across reports."""
    single = ([rule, None, *titles] for rule, titles in catalog.single_rules().items())
    across = ([check.id, check.scope, check.en, check.zh] for check in catalog.checks())
    insert(con, load().tables["rule"], [*single, *across])


def _labels(form: forms.Form) -> Iterator[tuple[str, str, forms.Label]]:
    for block in form.proactive:
        yield from (("proactive", "item", row) for row in block.rows)
        yield from (("proactive", "measure", column) for column in block.columns)
        # One measure has another label and unit in another row: amounts of fees and of purchases.
        yield from (
            ("proactive", "figure", dataclasses.replace(column, key=f"{row.key}.{column.key}"))
            for row in block.rows
            for column in block.columns
        )
    yield from (("request", "item", row) for row in form.request.rows)
    yield from (("request", "applicant", column) for column in form.request.columns)
    challenge = form.legal_challenge
    yield from (("legal_challenge", "channel", channel) for channel in challenge.channels)
    yield from (("legal_challenge", "result", result) for result in challenge.results)


def fill_form_label(con: Con) -> None:
    """The official labels of every form, from the facts."""
    rows: dict[tuple[str, str, str, str], list[object]] = {}
    for form in forms.forms():
        for table_name, role, label in _labels(form):
            key = form.id, table_name, role, label.key
            unit = label.unit if isinstance(label, forms.Measure) else None
            rows.setdefault(key, [*key, label.label, unit, len(rows) + 1, form.since])
    insert(con, load().tables["form_label"], rows.values())


def fill_partition(con: Con, partitions: Mapping[Key, PublishedPartition]) -> None:
    """Which version of each partition is in the file."""
    insert(
        con,
        load().tables["partition"],
        (
            [*key, entry.version, entry.rows, entry.written_at]
            for key, entry in sorted(partitions.items(), key=lambda item: item[0])
        ),
    )


def fill_meta(
    con: Con, file: File, kind: str, versions: Mapping[str, str], now: dt.datetime, reports: int
) -> None:
    """The one row about the file.

    Args:
        con: the file being built, all other tables filled.
        file: which of the two.
        kind: ``demo`` or ``real``.
        versions: ``software``, ``parser``, ``forms`` and ``checks``.
        now: time of publish, naive UTC.
        reports: number of reports in the published partitions.
    """
    schema = load()
    counts = {}
    for table in schema.of_file(file):
        row = con.execute(
            fill("SELECT count(*) FROM $table", table=identifier(table.name))
        ).fetchone()
        counts[table.name] = row[0] if row else 0
    counts["meta"] = 1
    values = {
        "kind": kind,
        "software": versions.get("software"),
        "parser": versions.get("parser"),
        "forms": versions.get("forms"),
        "checks": versions.get("checks"),
        "published_at": now,
        "storage_version": schema.storage_version[file],
        "duckdb_version": duckdb.__version__,
        "schema_version": schema.version,
        "partitions": counts["partition"],
        "reports": reports,
        "counts": json.dumps(counts),
    }
    table = schema.tables["meta"]
    insert(con, table, [[values[column.name] for column in table.columns]])
