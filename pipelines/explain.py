"""``gongkai parse --explain``: every table as read beside its source.

For a person who wants to see where a figure comes from: each row of an official table with its
figures, and the printed row it was read from. Formats with pages also get pictures of the pages
with the cells marked (``mark_pages``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import ImageDraw

from pipelines.documents.model import Cell, Document
from pipelines.reports.model import Figure, Report
from warehouse.output import width

_SCALE = 2.0  # pixels a point: 144 dpi
_COLOURS = {None: "#1a7f37", "number": "#1a7f37", "restored": "#9a6700", "unreadable": "#cf222e"}
_NULL = "#57606a"


def explain(report: Report, document: Document) -> str:
    """The tables of a report beside what they were read from.

    Args:
        report: the report.
        document: the document it was read from.
    """
    lines = [f"{report.source}: {report.status}, {report.organ}, {report.year}"]
    for name, table in report.tables.items():
        if not table.exists:
            lines.append(f"\n{name}: not in the document")
            continue
        lines.append(f"\n{name}, form {table.form}")
        columns = list(next(iter(table.figures.values())))
        lines.append("  columns: " + ", ".join(columns))
        for item, row in table.figures.items():
            values = " ".join(f"{_shown(f):>6}" for f in row.values())
            lines.append(f"  {item:<34}{values}   {_where(row)}")
            if printed := _printed(row, document):
                lines.append(f"      printed: {printed}")
    for indicator in report.indicators:
        figure = report.indicator_figures[indicator.code]
        lines.append(f"  {indicator.code:<8}{_shown(figure):>8}  {indicator.name}  {figure.raw!r}")
    lines += ["", "sections:"]
    lines += [
        f"  {n} {s.heading or ''}: {len(s.text)} characters" for n, s in report.sections.items()
    ]
    return "\n".join(lines)


def _shown(figure: Figure) -> str:
    if figure.value is None:
        return f"[{figure.meaning}]"
    mark = "*" if figure.meaning is not None else ""
    return f"{figure.value}{mark}"


def _where(row: dict[str, Figure]) -> str:
    position = next((f.position for f in row.values() if f.position), None)
    if position is None:
        return ""
    parts = [
        f"{name} {value}"
        for name, value in (
            ("page", position.page),
            ("table", position.table),
            ("row", position.row),
        )
        if value is not None
    ]
    return ", ".join(parts)


def _printed(row: dict[str, Figure], document: Document) -> str:
    """The cells of the document's row that the figures came from."""
    for figure in row.values():
        place = figure.position
        if place is None or place.table is None or place.row is None:
            continue
        if place.table > len(document.tables):
            return ""
        rows = document.tables[place.table - 1].rows
        if place.row > len(rows):
            return ""
        cells: list[Cell] = []
        for cell in rows[place.row - 1]:
            if cell is not None and not (cells and cells[-1] is cell):
                cells.append(cell)
        return " | ".join(_cut(c.text) for c in cells)
    return next((json.dumps(f.raw, ensure_ascii=False) for f in row.values() if f.raw), "")


def _cut(text: str, most: int = 36) -> str:
    plain = " ".join(text.split())
    while width(plain) > most:
        plain = plain[:-2] + "…"
    return plain


def _boxes(report: Report) -> Iterator[tuple[int, tuple[float, float, float, float], Figure]]:
    for table in report.tables.values():
        for row in table.figures.values():
            for figure in row.values():
                place = figure.position
                if place is not None and place.page is not None and place.box is not None:
                    yield place.page, place.box, figure


def mark_pages(report: Report, data: bytes, folder: Path) -> list[Path]:
    """Writes pictures of a PDF's pages with the cells that were read marked.

    Green: a number; amber: restored; red: unreadable; grey: nothing printed.

    Args:
        report: read from the file.
        data: the PDF's bytes.
        folder: where the pictures go; made when it is missing.

    Returns:
        The pictures, one for each page with cells.
    """
    by_page: dict[int, list[tuple[tuple[float, float, float, float], Figure]]] = {}
    for page, box, figure in _boxes(report):
        by_page.setdefault(page, []).append((box, figure))
    if not by_page:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    with pypdfium2.PdfDocument(data) as pdf:
        for number, marks in sorted(by_page.items()):
            page = pdf[number - 1]
            image = page.render(scale=_SCALE).to_pil().convert("RGB")
            page.close()
            draw = ImageDraw.Draw(image)
            for box, figure in marks:
                colour = _COLOURS.get(figure.meaning, _NULL)
                draw.rectangle([v * _SCALE for v in box], outline=colour, width=2)
                left, top = box[0] * _SCALE + 2, box[1] * _SCALE + 1
                draw.text((left, top), "-" if figure.value is None else str(figure.value), colour)
            path = folder / f"page-{number}.png"
            image.save(path)
            pictures.append(path)
    return pictures
