"""Word 97, RTF and ODT through LibreOffice; without it, its absence is said clearly."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawler.replica.render_docx import docx_of
from pipelines.conversion import Task
from pipelines.documents import office
from pipelines.documents.model import DocumentError
from pipelines.documents.read import read_document
from pipelines.workers import readers
from tests.documents import truth

HERE = shutil.which("soffice") is not None or shutil.which("libreoffice") is not None
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RTF = rb"{\rtf1\ansi\ansicpg936 \trowd\cellx900\cellx1800\intbl a\cell 12\cell\row\pard x\par}"
FORMATS = {"doc": "doc:MS Word 97", "rtf": "rtf", "odt": "odt"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One report in every old format, written by LibreOffice itself; nothing without it."""
    if not HERE:
        return {}
    folder = tmp_path_factory.mktemp("office")
    program = str(shutil.which("soffice") or shutil.which("libreoffice"))
    source = folder / "a.docx"
    source.write_bytes(docx_of(truth.picked(1)[0]))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for how in FORMATS.values():
        command = [program, profile, "--headless", "--convert-to", how, "--outdir", str(folder)]
        subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=200)
    return {ending: (folder / f"a.{ending}").read_bytes() for ending in FORMATS}


def test_every_old_format_gives_the_same_report(made: dict[str, bytes]) -> None:
    if not HERE:
        with pytest.raises(DocumentError, match="apt-get install libreoffice"):
            read_document(RTF)
        return
    report = truth.picked(1)[0]
    broken = OLE + b"\x00" * 4000
    files = [("a", made["doc"]), ("b", broken), ("c", made["rtf"]), ("d", made["odt"])]
    results = office.convert_many(files)
    assert isinstance(results[1], DocumentError)
    for at in (0, 2, 3):
        converted = results[at]
        assert isinstance(converted, bytes)
        result = truth.parsed(converted)
        assert truth.wrong_cells(result, report) == ([], truth.cells(report))
    # The ending lies: the bytes decide.
    result = truth.parsed(made["doc"], "a.html")
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))


def test_missing_libreoffice_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(DocumentError, match="apt-get install libreoffice-writer-nogui"):
        read_document(RTF)
    presentation = OLE + "PowerPoint Document".encode("utf-16-le")
    results = office.convert_many([("a", RTF), ("b", presentation)])
    assert [type(r) for r in results] == [DocumentError, DocumentError]
    assert "presentation" in str(results[1])


def _encrypted_word() -> bytes:
    block = bytearray(512)
    block[:4] = b"\xec\xa5\xc1\x00"
    block[11] = 0x01
    return OLE + bytes(504) + bytes(block) + "WordDocument".encode("utf-16-le")


REFUSED = {
    "encrypted Word": (_encrypted_word(), "encrypted"),
    "encrypted package": (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "spreadsheet": (OLE + bytes(632) + "Workbook\0".encode("utf-16-le"), "spreadsheet is damaged"),
    "cut off": (OLE + bytes(600), "damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_without_a_start(name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(DocumentError, match=reason):
        read_document(data, "a.doc")


def _program(folder: Path, script: str) -> None:
    """A stand-in for LibreOffice on the path: the failure is real, only who fails is played."""
    for name in ("soffice", "libreoffice"):
        path = folder / name
        path.write_text(f"#!{sys.executable}\n{script}")
        path.chmod(0o755)


def test_a_hanging_start_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "child"
    _program(
        tmp_path,
        "import os, pathlib, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(mark)!r}).write_text(str(child.pid))\n"
        "time.sleep(600)\n",
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office, "START_SECONDS", 3.0)
    results = office.convert_many([("a", RTF)], file_seconds=0.1)
    assert "stopped after" in str(results[0])
    state = Path(f"/proc/{mark.read_text()}/stat")
    for _ in range(100):
        if not state.exists() or state.read_text().split(")")[-1].split()[0] == "Z":
            return
        time.sleep(0.05)
    raise AssertionError("the child is still there")


def test_one_file_that_crashes_it_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(
        tmp_path,
        "import pathlib, sys\n"
        "out = pathlib.Path(sys.argv[sys.argv.index('--outdir') + 1])\n"
        "for name in sys.argv[sys.argv.index('--outdir') + 2:]:\n"
        "    path = pathlib.Path(name)\n"
        "    if b'CRASH' in path.read_bytes():\n"
        "        print('terminate called', file=sys.stderr)\n"
        "        sys.exit(134)\n"
        "    (out / (path.stem + '.docx')).write_bytes(b'made ' + path.read_bytes()[-1:])\n",
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    files = [
        ("a", b"{\\rtf1}1"),
        ("b", b"{\\rtf1 CRASH}"),
        ("c", b"{\\rtf1}3"),
        ("d", b"{\\rtf1}4"),
    ]
    results = office.convert_many(files)
    assert [r if isinstance(r, bytes) else "error" for r in results] == [
        b"made 1",
        "error",
        b"made 3",
        b"made 4",
    ]
    assert "terminate called" in str(results[1])


def test_many_files_are_converted_by_few_starts_and_a_broken_one_costs_only_itself(
    tmp_path: Path, made: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not HERE:
        return
    real = str(shutil.which("soffice") or shutil.which("libreoffice"))
    starts = tmp_path / "starts"
    _program(
        tmp_path,
        f"import os, sys\nopen({str(starts)!r}, 'a').write('x')\n"
        f"os.execv({real!r}, [{real!r}, *sys.argv[1:]])\n",
    )
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    broken = bytearray(made["doc"])
    broken[512:40_000] = bytes(40_000 - 512)
    page = truth.page(truth.picked(1)[0], truth.body(truth.picked(1)[0])).encode()
    files = [made["doc"], page, bytes(broken), made["rtf"], page, made["doc"], made["doc"]]
    with readers(2) as pool:
        results = list(pool.read(Task(data, str(n)) for n, data in enumerate(files)))
    assert [r["source"] for r in results] == [str(n) for n in range(len(files))]
    report = truth.picked(1)[0]
    for n, result in enumerate(results):
        if n == 2:
            assert result["status"] == "rejected"
            continue
        assert truth.wrong_cells(result, report) == ([], truth.cells(report)), n
        assert result["sha256"] == hashlib.sha256(files[n]).hexdigest()
    assert len(starts.read_text()) <= 4  # one a worker, and at most two to find the broken one


def test_without_libreoffice_each_file_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    page = truth.page(truth.picked(1)[0], truth.body(truth.picked(1)[0])).encode()
    with readers(1) as pool:
        first, second, third = pool.read(Task(d, "x") for d in (RTF, page, RTF))
    assert first["error"] == third["error"] == office.MISSING
    assert second["status"] == "complete"


def test_a_hanging_file_costs_the_others_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(
        tmp_path,
        "import pathlib, sys, time\n"
        "out = pathlib.Path(sys.argv[sys.argv.index('--outdir') + 1])\n"
        "for name in sys.argv[sys.argv.index('--outdir') + 2:]:\n"
        "    path = pathlib.Path(name)\n"
        "    time.sleep(600 if b'HANG' in path.read_bytes() else 0.4)\n"
        "    (out / (path.stem + '.docx')).write_bytes(b'made')\n",
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office, "START_SECONDS", 1.0)
    files = [(str(n), b"{\\rtf1 HANG}" if n == 4 else b"{\\rtf1}") for n in range(8)]
    begun = time.monotonic()
    results = office.convert_many(files, file_seconds=0.5)
    assert [r if isinstance(r, bytes) else "late" for r in results] == [
        "late" if n == 4 else b"made" for n in range(8)
    ]
    # Not the time of eight files: the limit goes on from the last file that came out.
    assert time.monotonic() - begun < 12
