"""Table four: reconsideration and litigation, their results, in one row, in three or in fifteen.

The head's results repeat once a channel; where a cell stands decides by geometry, else by order.
The table turned on its side is read by ``challenge_turned``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pipelines.documents.model import Cell
from pipelines.reports.challenge_turned import result_of, turned_row
from pipelines.reports.columns import subtotal_finding, unpadded
from pipelines.reports.labels import core
from pipelines.reports.model import Figure, Figures, Finding, TableRead
from pipelines.reports.rows import Row, is_remark, is_subtotal, labels
from pipelines.reports.values import is_value_like, read_value
from warehouse.facts.forms import FORM_IDS, form, forms

TABLE = "legal_challenge"
_FEW_UNREADABLE = 0.2  # of a row's cells may hold what is no figure, such as one on two lines
_RESULTS = 5  # of a channel
_FEW_WORN, _WORDS = 3, 4  # cells of such a row, letters beside a figure
_LITIGATION = "litigation"  # the head over both kinds of litigation
_TOTAL = "total"
Key = tuple[str, str]
_Bound = tuple[Key | None, Cell]


@dataclass
class _Head:
    """What the head rows name: cells in reading order, by kind.

    Attributes:
        channels: cell and channel.
        results: cell and result.
        ends: by the identity of a channel's cell the place behind it and the empty cells right of
            it: an editor that knows no spans leaves them for the places that the cell covers.
        geometric: whether columns line up.
        closed: figures stood below it.
        remarks: grid columns of remarks that an organ added.
    """

    channels: list[tuple[Cell, str]] = field(default_factory=list)
    results: list[tuple[Cell, str]] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)
    geometric: bool = False
    closed: bool = False
    remarks: set[int] = field(default_factory=set)


def read_challenge(rows: list[Row], form_id: str | None) -> TableRead:
    """Reads table four.

    Args:
        rows: its rows, heads included, in document order.
        form_id: the form of the report's other tables; this one is alike in all.
    """
    head = _Head()
    figures: Figures = {}
    findings: list[Finding] = []
    last: str | None = None
    for printed in rows:
        row = _without_remarks(printed, head)
        single = _single(row, last)
        if single is not None:
            last, result, cell = single
            _keep(figures, last, result, _figure(row, cell), findings)
            continue
        own = [(cell, key) for cell, key in head.channels if key != _LITIGATION]
        if len(own) > 1 and not head.results and (turned := result_of(row)) is not None:
            _read_turned_row(row, turned, own, figures, findings)
            continue
        channel = _row_channel(row)
        if channel is not None:
            if not _read_channel_row(row, channel, head, figures, findings):
                findings.append(_does_not_fit("the row of a channel", channel))
        elif (words := _sum(row, head)) is not None:
            findings.append(subtotal_finding(words, TABLE))
        elif _is_data(row, head):
            head.closed = True
            _read_data_row(row, head, figures, findings)
        else:
            named = len(head.channels) + len(head.results)
            expects = len(head.results) >= _RESULTS and not head.closed
            _read_head(row, head)
            unnamed = expects and named == len(head.channels) + len(head.results)
            if _has_figures(row, head) or (unnamed and len(row.cells) >= _RESULTS):
                words = " ".join(c.text for c in row.cells)[:60]
                findings.append(_does_not_fit(f"a row with numbers ({words})"))
    if not figures and not head.results:
        return TableRead(findings=findings)
    return _complete(TableRead(form_id or forms()[0].id, figures, findings), head)


def _has_figures(row: Row, head: _Head) -> bool:
    """Whether a row holds a figure, or some with something beside each that is none of theirs."""
    if any(c.text.isdigit() for c in row.cells):
        return True
    named = [c for c, _ in (*head.channels, *head.results)]
    return (
        sum(
            any(map(str.isdigit, c.text)) and sum(map(str.isalpha, c.text)) <= _WORDS
            for c in row.cells
            if not any(c is other for other in named)
        )
        >= _FEW_WORN
    )


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


def _without_remarks(row: Row, head: _Head) -> Row:
    """A row without the cells below a head of remarks."""
    if not head.remarks or not (row.geometric and head.geometric):
        return row
    return replace(row, cells=[c for c in row.cells if c.column not in head.remarks])


def _sum(row: Row, head: _Head) -> str | None:
    """The label of a row below a head of results that holds an organ's own sum."""
    words = [c.text for c in row.cells if c.text and not is_value_like(c.text)]
    if not words or not head.results or not any(c.text.isdigit() for c in row.cells):
        return None
    parent = core(form(FORM_IDS[0]).legal_challenge.parent)
    return words[-1] if is_subtotal(core(words[-1]).removeprefix(parent)) else None


def _single(row: Row, last: str | None) -> tuple[str, str, Cell] | None:
    """Channel, result and figure of a row that holds one figure behind the name of its result.

    Args:
        row: the row.
        last: the channel of such a row before; of a row without geometry that names none, too.
    """
    printed = [c for c in row.cells if c.text]
    if len(printed) < 2 or not is_value_like(printed[-1].text):
        return None
    found = labels()
    *before, named = [c.text for c in printed[:-1]]
    result = found.results.find(named)
    channels = [found.channels.find(text) for text in before]
    if result is None or None in channels:
        return None
    own = [c for c in channels if c != _LITIGATION]
    channel = own[-1] if own else None if row.geometric else last
    return None if channel is None else (channel, result, printed[-1])


def _read_head(row: Row, head: _Head) -> None:
    if head.closed:
        head.channels, head.results, head.closed = [], [], False
        head.remarks = set()
    head.geometric = row.geometric
    known = {id(c) for c, _ in (*head.channels, *head.results)}
    for i, cell in enumerate(row.cells):
        if id(cell) in known:
            continue
        known.add(id(cell))
        if (result := labels().results.find(cell.text)) is not None:
            if not (row.geometric and _is_repeated(cell, result, head)):
                head.results.append((cell, result))
        elif is_remark(cell.text):
            head.remarks.update(range(cell.column, cell.column + cell.colspan))
        elif (channel := labels().channels.find(cell.text)) is not None:
            head.channels.append((cell, channel))
            head.ends[id(cell)] = _end(cell, row.cells[i + 1 :])


def _is_repeated(cell: Cell, result: str, head: _Head) -> bool:
    """Whether a result stands right below itself: its two rows were one cell once."""
    return any(
        r == result and (c.column, c.colspan) == (cell.column, cell.colspan)
        for c, r in head.results
    )


def _end(cell: Cell, right: list[Cell]) -> int:
    """The place behind a channel's cell and the empty cells right of it."""
    end = cell.column + cell.colspan
    for other in right:
        if other.text or other.column != end:
            break
        end += other.colspan
    return end


def _above(cell: Cell, head: _Head) -> list[str]:
    """The channels over a result's cell; empty cells beside one count where nothing else does."""
    wide = [(c, k) for c, k in head.channels if c.column <= cell.column < head.ends[id(c)]]
    over = [k for c, k in wide if cell.column < c.column + c.colspan]
    return over if any(k != _LITIGATION for k in over) else [k for _, k in wide]


def _keys(head: _Head) -> list[Key | None] | None:
    """Channel and result of every column of the head, in order; None when it cannot be told.

    A total under no channel but under the head over both is an organ's own sum: its key is None.
    """
    channels = [k for _, k in head.channels if k != _LITIGATION]
    if head.geometric:
        keys: list[Key | None] = []
        for cell, result in sorted(head.results, key=lambda r: r[0].column):
            above = _above(cell, head)
            own = [k for k in above if k != _LITIGATION]
            if len(own) == 1:
                keys.append((own[0], result))
            elif above == [_LITIGATION] and result == _TOTAL:
                keys.append(None)
            else:
                return None
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
    # A cell of the head that reaches into the row took the place of a figure.
    above = {id(c) for c, _ in (*head.channels, *head.results)}
    taken = not above.isdisjoint(map(id, row.cells))
    keys = None if taken else _keys(head)
    bound = None
    if keys is not None and row.geometric and head.geometric:
        bound = _by_place(row, head, keys)
    if bound is None and keys is not None:
        bound = _by_order(row, keys)
    if bound is None:
        findings.append(_does_not_fit("the row of results"))
        return
    for key, cell in bound:
        if key is not None:
            _keep(figures, *key, _figure(row, cell), findings)


def _by_place(row: Row, head: _Head, keys: list[Key | None]) -> list[_Bound] | None:
    """By geometry; None when a printed cell would be left over or taken twice."""
    places = [c for c, _ in sorted(head.results, key=lambda r: r[0].column)]
    bound: list[_Bound] = []
    taken: set[int] = set()
    single = {c.column: [c] for c in row.cells} if all(c.colspan == 1 for c in row.cells) else None
    for key, above in zip(keys, places, strict=True):
        if single is not None and above.colspan == 1:
            under = single.get(above.column, [])
        else:
            left, right = above.column, above.column + above.colspan
            under = [c for c in row.cells if c.column < right and c.column + c.colspan > left]
        printed = [c for c in under if c.text] or under[:1]
        if len(printed) != 1 or id(printed[0]) in taken:
            return None
        taken.add(id(printed[0]))
        bound.append((key, printed[0]))
    first = min((c.column for c in places), default=0)
    taken |= {id(c) for c in row.cells if c.column < first and not is_value_like(c.text)}
    return bound if all(id(c) in taken for c in row.cells if c.text) else None


def _by_order(row: Row, keys: list[Key | None]) -> list[_Bound] | None:
    cells = unpadded(row.cells, len(keys), row.geometric)
    if len(cells) != len(keys):
        return None
    return list(zip(keys, cells, strict=True))


def _does_not_fit(what: str, channel: str | None = None) -> Finding:
    return Finding("unreadable", "error", f"{what} does not fit the head", TABLE, channel)


def _read_channel_row(
    row: Row, channel: str, head: _Head, figures: Figures, findings: list[Finding]
) -> bool:
    """A row of the layout that has one row a channel; whether it fits."""
    order = list(dict.fromkeys(r for _, r in head.results))
    order = order or [r.key for r in forms()[0].legal_challenge.results]
    named = max(i for i, c in enumerate(row.cells) if c.text and not is_value_like(c.text))
    cells = _without_padding(row.cells[named + 1 :], head, len(order))
    if len(cells) != len(order):
        return False
    for result, cell in zip(order, cells, strict=True):
        _keep(figures, channel, result, _figure(row, cell), findings)
    return True


def _read_turned_row(
    row: Row,
    result: str,
    channels: list[tuple[Cell, str]],
    figures: Figures,
    findings: list[Finding],
) -> None:
    """A row of the layout that has one column a channel."""
    bound = turned_row(row, channels)
    if bound is None:
        findings.append(_does_not_fit(f"the row of a result ({result})"))
        return
    for channel, cell in bound:
        _keep(figures, channel, result, _figure(row, cell), findings)


def _without_padding(cells: list[Cell], head: _Head, wanted: int) -> list[Cell]:
    """The cells of a channel's row from the first column of the head on."""
    first = min((c.column for c, _ in head.results), default=0)
    if len(head.results) == wanted:
        front = [c for c in cells if c.column < first]
        if len(cells) - len(front) >= wanted and not any(c.text for c in front):
            cells = cells[len(front) :]
    while len(cells) > wanted and not cells[-1].text:
        cells = cells[:-1]
    return cells


def _figure(row: Row, cell: Cell) -> Figure:
    figure = read_value(cell.text, position=row.position(cell))
    if cell.doubt and figure.value is not None:
        return Figure(None, "unreadable", cell.text, figure.position, cell.readings)
    return figure


def _keep(
    figures: Figures, channel: str, result: str, figure: Figure, findings: list[Finding]
) -> None:
    """Keeps a figure; one of a table that is printed twice must agree with itself."""
    row = figures.setdefault(channel, {})
    before = row.get(result)
    if before is None or before.meaning == "blank":
        row[result] = figure
    elif figure.value is not None and before.value != figure.value:
        words = f"the figure is printed twice, differently; {before.value} is kept"
        kept, other = before.value, figure.value
        findings.append(
            Finding("row_repeated", "warning", words, TABLE, channel, result, kept, other)
        )


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
