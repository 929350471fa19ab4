"""The statistics table of the 2014 form: its printed rows to indicators.

Labels vary between provinces and years, and some stand twice (reconsideration and litigation end
alike), so a row is the first of its label behind the row before it. Rows of a province's own are
left out and counted in a finding.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from pipelines.documents.model import Cell, Table
from pipelines.reports.labels import LabelIndex, core
from pipelines.reports.model import Figure, Finding, Indicator, Position
from pipelines.reports.values import is_value_like, read_value
from warehouse.facts.forms import Label
from warehouse.facts.forms.statistics import IndicatorRow, head_words, indicator_rows

TABLE = "indicators"
_FEWEST_ROWS = 6  # rows with labels of the form that make a table this table


@dataclass
class IndicatorsRead:
    """What was read.

    Attributes:
        indicators: the printed rows in the order of the form.
        figures: by code, with what a null means.
        findings: sums that do not hold, rows that are not the form's.
        used: the tables that were read, by their index among the document's tables.
    """

    indicators: list[Indicator] = field(default_factory=list)
    figures: dict[str, Figure] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    used: set[int] = field(default_factory=set)


@cache
def _index() -> tuple[LabelIndex, dict[str, list[int]]]:
    """Finds the wording of a row, and the places in the form that have this wording."""
    places: dict[str, list[int]] = {}
    labels = []
    for place, row in enumerate(indicator_rows()):
        wording = core(row.label)
        places.setdefault(wording, []).append(place)
        labels.append(Label(wording, row.label, row.also))
    return LabelIndex(labels), places


def read_indicators(tables: list[Table]) -> IndicatorsRead:
    """Reads the statistics table, wherever it is split.

    Args:
        tables: all tables of the document.
    """
    read = IndicatorsRead()
    last = -1
    for number, table in enumerate(tables):
        rows = [_printed(row) for row in table.rows]
        if not _is_statistics(rows, begun=last >= 0):
            continue
        read.used.add(number)
        for r, cells in enumerate(rows):
            last = _read_row(cells, Position(number + 1, table.page, r + 1), last, read)
    return finished(read)


def finished(read: IndicatorsRead) -> IndicatorsRead:
    """The indicators of the figures that were read, and the sums that do not hold."""
    by_code = {row.code: row for row in indicator_rows()}
    read.indicators = [
        Indicator(c, by_code[c].label, by_code[c].unit, read.figures[c].value)
        for c in by_code
        if c in read.figures
    ]
    read.findings += _sums(read.figures)
    return read


def _printed(row: list[Cell | None]) -> list[Cell]:
    cells: list[Cell] = []
    for cell in row:
        if cell is not None and (not cells or cells[-1] is not cell):
            cells.append(cell)
    return cells


def _is_statistics(rows: list[list[Cell]], begun: bool) -> bool:
    index, _ = _index()
    known = sum(any(index.find(c.text) for c in cells[:3]) for cells in rows)
    headed = any(core(c.text) in head_words() for cells in rows[:4] for c in cells)
    return known >= (2 if begun else _FEWEST_ROWS - 3 * headed)


def _read_row(cells: list[Cell], place: Position, last: int, read: IndicatorsRead) -> int:
    """Reads one row; returns the place in the form of the last row that was known."""
    index, places = _index()
    found = next(
        ((i, k) for i, c in enumerate(cells) if (k := index.find(c.text)) is not None), None
    )
    values = [c for c in cells if c.text and is_value_like(c.text)]
    if found is None:
        words = [c.text for c in cells if c.text and not is_value_like(c.text)]
        if any(read_value(c.text).value is not None for c in values) and words:
            read.findings.append(
                Finding("other_indicator", "info", f"not the form's: {words[0][:60]}", TABLE)
            )
        return last
    at, wording = found
    here = next((p for p in places[wording] if p > last), places[wording][0])
    row = indicator_rows()[here]
    if row.unit is not None and row.code not in read.figures:
        read.figures[row.code] = _figure(row, cells[at + 1 :], place)
    return here


def _figure(row: IndicatorRow, cells: list[Cell], place: Position) -> Figure:
    """The number of a row: the last cell that is one, its unit left aside."""
    numbers = [c for c in cells if is_value_like(c.text) and c.text]
    rest = [c for c in cells if c.text and not is_value_like(c.text) and core(c.text) != row.unit]
    cell = numbers[-1] if numbers else rest[-1] if len(rest) > 1 else None
    if cell is None:
        return Figure(None, "blank", "", place)
    position = Position(place.table, cell.page or place.page, place.row, cell.column + 1, cell.box)
    figure = read_value(cell.text, decimal=row.decimal, unit=row.unit or "", position=position)
    if cell.doubt and figure.value is not None:
        return Figure(None, "unreadable", cell.text, position, cell.readings)
    return figure


def _sums(figures: dict[str, Figure]) -> list[Finding]:
    """Sums of which every part is printed and that do not hold."""
    findings = []
    for row in indicator_rows():
        parts = [figures[c].value if c in figures else None for c in row.sum_of]
        total = figures[row.code].value if row.code in figures else None
        if not parts or total is None or any(p is None for p in parts):
            continue
        expected = sum(p for p in parts if p is not None)
        if expected != total:
            findings.append(
                Finding(
                    "indicator_total",
                    "warning",
                    "the row is not the sum of its parts",
                    TABLE,
                    row.code,
                    None,
                    expected,
                    total,
                )
            )
    return findings
