"""The generator's truth: identities, carry-over, determinism, misprints."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import asdict

import pytest

from crawler.replica.build import load_world
from crawler.replica.dice import Dice
from crawler.replica.figures import APPLICANTS, Figures, draw_series
from crawler.replica.labels import form_of
from crawler.replica.plants import MISPRINTS, plant, violations
from crawler.replica.render_docx import docx_of
from crawler.replica.world import World


def draw(size: str = "medium", seed: str = "test") -> dict[int, Figures]:
    forms = {year: (form_of(year), form_of(year)) for year in (2020, 2021, 2022)}
    return draw_series(Dice(seed), size, forms)


def balanced(figures: Figures) -> bool:
    """The printed identities, written out once more as the form prints them."""
    request = figures.request
    for column in (*APPLICANTS, "total"):
        cell = {item: row[column] or 0 for item, row in request.items()}
        one, two = cell.pop("received"), cell.pop("carried_in")
        total, four = cell.pop("total_processed"), cell.pop("carried_out")
        if one + two != total + four or total != sum(cell.values()):
            return False
    return all(row["total"] == sum(row[a] or 0 for a in APPLICANTS) for row in request.values())


@pytest.mark.parametrize("size", ["large", "medium", "small", "none"])
def test_drawn_figures_satisfy_every_identity(size: str) -> None:
    for figures in draw(size).values():
        assert balanced(figures)
        assert violations(figures) == []


def test_what_a_year_carries_out_the_next_carries_in() -> None:
    series = draw("large")
    for year in (2021, 2022):
        assert series[year].request["carried_in"] == series[year - 1].request["carried_out"]
    assert any(row for row in series[2022].request["carried_in"].values())


def test_stock_of_documents_adds_up_over_years() -> None:
    series = draw("large")
    before, after = (series[y].proactive["normative_document"] for y in (2021, 2022))
    stock = (before["in_force"] or 0) + (after["issued"] or 0) - (after["repealed"] or 0)
    assert after["in_force"] == stock


def test_forms_have_their_rows() -> None:
    series = draw()
    assert len(series[2020].request) == 23
    assert "other" in series[2020].request
    assert len(series[2021].request) == 25
    assert "procurement" in series[2020].proactive
    assert set(series[2021].proactive["administrative_fee"]) == {"amount"}


@pytest.mark.parametrize("misprint", MISPRINTS)
def test_a_misprint_breaks_the_identity_it_is_named_for(misprint: str) -> None:
    figures = deepcopy(draw()[2022])
    findings = plant(Dice("planted"), figures, misprint)
    assert misprint in {finding.rule for finding in findings}
    assert findings == violations(figures)
    assert all(finding.expected != finding.actual for finding in findings)


def test_an_unknown_misprint_is_refused() -> None:
    with pytest.raises(ValueError, match="no such misprint"):
        plant(Dice("planted"), deepcopy(draw()[2022]), "typo")


def test_same_seed_same_world_other_seed_another(demo: World) -> None:
    again = load_world("demo")
    assert [asdict(t) for t in again.truth] == [asdict(t) for t in demo.truth]
    assert again.expected_outcomes == demo.expected_outcomes
    report, twin = demo.reports[3], again.reports[3]
    assert (report.html(), docx_of(report)) == (twin.html(), docx_of(twin))
    other = load_world("demo", seed="other")
    assert [t.request for t in other.truth] != [t.request for t in demo.truth]


def test_the_demo_covers_what_it_promises(demo: World) -> None:
    truth = demo.truth
    assert len(truth) >= 140
    assert {t.year for t in truth} == set(demo.years)
    assert len({t.province for t in truth}) == 3
    assert {s.spec.family for s in demo.sites_by_host.values()} == {"hanweb", "trs", "ucap"}
    assert {t.form for t in truth} == {"2019", "2021"}
    assert Counter(t.format for t in truth)["docx"] >= 20
    assert {t.misprint for t in truth} == {None, *MISPRINTS}
    assert {c.meaning for t in truth for c in t.cells} == {"number", "blank", "nil_mark", "absent"}
    rich = [t for t in truth if sum(bool(v) for r in t.request.values() for v in r.values()) > 40]
    assert len(rich) > len(truth) / 3
    assert any(len(set(t.table_forms.values())) > 1 for t in truth)


def test_demo_truth_is_consistent_except_where_planted(demo: World) -> None:
    for report in demo.reports:
        truth = report.truth
        figures = Figures(truth.proactive, truth.request, truth.legal_challenge)
        assert (truth.expected_findings != []) == (truth.misprint is not None)
        assert violations(figures) == truth.expected_findings
        if truth.misprint is None:
            assert balanced(report.sound)


def test_every_null_has_its_cell_and_its_meaning(demo: World) -> None:
    for truth in demo.truth:
        tables = {
            "proactive": truth.proactive,
            "request": truth.request,
            "legal_challenge": truth.legal_challenge,
        }
        nulls = {
            (name, item, column)
            for name, table in tables.items()
            for item, row in table.items()
            for column, value in row.items()
            if value is None
        }
        listed = {(c.table, c.item, c.column) for c in truth.cells if c.meaning != "number"}
        assert nulls == listed


def test_carry_over_breaks_only_where_planted(demo: World) -> None:
    planted = {(t.organ, t.year + 1) for t in demo.truth if t.misprint == "column_balance"} | {
        ("威海市环翠区自然资源局", 2022)
    }
    found = {(organ, year) for organ, year, _ in demo.carry_over_mismatches()}
    assert ("威海市环翠区自然资源局", 2022) in found
    assert found <= planted
