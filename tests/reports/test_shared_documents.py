"""Real reports with hand-read truth, where they lie beside this checkout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.reports.read import read_report
from tests.conftest import SHARED

READ = {".txt"}  # formats that are read
TRUTHS = [
    p.with_suffix(".truth.json")
    for p in (sorted(SHARED.iterdir()) if SHARED.exists() else [])
    if p.suffix in READ
]


def document_of(truth: Path) -> Path:
    stem = truth.name.removesuffix(".truth.json")
    return next(p for p in SHARED.glob(f"{stem}.*") if p != truth)


def is_right(actual: object, expected: object) -> bool:
    """A list in the truth means that any of its values is right."""
    return actual in expected if isinstance(expected, list) else actual == expected


def wrong_cells(report: dict[str, Any], truth: dict[str, Any]) -> list[tuple[object, ...]]:
    noted = {(c["table"], c["item"], c["column"]) for c in report["cells"]}
    expected = {("proactive", *key.split(".")): value for key, value in truth["proactive"].items()}
    for table in ("request", "legal_challenge"):
        for item, row in truth[table].items():
            expected |= {(table, item, column): value for column, value in row.items()}
    wrong: list[tuple[object, ...]] = []
    for (table, item, column), value in expected.items():
        actual = report[table].get(item, {}).get(column, "missing")
        if not is_right(actual, value):
            wrong.append((table, item, column, actual, value))
        if actual is None and (table, item, column) not in noted:
            wrong.append((table, item, column, "null without its entry in cells"))
    for table in ("proactive", "request", "legal_challenge"):
        extra = {(table, i, c) for i, row in report[table].items() for c in row} - set(expected)
        wrong += [(*key, "not in the document") for key in extra]
    return wrong


if TRUTHS:

    @pytest.mark.parametrize("truth_file", TRUTHS, ids=lambda p: p.name.split(".")[0])
    def test_document_is_read_right(truth_file: Path) -> None:
        truth = json.loads(truth_file.read_text(encoding="utf-8"))
        document = document_of(truth_file)
        report = read_report(document.read_bytes(), document.name).to_json()
        for key in ("organ", "year", "province", "city", "county", "form"):
            assert report[key] == truth[key], key
        assert wrong_cells(report, truth) == []
        assert report["status"] == "complete"
        assert {"1", "2", "3", "4", "5", "6"} <= set(report["sections"])
        broken = {f"{f['item']}.total" for f in report["findings"] if f["rule"] == "channel_total"}
        assert broken == set(truth.get("broken_challenge", []))
