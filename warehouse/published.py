"""What a published file says of itself: its meta row and its partitions.

Reading only, for publish and verify; queries go through ``query``.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.errors import PublishError
from warehouse.lake import Key
from warehouse.schema import load
from warehouse.schema.ddl import fill, literal
from warehouse.schema.tables import File


@dataclass(frozen=True)
class PublishedPartition:
    """A row of table ``partition``.

    Attributes:
        version: what of the lake partition is published.
        rows: rows of the partition in this file.
        written_at: when the load wrote it, UTC; None when it did not say.
    """

    version: str
    rows: int
    written_at: dt.datetime | None


@dataclass(frozen=True)
class Published:
    """A published file.

    Attributes:
        kind: ``demo`` or ``real``.
        versions: software, parser, forms and checks.
        schema_version: of its tables.
        storage_version: of the file.
        partitions: what is in it.
    """

    kind: str
    versions: dict[str, str | None]
    schema_version: int
    storage_version: str
    partitions: dict[Key, PublishedPartition]

    def is_compatible(self, file: File) -> bool:
        """Whether partitions can be replaced in it, rather than all built anew."""
        schema = load()
        ours = schema.version, schema.storage_version[file]
        return (self.schema_version, self.storage_version) == ours


def attach(con: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    """Attaches a file read-only under ``name``.

    Attached to a fresh in-memory connection, the file is always the one the path names now;
    ``duckdb.connect(path)`` may return the process's handle on a file replaced meanwhile.
    """
    con.execute(fill("ATTACH $path AS $name (READ_ONLY)", path=literal(str(path)), name=name))


def read_published(path: Path) -> Published | None:
    """What ``path`` says of itself, None when there is no file.

    Raises:
        PublishError: the file cannot be read, is not one of ours, or is of a newer version.
    """
    if not path.exists():
        return None
    try:
        with duckdb.connect() as con:
            attach(con, path, "present")
            version = con.execute("SELECT schema_version FROM present.meta").fetchone()
            if version is None:
                raise PublishError(f"{path}: its table meta is empty; move the file away")
            if version[0] > load().version:
                raise PublishError(
                    f"{path}: written by a newer gongkai (schema {version[0]}, this one knows"
                    f" {load().version}); update gongkai, or move the file away"
                )
            return _read(con)
    except duckdb.Error as error:
        raise PublishError(unreadable(path, error)) from error


def unreadable(path: Path, error: duckdb.Error) -> str:
    """Why a published file cannot be read, and what to do about it.

    Args:
        path: the file, or the figures' where it is not known which of the two it is.
        error: DuckDB's; it may name the file itself.
    """
    words = str(error).splitlines()[0]
    if "set lock on file" in words:
        holder = re.search(r"held in (.*?\(PID \d+\))", words)
        who = holder[1] if holder else "another program"
        return (
            f"{path}: {who} has opened it for writing; close it there, or open it there"
            " read-only, and run this again"
        )
    if "ermission denied" in words:
        return f"{path}: cannot be read ({words})"
    return (
        f"{path}: cannot be read as a published file ({words}); move it away, and gongkai publish"
        " builds it anew from the lake"
    )


def _read(con: duckdb.DuckDBPyConnection) -> Published:
    # By name: a file of an older schema has fewer columns.
    relation = con.execute("FROM present.meta")
    names = [column[0] for column in relation.description or ()]
    meta = dict(zip(names, relation.fetchall()[0], strict=True))
    rows = con.execute(
        "SELECT province, year, version, rows, written_at FROM present.partition"
    ).fetchall()
    return Published(
        kind=meta["kind"],
        versions={n: meta.get(n) for n in ("software", "parser", "forms", "checks")},
        schema_version=meta["schema_version"],
        storage_version=meta["storage_version"],
        partitions={(row[0], row[1]): PublishedPartition(*row[2:]) for row in rows},
    )
