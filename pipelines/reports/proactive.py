"""Table two: the blocks under the paragraphs of article 20.

A block's head names its measures, its rows the items. Both forms are tried row by row; the form
that most measures belong to is the table's.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from pipelines.documents.model import Cell
from pipelines.reports.columns import unpadded
from pipelines.reports.labels import LabelIndex
from pipelines.reports.model import Figure, Figures, Finding, Meaning, Position, TableRead
from pipelines.reports.rows import Row, is_remark, labels
from pipelines.reports.values import is_value_like, read_value, unit_of, with_unit, without_unit
from warehouse.facts.forms import Measure, form, forms

TABLE = "proactive"


@dataclass
class _Block:
    """The head that stands above the rows being read."""

    cells: list[Cell] = field(default_factory=list)
    geometric: bool = False
    remarks: frozenset[int] = frozenset()


@cache
def _measures_of(item: str) -> dict[str, tuple[LabelIndex, tuple[Measure, ...]]]:
    """Per form the measures of an item and the index that finds them."""
    found = {}
    for f in forms():
        for block in f.proactive:
            if item in {r.key for r in block.rows}:
                found[f.id] = (LabelIndex(block.columns), block.columns)
    return found


def read_proactive(rows: list[Row], year: int | None) -> TableRead:
    """Reads table two.

    Args:
        rows: its rows, heads included, in document order.
        year: the report year; tells the form when the heads do not.
    """
    block = _Block()
    votes: Counter[str] = Counter()
    figures: Figures = {}
    findings: list[Finding] = []
    spread: dict[int, str] = {}
    for row in rows:
        at, item = _item_of(row)
        if item is None:
            _read_head(row, block, findings)
            continue
        form_id, bound = _bind(row, at, item, block, year)
        for same in _alike(item, form_id):
            votes[same] += len(bound)
        for measure, figure in bound.items():
            _keep(figures, item, measure, figure, findings)
        findings += _merged(row.cells[at + 1 :], item, spread)
        if not bound and any(c.text for c in row.cells[at + 1 :]):
            findings.append(
                Finding("unreadable", "error", "the row does not fit its head", TABLE, item)
            )
            figures.setdefault(item, {})
    if not figures:
        return TableRead(findings=findings)
    form_id = _form(votes, year)
    return _complete(TableRead(form_id, figures, findings))


def _merged(cells: list[Cell], item: str, spread: dict[int, str]) -> list[Finding]:
    """Findings for figures that stand for the rows of two items at once.

    Args:
        cells: the figures of a row.
        item: its item.
        spread: the figures over several rows so far, with the item of their first row.
    """
    findings = []
    for cell in cells:
        if cell.rowspan > 1 and cell.text:
            first = spread.setdefault(id(cell), item)
            words = "one figure stands for two rows, it may be that of either or of both"
            items = (first, item) if first != item else ()
            findings += [Finding("merged_cell", "warning", words, TABLE, i) for i in items]
    return findings


def _form(votes: Counter[str], year: int | None) -> str:
    """The form that most heads name; by the year where several have the same heads."""
    most = [f for f in forms() if votes[f.id] == max(votes.values(), default=0)]
    known = [f.id for f in most if year is not None and f.since <= year]
    return known[0] if known else most[0].id


@cache
def _alike(item: str, form_id: str | None) -> list[str]:
    """The forms that have the same heads over an item as one form."""
    measures = _measures_of(item)
    return [f for f in measures if form_id and measures[f][1] == measures[form_id][1]]


def _item_of(row: Row) -> tuple[int, str | None]:
    for i, cell in enumerate(row.cells):
        if cell.text and not is_value_like(cell.text):
            item = labels().items.find_last(cell.text)
            if item is not None:
                return i, item
    return -1, None


def _read_head(row: Row, block: _Block, findings: list[Finding]) -> None:
    named = [c for c in row.cells if labels().measures.find(without_unit(c.text))]
    if named:
        block.cells, block.geometric = named, row.geometric
        block.remarks = frozenset(
            c.column for c in row.cells if c not in named and is_remark(c.text)
        )
        return
    numbers = [
        c for c in row.cells if c.text and read_value(c.text, decimal=True).value is not None
    ]
    if numbers:
        words = " ".join(c.text for c in row.cells if not is_value_like(c.text))[:80]
        findings.append(
            Finding(
                "unknown_row",
                "error",
                f"a row with numbers is none of the form's: {words or 'no label'}",
                TABLE,
            )
        )


def _bind(
    row: Row, at: int, item: str, block: _Block, year: int | None
) -> tuple[str | None, dict[str, Figure]]:
    """The figures of one row by measure, and the form whose measures its head names."""
    values = row.cells[at + 1 :]
    if row.geometric and block.geometric and block.remarks:
        values = [c for c in values if c.column not in block.remarks]
    heads = _head_measures(item, block)
    form_id = max(heads, key=lambda f: len(heads[f]), default=None)
    if form_id is not None and heads[form_id]:
        named = heads[form_id]
        cells = _by_place(row, values, named) if row.geometric and block.geometric else None
        cells = cells or _by_order(values, [m for _, m in named], row.geometric)
        units = {m.key: unit_of(head.text) for head, m in named}
        return form_id, {m.key: _figure(row, c, m, units[m.key]) for m, c in (cells or [])}
    for f in forms():
        if year is not None and f.since <= year and f.id in _measures_of(item):
            cells = _by_order(values, list(_measures_of(item)[f.id][1]), row.geometric)
            return None, {m.key: _figure(row, c, m) for m, c in (cells or [])}
    return None, {}


def _head_measures(item: str, block: _Block) -> dict[str, list[tuple[Cell, Measure]]]:
    found: dict[str, list[tuple[Cell, Measure]]] = {}
    for form_id, (index, measures) in _measures_of(item).items():
        by_key = {m.key: m for m in measures}
        pairs = [(c, by_key[k]) for c in block.cells if (k := index.find(without_unit(c.text)))]
        found[form_id] = pairs
    return found


def _by_place(
    row: Row, values: list[Cell], named: list[tuple[Cell, Measure]]
) -> list[tuple[Measure, Cell]] | None:
    """By geometry; None when a printed cell would stand under no measure."""
    pairs: list[tuple[Measure, Cell]] = []
    bound: set[int] = set()
    for head, measure in named:
        left, right = head.column, head.column + head.colspan
        under = [c for c in values if c.column < right and c.column + c.colspan > left]
        printed = [c for c in under if c.text] or under[:1]
        if len(printed) == head.colspan and len({c.text for c in printed}) == 1:
            # Converters repeat a figure in every column that its cell spans.
            bound |= {id(c) for c in printed}
            printed = printed[:1]
        if len(printed) != 1 or any(c is printed[0] for _, c in pairs):
            return None
        pairs.append((measure, printed[0]))
    bound |= {id(c) for _, c in pairs}
    return pairs if all(id(c) in bound for c in values if c.text) else None


def _by_order(
    values: list[Cell], measures: list[Measure], geometric: bool
) -> list[tuple[Measure, Cell]] | None:
    cells = unpadded(values, len(measures), geometric)
    if len(cells) != len(measures):
        return None
    return list(zip(measures, cells, strict=True))


def _figure(row: Row, cell: Cell, measure: Measure, head_unit: str = "") -> Figure:
    """The figure of a cell; one without a unit of money of its own has that of its head."""
    figure = read_value(
        with_unit(cell.text, head_unit, measure.unit),
        decimal=measure.decimal,
        signed=measure.signed,
        unit=measure.unit,
        position=row.position(cell),
    )
    if cell.doubt and figure.value is not None:
        return Figure(None, "unreadable", cell.text, figure.position, cell.readings)
    return figure


def _keep(
    figures: Figures, item: str, measure: str, figure: Figure, findings: list[Finding]
) -> None:
    row = figures.setdefault(item, {})
    before = row.get(measure)
    if before is None or before.meaning == "blank":
        row[measure] = figure
    elif figure.value is not None and before.value != figure.value:
        findings.append(
            Finding(
                "row_repeated",
                "warning",
                f"the row is printed twice with different numbers; {before.value} is kept",
                TABLE,
                item,
                measure,
                before.value,
                figure.value,
            )
        )


def _complete(table: TableRead) -> TableRead:
    """Every row and column of the form, nulls for what is not printed."""
    complete: Figures = {}
    for block in form(table.form or "").proactive:
        for label in block.rows:
            row = table.figures.get(label.key)
            if row is None:
                table.findings.append(
                    Finding("absent_row", "warning", "the row is not printed", TABLE, label.key)
                )
            complete[label.key] = {
                m.key: (row or {}).get(m.key) or Figure(None, _why(row), "", Position())
                for m in block.columns
            }
            complete[label.key] |= row or {}
    complete |= {i: r for i, r in table.figures.items() if i not in complete}
    table.figures = complete
    return table


def _why(row: dict[str, Figure] | None) -> Meaning:
    """An item that is printed but did not fit its head could not be read; else it is absent."""
    return "unreadable" if row == {} else "absent"
