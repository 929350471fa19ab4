"""Query results as text: an aligned table, CSV, JSON.

Formatting only; where it is written is the command's.
"""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import io
import json
import math
import unicodedata
from collections.abc import Callable, Sequence

from warehouse.query import Result

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


def as_table(result: Result) -> str:
    """An aligned table for a terminal: a line of names, a rule, the rows; null is empty.

    Numbers stand to the right. Long text is cut to ``WIDEST`` columns.
    """
    if not result.columns:
        return ""
    body = [[_cut(_shown(value)) for value in row] for row in result.rows]
    widths = [
        max(width(line[index]) for line in [result.columns, *body])
        for index in range(len(result.columns))
    ]
    right = [_is_number(kind) for kind in result.types]
    lines = [_row(result.columns, widths, right), "  ".join("-" * wide for wide in widths)]
    lines += [_row(line, widths, right) for line in body]
    return "\n".join(lines) + "\n"


def _is_number(kind: str) -> bool:
    return kind.startswith(("DECIMAL", "FLOAT", "DOUBLE")) or kind.endswith(("INT", "INTEGER"))


def as_csv(result: Result) -> str:
    """CSV with a line of names, lines ending in a line feed; null is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(result.columns)
    for row in result.rows:
        writer.writerow(
            [_shown(value) if isinstance(value, (list, dict)) else plain(value) for value in row]
        )
    return out.getvalue()


def as_json(result: Result) -> str:
    """A JSON array with one object a row, in the order of the columns."""
    rows = [dict(zip(result.columns, map(plain, row), strict=True)) for row in result.rows]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


FORMATS: dict[str, Callable[[Result], str]] = {
    "table": as_table,
    "csv": as_csv,
    "json": as_json,
}
"""Text formats of ``gongkai sql``, by name; Parquet is written by ``query.save_parquet``."""
