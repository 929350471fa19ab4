"""The views, on small partitions worked out by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.warehouse.made import (
    APPLICANTS,
    SHANDONG,
    SHANGHAI,
    Rows,
    bring_up,
    home_at,
    put,
    report,
    request,
)
from warehouse import query
from warehouse.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_at(tmp_path)


def ask(home: Home, sql: str) -> list[tuple[object, ...]]:
    return query.run(home, sql).rows


def lost(url: str, outcome: str, **more: object) -> dict[str, object]:
    return {"url": url, "outcome": outcome, "role": "article"} | more


def test_other_of_both_forms_is_one_item(home: Home) -> None:
    tables: Rows = {
        "report": [report("new", "1"), report("old", "2", form="2019"), report("torn", "3")],
        "request": [
            request("new", "received", 9),
            request("new", "other_not_corrected", 1, 2, None, 0),
            request("new", "other_unpaid", 3, 4, 5, 0),
            request("new", "other_rest", 5, 6, 7, 0),
            request("old", "other", 8, None, 2),
            request("torn", "other_unpaid", 3),
            request("torn", "other_rest", 4),
        ],
    }
    put(home, SHANDONG, 2021, tables)
    bring_up(home)
    columns = ", ".join(APPLICANTS[:4])
    assert ask(home, f"SELECT report_id, item, {columns} FROM request_all_forms ORDER BY ALL") == [
        ("new", "other", 9, 12, None, 0),
        ("new", "received", 9, None, None, None),
        ("old", "other", 8, None, 2, None),
        ("torn", "other", None, None, None, None),
    ]
    types = query.run(home, f"SELECT {', '.join(APPLICANTS)} FROM request_all_forms").types
    assert set(types) == {"BIGINT"}


def test_carry_over_is_compared_by_organ_and_applicant(home: Home) -> None:
    put(
        home,
        SHANDONG,
        2021,
        {
            "report": [report("a21", "a"), report("b21", "b"), report("c21", "c")],
            "request": [
                request("a21", "carried_out", 3, 0, 0, 0, 0, 0, 3),
                request("b21", "carried_out", 1, None),
                request("c21", "carried_out", 7),
            ],
        },
    )
    put(
        home,
        SHANDONG,
        2022,
        {
            "report": [report("a22", "a", organ="新名"), report("b22", "b")],
            "request": [
                request("a22", "carried_in", 2, 1, 0, 0, 0, 0, 3),
                request("b22", "carried_in", 1, 5),
            ],
        },
    )
    bring_up(home)
    sql = """
        SELECT organ_id, organ, year, applicant, carried_out, next_carried_in, difference,
            report_id, next_report_id
        FROM carry_over_mismatch ORDER BY ALL
    """
    assert ask(home, sql) == [
        ("a", "新名", 2021, "commercial_enterprise", 0, 1, 1, "a21", "a22"),
        ("a", "新名", 2021, "natural_person", 3, 2, -1, "a21", "a22"),
    ]


def test_coverage_counts_found_late_and_missing_with_reasons(home: Home) -> None:
    put(
        home,
        SHANDONG,
        2021,
        {
            "report": [
                report("a21", "a", published_on=dt.date(2022, 1, 31)),
                report("b21", "b", published_on=dt.date(2022, 2, 1)),
                report("g21", "g", kind="government", published_on=dt.date(2022, 3, 31)),
                report("h21", "h", kind="government", published_on=dt.date(2022, 4, 1)),
                report("i21", "i", published_on=None),
            ],
            "document": [
                # An organ the title names, also seen in 2022: one organ, one reason.
                lost("http://x/1", "failed", organ_id="c"),
                # An article whose attachment is blocked: one document.
                lost("http://x/2", "not_report"),
                lost("http://x/2.doc", "blocked", parent="http://x/2", role="attachment"),
                # An article that is the report, with a broken copy attached: nothing is missing.
                lost("http://x/3", "report", report_id="a21"),
                lost("http://x/3.pdf", "rejected", parent="http://x/3", role="attachment"),
                # Not a report at all.
                lost("http://x/4", "not_report"),
                # The other report of the same organ was found.
                lost("http://x/5", "failed", organ_id="a"),
            ],
        },
    )
    put(home, SHANDONG, 2022, {"report": [report("c22", "c"), report("a22", "a")]})
    put(home, SHANDONG, 2023, {"document": [lost("http://x/6", "failed")]})
    put(home, SHANGHAI, 2021, {"report": [report("z", "z")]})
    put(home, SHANGHAI, 2022, {"report": []})
    bring_up(home)
    seen = "blocked 1, failed 1"
    sql = "SELECT year, expected, found, late, missing, reason FROM coverage WHERE province = "
    assert ask(home, f"{sql}'{SHANDONG}'") == [
        (2021, 7, 5, 2, 2, seen),
        (2022, 6, 2, 0, 4, "no_site 4"),
        (2023, 7, 0, 0, 7, "failed 1, no_site 6"),
    ]
    assert ask(home, f"{sql}'{SHANGHAI}'") == [
        (2021, 1, 1, 0, 0, None),
        (2022, 1, 0, 0, 1, "no_site 1"),
    ]


def test_before_the_2019_regulation_everybody_had_until_march(home: Home) -> None:
    late = {2018: dt.date(2019, 4, 1), 2019: dt.date(2020, 2, 1)}
    in_time = {2018: dt.date(2019, 3, 31), 2019: dt.date(2020, 1, 31)}
    for year in (2018, 2019):
        reports = [
            report(f"late{year}", "a", published_on=late[year]),
            report(f"in_time{year}", "b", published_on=in_time[year]),
        ]
        put(home, SHANDONG, year, {"report": reports})
    bring_up(home)
    assert ask(home, "SELECT year, late FROM coverage") == [(2018, 1), (2019, 1)]


def test_province_year_sums_what_is_printed(home: Home) -> None:
    put(
        home,
        SHANDONG,
        2021,
        {
            "report": [report("a", "a"), report("b", "b", status="partial", findings=2)],
            "request": [
                request("a", "received", 1, 1, 1, 1, 1, 1, 6),
                request("b", "received", 1, 1, 1, 1, 1, 1, None),
                request("a", "denied_state_secret", 0, 0, 0, 0, 0, 0, 2),
                request("b", "denied_other_law", 0, 0, 0, 0, 0, 0, 3),
                request("a", "other_not_corrected", 0, 0, 0, 0, 0, 0, 0),
                request("a", "other_unpaid", 0, 0, 0, 0, 0, 0, 0),
                request("a", "other_rest", 0, 0, 0, 0, 0, 0, 1),
                request("b", "other", 0, 0, 0, 0, 0, 0, 4),
            ],
            "legal_challenge": [
                {"report_id": "a", "channel": "reconsideration", "total": 2},
                {"report_id": "a", "channel": "litigation_direct", "total": 3},
                {"report_id": "b", "channel": "litigation_after_reconsideration", "total": 4},
            ],
        },
    )
    put(home, SHANGHAI, 2021, {"report": [report("n", "n", status="narrative")]})
    bring_up(home)
    sql = """
        SELECT reports, complete, with_requests, received, denied, other, granted,
            reconsiderations, litigations, findings
        FROM province_year
    """
    assert ask(home, sql) == [
        (1, 0, 0, None, None, None, None, None, None, 0),
        (2, 1, 1, 6, 5, 5, None, 2, 7, 2),
    ]


def test_organ_history_has_one_row_a_report(home: Home) -> None:
    for year, name in ((2020, "卫生和计划生育局"), (2021, "卫生健康局")):
        put(
            home,
            SHANDONG,
            year,
            {
                "report": [report(f"a{year}", "a", organ=name)],
                "request": [request(f"a{year}", "granted", 0, 0, 0, 0, 0, 0, year)],
                "legal_challenge": [
                    {"report_id": f"a{year}", "channel": "litigation_direct", "total": 1},
                    {
                        "report_id": f"a{year}",
                        "channel": "litigation_after_reconsideration",
                        "total": year - 2020 or None,
                    },
                ],
            },
        )
    bring_up(home)
    sql = "SELECT year, organ, granted, received, litigations FROM organ_history ORDER BY year"
    assert ask(home, sql) == [
        (2020, "卫生和计划生育局", 2020, None, None),
        (2021, "卫生健康局", 2021, None, 2),
    ]
    assert ask(home, "SELECT organ, names, first_year, last_year, reports FROM organ") == [
        ("卫生健康局", ["卫生健康局", "卫生和计划生育局"], 2020, 2021, 2)
    ]


def test_every_item_has_one_official_label(home: Home) -> None:
    bring_up(home)
    twice = "SELECT table_name, role, item FROM item_label GROUP BY ALL HAVING count(*) > 1"
    assert ask(home, twice) == []
    sql = "SELECT label, forms FROM item_label WHERE table_name = 'request' AND item = "
    assert ask(home, f"{sql}'received'") == [("一、本年新收政府信息公开申请数量", ["2019", "2021"])]
    assert [row[1] for row in ask(home, f"{sql}'other'")] == [["2019"]]
    assert [row[1] for row in ask(home, f"{sql}'other_unpaid'")] == [["2021"]]
    assert len(ask(home, "FROM item_label WHERE table_name='request' AND role='item'")) == 26
    assert len(ask(home, "FROM item_label WHERE role = 'applicant'")) == len(APPLICANTS)
    amounts = "SELECT item, unit FROM item_label WHERE role = 'figure' AND item LIKE '%.amount'"
    assert dict(ask(home, amounts)) == {
        "administrative_fee.amount": "万元",
        "procurement.amount": "元",
    }
    bare = "FROM proactive ANTI JOIN item_label l ON l.item = concat(proactive.item, '.', measure)"
    assert not ask(home, bare)
