"""The published tables about organs and places: names, predecessors, successors."""

from __future__ import annotations

import pytest

from pipelines.reports.organs import identify
from tests.warehouse.made import SHANDONG, bring_up, home_at, put, report, rows
from warehouse import query
from warehouse.home import Home

CITY, COUNTY, CODE = "威海市", "环翠区", "371002"
NAMES = [
    (2012, "环翠区卫生局"),
    (2016, "环翠区卫生和计划生育局"),
    (2020, "威海市环翠区卫生健康局"),
    (2012, "环翠区人口和计划生育局"),
    (2016, "环翠区国土资源局"),
    (2020, "环翠区自然资源局"),
    (2012, "环翠区教育局"),
    (2020, "环翠区教育和科技局"),
    (2012, "环翠区张村乡人民政府"),
    (2020, "环翠区张村镇人民政府"),
    (2020, "环翠区医疗保障局"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = home_at(tmp_path_factory.mktemp("identity"))
    for year in sorted({year for year, _ in NAMES}):
        made = []
        for _, name in [entry for entry in NAMES if entry[0] == year]:
            organ = identify(name, SHANDONG, CITY, COUNTY, name, CODE)
            told = {
                "organ": name,
                "place_id": organ.place_id,
                "organ_line": organ.line,
                "organ_zone": organ.zone,
                "organ_rule": organ.rule,
                "level": organ.level,
                "county": COUNTY,
            }
            made.append(report(f"{organ.organ_id}-{year}", organ.organ_id, **told))
        put(home, SHANDONG, year, rows(*made))
    bring_up(home)
    return home


def ask(home: Home, sql: str) -> list[tuple[object, ...]]:
    return query.run(home, sql).rows


def test_names_of_an_organ_with_the_rule_that_matched_them(home: Home) -> None:
    sql = (
        "SELECT n.name, n.rule, n.line, n.first_year, n.last_year, n.reports FROM organ_name n"
        " JOIN organ o USING (organ_id) WHERE o.line = 'health' ORDER BY n.first_year"
    )
    assert ask(home, sql) == [
        ("环翠区卫生局", "name", "health", 2012, 2012, 1),
        ("环翠区卫生和计划生育局", "name", "health", 2016, 2016, 1),
        ("威海市环翠区卫生健康局", "name", "health", 2020, 2020, 1),
    ]
    assert ask(home, "SELECT organ, reports FROM organ WHERE line = 'health'") == [
        ("威海市环翠区卫生健康局", 3)
    ]


def test_predecessors_are_named_and_not_merged(home: Home) -> None:
    sql = "SELECT organ, predecessor, relation FROM organ_predecessor ORDER BY ALL"
    assert set(ask(home, sql)) == {
        ("威海市环翠区卫生健康局", "环翠区人口和计划生育局", "merged"),
        ("环翠区自然资源局", "环翠区国土资源局", "doubtful"),
        ("环翠区教育和科技局", "环翠区教育局", "doubtful"),
        ("环翠区张村镇人民政府", "环翠区张村乡人民政府", "doubtful"),
        ("环翠区医疗保障局", "威海市环翠区卫生健康局", "tasks"),
    }


def test_all_province_keys_are_in_region_and_a_place_is_one_id(home: Home) -> None:
    count = "SELECT count(DISTINCT province) FROM region"
    assert ask(home, count) == [(33,)]
    sql = "SELECT name, valid_from, valid_to FROM region WHERE place_id = '220602' ORDER BY ALL"
    assert ask(home, sql) == [("八道江区", None, 2010), ("浑江区", 2010, None)]
    twice = (
        "SELECT place_id FROM region WHERE valid_to IS NULL GROUP BY place_id HAVING count(*) > 1"
    )
    assert ask(home, twice) == []


def test_every_successor_is_a_region(home: Home) -> None:
    lost = (
        "SELECT * FROM region_successor s ANTI JOIN region r"
        " ON r.code = s.successor_code AND r.name = s.successor"
    )
    assert ask(home, lost) == []
    ended = "SELECT code, name FROM region WHERE valid_to IS NOT NULL"
    assert ask(home, f"{ended} EXCEPT SELECT code, name FROM region_successor") == []
