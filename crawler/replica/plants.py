"""Misprints: the mistakes organs make in their own tables, and the findings they must lead to.

Belongs here: planting one misprint in consistent figures, and an identity check of the replica's
own that says which printed identities a set of figures breaks.
Does not belong here: drawing figures (``figures``), the pipeline's validation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from crawler.replica.figures import APPLICANTS, CHANNELS, Figures, Number, Table

COLUMNS = (*APPLICANTS, "total")
NOT_OUTCOMES = ("received", "carried_in", "total_processed", "carried_out")
MISPRINTS = ("row_total", "column_total", "column_balance", "channel_total")


@dataclass(frozen=True)
class ExpectedFinding:
    """A finding that a reader of the report must raise; ``column`` is None where none applies."""

    rule: str
    table: str
    item: str
    column: str | None = None
    expected: Number | None = None
    actual: Number | None = None


def _sum(values: Iterator[Number | None]) -> Number:
    return sum(value or 0 for value in values)


def request_violations(request: Table) -> Iterator[ExpectedFinding]:
    """Yield the identities of table three that the printed numbers break; a null counts as 0."""
    for item, row in request.items():
        parts = _sum(row[a] for a in APPLICANTS)
        if row["total"] is not None and row["total"] != parts:
            yield ExpectedFinding("row_total", "request", item, None, parts, row["total"])
    outcomes = [row for item, row in request.items() if item not in NOT_OUTCOMES]
    for column in COLUMNS:
        processed = request["total_processed"][column] or 0
        total = _sum(row[column] for row in outcomes)
        if processed != total:
            yield ExpectedFinding(
                "column_total", "request", "total_processed", column, total, processed
            )
        came = _sum(request[item][column] for item in ("received", "carried_in"))
        went = processed + (request["carried_out"][column] or 0)
        if came != went:
            yield ExpectedFinding("column_balance", "request", "carried_out", column, came, went)


def legal_violations(legal: Table) -> Iterator[ExpectedFinding]:
    """Yield the channels of table four whose printed total is not the sum of their results."""
    for channel, row in legal.items():
        parts = _sum(value for result, value in row.items() if result != "total")
        if row["total"] is not None and row["total"] != parts:
            yield ExpectedFinding(
                "channel_total", "legal_challenge", channel, None, parts, row["total"]
            )


def violations(figures: Figures) -> list[ExpectedFinding]:
    """Return every printed identity that the figures break."""
    return [*request_violations(figures.request), *legal_violations(figures.legal_challenge)]


def plant(rng: Random, figures: Figures, misprint: str) -> list[ExpectedFinding]:
    """Put one misprint into the figures, in place.

    Args:
        rng: Source of randomness.
        figures: Consistent figures; changed.
        misprint: One of ``MISPRINTS``.

    Returns:
        The findings it must lead to: the planted identity, and others the same number breaks.

    Raises:
        ValueError: For a misprint that does not exist.
    """
    off = rng.choice((1, 2, 3, 10))
    request = figures.request
    if misprint == "row_total":
        item = max(
            (i for i in request if i not in NOT_OUTCOMES),
            key=lambda i: request[i]["total"] or 0,
        )
        _add(request[item], "total", off)
    elif misprint == "column_total":
        for column in (rng.choice(APPLICANTS), "total"):
            _add(request["total_processed"], column, off)
    elif misprint == "column_balance":
        for column in (rng.choice(APPLICANTS), "total"):
            _add(request["carried_out"], column, off)
    elif misprint == "channel_total":
        _add(figures.legal_challenge[rng.choice(CHANNELS)], "total", off)
    else:
        raise ValueError(f"no such misprint: {misprint}")
    return violations(figures)


def _add(row: dict[str, Number | None], column: str, off: int) -> None:
    row[column] = (row[column] or 0) + off
