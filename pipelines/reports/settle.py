"""Doubtful figures of scans, settled by the sums that the form prints.

Where all sums that a doubtful cell is part of hold with exactly one of the readings of its ink,
that reading is what is printed. Sums choose between readings of ink; they never put a value where
none was read, and never change a figure that was sure. Where a sum fails although its figures were
sure, the figures that no other sum vouches for are named: the organ may have erred, or the reader.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

from pipelines.reports.mend import (
    Identity,
    Key,
    challenge_identities,
    request_identities,
)
from pipelines.reports.model import Figure, Finding, Number, TableRead
from pipelines.reports.narrowed import narrowed
from pipelines.reports.values import read_value

_MOST_READINGS = 6  # of one cell
_MOST_TRIED = 20_000  # combinations of the cells that share sums
_ZERO_LIKE = ("blank", "nil_mark")


@dataclass(frozen=True)
class _Sums:
    """A table's figures and the sums over them.

    Attributes:
        values: figures that are sure; blanks count as nothing in a sum.
        doubtful: per doubtful cell the numbers that its ink may say, the best first.
        identities: those without a cell of which nothing is known.
        partly: cells that are part of another one, too.
    """

    values: dict[Key, Number]
    doubtful: dict[Key, list[Number]]
    identities: list[Identity]
    partly: frozenset[Key]


def settle(request: TableRead, legal_challenge: TableRead) -> list[Finding]:
    """Gives doubtful cells of both tables their value where the sums leave exactly one.

    Args:
        request: table three; changed.
        legal_challenge: table four; changed.

    Returns:
        One finding for each cell that was settled.
    """
    findings: list[Finding] = []
    for name, table in (("request", request), ("legal_challenge", legal_challenge)):
        if not any(f.readings for row in table.figures.values() for f in row.values()):
            continue
        for (item, column), value in _settled(_sums(name, table)).items():
            figure = table.figures[item][column]
            table.figures[item][column] = Figure(value, "number", figure.raw, figure.position)
            findings.append(
                Finding(
                    "settled",
                    "info",
                    f"{figure.raw!r} was not read for sure; the sums hold with {value} only",
                    name,
                    item,
                    column,
                    value,
                    figure.raw,
                )
            )
    return findings


def _identities(name: str, table: TableRead) -> Iterator[Identity]:
    return request_identities(table) if name == "request" else challenge_identities(table)


def _sums(name: str, table: TableRead) -> _Sums:
    values: dict[Key, Number] = {}
    doubtful: dict[Key, list[Number]] = {}
    for item, row in table.figures.items():
        for column, figure in row.items():
            key = (item, column)
            if figure.value is not None:
                values[key] = figure.value
            elif figure.meaning in _ZERO_LIKE:
                values[key] = 0
            elif figure.meaning == "unreadable" and (numbers := _numbers(figure)):
                doubtful[key] = numbers
    known = values.keys() | doubtful.keys()
    whole: list[Identity] = []
    partly: set[Key] = set()
    for identity in _identities(name, table):
        cells = {k for k, _ in identity.terms}
        if cells <= known:
            whole.append(identity)
        else:
            partly |= cells
    return _Sums(values, doubtful, whole, frozenset(partly))


def _numbers(figure: Figure) -> list[Number]:
    """The numbers that ink may say."""
    read = (read_value(text).value for text in figure.readings[:_MOST_READINGS])
    return list(dict.fromkeys(v for v in read if v is not None))


def _settled(sums: _Sums) -> dict[Key, Number]:
    """The doubtful cells that the sums settle; those that were settled help the others."""
    values = dict(sums.values)
    left = dict(sums.doubtful)
    done: dict[Key, Number] = {}
    while True:
        new: dict[Key, Number] = {}
        for cells, touching in _groups(left, sums.identities):
            found = _only_choice(cells, touching, left, values)
            new |= {k: v for k, v in found.items() if k not in sums.partly}
        if not new:
            found = narrowed(values, left, sums.identities)
            return done | {k: v for k, v in found.items() if k not in sums.partly}
        done |= new
        values |= new
        left = {k: v for k, v in left.items() if k not in new}


def _groups(
    doubtful: Collection[Key], identities: Iterable[Identity]
) -> Iterator[tuple[list[Key], list[Identity]]]:
    """Doubtful cells that share sums, with all sums that they are part of.

    Each cell also comes alone with the sums in which it is the only doubtful one.
    """
    parts = [(x, [k for k, _ in x.terms if k in doubtful]) for x in identities]
    for key in doubtful:
        own = [x for x, cells in parts if cells == [key]]
        if own and len(own) == sum(key in cells for _, cells in parts):
            yield [key], own
    groups: list[tuple[set[Key], list[Identity]]] = []
    for identity, cells in parts:
        if not cells:
            continue
        touching = [g for g in groups if g[0] & set(cells)]
        groups = [g for g in groups if not g[0] & set(cells)]
        together = set(cells).union(*(g[0] for g in touching))
        groups.append((together, [x for g in touching for x in g[1]] + [identity]))
    for keys, touched in groups:
        if len(keys) > 1:
            yield sorted(keys), touched


def _only_choice(
    cells: list[Key],
    identities: list[Identity],
    doubtful: Mapping[Key, list[Number]],
    values: Mapping[Key, Number],
) -> dict[Key, Number]:
    """The one choice of readings with which all sums hold; nothing when there is none or more."""
    if prod(len(doubtful[c]) for c in cells) > _MOST_TRIED:
        return {}
    found: dict[Key, Number] = {}
    for choice in product(*(doubtful[c] for c in cells)):
        picked = dict(zip(cells, choice, strict=True))
        tried = {**values, **picked}
        if not any(x.off(tried) for x in identities):
            if found:
                return {}
            found = picked
    return found


def ocr_doubts(
    request: TableRead, legal_challenge: TableRead, scanned: Collection[int]
) -> list[Finding]:
    """Names the figures of scans that may be misread, since a sum they are part of fails.

    Args:
        request: table three.
        legal_challenge: table four.
        scanned: the pages that were read by OCR.
    """
    findings: list[Finding] = []
    if not scanned:
        return findings
    for name, table in (("request", request), ("legal_challenge", legal_challenge)):
        if not table.exists:
            continue
        for item, column in sorted(_suspects(_sums(name, table))):
            figure = table.figures[item][column]
            if figure.position is not None and figure.position.page not in scanned:
                continue
            findings.append(
                Finding(
                    "ocr_doubt",
                    "error",
                    "read by OCR and part of a sum that fails: printed so, or misread",
                    name,
                    item,
                    column,
                    None,
                    figure.raw,
                )
            )
    return findings


def _suspects(sums: _Sums) -> set[Key]:
    """Cells of failing sums for which no sum that holds vouches."""
    whole = [x for x in sums.identities if all(k in sums.values for k, _ in x.terms)]
    vouched = {k for x in whole if not x.off(sums.values) for k, _ in x.terms}
    found: set[Key] = set()
    for identity in whole:
        if identity.off(sums.values):
            cells = {k for k, _ in identity.terms}
            found |= cells - vouched or cells
    return found
