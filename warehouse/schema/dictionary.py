"""The data dictionary, made of the table definitions and the views' headers.

``python -m warehouse.schema`` writes it; a test holds the file to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from warehouse.schema.tables import Schema, Table, load
from warehouse.sql import Macro, View, macros, views

_INTRODUCTION = """\
# Data dictionary

Made from `warehouse/schema/tables.yaml`, `warehouse/sql/views/` and `warehouse/sql/macros/` by
`python -m warehouse.schema`; edit those, not this page. The same words are the comments of tables
and columns in the files themselves (`select * from duckdb_columns()`). Schema version {version};
`gongkai.duckdb` can be read by DuckDB {figures} and later, `gongkai-text.duckdb` by {text}.

Times are UTC. A figure that is null was not printed, or could not be read: table `cell` says which.
"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    for row in rows:
        yield "| " + " | ".join(_cell(text) for text in row) + " |"


def _table(table: Table) -> Iterator[str]:
    place = {"figures": "gongkai.duckdb", "text": "gongkai-text.duckdb"}.get(
        table.file, "both files"
    )
    name = f"text.{table.name}" if table.file == "text" else table.name
    yield from ("", f"### {name}", "", f"{table.en} / {table.zh} ({place})", "")
    yield "| column | type | null | unit | meaning | in Chinese |"
    yield "|---|---|---|---|---|---|"
    yield from _lines(
        (f"`{c.name}`", c.type, "yes" if c.nullable else "no", c.unit, c.en, c.zh)
        for c in table.columns
    )


def _view(view: View) -> Iterator[str]:
    yield from ("", f"### {view.name}", "", f"{view.en} / {view.zh}", "")
    yield "| column | meaning | in Chinese |"
    yield "|---|---|---|"
    yield from _lines((f"`{name}`", en, zh) for name, en, zh in view.columns)


def _macro(macro: Macro) -> Iterator[str]:
    yield from ("", f"### text.{macro.name}({macro.parameters})", "", f"{macro.en} / {macro.zh}")
    if macro.columns:
        yield from ("", "| column | meaning | in Chinese |", "|---|---|---|")
        yield from _lines((f"`{name}`", en, zh) for name, en, zh in macro.columns)


def render(schema: Schema | None = None) -> str:
    """The data dictionary as Markdown."""
    schema = schema or load()
    lines = [_INTRODUCTION.format(version=schema.version, **schema.storage_version)]
    lines.append("## Tables")
    for table in schema.tables.values():
        lines += _table(table)
    lines += ["", "## Views"]
    for view in views():
        lines += _view(view)
    lines += ["", "## Macros"]
    for macro in macros():
        lines += _macro(macro)
    return "\n".join(lines) + "\n"
