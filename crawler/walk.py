"""The way through one column: what was asked, what waits, and when it goes round in circles."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from crawler.listing import Row
from crawler.paging import MOST_PAGES, Ask, ListPage, Page, Road
from crawler.registry import Column

_BARREN = 5
"""Pages in a row without a new row after which a list is taken to repeat itself.

A first page may hold several pages' rows, and those pages then bring nothing new."""


@dataclass
class Walk:
    """The way through one column's pages; ``depth`` 0 is a column of the registry.

    Attributes:
        column: its first page, and the organ it belongs to.
        title: the words that led to it, below another column.
        depth: columns above it.
        road: how what stands on its pages is found.
        reader: reads its pages in place of the family's.
        waiting: pages that are still to be asked for.
        seen: addresses of the rows met so far.
        asked: pages asked for, by address and form.
        broken: whether a page of it could not be read.
        context: what the column is called, where that names annual reports.
        barren: pages in a row whose rows were all met before.
        is_posted: whether a form brought its first page, so that its address does not tell it.
    """

    column: Column
    title: str | None = None
    depth: int = 0
    road: Road = "column"
    reader: Callable[[Page], ListPage] | None = None
    waiting: deque[Ask] = field(default_factory=deque)
    seen: set[str] = field(default_factory=set)
    asked: set[tuple[str, str | None]] = field(default_factory=set)
    broken: bool = False
    context: str = ""
    barren: int = 0
    is_posted: bool = False

    def goes_round(self, rows: list[Row], fresh: list[Row]) -> bool:
        """Whether pages repeat: several brought only rows met before, or there is no end.

        Pages without any row, such as a script that is looked into, say nothing of that.
        """
        if rows:
            self.barren = 0 if fresh else self.barren + 1
        return self.barren >= _BARREN or len(self.asked) > MOST_PAGES
