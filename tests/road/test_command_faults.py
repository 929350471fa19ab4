"""What the command says of files that are broken, closed or held: the file, and what to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.cli import main
from tests.warehouse.made import SHANDONG, bring_up, home_at, put_reports
from warehouse.checks import checks
from warehouse.home import Home

Run = Callable[..., tuple[int, str]]

HOLD = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(home: Home, *words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["gongkai", "--home", str(home.root), *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(str(ended.value.code)), capsys.readouterr().err

    return command


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = home_at(tmp_path_factory.mktemp("made"))
    put_reports(home, SHANDONG, 2021, 2)
    bring_up(home)
    return home


@pytest.fixture
def home(made: Home, tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    shutil.copytree(made.root, home.root)
    home.figures.chmod(0o644)
    return home


@pytest.mark.parametrize("words", [("sql", "FROM report"), ("check",), ("publish",)])
def test_a_broken_file_is_named_with_what_to_do(run: Run, home: Home, words: list[str]) -> None:
    whole = home.figures.read_bytes()
    home.figures.write_bytes(whole[: len(whole) // 3])
    code, said = run(home, *words)
    assert code == 1
    assert f"{home.figures}: cannot be read as a published file" in said
    assert "move it away, and gongkai publish builds it anew" in said
    assert said.count("cannot be read") == 1, "said once, not for each province"
    home.figures.unlink()
    assert run(home, "publish", "--province", SHANDONG)[0] == 0
    assert run(home, "sql", "FROM report")[0] == 0


def test_a_file_that_another_program_holds_is_not_to_be_moved_away(run: Run, home: Home) -> None:
    command = [sys.executable, "-c", HOLD, str(home.figures)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline() == b"held\n"
        for words in (("sql", "FROM report"), ("publish", "--province", SHANDONG)):
            code, said = run(home, *words)
            assert code == 1
            assert f"PID {other.pid}" in said and str(home.figures) in said
            assert "move it away" not in said
        other.communicate(b"\n")


def test_a_home_that_cannot_be_written_is_one_line(run: Run, home: Home) -> None:
    shutil.rmtree(home.state, ignore_errors=True)
    home.state.write_text("a file where a folder should be", encoding="utf-8")
    code, said = run(home, "publish", "--province", SHANDONG)
    assert code == 1
    assert said.startswith("Error: ") and f"{home.state}" in said
    assert len(said.splitlines()) == 1


def test_no_home_and_nothing_published_say_what_to_do(run: Run, tmp_path: Path) -> None:
    home = Home(tmp_path / "nowhere")
    for words in (["sql", "FROM report"], ["check"], ["export", str(tmp_path / "out")]):
        code, said = run(home, *words)
        assert code == 1
        assert f"{home.figures} is not there" in said and "gongkai run" in said
    assert run(home, "verify") == (1, f"Error: {home.root}: there is no such home\n")


def test_every_check_runs_by_itself_from_its_file(run: Run, home: Home) -> None:
    """As docs/checks.md says; a file begins with comments, which are no options."""
    for check in checks():
        code, said = run(home, "sql", check.path.read_text(encoding="utf-8"), "--format", "csv")
        assert (code, said) == (0, ""), check.id
    code, said = run(home, "sql", "SELECT 1", "--fromat", "csv")
    assert code == 1 and "--fromat" in said


def test_what_is_no_file_is_named_and_nobody_waits(tmp_path: Path) -> None:
    pipe, folder, none = tmp_path / "pipe", tmp_path / "folder", tmp_path / "none.html"
    os.mkfifo(pipe)
    folder.mkdir()
    paths = [pipe, folder, Path("/dev/zero"), none]
    for command, code in (("parse", 2), ("add", 1)):
        words = [sys.executable, "-m", "pipelines", "--home", str(tmp_path / "home"), command]
        words += ["--json"] if command == "parse" else []
        done = subprocess.run([*words, *paths], capture_output=True, text=True, timeout=60)
        assert done.returncode == code, done.stderr
        for path, kind in zip(paths, ("a named pipe", "a directory", "a device"), strict=False):
            assert f"{kind}, not a file" in next(
                x for x in done.stderr.splitlines() if str(path) in x
            )
        assert f"{none}: " in done.stderr and "No such file" in done.stderr
        for line in done.stdout.splitlines():
            report = json.loads(line)
            assert (report["status"], report["sha256"]) == ("rejected", None)
