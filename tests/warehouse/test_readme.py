"""Every SQL block of the READMEs runs, and answers what the same rows give by plain counting."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.made import (
    APPLICANTS,
    SHANDONG,
    SHANGHAI,
    Rows,
    bring_up,
    put,
    report,
    request,
)
from warehouse.facts import forms
from warehouse.home import Home

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh.md")
PLACES = ((SHANDONG, 2019), (SHANDONG, 2021), (SHANDONG, 2022), (SHANGHAI, 2021))
REPORTS = 5

Row = tuple[object, ...]


def number(*parts: object) -> int:
    """A number that looks like chance and is the same each time."""
    return sum((i + 3) * ord(c) for i, c in enumerate("".join(map(str, parts)))) % 23


def partition(province: str, year: int) -> Rows:
    """Reports of five organs, with nulls here and there."""
    form = next(f for f in forms.forms() if f.id == ("2019" if year < 2021 else "2021"))
    tables: Rows = {name: [] for name in ("report", "request", "legal_challenge", "proactive")}
    tables["section"] = []
    for organ in range(REPORTS):
        name = f"{province}{organ}-{year}"
        organ_id = f"{province}{organ}"
        tables["report"].append(report(name, organ_id, organ=f"第{organ}局{year}", form=form.id))
        for row in form.request.rows:
            cells: list[int | None] = [number(name, row.key, a) for a in APPLICANTS[:-1]]
            if number(row.key, name) == 0:
                cells[2] = None
            total = None if number(name, row.key) == 1 else sum(c or 0 for c in cells)
            tables["request"].append(request(name, row.key, *cells, total))
        for channel in form.legal_challenge.channels:
            parts = {r: number(name, channel.key, r) for r in ("upheld", "corrected", "other")}
            tables["legal_challenge"].append(
                {"report_id": name, "channel": channel.key, **parts, "pending": None}
                | {"total": sum(parts.values())}
            )
        for block in form.proactive:
            for row in block.rows:
                for column in block.columns:
                    value = number(name, row.key, column.key)
                    tables["proactive"].append(
                        {"report_id": name, "item": row.key, "measure": column.key}
                        | {"value": None if value == 5 else value / 4}
                    )
        text = (
            f"行政复议{organ}件，涉及申请{year}件。" * (organ + 1)
            if organ != 2
            else "没有行政复议。"
        )
        tables["section"].append({"report_id": name, "number": 4, "heading": "四", "text": text})
    return tables


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, dict[str, list[dict[str, object]]]]:
    folder = tmp_path_factory.mktemp("readme")
    home = Home(folder / "data")
    everything: dict[str, list[dict[str, object]]] = defaultdict(list)
    for province, year in PLACES:
        tables = partition(province, year)
        put(home, province, year, tables)
        for name, rows in tables.items():
            everything[name] += [{**row, "province": province, "year": year} for row in rows]
    bring_up(home)
    return folder, everything


def blocks(readme: str) -> list[str]:
    return re.findall(r"```sql\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL)


Rows_ = dict[str, list[dict[str, object]]]


def places() -> Iterator[tuple[str, int]]:
    return iter(sorted(PLACES))


def values(rows: list[dict[str, object]], column: str, **where: object) -> list[float]:
    """Printed figures of the rows that fit."""
    return [
        float(str(row[column]))
        for row in rows
        if all(row[name] == value for name, value in where.items()) and row[column] is not None
    ]


def total(rows: list[dict[str, object]], column: str, **where: object) -> float | None:
    found = values(rows, column, **where)
    return sum(found) if found else None


def by_province(all_: Rows_) -> list[Row]:
    return [
        (
            p,
            y,
            REPORTS,
            len(v := values(all_["request"], "total", province=p, year=y, item="received")),
            sum(v),
        )
        for p, y in places()
    ]


def rates(all_: Rows_) -> list[Row]:
    found: list[Row] = []
    for p, y in places():
        sums = [0.0] * 5
        known = 0
        for one in {
            row["report_id"] for row in all_["report"] if (row["province"], row["year"]) == (p, y)
        }:
            cells = {
                row["item"]: row["total"] for row in all_["request"] if row["report_id"] == one
            }
            denied = [v for k, v in cells.items() if str(k).startswith("denied_")]
            parts = [cells["total_processed"], cells["granted"], cells["partially_granted"]]
            figures = [*parts, None if None in denied else sum(map(int, map(str, denied)))]
            figures.append(cells["unavailable_not_held"])
            if None not in figures:
                known += 1
                sums = [a + float(str(b)) for a, b in zip(sums, figures, strict=True)]
        shares = [round(100 * part / sums[0], 1) if sums[0] else None for part in sums[1:]]
        found.append((p, y, known, sums[0] if known else None, *shares))
    return found


def applicants(all_: Rows_) -> list[Row]:
    label = {c.key: c.label for c in max(forms.forms(), key=lambda f: f.since).request.columns}
    found: list[Row] = []
    for year in sorted({y for _, y in PLACES}):
        sums = {
            a: sum(values(all_["request"], a, year=year, item="received")) for a in APPLICANTS[:-1]
        }
        whole = sum(sums.values())
        lines = [(year, a, label[a], n, round(100 * n / whole, 1)) for a, n in sums.items()]
        found += sorted(lines, key=lambda line: (-line[3], line[1]))
    return found


def challenges(all_: Rows_) -> list[Row]:
    found: list[Row] = []
    for p, y in places():
        received = sum(values(all_["request"], "total", province=p, year=y, item="received"))
        for channel in sorted({str(row["channel"]) for row in all_["legal_challenge"]}):
            up, fixed, other, pending, whole = (
                total(all_["legal_challenge"], result, province=p, year=y, channel=channel)
                for result in ("upheld", "corrected", "other", "pending", "total")
            )
            assert up is not None and fixed is not None and other is not None and whole is not None
            share = round(100 * fixed / (up + fixed + other), 1)
            per = round(1000 * whole / received, 2)
            found.append((p, y, channel, whole, per, up, fixed, other, pending, share))
    return found


def history(all_: Rows_) -> list[Row]:
    found: list[Row] = []
    for row in sorted(all_["report"], key=lambda row: str(row["year"])):
        if row["organ_id"] == f"{SHANDONG}0":
            cells = {
                r["item"]: r["total"] for r in all_["request"] if r["report_id"] == row["report_id"]
            }
            denied = [v for k, v in cells.items() if str(k).startswith("denied_")]
            reconsidered = total(
                all_["legal_challenge"],
                "total",
                report_id=row["report_id"],
                channel="reconsideration",
            )
            known = None if None in denied else sum(map(int, map(str, denied)))
            found.append(
                (
                    row["year"],
                    row["organ"],
                    cells["received"],
                    cells["granted"],
                    known,
                    cells["carried_out"],
                    reconsidered,
                )
            )
    return found


def missing(all_: Rows_) -> list[Row]:
    return [(p, y, REPORTS, REPORTS, 0, 0, None) for p, y in places()]


def carried(all_: Rows_) -> list[Row]:
    found: list[tuple[float, str, int, str, Row]] = []
    cell = {(r["report_id"], r["item"]): r for r in all_["request"]}
    for row in all_["report"]:
        later = f"{row['organ_id']}-{int(str(row['year'])) + 1}"
        if (later, "carried_in") in cell:
            out, into = cell[row["report_id"], "carried_out"], cell[later, "carried_in"]
            name = next(r["organ"] for r in all_["report"] if r["report_id"] == later)
            for a in APPLICANTS:
                if None not in (out[a], into[a]) and out[a] != into[a]:
                    gap = int(str(into[a])) - int(str(out[a]))
                    line = (name, row["year"], a, out[a], into[a], gap)
                    found.append((-abs(gap), str(row["organ_id"]), int(str(row["year"])), a, line))
    return [line[-1] for line in sorted(found)][:20]


def fees(all_: Rows_) -> list[Row]:
    found: list[Row] = []
    for year in (2021, 2022):
        v = values(
            all_["proactive"], "value", year=year, item="administrative_fee", measure="amount"
        )
        found.append((year, len(v), round(sum(v), 2)))
    return found


def series(all_: Rows_) -> list[Row]:
    sums: dict[tuple[str, int], list[float]] = defaultdict(list)
    parts: dict[tuple[str, int, object], list[object]] = defaultdict(list)
    for row in all_["request"]:
        item, year = str(row["item"]), int(str(row["year"]))
        if item.startswith("other_"):
            parts["other", year, row["report_id"]].append(row["total"])
        else:
            sums[item, year] += values([row], "total")
    for (item, year, _), cells in parts.items():
        if None not in cells:
            sums[item, year].append(sum(float(str(c)) for c in cells))
    label = {r.key: r.label for f in reversed(forms.forms()) for r in f.request.rows}
    return [(y, i, label[i], sum(v) if v else None, len(v)) for (i, y), v in sorted(sums.items())]


def proactive(all_: Rows_) -> list[Row]:
    names = {"newly_made": "issued", "total_disclosed": "in_force"}
    sums: dict[tuple[str, str, int, str], list[float]] = defaultdict(list)
    for row in all_["proactive"]:
        item, measure = str(row["item"]), str(row["measure"])
        if item != "other_management" and measure in ("decisions", "issued", "in_force", *names):
            kind = "same" if measure == "decisions" else "near"
            sums[item, names.get(measure, measure), int(str(row["year"])), kind] += values(
                [row], "value"
            )
    return [(y, i, m, k, sum(v) if v else None, len(v)) for (i, m, y, k), v in sorted(sums.items())]


EXPECTED: list[Callable[[Rows_], list[Row]]] = [
    by_province, rates, applicants, challenges, history, missing, carried, fees, series, proactive,
]  # fmt: skip


@pytest.fixture(params=READMES)
def answers(
    request: pytest.FixtureRequest,
    world: tuple[Path, dict[str, list[dict[str, object]]]],
    monkeypatch: pytest.MonkeyPatch,
) -> list[list[Row]]:
    monkeypatch.chdir(world[0])
    opening, *queries = blocks(request.param)
    with duckdb.connect() as con:
        con.execute(opening)
        return [con.execute(query).fetchall() for query in queries]


def test_queries_answer_what_plain_counting_gives(
    answers: list[list[Row]], world: tuple[Path, dict[str, list[dict[str, object]]]]
) -> None:
    *figures, hits = answers
    assert len(figures) == len(EXPECTED)
    for found, expect in zip(figures, EXPECTED, strict=True):
        expected = expect(world[1])
        assert len(found) == len(expected) > 0, expect.__name__
        for one, other in zip(found, expected, strict=True):
            assert one == pytest.approx(other, nan_ok=True), expect.__name__
    wanted = {row["report_id"] for row in world[1]["section"] if "申请" in str(row["text"])}
    assert len(hits) == 10
    assert {row[-1] for row in hits} <= wanted
    assert all("行政复议" in str(row[3]) and "申请" in str(row[3]) for row in hits)


def test_both_readmes_ask_the_same() -> None:
    assert blocks(READMES[0]) == blocks(READMES[1])
    assert len(blocks(READMES[0])) >= 12
