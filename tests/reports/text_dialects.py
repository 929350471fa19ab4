"""Reports of the replica as plain text, the way extractors leave tables.

Belongs here: turning a report's grids and prose into text in many dialects, and comparing what was
read with the truth cell by cell. Does not belong here: any test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from crawler.replica.plants import MISPRINTS, plant
from crawler.replica.printing import print_figures
from crawler.replica.reports import Report
from crawler.replica.tables import Cell, Grid
from tests.reports.text_layouts import LAYOUTS

Lines = list[str]
NUMERALS = "一二三四五六七"


def _values(row: list[Cell]) -> list[str]:
    return [c.text for c in row if c.value]


def _labels(row: list[Cell]) -> list[str]:
    return [c.text for c in row if not c.value]


def _printed(row: list[Cell]) -> list[str]:
    return [c.text for c in row if c.text]


def spaces(grid: Grid, rng: Random) -> Lines:
    return [" ".join(_printed(row)) for row in grid]


def wide_spaces(grid: Grid, rng: Random) -> Lines:
    return ["   ".join(_printed(row)).rjust(rng.randint(40, 90)) for row in grid]


def cell_a_line(grid: Grid, rng: Random) -> Lines:
    return [text for row in grid for text in _printed(row)]


def glued_rows(grid: Grid, rng: Random) -> Lines:
    return ["".join(_printed(row)) for row in grid]


def one_line(grid: Grid, rng: Random) -> Lines:
    return [" ".join(spaces(grid, rng))]


def one_line_glued(grid: Grid, rng: Random) -> Lines:
    return ["".join(glued_rows(grid, rng))]


def label_apart(grid: Grid, rng: Random) -> Lines:
    lines = []
    for row in grid:
        lines += [*_labels(row), " ".join(v for v in _values(row) if v)]
    return lines


def broken_between(grid: Grid, rng: Random) -> Lines:
    """Labels over two lines, the figures behind the first."""
    lines = []
    for row in grid:
        *outer, label = _labels(row) or [""]
        values = " ".join(v for v in _values(row) if v)
        at = rng.randint(4, max(4, len(label) - 2))
        if len(label) > 6 and values:
            lines += [*outer, f"{label[:at]} {values}", label[at:]]
        else:
            lines += [*outer, f"{label} {values}"]
    return lines


def broken_behind(grid: Grid, rng: Random) -> Lines:
    """Labels over two or three lines, the figures behind the last."""
    lines = []
    for row in grid:
        values = " ".join(v for v in _values(row) if v)
        for label in _labels(row):
            lines += [label[i : i + 6] for i in range(0, len(label), 6)]
        if lines and values:
            lines[-1] += " " + values
    return lines


def paged(grid: Grid, rng: Random) -> Lines:
    """Page numbers and a repeated head inside the table."""
    head = [row for row in grid if not _values(row)]
    lines = []
    for i, row in enumerate(grid):
        if i and i % 9 == 0:
            lines += ["", f"- {rng.randint(2, 9)} -", ""]
            lines += spaces(head, rng) if len(grid) > 20 else []
        lines += spaces([row], rng)
    return lines


def bare_page_numbers(grid: Grid, rng: Random) -> Lines:
    lines = []
    for i, row in enumerate(grid):
        lines += spaces([row], rng)
        if i % 11 == 10:
            lines.append(str(rng.randint(2, 9)))
    return lines


def without_head(grid: Grid, rng: Random) -> Lines:
    if not any(_values(row) and len(_values(row)) == 15 for row in grid):
        grid = [row for row in grid if _values(row)]
    return spaces(grid, rng)


def cut_digits(grid: Grid, rng: Random) -> Lines:
    """Some numbers of two digits and more are cut by a space."""
    lines = []
    for row in grid:
        texts = []
        for text in _printed(row):
            cut = text.isdigit() and len(text) > 1 and rng.random() < 0.3
            texts.append(f"{text[:1]} {text[1:]}" if cut else text)
        lines.append(" ".join(texts))
    return lines


def vertical_groups(grid: Grid, rng: Random) -> Lines:
    """The outermost group stands upright, a character a line, between the rows."""
    lines: Lines = []
    upright: list[str] = []
    for row in grid:
        texts = _printed(row)
        tall = [c.text for c in row if c.rows > 10]
        upright += [c for t in tall for c in t]
        lines.append(" ".join(t for t in texts if t not in tall))
        if upright and _values(row):
            lines.append(upright.pop(0))
    return lines


def tabs_collapsed(grid: Grid, rng: Random) -> Lines:
    """One cell a line behind a tab, the blank lines between rows gone."""
    return ["\t" + c.text for row in grid for c in row]


def tabs_doubled(grid: Grid, rng: Random) -> Lines:
    lines = []
    for row in grid:
        lines += ["\t" + c.text for c in row] + ["", ""]
    return lines


def trailing_trimmed(grid: Grid, rng: Random) -> Lines:
    """Tab-separated rows, empty cells at the end left out."""
    return ["\t".join(c.text for c in row).rstrip("\t") for row in grid]


def leading_trimmed(grid: Grid, rng: Random) -> Lines:
    return ["\t".join(c.text for c in row).lstrip("\t") for row in grid]


def commas_for_cells(grid: Grid, rng: Random) -> Lines:
    """Rows in Markdown without outer pipes."""
    rows = [" | ".join(c.text for c in row) for row in grid]
    return [rows[0], "---|" * 7 + "---", *rows[1:]]


def pipes(grid: Grid, rng: Random) -> Lines:
    rows = ["| " + " | ".join(c.text for c in row) + " |" for row in grid]
    return [rows[0], "|" + ":--:|" * 9, *rows[1:]]


DIALECTS: dict[str, Callable[[Grid, Random], Lines]] = {
    f.__name__: f
    for f in (
        spaces,
        wide_spaces,
        cell_a_line,
        glued_rows,
        one_line,
        one_line_glued,
        label_apart,
        broken_between,
        broken_behind,
        paged,
        bare_page_numbers,
        without_head,
        cut_digits,
        vertical_groups,
        tabs_collapsed,
        tabs_doubled,
        trailing_trimmed,
        leading_trimmed,
        commas_for_cells,
        pipes,
    )
}


def render(report: Report, dialect: str, rng: Random) -> str:
    """One report as text; one in four has its section numbers one off."""
    off = rng.random() < 0.25
    lines = [report.truth.title, *report.prose.preamble]
    for number, section in report.prose.sections.items():
        heading = section.heading
        if off and heading[:1] in NUMERALS[:-1]:
            heading = NUMERALS[NUMERALS.index(heading[0]) + 1] + heading[1:]
        lines += [heading, *section.paragraphs]
        for grid in report.grids().get(number, []):
            lines += (DIALECTS | LAYOUTS)[dialect](grid, rng)
    return "\n".join([*lines, *report.prose.signature]) + "\n"


@dataclass
class Score:
    """Cells counted by how they were read.

    Attributes:
        right: as printed.
        flagged: null, with a finding.
        silent: null where a number is printed, without a finding.
        wrong_flagged: another number, with a finding for its item, or for the column
            whose sum it spoils.
        wrong: another number and nothing said.
        examples: some of the bad ones.
    """

    counts: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[object, ...]] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.counts += other.counts
        self.examples += other.examples[:5]

    @property
    def share(self) -> float:
        """The share of cells that were read right."""
        return self.counts["right"] / max(1, sum(self.counts.values()))

    def __str__(self) -> str:
        return f"{self.share:6.1%} read, {dict(self.counts)}"


def score(report: Report, read: dict[str, Any]) -> Score:
    """What was read against what is printed, cell by cell.

    Args:
        report: the report.
        read: its JSON as parsed.
    """
    result = Score()
    truth = report.truth
    named = {(f["table"], f["item"]) for f in read["findings"]}
    unread = {
        (c["table"], c["item"], c["column"])
        for c in read["cells"]
        if c["meaning"] in ("unreadable", "absent")
    }
    sums = {(f["table"], f["column"]) for f in read["findings"] if f["rule"] == "column_total"}
    columns = {(f["table"], f["column"]) for f in read["findings"] if f["rule"] == "absent_column"}
    for table in ("proactive", "request", "legal_challenge"):
        for item, row in getattr(truth, table).items():
            for column, value in row.items():
                got = read[table].get(item, {}).get(column)
                known = (table, item) in named or (table, column) in sums
                if got == value:
                    kind = "right"
                elif got is None:
                    said = (
                        known
                        or (table, item, column) in unread
                        or (table, column) in columns
                        or (not read[table] and (table, None) in named)
                        or read["status"] in ("rejected", "narrative")
                        or item not in read[table]
                    )
                    kind = "flagged" if said else "silent"
                else:
                    kind = "wrong_flagged" if known else "wrong"
                result.counts[kind] += 1
                if kind in ("wrong", "silent", "wrong_flagged"):
                    result.examples.append((kind, table, item, column, value, got))
    return result


def misprinted(report: Report, rng: Random) -> Report:
    """The same report with one mistake of its organ in the figures, zeros printed."""
    figures = deepcopy(report.sound)
    kinds = (
        MISPRINTS if any(r["total"] for r in figures.legal_challenge.values()) else MISPRINTS[:3]
    )
    plant(rng, figures, rng.choice(kinds))
    habit = replace(report.habit, zeros="digit", without_other=False)
    printed = print_figures(figures, habit)
    truth = replace(
        report.truth,
        proactive=printed.figures.proactive,
        request=printed.figures.request,
        legal_challenge=printed.figures.legal_challenge,
        cells=printed.cells,
    )
    return replace(report, habit=habit, printed=printed, truth=truth, _grids={})


def _may_move(line: str) -> bool:
    words = any(c.isalpha() for c in line) and "复议" not in line
    return words and (len(line.strip()) > 10 or any(c.isdigit() for c in line))


def damage(text: str, rng: Random, times: int) -> str:
    """The text with some lines of its tables deleted, doubled or exchanged with the next.

    Two figures, or cells of a head, are not exchanged, and of lone figures some are deleted or
    some doubled, not both: that would be another table, printed as plainly.
    """
    lines = text.split("\n")
    inside = [i for i, x in enumerate(lines) if x.strip() and len(x) < 90]
    lone = rng.choice((0, 2))
    for _ in range(times):
        at = rng.choice(inside)
        if at >= len(lines):
            continue
        what = rng.randrange(4) if any(c.isalpha() for c in lines[at]) else lone
        if what < 2:
            del lines[at]
        elif what == 2:
            lines.insert(at, lines[at])
        elif at + 1 < len(lines) and _may_move(lines[at]):
            lines[at], lines[at + 1] = lines[at + 1], lines[at]
    return "\n".join(lines)
