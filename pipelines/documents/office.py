"""Word 97, WPS, RTF and ODT: converted to DOCX by LibreOffice, many files a start.

A start costs seconds, a file tenths of one; so whoever has many converts them together. Each
thread has its own LibreOffice profile (two starts on one profile block each other). What cannot
be converted is an error of that file alone. No reading of content here.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
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
MEMORY = 3 * 1024**3
"""Bytes of data that LibreOffice may hold."""
_LOOK_SECONDS = 0.2  # between two looks at what a start has made
MISSING = (
    "LibreOffice is not installed: apt-get install libreoffice-writer-nogui "
    "(needed for .doc, .wps, .rtf and .odt)"
)
KINDS = {sniff.OLE: ".doc", sniff.RTF: ".rtf", sniff.ODT: ".odt", sniff.WORD_XML: ".xml"}
"""Types that are converted, with the ending that tells LibreOffice what to expect."""
_STREAMS = (
    ("EncryptedPackage", "the file is encrypted with a password"),
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


def read_office(
    data: bytes, kind: str, nested: Nested | None = None, converted: Result | None = None
) -> Document:
    """Reads one file of these types; see ``convert_many`` for many.

    Args:
        data: its bytes.
        kind: its type by content.
        nested: as for ``read_docx``.
        converted: what ``convert_many`` gave for it, where it was converted with others.

    Raises:
        DocumentError: it could not be converted; the message says why.
    """
    if converted is None:
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
        LibreOffice costs its own result and two starts, the others are started again without it.
    """
    results: list[Result | None] = [_refusal(data) for _, data in files]
    waiting = [i for i, result in enumerate(results) if result is None]
    program = _program()
    if program is None:
        return [r if r is not None else DocumentError(MISSING) for r in results]
    together = True
    while waiting:
        # One start for all; after one that was cut short, its first file left may be the culprit.
        batch = waiting if together else waiting[:1]
        done, reason, whole = _convert(program, {i: files[i][1] for i in batch}, file_seconds)
        if whole or len(batch) == 1:
            failed: dict[int, Result] = {i: DocumentError(reason) for i in batch}
            done = failed | done
        results = [done.get(i, r) for i, r in enumerate(results)]
        together = whole or not together
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
def _profile(process: int, thread: int) -> Path:
    """The LibreOffice profile of this thread, removed when its process ends."""
    folder = Path(tempfile.mkdtemp(prefix=f"gongkai-office-{process}-{thread}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    return folder


def _convert(
    program: str, files: dict[int, bytes], file_seconds: float
) -> tuple[dict[int, Result], str, bool]:
    """One start: what was converted, what to say of the rest, whether all files had their turn."""
    with tempfile.TemporaryDirectory(prefix="gongkai-convert-") as name:
        folder = Path(name)
        out = folder / "out"
        out.mkdir()
        sources = []
        for i, data in files.items():
            ending = KINDS.get(sniff.sniff(data), ".doc")
            sources.append(folder / f"{i}{ending}")
            # Behind blank lines LibreOffice takes RTF for plain text.
            sources[-1].write_bytes(data.lstrip() if ending == KINDS[sniff.RTF] else data)
        limit = START_SECONDS + file_seconds
        reason, whole = _run(_command(program, out, sources), out, limit)
        found: dict[int, Result] = {}
        for i in files:
            made = out / f"{i}.docx"
            if made.is_file() and made.stat().st_size:
                found[i] = made.read_bytes()
        return found, reason, whole


def _command(program: str, out: Path, sources: list[Path]) -> list[str]:
    return [
        # The shell bounds the memory of what it becomes; a thread cannot do it between fork and
        # exec.
        "/bin/sh",
        "-c",
        f'ulimit -d {MEMORY // 1024} && exec "$@"',
        "sh",
        program,
        f"-env:UserInstallation={_profile(os.getpid(), threading.get_ident()).as_uri()}",
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


def _run(command: list[str], out: Path, limit: float) -> tuple[str, bool]:
    """Runs LibreOffice with everything it starts.

    Args:
        command: the whole command.
        out: where it puts what it made.
        limit: seconds without a new file there after which it is ended.

    Returns:
        What to say of files that did not come out, and whether it ended by itself.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    made = 0
    deadline = time.monotonic() + limit
    said = b""
    try:
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(subprocess.TimeoutExpired):
                _, said = process.communicate(timeout=_LOOK_SECONDS)
            if (now := sum(1 for _ in out.iterdir())) > made:
                made, deadline = now, time.monotonic() + limit
    finally:
        late = process.poll() is None
        _end(process)
    if late:
        return f"LibreOffice was stopped after {limit:.0f} s", False
    words = said.decode("utf-8", "replace").strip().splitlines()
    reason = f"LibreOffice cannot read the file{': ' + words[-1][:200] if words else ''}"
    return reason, process.returncode == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and its whole group, which has the real office process in it."""
    with suppress(ProcessLookupError):  # it ended by itself, as it usually does
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stderr is not None:
        process.stderr.close()
