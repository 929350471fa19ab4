"""Dismissals, corrections and the checks across reports on the way through publish."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipelines.cli import cli
from tests.warehouse.made import SHANDONG, SHANGHAI, bring_up, home_at, put, report, request
from warehouse import query
from warehouse.checks import ReviewError, read_review
from warehouse.errors import PublishError
from warehouse.home import Home
from warehouse.verify import verify_published

SIGNED = {"reason": "Merged bureau.", "reviewer": "L. Wang", "date": "2026-11-22"}
DISMISSED = {"province": SHANDONG, "year": 2021, "organ": "机关a", "rule": "carry_over"}
CORRECTED = {
    "province": SHANDONG, "year": 2021, "report": "a21", "table": "request", "item": "carried_in",
    "column": "natural_person", "printed": 2, "corrected": 3, "source": "Letter",
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = home_at(tmp_path)
    put(home, SHANDONG, 2020, year_of("a20", carried_out=3))
    put(home, SHANDONG, 2021, year_of("a21", carried_in=2))
    return home


def year_of(report_id: str, organ_id: str = "a", **rows: int) -> dict[str, list[dict[str, object]]]:
    return {
        "report": [report(report_id, organ_id, sha256=report_id)],
        "request": [
            request(report_id, item, number, 0, 0, 0, 0, 0, number) for item, number in rows.items()
        ],
    }


def write(path: Path, *entries: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(
        f"- {line}" if number == 0 else f"  {line}"
        for entry in entries
        for number, line in enumerate(
            yaml.safe_dump({**SIGNED, **entry}, allow_unicode=True).splitlines()
        )
    )
    path.write_text(text.replace("'2026-11-22'", "2026-11-22"), encoding="utf-8")


def ask(home: Home, sql: str) -> list[tuple[object, ...]]:
    return query.run(home, sql).rows


def across(home: Home) -> list[tuple[object, ...]]:
    sql = "SELECT * FROM finding WHERE scope IS NOT NULL ORDER BY ALL"
    return ask(home, sql)


def status(home: Home) -> list[object]:
    return [row[0] for row in ask(home, "SELECT status FROM review ORDER BY file, entry")]


@pytest.mark.parametrize("rebuild", [True, False])
def test_a_dismissed_finding_stays_with_its_reason_and_does_not_count(
    home: Home, rebuild: bool
) -> None:
    bring_up(home)
    assert ask(home, "SELECT findings FROM report ORDER BY report_id") == [(0,), (2,)]
    write(home.dismissals, {**DISMISSED, "column": "total"}, {**DISMISSED, "rule": "other"})
    bring_up(home, rebuild=rebuild)
    sql = "SELECT column_name, dismissed FROM finding ORDER BY ALL"
    words = "Merged bureau. (L. Wang, 2026-11-22)"
    assert ask(home, sql) == [("natural_person", None), ("total", words)]
    assert ask(home, "SELECT findings FROM report ORDER BY report_id") == [(0,), (1,)]
    assert status(home) == ["applied", "no_match"]
    assert len(ask(home, "FROM carry_over_mismatch")) == 1
    put(home, SHANDONG, 2020, year_of("a20", carried_out=4))
    bring_up(home, rebuild=rebuild)
    assert ask(home, sql) == [("natural_person", None), ("total", words)]
    home.dismissals.unlink()
    bring_up(home, rebuild=rebuild)
    assert [row[1] for row in ask(home, sql)] == [None, None]
    assert ask(home, "SELECT findings FROM report ORDER BY report_id") == [(0,), (2,)]


@pytest.mark.parametrize("rebuild", [True, False])
def test_a_correction_keeps_both_values_and_goes_when_it_is_withdrawn(
    home: Home, rebuild: bool
) -> None:
    bring_up(home)
    write(home.corrections, CORRECTED, {**CORRECTED, "column": "total", "printed": 7})
    assert any("another version" in problem for problem in verify_published(home))
    bring_up(home, rebuild=rebuild)
    value = "SELECT natural_person, total FROM request WHERE report_id = 'a21'"
    assert ask(home, value) == [(3, 2)]
    assert ask(home, "SELECT item, column_name, meaning, raw FROM cell") == [
        ("carried_in", "natural_person", "corrected", "2")
    ]
    sql = "SELECT rule, column_name, expected, actual FROM finding ORDER BY ALL"
    expected = [
        ("carry_over", "total", 3, 2),
        ("corrected", "natural_person", 3, 2),
        ("correction_refused", "total", 3, 2),
    ]
    assert ask(home, sql) == expected
    assert status(home) == ["applied", "changed"]
    assert verify_published(home) == []
    # Another partition changes: what is corrected stays corrected, once.
    put(home, SHANDONG, 2019, year_of("a19", carried_out=0))
    bring_up(home, rebuild=rebuild)
    assert ask(home, sql) == expected
    assert status(home) == ["applied", "changed"]
    # The document says something else now.
    put(home, SHANDONG, 2021, year_of("a21", carried_in=9))
    bring_up(home, rebuild=rebuild)
    assert ask(home, value) == [(9, 9)]
    assert status(home) == ["changed", "changed"]
    home.corrections.unlink()
    bring_up(home, rebuild=rebuild)
    assert {row[0] for row in ask(home, sql)} == {"carry_over"}
    assert ask(home, "FROM cell") == []


def test_a_cell_without_a_number_is_corrected_by_its_text(home: Home) -> None:
    rows = year_of("a21")
    rows["request"] = [request("a21", "carried_in", None, 0, 0, 0, 0, 0, 0)]
    rows["cell"] = [
        {
            "report_id": "a21", "table_name": "request", "item": "carried_in",
            "column_name": "natural_person", "meaning": "unreadable", "raw": "l3",
        }
    ]  # fmt: skip
    put(home, SHANDONG, 2021, rows)
    write(home.corrections, {**CORRECTED, "printed": "l3", "corrected": 13})
    bring_up(home)
    assert ask(home, "SELECT natural_person FROM request WHERE report_id = 'a21'") == [(13,)]
    assert ask(home, "SELECT meaning, raw FROM cell") == [("corrected", "l3")]


def test_entries_about_other_reports_are_told_apart(home: Home) -> None:
    write(
        home.dismissals,
        {**DISMISSED, "year": 2009},
        {**DISMISSED, "organ": "别的机关"},
    )
    bring_up(home)
    assert status(home) == ["no_data", "no_report"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({**DISMISSED, "reason": ""}, "entry 1: lacks reason"),
        ({**DISMISSED, "rule": None}, "entry 1: lacks rule"),
        ({**DISMISSED, "province": "山东"}, "full name"),
        ({**DISMISSED, "year": "2021"}, "is not a year"),
        ({**DISMISSED, "report": "a21"}, "organ or report"),
        ({**DISMISSED, "colour": "red"}, "no such field: colour"),
        ({**DISMISSED, "date": "soon"}, "is not a day"),
        ({**DISMISSED, "actual": "many"}, "actual 'many' is not a number"),
    ],
)
def test_a_wrong_dismissal_stops_publish_by_file_and_entry(
    home: Home, entry: dict[str, object], words: str
) -> None:
    write(home.dismissals, entry)
    with pytest.raises(PublishError, match=words) as error:
        bring_up(home)
    assert str(home.dismissals) in str(error.value)
    assert not home.figures.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"table": "sections"}, "table sections is none of"),
        ({"column": "nobody"}, "column nobody is not in table request"),
        ({"corrected": 1.5}, "whole number"),
        ({"source": None}, "lacks source"),
    ],
)
def test_a_wrong_correction_is_refused(home: Home, change: dict[str, object], words: str) -> None:
    write(home.corrections, {**CORRECTED, **change})
    with pytest.raises(ReviewError, match=words):
        read_review(home)


@pytest.mark.parametrize("text", ["- [", "a: b", "- 1"])
def test_a_file_that_is_no_list_of_entries_is_refused(home: Home, text: str) -> None:
    home.corrections.parent.mkdir(parents=True, exist_ok=True)
    home.corrections.write_text(text, encoding="utf-8")
    with pytest.raises(ReviewError, match=r"corrections\.yaml"):
        read_review(home)


def test_one_replaced_partition_leads_to_the_findings_of_a_whole_build(home: Home) -> None:
    for province in (SHANDONG, SHANGHAI):
        for year in range(2017, 2024):
            rows: dict[str, list[dict[str, object]]] = {"report": [], "request": []}
            for name in "abcd":
                key = f"{province}{name}{year}"
                made = year_of(key, f"{province}{name}", carried_in=year % 3, carried_out=1)
                rows["report"] += made["report"]
                rows["request"] += made["request"]
            put(home, province, year, rows)
    bring_up(home)
    for year in (2018, 2021):
        put(home, SHANDONG, year, year_of(f"{SHANDONG}b{year}", f"{SHANDONG}b", carried_out=5))
        bring_up(home, rebuild=False)
    replaced = across(home), ask(home, "FROM missing_report ORDER BY ALL")
    counts = ask(home, "SELECT report_id, findings FROM report ORDER BY ALL")
    bring_up(home, rebuild=True)
    assert len(replaced[0]) == 32 + 4
    assert len(replaced[1]) == 6
    assert replaced == (across(home), ask(home, "FROM missing_report ORDER BY ALL"))
    assert counts == ask(home, "SELECT report_id, findings FROM report ORDER BY ALL")


def check(home: Home, *more: str) -> int:
    code = cli.main(["check", "--home", str(home.root), *more], standalone_mode=False)
    return int(code or 0)


def test_the_command_shows_both_kinds_and_names_entries_that_match_nothing(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = year_of("a21", carried_in=2)
    rows["finding"] = [{"report_id": "a21", "rule": "row_total", "severity": "error"}]
    put(home, SHANDONG, 2021, rows)
    write(home.dismissals, {**DISMISSED, "column": "total"})
    bring_up(home)
    assert check(home) == 0
    out, err = capsys.readouterr()
    lines = [line.split()[:2] for line in out.splitlines()[2:] if line]
    assert lines == [["error", "row_total"], ["warning", "carry_over"]]
    assert "2 findings; 1 more were dismissed on review" in err
    assert check(home, "--rule", "carry_over", "--dismissed", "--json") == 0
    assert len(yaml.safe_load(capsys.readouterr().out)) == 2
    assert check(home, "--province", SHANGHAI) == 0
    assert "0 findings" in capsys.readouterr().err
    write(home.dismissals, {**DISMISSED, "rule": "gone"})
    bring_up(home)
    assert check(home) == 2
    assert "entry 1: dismissal of gone" in capsys.readouterr().err
