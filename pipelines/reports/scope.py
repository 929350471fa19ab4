"""Of which year and whom the clauses of a paragraph speak, and the data they are read by.

Another year holds until the report's is named; what else is not the organ's year (a plan, a sum
over years, a part of the organ) to the end of the sentence at most.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from warehouse.facts.files import load_yaml

_PART = re.compile(r"\{([a-z]+)\}")


@cache
def rules() -> dict[str, Any]:
    """The data that clauses are read by."""
    found: dict[str, Any] = load_yaml("statements.yaml")
    return found


@cache
def pattern(text: str, year: int | None = None) -> re.Pattern[str]:
    """A pattern of the data with its parts put in.

    Args:
        text: as the data has it.
        year: the report year, for patterns that name the years around it.
    """
    parts: dict[str, str] = rules()["parts"] | {"region": rules()["region"]}
    if year is not None:
        parts = parts | {"last": str(year - 1), "next": str(year + 1)}
    while (filled := _PART.sub(lambda m: parts.get(m[1], "(?!)"), text)) != text:
        text = filled
    return re.compile(text)


class Speech:
    """The clauses of one paragraph, in order, and of whom each leaves the next to speak."""

    def __init__(self) -> None:
        self._clauses: list[tuple[str, bool]] = []
        self._held: list[str | None] = [None]

    def add(self, clause: str, begins: bool) -> int:
        """Takes in the next clause.

        Args:
            clause: its words.
            begins: whether it begins a sentence.

        Returns:
            Its number.
        """
        self._clauses.append((clause, begins))
        return len(self._clauses) - 1

    def is_own(self, number: int, year: int | None) -> bool:
        """Whether a clause speaks of the report's year and organ.

        Args:
            number: of the clause.
            year: the report year, the same for all clauses; without it no year is another's.
        """
        while len(self._held) <= number:
            at = len(self._held) - 1
            says = told(self._clauses[at][0], year)
            held = self._before(at)
            self._held.append(held if says is None else None if says == "own" else says)
        return self._before(number) is None or told(self._clauses[number][0], year) == "own"

    def _before(self, number: int) -> str | None:
        """What holds when a clause begins."""
        held, (clause, begins) = self._held[number], self._clauses[number]
        if begins and held != "year":
            return None
        if held == "part" and pattern(rules()["scope"]["whole"]).match(clause):
            return None
        return held


def told(text: str, year: int | None) -> str | None:
    """``own``, or what else a text speaks of by the last words that say so; None without any."""
    data = rules()["scope"]
    plain = pattern(data["ignore"]).sub("", text)
    plain = pattern(data["period"]["words"]).sub(data["period"]["means"], plain)
    said = [(m.start(), "own") for m in pattern(data["this"]).finditer(plain)]
    for m in pattern(data["year"]).finditer(plain):
        said.append((m.start(), "own" if year in (None, int(m[1])) else "year"))
    for kind, words in data["others"].items():
        said += [(m.end(), kind) for m in pattern(words).finditer(plain)]
    return max(said)[1] if said else None
