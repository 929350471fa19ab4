"""Tables whose cells have lost their boundaries, found in a document's text.

For the tables that the readers of tables did not find or could not read. Labels of the form are
looked for in the text in the form's order, the figures between them are laid into the columns; see
the ``torn_*`` modules. What a torn table took up is no longer text of the report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from pipelines.documents.model import Block, Paragraph
from pipelines.reports.model import Figure, TableRead
from pipelines.reports.rows import Kind, Row
from pipelines.reports.torn_blocks import read_blocks
from pipelines.reports.torn_challenge import read_torn_challenge
from pipelines.reports.torn_counted import read_counted
from pipelines.reports.torn_heads import names_columns_shuffled
from pipelines.reports.torn_lines import read_torn_lines
from pipelines.reports.torn_named import read_named
from pipelines.reports.torn_proactive import read_torn_proactive
from pipelines.reports.torn_request import Torn, read_torn_request
from pipelines.reports.torn_stream import Stream, cut, make_stream
from warehouse.facts.files import load_yaml

_KINDS: tuple[Kind, ...] = ("proactive", "request", "legal_challenge")
_LOST = 1 / 3  # share of a table's rows that may be lost before its text is read again


@dataclass
class TornRead:
    """What the text holds.

    Attributes:
        blocks: the document's, without the text of torn tables.
        tables: the tables that were found, by kind.
    """

    blocks: list[Block]
    tables: dict[Kind, TableRead] = field(default_factory=dict)


def is_lost(table: TableRead) -> bool:
    """Whether a table was not found, or so much of it not read that its text is worth a try.

    Figures that are no row's may be those of rows whose labels were cut.
    """
    if any(f.rule == "unknown_row" for f in table.findings):
        return True
    rows = list(table.figures.values())
    return not rows or sum(map(_is_lost, rows)) > _LOST * len(rows)


def _is_lost(row: Mapping[str, Figure]) -> bool:
    """Whether no figure of a row was found; cells of their own that hold no number were."""
    figures = list(row.values())
    if not all(f.meaning in ("absent", "unreadable") for f in figures):
        return False
    places = [f.position.column for f in figures if f.position is not None]
    return len(set(places)) <= 1


def read_torn(
    blocks: list[Block],
    rows: dict[Kind, list[Row]],
    tables: dict[Kind, TableRead],
    year: int | None,
) -> TornRead:
    """Reads the lost tables out of a document's text.

    Args:
        blocks: the document's.
        rows: the rows of the tables that were found, by kind.
        tables: how they were read.
        year: the report year.

    Returns:
        Only tables of which more figures were read than before; the blocks are new ones where
        text was used up.
    """
    wanted = [k for k in _KINDS if is_lost(tables[k])]
    result = TornRead(blocks)
    if not wanted:
        return result
    good = {r.table for k in _KINDS if k not in wanted for r in rows[k]}
    stream = make_stream(blocks, good)
    if not stream.tokens:
        return result
    found: dict[Kind, Torn] = {}
    for kind in wanted:
        forms_found = [t.form for t in tables.values()] + [t.read.form for t in found.values()]
        torn = _best(stream, kind, year, next((f for f in forms_found if f), None))
        if torn is None and not tables[kind].exists:
            torn = read_counted(stream, kind, year)
        if torn is not None:
            found[kind] = torn
    used = []
    for kind, torn in found.items():
        if _worth(torn.read) > _worth(tables[kind]) and not _empties(torn.read, rows[kind]):
            result.tables[kind] = torn.read
            used.append(torn.span)
    if used:
        result.blocks = _split_headings(blocks, cut(blocks, stream, used))
    return result


def _empties(read: TableRead, rows: list[Row]) -> bool:
    """Whether a reading without any number takes rows with figures for empty ones."""
    if any(f.value is not None for row in read.figures.values() for f in row.values()):
        return False
    return any(c.text.isdigit() for row in rows for c in row.cells)


def _best(stream: Stream, kind: Kind, year: int | None, form_id: str | None) -> Torn | None:
    """Of what the readers make of one table that of which most was read."""
    if kind == "proactive":
        torn = read_torn_proactive(stream, year)
    elif kind == "request":
        torn = _request(stream, year)
    else:
        torn = read_torn_challenge(stream, form_id)
    listed = read_named(stream, kind, year)
    if listed is not None and (torn is None or _worth(listed.read) > _worth(torn.read)):
        return listed
    return torn


def _request(stream: Stream, year: int | None) -> Torn | None:
    """Table three by its labels, or by the order of its lines or figures where that reads more."""
    torn = read_torn_request(stream, year)
    if torn is not None and all(
        f.meaning not in ("absent", "unreadable")
        for row in torn.read.figures.values()
        for f in row.values()
    ):
        return torn
    if names_columns_shuffled(stream.letters) or (torn is not None and torn.shuffled):
        return torn  # lines and blocks have their columns in the form's order
    blocks = read_blocks(stream, year)
    if blocks is not None and (torn is None or _agree(torn.read, blocks.read)):
        if torn is None or _worth(blocks.read) > _worth(torn.read):
            return blocks
    elif blocks is not None and torn is not None:
        _doubt_differing(torn.read, blocks.read)
    lined = read_torn_lines(stream, year)
    if torn is None:
        return lined
    better = lined is not None and _worth(lined.read) > _worth(torn.read)
    return lined if lined is not None and better and _agree(torn.read, lined.read) else torn


def _agree(one: TableRead, other: TableRead) -> bool:
    """Whether two readings of a table say the same wherever both say something."""
    return all(
        figure.value is None or value is None or figure.value == value
        for item, row in one.figures.items()
        for column, figure in row.items()
        for value in [other.value(item, column)]
    )


def _doubt_differing(one: TableRead, other: TableRead) -> None:
    """Makes figures unreadable that another reading of the table does not agree with."""
    for item, row in one.figures.items():
        for column, figure in row.items():
            value = other.value(item, column)
            if figure.value is not None and value is not None and value != figure.value:
                row[column] = Figure(None, "unreadable", figure.raw, figure.position)


def _worth(table: TableRead) -> int:
    """How much was read of a table: numbers first, then empty cells, then that it is there."""
    figures = [f for row in table.figures.values() for f in row.values()]
    numbers = sum(f.value is not None for f in figures)
    empty = sum(f.meaning in ("blank", "nil_mark") for f in figures)
    return 4 * numbers + empty + table.exists


@cache
def _heading() -> re.Pattern[str]:
    """An official heading with its number, anywhere in a text."""
    rules = load_yaml("sections.yaml")
    words = [w for s in rules["sections"].values() for w in (s["label"], *s["also"])]
    number = rules["number"].lstrip("^")
    longest = sorted(words, key=len, reverse=True)
    return re.compile(f"{number}\\s*(?:{'|'.join(map(re.escape, longest))})")


def _split_headings(before: list[Block], after: list[Block]) -> list[Block]:
    """Cuts paragraphs that were cut at a table also at the headings in them."""
    known = {id(b) for b in before}
    result: list[Block] = []
    for block in after:
        if not isinstance(block, Paragraph) or id(block) in known:
            result.append(block)
            continue
        at = 0
        for found in _heading().finditer(block.text):
            result += _piece(block, at, found.start())
            result += _piece(block, found.start(), found.end())
            at = found.end()
        result += _piece(block, at, len(block.text))
    return result


def _piece(block: Paragraph, start: int, end: int) -> list[Block]:
    text = block.text[start:end].strip()
    return [Paragraph(text, block.heading, block.page)] if text else []
