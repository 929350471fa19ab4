"""DOCX bytes to a checked report, beside python-docx walking all cells of the same file."""

from __future__ import annotations

import io
import sys

from docx import Document

from crawler.replica.render_docx import docx_of
from pipelines.reports.read import read_report
from tests.benchmarks.timing import Figure, compare
from tests.documents import truth

_REPORTS = 8
_GOAL = 5.0


def _ours(data: bytes) -> None:
    if read_report(data, "report.docx").status != "complete":
        raise AssertionError("the report was not read")


def _python_docx(data: bytes) -> None:
    for table in Document(io.BytesIO(data)).tables:
        for row in table.rows:
            "".join(cell.text for cell in row.cells)


def figures() -> list[Figure]:
    """All figures of this benchmark."""
    files = [docx_of(report) for report in truth.picked(_REPORTS)]
    work = "DOCX to checked report"
    return [compare(work, _ours, "python-docx, all cells", _python_docx, files, _GOAL)]


if __name__ == "__main__":
    sys.stdout.writelines(f"{figure}\n" for figure in figures())
