"""SQL made from the table definitions: CREATE TABLE, COMMENT ON, and quoting.

Statements as text only; running them is ``warehouse.build``'s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from string import Template

from warehouse.schema.tables import Column, Table


def identifier(name: str) -> str:
    """``name`` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """``text`` as a quoted SQL string."""
    return "'" + text.replace("'", "''") + "'"


def file_pattern(path: Path) -> str:
    """``path`` as a quoted SQL string that a reading function takes for this one file.

    ``[``, ``*`` and ``?`` in a folder's name would be read as a pattern.
    """
    escaped = "".join(f"[{char}]" if char in "[*?" else char for char in str(path))
    return literal(escaped)


def fill(template: str, **parts: str) -> str:
    """A statement with its ``$name`` places filled by SQL fragments that are already quoted.

    For what DuckDB takes no parameter for: names, file names, column lists.

    Raises:
        KeyError: a place has no part.
    """
    return Template(template).substitute(parts)


def partitions(keys: Collection[tuple[str, int]]) -> str:
    """A condition that holds for rows of these partitions (province, year), one at least.

    The two plain lists let DuckDB leave out whole row groups, which it cannot for pairs.
    """
    provinces = ", ".join(sorted({literal(province) for province, _ in keys}))
    years = ", ".join(str(year) for year in sorted({year for _, year in keys}))
    pairs = ", ".join(f"({literal(province)}, {int(year)})" for province, year in sorted(keys))
    return f"province IN ({provinces}) AND year IN ({years}) AND (province, year) IN ({pairs})"


def comment(en: str, zh: str, unit: str = "") -> str:
    """The comment of a table or column: English, Chinese, and the unit where there is one."""
    return f"{en} / {zh}" + (f" [{unit}]" if unit else "")


def create_table(table: Table) -> str:
    """``CREATE OR REPLACE TABLE`` without keys or indexes: uniqueness is proven by a check."""
    columns = ", ".join(
        f"{identifier(c.name)} {c.type}{'' if c.nullable else ' NOT NULL'}" for c in table.columns
    )
    return f"CREATE OR REPLACE TABLE {identifier(table.name)} ({columns})"


def comment_statements(
    kind: str, name: str, text: str, columns: Iterator[tuple[str, str]]
) -> Iterator[str]:
    """``COMMENT ON`` for one relation and its columns.

    Args:
        kind: ``TABLE`` or ``VIEW``.
        name: of the relation.
        text: its comment.
        columns: pairs of column name and comment.
    """
    yield f"COMMENT ON {kind} {identifier(name)} IS {literal(text)}"
    for column, words in columns:
        yield f"COMMENT ON COLUMN {identifier(name)}.{identifier(column)} IS {literal(words)}"


def table_comments(table: Table) -> Iterator[str]:
    """``COMMENT ON`` statements for ``table``."""
    return comment_statements(
        "TABLE",
        table.name,
        comment(table.en, table.zh),
        ((c.name, comment(c.en, c.zh, c.unit)) for c in table.columns),
    )


def select_list(columns: tuple[Column, ...]) -> str:
    """All columns in order, for an INSERT that must not depend on a file's column order."""
    return ", ".join(identifier(column.name) for column in columns)
