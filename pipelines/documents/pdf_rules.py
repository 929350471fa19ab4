"""Level lines that stand above each other outside all grids: tables ruled between rows only."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.documents.pdf_shapes import Box, Edge
from pipelines.documents.pdf_tables import Grid

_LEAST_RULES = 3


def rule_runs(edges: Sequence[Edge], grids: Sequence[Grid]) -> list[list[Edge]]:
    """Level lines outside all grids that stand above each other as those of a table's rows."""
    free = sorted(
        (e for e in edges if not e.upright and not any(_inside(e, g.box) for g in grids)),
        key=lambda e: e.at,
    )
    runs: list[list[Edge]] = []
    for edge in free:
        last = runs[-1] if runs else []
        right = max((e.end for e in last), default=0)
        if last and (abs(edge.end - right) < 9 or edge.at - last[-1].at < 2):
            last.append(edge)
        else:
            runs.append([edge])
    return [r for r in runs if len({round(e.at) for e in r}) >= _LEAST_RULES]


def _inside(edge: Edge, box: Box) -> bool:
    return box[1] - 3 <= edge.at <= box[3] + 3 and box[0] - 3 <= edge.start <= box[2] + 3
