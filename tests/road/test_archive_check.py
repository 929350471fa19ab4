"""What happened to an archive behind its back is found and named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.byhand import Handed, add_documents
from crawler.manifest import manifest_path
from pipelines.archive_check import archive_problems
from warehouse.home import Home

SD = "山东省"
NOW = datetime(2024, 6, 1, 8, 0, tzinfo=UTC)
URLS = [f"http://www.huancui.gov.cn/art/{n}.html" for n in range(3)]


def filled(root: Path) -> Home:
    home = Home(root / "home")
    for n, url in enumerate(URLS):
        body = f"<html><body>{n} {'正文' * 900}</body></html>".encode()
        add_documents(home.archive, SD, f"r{n}", [Handed(body, "text/html", 2023, url)], NOW)
    return home


def flip(home: Home) -> None:
    path = home.archive / SD / "r1.warc.gz"
    data = bytearray(path.read_bytes())
    data[-60] ^= 1
    path.write_bytes(data)


def cut(home: Home) -> None:
    path = home.archive / SD / "r1.warc.gz"
    path.write_bytes(path.read_bytes()[:-40])


def swap(home: Home) -> None:
    first, second = (home.archive / SD / f"r{n}.warc.gz" for n in (0, 1))
    second.write_bytes(first.read_bytes())


def remove(home: Home) -> None:
    (home.archive / SD / "r1.warc.gz").unlink()


def other_digest(home: Home) -> None:
    path = manifest_path(home.archive, SD)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text(
        "".join(x.replace('"sha256":"', '"sha256":"0') if URLS[1] in x else x for x in lines),
        encoding="utf-8",
    )


def test_a_sound_archive_has_no_problems(tmp_path: Path) -> None:
    assert archive_problems(filled(tmp_path)) == []
    assert archive_problems(Home(tmp_path / "nothing")) == []


@pytest.mark.parametrize("harm", [flip, cut, swap, remove, other_digest])
def test_one_harmed_record_is_named(tmp_path: Path, harm: Callable[[Home], None]) -> None:
    home = filled(tmp_path)
    harm(home)
    (problem,) = archive_problems(home)
    assert URLS[1] in problem and "r1.warc.gz" in problem


def test_manifests_that_are_harmed_are_named(tmp_path: Path) -> None:
    home = filled(tmp_path)
    path = manifest_path(home.archive, SD)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([lines[0], "{broken\n", *lines[1:]]), encoding="utf-8")
    assert "line 2" in archive_problems(home)[-1]
    path.unlink()
    (problem,) = archive_problems(home)
    assert "missing" in problem and "3 files" in problem
