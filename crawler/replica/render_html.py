"""Report bodies as HTML, in the markups that content management systems hold.

Belongs here: three markups of headings, paragraphs and tables: pasted from Word (``word``), written
in the site's editor (``editor``), and the mixture seen most (``mixed``).
Does not belong here: the page around the body (``families``), the prose itself (``prose``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from crawler.replica.prose import Prose
from crawler.replica.tables import Cell, Grid


@dataclass(frozen=True)
class Markup:
    """How one kind of page writes a paragraph, a heading and a table."""

    paragraph: Callable[[str], str]
    heading: Callable[[str], str]
    table: Callable[[Grid], str]


def _spans(cell: Cell) -> str:
    rows = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    columns = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    return rows + columns


def _word_text(text: str) -> str:
    """Split text over nested spans the way Word does at a change of script."""
    half = len(text) // 2
    first, second = escape(text[:half]), escape(text[half:])
    face = 'style="font-family:FangSong_GB2312;mso-hansi-font-family:Calibri;font-size:12pt"'
    return f'<span {face}>{first}<span lang="EN-US">{second}</span></span>'


def _word_cell(cell: Cell) -> str:
    inner = _word_text(cell.text) if cell.text else '<span lang="EN-US"><o:p>&nbsp;</o:p></span>'
    style = "border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt"
    return (
        f'<td{_spans(cell)} style="{style}" valign="center">\r\n'
        f'<p class="MsoNormal" align="center" style="text-align:center">{inner}</p>\r\n</td>\r\n'
    )


def _word_table(grid: Grid) -> str:
    rows = "".join(
        f'<tr style="mso-yfti-irow:{n};height:22.7pt">\r\n{"".join(map(_word_cell, row))}</tr>\r\n'
        for n, row in enumerate(grid)
    )
    return (
        '<div align="center"><table class="MsoNormalTable" border="0" cellspacing="0" '
        f'cellpadding="0" style="border-collapse:collapse"><tbody>{rows}</tbody></table></div>'
    )


def _word_paragraph(text: str) -> str:
    return (
        '<p class="MsoNormal" style="text-indent:32.0pt;mso-char-indent-count:2.0">'
        f"{_word_text(text)}</p>\r\n"
    )


def _word_heading(text: str) -> str:
    return f'<p class="MsoNormal"><b>{_word_text(text)}<o:p></o:p></b></p>\r\n'


def _editor_table(grid: Grid) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td{_spans(c)}>{escape(c.text)}</td>" for c in row) + "</tr>\n"
        for row in grid
    )
    return f'<table border="1" cellspacing="0" width="100%">\n<tbody>\n{rows}</tbody>\n</table>\n'


def _editor_paragraph(text: str) -> str:
    return f'<p style="text-indent: 2em;">{escape(text)}</p>\n'


def _editor_heading(text: str) -> str:
    return f'<p style="text-indent: 2em;"><strong>{escape(text)}</strong></p>\n'


def _mixed_cell(cell: Cell) -> str:
    if cell.value:
        return f'<td align="middle"{_spans(cell)}>{escape(cell.text) or "&nbsp;"}</td>'
    # a line break inside longer labels, as narrow columns get
    text = escape(cell.text)
    if 8 < len(cell.text) < 14:
        text = f"{escape(cell.text[:6])}<br />{escape(cell.text[6:])}"
    return f'<td{_spans(cell)}><p align="center"><font face="SimSun">{text}</font></p></td>'


def _mixed_table(grid: Grid) -> str:
    rows = "\n".join(f"<tr>{''.join(map(_mixed_cell, row))}</tr>" for row in grid)
    return f'<table style="width:650px" class="ke-zeroborder" border="1">{rows}</table><br />'


def _mixed_paragraph(text: str) -> str:
    return f"<div>\u3000\u3000{escape(text)}</div><p>&nbsp;</p>"


def _mixed_heading(text: str) -> str:
    return f"<h3>&nbsp;&nbsp;{escape(text)}</h3>"


MARKUPS = {
    "word": Markup(_word_paragraph, _word_heading, _word_table),
    "editor": Markup(_editor_paragraph, _editor_heading, _editor_table),
    "mixed": Markup(_mixed_paragraph, _mixed_heading, _mixed_table),
}


def render_body(prose: Prose, tables: dict[str, list[Grid]], layout: str) -> str:
    """Render a report's body.

    Args:
        prose: Preamble, sections and sign-off.
        tables: The grids that follow the text of a section, by its number.
        layout: A key of ``MARKUPS``.

    Returns:
        HTML without the page around it.
    """
    markup = MARKUPS[layout]
    parts = [markup.paragraph(text) for text in prose.preamble]
    for number, section in prose.sections.items():
        parts.append(markup.heading(section.heading))
        parts += [markup.paragraph(text) for text in section.paragraphs]
        parts += [markup.table(grid) for grid in tables.get(number, [])]
    parts += [f'<p style="text-align: right;">{escape(line)}</p>\n' for line in prose.signature]
    return "".join(parts)
