"""The Frictionless descriptor of an export: files, columns, types, units, keys, licence, sources.

Made of the table definitions, like the data dictionary. Source: the Data Package standard,
version 1, which readers of version 2 take as well (https://datapackage.org/standard/data-package/).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from warehouse.schema import Column, Table
from warehouse.schema.ddl import comment

DESCRIPTOR = "datapackage.json"

_TYPES = {
    "SMALLINT": "integer",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "VARCHAR": "string",
}
_KEYS = {"report": ("report_id",), "organ": ("organ_id",)}


@cache
def words() -> dict[str, Any]:
    """The words of the workbook and the descriptor."""
    text = (Path(__file__).parent / "words.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def _field(column: Column) -> dict[str, object]:
    field: dict[str, object] = {
        "name": column.name,
        # A list is one text in CSV, as DuckDB writes it.
        "type": _TYPES.get(column.type, "string"),
        "description": comment(column.en, column.zh, column.unit),
    }
    if column.unit:
        field["unit"] = column.unit
    if not column.nullable:
        field["constraints"] = {"required": True}
    return field


def resource(
    table: Table, form: str, paths: Sequence[Path], folder: Path, columns: Iterable[Column]
) -> dict[str, object]:
    """The entry of one table in one format.

    Args:
        table: which.
        form: ``csv`` or ``parquet``.
        paths: its files.
        folder: the export's, which the descriptor's paths start from.
        columns: those that are in the files.
    """
    names = [path.relative_to(folder).as_posix() for path in paths]
    listed = list(columns)
    schema: dict[str, object] = {"fields": [_field(column) for column in listed]}
    key = table.key or _KEYS.get(table.name, ())
    if key and {*key} <= {column.name for column in listed}:
        schema["primaryKey"] = list(key)
    entry: dict[str, object] = {
        "name": f"{table.name}-{form}".replace("_", "-"),
        "title": table.name,
        "description": comment(table.en, table.zh),
        "path": names[0] if len(names) == 1 else names,
        "format": form,
        "encoding": "utf-8",
        "schema": schema,
    }
    if form == "csv":
        entry |= {"profile": "tabular-data-resource", "mediatype": "text/csv"}
        entry |= {"bytes": paths[0].stat().st_size, "hash": f"sha256:{_sha256(paths[0])}"}
    else:
        # Frictionless's own tool reads a null in Parquet's whole numbers as NaN and calls it an
        # error: it is told to check the files, not their cells.
        entry |= {"type": "file", "mediatype": "application/vnd.apache.parquet"}
    return entry


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def descriptor(
    con: duckdb.DuckDBPyConnection, resources: list[dict[str, object]], folder: Path
) -> dict[str, object]:
    """The whole descriptor.

    Args:
        con: with the published files and ``chosen``.
        resources: the tables' entries.
        folder: the export's; its workbook gets an entry of its own.
    """
    said = words()["package"]
    meta = con.execute("SELECT published_at, software, parser, kind FROM meta").fetchone()
    published, software, parser, kind = meta or (None, None, None, None)
    sites = con.execute(
        "SELECT DISTINCT regexp_extract(url, '^https?://[^/]+') AS site FROM report"
        " SEMI JOIN chosen USING (report_id) WHERE url IS NOT NULL ORDER BY site"
    ).fetchall()
    workbook = [
        {
            "name": "workbook",
            "path": path.name,
            "type": "file",
            "format": "xlsx",
            "mediatype": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "bytes": path.stat().st_size,
        }
        for path in folder.glob("*.xlsx")
    ]
    return {
        "profile": "data-package",
        "name": said["name"],
        "title": said["title"],
        "description": said["description"],
        "version": f"{published:%Y.%m.%d}" if published else "0",
        "created": f"{published:%Y-%m-%dT%H:%M:%SZ}" if published else "",
        "licenses": said["licenses"],
        "sources": [{"title": site, "path": site} for (site,) in sites if site],
        "gongkai": {"software": software, "parser": parser, "kind": kind},
        "resources": [*resources, *workbook],
    }
