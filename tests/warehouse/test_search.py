"""Full-text search: what is found is what contains the words, whatever was published how."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.made import SHANDONG, SHANGHAI, Rows, bring_up, home_at, put, report
from warehouse import query
from warehouse.home import Home

WORDS = "行政 复议 信访 公开 纠正 2021 ＡＢ号 税 「正文」 abc 政府 信息"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_at(tmp_path)


def texts(seed: int, number: int) -> Rows:
    chance = random.Random(seed)
    ids = [f"r{seed}-{i}" for i in range(number)]
    return {
        "report": [report(name, name) for name in ids],
        "section": [
            {
                "report_id": name,
                "number": part,
                "text": "".join(
                    chance.choice([*WORDS.split(), "，", "。\n", "的"])
                    for _ in range(chance.randrange(40))
                ),
            }
            for name in ids
            for part in (1, 4)
        ],
    }


def found(home: Home, words: str) -> set[tuple[object, ...]]:
    sql = "SELECT report_id, number FROM text.search($words, most := 10000)"
    return set(query.run(home, sql, {"words": words}).rows)


def containing(home: Home, *words: str) -> set[tuple[object, ...]]:
    """By reading every text; words as the search takes them."""
    rows = query.run(home, "SELECT report_id, number, text FROM text.section").rows
    fold = str.maketrans("ＡＢ", "AB")
    return {
        (one, part)
        for one, part, text in rows
        if all(w in str(text).translate(fold).lower() for w in words)
    }


ASKED = [
    ("行政复议", ["行政复议"]),
    ("行政复议 信访", ["行政复议", "信访"]),
    ("税", ["税"]),
    ("访", ["访"]),
    ("ab号", ["ab号"]),
    ("ＡＢＣ", ["abc"]),
    ("2021", ["2021"]),
    ("政府信息公开", ["政府信息公开"]),
    ("从未出现", ["从未出现"]),
]


@pytest.mark.parametrize("rebuild", [True, False, None])
def test_finds_exactly_the_sections_that_hold_the_words(home: Home, rebuild: bool | None) -> None:
    put(home, SHANDONG, 2021, texts(1, 60))
    put(home, SHANGHAI, 2021, texts(2, 60))
    put(home, SHANGHAI, 2022, texts(3, 60))
    bring_up(home)
    put(home, SHANGHAI, 2021, texts(4, 50))
    bring_up(home, rebuild=rebuild)
    for words, parts in ASKED:
        assert found(home, words) == containing(home, *parts), words
    assert len(found(home, "行政复议")) > 20


def test_the_best_come_first_with_the_passage(home: Home) -> None:
    rows: Rows = {
        "report": [report("much", "1"), report("little", "2"), report("none", "3")],
        "section": [
            {"report_id": "little", "number": 1, "text": "前言" * 90 + "信访事项" + "后语" * 90},
            {"report_id": "much", "number": 1, "text": "信访事项与信访\n工作，信访。"},
            {"report_id": "none", "number": 1, "text": "其他。"},
        ],
    }
    put(home, SHANDONG, 2021, rows)
    bring_up(home)
    sql = "SELECT rank, report_id, passage FROM text.search('信访') ORDER BY rank"
    first, second = query.run(home, sql).rows
    assert first == (1, "much", "信访事项与信访 工作，信访。")
    assert second[:2] == (2, "little")
    assert "信访事项" in str(second[2])
    assert str(second[2]).startswith("…")
    assert str(second[2]).endswith("…")
    assert len(query.run(home, "FROM text.search('信访', most := 1)").rows) == 1


@pytest.mark.parametrize("words", ["", "  ", "，。", "'; DROP TABLE section", "%_"])
def test_nothing_to_look_for_finds_nothing(home: Home, words: str) -> None:
    put(home, SHANDONG, 2021, texts(1, 5))
    bring_up(home)
    assert found(home, words) == set()


def test_any_client_that_attaches_the_file_as_text_can_search(home: Home) -> None:
    put(home, SHANDONG, 2021, texts(1, 60))
    bring_up(home)
    place = str(home.text).replace("'", "''")
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{place}' AS text (READ_ONLY)")
        assert con.execute("FROM text.search('行政复议')").fetchall()
        con.execute("USE text")
        assert con.execute("FROM search('行政复议')").fetchall()
