"""Report documents in Word's format, as offices save them.

Belongs here: paragraphs, headings, tables with merged cells and bookmarks in a DOCX package whose
bytes depend on the report alone.
Does not belong here: the tables' geometry (``tables``), the prose (``prose``).
"""

from __future__ import annotations

import zipfile
from datetime import datetime
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from crawler.replica.tables import Grid

if TYPE_CHECKING:
    from crawler.replica.reports import Report

W = nsdecls("w")


def _run(text: str, bold: bool = False) -> str:
    properties = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _cell_paragraph(text: str, bookmark: int | None) -> str:
    """Write a cell's paragraph; Word leaves bookmarks in labels and splits runs anywhere."""
    if bookmark is None or len(text) < 4:
        runs = _run(text) if text else ""
    else:
        mark = f'<w:bookmarkStart w:id="{bookmark}" w:name="_Hlk{66970000 + bookmark}"/>'
        runs = f'{mark}{_run(text[:3])}{_run(text[3:])}<w:bookmarkEnd w:id="{bookmark}"/>'
    return f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{runs}</w:p>'


def _cell(text: str, columns: int, merge: str, bookmark: int | None = None) -> str:
    span = f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""
    vertical = {"": "", "restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}[merge]
    width = f'<w:tcW w:w="{columns * 850}" w:type="dxa"/>'
    return f"<w:tc><w:tcPr>{width}{span}{vertical}</w:tcPr>{_cell_paragraph(text, bookmark)}</w:tc>"


def table_xml(grid: Grid) -> str:
    """Write a grid as a Word table: spans become ``gridSpan``, row spans ``vMerge``.

    Args:
        grid: Rows of cells; a cell that reaches down from above is not repeated.
    """
    open_spans: dict[int, tuple[int, int]] = {}
    rows = []
    width = sum(cell.columns for cell in grid[0])
    for index, row in enumerate(grid):
        cells = []
        column = 0
        waiting = iter(row)
        while column < width:
            if column in open_spans:
                left, columns = open_spans[column]
                cells.append(_cell("", columns, "continue"))
                open_spans[column] = (left - 1, columns)
                if left == 1:
                    del open_spans[column]
                column += columns
                continue
            cell = next(waiting)
            merge = ""
            if cell.rows > 1:
                merge = "restart"
                open_spans[column] = (cell.rows - 1, cell.columns)
            bookmark = None if cell.value or index % 3 else index
            cells.append(_cell(cell.text, cell.columns, merge, bookmark))
            column += cell.columns
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    columns_xml = '<w:gridCol w:w="850"/>' * width
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        f'<w:tbl {W}><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{sides}</w:tblBorders>'
        f"</w:tblPr><w:tblGrid>{columns_xml}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _paragraph_xml(text: str, *, bold: bool = False, align: str = "both") -> str:
    return f'<w:p {W}><w:pPr><w:jc w:val="{align}"/></w:pPr>{_run(text, bold)}</w:p>'


def docx_of(report: Report) -> bytes:
    """Render a report as a DOCX file.

    Args:
        report: The report.

    Returns:
        The package; equal reports give equal bytes.
    """
    document = Document()
    body = document.element.body
    end = body.sectPr
    parts = [_paragraph_xml(report.prose.title, bold=True, align="center")]
    parts += [_paragraph_xml(text) for text in report.prose.preamble]
    grids = report.grids()
    for number, section in report.prose.sections.items():
        parts.append(_paragraph_xml(section.heading, bold=True))
        parts += [_paragraph_xml(text) for text in section.paragraphs]
        for grid in grids.get(number, []):
            # two tables without a paragraph between them would be read as one
            parts += [table_xml(grid), _paragraph_xml("")]
    parts += [_paragraph_xml(line, align="right") for line in report.prose.signature]
    for part in parts:
        end.addprevious(parse_xml(part))
    properties = document.core_properties
    published = report.truth.published_on
    properties.created = properties.modified = datetime(
        published.year, published.month, published.day, 9, 0
    )
    properties.author = properties.last_modified_by = ""
    return _settled(document)


def _settled(document: WordDocument) -> bytes:
    """Save a document with the times inside the package set to the earliest zip knows."""
    raw = BytesIO()
    document.save(raw)
    settled = BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(settled, "w") as new:
        for info in old.infolist():
            entry = zipfile.ZipInfo(info.filename)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(info))
    return settled.getvalue()
