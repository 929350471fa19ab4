"""Table four: reconsideration and litigation, their results, in one row or in three.

The head's results repeat once a channel; where a cell stands decides by geometry, else by order.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.documents.model import Cell
from pipelines.reports.columns import unpadded
from pipelines.reports.model import Figure, Figures, Finding, TableRead
from pipelines.reports.rows import Row, labels
from pipelines.reports.values import is_value_like, read_value
from warehouse.facts.forms import FORM_IDS, form, forms

TABLE = "legal_challenge"
_FEW_UNREADABLE = 0.2  # of a row's cells may hold what is no figure, such as one on two lines
_LITIGATION = "litigation"  # the head over both kinds of litigation
Key = tuple[str, str]


@dataclass
class _Head:
    """What the head rows name: cells in reading order, by kind."""

    channels: list[tuple[Cell, str]] = field(default_factory=list)
    results: list[tuple[Cell, str]] = field(default_factory=list)
    geometric: bool = False
    closed: bool = False


def read_challenge(rows: list[Row], form_id: str | None) -> TableRead:
    """Reads table four.

    Args:
        rows: its rows, heads included, in document order.
        form_id: the form of the report's other tables; this one is alike in all.
    """
    head = _Head()
    figures: Figures = {}
    findings: list[Finding] = []
    for row in rows:
        channel = _row_channel(row)
        if channel is not None:
            _read_channel_row(row, channel, head, figures)
        elif _is_data(row, head):
            head.closed = True
            _read_data_row(row, head, figures, findings)
        else:
            _read_head(row, head)
    if not figures and not head.results:
        return TableRead(findings=findings)
    return _complete(TableRead(form_id or forms()[0].id, figures, findings), head)


def _is_data(row: Row, head: _Head) -> bool:
    """A row of figures; also one whose cells are all blank, under a head."""
    printed = [c for c in row.cells if c.text]
    if sum(not is_value_like(c.text) for c in printed) > _FEW_UNREADABLE * len(printed):
        return False
    if printed:
        return True
    results = len(form(FORM_IDS[0]).legal_challenge.results)
    return len(row.cells) >= results and len(head.results) > results


def _row_channel(row: Row) -> str | None:
    """The channel of a row that begins with its name and goes on with numbers."""
    named = [i for i, c in enumerate(row.cells) if c.text and not is_value_like(c.text)]
    if not named or named[-1] == len(row.cells) - 1:
        return None
    channel = labels().channels.find(row.cells[named[-1]].text)
    values = row.cells[named[-1] + 1 :]
    numbers = any(c.text for c in values) and all(is_value_like(c.text) for c in values)
    return channel if numbers and channel != _LITIGATION else None


def _read_head(row: Row, head: _Head) -> None:
    if head.closed:
        head.channels, head.results, head.closed = [], [], False
    head.geometric = row.geometric
    for cell in row.cells:
        if any(cell is c for c, _ in (*head.channels, *head.results)):
            continue
        if (result := labels().results.find(cell.text)) is not None:
            head.results.append((cell, result))
        elif (channel := labels().channels.find(cell.text)) is not None:
            head.channels.append((cell, channel))


def _keys(head: _Head) -> list[Key] | None:
    """Channel and result of every column of the head, in order; None when it cannot be told."""
    channels = [k for _, k in head.channels if k != _LITIGATION]
    if head.geometric:
        keys = []
        for cell, result in sorted(head.results, key=lambda r: r[0].column):
            above = [
                k
                for c, k in head.channels
                if k != _LITIGATION and c.column <= cell.column < c.column + c.colspan
            ]
            if len(above) != 1:
                return None
            keys.append((above[0], result))
        # Two columns of one name: the head's cells do not stand where they say.
        return keys if len(set(keys)) == len(keys) else None
    segments: list[list[str]] = []
    for _, result in head.results:
        if not segments or result in segments[-1]:
            segments.append([])
        segments[-1].append(result)
    if len(segments) != len(channels):
        return None
    return [(c, r) for c, segment in zip(channels, segments, strict=True) for r in segment]


def _read_data_row(row: Row, head: _Head, figures: Figures, findings: list[Finding]) -> None:
    keys = _keys(head)
    bound = None
    if keys is not None and row.geometric and head.geometric:
        bound = _by_place(row, head, keys)
    if bound is None and keys is not None:
        bound = _by_order(row, keys)
    if bound is None:
        findings.append(
            Finding("unreadable", "error", "the row of results does not fit its head", TABLE)
        )
        return
    for (channel, result), cell in bound:
        _keep(figures, channel, result, _figure(row, cell))


def _by_place(row: Row, head: _Head, keys: list[Key]) -> list[tuple[Key, Cell]] | None:
    """By geometry; None when a printed cell would be left over or taken twice."""
    places = [c for c, _ in sorted(head.results, key=lambda r: r[0].column)]
    bound: list[tuple[Key, Cell]] = []
    for key, above in zip(keys, places, strict=True):
        left, right = above.column, above.column + above.colspan
        under = [c for c in row.cells if c.column < right and c.column + c.colspan > left]
        printed = [c for c in under if c.text] or under[:1]
        if len(printed) != 1 or any(c is printed[0] for _, c in bound):
            return None
        bound.append((key, printed[0]))
    taken = {id(c) for _, c in bound}
    return bound if all(id(c) in taken for c in row.cells if c.text) else None


def _by_order(row: Row, keys: list[Key]) -> list[tuple[Key, Cell]] | None:
    cells = unpadded(row.cells, len(keys), row.geometric)
    if len(cells) != len(keys):
        return None
    return list(zip(keys, cells, strict=True))


def _read_channel_row(row: Row, channel: str, head: _Head, figures: Figures) -> None:
    """A row of the layout that has one row a channel."""
    order = list(dict.fromkeys(r for _, r in head.results))
    order = order or [r.key for r in forms()[0].legal_challenge.results]
    named = max(i for i, c in enumerate(row.cells) if c.text and not is_value_like(c.text))
    cells = row.cells[named + 1 :]
    while len(cells) > len(order) and not cells[-1].text:
        cells = cells[:-1]
    if len(cells) != len(order):
        return
    for result, cell in zip(order, cells, strict=True):
        _keep(figures, channel, result, _figure(row, cell))


def _figure(row: Row, cell: Cell) -> Figure:
    figure = read_value(cell.text, position=row.position(cell))
    if cell.doubt and figure.value is not None:
        return Figure(None, "unreadable", cell.text, figure.position, cell.readings)
    return figure


def _keep(figures: Figures, channel: str, result: str, figure: Figure) -> None:
    row = figures.setdefault(channel, {})
    if result not in row or row[result].meaning == "blank":
        row[result] = figure


def _complete(table: TableRead, head: _Head) -> TableRead:
    """Every channel and result, nulls for what is not printed or did not fit."""
    failed = any(f.rule == "unreadable" for f in table.findings)
    rules = form(table.form or "").legal_challenge
    complete: Figures = {}
    for channel in rules.channels:
        row = table.figures.get(channel.key, {})
        complete[channel.key] = {
            r.key: row.get(r.key) or Figure(None, "unreadable" if failed else "absent")
            for r in rules.results
        }
        if not row and not failed:
            table.findings.append(
                Finding("absent_row", "warning", "the channel is not printed", TABLE, channel.key)
            )
    table.figures = complete
    return table
