"""Rows of tables sorted by which official table they belong to.

Organs split one table in several and put several in one; pages cut them. So rows, not tables, are
assigned, by the labels they hold; a row without any follows the rows around it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import Literal

from pipelines.documents.model import Cell, Table
from pipelines.reports.labels import LabelIndex, core
from pipelines.reports.model import Position
from warehouse.facts.files import load_yaml
from warehouse.facts.forms import Label, forms

Kind = Literal["proactive", "request", "legal_challenge"]
_TOTAL = "total"
_NEW = tuple.__new__
_TURNED = 5  # cells of a row of table four that has a column a channel


@dataclass(slots=True)
class Row:
    """One printed row.

    Attributes:
        cells: its cells in order, a spanning one once.
        table: 1-based table of the document.
        number: 1-based row of the table.
        geometric: whether the cells' columns can be trusted.
    """

    cells: list[Cell]
    table: int
    number: int
    geometric: bool

    def position(self, cell: Cell | None) -> Position:
        """Where a cell of this row stands."""
        if cell is None:
            return Position(table=self.table, row=self.number)
        # Not by the class's own constructor, a function that takes twice as long: this is asked
        # for every figure.
        return _NEW(Position, (self.table, cell.page, self.number, cell.column + 1, cell.box))


@dataclass(frozen=True)
class Labels:
    """All label indexes of the official tables."""

    request_rows: LabelIndex
    groups: LabelIndex
    applicants: LabelIndex
    items: LabelIndex
    measures: LabelIndex
    channels: LabelIndex
    results: LabelIndex
    head_words: LabelIndex
    heads: dict[str, tuple[str, ...]]


@cache
def labels() -> Labels:
    """The indexes over every form, made once."""
    all_forms = forms()
    rules = load_yaml("labels.yaml")

    def index(groups: Iterable[Iterable[Label]]) -> LabelIndex:
        return LabelIndex(chain.from_iterable(groups))

    blocks = [b for f in all_forms for b in f.proactive]
    challenge = [f.legal_challenge for f in all_forms]
    parent = [Label("litigation", c.parent) for c in challenge]
    # One cell may hold the head over both kinds of litigation and the kind.
    whole = [
        Label(channel.key, c.parent + wording)
        for c in challenge
        for channel in c.channels
        for wording in (channel.label, *channel.also)
    ]
    return Labels(
        request_rows=index(
            [r for r in f.request.rows if r.group != "other" or not r.needs_group]
            for f in all_forms
        ),
        groups=index(f.request.groups for f in all_forms),
        applicants=index(f.request.columns for f in all_forms),
        items=index(b.rows for b in blocks),
        measures=index(b.columns for b in blocks),
        channels=index([*(c.channels for c in challenge), parent, whole]),
        results=index(c.results for c in challenge),
        head_words=LabelIndex(
            Label(kind, word)
            for kind in ("request_head", "request_organisations")
            for word in rules[kind]
        ),
        heads={
            "request": tuple(rules["request_head"]),
            "organisations": tuple(rules["request_organisations"]),
            "proactive": (*rules["proactive_head"], rules["proactive_article"]),
        },
    )


def printed_rows(tables: Iterable[Table]) -> list[Row]:
    """Every row of every table, cells that span several columns once."""
    rows = []
    for t, table in enumerate(tables, 1):
        for r, line in enumerate(table.rows, 1):
            rows.append(Row(printed_cells(line), t, r, table.geometric))
    return rows


def printed_cells(line: Sequence[Cell | None]) -> list[Cell]:
    """The cells of one row of a grid, one that spans several columns once."""
    last = None
    return [last := cell for cell in line if cell is not None and cell is not last]


def sort_rows(tables: Iterable[Table], used: Container[int] = frozenset()) -> dict[Kind, list[Row]]:
    """The rows of each official table, in document order.

    Rows of tables that hold no official label are left out.

    Args:
        tables: all tables of the document.
        used: 0-based numbers of those that were read as something else.
    """
    rows = [row for row in printed_rows(tables) if row.table - 1 not in used]
    own = [row_kind(row) for row in rows]
    sorted_rows: dict[Kind, list[Row]] = {"proactive": [], "request": [], "legal_challenge": []}
    for i, row in enumerate(rows):
        kind = own[i] or _neighbour(rows, own, i)
        if kind is not None:
            sorted_rows[kind].append(row)
    return sorted_rows


def _neighbour(rows: list[Row], own: list[Kind | None], at: int) -> Kind | None:
    """The kind of a row that has no label.

    It is that of the labelled row before it in its table, else of the one behind it, else of the
    table that ends right before its own (a table cut by a page).
    """
    for i in range(at - 1, -1, -1):
        if rows[i].table != rows[at].table:
            break
        if own[i]:
            return own[i]
    for i in range(at + 1, len(rows)):
        if rows[i].table != rows[at].table:
            break
        if own[i]:
            return own[i]
    before = next((i for i in range(at - 1, -1, -1) if rows[i].table != rows[at].table), None)
    if before is None or rows[before].table != rows[at].table - 1:
        return None
    if len(rows[before].cells) and rows[at].cells and not _fits(rows[before], rows[at]):
        return None
    return own[before] or _neighbour(rows, own, before)


def _fits(before: Row, after: Row) -> bool:
    width_before = max(c.column + c.colspan for c in before.cells)
    width_after = max(c.column + c.colspan for c in after.cells)
    return width_before == width_after


def row_kind(row: Row) -> Kind | None:
    """Which official table the labels of one row name; None when they name none."""
    words = [t for c in row.cells if (t := c.text) and not t.isdigit()]
    texts = [t for t in words if not t[0].isascii()]
    if len(texts) != len(words):
        texts += [t for t in words if t[0].isascii()]
    if len(texts) == 1 and len(row.cells) <= _TURNED and labels().results.find(texts[0]):
        return None  # perhaps of table four turned on its side: the rows around it tell
    if len(texts) == 1 and is_subtotal(texts[0]):
        return None  # the rows around it tell whose sum it is
    return _kind_of(tuple(texts)) if texts else None


def _names_request(text: str) -> bool:
    """Whether a label is a row's or a group's of table three; the bare word for a sum is not."""
    found = labels()
    bare = found.results.find(text) == _TOTAL and core(text) == text.replace(" ", "")
    return not bare and bool(found.request_rows.find_last(text) or found.groups.find(text))


@lru_cache(maxsize=4096)
def is_subtotal(text: str) -> bool:
    """Whether a label names a sum that no form has."""
    return _subtotal().fullmatch(core(text)) is not None


def is_remark(text: str) -> bool:
    """Whether a head names a column that no form has and that holds no figure of one."""
    return _remarks().match(core(text)) is not None


@cache
def _remarks() -> re.Pattern[str]:
    return re.compile(load_yaml("labels.yaml")["remarks"])


@cache
def _subtotal() -> re.Pattern[str]:
    return re.compile(load_yaml("labels.yaml")["subtotal"])


@lru_cache(maxsize=8192)
def _kind_of(texts: tuple[str, ...]) -> Kind | None:
    """The table that these texts of one row name; rows of the form repeat over all reports."""
    found = labels()
    joined = "".join(core(t) for t in texts)
    if any(h in joined for h in found.heads["request"]) or any(map(found.head_words.find, texts)):
        return "request"
    if any(h in joined for h in found.heads["proactive"]):
        return "proactive"
    results = sum(found.results.find(t) is not None for t in texts)
    channels = sum(found.channels.find(t) is not None for t in texts)
    if results > 1 or channels > 1 or (channels and results):
        applicants = sum(found.applicants.find(t) is not None for t in texts)
        if results + channels > applicants:
            return "legal_challenge"
    if sum(found.applicants.find(t) is not None for t in texts) > 1:
        return "request"
    if any(_names_request(t) for t in texts[:3]):
        return "request"
    if any(found.measures.find(t) for t in texts) or found.items.find(texts[0]):
        return "proactive"
    return "legal_challenge" if channels else None
