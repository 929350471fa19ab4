"""Tables computed from the partition tables at publish, partition by partition.

They make the questions that people ask quick: sums by province and year, a report's main figures
side by side. Each is one SELECT in ``sql/derived``, whose ``$scope`` is the condition on province
and year. A changed partition is computed anew, the others stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial

import duckdb

from warehouse.lake import Key
from warehouse.lanes import Job
from warehouse.schema.ddl import create_table, fill, identifier, literal, select_list
from warehouse.schema.tables import File, Table, load
from warehouse.sql import FOLDER, read

Con = duckdb.DuckDBPyConnection

_AT_ONCE: dict[File, int] = {"figures": 4, "text": 1}
"""Years computed by one statement: more need more memory, fewer leave more row groups half full."""


def _select(table: Table) -> str:
    return read(FOLDER / "derived" / f"{table.name}.sql").select


def _insert(con: Con, table: Table, scope: str) -> None:
    con.execute(
        fill(
            "INSERT INTO $t ($columns) SELECT $columns FROM ($select)",
            t=identifier(table.name),
            columns=select_list(table.columns),
            select=fill(_select(table), scope=scope),
        )
    )


def _scope(key: Key) -> str:
    return fill("year = $year AND province = $province", year=str(key[1]), province=literal(key[0]))


def jobs(file: File, computed: Collection[Key], copied: Collection[Key]) -> list[Job]:
    """What fills the derived tables of a file that is built from nothing.

    Args:
        file: which one; in it the partition tables are filled, and the present file is attached
            as ``present`` where there are ``copied``.
        computed: partitions whose rows are computed; some years at once, which bounds the memory.
        copied: partitions that the present file has as they are, whose rows are taken over.

    Returns:
        One job for each group of tables that read each other.
    """
    return [
        partial(
            _fill_group, tables=tables, computed=computed, copied=copied, at_once=_AT_ONCE[file]
        )
        for tables in _groups(file)
    ]


def _groups(file: File) -> list[list[Table]]:
    """The derived tables, those together that read each other, in the order of the schema."""
    groups: list[list[Table]] = []
    for table in load().of_file(file, "derived"):
        words = set(re.findall(r"\w+", _select(table)))
        read = [group for group in groups if any(other.name in words for other in group)]
        groups = [group for group in groups if group not in read]
        groups.append([*(other for group in read for other in group), table])
    return groups


def _fill_group(
    con: Con,
    tables: Collection[Table],
    computed: Collection[Key],
    copied: Collection[Key],
    at_once: int,
) -> None:
    years = sorted({year for _, year in computed})
    for table in tables:
        con.execute(create_table(table))
        if copied:
            con.execute(
                fill(
                    "INSERT INTO $t ($columns) SELECT $columns FROM present.$t SEMI JOIN"
                    " (SELECT unnest($$1) AS province, unnest($$2) AS year)"
                    " USING (province, year) ORDER BY year, province",
                    t=identifier(table.name),
                    columns=select_list(table.columns),
                ),
                [[key[0] for key in copied], [key[1] for key in copied]],
            )
        mixed = {year for _, year in copied}
        for key in sorted(key for key in computed if key[1] in mixed):
            _insert(con, table, _scope(key))
        whole = [year for year in years if year not in mixed]
        for first in range(0, len(whole), at_once):
            some = ", ".join(map(str, whole[first : first + at_once]))
            _insert(con, table, fill("year IN ($some)", some=some))


def refill(con: Con, file: File, replaced: Collection[Key], taken: Collection[Key]) -> None:
    """Computes the derived rows of changed partitions anew.

    Args:
        con: a copy of the published file, its partition tables already as they will be.
        file: which one.
        replaced: partitions whose old rows go.
        taken: partitions whose rows are computed.
    """
    for table in load().of_file(file, "derived"):
        for key in replaced:
            con.execute(
                fill("DELETE FROM $t WHERE $scope", t=identifier(table.name), scope=_scope(key))
            )
        for key in sorted(taken):
            _insert(con, table, _scope(key))
