"""Restricting checks to what changed partitions touch, by temporary tables of the same names.

A check reads ``report``, ``request`` and so on by plain name. DuckDB looks for a temporary table
or view of that name first: with a restricted one in place the check sees those reports alone,
without one it sees the whole file. Measured on a million reports: one partition's organs with all
their years are copied in 0.1 s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import duckdb

from warehouse.checks.catalog import Scope
from warehouse.lake import Key
from warehouse.schema import load
from warehouse.schema.ddl import fill, identifier, literal, partitions

Con = duckdb.DuckDBPyConnection

BEFORE = "before"
"""Name of the published file that it replaces."""

TEXT = "words"
"""Name of the text file that goes with it."""

_FIGURES = ("request", "proactive", "legal_challenge")


_COMPARED = ("report", *_FIGURES)
"""Tables whose rows tell whether a report is another one than before."""

_PLACE = frozenset({"report_id", "year", "province", "findings", "fetched_at"})
"""Their columns that do not."""


def touched_organs(con: Con, keys: Collection[Key], has_before: bool) -> None:
    """Makes table ``touched``: organs with a report in these partitions that changed.

    ``touched_report`` has all their reports, of other years too.

    A partition is replaced whole, though often a few of its reports are new; the others and
    their neighbours are left alone.
    """
    condition = partitions(keys)
    now = _marks("build", condition)
    marks = now
    if has_before:
        marks = fill(
            "(($now) EXCEPT ($before)) UNION (($before) EXCEPT ($now))",
            now=now,
            before=_marks(BEFORE, condition),
        )
    organs = " UNION ".join(
        fill("SELECT report_id, organ_id FROM $db.report WHERE $at", db=db, at=condition)
        for db in ("build", *([BEFORE] if has_before else []))
    )
    con.execute(
        fill(
            "CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT organ_id FROM ($organs)"
            " WHERE organ_id IS NOT NULL AND report_id IN (SELECT report_id FROM ($marks))",
            organs=organs,
            marks=marks,
        )
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE touched_report AS SELECT report_id, province, year"
        " FROM build.report WHERE organ_id IN (SELECT organ_id FROM touched)"
    )


def _marks(database: str, condition: str) -> str:
    """One row a report and table, different when anything the checks read is."""
    return " UNION ALL ".join(
        fill(
            "SELECT report_id, $name AS part, bit_xor(hash($columns)) AS mark, count(*) AS number"
            " FROM $db.$table WHERE $at GROUP BY report_id",
            name=literal(table),
            columns=", ".join(
                identifier(c.name) for c in load().tables[table].columns if c.name not in _PLACE
            ),
            db=database,
            table=identifier(table),
            at=condition,
        )
        for table in _COMPARED
    )


@contextmanager
def restricted(
    con: Con, scope: Scope, keys: Collection[Key] | None, has_text: bool
) -> Iterator[None]:
    """Lets the checks of one scope see what they have to compare, and nothing else.

    Args:
        con: the build; for scope ``organ`` with ``touched`` made.
        scope: of the checks.
        keys: the changed partitions; None: the checks see the whole file.
        has_text: whether the text file is attached.
    """
    made: list[tuple[str, str]] = []
    try:
        if keys is not None:
            made += _copies(con, scope, keys)
        if has_text:
            made.append(_paragraphs(con, scope, keys))
        yield
    finally:
        for kind, name in reversed(made):
            con.execute(fill("DROP $kind temp.$name", kind=kind, name=identifier(name)))


def _copies(con: Con, scope: Scope, keys: Collection[Key]) -> Iterator[tuple[str, str]]:
    if scope == "partition":
        # A few row groups: read where they are.
        for table in ("report", *_FIGURES):
            con.execute(
                fill(
                    "CREATE TEMP VIEW $t AS FROM build.$t WHERE $chosen",
                    t=identifier(table),
                    chosen=partitions(keys),
                )
            )
            yield "VIEW", table
        return
    near = near_touched(con)
    for table in ("report", *_FIGURES):
        con.execute(
            fill(
                "CREATE TEMP TABLE $t AS FROM build.$t"
                " WHERE $near AND report_id IN (SELECT report_id FROM touched_report)",
                t=identifier(table),
                near=near,
            )
        )
        yield "TABLE", table


def near_touched(con: Con) -> str:
    """A condition that leaves out partitions without any report of a touched organ."""
    rows = con.execute("SELECT DISTINCT province, year FROM touched_report").fetchall()
    return partitions([(row[0], row[1]) for row in rows]) if rows else "false"


def _paragraphs(con: Con, scope: Scope, keys: Collection[Key] | None) -> tuple[str, str]:
    if keys is None or scope == "partition":
        con.execute(
            fill(
                "CREATE TEMP VIEW paragraph AS FROM $db.paragraph WHERE $chosen",
                db=TEXT,
                chosen="true" if keys is None else partitions(keys),
            )
        )
        return "VIEW", "paragraph"
    con.execute(
        fill(
            "CREATE TEMP TABLE paragraph AS FROM $db.paragraph"
            " WHERE $near AND report_id IN (SELECT report_id FROM touched_report)",
            db=TEXT,
            near=near_touched(con),
        )
    )
    return "TABLE", "paragraph"
