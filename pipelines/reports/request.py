"""Table three: rows of a table to items and applicants.

Rows bind by their own label inside their group, columns by the head of the table: by geometry
where the format has it, else by order. Which form's rows the table has is seen from the rows of
its last group. Rows that print fewer numbers than the head has columns go to ``short_rows``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache

from pipelines.documents.model import Cell
from pipelines.reports import short_rows
from pipelines.reports.columns import OWN_SUM, Head, bind_cells, subtotal_finding
from pipelines.reports.labels import LabelIndex, core, is_numbered
from pipelines.reports.model import Figure, Figures, Finding, TableRead
from pipelines.reports.padding import Padding
from pipelines.reports.rows import Row, is_subtotal, labels
from pipelines.reports.transposed import upright
from pipelines.reports.values import is_value_like, read_value
from warehouse.facts.forms import form, forms

TABLE = "request"
_ALL = "result"  # the group around all outcomes
_SUM = "total_processed"
_FEWEST_HEADS = 4  # columns whose names make a row one of the head whatever else it holds
_MOST_LACKING = 2  # columns that an organ may have left out of the form


@cache
def _applicants() -> tuple[str, ...]:
    return tuple(c.key for c in forms()[0].request.columns)


@dataclass
class _Reading:
    """What has been read so far.

    Attributes:
        head: the columns that hold now.
        group: the group of the rows that follow.
        figures: the rows that were bound.
        short: rows that print one number too few.
        findings: what to know.
        in_head: the row before was one of a head.
        padding: where the rows have their figures.
        group_sum: the label of the total as kept, while it may yet be the sum of a group.
    """

    head: Head = field(default_factory=Head)
    group: str | None = None
    figures: Figures = field(default_factory=dict)
    short: dict[str, short_rows.ShortRow] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    in_head: bool = False
    padding: Padding = field(default_factory=lambda: Padding(len(_applicants())))
    group_sum: str | None = None


@cache
def _needs_group() -> LabelIndex:
    return LabelIndex(r for f in forms() for r in f.request.rows if r.needs_group)


@cache
def _group_of() -> dict[str, str | None]:
    return {r.key: r.group for f in forms() for r in f.request.rows}


def read_request(rows: list[Row], year: int | None) -> TableRead:
    """Reads table three.

    Args:
        rows: its rows, heads included, in document order.
        year: the report year; tells the form when the rows do not.

    Returns:
        Every row of the form; what is not printed has null with its meaning.
    """
    reading = _Reading()
    rows = upright(rows)
    heads = [_is_head(row) for row in rows]
    for i, row in enumerate(rows):
        if heads[i]:
            _read_head(row, reading)
            continue
        if reading.in_head:
            reading.head.fill_unread(_applicants())
        if reading.in_head or i == 0:
            end = heads.index(True, i) if True in heads[i:] else len(rows)
            reading.padding = _padding(reading.head, rows[i:end])
        reading.in_head = False
        _read_row(row, reading)
    if not reading.figures and not reading.short:
        return TableRead(findings=reading.findings)
    if not reading.head.columns:
        reading.head = Head(columns=list(_applicants()), assumed=True)
    form_id = _form_of(reading, year)
    _drop_foreign(form_id, reading)
    rules = form(form_id)
    findings = short_rows.restore(reading.short, reading.figures, reading.head.columns, rules)
    table = TableRead(form_id, {}, [*reading.findings, *findings])
    _complete(table, reading)
    return table


def _padding(head: Head, rows: list[Row]) -> Padding:
    """Where the rows below a head have their figures."""
    padding = Padding(len(head.columns) or len(_applicants()), head=head.width)
    if head.flat is not None:
        width, start = head.flat
        padding.starts[width] = {start}
    for row in rows:
        padding.learn(row)
    return padding


def _is_head(row: Row) -> bool:
    texts = [t for c in row.cells if (t := c.text)]
    words = tuple([t for t in texts if not t.isdigit()])
    return _is_head_of(words, len(words) < len(texts))


@lru_cache(maxsize=4096)
def _is_head_of(texts: tuple[str, ...], has_digits: bool) -> bool:
    """Whether a row is one of the head, by its texts that are no plain numbers."""
    found = labels()
    words = [core(t) for t in texts if not t.isascii()]
    if any(h in word for word in words for h in found.heads["request"]):
        return True
    if any(map(found.head_words.find, texts)):
        return True
    rowlike = [t for t in texts[:3] if found.request_rows.find_last(t) or found.groups.find_last(t)]
    if rowlike:
        # The total column and the total row share a word; a row with numbers is no head.
        heads = sum(found.applicants.find(t) is not None for t in texts)
        whole = heads == len(texts) > 1
        several = heads >= _FEWEST_HEADS and all(map(found.applicants.find, rowlike))
        return not has_digits and (whole or several)
    if has_digits or not any(found.applicants.find(t) and not is_numbered(t) for t in texts):
        return False
    return not any(map(is_value_like, texts))


def _read_head(row: Row, reading: _Reading) -> None:
    if not reading.in_head:
        # A table cut by a page may repeat its head; if the repetition is poorer, the first stands.
        reading.head = Head(before=reading.head)
        reading.in_head = True
    reading.head.add_row(row, labels().applicants, _applicants())


def _read_row(row: Row, reading: _Reading) -> None:
    last, item = _item_of(row, reading)
    values = row.cells[last + 1 :] if last >= 0 else []
    if item is not None and _is_group_sum(row, last, item, reading):
        item = None
    if item is None:
        _unknown_row(row, values, last, reading)
        return
    reading.group = _group_of().get(item) or reading.group
    width = len(reading.head.columns) or len(_applicants())
    columns = reading.head.columns or list(_applicants())
    # By order, a head that lost most of its columns says nothing about blanks, and one narrower
    # than the rows below it nothing about any figure.
    lacking = len(_applicants()) - width
    narrow = lacking > _MOST_LACKING or (lacking > 0 and reading.padding.over)
    torn = not row.geometric and narrow
    if not row.geometric:
        known = reading.padding.figures(row, last)
        torn = torn or known is None
        values = values if known is None else known
        # Without a head an empty cell before the first figure may as well be the label's.
        unsure = not reading.head.columns and any(c.text for c in values)
        torn = torn or (unsure and not values[0].text)
    bound = None if torn else bind_cells(reading.head, row, values, columns)
    if bound is None:
        printed = [c for c in values if c.text]
        short = not torn and 1 < len(printed) == width - 1 and OWN_SUM not in columns
        if short and all(is_value_like(c.text) for c in printed):
            _keep_short(item, row, printed, reading)
            return
        # More figures than columns: the head lost some, so none may be called absent.
        lost = list(_applicants()) if len(printed) > width else columns
        bound = dict.fromkeys(lost, (row.cells[last], "unreadable"))
    _keep(item, _figures(row, {k: v for k, v in bound.items() if k != OWN_SUM}), reading)


def _is_group_sum(row: Row, last: int, item: str, reading: _Reading) -> bool:
    """Whether a row named like the total is the sum of a group, which organs add.

    It stands inside the group's cell, or rows of groups follow it, or the total itself does; until
    then it may be the total.
    """
    bare = is_subtotal(row.cells[last].text)
    if reading.group_sum is not None and (_group_of().get(item) or (item == _SUM and not bare)):
        reading.findings.append(subtotal_finding(reading.group_sum, TABLE))
        reading.group_sum = None
        reading.figures.pop(_SUM, None)
        reading.short.pop(_SUM, None)
    if item != _SUM or not bare or reading.group is None:
        return False
    if any(labels().groups.find(c.text) not in (None, _ALL) for c in row.cells[:last]):
        return True
    if _SUM not in reading.figures and _SUM not in reading.short:
        reading.group_sum = row.cells[last].text
    return False


def _figures(row: Row, bound: dict[str, tuple[Cell, str]]) -> dict[str, Figure]:
    figures = {}
    for column, (cell, how) in bound.items():
        position = row.position(cell)
        if how == "unreadable":
            text = " ".join(c.text for c in row.cells)[:200]
            figure = Figure(None, "unreadable", text, position)
        else:
            figure = read_value(cell.text, position=position)
        if cell.doubt and figure.value is not None:
            figure = Figure(None, "unreadable", cell.text, position, cell.readings)
        figures[column] = figure
    return figures


def _item_of(row: Row, reading: _Reading) -> tuple[int, str | None]:
    """The last label cell of a row and the item it names."""
    found = labels()
    find, find_group = found.request_rows.find_last, found.groups.find_last
    last, item = -1, None
    for i, cell in enumerate(row.cells):
        text = cell.text
        if not text or (text.isascii() and is_value_like(text)):
            continue
        key, group = find(text), find_group(text)
        if key is not None and group != "other":
            last, item = i, key
        elif group is not None:
            # The group around all outcomes tells nothing about the row.
            reading.group = group if group != _ALL else reading.group
            last, item = i, ("other" if group == "other" else None)
        elif reading.group == "other" and (key := _needs_group().find_last(text)) is not None:
            last, item = i, key
    if item == "other" and not _has_values(row.cells[last + 1 :]):
        item = None
    return last, item


def _has_values(cells: list[Cell]) -> bool:
    return bool(cells) and all(is_value_like(c.text) for c in cells)


def _unknown_row(row: Row, values: list[Cell], last: int, reading: _Reading) -> None:
    """A row with numbers whose label is none of the form's is reported, never dropped silently."""
    cells = values if last >= 0 else row.cells
    numbers = [c for c in cells if c.text and read_value(c.text).value is not None]
    words = [c.text for c in row.cells if c.text and not is_value_like(c.text)]
    if not numbers:
        return
    if any(is_subtotal(w) for w in words):
        reading.findings.append(subtotal_finding(" ".join(words), TABLE))
        return
    label = " ".join(words)[:80] or "no label"
    words_of_row = f"a row with numbers is none of the form's: {label}"
    reading.findings.append(Finding("unknown_row", "error", words_of_row, table=TABLE))


def _keep_short(item: str, row: Row, printed: list[Cell], reading: _Reading) -> None:
    numbers = [read_value(c.text, position=row.position(c)) for c in printed]
    if item in reading.figures or item in reading.short:
        return
    reading.short[item] = short_rows.ShortRow(numbers, row.position(None))


def _keep(item: str, figures: dict[str, Figure], reading: _Reading) -> None:
    """Keeps a row; one that is printed twice (at a page break) must agree with itself."""
    known = reading.figures.get(item)
    if known is None:
        reading.figures[item] = figures
        return
    for column, figure in figures.items():
        before = known.get(column)
        if before is None or before.meaning == "blank":
            known[column] = figure
        elif figure.value is not None and before.value is not None and figure.value != before.value:
            reading.findings.append(
                Finding(
                    "row_repeated",
                    "warning",
                    f"the row is printed twice with different numbers; {before.value} is kept",
                    TABLE,
                    item,
                    column,
                    before.value,
                    figure.value,
                )
            )


def _form_of(reading: _Reading, year: int | None) -> str:
    """The form whose rows the last group has; by the year when that group is not printed."""
    seen = {*reading.figures, *reading.short}
    counts = {f.id: len(seen & _rows(f.id)) for f in forms()}
    most = [form_id for form_id, count in counts.items() if count == max(counts.values())]
    known = [f.id for f in forms() if year is not None and f.since <= year and f.id in most]
    return (known or most)[0]


def _drop_foreign(form_id: str, reading: _Reading) -> None:
    """Takes out rows that the form does not have: beside the rows of a group its own row.

    It may print the group's sum, or one of its rows whose label is lost.
    """
    own = _rows(form_id)
    for item in [*reading.figures, *reading.short]:
        if item in own:
            continue
        lost = reading.figures.pop(item, None)
        reading.short.pop(item, None)
        parts = [reading.figures.get(i, {}) for i in own if _group_of().get(i) == item]
        blank = [p for p in parts if p and all(f.meaning == "blank" for f in p.values())]
        is_sum = lost is not None and all(
            f.value is not None and f.value == sum(p[c].value or 0 for p in parts if c in p)
            for c, f in lost.items()
        )
        # Nothing but zeros beside a blank row may as well be the figures of that row.
        is_sum = is_sum and not (blank and not any(f.value for f in (lost or {}).values()))
        if is_sum:
            reading.findings.append(subtotal_finding(item, TABLE))
            continue
        for part in blank:
            part |= {c: Figure(None, "unreadable", f.raw, f.position) for c, f in part.items()}
        message = f"beside the rows of its group stands a row with numbers of the group: {item}"
        reading.findings.append(Finding("unknown_row", "error", message, TABLE, item))


@cache
def _rows(form_id: str) -> set[str]:
    return {r.key for r in form(form_id).request.rows}


def _complete(table: TableRead, reading: _Reading) -> None:
    """Fills every row and column of the form; what is not printed is null and says so."""
    columns = set(reading.head.columns)
    for item in [r.key for r in form(table.form or "").request.rows]:
        row = reading.figures.get(item)
        if row is None:
            table.findings.append(
                Finding("absent_row", "warning", "the row is not printed", TABLE, item)
            )
        table.figures[item] = {
            a: (row or {}).get(a)
            or Figure(None, "absent" if row is None or a not in columns else "blank")
            for a in _applicants()
        }
    for applicant in _applicants():
        if applicant not in columns:
            table.findings.append(
                Finding(
                    "absent_column", "warning", "the column is not printed", TABLE, None, applicant
                )
            )
    if reading.head.assumed:
        table.findings.append(
            Finding(
                "head_assumed",
                "warning",
                "the table's head is missing or broken; columns by order",
                TABLE,
            )
        )
