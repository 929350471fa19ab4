"""What a document prints of an official table although no cell of the table took it.

Pages that cut a head, or tables without lines, may leave labels and figures in cells that hold
several rows, or in lines between. A figure that seems absent beside such remains is one that was
not read. Only told and marked here; nothing is read from the remains.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.documents.model import Block, Paragraph
from pipelines.reports.labels import core
from pipelines.reports.model import Figure, Finding, Position, TableRead
from pipelines.reports.rows import Kind, Row, labels
from pipelines.reports.values import is_value_like

_NUMBER = re.compile(r"[0-9０-９][0-9０-９,，]*(?:[.．][0-9０-９]+)?")
_LONGEST = 4000  # characters of a cell that are looked at
_LONGEST_LINE = 60  # characters; a label with its figures is no longer
_SHORTEST = 4  # characters of a label that says by itself which row it names
_LEAST_NAMED = 2  # labels of a table that was not found; one may stand in any text
_Named = dict[str, "_Remains"]


@dataclass(frozen=True, slots=True)
class _Remains:
    """A text that holds what no cell of a table took."""

    text: str
    position: Position


def mark_unread(
    tables: Mapping[Kind, TableRead],
    rows: Mapping[Kind, Sequence[Row]],
    blocks: Sequence[Block],
    torn: Iterable[str],
) -> list[Finding]:
    """Makes figures unreadable that are printed although they were taken for absent.

    Args:
        tables: the official tables as read; they are changed.
        rows: the rows that each was read from.
        blocks: the document.
        torn: the tables that were read as torn text, whose rows say nothing any more.

    Returns:
        A finding for each table that is printed but could not be read at all.
    """
    torn = set(torn)
    lacking = [kind for kind, table in tables.items() if _lacks(table)]
    if not lacking or not any(t.exists for t in tables.values()):
        return []
    texts = list(_texts(blocks))
    findings = []
    for kind in lacking:
        table, named = tables[kind], _named(texts, kind)
        if not table.exists:
            if len(named) >= _LEAST_NAMED and not _has_error(table):
                words = "the table is printed, but its rows do not fit a head"
                findings.append(Finding("unreadable", "error", words, kind))
            continue
        if kind in torn:
            _mark(table, named, None)
            continue
        named = _unnamed(table, rows[kind], kind) | named
        _mark(table, named, _left_over(rows[kind]))
    return findings


def _lacks(table: TableRead) -> bool:
    """Whether a table was not found, or some of it seems absent."""
    return not table.exists or any(
        f.meaning == "absent" for row in table.figures.values() for f in row.values()
    )


def _has_error(table: TableRead) -> bool:
    return any(f.severity == "error" for f in table.findings)


def _mark(table: TableRead, named: _Named, left: _Remains | None) -> None:
    """Marks the absent figures of named rows, or all of them where figures were left over."""
    marked = set()
    for item, row in table.figures.items():
        whole = all(f.meaning == "absent" for f in row.values())
        found = named.get(item) if whole else None
        remains = found or left
        if remains is None:
            continue
        for column, figure in row.items():
            if figure.meaning == "absent":
                marked.add(item)
                row[column] = Figure(None, "unreadable", remains.text[:200], remains.position)
    columns = {f.column for f in table.findings if f.rule == "absent_column"}
    read = {c for c in columns if any(_is_absent(r.get(c or "")) for r in table.figures.values())}
    table.findings = [
        f
        for f in table.findings
        if not (f.rule == "absent_row" and f.item in marked)
        and not (f.rule == "absent_column" and f.column not in read)
    ]


def _is_absent(figure: Figure | None) -> bool:
    return figure is not None and figure.meaning == "absent"


def _left_over(rows: Sequence[Row]) -> _Remains | None:
    """The first figures among the rows of a table that stand in one cell with words."""
    for row in rows:
        for cell in row.cells:
            if _holds_figures(cell.text):
                return _Remains(cell.text, row.position(cell))
    return None


def _unnamed(table: TableRead, rows: Sequence[Row], kind: Kind) -> _Named:
    """Absent rows in whose place rows stand that have figures and a label that is no row's.

    Between two rows of the form all those are meant that it has there; behind the last that was
    read, as many as are printed.
    """
    if not any(f.rule == "unknown_row" and f.severity == "error" for f in table.findings):
        return {}
    order, find = list(table.figures), _finder(kind, last=True)
    absent = [all(map(_is_absent, row.values())) for row in table.figures.values()]
    found: _Named = {}
    at = -1
    for row in rows:
        keys = [k for c in row.cells if c.text and (k := find(c.text)) in table.figures]
        if keys:
            at = order.index(keys[-1] or "")
            continue
        if at < 0 or not any(_NUMBER.fullmatch(c.text) for c in row.cells):
            continue
        behind = range(at + 1, len(order))
        end = next((i for i in behind if not absent[i]), None)
        missing = order[at + 1 : end]
        text = " ".join(c.text for c in row.cells)
        for item in missing if end is not None else missing[:1]:
            found.setdefault(item, _Remains(text, row.position(None)))
        at += end is None
    return found


def _holds_figures(text: str) -> bool:
    """Whether a cell holds figures beside words that are not their unit or note."""
    words = text[:_LONGEST].split()
    if len(words) < 2 or is_value_like(text):
        return False
    figures = sum(_NUMBER.fullmatch(w) is not None for w in words)
    return 0 < figures < len(words)


def _texts(blocks: Sequence[Block]) -> Iterable[tuple[list[str], _Remains]]:
    """The labels that may stand in lines of text and in cells of several lines, each with its text.

    Of a cell each word and each two that follow each other count, for a label may be wrapped.
    """
    table = 0
    for block in blocks:
        if isinstance(block, Paragraph):
            for line in block.text.split("\n") if len(block.text) <= _LONGEST else ():
                if 0 < len(line) <= _LONGEST_LINE:
                    yield [_label(line)], _Remains(line, Position(page=block.page))
            continue
        table += 1
        seen: set[int] = set()
        for number, row in enumerate(block.rows, 1):
            for cell in row:
                if cell is None or id(cell) in seen or len(cell.text.split()) < 2:
                    continue
                seen.add(id(cell))
                at = Position(table, cell.page, number, cell.column + 1, cell.box)
                words = cell.text[:_LONGEST].split()
                pairs = [a + b for a, b in pairwise(words)]
                yield [*words, *pairs], _Remains(cell.text, at)


def _label(line: str) -> str:
    """A line without the figures behind its label."""
    words = line.split()
    while words and _NUMBER.fullmatch(words[-1]):
        words.pop()
    return "".join(words)


def _named(texts: Iterable[tuple[list[str], _Remains]], kind: Kind) -> _Named:
    """The rows of a table that are named in texts, each by the first."""
    find = _finder(kind)
    named: _Named = {}
    for words, remains in texts:
        for word in words:
            if len(core(word)) >= _SHORTEST and (key := find(word)) is not None:
                named.setdefault(key, remains)
    return named


def _finder(kind: Kind, *, last: bool = False) -> Callable[[str], str | None]:
    found = labels()
    index = {
        "proactive": found.items,
        "request": found.request_rows,
        "legal_challenge": found.channels,
    }
    return index[kind].find_last if last else index[kind].find
