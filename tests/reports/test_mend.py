"""The hint which cells would mend failed sums."""

from __future__ import annotations

import pytest

from crawler.replica.scale import scaled_world
from pipelines.reports.identities import check_identities
from pipelines.reports.mend import hints
from pipelines.reports.model import Figure, TableRead

WORLD = scaled_world(2, 3, (2021, 2022), seed="mend")


def table_of(rows: dict[str, dict[str, int | None]], form: str) -> TableRead:
    return TableRead(form, {i: {c: Figure(v) for c, v in row.items()} for i, row in rows.items()})


@pytest.mark.parametrize("number", range(4))
def test_a_single_wrong_cell_is_named(number: int) -> None:
    sound = [t for t in WORLD.truth if t.misprint is None and not t.cells]
    truth = sound[number % len(sound)]
    request = table_of(truth.request, truth.table_forms["request"])
    assert hints(request, TableRead()) == []
    cell = request.figures["granted"]["natural_person"]
    assert cell.value is not None
    right, cell.value = cell.value, cell.value + 10
    assert check_identities(request, TableRead())
    (hint,) = hints(request, TableRead())
    assert (hint.rule, hint.item, hint.column) == ("mend", "granted", "natural_person")
    assert (hint.expected, hint.actual) == (right, right + 10)
    assert cell.value == right + 10, "a hint changes nothing"


def test_two_wrong_cells_are_named_together() -> None:
    challenge = table_of(
        {
            "reconsideration": {"upheld": 3, "corrected": 0, "other": 0, "pending": 1, "total": 5},
            "litigation_direct": {
                "upheld": 1,
                "corrected": 0,
                "other": 0,
                "pending": 0,
                "total": 1,
            },
        },
        "2021",
    )
    (hint,) = hints(TableRead(), challenge)
    assert hint.item is None, "any of its cells may be the wrong one"
    assert "reconsideration.total were 4 instead of 5" in hint.message
