"""The year that the lines above a table name, and which tables are another year's.

A report may show last year's tables beside its own, or stand below a line that was not brought up
to date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from pipelines.documents.model import Block, Paragraph
from pipelines.reports.model import Finding
from pipelines.reports.rows import Kind, Row
from warehouse.facts.files import load_yaml
from warehouse.facts.numerals import digits_to_year
from warehouse.facts.titles import plain_title

_LINES = 3  # above a table


@cache
def _rules() -> tuple[list[re.Pattern[str]], int]:
    rules: dict[str, Any] = load_yaml("captions.yaml")
    return [re.compile(p) for p in rules["years"]], rules["longest"]


def caption_year(lines: Iterable[str]) -> int | None:
    """The year that the last of some lines names that names one, as the head of a table does."""
    patterns, longest = _rules()
    year = None
    for line in lines:
        plain = plain_title(line) if len(line) <= longest else ""
        found = next((m for p in patterns if (m := p.search(plain))), None)
        year = digits_to_year(found[1]) if found is not None else year
    return year


def table_years(blocks: Sequence[Block]) -> dict[int, int]:
    """By the number of a table (1-based, as in ``Row``) the year that it is headed with."""
    years: dict[int, int] = {}
    lines: list[str] = []
    number = 0
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
            continue
        number += 1
        first = {c.text: None for c in block.rows[0] if c is not None} if block.rows else {}
        own = list(first) if len(first) == 1 else []
        if (year := caption_year([*lines[-_LINES:], *own])) is not None:
            years[number] = year
        lines = []
    return years


def of_the_year(
    rows: Mapping[Kind, list[Row]], years: Mapping[int, int], year: int | None
) -> tuple[dict[Kind, list[Row]], list[Finding]]:
    """The rows of each official table without those of another year's tables.

    Args:
        rows: by table.
        years: of the document's tables, as far as they are headed with one.
        year: the report year.

    Returns:
        The rows, and a finding for each table that is printed under another year only.
    """
    kept: dict[Kind, list[Row]] = {}
    findings = []
    for kind, lines in rows.items():
        own = [r for r in lines if years.get(r.table, year) == year]
        kept[kind] = own or lines
        if year is not None and lines and not own:
            found = years[lines[0].table]
            words = "the table is headed with another year than the report's"
            findings.append(
                Finding("period_mismatch", "warning", words, kind, None, None, year, found)
            )
    return kept, findings
