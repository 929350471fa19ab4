"""Documents are read in workers that can be killed without harm."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from pipelines.conversion import Task
from pipelines.workers import Readers, readers
from tests.conftest import ROOT

FIXTURES = sorted((ROOT / "tests" / "fixtures").glob("*_html/document.html"))


def tasks(copies: int = 1) -> list[Task]:
    return [Task(p.read_bytes(), f"{n}-{p.parent.name}") for n in range(copies) for p in FIXTURES]


def huge_page() -> bytes:
    row = "<tr>" + "<td>1</td>" * 30 + "</tr>"
    return ("<html><body><table>" + row * 6000 + "</table></body></html>").encode()


def test_results_come_in_the_order_of_the_tasks() -> None:
    given = tasks(4)
    mixed: Iterator[Task] = (
        Task(huge_page(), "slow") if n == 2 else t for n, t in enumerate(given)
    )
    with readers(2) as pool:
        sources = [r["source"] for r in pool.read(mixed)]
    assert sources == ["slow" if n == 2 else t.source for n, t in enumerate(given)]


def test_a_document_that_takes_too_long_is_rejected_and_the_rest_is_read() -> None:
    with readers(1, seconds=0.002) as pool:
        (late,) = pool.read([Task(huge_page(), "late")])
    assert late["status"] == "rejected"
    assert "longer than" in late["error"]


def bomb() -> bytes:
    """A small DOCX file whose tree needs a gigabyte."""
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "<w:p><w:r><w:t>1</w:t></w:r></w:p>" * 1_500_000
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        text = f'<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", text)
    return out.getvalue()


def test_a_document_that_needs_too_much_memory_is_rejected_and_the_rest_is_read() -> None:
    with readers(1, memory=400_000_000) as pool:
        first, *rest = pool.read([Task(bomb(), "bomb.docx"), *tasks()])
    assert first["status"] == "rejected"
    assert first["rejected_as"] == "unreadable"
    assert {r["status"] for r in rest} == {"complete"}


def test_a_worker_that_dies_costs_one_document() -> None:
    pool = Readers(1)

    def kill() -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            busy = [w for w in pool._workers if w.number is not None]
            if busy and busy[0].process.pid:
                time.sleep(0.05)
                os.kill(busy[0].process.pid, signal.SIGKILL)
                return
            time.sleep(0.001)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        results = list(pool.read([Task(huge_page(), "killed"), *tasks()]))
    finally:
        killer.join()
        pool.close()
    assert "ended the reader" in results[0]["error"]
    assert {r["status"] for r in results[1:]} == {"complete"}


def parse(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipelines", "parse", "--json", *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)


def test_the_command_gives_one_line_a_file_in_order_a_broken_one_too(tmp_path: Path) -> None:
    empty = tmp_path / "empty.docx"
    empty.write_bytes(b"")
    cut = tmp_path / "cut.docx"
    whole = next((ROOT / "tests" / "fixtures").glob("*_docx/document.docx")).read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    page = tmp_path / "page.html"
    page.write_text("<html><body><h1>机关食堂采购公告</h1><p>欢迎报名。</p></body></html>")
    absent = tmp_path / "absent.html"
    long = tmp_path / "long.html"
    with long.open("wb") as file:
        file.truncate(200_000_000)
    run = parse(empty, FIXTURES[0], cut, page, absent, long)
    reports = [json.loads(line) for line in run.stdout.splitlines()]
    assert [r["status"] for r in reports] == ["rejected", "complete", *["rejected"] * 4]
    errors = [r["error"] for r in reports]
    assert "empty" in errors[0]
    assert "damaged or cut off" in errors[2]
    assert "not an annual report" in errors[3]
    assert "No such file" in errors[4]
    assert "200000000 bytes" in errors[5]
    assert run.returncode == 2
    for path, report in zip(
        (empty, cut, page, absent, long), [reports[0], *reports[2:]], strict=True
    ):
        assert f"{path}: {report['error']}" in run.stderr
