"""A file whose partitions were replaced one by one is the file that is built from nothing."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.made import SHANDONG, SHANGHAI, Rows, bring_up, put, report, request
from warehouse.home import Home
from warehouse.published import attach
from warehouse.schema import load

YEARS = range(2019, 2024)
ORGANS = [(f"机关{n}", f"o{n}", n) for n in range(14)]
ITEMS = "received", "carried_in", "granted", "denied_other_law", "unavailable_not_held"
OTHERS = "other_not_corrected", "other_unpaid", "other_rest", "total_processed", "carried_out"
SENTENCES = [f"本机关全面贯彻第{n}号公开条例，及时公开政府信息，行政复议{n}件。" for n in range(6)]

SLOTLESS = {
    "search_doc": "province, year, doc, report_id, number, length",
    "search_posting": "province, year, pair, hits",
}
"""The slot is a number that a partition gets when it comes in."""

WORDS = {
    "tables": "database_name, table_name, comment, sql",
    "columns": "database_name, table_name, column_name, data_type, comment",
    "views": "database_name, view_name, comment, sql",
    "functions": "database_name, function_name, comment, macro_definition",
}
"""What the file says of itself."""


def reports_of(chance: random.Random, province: str, year: int) -> Rows:
    """All tables of one partition, with contradictions that the checks across reports find."""
    chosen = chance.sample(ORGANS, chance.randrange(1, len(ORGANS)))
    found: Rows = {name: [] for name in load().partitioned}
    for organ, organ_id, number in chosen:
        organ_id = f"{province}{organ_id}"
        report_id = f"{organ_id}-{year}"
        row = report(
            report_id,
            organ_id,
            organ=organ if chance.random() < 0.8 else f"{organ}（新）",
            place_id="p1",
            organ_line=f"l{number % 5}",
            organ_rule="name",
            kind="government" if number == 0 else "department",
            city="某市",
            published_on=f"{year + 1}-0{chance.randrange(1, 6)}-15",
            sha256=f"{chance.randrange(20):064}",
        )
        found["report"].append(row)
        version = {name: row[name] for name in ("report_id", "organ", "title", "form", "url")}
        found["report_version"].append({**version, "version": 1})
        found["document"].append(
            {"url": row["url"], "site": "a.gov.cn", "report_id": report_id, "outcome": "report"}
        )
        seed = chance.choice([3, 900])
        found["request"] += [
            request(report_id, item, *[chance.choice([None, 0, seed])] * 6, seed + place)
            for place, item in enumerate((*ITEMS, *OTHERS))
        ]
        found["proactive"] += [
            {"report_id": report_id, "item": item, "measure": measure, "value": seed + len(measure)}
            for item, measure in [
                ("administrative_fee", "amount"),
                ("regulation", "issued"),
                ("regulation", "repealed"),
                ("regulation", "in_force"),
            ]
        ]
        found["legal_challenge"] += [
            {"report_id": report_id, "channel": "reconsideration", "total": seed, "upheld": seed}
        ]
        found["cell"].append(
            {"report_id": report_id, "table_name": "request", "meaning": "blank", "raw": ""}
        )
        found["finding"].append({"report_id": report_id, "rule": "row_total", "severity": "info"})
        said = [chance.choice(SENTENCES) for _ in range(4)]
        for part in (1, 2):
            found["section"].append(
                {"report_id": report_id, "number": part, "text": "\n".join(said)}
            )
        found["paragraph"] += [
            {"report_id": report_id, "number": 1, "hash": SENTENCES.index(s), "length": 200}
            for s in set(said)
        ]
    found["document"].append(
        {"url": f"http://a.gov.cn/{year}", "site": "a.gov.cn", "outcome": "rejected", "title": "无"}
    )
    found["site"].append(
        {"host": "a.gov.cn", "organ": "某市", "organ_id": f"{province}o0", "visited": True}
    )
    return found


def content(home: Home) -> dict[str, list[str]]:
    """Every table, view, word of description and a search, as sorted lines."""
    found = {}
    with duckdb.connect() as con:
        attach(con, home.text, "text")
        attach(con, home.figures, "gongkai")
        con.execute("USE gongkai")
        names = con.execute(
            "SELECT database_name, table_name FROM duckdb_tables() UNION ALL"
            " SELECT database_name, view_name FROM duckdb_views() WHERE NOT internal"
        ).fetchall()
        for database, name in names:
            columns = SLOTLESS.get(name, "*")
            rows = con.execute(f'SELECT {columns} FROM {database}."{name}"').fetchall()
            found[f"{database}.{name}"] = sorted(map(str, rows))
        for what, columns in WORDS.items():
            rows = con.execute(f"SELECT {columns} FROM duckdb_{what}() WHERE NOT internal")
            found[what] = sorted(map(str, rows.fetchall()))
        rows = con.execute("FROM text.search('公开条例 行政复议', most := 500)").fetchall()
        found["search"] = sorted(map(str, rows))
    return found


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2, 3))])
def test_replacing_partitions_gives_what_building_anew_gives(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    home, anew = Home(tmp_path / "home"), Home(tmp_path / "anew")
    for province in (SHANDONG, SHANGHAI):
        for year in YEARS:
            put(home, province, year, reports_of(chance, province, year))
    anew.root.mkdir()
    anew.lake.symlink_to(home.lake)
    bring_up(home)
    for _ in range(3):
        for _ in range(chance.choice([1, 1, 2])):
            province, year = chance.choice([SHANDONG, SHANGHAI]), chance.choice(YEARS)
            rows = reports_of(chance, province, year)
            put(home, province, year, rows if chance.random() < 0.8 else {})
        assert bring_up(home, rebuild=False).published
    bring_up(anew, rebuild=True)
    replaced, built = content(home), content(anew)
    assert replaced.keys() == built.keys()
    for name, lines in replaced.items():
        assert lines == built[name], name
    with duckdb.connect() as con:
        attach(con, home.figures, "gongkai")
        counted = "SELECT scope, count(DISTINCT rule) FROM gongkai.finding GROUP BY ALL"
        rules = dict(con.execute(counted).fetchall())
    assert min(rules["organ"], rules["partition"]) >= 3, "too little found to prove anything"
