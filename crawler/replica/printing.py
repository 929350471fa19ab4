"""How an organ's office prints figures: zeros left blank, units in cells, columns left out.

Belongs here: turning figures into the text of each cell, and the truth about what is then printed.
Does not belong here: the tables' layout (``tables``), misprinted numbers (``plants``).
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field

from crawler.replica.figures import Figures, Number, Table
from crawler.replica.labels import words

Key = tuple[str, str, str]
TABLES = ("proactive", "request", "legal_challenge")


@dataclass(frozen=True)
class Habit:
    """The manners of one organ's office in one year; every field is independent of the others.

    Attributes:
        layout: ``word``, ``editor`` or ``mixed``: the markup of the page.
        label_style: A key of ``label_styles`` in labels.yaml.
        zeros: ``digit`` prints 0, ``blank`` leaves the cell empty, ``nil`` prints a nil mark.
        zeros_in: The table in which ``zeros`` applies; elsewhere 0 is printed.
        numbers: ``plain``, ``grouped`` (12,345) or ``full_width`` digits.
        change: ``signed`` (+12), ``bare`` (12) or ``worded`` for changes in table two.
        amount_unit: Whether the procurement amount carries its unit.
        without_other: The applicant column ``other_org`` is not printed.
        without_regulation: The row of regulations is not printed.
        one_table: Whether the blocks of table two stand in one table.
        signed_off: Whether the report ends with organ and date.
    """

    layout: str = "editor"
    label_style: str = "official"
    zeros: str = "digit"
    zeros_in: str = "request"
    numbers: str = "plain"
    change: str = "signed"
    amount_unit: bool = False
    without_other: bool = False
    without_regulation: bool = False
    one_table: bool = True
    signed_off: bool = False


@dataclass(frozen=True)
class CellTruth:
    """A cell that is not a plainly printed number. ``raw`` is empty where nothing is printed."""

    table: str
    item: str
    column: str
    meaning: str
    raw: str


@dataclass
class Printed:
    """What stands in the tables of one report.

    Attributes:
        figures: The numbers as printed; null where none is.
        texts: Text of every printed cell by (table, item, column).
        cells: Every null, and every number with a unit, a sign word, separators or full-width
            digits. A number with a bare sign (``+12``) is not listed.
    """

    figures: Figures
    texts: dict[Key, str] = field(default_factory=dict)
    cells: list[CellTruth] = field(default_factory=list)

    def has(self, table: str, item: str, column: str) -> bool:
        """Say whether the cell is printed at all."""
        return (table, item, column) in self.texts


def print_figures(figures: Figures, habit: Habit) -> Printed:
    """Print figures the way an office does.

    Args:
        figures: The numbers, misprints included.
        habit: The office's manners.

    Returns:
        The cells' texts and the truth about them.
    """
    printed = Printed(deepcopy(figures))
    for name in TABLES:
        table: Table = getattr(printed.figures, name)
        for item, row in table.items():
            for column in row:
                _print_cell(printed, habit, (name, item, column), row)
    return printed


def _print_cell(printed: Printed, habit: Habit, key: Key, row: dict[str, Number | None]) -> None:
    table, item, column = key
    value = row[column]
    if value is None:
        raise ValueError(f"figures to print must not have nulls: {key}")
    if _left_out(habit, item, column):
        row[column] = None
        printed.cells.append(CellTruth(*key, "absent", ""))
        return
    if value == 0 and habit.zeros != "digit" and habit.zeros_in == table:
        row[column] = None
        text = "" if habit.zeros == "blank" else words("nil")
        meaning = "blank" if habit.zeros == "blank" else "nil_mark"
        printed.texts[key] = text
        printed.cells.append(CellTruth(*key, meaning, text))
        return
    text, plain = _number_text(habit, column, value)
    if item == "procurement" and column == "amount" and habit.amount_unit and value:
        text, plain = text + words("yuan"), False
    printed.texts[key] = text
    if not plain:
        printed.cells.append(CellTruth(*key, "number", text))


def _left_out(habit: Habit, item: str, column: str) -> bool:
    return (habit.without_other and column == "other_org") or (
        habit.without_regulation and item == "regulation"
    )


def _number_text(habit: Habit, column: str, value: Number) -> tuple[str, bool]:
    """Return the text of a number and whether it is plain digits."""
    if column == "change" and value and habit.change != "bare":
        if habit.change == "signed":
            return f"{value:+}", True
        word = words("increase") if value > 0 else words("decrease")
        return f"{word}{abs(value)}", False
    if habit.numbers == "grouped" and abs(value) >= 1000:
        return f"{value:,}", False
    if habit.numbers == "full_width":
        digits = str.maketrans("0123456789", words("full_width_digits"))
        return str(value).translate(digits), False
    return str(value), True
