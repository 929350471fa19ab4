"""The tables of an export as CSV and as Parquet partitioned by year and province.

Partitioned tables hold the rows of the chosen reports; documents and what is missing go by their
partition. CSV is
UTF-8 with a byte order mark: without it, Excel takes Chinese for another encoding. Folders of
Parquet files are named as Hive names them (``year=2023/province=...``), with the province's name
as it is: DuckDB, Arrow and Spark read it back, and people can read it too. A file holds neither
of the two columns, since readers take them from the path.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.export.package import resource
from warehouse.schema import Column, Table, load
from warehouse.schema.ddl import fill, identifier, literal

Con = duckdb.DuckDBPyConnection
BOM = "\ufeff"
SKIPPED = ("search_doc", "search_posting", "search_stock", "partition", "meta")
"""Tables about the files themselves, and the search index."""


def exported_tables(con: Con) -> list[Table]:
    """The tables that an export has: those of both files, less those about the files."""
    attached = {
        row[0] for row in con.execute("SELECT database_name FROM duckdb_databases()").fetchall()
    }
    return [
        table
        for table in load().tables.values()
        if table.name not in SKIPPED and (table.file != "text" or "text" in attached)
    ]


def _is_partitioned(table: Table) -> bool:
    return {"year", "province"} <= {column.name for column in table.columns}


def _source(table: Table) -> str:
    """The rows of a table that are exported, as something to select from."""
    name = fill("text.main.$t" if table.file == "text" else "$t", t=identifier(table.name))
    columns = {column.name for column in table.columns}
    if table.origin == "partition" and "report_id" in columns and table.name != "document":
        return fill("$name SEMI JOIN chosen USING (report_id)", name=name)
    if {"year", "province"} <= columns:
        return fill("$name SEMI JOIN chosen_year USING (province, year)", name=name)
    if table.name == "organ":
        chosen = "(SELECT organ_id FROM report SEMI JOIN chosen USING (report_id))"
        return fill("$name SEMI JOIN $chosen USING (organ_id)", name=name, chosen=chosen)
    return name


def write_csv(con: Con, folder: Path) -> list[dict[str, object]]:
    """One CSV file a table, under ``csv/``.

    Returns:
        The descriptor's entries.
    """
    (folder / "csv").mkdir()
    found = []
    for table in exported_tables(con):
        path = folder / "csv" / f"{table.name}.csv"
        first, *rest = (column.name for column in table.columns)
        # The mark stands before the name of the first column, which is never quoted.
        names = [f"{identifier(first)} AS {identifier(BOM + first)}", *map(identifier, rest)]
        con.execute(
            fill(
                "COPY (SELECT $columns FROM $source) TO $path (FORMAT csv, HEADER,"
                " TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%SZ')",
                columns=", ".join(names),
                source=_source(table),
                path=literal(str(path)),
            )
        )
        found.append(resource(table, "csv", [path], folder, table.columns))
    return found


def write_parquet(con: Con, folder: Path) -> list[dict[str, object]]:
    """Parquet files under ``parquet/<table>/year=.../province=...``, each written whole.

    Returns:
        The descriptor's entries.
    """
    places = con.execute("SELECT year, province FROM chosen_year ORDER BY ALL").fetchall()
    found = []
    for table in exported_tables(con):
        base = folder / "parquet" / table.name
        inside = [c for c in table.columns if c.name not in ("year", "province")]
        if not _is_partitioned(table):
            paths = _copy(con, table, base / "data.parquet", list(table.columns), "true")
            inside = list(table.columns)
        else:
            paths = []
            for year, province in places:
                path = base / f"year={year}" / f"province={province}" / "data.parquet"
                where = fill(
                    "year = $year AND province = $province",
                    year=str(year),
                    province=literal(province),
                )
                paths += _copy(con, table, path, inside, where)
        if paths:
            found.append(resource(table, "parquet", paths, folder, tuple(inside)))
    return found


def _copy(con: Con, table: Table, path: Path, columns: list[Column], where: str) -> list[Path]:
    path.parent.mkdir(parents=True)
    written = con.execute(
        fill(
            "COPY (SELECT $columns FROM $source WHERE $where) TO $path"
            " (FORMAT parquet, COMPRESSION zstd)",
            columns=", ".join(identifier(column.name) for column in columns),
            source=_source(table),
            where=where,
            path=literal(str(path)),
        )
    ).fetchone()
    if written and written[0]:
        return [path]
    path.unlink()
    path.parent.rmdir()
    return []
