"""Doubtful figures: settled by the sums alone, or left null and flagged."""

from __future__ import annotations

from pipelines.reports.model import Figure, Position, TableRead
from pipelines.reports.settle import ocr_doubts, settle
from warehouse.facts.forms import form

APPLICANTS = [c.key for c in form("2021").request.columns]
ITEMS = [r.key for r in form("2021").request.rows]


def _request(**changed: Figure) -> TableRead:
    """Table three: two requests of natural persons, one of a company, all granted."""
    table = TableRead("2021", {i: {a: Figure(0) for a in APPLICANTS} for i in ITEMS})
    for item in ("received", "granted", "total_processed"):
        row = table.figures[item]
        row["natural_person"], row["commercial_enterprise"] = Figure(2), Figure(1)
        row["total"] = Figure(3)
    for key, figure in changed.items():
        item, applicant = key.split("__")
        table.figures[item][applicant] = figure
    return table


def _seen(*readings: str) -> Figure:
    return Figure(None, "unreadable", readings[0], Position(1, 1), readings)


NOTHING = TableRead()


def test_the_best_reading_is_taken_when_the_sums_hold() -> None:
    table = _request(granted__natural_person=_seen("2"))
    (finding,) = settle(table, NOTHING)
    assert (finding.rule, finding.severity, finding.item) == ("settled", "info", "granted")
    figure = table.figures["granted"]["natural_person"]
    assert (figure.value, figure.meaning, figure.raw) == (2, "number", "2")


def test_another_reading_is_taken_when_only_it_fits() -> None:
    table = _request(granted__natural_person=_seen("7", "2", "1"))
    settle(table, NOTHING)
    assert table.value("granted", "natural_person") == 2


def test_a_value_that_no_reading_gives_is_never_put() -> None:
    table = _request(granted__natural_person=_seen("7", "1"))
    assert settle(table, NOTHING) == []
    assert table.figures["granted"]["natural_person"].meaning == "unreadable"
    blank = _request(granted__natural_person=Figure(None, "blank"))
    settle(blank, NOTHING)
    assert blank.value("granted", "natural_person") is None


def test_the_column_counts_as_much_as_the_row() -> None:
    # The row holds with 5, the column does not.
    table = _request(granted__natural_person=_seen("5"), granted__total=Figure(6))
    assert settle(table, NOTHING) == []


def test_two_doubtful_cells_of_one_row_are_settled_together() -> None:
    table = _request(
        granted__natural_person=_seen("7", "2"), granted__commercial_enterprise=_seen("1", "7")
    )
    assert len(settle(table, NOTHING)) == 2
    assert table.value("granted", "natural_person") == 2


def test_readings_that_may_be_exchanged_stay_open() -> None:
    row = {k: Figure(0) for k in ("upheld", "corrected", "other", "pending")}
    row |= {"upheld": _seen("1", "7"), "corrected": _seen("7", "1"), "total": Figure(8)}
    table = TableRead("2021", {"reconsideration": row})
    assert settle(NOTHING, table) == []


def test_a_cell_beside_an_unreadable_one_is_not_settled_by_half_its_sums() -> None:
    table = _request(
        granted__natural_person=_seen("2"),
        granted__total=Figure(None, "unreadable", "?", Position(1, 1)),
    )
    assert settle(table, NOTHING) == []


def test_a_sure_figure_against_its_sums_is_kept_and_named() -> None:
    table = _request(granted__natural_person=Figure(8, None, "8", Position(1, 1)))
    assert settle(table, NOTHING) == []
    found = ocr_doubts(table, NOTHING, {1})
    assert [(f.item, f.column, f.severity) for f in found] == [
        ("granted", "natural_person", "error")
    ]
    assert table.value("granted", "natural_person") == 8
    assert ocr_doubts(table, NOTHING, frozenset()) == []
    assert ocr_doubts(table, NOTHING, {2}) == []
