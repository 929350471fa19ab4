"""Damaged documents: no crash, no hang, no wrong value that stands unflagged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.conversion import Task
from pipelines.workers import readers
from tests.conftest import ROOT
from tests.reports.mutation import damaged, unflagged

TEXTS = {".html", ".txt", ".docx"}
DOCUMENTS = sorted(
    p for p in (ROOT / "tests" / "fixtures").glob("*/document.*") if p.suffix in TEXTS
)


def check(document: Path, seeds: range) -> None:
    expected = json.loads((document.parent / "expected.json").read_text(encoding="utf-8"))
    with readers(1, seconds=30) as pool:
        tasks = (Task(damaged(document, seed), f"{seed}{document.suffix}") for seed in seeds)
        for seed, report in zip(seeds, pool.read(tasks), strict=True):
            error = report["error"] or ""
            assert "our reader failed" not in error, (document, seed, error)
            assert "longer than" not in error, (document, seed)
            assert "ended the reader" not in error, (document, seed)
            assert unflagged(report, expected) == [], (document, seed)
            notes = {(c["table"], c["item"], c["column"]) for c in report["cells"]}
            for table in ("proactive", "request", "legal_challenge"):
                for item, row in report[table].items():
                    for column, value in row.items():
                        assert value is not None or (table, item, column) in notes


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.parent.name)
def test_damaged_a_little(document: Path) -> None:
    check(document, range(12))


@pytest.mark.long
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.parent.name)
def test_damaged_by_the_thousand(document: Path) -> None:
    check(document, range(100, 1100))
