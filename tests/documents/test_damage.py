"""Damaged bytes of every format that is read here: a report or a reason, never an exception."""

from __future__ import annotations

import io
import zipfile
from random import Random

import pytest

from crawler.replica.render_docx import docx_of
from tests.documents import truth
from tests.documents.test_wrapped import _mht


def _damaged(data: bytes, rng: Random) -> bytes:
    raw = bytearray(data)
    for _ in range(rng.randrange(1, 8)):
        at = rng.randrange(len(raw))
        how = rng.randrange(4)
        if how == 0:
            raw[at] = rng.randrange(256)
        elif how == 1:
            del raw[at : at + rng.randrange(1, 200)]
        elif how == 2:
            raw[at:at] = raw[max(0, at - 100) : at]
        else:
            raw = raw[: max(20, at)]
    return bytes(raw)


def _damaged_part(data: bytes, rng: Random) -> bytes:
    """Damage inside the document part, where the zip file's checksum does not catch it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, _damaged(part, rng) if name == "word/document.xml" else part)
    return out.getvalue()


@pytest.mark.parametrize("seeds", [12, pytest.param(400, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", ["html", "docx", "part", "mht"])
def test_damaged_bytes_give_a_report_or_a_reason(kind: str, seeds: int) -> None:
    reports = truth.picked(6)
    for n in range(seeds):
        rng = Random(n)
        report = reports[n % len(reports)]
        page = truth.page(report, truth.body(report)).encode()
        if kind == "part":
            data = _damaged_part(docx_of(report), rng)
        else:
            whole = {"html": page, "docx": docx_of(report), "mht": _mht(page, "base64")}
            data = _damaged(whole[kind], rng)
        result = truth.parsed(data, f"a.{kind}")
        assert result["status"] in ("complete", "partial", "narrative", "rejected")
        assert (result["error"] is not None) == (result["status"] == "rejected")
