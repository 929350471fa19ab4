"""Missing reports with their reason, and what a changed partition has checked anew."""

from __future__ import annotations

from tests.warehouse.judged import empty_build, insert, report, run
from tests.warehouse.made import SHANDONG, SHANGHAI, request

Row = dict[str, object]


MISSING = "SELECT year, organ_id, expected_by, reason FROM build.missing_report ORDER BY ALL"


def test_missing_organs_have_the_reason_why() -> None:
    def article(name: str, year: int, outcome: str, **more: object) -> Row:
        site = more.pop("site", "x.gov.cn")
        return {
            "url": f"http://{name}/{year}",
            "year": year,
            "outcome": outcome,
            "site": site,
            **more,
        }

    def site(host: str, year: int, organ_id: str, visited: bool = True) -> Row:
        return {
            "host": host,
            "year": year,
            "organ": organ_id,
            "organ_id": organ_id,
            "visited": visited,
        }

    tables = {
        "report": [
            report("a", 2020, url="http://a/2020"),
            report("b", 2020, url="http://b/2020"),
            report("c", 2020, url="http://c/2020"),
            report("x", 2021),
            report("old", 2016),
            report("late", 2025),
        ],
        "document": [
            article("a", 2020, "report"),
            article("b", 2020, "report", site="b.gov.cn"),
            article("c", 2020, "report", site="gone.gov.cn"),
            article("d", 2021, "failed", organ_id="d", reason="status 404"),
            article("e", 2021, "blocked", organ_id="e"),
            article("f", 2021, "blocked", organ_id="x"),
        ],
        "site": [
            site("x.gov.cn", 2021, "x"),
            site("b.gov.cn", 2021, "b2"),
            site("new.gov.cn", 2021, "n", visited=False),
        ],
    }
    with empty_build() as con:
        insert(con, tables)
        run(con)
        found = [row[1:] for row in con.execute(MISSING).fetchall() if row[0] == 2021]
    assert found == [
        ("a", "seen", "not_listed"),
        ("b", "seen", "nothing_listed"),
        ("b2", "registry", "nothing_listed"),
        ("c", "seen", "no_site"),
        ("d", "listed", "removed"),
        ("e", "listed", "blocked"),
        ("n", "registry", "not_visited"),
    ]


def test_nothing_is_missing_before_its_day() -> None:
    tables = {
        "report": [
            report("a", 2024, kind="government"),
            report("b", 2024),
            report("a", 2025, kind="government"),
            report("c", 2026),
        ],
    }
    with empty_build() as con:
        insert(con, tables)
        run(con)
        found = con.execute(MISSING).fetchall()
    assert [row[:2] for row in found if row[0] > 2024] == [(2025, "b"), (2025, "c")]
    assert {row[0] for row in found} == {2024, 2025}


def test_only_what_a_changed_partition_touches_is_checked_anew() -> None:
    tables = {
        "report": [
            report("a", 2020), report("a", 2021), report("b", 2020), report("b", 2021),
            report("z", 2020, province=SHANGHAI), report("z", 2021, province=SHANGHAI),
        ],
        "request": [
            request("a-2020", "carried_out", 3), request("a-2021", "carried_in", 2),
            request("b-2020", "carried_out", 3), request("b-2021", "carried_in", 2),
            {**request("z-2020", "carried_out", 3), "province": SHANGHAI},
            {**request("z-2021", "carried_in", 2), "province": SHANGHAI},
        ],
    }  # fmt: skip
    with empty_build() as con:
        insert(con, tables)
        assert [row[1] for row in run(con)] == ["a-2021", "b-2021", "z-2021"]
        con.execute("ATTACH ':memory:' AS before")
        for table in ("report", "request", "proactive", "legal_challenge", "finding"):
            con.execute(f"CREATE TABLE before.{table} AS FROM build.{table}")
        # The year 2020 comes anew without the contradiction of a, and without b.
        con.execute("UPDATE build.request SET natural_person = 2 WHERE report_id = 'a-2020'")
        for table in ("report", "request"):
            con.execute(f"DELETE FROM build.{table} WHERE report_id = 'b-2020'")
        con.execute("DELETE FROM build.finding WHERE report_id LIKE '%-2020'")
        # This would be found as well, were it looked at.
        con.execute("UPDATE build.request SET natural_person = 9 WHERE report_id = 'z-2021'")
        found = run(con, changed={(SHANDONG, 2020)}, has_before=True)
        assert found == [("carry_over", "z-2021", "carried_in", "natural_person", 3, 2)]


def test_findings_of_organs_that_did_not_change_outlive_their_replaced_partition() -> None:
    tables = {
        "report": [report(name, year) for name in ("a", "b") for year in (2020, 2021)],
        "request": [
            request("a-2020", "carried_out", 3), request("a-2021", "carried_in", 2),
            request("b-2020", "carried_out", 3), request("b-2021", "carried_in", 2),
        ],
    }  # fmt: skip
    with empty_build() as con:
        insert(con, tables)
        whole = run(con)
        con.execute("ATTACH ':memory:' AS before")
        for table in ("report", "request", "proactive", "legal_challenge", "finding"):
            con.execute(f"CREATE TABLE before.{table} AS FROM build.{table}")
        con.execute("DELETE FROM build.finding WHERE year = 2021")
        con.execute("UPDATE build.report SET findings = 0")
        con.execute("UPDATE build.request SET natural_person = 4 WHERE report_id = 'a-2021'")
        found = run(con, changed={(SHANDONG, 2021)}, has_before=True)
        assert found == [(*whole[0][:5], 4), whole[1]]
        assert con.execute("SELECT organ_id FROM touched").fetchall() == [("a",)]
        counts = con.execute("SELECT findings FROM build.report ORDER BY report_id").fetchall()
        assert counts == [(0,), (1,), (0,), (1,)]
