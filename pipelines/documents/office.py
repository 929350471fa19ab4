"""Word 97, WPS, RTF and ODT: converted to DOCX by LibreOffice, many files a start.

A start costs seconds, a file tenths of one; so whoever has many converts them together. Each
process has its own LibreOffice profile (two starts on one profile block each other). What cannot
be converted is an error of that file alone. No reading of content here.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from pipelines.documents import sniff
from pipelines.documents.model import Document, DocumentError
from pipelines.documents.word import Nested, read_docx

START_SECONDS = 60.0
"""What a start may take on a busy machine."""
FILE_SECONDS = 20.0
"""What one file may take."""
MISSING = (
    "LibreOffice is not installed: apt-get install libreoffice-writer-nogui "
    "(needed for .doc, .wps, .rtf and .odt)"
)
KINDS = {sniff.OLE: ".doc", sniff.RTF: ".rtf", sniff.ODT: ".odt", sniff.WORD_XML: ".xml"}
"""Types that are converted, with the ending that tells LibreOffice what to expect."""
_STREAMS = (
    ("EncryptedPackage", "the file is encrypted with a password"),
    ("Workbook", "a spreadsheet of Excel 97, not a text document"),
    ("PowerPoint Document", "a presentation, not a text document"),
)
_WORD_MAGIC = b"\xec\xa5"
_ENCRYPTED = 0x01  # in the byte at 11 of the Word file information block: fEncrypted
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="\
DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="\
BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""
Result = bytes | DocumentError


def read_office(data: bytes, kind: str, nested: Nested | None = None) -> Document:
    """Reads one file of these types; see ``convert_many`` for many.

    Args:
        data: its bytes.
        kind: its type by content.
        nested: as for ``read_docx``.

    Raises:
        DocumentError: it could not be converted; the message says why.
    """
    converted = convert_many([("document", data)])[0]
    if isinstance(converted, DocumentError):
        raise converted
    document = read_docx(converted, nested)
    document.media_type = kind
    return document


def convert_many(
    files: Sequence[tuple[str, bytes]], file_seconds: float = FILE_SECONDS
) -> list[Result]:
    """Converts files to DOCX in as few starts of LibreOffice as it takes.

    Args:
        files: name and bytes of each; names appear in messages only.
        file_seconds: what one file may take.

    Returns:
        Per file, in order, the DOCX bytes or why there are none. A file that hangs or crashes
        LibreOffice costs its own result, the others are started again without it.
    """
    results: list[Result | None] = [_refusal(data) for _, data in files]
    waiting = [i for i, result in enumerate(results) if result is None]
    program = _program()
    if program is None:
        return [r if r is not None else DocumentError(MISSING) for r in results]
    together = True
    while waiting:
        # One start for all; after one that failed, a start a file finds the culprit.
        batch = waiting if together else waiting[:1]
        done, reason = _convert(program, {i: files[i][1] for i in batch}, file_seconds)
        results = [done.get(i, r) for i, r in enumerate(results)]
        if len(batch) == 1 and not done:
            results[batch[0]] = DocumentError(reason)
        together = together and bool(done) and len(done) == len(batch)
        waiting = [i for i, result in enumerate(results) if result is None]
    return [r if r is not None else DocumentError("not converted") for r in results]


def _refusal(data: bytes) -> DocumentError | None:
    """Why a file is not worth a start, None when it is."""
    if not data.startswith(b"\xd0\xcf\x11\xe0"):
        return None
    for name, reason in _STREAMS:
        if name.encode("utf-16-le") in data:
            return DocumentError(reason)
    if "WordDocument".encode("utf-16-le") not in data:
        return DocumentError("the file is damaged or cut off: no Word document is in it")
    for at in range(512, min(len(data), 1 << 20), 512):
        if data[at : at + 2] == _WORD_MAGIC and data[at + 3 : at + 4] in (b"\x00", b"\x01"):
            if len(data) > at + 11 and data[at + 11] & _ENCRYPTED:
                return DocumentError("the file is encrypted with a password")
            break
    return None


def _program() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


@cache
def _profile(process: int) -> Path:
    """The LibreOffice profile of this process, removed when it ends."""
    folder = Path(tempfile.mkdtemp(prefix=f"gongkai-office-{process}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    return folder


def _convert(
    program: str, files: dict[int, bytes], file_seconds: float
) -> tuple[dict[int, Result], str]:
    """One start: the files that were converted, and what to say of the others."""
    with tempfile.TemporaryDirectory(prefix="gongkai-convert-") as name:
        folder = Path(name)
        out = folder / "out"
        out.mkdir()
        sources = []
        for i, data in files.items():
            ending = KINDS.get(sniff.sniff(data), ".doc")
            sources.append(folder / f"{i}{ending}")
            sources[-1].write_bytes(data)
        limit = START_SECONDS + file_seconds * len(files)
        reason = _run(_command(program, out, sources), limit)
        found: dict[int, Result] = {}
        for i in files:
            made = out / f"{i}.docx"
            if made.is_file() and made.stat().st_size:
                found[i] = made.read_bytes()
        return found, reason


def _command(program: str, out: Path, sources: list[Path]) -> list[str]:
    return [
        program,
        f"-env:UserInstallation={_profile(os.getpid()).as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--nologo",
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(out),
        *map(str, sources),
    ]


def _run(command: list[str], limit: float) -> str:
    """Runs LibreOffice with everything it starts; returns what to say when nothing came out."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _, said = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        return f"LibreOffice was stopped after {limit:.0f} s"
    finally:
        _end(process)
    words = said.decode("utf-8", "replace").strip().splitlines()
    return f"LibreOffice cannot read the file{': ' + words[-1][:200] if words else ''}"


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and its whole group, which has the real office process in it."""
    with suppress(ProcessLookupError):  # it ended by itself, as it usually does
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stderr is not None:
        process.stderr.close()
