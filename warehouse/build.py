"""Building the successor of a published file aside: from a copy, or from nothing.

Takes a plan that says which partitions come from the lake and which stay, and makes a closed,
checkpointed file of it. Planning is ``plan``'s, putting it in place ``swap``'s.
"""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from warehouse import checks, derived, dimensions, integrity, lanes, organs
from warehouse.facts.files import copy_whole, sync_file
from warehouse.lake import Key
from warehouse.plan import FilePlan
from warehouse.published import PublishedPartition, attach
from warehouse.rows import utc
from warehouse.schema import Table, ddl, load
from warehouse.schema.ddl import file_pattern, fill, identifier, literal
from warehouse.schema.tables import File
from warehouse.sql import macros, views

Con = duckdb.DuckDBPyConnection

MEMORY = "1200MB"
"""What DuckDB may keep; beyond it, it writes aside. The process needs some 300 MB more."""


@dataclass(frozen=True)
class About:
    """What goes into ``meta``.

    Attributes:
        kind: ``demo`` or ``real``.
        versions: of each file, ``software``, ``parser``, ``forms`` and ``checks``.
        now: time of publish, naive UTC.
        review: reviewed dismissals and corrections.
    """

    kind: str
    versions: Mapping[File, Mapping[str, str]]
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
    # Nothing is replayed into a file that is not yet in its place: it needs no log.
    options = "RECOVERY_MODE 'no_wal_writes'"
    if plan.rebuild:
        options += f", STORAGE_VERSION {literal(load().storage_version[plan.file])}"
    with duckdb.connect() as con, _copied(plan, target):
        spill = target.with_name(f"{target.name}.spill")
        con.execute("SET temp_directory = ?", [str(spill)])
        # The text file's macros name its tables by the catalog it is to be attached as.
        name = "text" if plan.file == "text" else "build"
        con.execute(
            fill(
                "ATTACH $at AS $name ($options)",
                at=literal(str(target)),
                name=name,
                options=options,
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
        if not _is_same(plan, about):
            for macro in _macros(plan, "scalar"):
                con.execute(macro)
        if plan.rebuild:
            _make_anew(con, plan, about, work)
        else:
            _make_on_copy(con, plan, about, work)
        _describe(con, plan, about)
        if not plan.rebuild:
            con.execute("COMMIT")
        if plan.file == "figures":
            integrity.check(con, None if plan.rebuild else plan.changed)
        con.execute(fill("CHECKPOINT $name", name=name))
        con.execute("USE memory")
        con.execute(fill("DETACH $name", name=name))
    if spill.exists():
        shutil.rmtree(spill)


@contextmanager
def _copied(plan: FilePlan, target: Path) -> Iterator[None]:
    """Copies the published file that is to be changed; its bytes go to the disk meanwhile."""
    if plan.rebuild:
        yield
        return
    copy_whole(plan.path, target)
    with ThreadPoolExecutor(1) as pool:
        synced = pool.submit(sync_file, target)
        yield
        synced.result()


def _make_on_copy(con: Con, plan: FilePlan, about: About, work: checks.Work) -> None:
    """Replaces the plan's partitions in a copy of the published file, and what follows of them."""
    for table in load().of_file(plan.file, "partition"):
        for province, year in plan.replaced:
            con.execute(
                fill("DELETE FROM $t WHERE year = ? AND province = ?", t=identifier(table.name)),
                [year, province],
            )
        _insert_from_lake(con, plan, table, sorted(plan.take, key=_place))
    if plan.file == "figures":
        checks.correct(con, work.review.corrections, plan.take)
    derived.refill(con, plan.file, plan.replaced, plan.take)
    _make_small(con, plan, about)
    if plan.file == "figures":
        if _is_same(plan, about):
            organs.refill(con, plan.changed)
        else:
            organs.fill_anew(con)
        # Other checks may find something else in what stays.
        checks.run_all(con, work, plan.changed if _is_same(plan, about) else None)


def _make_anew(con: Con, plan: FilePlan, about: About, work: checks.Work) -> None:
    """Fills empty tables in the order of year and province, from the lake and the old file."""
    order = sorted([*plan.take, *plan.keep], key=_place)
    tables = load().of_file(plan.file, "partition")
    largest = sorted(tables, key=lambda table: -_bytes(plan, table))
    lanes.run(con, [partial(_fill_table, plan=plan, table=t, order=order) for t in largest])
    if plan.file == "figures":
        checks.correct(con, work.review.corrections, plan.take)
    _make_small(con, plan, about)
    copied = plan.untouched
    jobs = derived.jobs(plan.file, [key for key in order if key not in copied], copied)
    if plan.file == "figures":
        jobs += [organs.fill_anew, *checks.jobs(con, work)]
    lanes.run(con, jobs)
    if plan.file == "figures":
        checks.finish(con, work)


def _bytes(plan: FilePlan, table: Table) -> int:
    """Size of a table's files in the lake."""
    return sum(m.tables[table.name].bytes for m in plan.take.values() if table.name in m.tables)


def _fill_table(con: Con, plan: FilePlan, table: Table, order: list[Key]) -> None:
    con.execute(ddl.create_table(table))
    for from_lake, run in itertools.groupby(order, key=plan.take.__contains__):
        if from_lake:
            _insert_from_lake(con, plan, table, list(run))
            continue
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


def _make_small(con: Con, plan: FilePlan, about: About) -> None:
    """The tables of facts and of partitions, which the checks read.

    A copy made by the same recipe keeps its facts, and its tables the words they are described by.
    """
    same = _is_same(plan, about)
    for table in load().of_file(plan.file, "publish"):
        if not same:
            con.execute(ddl.create_table(table))
        elif table.name not in dimensions.FACTS:
            con.execute(fill("DELETE FROM $t", t=identifier(table.name)))
    dimensions.fill_partition(con, _partitions(plan))
    if plan.file == "figures" and not same:
        dimensions.fill_facts(con)


def _is_same(plan: FilePlan, about: About) -> bool:
    """Whether the file is a copy, made by today's software, facts and checks."""
    return (
        not plan.rebuild
        and plan.present is not None
        and all(
            plan.present.versions[name] == about.versions[plan.file].get(name)
            for name in ("software", "checks")
        )
    )


def _describe(con: Con, plan: FilePlan, about: About) -> None:
    """Adds ``meta``, views, macros and comments."""
    # That a report stands once is proven by a check, so its rows are counted.
    counted = "count(*) FROM report"
    if plan.file == "text":
        counted = "count(DISTINCT report_id) FROM section"
    row = con.execute(f"SELECT {counted}").fetchone()
    dimensions.fill_meta(
        con, plan.file, about.kind, about.versions[plan.file], about.now, row[0] if row else 0
    )
    if _is_same(plan, about):
        return
    if plan.file == "figures":
        for view in views():
            con.execute(f"CREATE OR REPLACE VIEW {identifier(view.name)} AS {view.select}")
    for macro in _macros(plan, "table"):
        con.execute(macro)
    for statement in _comments(plan):
        con.execute(statement)


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
