"""Row spans that are one too long or too short, mended by the width of the table.

A span is mended only where the rows around it then fill the table's width exactly; what stays
ragged stays as it is. No labels here.
"""

from __future__ import annotations

from collections import Counter

from pipelines.documents.model import Cell

_FEW_ROWS = 3  # in a shorter table most rows do not tell the width
_MAX_SPANS = 200_000  # rows that all cells together ask for; more is no table of figures


def mend_spans(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Corrects the ``rowspan`` of cells in place.

    Args:
        rows: the cells of each printed row with their spans.

    Returns:
        The same rows.
    """
    spans = [c.rowspan for row in rows for c in row]
    if len(rows) <= _FEW_ROWS or sum(spans) == len(spans) or sum(spans) > _MAX_SPANS:
        return rows
    widths = _widths(rows)
    width, often = Counter(widths).most_common(1)[0]
    if all(w == width for w in widths) or often <= len(rows) // 3:
        return rows
    open_cells: list[tuple[Cell, int]] = []  # cells from above and the last row they cover
    ended: list[Cell] = []  # cells whose span ended in the row above
    for r, row in enumerate(rows):
        covered = [c for c, _ in open_cells]
        excess = sum(c.colspan for c in (*covered, *row)) - width
        if excess > 0:
            last = [c for c, end in open_cells if end == r and c.colspan == excess]
            if len(last) == 1:  # of several any may be right, and the row may have a cell too many
                last[0].rowspan -= 1
                open_cells = [(c, end) for c, end in open_cells if c is not last[0]]
        elif excess < 0:
            short = [c for c in ended if c.colspan == -excess] or _odd(rows[r - 1 : r], -excess)
            if short and row:
                short[0].rowspan += 1
                open_cells.append((short[0], r))
        ended = [c for c, end in open_cells if end == r]
        open_cells = [(c, end) for c, end in open_cells if end > r]
        open_cells += [(c, r + c.rowspan - 1) for c in row if c.rowspan > 1]
    return rows


def _odd(above: list[list[Cell]], colspan: int) -> list[Cell]:
    """The one cell of a row that reaches down no row where others of its width do."""
    alike = [c for row in above for c in row if c.colspan == colspan]
    flat = [c for c in alike if c.rowspan == 1]
    return flat if len(flat) == 1 and len(alike) > 2 else []


def _widths(rows: list[list[Cell]]) -> list[int]:
    """How many places each row has, spans from above included."""
    carried: Counter[int] = Counter()
    widths = []
    for r, row in enumerate(rows):
        widths.append(sum(c.colspan for c in row) + carried[r])
        for cell in row:
            for below in range(r + 1, min(r + cell.rowspan, len(rows))):
                carried[below] += cell.colspan
    return widths
