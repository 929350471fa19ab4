"""The checks across reports, rule by rule: what each finds, and what it must leave alone."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path

import pytest

from tests.warehouse.judged import empty_build, insert, judge, report, run
from tests.warehouse.made import SHANGHAI, request
from warehouse.checks import checks
from warehouse.checks.catalog import COLUMNS, read_check, render, single_rules

ROOT = Path(__file__).parents[2]
Row = dict[str, object]


def figure(report_id: str, item: str, measure: str, value: float | None) -> Row:
    return {"report_id": report_id, "item": item, "measure": measure, "value": value}


def paragraph(report_id: str, text: int, length: int, number: int = 1) -> Row:
    return {"report_id": report_id, "number": number, "hash": text, "length": length}


def test_the_page_agrees_with_the_headers() -> None:
    written = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert written == render(), "run: python -m warehouse.checks"


def test_every_check_has_the_columns_of_a_finding_and_chinese_in_its_title() -> None:
    with empty_build() as con:
        con.execute("CREATE TEMP VIEW paragraph AS FROM words.paragraph")
        for check in checks():
            columns = [row[0] for row in con.execute(f"DESCRIBE {check.select}").fetchall()]
            assert tuple(columns) == COLUMNS, check.id
            assert any("一" <= char <= "鿿" for char in check.zh), check.id


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("-- severity: warning", "-- severity: bad"),
        ("-- scope: organ", "-- scope: world"),
        ("-- check: carry_over", "-- check: other"),
        ("-- formula: ", "-- rule: "),
    ],
)
def test_a_wrong_header_is_refused_by_name(tmp_path: Path, line: str, instead: str) -> None:
    right = next(check for check in checks() if check.id == "carry_over").path
    path = tmp_path / right.name
    path.write_text(right.read_text(encoding="utf-8").replace(line, instead, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"carry_over\.sql"):
        read_check(path)


def test_carry_over_compares_each_applicant_and_never_an_unknown() -> None:
    tables = {
        "report": [report("a", 2020), report("a", 2021), report("a", 2023), report("b", 2022)],
        "request": [
            request("a-2020", "carried_out", 3, 0, None, 1, 0, 0, 4),
            request("a-2021", "carried_in", 2, 1, 5, None, 0, 0, 4),
            # Two years on, and another organ: neither is the next report.
            request("a-2023", "carried_in", 9, 9, 9, 9, 9, 9, 9),
            request("b-2022", "carried_in", 9, 9, 9, 9, 9, 9, 9),
        ],
    }
    assert judge(tables, "carry_over") == [
        ("a-2021", "carried_in", "commercial_enterprise", 0, 1),
        ("a-2021", "carried_in", "natural_person", 3, 2),
    ]


def test_rules_in_force_follow_from_the_year_before() -> None:
    def stock(year: int, issued: int | None, repealed: int, in_force: int, item: str) -> list[Row]:
        said = {"issued": issued, "repealed": repealed, "in_force": in_force}
        return [figure(f"a-{year}", item, name, value) for name, value in said.items()]

    tables = {
        "report": [report("a", year) for year in (2021, 2022, 2023, 2024)],
        "proactive": [
            *stock(2021, 2, 0, 10, "normative_document"),
            *stock(2022, 3, 1, 12, "normative_document"),
            *stock(2023, 1, 0, 14, "normative_document"),
            *stock(2024, None, 0, 99, "normative_document"),
            *stock(2021, 0, 0, 1, "regulation"),
            *stock(2022, 0, 1, 1, "regulation"),
        ],
    }
    assert judge(tables, "stock_of_rules") == [
        ("a-2022", "regulation", "in_force", 0, 1),
        ("a-2023", "normative_document", "in_force", 13, 14),
    ]


def test_rules_disclosed_in_all_may_shrink_but_not_grow_by_more_than_the_new_ones() -> None:
    def stock(year: int, new: int, total: int | None) -> list[Row]:
        said = {"newly_disclosed": new, "total_disclosed": total}
        return [figure(f"a-{year}", "regulation", name, value) for name, value in said.items()]

    tables = {
        "report": [report("a", year) for year in (2017, 2018, 2019, 2020)],
        "proactive": [
            *stock(2017, 1, 9),
            *stock(2018, 1, 5),
            *stock(2019, 2, 8),
            *stock(2020, 0, None),
        ],
    }
    assert judge(tables, "stock_disclosed") == [("a-2019", "regulation", "total_disclosed", 7, 8)]


def test_items_of_the_previous_year_are_those_it_ended_with() -> None:
    tables = {
        "report": [report("a", 2019), report("a", 2020)],
        "proactive": [
            figure("a-2019", "administrative_license", "previous_year_items", 10),
            figure("a-2019", "administrative_license", "change", -2),
            figure("a-2020", "administrative_license", "previous_year_items", 10),
            figure("a-2019", "administrative_penalty", "previous_year_items", 10),
            figure("a-2019", "administrative_penalty", "change", None),
            figure("a-2020", "administrative_penalty", "previous_year_items", 1),
        ],
    }
    found = [("a-2020", "administrative_license", "previous_year_items", 8, 10)]
    assert judge(tables, "stock_of_items") == found


@pytest.mark.parametrize(
    ("series", "found"),
    [
        ([40, 50, 45, 900, 48], [2021]),
        ([40, 50, 45, 0, 48], []),  # less than 50 away
        ([400, 500, 450, 0, 480], [2021]),
        ([400, 500, 450, None, 480], []),  # unknown is not 0
        ([40, 50, 900], []),  # two other years are no history
        ([2, 0, 1, 8, 3], []),  # small numbers jump
        ([10, 500, 30, 2000, 80], []),  # an organ whose figures always jump
    ],
)
def test_a_jump_is_far_from_the_organs_own_years(
    series: list[int | None], found: list[int]
) -> None:
    years = range(2018, 2018 + len(series))
    tables = {
        "report": [report("a", year) for year in years],
        "request": [
            request(f"a-{year}", "received", 0, 0, 0, 0, 0, 0, number)
            for year, number in zip(years, series, strict=True)
        ],
    }
    assert [row[0] for row in judge(tables, "jump")] == [f"a-{year}" for year in found]


def test_fees_ten_thousand_times_the_others_are_taken_for_another_unit() -> None:
    amounts = {2021: 12.5, 2022: 130_000.0, 2023: 14.0, 2024: 60.0}
    tables = {
        "report": [report("a", year) for year in amounts],
        "proactive": [
            figure(f"a-{year}", "administrative_fee", "amount", value)
            for year, value in amounts.items()
        ],
    }
    found = [("a-2022", "administrative_fee", "amount", 14.0, 130_000.0)]
    assert judge(tables, "fee_unit") == found


def test_departments_together_are_compared_where_there_are_enough_of_them() -> None:
    def place(city: str, departments: int, whole: int | None) -> tuple[list[Row], list[Row]]:
        names = [f"{city}{i}" for i in range(departments)]
        reports = [report(name, 2021, city=city) for name in names]
        rows = [request(f"{name}-2021", "received", 0, 0, 0, 0, 0, 0, 10) for name in names]
        reports.append(report(city, 2021, city=city, kind="government"))
        rows.append(request(f"{city}-2021", "received", 0, 0, 0, 0, 0, 0, whole))
        return reports, rows

    places = [
        place("few", 4, 1),
        place("less", 5, 49),
        place("more", 5, 51),
        place("none", 5, None),
    ]
    tables = {
        "report": [row for reports, _ in places for row in reports],
        "request": [row for _, rows in places for row in rows],
    }
    assert judge(tables, "government_sum") == [("less-2021", "received", "total", 50, 49)]


def table_three(report_id: str, *, times: int = 1, last: int = 1) -> list[Row]:
    return [
        request(report_id, "received", 11 * times, 2, 0, 0, 0, 0, 11 * times + 2),
        request(report_id, "granted", 7, 1, 0, 0, 0, 0, 8),
        request(report_id, "denied_other_law", 0, 0, 0, 0, 0, 0, 0),
        request(report_id, "carried_out", 4, last, 0, 0, 0, 0, 4 + last),
    ]


def test_table_three_repeated_in_another_year_and_at_another_organ() -> None:
    tables = {
        "report": [
            *(report("a", year) for year in (2019, 2020, 2021)),
            *(report(name, 2021) for name in ("b", "c", "d")),
            report("e", 2021, province=SHANGHAI),
        ],
        "request": [
            *table_three("a-2019"),
            *table_three("a-2020", last=2),
            # The form of another year has other empty rows: still the same figures.
            *table_three("a-2021"),
            request("a-2021", "other_rest", 0, 0, 0, 0, 0, 0, 0),
            *table_three("b-2021"),
            *table_three("c-2021", last=3),
            # Two of a kind, but all but empty: no wonder.
            request("d-2021", "received", 20, 0, 0, 0, 0, 0, 20),
            *({**row, "province": SHANGHAI} for row in table_three("e-2021")),
        ],
    }
    assert [row[0] for row in judge(tables, "figures_repeated")] == ["a-2021"]
    assert [row[0] for row in judge(tables, "figures_shared")] == ["a-2021", "b-2021"]


def test_publication_is_judged_by_the_day_of_its_kind_and_year() -> None:
    days = {
        "a": (2018, "department", dt.date(2019, 3, 31)),
        "b": (2018, "department", dt.date(2019, 4, 1)),
        "c": (2019, "department", dt.date(2020, 2, 1)),
        "d": (2019, "government", dt.date(2020, 2, 1)),
        "e": (2021, "government", dt.date(2022, 4, 1)),
        "f": (2021, "department", None),
        "g": (2021, "department", dt.date(2021, 3, 1)),
    }
    tables = {
        "report": [
            report(name, year, kind=kind, published_on=day)
            for name, (year, kind, day) in days.items()
        ]
    }
    late = [row[0] for row in judge(tables, "late_publication")]
    assert late == ["b-2018", "c-2019", "e-2021"]
    assert [row[0] for row in judge(tables, "published_early")] == ["g-2021"]


def test_one_document_or_one_organ_under_two_identities() -> None:
    tables = {
        "report": [
            report("a", 2021, sha256="x"),
            report("b", 2021, sha256="x"),
            report("c", 2021, sha256="y"),
            report("c", 2022, sha256="y"),
            report("d", 2021, organ="财政局", city="甲"),
            report("e", 2021, organ="财政局", city="甲"),
            report("f", 2021, organ="财政局", city="乙"),
            report("g", 2021, sha256=None, organ=None),
            report("h", 2021, sha256=None, organ=None),
        ]
    }
    assert [row[0] for row in judge(tables, "same_document")] == ["a-2021", "b-2021"]
    assert [row[0] for row in judge(tables, "same_document_years")] == ["c-2022"]
    assert [row[0] for row in judge(tables, "duplicate_organ")] == ["d-2021", "e-2021"]


def test_copied_text_is_measured_by_its_length() -> None:
    tables = {
        "report": [
            *(report("a", year) for year in (2016, 2020, 2021)),
            *(report(name, 2021) for name in ("b", "c", "d")),
        ],
        "paragraph": [
            paragraph("a-2016", 9, 400),
            paragraph("a-2020", 1, 200),
            paragraph("a-2020", 2, 100),
            # 300 of 400 characters from the year before; 400 of five years before do not count.
            paragraph("a-2021", 1, 200),
            paragraph("a-2021", 2, 100),
            paragraph("a-2021", 3, 100),
            # 300 of 430 is not enough.
            paragraph("b-2021", 1, 200),
            paragraph("b-2021", 2, 100),
            paragraph("b-2021", 4, 130),
            # The preamble is the same everywhere, and short texts are.
            paragraph("c-2021", 5, 400, number=0),
            paragraph("d-2021", 5, 400, number=0),
        ],
    }
    assert [row[0] for row in judge(tables, "text_reused")] == ["a-2021"]
    assert [row[0] for row in judge(tables, "text_shared")] == ["a-2021"]


def test_findings_are_counted_and_a_rerun_changes_nothing() -> None:
    tables = {
        "report": [report("a", 2021, sha256="x"), report("b", 2021, sha256="x")],
        "finding": [{"report_id": "a-2021", "rule": "row_total", "severity": "warning"}],
    }
    with empty_build() as con:
        insert(con, tables)
        first = run(con)
        assert run(con) == first
        counts = con.execute("SELECT report_id, findings FROM build.report ORDER BY ALL").fetchall()
        assert counts == [("a-2021", 2), ("b-2021", 1)]


def test_every_rule_of_a_finding_has_a_title() -> None:
    """What the code calls a finding is in table ``rule``, in both languages."""
    used = set()
    for path in (Path(__file__).parents[2] / "pipelines").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            first = None
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                first = next((k.value for k in node.keywords if k.arg == "rule"), None)
                first = node.args[0] if node.args else first
            if isinstance(node, ast.Dict):
                keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
                first = node.values[keys.index("rule")] if "rule" in keys else None
            if isinstance(first, ast.Constant):
                used.add(first.value)
    assert len(used) > 30
    assert used <= single_rules().keys()
    assert not single_rules().keys() & {check.id for check in checks()}
    assert all(en and zh for en, zh in single_rules().values())
