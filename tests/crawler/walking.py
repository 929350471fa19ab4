"""Walks a family's reader over pages held in a dictionary, as the base spider does over a site."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crawler.addresses import absolute
from crawler.listing import Row
from crawler.paging import Ask, ListPage, Page
from crawler.shapes import column_key
from warehouse.facts.titles import judge_title

Server = Callable[[Ask], str | None] | Mapping[str, str]
YEARS = frozenset({2021, 2022, 2023})


@dataclass
class Walked:
    """What came of it."""

    rows: list[Row] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def titles(self) -> list[str]:
        """Titles of the rows that are reports."""
        return [r.title for r in self.rows if judge_title(r.title, r.date).is_report or r.year]

    @property
    def urls(self) -> list[str]:
        return [row.url for row in self.rows]


def walk(read: Callable[[Page], ListPage], column: str, server: Server) -> Walked:
    """Reads a column to its end; a page that the server does not have is a 404."""
    found = Walked()
    columns = deque([(column, None, 0)])
    met = {column_key(column)}
    answer = server if callable(server) else (lambda ask: server.get(ask.url))
    while columns:
        url, title, depth = columns.popleft()
        seen: set[str] = set()
        waiting = deque([Ask(absolute(url, ""))])
        asked: set[tuple[str, str | None]] = set()
        while waiting:
            ask = waiting.popleft()
            if (ask.url, ask.body) in asked:
                continue
            asked.add((ask.url, ask.body))
            found.asked.append(ask.url)
            assert len(found.asked) < 500, "an endless list"
            text = answer(ask)
            if text is None and ask.absent == "end":
                waiting.clear()
            elif text is None and ask.absent == "read":
                empty = Page(ask.url, "", url, ask, frozenset(seen), missing=True)
                listed = read(empty)
                found.problems += [p for p in (listed.problem, listed.remark) if p]
                waiting.extend(listed.more)
            elif text is None:
                found.failed += [ask.url] if ask.absent != "skip" else []
            else:
                page = Page(ask.url, text, url, ask, frozenset(seen), YEARS, title, depth)
                listed = read(page)
                fresh = page.fresh(listed.rows)
                seen |= {row.url for row in fresh}
                found.rows += fresh
                found.problems += [p for p in (listed.problem, listed.remark) if p]
                if listed.end:
                    waiting.clear()
                waiting.extend(listed.more)
                for below in listed.columns:
                    if column_key(below.url) not in met:
                        met.add(column_key(below.url))
                        columns.append((below.url, below.title, depth + 1))
    return found
