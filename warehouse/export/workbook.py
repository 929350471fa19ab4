"""The workbook of an export: lists with Chinese headings, and reports in the official layout.

For people who work in Excel; programs take CSV or Parquet. A list longer than ``MOST_ROWS`` is
cut and the first sheet says so; a sheet of Excel ends at 1 048 576 rows, and programs stop being
usable long before.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from warehouse.export.package import words
from warehouse.export.sheet import fit_to_width, put, write_report
from warehouse.schema.ddl import fill

MOST_ROWS = 50_000
MOST_REPORTS = 60
"""Reports that get a sheet of their own; with more, a workbook cannot be leafed through."""

_HEAD = PatternFill("solid", fgColor="D9E2F3")


def write_workbook(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Writes the workbook of the reports in table ``chosen``.

    Raises:
        OSError: the file cannot be written.
    """
    book = Workbook()
    about = book.active
    if about is None:
        about = book.create_sheet()
    notes: list[str] = []
    for entry in words()["lists"]:
        sheet = book.create_sheet(entry["sheet"])
        rows = _write_list(con, sheet, entry["query"], entry["columns"], entry["widths"])
        if rows > MOST_ROWS:
            cut = words()["about"]["cut"]
            notes.append(cut.format(sheet=entry["sheet"], rows=rows, most=MOST_ROWS))
    notes += _write_reports(con, book)
    _write_about(con, about, notes)
    book.save(path)


def _write_list(
    con: duckdb.DuckDBPyConnection,
    sheet: Worksheet,
    query: str,
    columns: list[str],
    widths: list[int],
) -> int:
    for number, (name, wide) in enumerate(zip(columns, widths, strict=True), 1):
        cell = put(sheet, 1, number, name)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(horizontal="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(number)].width = wide
    sheet.freeze_panes = "A2"
    fit_to_width(sheet)
    sheet.print_title_rows = "1:1"
    counted = con.execute(fill("SELECT count(*) FROM ($query)", query=query)).fetchone()
    found = con.execute(fill("$query LIMIT $most", query=query, most=str(MOST_ROWS))).fetchall()
    for line, row in enumerate(found, 2):
        for number, value in enumerate(row, 1):
            put(sheet, line, number, value)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(2, len(found) + 1)}"
    return int(counted[0]) if counted else 0


def _write_reports(con: duckdb.DuckDBPyConnection, book: Workbook) -> list[str]:
    chosen = con.execute(
        "SELECT r.report_id, r.organ, r.year, r.form, r.url FROM report AS r"
        " SEMI JOIN chosen USING (report_id) ORDER BY r.year DESC, r.province, r.organ, r.report_id"
    ).fetchall()
    if len(chosen) > MOST_REPORTS:
        left = words()["about"]["sheets_left_out"]
        return [left.format(rows=len(chosen), most=MOST_REPORTS)]
    for number, row in enumerate(chosen, 1):
        write_report(con, book.create_sheet(_name(number, row[1], row[2])), *row)
    return []


def _name(number: int, organ: str | None, year: int) -> str:
    """A sheet's name: 31 characters at most, none of those that Excel refuses."""
    legal = ILLEGAL_CHARACTERS_RE.sub("", organ or "")
    plain = "".join(char for char in legal if char not in "[]:*?/\\'")
    return f"{number} {year} {plain}"[:31]


def _write_about(con: duckdb.DuckDBPyConnection, sheet: Worksheet, notes: list[str]) -> None:
    said = words()["about"]
    sheet.title = said["sheet"]
    meta = con.execute("SELECT published_at FROM meta").fetchone()
    lines = [*said["lines"], f"{said['published']}：{meta[0] if meta else ''}", *notes]
    for number, line in enumerate(lines, 1):
        cell = put(sheet, number, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(row=1, column=1).font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width = 100
