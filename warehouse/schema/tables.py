"""Reading ``tables.yaml``: which tables there are, and their columns.

No SQL here (``ddl``), no prose (``dictionary``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from warehouse.facts.files import read_yaml

FOLDER = Path(__file__).parent

File = Literal["figures", "text"]
FILES: tuple[File, ...] = ("figures", "text")


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: its name.
        type: DuckDB type; the Parquet type follows from it.
        nullable: whether a row may leave it out.
        unit: unit of its numbers, empty where there is none.
        en: meaning in English.
        zh: meaning in Chinese.
    """

    name: str
    type: str
    nullable: bool
    unit: str
    en: str
    zh: str


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        name: its name.
        file: which published file holds it: ``figures``, ``text`` or ``both``.
        origin: ``partition`` (a lake file a partition), ``derived`` (computed from those at
            publish, partition by partition), ``kept`` (brought up to date at publish) or
            ``publish`` (made anew at every publish).
        sort: the column by which a partition's rows are laid, None for ``publish`` tables.
        key: columns that are unique within a partition as written, empty where nothing is asked.
        en: what a row is, in English.
        zh: what a row is, in Chinese.
        columns: in order.
    """

    name: str
    file: str
    origin: str
    sort: str | None
    key: tuple[str, ...]
    en: str
    zh: str
    columns: tuple[Column, ...]

    def is_in(self, file: File) -> bool:
        """Whether the published ``file`` holds this table."""
        return self.file in (file, "both")


@dataclass(frozen=True)
class Schema:
    """All tables of one schema version.

    Attributes:
        version: rises when a table or column changes.
        storage_version: oldest DuckDB that can read a published file, as ``ATTACH`` names it.
        tables: by name, in the order of the file.
    """

    version: int
    storage_version: dict[File, str]
    tables: dict[str, Table]

    def of_file(self, file: File, origin: str | None = None) -> tuple[Table, ...]:
        """The tables of one published file, all or those of one origin."""
        return tuple(
            table
            for table in self.tables.values()
            if table.is_in(file) and origin in (None, table.origin)
        )

    @property
    def partitioned(self) -> dict[str, Table]:
        """The tables a load writes for each partition, by name."""
        return {t.name: t for t in self.tables.values() if t.origin == "partition"}


def _column(entry: dict[str, Any]) -> Column:
    return Column(
        name=entry["name"],
        type=entry["type"],
        nullable=entry.get("nullable", True),
        unit=entry.get("unit", ""),
        en=entry["en"],
        zh=entry["zh"],
    )


@cache
def load() -> Schema:
    """Reads the packaged table definitions once."""
    raw = read_yaml(FOLDER / "tables.yaml")
    tables = {
        entry["name"]: Table(
            name=entry["name"],
            file=entry["file"],
            origin=entry["origin"],
            sort=entry.get("sort"),
            key=tuple(entry.get("key", ())),
            en=entry["en"],
            zh=entry["zh"],
            columns=tuple(_column(column) for column in entry["columns"]),
        )
        for entry in raw["tables"]
    }
    return Schema(raw["schema_version"], raw["storage_version"], tables)
