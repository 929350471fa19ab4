"""Building the successor of a published file aside: from a copy, or from nothing.

Takes a plan that says which partitions come from the lake and which stay, and makes a closed,
checkpointed file of it. Planning is ``plan``'s, putting it in place ``swap``'s.
"""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse import checks, derived, dimensions, integrity, organs
from warehouse.lake import Key
from warehouse.plan import FilePlan
from warehouse.published import PublishedPartition, attach
from warehouse.rows import utc
from warehouse.schema import Table, ddl, load
from warehouse.schema.ddl import file_pattern, fill, identifier, literal
from warehouse.sql import macros, views

Con = duckdb.DuckDBPyConnection

MEMORY = "1200MB"
"""What DuckDB may keep; beyond it, it writes aside. The process needs some 300 MB more."""


@dataclass(frozen=True)
class About:
    """What goes into ``meta``.

    Attributes:
        kind: ``demo`` or ``real``.
        versions: ``software``, ``parser``, ``forms``.
        now: time of publish, naive UTC.
        review: reviewed dismissals and corrections.
    """

    kind: str
    versions: Mapping[str, str]
    now: dt.datetime
    review: checks.Review


def build(plan: FilePlan, target: Path, about: About, work: checks.Work) -> None:
    """Builds the file of ``plan`` at ``target``.

    Args:
        plan: what goes in.
        target: a path of its own beside the published file; nothing is there yet.
        about: for ``meta``.
        work: what the checks across reports need.

    Raises:
        IntegrityError: the result contradicts itself.
        duckdb.Error: a partition file cannot be read, or the disk is full.
        OSError: the copy could not be made.
    """
    storage = ""
    if plan.rebuild:
        storage = fill("(STORAGE_VERSION $v)", v=literal(load().storage_version[plan.file]))
    else:
        shutil.copyfile(plan.path, target)
    with duckdb.connect() as con:
        spill = target.with_name(f"{target.name}.spill")
        con.execute("SET temp_directory = ?", [str(spill)])
        # The text file's macros name its tables by the catalog it is to be attached as.
        name = "text" if plan.file == "text" else "build"
        con.execute(
            fill(
                "ATTACH $at AS $name $storage", at=literal(str(target)), name=name, storage=storage
            )
        )
        if plan.rebuild and (plan.keep or plan.untouched):
            attach(con, plan.path, "present")
        if plan.file == "figures":
            checks.attach_files(con, work)
        con.execute(fill("USE $name", name=name))
        # A copy changes in one transaction, for speed. A new file commits each statement: rows
        # of an open transaction are held in memory and read by one thread.
        con.execute(fill("SET memory_limit = $limit", limit=literal(MEMORY)))
        con.execute("SET checkpoint_threshold = '1TB'" if plan.rebuild else "BEGIN")
        for macro in _macros(plan, "scalar"):
            con.execute(macro)
        (_fill_anew if plan.rebuild else _replace)(con, plan, work)
        _make_rest(con, plan, about, work)
        if not plan.rebuild:
            con.execute("COMMIT")
        if plan.file == "figures":
            integrity.check(con, None if plan.rebuild else plan.changed)
        con.execute(fill("CHECKPOINT $name", name=name))
        con.execute("USE memory")
        con.execute(fill("DETACH $name", name=name))
    if spill.exists():
        shutil.rmtree(spill)


def _replace(con: Con, plan: FilePlan, work: checks.Work) -> None:
    """Replaces the plan's partitions in a copy of the published file."""
    for table in load().of_file(plan.file, "partition"):
        for province, year in plan.replaced:
            con.execute(
                fill("DELETE FROM $t WHERE year = ? AND province = ?", t=identifier(table.name)),
                [year, province],
            )
        _insert_from_lake(con, plan, table, sorted(plan.take, key=_place))
    _correct(con, plan, work)
    derived.refill(con, plan.file, plan.replaced, plan.take)


def _fill_anew(con: Con, plan: FilePlan, work: checks.Work) -> None:
    """Fills empty tables in the order of year and province, from the lake and the old file."""
    order = sorted([*plan.take, *plan.keep], key=_place)
    for table in load().of_file(plan.file, "partition"):
        con.execute(ddl.create_table(table))
        for from_lake, run in itertools.groupby(order, key=plan.take.__contains__):
            if from_lake:
                _insert_from_lake(con, plan, table, list(run))
            else:
                for province, year in run:
                    con.execute(
                        fill(
                            "INSERT INTO $t ($columns) SELECT $columns FROM present.$t"
                            " WHERE year = ? AND province = ?",
                            t=identifier(table.name),
                            columns=ddl.select_list(table.columns),
                        ),
                        [year, province],
                    )
    _correct(con, plan, work)
    copied = plan.untouched
    derived.fill_anew(con, plan.file, [key for key in order if key not in copied], copied)


def _correct(con: Con, plan: FilePlan, work: checks.Work) -> None:
    """Puts reviewed corrections into the rows from the lake, before anything is made of them."""
    if plan.file == "figures":
        checks.correct(con, work.review.corrections, plan.take)


def _place(key: Key) -> tuple[int, str]:
    return key[1], key[0]


def _insert_from_lake(con: Con, plan: FilePlan, table: Table, keys: list[Key]) -> None:
    files = [
        file_pattern(plan.take[key].path(table.name))
        for key in keys
        if table.name in plan.take[key].tables
    ]
    if files:
        con.execute(
            fill(
                "INSERT INTO $t ($columns) SELECT $columns"
                " FROM read_parquet([$files], hive_partitioning = false)",
                t=identifier(table.name),
                columns=ddl.select_list(table.columns),
                files=", ".join(files),
            )
        )


def _partitions(plan: FilePlan) -> dict[Key, PublishedPartition]:
    found = dict(plan.keep)
    names = [table.name for table in load().of_file(plan.file, "partition")]
    for key, manifest in plan.take.items():
        rows = manifest.rows()
        at = manifest.info.get("written_at")
        found[key] = PublishedPartition(
            plan.version(manifest),
            sum(rows.get(name, 0) for name in names),
            utc(at) if at else None,
        )
    return found


def _make_rest(con: Con, plan: FilePlan, about: About, work: checks.Work) -> None:
    for table in load().of_file(plan.file, "publish"):
        con.execute(ddl.create_table(table))
    dimensions.fill_partition(con, _partitions(plan))
    if plan.file == "figures":
        fresh = _organs_anew(plan, about)
        if fresh is None:
            organs.fill_anew(con)
        else:
            organs.refill(con, fresh)
        dimensions.fill_region(con)
        dimensions.fill_statutory_day(con)
        dimensions.fill_form_label(con)
        dimensions.fill_rule(con)
        checks.run_all(con, work, _checked_anew(plan, about))
    # That a report stands once is proven by a check, so its rows are counted.
    counted = "count(*) FROM report"
    if plan.file == "text":
        counted = "count(DISTINCT report_id) FROM section"
    row = con.execute(f"SELECT {counted}").fetchone()
    dimensions.fill_meta(
        con, plan.file, about.kind, about.versions, about.now, row[0] if row else 0
    )
    if plan.file == "figures":
        for view in views():
            con.execute(f"CREATE OR REPLACE VIEW {identifier(view.name)} AS {view.select}")
    for macro in _macros(plan, "table"):
        con.execute(macro)
    for statement in _comments(plan):
        con.execute(statement)


def _checked_anew(plan: FilePlan, about: About) -> Collection[Key] | None:
    """The partitions whose neighbours are to be checked, None for everything.

    Another parser or another check may find something else in what stays.
    """
    present = plan.present
    if plan.rebuild or present is None:
        return None
    if present.versions.get("checks") != about.versions.get("checks"):
        return None
    return plan.changed


def _organs_anew(plan: FilePlan, about: About) -> Collection[Key] | None:
    """The partitions whose organs may be others; None: all, for another version knows others."""
    present = plan.present
    if (
        plan.rebuild
        or present is None
        or present.versions["software"] != about.versions["software"]
    ):
        return None
    return plan.changed


def _macros(plan: FilePlan, kind: str) -> Iterator[str]:
    for macro in macros() if plan.file == "text" else ():
        if macro.kind == kind:
            yield fill(
                "CREATE OR REPLACE MACRO $name($parameters) AS $table $body",
                name=identifier(macro.name),
                parameters=macro.parameters,
                table="TABLE" if kind == "table" else "",
                body=macro.body,
            )


def _comments(plan: FilePlan) -> Iterator[str]:
    for table in load().of_file(plan.file):
        yield from ddl.table_comments(table)
    for macro in macros() if plan.file == "text" else ():
        yield fill(
            "COMMENT ON MACRO $table $name IS $words",
            table="TABLE" if macro.kind == "table" else "",
            name=identifier(macro.name),
            words=literal(ddl.comment(macro.en, macro.zh)),
        )
    if plan.file == "figures":
        for view in views():
            yield from ddl.comment_statements(
                "VIEW",
                view.name,
                ddl.comment(view.en, view.zh),
                ((name, ddl.comment(en, zh)) for name, en, zh in view.columns),
            )
