"""Query results as text: an aligned table, CSV, JSON.

Formatting only; where it is written is the command's.
"""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import io
import itertools
import json
import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from warehouse.query import Result, Stream

WIDEST = 60
"""Terminal columns that one column of a table may take; longer text is cut."""


def plain(value: object) -> object:
    """A value as JSON has it: dates and times as ISO text, decimals as numbers, no NaN."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def width(text: str) -> int:
    """How many terminal columns a text takes; East Asian wide characters take two."""
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def _cut(text: str) -> str:
    text = text.replace("\r", "").replace("\n", "⏎")
    if width(text) <= WIDEST:
        return text
    kept, used = "", 0
    for char in text:
        used += width(char)
        if used >= WIDEST:
            break
        kept += char
    return kept + "…"


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    known = plain(value)
    return known if isinstance(known, str) else json.dumps(known, ensure_ascii=False)


def _row(texts: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    parts = []
    for text, wide, is_number in zip(texts, widths, right, strict=True):
        pad = " " * (wide - width(text))
        parts.append(pad + text if is_number else text + pad)
    return "  ".join(parts).rstrip()


def table_text(answer: Stream) -> Iterator[str]:
    """Columns aligned by terminal columns, East Asian characters counting two; null is empty.

    Numbers stand to the right. Long text is cut to ``WIDEST`` columns. The first batch of rows
    sets the widths; a longer value further down pushes its line.
    """
    if not answer.columns:
        return
    right = [_is_number(kind) for kind in answer.types]
    first = next(answer.batches, [])
    body = [[_cut(_shown(value)) for value in row] for row in first]
    widths = [
        max(width(line[index]) for line in [answer.columns, *body])
        for index in range(len(answer.columns))
    ]
    head = [_row(answer.columns, widths, right), "  ".join("-" * wide for wide in widths)]
    yield "\n".join([*head, *(_row(line, widths, right) for line in body)]) + "\n"
    for batch in answer.batches:
        lines = ([_cut(_shown(value)) for value in row] for row in batch)
        yield "\n".join(_row(line, widths, right) for line in lines) + "\n"


def _is_number(kind: str) -> bool:
    return kind.startswith(("DECIMAL", "FLOAT", "DOUBLE")) or kind.endswith(("INT", "INTEGER"))


def csv_text(answer: Stream) -> Iterator[str]:
    """CSV with a line of names, lines ending in a line feed; null is empty."""
    if not answer.columns:
        return
    yield _csv_lines([answer.columns])
    for batch in answer.batches:
        yield _csv_lines(
            [
                _shown(value) if isinstance(value, (bool, list, dict)) else plain(value)
                for value in row
            ]
            for row in batch
        )


def _csv_lines(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def json_text(answer: Stream) -> Iterator[str]:
    """A JSON array with one object a row, in the order of the columns.

    Where columns share a name the later ones are numbered, as DuckDB numbers them in Parquet.
    """
    opened, names = False, _told_apart(answer.columns)
    for batch in answer.batches:
        rows = (dict(zip(names, map(plain, row), strict=True)) for row in batch)
        texts = ",\n ".join(json.dumps(row, ensure_ascii=False) for row in rows)
        yield (",\n " if opened else "[\n ") + texts
        opened = True
    yield "\n]\n" if opened else "[]\n"


def _told_apart(names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        tries = itertools.chain([name], (f"{name}_{number}" for number in itertools.count(1)))
        found.append(next(one for one in tries if one not in found))
    return found


def _whole(result: Result) -> Stream:
    return Stream(result.columns, result.types, iter([result.rows] if result.rows else []))


def as_table(result: Result) -> str:
    """``table_text`` of an answer that is there whole."""
    return "".join(table_text(_whole(result)))


def as_csv(result: Result) -> str:
    """``csv_text`` of an answer that is there whole."""
    return "".join(csv_text(_whole(result)))


def as_json(result: Result) -> str:
    """``json_text`` of an answer that is there whole."""
    return "".join(json_text(_whole(result)))


FORMATS: dict[str, Callable[[Stream], Iterator[str]]] = {
    "table": table_text,
    "csv": csv_text,
    "json": json_text,
}
"""Text formats of ``gongkai sql``, by name; Parquet is written by ``query.save_parquet``."""
