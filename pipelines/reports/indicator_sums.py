"""What the rows of the statistics table must satisfy, as findings.

Totals are the sums of their parts; rows that an organ added may be parts, too. A part is never
more than what it is part of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelines.reports.identities import compare
from pipelines.reports.model import Figure, Finding, Number
from warehouse.facts.forms.statistics import indicator_rows

_TABLE = "indicators"


def check_sums(figures: Mapping[str, Figure], added: Mapping[str, list[Number]]) -> list[Finding]:
    """Sums and parts that do not hold.

    Args:
        figures: by code.
        added: figures of rows of an organ's own, by the code of the row before them.
    """
    return [*_totals(figures, added), *_parts(figures)]


def _value(figures: Mapping[str, Figure], code: str) -> Number | None:
    figure = figures.get(code)
    return None if figure is None else figure.value


def _totals(figures: Mapping[str, Figure], added: Mapping[str, list[Number]]) -> Iterator[Finding]:
    for row in indicator_rows():
        total = _value(figures, row.code)
        expected = compare([_value(figures, c) for c in row.sum_of], total)
        if not row.sum_of or expected is None:
            continue
        inside = (row.code, *row.sum_of, *(c for c in figures if c.startswith(row.sum_of)))
        more = [v for code in dict.fromkeys(inside) for v in added.get(code, [])]
        if total is not None and more and expected + sum(more) == total:
            continue
        yield Finding(
            "indicator_total",
            "warning",
            "the row is not the sum of its parts",
            _TABLE,
            row.code,
            None,
            expected,
            total,
        )


def _parts(figures: Mapping[str, Figure]) -> Iterator[Finding]:
    for row in indicator_rows():
        own = _value(figures, row.code)
        whole = [_value(figures, c) for c in row.at_most]
        if own is None or not whole or any(w is None for w in whole):
            continue
        most = sum(w for w in whole if w is not None)
        if own > most:
            yield Finding(
                "indicator_part",
                "info",
                "the row is more than what it is part of",
                _TABLE,
                row.code,
                None,
                most,
                own,
            )
