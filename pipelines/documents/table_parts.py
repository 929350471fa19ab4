"""Rows of cells to blocks where a sheet or a table holds prose as well as figures."""

from __future__ import annotations

from pipelines.documents.headings import heading_key
from pipelines.documents.html_spans import mend_spans
from pipelines.documents.model import (
    Block,
    Cell,
    Paragraph,
    Table,
    grid_and_fit,
    grid_from_spans,
)

_PROSE_ROW = 100  # characters; a lone cell as long between figures is a paragraph


def to_blocks(rows: list[list[Cell]], sheet: bool = False) -> list[Block]:
    """Cuts rows of cells into tables and the paragraphs between them.

    Args:
        rows: the cells of each row with their spans.
        sheet: whether everything stands in the same grid, as on a spreadsheet; then lone cells
            before a table and headings of parts are paragraphs too.
    """
    if not sheet and not any(_is_prose(row) for row in rows):
        return _table(rows)
    blocks: list[Block] = []
    part: list[list[Cell]] = []
    for row in rows:
        printed = [c for c in row if c.text]
        if len(printed) == 1 and (not part or _is_prose(row) or heading_key(printed[0].text)):
            blocks += _table(part)
            part = []
            blocks += [Paragraph(line) for line in printed[0].text.split("\n")]
        elif printed or part:
            part.append(row)
    return blocks + _table(part)


def _table(rows: list[list[Cell]]) -> list[Block]:
    if not rows:
        return []
    grid, fits = grid_and_fit(rows)
    return [Table(grid if fits else grid_from_spans(mend_spans(rows)))]


def _is_prose(row: list[Cell]) -> bool:
    """Whether a row is one paragraph or the heading of a part."""
    if len(row) > 1 and row[0].text and row[-1].text:
        return False
    printed = [c for c in row if c.text]
    if len(printed) != 1:
        return False
    return len(printed[0].text) > _PROSE_ROW or heading_key(printed[0].text) is not None
