"""Plain text as extractors leave it: paragraphs, and tables in the dialects they write.

Dialects: one cell a line behind a tab with rows ended by a blank line (Word tables flattened);
one row a line with tabs between cells; Markdown pipes (``text_pipes``); HTML tables inside the
text. Tables whose cells have lost every boundary stay paragraphs here;
``pipelines.reports.torn`` reads those.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape as plain_entities
from itertools import pairwise

from pipelines.documents.encoding import decode
from pipelines.documents.model import Block, Cell, Document, DocumentError, Paragraph, Table
from pipelines.documents.radicals import plain_radicals
from pipelines.documents.sniff import unmarked_utf16
from pipelines.documents.text_marks import without_marks
from pipelines.documents.text_pipes import read_pipes, unescape
from warehouse.facts.files import load_yaml

_HTML_TABLE = re.compile(r"<table\b.*?</table\s*>", re.I | re.S)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,5});", re.I)
_CORNER = re.compile(r"[├┼┤┌┐└┘┬┴╋┣┫┏┓┗┛╬╠╣]")
_NUMBERS_ONLY = re.compile(r"[\d\s.,，/\-—－]+")
_FIGURE = re.compile(r"[+-]?\d[\d\s.,，]*\w{0,2}|[/—－-]+")
_ENDS_IN_NUMBERS = re.compile(r"\s\d+\s+\d+$")
_FULL_LINE = 35  # characters; a shorter line was ended by its author, not by the edge of a page
_LONGEST_CELL = 40
_CUT = "the text ends inside a table's row"
_MAX_LINES = 400_000


def read_text(
    data: bytes, media_type: str, html_table: Callable[[str], list[Table]] | None = None
) -> Document:
    """Reads plain or Markdown text.

    Args:
        data: the bytes, in any encoding.
        media_type: what to name the document's type.
        html_table: reads an HTML table that stands inside the text.

    Raises:
        DocumentError: nothing is in it, or it has more lines than any report.
    """
    text = plain_radicals(_decode(data))
    text = re.sub(load_yaml("sections.yaml")["noise_inside"], "", text)
    if not text.strip():
        raise DocumentError("the file holds no text")
    if text.count("\n") > _MAX_LINES:
        raise DocumentError(f"more than {_MAX_LINES} lines")
    document = Document(media_type)
    end = 0
    for island in _HTML_TABLE.finditer(text) if html_table else ():
        document.blocks += _blocks(text[end : island.start()])
        document.blocks += html_table(island.group()) if html_table else []
        end = island.end()
    document.blocks += _blocks(text[end:])
    document.blocks = join_torn(document.blocks)
    _doubt_cut_row(document)
    return document


def _doubt_cut_row(document: Document) -> None:
    """Marks the last row of a text that ends inside a table: nothing shows what was cut off it."""
    last = document.blocks[-1] if document.blocks else None
    if not isinstance(last, Table) or last.geometric or len(last.rows) < 2:
        return
    if len(last.rows[-1]) < len(last.rows[-2]):
        document.notes.append(_CUT)
        for cell in last.rows[-1]:
            if cell is not None:
                cell.doubt = _CUT


def _decode(data: bytes) -> str:
    """The text of the bytes; UTF-16 also without its mark."""
    unmarked = None if _is_utf8(data) else unmarked_utf16(data)
    if unmarked is not None:
        return data.decode(unmarked, "replace")
    return decode(data)[0].replace("\x00", "")


def _is_utf8(data: bytes) -> bool:
    try:
        return "\x00" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _blocks(text: str) -> list[Block]:
    text = without_marks(text)
    if _ENTITY.search(text):
        text = plain_entities(text)
    if _CORNER.search(text):
        # A cell of a drawn table may go on below, beside a rule: such a table is torn.
        text = re.sub(r"[\u2500-\u257f]", " ", text)
    lines = re.split(r"\r\n|[\n\r\f\v\x85\u2028\u2029]", text)
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        for reader in (_read_pipes, _read_cell_lines, _read_tabbed):
            table, after = reader(lines, at)
            if table is not None:
                blocks.append(table)
                at = after
                break
        else:
            if paragraph := _paragraph(lines[at]):
                blocks.append(paragraph)
            at += 1
    return blocks


def _paragraph(line: str) -> Paragraph | None:
    heading = re.match(r"\s*(#{1,6})\s+", line)
    text = unescape(re.sub(r"^\s*#{1,6}\s+|\*\*|__|^\s*>\s?", "", line))
    text = re.sub(r"[\s\u3000]+", " ", text).strip()
    return Paragraph(text, heading=heading is not None) if text else None


def _table(rows: list[list[str]]) -> Table:
    rows = [[text.strip() for text in row] for row in rows]
    if len({len(row) for row in rows}) == 1 and any(_spans(row) for row in rows):
        return Table([_spanned(row, r) for r, row in enumerate(rows)])
    return Table(
        [[Cell(text, r, c) for c, text in enumerate(row)] for r, row in enumerate(rows)],
        geometric=False,
    )


def _spans(row: list[str]) -> bool:
    """Whether a label stands in the cell beside it, too: converters repeat what spans columns."""
    return any(a == b and _is_label(a) for a, b in pairwise(row))


def _is_label(text: str) -> bool:
    return len(text) > 1 and any(c.isalpha() for c in text) and not _FIGURE.fullmatch(text)


def _spanned(row: list[str], r: int) -> list[Cell | None]:
    """The cells of a row of a table whose columns line up, repeated labels as one cell."""
    cells: list[Cell | None] = []
    for c, text in enumerate(row):
        last = cells[-1] if cells else None
        if last is not None and last.text == text and _is_label(text):
            last.colspan += 1
            cells.append(last)
        else:
            cells.append(Cell(text, r, c))
    return cells


def _read_pipes(lines: list[str], at: int) -> tuple[Table | None, int]:
    """Markdown: one row a line, between pipes."""
    rows, after = read_pipes(lines, at)
    return (_table(rows), after) if rows else (None, at)


def _is_cell_line(line: str) -> bool:
    return line.startswith("\t") and "\t" not in line[1:].strip() and not _is_prose(line)


def _is_prose(line: str) -> bool:
    """Whether a line is a sentence rather than a cell or a part of one."""
    return "。" in line and len(line) > _LONGEST_CELL


def _read_cell_lines(lines: list[str], at: int) -> tuple[Table | None, int]:
    """One cell a line, each behind a tab; a blank line ends a row, a second one the table."""
    if not _is_cell_line(lines[at]) or not _region_is_cell_lines(lines, at):
        return None, at
    rows: list[list[str]] = [[]]
    while at < len(lines):
        line = lines[at]
        if line.startswith("\t"):
            rows[-1].append(line[1:])
        elif line:
            ended = line.strip() and _FIGURE.fullmatch(rows[-1][-1].strip() if rows[-1] else "")
            if not rows[-1] or ended or _is_prose(line):
                break  # a figure does not go on in words: the text behind the table
            rows[-1][-1] += "\n" + line
        elif rows[-1]:
            rows.append([])
        elif not _row_follows(lines, at):
            break
        at += 1
    return _table([r for r in rows if r]), at


def _region_is_cell_lines(lines: list[str], at: int) -> bool:
    """Whether the lines from here on are cells rather than rows that begin with an empty cell."""
    near = [x for x in lines[at : at + 12] if x.strip() or x.startswith("\t")]
    window = [x for x in near if x.startswith("\t")]
    cells = sum(_is_cell_line(x) for x in window)
    return cells > 1 and cells > len(window) / 2 and len(window) > len(near) / 3


def _row_follows(lines: list[str], at: int) -> bool:
    return at + 1 < len(lines) and lines[at + 1].startswith("\t") and not lines[at - 1]


def _read_tabbed(lines: list[str], at: int) -> tuple[Table | None, int]:
    """One row a line, tabs between the cells; single blank lines may stand between rows."""
    if not lines[at].strip() or "\t" not in lines[at].strip(" "):
        return None, at
    rows: list[list[str]] = []
    last = at
    while at < len(lines):
        line = lines[at]
        if "\t" in line.strip(" ") and line.strip():
            rows.append(line.split("\t"))
            last = at + 1
        elif _is_lone_cell(lines, at):
            rows.append([line])
            last = at + 1
        elif line.strip() or at - last > 1:
            break
        at += 1
    return (_table(rows), last) if rows and _is_table(rows) else (None, at)


def _is_lone_cell(lines: list[str], at: int) -> bool:
    """A line between two rows that kept only its first cell, the empty ones cut off."""
    line = lines[at].strip()
    number = load_yaml("sections.yaml")["number"]
    return (
        0 < at < len(lines) - 1
        and 0 < len(line) <= _LONGEST_CELL
        and "\t" in lines[at - 1].strip(" ")
        and "\t" in lines[at + 1].strip(" ")
        and not re.search(r"[。；，：]", line)
        and (line[0].isdigit() or not re.match(number, line))
    )


def _is_table(rows: list[list[str]]) -> bool:
    """A lone line with a tab is an indented paragraph, not a table."""
    return len(rows) > 1 or sum(bool(c.strip()) for c in rows[0]) > 1


def join_torn(blocks: list[Block]) -> list[Block]:
    """Joins paragraphs that the edge of a line or page cut.

    A cut paragraph is as long as a line, ends in the middle of a sentence, and what follows
    begins no numbered point.
    """
    rules = load_yaml("sections.yaml")
    begins = re.compile(f"{rules['number']}|{rules['point']}")
    title = re.compile(load_yaml("torn.yaml")["furniture"])
    furniture = re.compile("|".join(rules["noise"]))
    joined: list[Block] = []
    for block in blocks:
        before = joined[-1] if joined else None
        if (
            isinstance(block, Paragraph)
            and isinstance(before, Paragraph)
            and len(before.text) >= _FULL_LINE
            and re.search(r"[\w，、（(“《]$", before.text)
            and not begins.match(block.text)
            and not title.match(before.text)
            and not furniture.match(before.text)
            and not _is_row(before.text, block.text)
            and not block.heading
        ):
            before.text += block.text
        else:
            joined.append(block)
    return joined


def _is_row(before: str, after: str) -> bool:
    """Whether one of two lines is a row of figures, which no line of text goes on from."""
    return bool(_NUMBERS_ONLY.fullmatch(after) or _ENDS_IN_NUMBERS.search(before))
