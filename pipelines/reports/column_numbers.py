"""Rows that only number the columns of a table: a word for them, letters, then 1, 2, 3 and so on.

Statistical forms have such a row right under the head, and organs add it to these tables. It is no
row of figures. Known by its shape and place; a row that has a label of the form is never one.
"""

from __future__ import annotations

import re
from functools import cache

from pipelines.reports.labels import core
from pipelines.reports.rows import Kind, Row
from warehouse.facts.files import load_yaml

_NUMBER = re.compile(r"\(?(\d{1,2})\)?(?:=[\s\S]{1,40})?")
_DIGITS = 2  # of a column's number
_FEWEST = 4  # numbers of a row that has no word for what they are
_Texts = list[str]


@cache
def _words() -> frozenset[str]:
    return frozenset(load_yaml("labels.yaml")["column_numbers"])


def without_column_numbers(rows: list[Row], kind: Kind) -> list[Row]:
    """The rows of a table without those that number its columns.

    Args:
        rows: in document order.
        kind: which table.
    """
    return [row for i, row in enumerate(rows) if not _numbers_columns(rows, i, kind)]


def _numbers_columns(rows: list[Row], at: int, kind: Kind) -> bool:
    before = rows[at - 1] if at else None
    if before is None or not _may_end(rows[at]):
        return False
    if any(_NUMBER.fullmatch(c.text) for c in before.cells):
        return False  # not right under a head
    texts = _own_texts(rows[at], before)
    numbers = [t for t in texts if core(t) not in _words()]
    if not numbers or not _consecutive(numbers):
        return False
    if len(numbers) < len(texts):
        return True
    if kind == "proactive" or len(numbers) < _FEWEST or not _begins(numbers[0]):
        return False  # perhaps figures whose label was lost
    return kind == "request" or any(len(_figures(row)) == len(numbers) for row in rows[at + 1 :])


def _may_end(row: Row) -> bool:
    """Whether the last cell is none of most rows of figures: it numbers, or is a word for it."""
    last = row.cells[-1].text if row.cells else ""
    return last != "0" and (not last or not last.isdigit() or len(last) <= _DIGITS)


def _own_texts(row: Row, before: Row) -> _Texts:
    """What is printed in a row but not in cells that reach into it from above."""
    above = {id(c) for c in before.cells}
    return [c.text for c in row.cells if c.text and id(c) not in above]


def _consecutive(texts: _Texts) -> bool:
    found = [_NUMBER.fullmatch(t) for t in texts]
    numbers = [int(f.group(1)) for f in found if f]
    first = numbers[0] if numbers else 0
    return first > 0 and numbers == [*range(first, first + len(texts))]


def _begins(text: str) -> bool:
    found = _NUMBER.fullmatch(text)
    return found is not None and int(found.group(1)) == 1


def _figures(row: Row) -> _Texts:
    return [c.text for c in row.cells if c.text.isdigit()]
