"""Reading the published files: short read-only connections, and errors that help.

Every connection is a fresh one with the files attached: within one process DuckDB would
otherwise hand out its cached handle on a file that publish has replaced since. Printing results
is ``output``'s.
"""

from __future__ import annotations

import difflib
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.home import Home
from warehouse.published import attach, unreadable
from warehouse.schema.ddl import fill, literal

FIGURES = "gongkai"
TEXT = "text"

_QUERIES = Path(__file__).parent / "sql" / "queries"

_UNKNOWN = re.compile(
    r"(?:Table with name|Referenced column|Referenced table|column named|"
    r"does not have a column named|Scalar Function with name) \"?([^\s\"!]+)\"?"
)


class QueryError(Exception):
    """A query could not be answered; the message says why and names what may have been meant."""


@dataclass(frozen=True)
class Result:
    """The answer to a query.

    Attributes:
        columns: names, in order.
        types: DuckDB types, one a column.
        rows: tuples of Python values.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[object, ...]]


def connect(home: Home, writable: Sequence[Path] = ()) -> duckdb.DuckDBPyConnection:
    """Opens the published files of a home for reading, the text file attached as ``text``.

    The connection can open no other file (``enable_external_access``), so SQL from anywhere can
    be run on it. Keep it short: it shows the files as they are now, not what a later publish
    brings.

    Args:
        home: whose files.
        writable: files that it may write all the same, for ``COPY``.

    Raises:
        QueryError: nothing has been published yet, or a file cannot be opened.
    """
    if not home.figures.exists():
        raise QueryError(unpublished(home))
    con = duckdb.connect()
    path = home.figures
    try:
        attach(con, path, FIGURES)
        if home.text.exists():
            path = home.text
            attach(con, path, TEXT)
        # Tables of the text file need no prefix either: checks name both files' tables alike.
        attached = [FIGURES, TEXT] if path == home.text else [FIGURES]
        con.execute("SET search_path = ?", [",".join(f"{name}.main" for name in attached)])
        con.execute("SET temp_directory = ?", [str(Path(tempfile.gettempdir()) / "gongkai-spill")])
        con.execute("SET allowed_paths = ?", [[str(path) for path in writable]])
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        con.close()
        raise QueryError(unreadable(path, error)) from error
    return con


def unpublished(home: Home) -> str:
    """That a home has no published files, and what to do about it."""
    return (
        f"{home.figures} is not there: nothing has been published in this home yet. gongkai run"
        " collects, gongkai publish brings in what is loaded; --home DIR or GONGKAI_HOME names"
        " another home (gongkai demo makes ./demo)"
    )


def named(name: str) -> str:
    """The text of one of the project's own queries (``warehouse/sql/queries``)."""
    return (_QUERIES / f"{name}.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Stream:
    """The answer to a query as it comes.

    Attributes:
        columns: names, in order.
        types: DuckDB types, one a column.
        batches: rows, some thousands at a time; to be read before the connection closes.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    batches: Iterator[list[tuple[object, ...]]]


BATCH = 10_000
"""Rows that are held at a time while an answer streams."""


@contextmanager
def stream(
    home: Home, sql: str, parameters: Mapping[str, object] | None = None
) -> Iterator[Stream]:
    """Answers one SQL statement from the published files, a batch of rows at a time.

    Args:
        home: whose files.
        sql: the statement.
        parameters: values for its ``$name`` places.

    Raises:
        QueryError: the SQL is wrong, would write or open a file, or the files cannot be read;
            while batches are read, too.
    """
    if not sql.strip(" \t\r\n;"):
        raise QueryError("there is no statement to run")
    with connect(home) as con:
        try:
            con.execute(sql, dict(parameters) if parameters else None)
            described = con.description or []
            yield Stream(
                tuple(column[0] for column in described),
                tuple(str(column[1]) for column in described),
                iter(lambda: con.fetchmany(BATCH), []),
            )
        except duckdb.Error as error:
            raise _explained(con, home, error) from error


def run(home: Home, sql: str, parameters: Mapping[str, object] | None = None) -> Result:
    """Answers one SQL statement from the published files, all rows at once.

    Args:
        home: whose files.
        sql: the statement.
        parameters: values for its ``$name`` places.

    Raises:
        QueryError: the SQL is wrong, would write or open a file, or the files cannot be read.
    """
    with stream(home, sql, parameters) as answer:
        rows = [row for batch in answer.batches for row in batch]
        return Result(answer.columns, answer.types, rows)


def save_parquet(home: Home, sql: str, target: Path) -> None:
    """Writes the answer to one SQL statement to a Parquet file, whole or not at all.

    Raises:
        QueryError: as ``run``; or the file cannot be written, or the statement returns nothing.
    """
    aside = target.absolute().with_name(f".{target.name}.part")
    with connect(home, [aside]) as con:
        try:
            statements = con.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise QueryError("Parquet takes one statement that returns rows")
            con.execute(
                fill(
                    "COPY ($query\n) TO $target (FORMAT parquet, COMPRESSION zstd)",
                    query=statements[0].query.strip().rstrip(";"),
                    target=literal(str(aside)),
                )
            )
            aside.replace(target)
        except duckdb.Error as error:
            raise _explained(con, home, error) from error
        except OSError as error:
            raise QueryError(f"{target}: {error.strerror}") from error
        finally:
            aside.unlink(missing_ok=True)


def _explained(con: duckdb.DuckDBPyConnection, home: Home, error: duckdb.Error) -> QueryError:
    damaged = _damaged(home, str(error)) if isinstance(error, duckdb.IOException) else None
    if damaged is not None:
        return QueryError(unreadable(damaged, error))
    # DuckDB proposes names of its own system tables; ours are more likely meant.
    kept = [
        line
        for line in str(error).splitlines()
        if not line.startswith(("Did you mean", "Candidate bindings"))
    ]
    message = "\n".join(kept).strip()
    unknown = _UNKNOWN.search(message)
    nearest = _nearest(con, unknown[1], "Table with name" in message) if unknown else []
    if nearest:
        message += f"\nNearest: {', '.join(nearest)}"
    return QueryError(message)


def _damaged(home: Home, message: str) -> Path | None:
    """The published file that a failed read speaks of."""
    for path in (home.text, home.figures):
        if str(path.absolute()) in message:
            return path
    return home.figures if "Corrupt database file" in message else None


def _nearest(con: duckdb.DuckDBPyConnection, name: str, is_table: bool) -> list[str]:
    """Up to three names of our tables, views and columns near to ``name``, nearest first."""
    rows = con.execute(
        """
        SELECT DISTINCT database_name, table_name, column_name FROM duckdb_columns()
        WHERE NOT internal AND list_contains(?, database_name)
        """,
        [[FIGURES, TEXT]],
    ).fetchall()
    shown: dict[str, set[str]] = {}
    for database, table, column in rows:
        full = table if database == FIGURES else f"{database}.{table}"
        shown.setdefault(table, set()).add(full)
        if not is_table:
            shown.setdefault(column, set()).add(column)
    wanted = name.rpartition(".")[2].lower()
    near = difflib.get_close_matches(wanted, shown, n=3, cutoff=0.6)
    return [sorted(shown[match])[0] for match in near]
