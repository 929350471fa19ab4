"""Readings of doubtful cells narrowed by one sum after the other, for scans with doubt everywhere.

A reading with which a sum can no longer hold, whatever its other cells say, is dropped; what one
sum leaves helps the next. A cell is told only where every sum that it is part of is told whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipelines.reports.mend import Identity, Key
from pipelines.reports.model import Number

_MOST_SUMS = 5_000  # different sums that the cells of one identity may have
_MOST_ROUNDS = 40


def narrowed(
    values: Mapping[Key, Number],
    doubtful: Mapping[Key, Sequence[Number]],
    identities: Sequence[Identity],
) -> dict[Key, Number]:
    """The doubtful cells that the sums leave one reading.

    Args:
        values: figures that are sure.
        doubtful: per doubtful cell the numbers that its ink may say.
        identities: sums whose cells are all in one of the two.
    """
    left = {k: list(v) for k, v in doubtful.items()}
    failed: set[int] = set()
    for _ in range(_MOST_ROUNDS):
        size = sum(map(len, left.values()))
        for number, identity in enumerate(identities):
            if number not in failed and not _narrow(identity, values, left):
                failed.add(number)
        if sum(map(len, left.values())) == size:
            break
    told = {k: v[0] for k, v in left.items() if len(v) == 1}
    known = {**values, **told}
    good: set[Key] = set()
    bad: set[Key] = set()
    for identity in identities:
        cells = [k for k, _ in identity.terms]
        holds = all(k in known for k in cells) and not identity.off(known)
        (good if holds else bad).update(cells)
    return {k: v for k, v in told.items() if k in good and k not in bad}


def _narrow(
    identity: Identity, values: Mapping[Key, Number], left: dict[Key, list[Number]]
) -> bool:
    """Drops the readings with which one sum cannot hold; whether any are left."""
    rest = sum(sign * values[k] for k, sign in identity.terms if k in values)
    cells = [(k, sign) for k, sign in identity.terms if k not in values]
    before: list[set[Number]] = [{rest}]
    for key, sign in cells:
        before.append(_plus(before[-1], (sign * v for v in left[key])))
        if len(before[-1]) > _MOST_SUMS:
            return True
    behind: set[Number] = {0}
    kept: dict[Key, list[Number]] = {}
    for i in range(len(cells) - 1, -1, -1):
        key, sign = cells[i]
        kept[key] = [v for v in left[key] if any(-s - sign * v in behind for s in before[i])]
        if not kept[key]:
            return False
        behind = _plus(behind, (sign * v for v in left[key]))
        if len(behind) > _MOST_SUMS:
            return True
    left.update(kept)
    return True


def _plus(sums: Iterable[Number], values: Iterable[Number]) -> set[Number]:
    """All sums of one of each."""
    more = list(values)
    return {s + v for s in sums for v in more}
