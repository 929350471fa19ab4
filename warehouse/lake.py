"""The lake: one directory and one manifest a partition, province x year.

``lake/<province>/<year>/<version>/<table>.parquet`` and ``manifest.json`` beside the versions.
All tables of a version are written and synced before the manifest that names it is renamed, so a
partition is always one version whole: killed half-way, the old one stands. Nothing here opens a
published file; which rows there are is the loader's.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from warehouse.errors import HomeError
from warehouse.facts.files import sync_directory, write_whole
from warehouse.home import Home
from warehouse.rows import Lines, Row, RowError, write_lines, write_parquet
from warehouse.schema import load
from warehouse.schema.ddl import file_pattern, fill

MANIFEST = "manifest.json"

Key = tuple[str, int]
"""A partition: province and year."""


class LakeError(HomeError):
    """A partition could not be written or read; the message names the file or the row."""


@dataclass(frozen=True)
class TableFile:
    """One table of one partition.

    Attributes:
        file: its path below the partition's folder.
        rows: number of rows.
        bytes: size.
        sha256: checksum of the file.
    """

    file: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class PartitionManifest:
    """What the manifest of one partition says.

    Attributes:
        province: province key.
        year: year covered.
        version: name of the version's folder; another content has another name.
        schema_version: of the tables.
        tables: by name; a table without rows has no file and is left out.
        info: what the loader added (run, time of writing as ``written_at``, versions).
        folder: the partition's folder.
    """

    province: str
    year: int
    version: str
    schema_version: int
    tables: Mapping[str, TableFile]
    info: Mapping[str, Any]
    folder: Path

    @property
    def key(self) -> Key:
        """The partition's key."""
        return self.province, self.year

    def path(self, table: str) -> Path:
        """The Parquet file of a table that has rows."""
        return self.folder / self.tables[table].file

    def rows(self) -> dict[str, int]:
        """Number of rows by table."""
        return {name: file.rows for name, file in self.tables.items()}


def folder(home: Home, province: str, year: int) -> Path:
    """The folder of one partition."""
    return home.lake / province / str(year)


def sha256_of(path: Path) -> str:
    """Checksum of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_places(province: str, year: int, tables: Mapping[str, Sequence[Row]]) -> None:
    unknown = tables.keys() - load().partitioned.keys()
    if unknown:
        raise LakeError(f"{province} {year}: no such table: {', '.join(sorted(unknown))}")
    for name, rows in tables.items():
        for row in rows:
            if row.get("province", province) != province or row.get("year", year) != year:
                raise LakeError(
                    f"{province} {year}: a row of {name} belongs to"
                    f" {row.get('province')} {row.get('year')}"
                )


def _version_of(written: Sequence[Lines]) -> str:
    digest = hashlib.sha256(str(load().version).encode())
    for lines in sorted(written, key=lambda lines: lines.table.name):
        digest.update(f" {lines.table.name} {lines.sha256}".encode())
    return digest.hexdigest()[:16]


def damage(manifest: PartitionManifest) -> list[str]:
    """What is wrong with a partition's files: missing, or not the bytes that were written.

    Returns:
        One sentence a file, naming it; empty when the partition is whole.
    """
    found = []
    for name in manifest.tables:
        path = manifest.path(name)
        try:
            if sha256_of(path) != manifest.tables[name].sha256:
                found.append(f"{path}: checksum differs from the manifest's")
        except OSError as error:
            found.append(f"{path}: {error.strerror or error}")
    return found


def _write_version(target: Path, version: str, written: Sequence[Lines]) -> dict[str, TableFile]:
    """Makes the Parquet files in the unnamed folder of the lines and gives it its name."""
    files = {}
    aside = target / _aside_name()
    for lines in written:
        path = aside / f"{lines.table.name}.parquet"
        write_parquet(lines, path)
        lines.path.unlink()
        with path.open("rb") as file:
            os.fsync(file.fileno())
        files[lines.table.name] = TableFile(
            f"{version}/{path.name}", lines.rows, path.stat().st_size, sha256_of(path)
        )
    sync_directory(aside)
    aside.rename(target / version)
    sync_directory(target)
    return files


def _aside_name() -> str:
    return f".{os.getpid()}.part"


def _free_name(target: Path, version: str) -> str:
    """The version's name, numbered when a folder of that name is left from a broken write."""
    name, number = version, 1
    while (target / name).exists():
        number += 1
        name = f"{version}-{number}"
    return name


def _remove_old(target: Path, keep: set[str]) -> None:
    """Removes versions that nobody names any more; a publish may still read the last one."""
    for path in target.iterdir():
        if path.is_dir() and path.name not in keep:
            shutil.rmtree(path)


def write_partition(
    home: Home,
    province: str,
    year: int,
    tables: Mapping[str, Sequence[Row]],
    info: Mapping[str, object],
) -> PartitionManifest:
    """Replaces one partition by the rows given; all of them or, on an error, none.

    The version's name comes from the content: the same rows again leave the files as they are
    (a damaged file is written anew) and only renew ``info``.

    Args:
        home: whose lake.
        province: province key.
        year: year covered.
        tables: rows by table name (``warehouse/schema/tables.yaml``); ``province`` and ``year``
            may be left out of a row; a table left out has no rows.
        info: kept in the manifest as it is; ``written_at`` (ISO 8601) goes into the published
            table ``partition``.

    Returns:
        The manifest now in force.

    Raises:
        LakeError: a row does not fit its table, or a file could not be written.
    """
    _check_places(province, year, tables)
    target = folder(home, province, year)
    aside = target / _aside_name()
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        return _write(home, province, year, tables, info)
    except RowError as error:
        raise LakeError(f"{province} {year}: {error}") from error
    except (OSError, duckdb.Error) as error:
        raise LakeError(f"{target}: {error}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(
    home: Home,
    province: str,
    year: int,
    tables: Mapping[str, Sequence[Row]],
    info: Mapping[str, object],
) -> PartitionManifest:
    target = folder(home, province, year)
    known, place = load().partitioned, {"province": province, "year": year}
    written = [
        write_lines(known[name], rows, place, target / _aside_name() / f"{name}.ndjson")
        for name, rows in tables.items()
        if rows
    ]
    previous = read_manifest(home, province, year)
    version = _version_of(written)
    if previous and previous.version.split("-")[0] == version and not damage(previous):
        name, files = previous.version, dict(previous.tables)
    else:
        name = _free_name(target, version)
        files = _write_version(target, name, written)
    manifest = {
        "province": province,
        "year": year,
        "version": name,
        "schema_version": load().version,
        "tables": {table: asdict(file) for table, file in sorted(files.items())},
        "info": dict(info),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, default=str)
    write_whole(target / MANIFEST, text + "\n")
    _remove_old(target, {name, previous.version if previous else name})
    return _parse(target / MANIFEST, json.loads(text))


def _parse(path: Path, raw: Mapping[str, Any]) -> PartitionManifest:
    try:
        return PartitionManifest(
            province=raw["province"],
            year=raw["year"],
            version=raw["version"],
            schema_version=raw["schema_version"],
            tables={name: TableFile(**file) for name, file in raw["tables"].items()},
            info=raw["info"],
            folder=path.parent,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise LakeError(f"{path}: not a partition manifest ({error!r})") from error


def read_manifest(home: Home, province: str, year: int) -> PartitionManifest | None:
    """The manifest of one partition, None when it was never written.

    Raises:
        LakeError: the manifest is there but cannot be read.
    """
    path = folder(home, province, year) / MANIFEST
    try:
        return _parse(path, json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise LakeError(f"{path}: {error}") from error


def partitions(home: Home) -> Iterator[Key]:
    """Keys of all partitions that have a manifest, by province and year."""
    for path in sorted(home.lake.glob(f"*/*/{MANIFEST}")):
        year = path.parent.name
        if year.isdecimal():
            yield path.parent.parent.name, int(year)


def read_tables(
    manifest: PartitionManifest, names: Sequence[str]
) -> dict[str, list[dict[str, object]]]:
    """The rows of some tables of a partition, with the columns the tables have today.

    A column that the partition was written without is left out of its rows.

    Raises:
        LakeError: a file is not what was written.
    """
    found: dict[str, list[dict[str, object]]] = {}
    known = load().partitioned
    try:
        with duckdb.connect() as con:
            for name in names:
                if name not in manifest.tables:
                    continue
                path = manifest.path(name)
                if sha256_of(path) != manifest.tables[name].sha256:
                    raise LakeError(f"{path}: checksum differs from the manifest's")
                columns = {column.name for column in known[name].columns}
                rows = con.sql(
                    fill(
                        "FROM read_parquet($path, hive_partitioning = false)",
                        path=file_pattern(path),
                    )
                )
                found[name] = [
                    {c: v for c, v in zip(rows.columns, row, strict=True) if c in columns}
                    for row in rows.fetchall()
                ]
    except (OSError, duckdb.Error) as error:
        raise LakeError(f"{manifest.folder}: {error}") from error
    return found
