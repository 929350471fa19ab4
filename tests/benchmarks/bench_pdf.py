"""PDF bytes to a checked report, beside pdfplumber's text and tables of all pages of the file."""

from __future__ import annotations

import io
import sys

import pdfplumber

from pipelines.reports.read import read_report
from tests.benchmarks.timing import Figure, compare
from tests.conftest import ROOT, SHARED

_GOAL = 6.0
_ROUNDS = 3


def _ours(data: bytes) -> None:
    if read_report(data, "report.pdf").status != "complete":
        raise AssertionError("the report was not read")


def _pdfplumber(data: bytes) -> None:
    with pdfplumber.open(io.BytesIO(data)) as opened:
        for page in opened.pages:
            page.extract_text()
            page.extract_tables()


def figures() -> list[Figure]:
    """All figures of this benchmark."""
    peer = "pdfplumber, text and tables"
    folder = ROOT / "tests" / "fixtures"
    rendered = [
        (folder / name / "document.pdf").read_bytes()
        for name in ("pdf_office_2019", "pdf_office_2021", "pdf_print_ruled_2021")
    ]
    found = [compare("PDF to checked report", _ours, peer, _pdfplumber, rendered, _GOAL, _ROUNDS)]
    real = SHARED / "hongze_2023.pdf"
    if real.exists():
        data = [real.read_bytes()]
        work = "real PDF (WPS) to checked report"
        found.append(compare(work, _ours, peer, _pdfplumber, data, _GOAL, _ROUNDS))
    return found


if __name__ == "__main__":
    sys.stdout.writelines(f"{figure}\n" for figure in figures())
