"""The published tables as assets, so that their columns, sizes and origin can be looked at.

They are made by ``publish``, not on their own: Dagster is told of them when it ends, and
materialising them only counts again, so that a selection of everything (``--select '*'``,
``crawl*``) can be materialised. What the tables are is ``warehouse.schema``'s.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from pipelines.resources import Settings
from pipelines.sight import markdown
from warehouse.home import Home
from warehouse.schema import Column, Table, load

PREFIX = "warehouse"


def _key(table: str) -> dg.AssetKey:
    return dg.AssetKey([PREFIX, table])


def make_tables() -> dg.AssetsDefinition:
    """One asset a published table, with its columns; those that are made of others after them."""

    @dg.multi_asset(
        name="tables",
        specs=[_spec(table) for table in load().tables.values()],
        can_subset=True,
        # Without it no range of partitions could be materialised together with them.
        backfill_policy=dg.BackfillPolicy.single_run(),
        required_resource_keys={"settings"},
    )
    def tables(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        settings: Settings = context.resources.settings
        for event in table_events(settings.at()):
            if event.asset_key in context.selected_asset_keys:
                yield dg.MaterializeResult(asset_key=event.asset_key, metadata=event.metadata)

    return tables


def _spec(table: Table) -> dg.AssetSpec:
    sources = {source for column in _lineage(table.name).values() for source, _ in column}
    return dg.AssetSpec(
        _key(table.name),
        deps=[_key(name) for name in sorted(sources)] or ["publish"],
        description=f"{table.en}\n\n{table.zh}",
        group_name=PREFIX,
        kinds={"duckdb", "table"},
        owners=["team:gongkai"],
        skippable=True,
        metadata={
            "dagster/column_schema": dg.TableSchema(columns=[_column(c) for c in table.columns]),
            "published_file": table.file,
        },
    )


def _column(column: Column) -> dg.TableColumn:
    unit = f" [{column.unit}]" if column.unit else ""
    return dg.TableColumn(
        column.name,
        column.type,
        description=f"{column.en}{unit}\n\n{column.zh}",
        constraints=dg.TableColumnConstraints(nullable=column.nullable),
    )


@cache
def _all_lineage() -> dict[str, Any]:
    path = Path(__file__).with_name("lineage.yaml")
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return raw


def _lineage(table: str) -> dict[str, list[tuple[str, str]]]:
    """The columns, as (table, column), that each column of a table is made of."""
    return {
        column: [(one.split(".")[0], one.split(".")[1]) for one in sources]
        for column, sources in _all_lineage().get(table, {}).items()
    }


def table_events(home: Home) -> Iterator[dg.AssetMaterialization]:
    """What the published files hold now, table by table; nothing when there are none."""
    counts = _counts(home)
    for table in load().tables.values():
        if table.name not in counts:
            continue
        file = home.text if table.file == "text" else home.figures
        metadata: dict[str, dg.MetadataValue] = {
            "dagster/row_count": dg.MetadataValue.int(counts[table.name]),
            "file": dg.MetadataValue.text(f"{file.name}, {_size(file) / 1e6:,.1f} MB"),
            "file_bytes": dg.MetadataValue.int(_size(file)),
        }
        if lineage := _lineage(table.name):
            metadata["dagster/column_lineage"] = dg.MetadataValue.column_lineage(
                dg.TableColumnLineage(
                    {
                        column: [dg.TableColumnDep(_key(t), c) for t, c in sources]
                        for column, sources in lineage.items()
                    }
                )
            )
        yield dg.AssetMaterialization(_key(table.name), metadata=metadata)


def files_table(home: Home) -> str | None:
    """Rows by table and the size of the files, in Markdown; None when nothing is published."""
    counts = _counts(home)
    if not counts:
        return None
    rows: list[tuple[object, ...]] = [(name, f"{count:,}") for name, count in counts.items()]
    rows += [
        (path.name, f"{_size(path) / 1e6:,.1f} MB")
        for path in (home.figures, home.text)
        if path.exists()
    ]
    return markdown(("table or file", "rows or size"), rows)


def stamp(home: Home) -> tuple[int, ...]:
    """What changes whenever the published files are replaced."""
    found = [path.stat() for path in (home.figures, home.text) if path.exists()]
    return tuple(number for one in found for number in (one.st_mtime_ns, one.st_ino))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _counts(home: Home) -> dict[str, int]:
    """Rows by table, as the published files say themselves."""
    from warehouse.query import QueryError, run

    found: dict[str, int] = {}
    for statement in ("SELECT counts FROM meta", "SELECT counts FROM text.meta"):
        try:
            rows = run(home, statement).rows
        except QueryError:
            continue  # publish has said what is wrong with the files
        for (text,) in rows:
            found |= json.loads(str(text))
    return found
