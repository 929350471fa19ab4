"""For identities that fail: the smallest set of cells whose change would mend them.

A hint for a reader, never applied. Identities that share cells are looked at together: one cell
that mends all of them without breaking another, else two. Nothing here changes a figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from pipelines.reports.model import Finding, Number, TableRead
from warehouse.facts.forms import form

Key = tuple[str, str]
_MOST_PAIRS = 20_000
_MOST_NAMED = 3


@dataclass(frozen=True)
class Identity:
    """A sum over cells that must be 0: cells with their signs."""

    terms: tuple[tuple[Key, int], ...]

    def off(self, values: dict[Key, Number]) -> Number:
        """By how much it fails."""
        return sum(sign * values[key] for key, sign in self.terms)


def hints(request: TableRead, challenge: TableRead) -> list[Finding]:
    """One finding for each group of failed identities that one or two cells would mend."""
    found: list[Finding] = []
    for name, table, identities in (
        ("request", request, request_identities(request)),
        ("legal_challenge", challenge, challenge_identities(challenge)),
    ):
        if table.exists:
            found += _table_hints(name, table, list(identities))
    return found


def _table_hints(name: str, table: TableRead, identities: list[Identity]) -> list[Finding]:
    values = {
        (i, c): f.value
        for i, row in table.figures.items()
        for c, f in row.items()
        if f.value is not None
    }
    whole = [x for x in identities if all(k in values for k, _ in x.terms)]
    failed = [x for x in whole if x.off(values)]
    findings = []
    for group in _components(failed):
        mends = list(_single(group, whole, values)) or list(_pairs(group, whole, values))
        if mends:
            findings.append(_finding(name, mends, values))
    return findings


def request_identities(table: TableRead) -> Iterator[Identity]:
    """The sums of table three: rows, outcomes of a column, balance of a column."""
    if not table.exists or table.form is None:
        return
    applicants = list(next(iter(table.figures.values())))
    parts = [a for a in applicants if a != "total"]
    for item in table.figures:
        yield Identity((((item, "total"), -1), *(((item, a), 1) for a in parts)))
    outcomes = form(table.form).request.outcomes
    for a in applicants:
        yield Identity(
            ((("total_processed", a), -1), *(((o, a), 1) for o in outcomes if o in table.figures))
        )
        yield Identity(
            (
                (("received", a), 1),
                (("carried_in", a), 1),
                (("total_processed", a), -1),
                (("carried_out", a), -1),
            )
        )


def challenge_identities(table: TableRead) -> Iterator[Identity]:
    """The sums of table four, one a channel."""
    for channel, row in table.figures.items():
        parts = [r for r in row if r != "total"]
        yield Identity((((channel, "total"), -1), *(((channel, r), 1) for r in parts)))


def _components(failed: list[Identity]) -> list[list[Identity]]:
    """Failed identities grouped by shared cells."""
    groups: list[tuple[set[Key], list[Identity]]] = []
    for identity in failed:
        cells = {k for k, _ in identity.terms}
        touching = [g for g in groups if g[0] & cells]
        for group in touching:
            groups.remove(group)
            cells |= group[0]
        groups.append((cells, [x for g in touching for x in g[1]] + [identity]))
    return [identities for _, identities in groups]


def _holds(
    changes: dict[Key, Number], whole: Iterable[Identity], values: dict[Key, Number]
) -> bool:
    """Whether all identities that the changes touch hold with them."""
    changed = values | changes
    return all(not x.off(changed) for x in whole if any(k in changes for k, _ in x.terms)) and all(
        v >= 0 for v in changes.values()
    )


def _single(
    group: list[Identity], whole: list[Identity], values: dict[Key, Number]
) -> Iterator[dict[Key, Number]]:
    first = group[0]
    shared = set.intersection(*({k for k, _ in x.terms} for x in group))
    for key, sign in first.terms:
        if key in shared:
            change = {key: values[key] - sign * first.off(values)}
            if _holds(change, whole, values):
                yield change


def _pairs(
    group: list[Identity], whole: list[Identity], values: dict[Key, Number]
) -> Iterator[dict[Key, Number]]:
    """Two cells, each mending identities of its own or sharing one."""
    steps: dict[Key, set[Number]] = {}
    for identity in group:
        for key, sign in identity.terms:
            steps.setdefault(key, set()).add(values[key] - sign * identity.off(values))
    single = [(k, v) for k, options in steps.items() for v in sorted(options)]
    tried = 0
    for (a, x), (b, y) in combinations(single, 2):
        tried += 1
        if tried > _MOST_PAIRS:
            return
        if a == b:
            continue
        change = {a: x, b: y}
        changed = values | change
        if all(not i.off(changed) for i in group) and _holds(change, whole, values):
            yield change


def _finding(name: str, mends: list[dict[Key, Number]], values: dict[Key, Number]) -> Finding:
    words = [
        " and ".join(f"{i}.{c} were {v} instead of {values[i, c]}" for (i, c), v in m.items())
        for m in mends[:_MOST_NAMED]
    ]
    more = f", or {len(mends) - _MOST_NAMED} other changes" if len(mends) > _MOST_NAMED else ""
    only = mends[0] if len(mends) == 1 and len(mends[0]) == 1 else None
    (item, column), value = next(iter(only.items())) if only else ((None, None), None)
    return Finding(
        "mend",
        "info",
        f"the sums would hold if {', or if '.join(words)}{more}",
        name,
        item,
        column,
        value,
        values[item, column] if item is not None and column is not None else None,
    )
