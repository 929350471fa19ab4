"""Markdown tables in lines of text: every dialect of pipes that converters write.

Outer pipes may be missing, pipes may be full-width or escaped, a row may be wrapped over two
lines, rules of dashes stand anywhere, rules of plus signs make rows of several lines. Whether the
cells hold labels is nobody's business here.
"""

from __future__ import annotations

import re
from unicodedata import east_asian_width

_PIPE = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"^[\s|:+=\-–—]*[-=–—][\s|:+=\-–—]*$")
_GRID_RULE = re.compile(r"^\s*\+[-=:+\s]+\+\s*$")
_BREAK = re.compile(r"<br\s*/?>", re.I)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~、])")
_WIDE = str.maketrans({"｜": "|", "│": "|", "┃": "|", "￨": "|"})
_FEWEST_BARE = 2  # rows, at least, of a table without outer pipes and without a rule


def unescape(text: str) -> str:
    """Text without Markdown's backslashes."""
    return _ESCAPED.sub(r"\1", text)


def read_pipes(lines: list[str], at: int) -> tuple[list[list[str]] | None, int]:
    """The rows of the Markdown table that begins at a line.

    Args:
        lines: the text's lines.
        at: where to look.

    Returns:
        The cells of each row and the line behind the table; None and ``at`` when none begins here.
    """
    plain = lines[at].translate(_WIDE)
    if plain.lstrip().startswith("|") or _GRID_RULE.match(plain):
        return _framed(lines, at)
    if _PIPE.search(plain):
        return _bare(lines, at)
    return None, at


def _framed(lines: list[str], at: int) -> tuple[list[list[str]] | None, int]:
    """A table whose rows begin with a pipe."""
    start = at
    rows: list[list[str]] = []
    edges: list[int] = []  # where the columns end, once rules of plus signs end the rows
    open_row = False
    last = at
    while at < len(lines):
        line = lines[at].translate(_WIDE).strip()
        if _GRID_RULE.match(line):
            edges, open_row = [i for i, c in enumerate(line) if c == "+"], False
        elif line.startswith("|") and _RULE.match(line):
            pass
        elif line.startswith("|"):
            sliced = _sliced(line, edges)
            row, at = (sliced, at) if sliced else _whole_row(lines, at, line)
            if edges and open_row and len(row) == len(rows[-1]):
                rows[-1] = [a + b for a, b in zip(rows[-1], row, strict=True)]
            else:
                rows.append(row)
            open_row = True
        elif line or at - last > 1:
            break
        else:
            at += 1
            continue
        at += 1
        last = at
    return (rows, last) if rows else (None, start)


def _sliced(line: str, edges: list[int]) -> list[str]:
    """The cells of a line whose pipes stand below the plus signs of a rule; none where they do not.

    Other pipes are the cells' own. Wide characters take two places.
    """
    cells: list[str] = []
    place, cell = 0, ""
    left = iter(edges)
    edge = next(left, -1)
    for character in line:
        if place == edge:
            if character != "|":
                return []
            cells.append(cell)
            cell, edge = "", next(left, -1)
        else:
            cell += character
        place += 2 if east_asian_width(character) in "WF" else 1
    whole = edge < 0 and not cell.strip() and len(cells) == len(edges) > 1
    return [_plain(re.sub(r"^\s*\|(?=\s)", "", c)) for c in cells[1:]] if whole else []


def _whole_row(lines: list[str], at: int, line: str) -> tuple[list[str], int]:
    """The cells of a row and its last line; one that does not end with a pipe may go on."""
    if not line.endswith("|") and at + 1 < len(lines):
        following = lines[at + 1].translate(_WIDE).strip()
        if following.endswith("|") and not following.startswith("|"):
            line, at = line + following, at + 1
    return _cells(line), at


def _bare(lines: list[str], at: int) -> tuple[list[list[str]] | None, int]:
    """A table without outer pipes: a rule under its first row, or rows of one width."""
    start = at
    rows: list[list[str]] = []
    ruled = False
    while at < len(lines):
        line = lines[at].translate(_WIDE).strip()
        if not _PIPE.search(line):
            break
        if _RULE.match(line):
            ruled = True
        else:
            rows.append([_plain(c) for c in _PIPE.split(line)])
        at += 1
    rows = _unframed(rows)
    widths = {len(r) for r in rows}
    if (ruled and rows) or (len(rows) >= _FEWEST_BARE and len(widths) == 1):
        return rows, at
    return None, start


def _unframed(rows: list[list[str]]) -> list[list[str]]:
    """Rows without the empty cells outside of pipes that stand at the end of all of them.

    In a table without outer pipes an empty first or last cell leaves a pipe at the row's end.
    """
    for end in (0, -1):
        if rows and all(len(r) > 1 and not r[end] for r in rows):
            rows = [r[1:] if end == 0 else r[:-1] for r in rows]
    return rows


def _cells(line: str) -> list[str]:
    line = line.strip()
    cells = _PIPE.split(line)
    if line.startswith("|"):
        cells = cells[1:]
    if line.endswith("|") and not line.endswith("\\|"):
        cells = cells[:-1]
    return [_plain(c) for c in cells]


def _plain(cell: str) -> str:
    text = _BREAK.sub("", cell).strip()
    text = re.sub(r"^(\*\*|__)(.*)\1$", r"\2", text)
    return unescape(text)
