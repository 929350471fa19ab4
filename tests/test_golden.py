"""One generic test over all golden fixtures.

A folder below ``fixtures`` holds one document and ``expected.json``, the parsed report as it must
be. A new folder without one gets it on the first run, for a person to read and commit; on CI that
is a failure.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pipelines.reports.read import read_report

FIXTURES = Path(__file__).parent / "fixtures"
FOLDERS = sorted(p.parent for p in FIXTURES.glob("*/document.*"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_document_gives_the_expected_report(folder: Path) -> None:
    (document,) = folder.glob("document.*")
    report = read_report(document.read_bytes(), document.name).to_json()
    expected = folder / "expected.json"
    text = json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if not expected.exists():
        assert not os.environ.get("CI"), f"{expected} is not committed"
        expected.write_text(text, encoding="utf-8")
    assert json.loads(text) == json.loads(expected.read_text(encoding="utf-8"))


def test_there_are_fixtures_of_every_format() -> None:
    endings = {p.suffix for f in FOLDERS for p in f.glob("document.*")}
    assert {".html", ".docx", ".txt"} <= endings
