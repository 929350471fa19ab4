"""Running the checks inside the build of the published figures.

Findings across reports change when a neighbour changes, so they are not kept in the lake but made
here: all of them in a file built anew, those of the touched organs and partitions where single
partitions were replaced. Called once per build, before ``meta`` is written.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from warehouse.checks import corrections, dismissals
from warehouse.checks.catalog import COLUMNS, Check, Scope, checks
from warehouse.checks.review import Review
from warehouse.checks.scope import BEFORE, TEXT, near_touched, restricted, touched_organs
from warehouse.lake import Key
from warehouse.lanes import Job
from warehouse.published import attach
from warehouse.schema import load
from warehouse.schema.ddl import (
    create_table,
    fill,
    identifier,
    literal,
    partitions,
    select_list,
)
from warehouse.sql import FOLDER, read

Con = duckdb.DuckDBPyConnection

_KEPT: tuple[Scope, ...] = ("organ", "partition")


@dataclass(frozen=True)
class Work:
    """What the checks of one build need to know.

    Attributes:
        review: dismissals and corrections.
        today: the day of the publish.
        text: the text file that goes with the figures, None when there is none.
        before: the published figures that are replaced partition by partition, None when the file
            is built anew.
    """

    review: Review
    today: dt.date
    text: Path | None = None
    before: Path | None = None


def version(review: Review) -> str:
    """Another text when a check or a reviewed entry changed: then all is checked anew."""
    digest = hashlib.sha256()
    for path in (*(check.path for check in checks()), _kept("missing_report")):
        digest.update(path.read_bytes())
    return f"{digest.hexdigest()[:8]}-{review.digest()[:8]}"


def attach_files(con: Con, work: Work) -> None:
    """Attaches what the checks read beside the build; not possible once it is being written."""
    if work.text:
        attach(con, work.text, TEXT)
    if work.before:
        attach(con, work.before, BEFORE)


def run_all(con: Con, work: Work, changed: Collection[Key] | None) -> None:
    """Brings findings across reports, missing reports, dismissals and ``review`` up to date.

    Args:
        con: the build as its default database, every partition table filled and corrected,
            ``partition``, ``organ`` and ``statutory_day`` made, ``attach_files`` called.
        work: what else they need.
        changed: partitions with new rows when the rest is as it was checked before; None: check
            everything.

    Raises:
        duckdb.Error: a check is wrong, or the disk is full.
    """
    _note_affected(con)
    if changed is None:
        con.execute("DELETE FROM build.finding WHERE scope IN ('organ', 'partition')")
        con.execute(create_table(load().tables["missing_report"]))
    elif changed:
        touched_organs(con, changed, work.before is not None)
        _forget(con, changed, work.before is not None)
    if changed is None or changed:
        _find(con, work, changed)
        _find_missing(con, work, changed)
    _review(con, work, everywhere=changed is None)


def jobs(con: Con, work: Work) -> list[Job]:
    """The work of ``run_all`` in a file built anew, in pieces that can run side by side.

    Args:
        con: as for ``run_all``, but no transaction is open and ``organ`` need not be there.
        work: what the checks need.

    Returns:
        Jobs, after all of which ``finish`` has to be called.
    """
    con.execute("ATTACH ':memory:' AS aside")
    con.execute("CREATE TABLE aside.found AS FROM build.finding LIMIT 0")
    con.execute(create_table(load().tables["missing_report"]))
    missing = read(_kept("missing_report")).select
    return [
        partial(_insert_missing, work=work, select=missing),
        *(
            partial(_run_aside, check=c, work=work)
            for c in checks()
            if work.text or not c.needs_text
        ),
    ]


def finish(con: Con, work: Work) -> None:
    """Puts what the jobs found into the file, and what reviewers say of it."""
    _note_affected(con)
    _keep(con, "aside.found")
    con.execute("DETACH aside")
    _review(con, work, everywhere=True)


def _note_affected(con: Con) -> None:
    con.execute(
        "CREATE OR REPLACE TEMP TABLE affected (report_id VARCHAR, province VARCHAR, year SMALLINT)"
    )


def _review(con: Con, work: Work, everywhere: bool) -> None:
    outcomes = dismissals.apply(con, work.review.dismissals)
    _count(con, everywhere)
    dismissals.write_review(con, corrections.outcomes(con, work.review.corrections) + outcomes)


def _forget(con: Con, changed: Collection[Key], has_before: bool) -> None:
    """Removes findings that compared the touched organs, and brings back those of the others.

    Replacing a partition removed all its findings; those of organs that nothing happened to still
    hold.
    """
    if has_before:
        con.execute(
            fill(
                "INSERT INTO build.finding ($columns) SELECT $columns FROM before.finding"
                " WHERE scope = 'organ' AND $chosen AND report_id IN ("
                " SELECT report_id FROM build.report WHERE $chosen"
                " AND organ_id NOT IN (SELECT organ_id FROM touched))",
                columns=select_list(load().tables["finding"].columns),
                chosen=partitions(changed),
            )
        )
        con.execute(
            fill(
                "INSERT INTO affected SELECT report_id, province, year FROM build.report"
                " WHERE $chosen",
                chosen=partitions(changed),
            )
        )
    con.execute(
        fill(
            "DELETE FROM build.finding WHERE scope = 'organ' AND $near"
            " AND report_id IN (SELECT report_id FROM touched_report)",
            near=near_touched(con),
        )
    )
    con.execute(
        fill(
            "DELETE FROM build.finding WHERE scope = 'partition' AND $chosen",
            chosen=partitions(changed),
        )
    )


def _find(con: Con, work: Work, changed: Collection[Key] | None) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE found AS FROM finding LIMIT 0")
    for scope in _KEPT:
        with restricted(con, scope, changed, bool(work.text)):
            if changed is not None:
                con.execute("INSERT INTO affected SELECT report_id, province, year FROM report")
            for check in checks():
                if check.scope == scope and (work.text or not check.needs_text):
                    _run(con, check, "found")
    _keep(con, "found")
    con.execute("DROP TABLE found")


def _keep(con: Con, found: str) -> None:
    con.execute(
        fill(
            "INSERT INTO build.finding ($columns) SELECT $columns FROM $found ORDER BY"
            " year, province, report_id, rule, item, column_name, other_report_id, message",
            columns=select_list(load().tables["finding"].columns),
            found=found,
        )
    )


def _run_aside(con: Con, check: Check, work: Work) -> None:
    with restricted(con, check.scope, None, bool(work.text)):
        _run(con, check, "aside.found")


def _run(con: Con, check: Check, found: str) -> None:
    con.execute(
        fill(
            "INSERT INTO $found BY NAME SELECT $columns, r.year, r.province, $rule AS rule,"
            " $severity AS severity, $scope AS scope"
            " FROM ($select) AS f JOIN report AS r ON r.report_id = f.report_id",
            found=found,
            columns=", ".join(f"f.{name}" for name in COLUMNS),
            rule=literal(check.id),
            severity=literal(check.severity),
            scope=literal(check.scope),
            select=check.select,
        )
    )


def _kept(name: str) -> Path:
    return FOLDER / "kept" / f"{name}.sql"


def _find_missing(con: Con, work: Work, changed: Collection[Key] | None) -> None:
    """Which organs have no report, in changed partitions and those whose expectations they make.

    Who is expected in a year is told by the three years before and after it, so what changed in
    one is looked for in the three around it, and that needs the reports of six.
    """
    select = read(_kept("missing_report")).select
    if changed is None:
        _insert_missing(con, work, select)
        return
    judged = _around(changed, 3)
    con.execute(fill("DELETE FROM build.missing_report WHERE $at", at=judged))
    names = ("report", "document", "site", "partition")
    for name in names:
        con.execute(
            fill(
                "CREATE TEMP VIEW $t AS FROM build.$t WHERE $at",
                t=identifier(name),
                at=_around(changed, 6),
            )
        )
    _insert_missing(con, work, fill("SELECT * FROM ($select) WHERE $at", select=select, at=judged))
    for name in names:
        con.execute(fill("DROP VIEW temp.$t", t=identifier(name)))


def _insert_missing(con: Con, work: Work, select: str) -> None:
    con.execute(
        fill(
            "INSERT INTO build.missing_report ($columns) $select",
            columns=select_list(load().tables["missing_report"].columns),
            select=select,
        ),
        {"today": work.today},
    )


def _around(keys: Collection[Key], reach: int) -> str:
    """A condition that holds for the keys' provinces, so many years before and after."""
    return partitions(
        {(province, year + by) for province, year in keys for by in range(-reach, reach + 1)}
    )


def _count(con: Con, everywhere: bool) -> None:
    """Brings ``report.findings`` up to date, for all reports or those in ``affected``."""
    near = chosen = "true"
    if not everywhere:
        rows = con.execute("SELECT DISTINCT province, year FROM affected").fetchall()
        if not rows:
            return
        near = partitions([(row[0], row[1]) for row in rows])
        chosen = fill("$near AND report_id IN (SELECT report_id FROM affected)", near=near)
    con.execute(
        fill(
            """
            UPDATE build.report SET findings = counted.number
            FROM (
                SELECT r.report_id, count(f.report_id) AS number
                FROM (SELECT report_id FROM build.report WHERE $chosen) AS r
                LEFT JOIN (
                    SELECT report_id FROM build.finding WHERE dismissed IS NULL AND $chosen
                ) AS f USING (report_id)
                GROUP BY r.report_id
            ) AS counted
            WHERE build.report.report_id = counted.report_id
                AND build.report.findings <> counted.number AND $near
            """,
            chosen=chosen,
            near=near,
        )
    )
