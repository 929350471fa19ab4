"""Printed labels to the names of rows, columns and groups.

Labels are compared by their core: no spaces, no punctuation, no numbering, full-width forms made
plain. A core that fits none exactly may fit one with a dropped or misread character or two, when
no other label is nearly as close.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from warehouse.facts.files import load_yaml
from warehouse.facts.forms import Label
from warehouse.facts.numerals import half_width

_MAX_CACHED = 20_000  # texts that an index remembers
_LONGEST = 4000  # characters; one cell may hold the labels of a whole table
_WORN = 0.7  # of a label's characters must be left where some were dropped
_SHORTEST_WORN = 7
_PUNCTUATION = re.compile(r"[\s\W_]+")


@lru_cache(maxsize=65536)
def core(text: str) -> str:
    """The core of a printed label; of a text longer than any, that of its beginning."""
    plain = re.sub(r"\s+", "", half_width(text[:_LONGEST]))
    number = _numbering()
    while (found := number.match(plain)) and found.end() < len(plain):
        plain = plain[found.end() :]
    return _PUNCTUATION.sub("", plain)


def is_numbered(text: str) -> bool:
    """Whether a label is printed with a number before it, as rows are and columns are not."""
    return _numbering().match(re.sub(r"\s+", "", half_width(text[:_LONGEST]))) is not None


@lru_cache(maxsize=1)
def _numbering() -> re.Pattern[str]:
    return re.compile(load_yaml("labels.yaml")["numbering"])


@lru_cache(maxsize=1)
def _split() -> re.Pattern[str]:
    return re.compile(load_yaml("labels.yaml")["part"])


def parts(text: str) -> list[str]:
    """A cell that holds several labels, cut before each numbering."""
    plain = re.sub(r"\s+", "", half_width(text))
    return [p for p in _split().split(plain) if p]


class LabelIndex:
    """Labels of one kind, found by printed text.

    Args:
        labels: the labels; keys may repeat (variants of several forms).

    Attributes:
        find: the key that a text names, or None.
        find_last: the key of the last of several labels in one cell that is known, or None.
    """

    def __init__(self, labels: Iterable[Label]) -> None:
        self._exact: dict[str, str] = {}
        for label in labels:
            for wording in (label.label, *label.also):
                self._exact.setdefault(core(wording), label.key)
        self._characters = {known: frozenset(known) for known in self._exact}
        # Asked for every cell of a document, and the same texts fill most reports.
        self.find: Callable[[str], str | None] = lru_cache(_MAX_CACHED)(self._find_text)
        self.find_last: Callable[[str], str | None] = lru_cache(_MAX_CACHED)(self._find_last)

    def _find_text(self, text: str) -> str | None:
        return self._find(core(text))

    def _find(self, wanted: str) -> str | None:
        if not wanted or len(wanted) > 80:
            return None
        if wanted in self._exact:
            return self._exact[wanted]
        if len(wanted) < 3:
            return None
        characters = set(wanted)
        scored = sorted(
            (far, key)
            for known, key in self._exact.items()
            if len(known) >= 4
            and abs(len(known) - len(wanted)) <= (most := _allowed(known))
            # Each character that is not in the text at all takes a change of its own.
            and len(self._characters[known] - characters) <= most
            and (far := distance(wanted, known)) <= most
        )
        if not scored:
            return self._find_worn(wanted)
        best, key = scored[0]
        rival = next((d for d, k in scored if k != key), None)
        return key if rival is None or rival > best else None

    def _find_worn(self, wanted: str) -> str | None:
        """The one label that ``wanted`` is with some characters dropped, or None."""
        keys = {
            key
            for known, key in self._exact.items()
            if _WORN * len(known) <= len(wanted) < len(known)
            and len(wanted) >= _SHORTEST_WORN
            and _is_worn(wanted, known)
        }
        return keys.pop() if len(keys) == 1 else None

    def _find_last(self, text: str) -> str | None:
        whole = self.find(text)
        if whole is not None:
            return whole
        return next((k for p in reversed(parts(text)) if (k := self.find(p)) is not None), None)


def _is_worn(wanted: str, known: str) -> bool:
    """Whether ``wanted`` is ``known`` with characters dropped inside, the ends kept."""
    rest = iter(known)
    return wanted[0] == known[0] and wanted[-1] == known[-1] and all(c in rest for c in wanted)


def _allowed(known: str) -> int:
    """How many characters may differ from a label: one in four characters, one in six beyond."""
    return 1 if len(known) < 8 else len(known) // 6


def distance(a: str, b: str) -> int:
    """Edit distance: insertions, deletions and replacements of characters."""
    if len(a) < len(b):
        a, b = b, a
    line = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, line[0] = line[0], i
        for j, y in enumerate(b, 1):
            diagonal, line[j] = line[j], min(line[j] + 1, line[j - 1] + 1, diagonal + (x != y))
    return line[-1]
