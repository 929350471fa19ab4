"""One report as a sheet of the workbook, laid out as the official form prints it.

Labels and their order come from the form's data (``warehouse.facts.forms``), figures from the
published tables; an empty cell is what the report does not print.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Mapping, Set

import duckdb
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from warehouse.export.package import words
from warehouse.facts import forms
from warehouse.schema.ddl import fill, identifier

Con = duckdb.DuckDBPyConnection
Figures = Mapping[tuple[str, str], object]

LABELS = 3
"""Columns that the labels of table three take: part, group, row."""

_SHORT = 16
"""Characters of a label that fit on one line of its column."""

_LINE = Side(style="thin")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(vertical="center", wrap_text=True)


def put(sheet: Worksheet, row: int, column: int, value: object) -> Cell | MergedCell:
    """Writes one cell; a text that looks like a formula stays a text."""
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
    elif isinstance(value, (int, float, dt.date)):
        cell.value = value
    return cell


def fit_to_width(sheet: Worksheet) -> None:
    """Prints all columns on one page, lying."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def write_report(
    con: Con,
    sheet: Worksheet,
    report_id: str,
    organ: str | None,
    year: int,
    form_id: str | None,
    url: str | None,
) -> None:
    """Writes one report.

    Args:
        con: with the published figures.
        sheet: an empty sheet.
        report_id: which report.
        organ: as it prints itself.
        year: the year covered.
        form_id: its form; one without tables is laid out as the newest. A table in another
            form than the rest is laid out in its own, so that no figure is left out.
        url: its address.
    """
    known = {form.id: form for form in forms.forms()}
    usual = known.get(form_id or "", next(iter(known.values())))
    said = words()["report"]
    put(sheet, 1, 1, f"{organ or ''} {year} {said['year']}").font = Font(bold=True, size=14)
    put(sheet, 2, 1, f"{said['form']}：{form_id or ''}    {said['source']}：{url or ''}")
    row = _proactive(con, sheet, 4, report_id, usual)
    row = _request(con, sheet, row + 2, report_id, usual)
    _challenge(con, sheet, row + 2, report_id, usual)
    for column in range(1, 16):
        sheet.column_dimensions[get_column_letter(column)].width = 11
    for column, wide in ((1, 14), (2, 16), (3, 34)):
        sheet.column_dimensions[get_column_letter(column)].width = wide
    fit_to_width(sheet)


def _box(
    sheet: Worksheet, value: object, row: int, column: int, to_row: int, to_column: int
) -> None:
    """Writes a bordered cell over a rectangle."""
    for r, c in itertools.product(range(row, to_row + 1), range(column, to_column + 1)):
        sheet.cell(row=r, column=c).border = _BORDER
    if (row, column) != (to_row, to_column):
        sheet.merge_cells(start_row=row, start_column=column, end_row=to_row, end_column=to_column)
    put(sheet, row, column, value).alignment = _MIDDLE


def _title(sheet: Worksheet, row: int, text: str, found: Figures) -> int:
    missing = "" if found else words()["report"]["missing"]
    sheet.cell(row=row, column=1, value=text + missing).font = Font(bold=True)
    return row + 1


def _fitting(
    usual: forms.Form, items: Set[object], rows: Callable[[forms.Form], Set[str]]
) -> forms.Form:
    """The form that has the most of a table's items; the report's own where several do."""
    return max((usual, *forms.forms()), key=lambda form: len(items & rows(form)))


def _measures(form: forms.Form) -> Set[str]:
    return {column.key for block in form.proactive for column in block.columns}


def _items(form: forms.Form) -> Set[str]:
    return {row.key for row in form.request.rows}


def _proactive(con: Con, sheet: Worksheet, row: int, report_id: str, usual: forms.Form) -> int:
    rows = con.execute(
        "SELECT item, measure, value FROM proactive WHERE report_id = ?", [report_id]
    ).fetchall()
    figures = {(item, measure): value for item, measure, value in rows}
    form = _fitting(usual, {measure for _, measure in figures}, _measures)
    row = _title(sheet, row, words()["report"]["proactive"], figures)
    for block in form.proactive:
        wide = max(len(block.columns), 1)
        _box(sheet, block.article, row, 1, row, LABELS + 3)
        _box(sheet, words()["report"]["content"], row + 1, 1, row + 1, LABELS)
        for number, column in enumerate(block.columns):
            last = LABELS + (3 if number == wide - 1 else number + 1)
            _box(sheet, column.label, row + 1, LABELS + 1 + number, row + 1, last)
        row += 2
        for item in block.rows:
            _box(sheet, item.label, row, 1, row, LABELS)
            for number, column in enumerate(block.columns):
                last = LABELS + (3 if number == wide - 1 else number + 1)
                value = _plain(figures.get((item.key, column.key)))
                _box(sheet, value, row, LABELS + 1 + number, row, last)
            row += 1
    return row


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _request(con: Con, sheet: Worksheet, row: int, report_id: str, usual: forms.Form) -> int:
    columns = [column.key for column in usual.request.columns]
    rows = con.execute(
        fill(
            "SELECT item, $columns FROM request WHERE report_id = $$id",
            columns=", ".join(map(identifier, columns)),
        ),
        {"id": report_id},
    ).fetchall()
    figures = {
        (r[0], name): value for r in rows for name, value in zip(columns, r[1:], strict=True)
    }
    form = _fitting(usual, {item for item, _ in figures}, _items)
    row = _title(sheet, row, words()["report"]["request"], figures)
    _box(sheet, words()["report"]["head"], row, 1, row + 1, LABELS)
    _box(sheet, words()["report"]["applicant"], row, LABELS + 1, row, LABELS + len(columns))
    for number, column in enumerate(form.request.columns):
        _box(sheet, column.label, row + 1, LABELS + 1 + number, row + 1, LABELS + 1 + number)
    row += 2
    first = row
    results = {*form.request.outcomes, "total_processed"}
    labels = {group.key: group.label for group in form.request.groups}
    for group, items in itertools.groupby(form.request.rows, key=lambda item: item.group):
        start = row
        for item in items:
            _request_label(sheet, row, item, labels, item.key in results)
            for number, name in enumerate(columns):
                _box(
                    sheet,
                    figures.get((item.key, name)),
                    row,
                    LABELS + 1 + number,
                    row,
                    LABELS + 1 + number,
                )
            row += 1
        if group in labels and group != "result":
            _box(sheet, labels[group], start, 2, row - 1, 2)
    inside = [i for i, item in enumerate(form.request.rows) if item.key in results]
    if inside and "result" in labels:
        _box(sheet, labels["result"], first + inside[0], 1, first + inside[-1], 1)
    return row


def _request_label(
    sheet: Worksheet, row: int, item: forms.Label, labels: Mapping[str, str], is_result: bool
) -> None:
    """Writes a row's label right of the cells of its part and its group."""
    grouped = item.group in labels and item.group != "result"
    first = 3 if grouped else 2 if is_result else 1
    _box(sheet, item.label, row, first, row, LABELS)
    sheet.cell(row=row, column=first).alignment = _LEFT
    if len(item.label) > _SHORT and grouped:
        sheet.row_dimensions[row].height = 15.0 * -(-len(item.label) // _SHORT)


def _challenge(con: Con, sheet: Worksheet, row: int, report_id: str, form: forms.Form) -> int:
    table = form.legal_challenge
    results = [result.key for result in table.results]
    rows = con.execute(
        fill(
            "SELECT channel, $columns FROM legal_challenge WHERE report_id = $$id",
            columns=", ".join(map(identifier, results)),
        ),
        {"id": report_id},
    ).fetchall()
    figures = {
        (r[0], name): value for r in rows for name, value in zip(results, r[1:], strict=True)
    }
    row = _title(sheet, row, words()["report"]["challenge"], figures)
    column, wide = 1, len(results)
    below = [channel for channel in table.channels if channel.group is not None]
    last = len(table.channels) * wide
    if below:
        _box(sheet, table.parent, row, last - len(below) * wide + 1, row, last)
    for channel in table.channels:
        top = row if channel.group is None else row + 1
        _box(sheet, channel.label, top, column, row + 1, column + wide - 1)
        for number, result in enumerate(table.results):
            _box(sheet, result.label, row + 2, column + number, row + 2, column + number)
            value = figures.get((channel.key, result.key))
            _box(sheet, value, row + 3, column + number, row + 3, column + number)
        column += wide
    return row + 4
