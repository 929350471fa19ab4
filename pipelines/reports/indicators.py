"""The statistics table of the 2014 form: its printed rows to indicators.

Labels vary between provinces and years, and some stand twice (reconsideration and litigation end
alike), so a row is the first of its label behind the row before it. Rows of a province's own are
left out and counted in a finding. A document may hold the table of another year or organ, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipelines.documents.model import Block, Cell, Paragraph, Table
from pipelines.reports.captions import caption_year
from pipelines.reports.indicator_columns import Columns, is_head
from pipelines.reports.indicator_rows import find_places
from pipelines.reports.indicator_sums import check_sums
from pipelines.reports.labels import core
from pipelines.reports.model import Figure, Finding, Indicator, Number, Position
from pipelines.reports.rows import labels, printed_cells
from pipelines.reports.values import is_value_like, read_value, unit_of, with_unit
from warehouse.facts.files import load_yaml
from warehouse.facts.forms.statistics import (
    IndicatorRow,
    column_words,
    indicator_rows,
)

TABLE = "indicators"
_FEWEST_ROWS = 6  # rows with labels of the form that make a table this table
_HEADED_ROWS = 3  # as many below the form's own head
_SPLIT_ROWS = 2  # as many behind a part of it
_CAPTION_LINES = 3


@dataclass
class IndicatorsRead:
    """What was read.

    Attributes:
        indicators: the printed rows in the order of the form.
        figures: by code, with what a null means.
        findings: sums that do not hold, rows that are not the form's.
        used: the tables that were read, by their index among the document's tables.
        added: figures of rows that are none of the form's, by the code of the row before.
        year: the year that the table's caption prints.
    """

    indicators: list[Indicator] = field(default_factory=list)
    figures: dict[str, Figure] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    added: dict[str, list[Number]] = field(default_factory=dict)
    year: int | None = None


@dataclass
class _Reading:
    """A table while it is read.

    Attributes:
        read: what was read.
        year: the report year.
        columns: from the head.
        last: the place in the form of the last row that was known.
    """

    read: IndicatorsRead
    year: int | None
    columns: Columns = field(default_factory=Columns)
    last: int = -1


def read_indicators(blocks: Sequence[Block], year: int | None = None) -> IndicatorsRead:
    """Reads the statistics table, wherever it is split.

    Args:
        blocks: the document's.
        year: the report year; tells the table and the column where several years are printed.
    """
    found: list[_Reading] = []
    captions: list[str] = []
    number = -1
    for block in blocks:
        if isinstance(block, Paragraph):
            captions.append(block.text)
            continue
        number += 1
        rows = [printed_cells(row) for row in block.rows]
        if _is_statistics(rows, begun=bool(found)):
            if not found or _begins_again(rows, found[-1]):
                read = IndicatorsRead(year=_caption_year(captions[-_CAPTION_LINES:], rows))
                found.append(_Reading(read, year))
            found[-1].read.used.add(number)
            _read_table(block, number, rows, found[-1])
        captions = []
    return _chosen([r.read for r in found], year)


def finished(read: IndicatorsRead) -> IndicatorsRead:
    """The indicators of the figures that were read, and the sums that do not hold."""
    read.indicators = [
        Indicator(row.code, row.label, row.unit, read.figures[row.code].value)
        for row in indicator_rows()
        if row.code in read.figures
    ]
    read.findings += check_sums(read.figures, read.added)
    return read


def _chosen(tables: list[IndicatorsRead], year: int | None) -> IndicatorsRead:
    """The table of the report's year and organ: the first of its year, or without one."""
    if not tables:
        return IndicatorsRead()
    dated = [t for t in tables if t.year is not None and t.year == year]
    undated = [t for t in tables if t.year is None]
    chosen = next(iter(dated or undated or tables))
    if len(tables) > 1:
        words = "further statistics tables stand in the document; their figures are not taken"
        chosen.findings.append(Finding("other_indicator", "info", words, TABLE))
    if chosen.year is not None and year is not None and chosen.year != year:
        words = "the statistics table is headed with another year than the report's"
        chosen.findings.append(
            Finding("period_mismatch", "warning", words, TABLE, None, None, year, chosen.year)
        )
    chosen.used = set().union(*(t.used for t in tables))
    return finished(chosen)


def _is_statistics(rows: list[list[Cell]], begun: bool) -> bool:
    known = sum(any(map(_is_own, [c.text for c in cells[:3]])) for cells in rows)
    if known < (_SPLIT_ROWS if begun else _HEADED_ROWS):
        return False
    return begun or known >= _FEWEST_ROWS or any(is_head(cells) for cells in rows[:6])


@lru_cache(maxsize=8192)
def _is_own(text: str) -> bool:
    """Whether a label is this table's and none of the later forms'."""
    later = labels()
    return bool(find_places(text)) and not any(
        index.find_last(text) for index in (later.request_rows, later.groups, later.channels)
    )


def _begins_again(rows: list[list[Cell]], reading: _Reading) -> bool:
    """Whether the first known row of a table was read in the table before."""
    forms = indicator_rows()
    for cells in rows:
        places = [p for c in cells[:3] for p in find_places(c.text) if forms[p].unit]
        if places:
            return all(forms[p].code in reading.read.figures for p in places)
    return False


def _caption_year(captions: Iterable[str], rows: list[list[Cell]]) -> int | None:
    """The year in the last line above a table, or in its own first rows, that heads it."""
    above = []
    for cells in rows:
        if is_head(cells) or any(find_places(c.text) for c in cells):
            break
        above += [c.text for c in cells]
    return caption_year([*captions, *above])


def _read_table(table: Table, number: int, rows: list[list[Cell]], reading: _Reading) -> None:
    in_head = False
    for cells in rows:
        if is_head(cells):
            reading.columns = Columns()
            in_head = True
        known = any(find_places(c.text) for c in cells)
        in_head = in_head and not known and not _has_number(cells)
        if in_head:
            reading.columns.add(cells)
    years = reading.columns.years()
    if reading.read.year is None and len(years) == 1:
        reading.read.year = years.pop()
    halves: list[range | None] = [*reading.columns.halves] or [None]
    for half in halves:
        for r, cells in enumerate(rows):
            fits = half is not None and reading.columns.fits(cells, geometric=table.geometric)
            if half is not None and half is not halves[0] and not fits:
                continue
            own = [c for c in cells if c.column in half] if half and fits else cells
            figures = reading.columns.figure(half, reading.year) if half and fits else None
            place = Position(number + 1, table.page, r + 1)
            _read_row(own, figures, fits, place, reading)


def _has_number(cells: Iterable[Cell]) -> bool:
    return any(read_value(c.text, decimal=True).value is not None for c in cells)


def _read_row(
    cells: list[Cell], column: int | None, fits: bool, place: Position, reading: _Reading
) -> None:
    """Reads one row of one table."""
    named = [(i, places) for i, c in enumerate(cells) if (places := find_places(c.text))]
    if not named:
        _add_unknown(cells, column, reading)
        return
    at, places = named[-1]
    if len(places) > 1 and reading.last >= places[-1]:
        return
    here = next((p for p in places if p > reading.last), places[0])
    row = indicator_rows()[here]
    reading.last = here
    figures = reading.read.figures
    if row.unit is None:
        return
    figure = _row_figure(row, cells, at, column if fits else None, fits, place, reading)
    before = figures.setdefault(row.code, figure)
    if None not in (before.value, figure.value) and before.value != figure.value:
        words = f"the row is printed twice with different numbers; {before.value} is kept"
        kept, other = before.value, figure.value
        reading.read.findings.append(
            Finding("row_repeated", "warning", words, TABLE, row.code, None, kept, other)
        )


def _row_figure(
    row: IndicatorRow,
    cells: list[Cell],
    at: int,
    column: int | None,
    fits: bool,
    place: Position,
    reading: _Reading,
) -> Figure:
    """The figure of a row: the cell under the column of the figures, else the only one printed."""
    behind = cells[at + 1 :]
    if column is not None:
        under = [c for c in cells if c.column <= column < c.column + c.colspan]
        cell = next((c for c in under if c is not cells[at]), None)
        return _figure(row, cell, behind, cells[at], place)
    printed = [c for c in behind if c.text and not _is_unit(c.text)]
    numbers = [c for c in printed if is_value_like(c.text)]
    some = numbers or (printed[-1:] if fits or len(printed) == 1 else [])
    if len(some) > 1 or (fits and len(some) == 1 and len(reading.columns.years()) > 1):
        text = " ".join(c.text for c in some)[:200]
        position = Position(place.table, place.page, place.row)
        return Figure(None, "unreadable", text, position)
    return _figure(row, some[0] if some else None, behind, cells[at], place)


def _figure(
    row: IndicatorRow, cell: Cell | None, behind: list[Cell], label: Cell, place: Position
) -> Figure:
    """The number in a cell, in the unit of the form where the row prints another one of money."""
    if cell is None or not cell.text:
        return Figure(None, "blank", "", place)
    position = Position(place.table, cell.page or place.page, place.row, cell.column + 1, cell.box)
    printed = [unit_of(label.text), *(core(c.text) for c in behind if c is not cell)]
    money: dict[str, int] = load_yaml("labels.yaml")["unit_factor"]
    text = with_unit(cell.text, next((u for u in printed if u in money), ""), row.unit or "")
    figure = read_value(text, decimal=row.decimal, unit=row.unit or "", position=position)
    if cell.doubt and figure.value is not None:
        return Figure(None, "unreadable", cell.text, position, cell.readings)
    return figure


def _is_unit(text: str) -> bool:
    units: list[str] = [*load_yaml("labels.yaml")["units"], *column_words()["units"]]
    return core(text) in units


def _add_unknown(cells: list[Cell], column: int | None, reading: _Reading) -> None:
    """Notes a row with a number that is none of the form's."""
    words = [c.text for c in cells if c.text and not is_value_like(c.text) and not _is_unit(c.text)]
    values = [(c, v) for c in cells if (v := read_value(c.text, decimal=True).value) is not None]
    if not values or not words or is_head(cells):
        return
    read = reading.read
    read.findings.append(
        Finding("other_indicator", "info", f"not the form's: {words[0][:60]}", TABLE)
    )
    under = [v for c, v in values if column is None or c.column == column]
    if under and reading.last >= 0:
        read.added.setdefault(indicator_rows()[reading.last].code, []).append(under[-1])
