"""The fetch manifest of one province: an append-only log, one JSON object a line.

Writing lines so that they survive a kill, and mending what a kill left. What the lines add up to
is read in ``documents``.
"""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from crawler.archive import trim_torn_tail
from warehouse.facts.files import sync_directory

Line = dict[str, Any]

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class ManifestDamagedError(Exception):
    """A line in the middle of a manifest is not what was written."""


class ManifestBusyError(Exception):
    """Another crawl is writing the manifest of this province."""


def manifest_path(archive_dir: Path, province: str) -> Path:
    """Where the manifest of ``province`` lies."""
    return archive_dir / province / "manifest.jsonl"


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a manifest in order; a torn last line is left out.

    Raises:
        ManifestDamagedError: any other line is not a JSON object.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            line = _parse(raw)
            if line is not None:
                yield line
            elif raw.endswith(b"\n"):
                raise ManifestDamagedError(f"{path}, line {number}: not a JSON object")


def _parse(raw: bytes) -> Line | None:
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None


def _encoded(lines: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(_encode(line) + "\n" for line in lines).encode("utf-8", "replace")


def _is_whole(path: Path, offset: int, length: int) -> bool:
    """Whether a record's members can be unpacked to their end."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            gzip.decompress(file.read(length))
    except (OSError, EOFError, zlib.error):
        return False
    return path.stat().st_size >= offset + length


class Manifest:
    """The one writer of a province's manifest.

    Opening it takes a lock that ends with the process, mends the last line, and cuts torn tails
    off the WARC files of killed runs.
    """

    def __init__(self, archive_dir: Path, province: str, run_id: str) -> None:
        """Opens the manifest for writing.

        Args:
            archive_dir: the archive directory, made when missing.
            province: whose manifest.
            run_id: names the file that a torn line is moved to.

        Raises:
            ManifestBusyError: another process has it open.
            ManifestDamagedError: it is broken in the middle.
        """
        self.path = manifest_path(archive_dir, province)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("ab+", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise ManifestBusyError(
                f"another crawl of {province} is writing {self.path}"
            ) from error
        sync_directory(self.path.parent)
        self.mended = self._mend(run_id)
        self.lines = list(read_lines(self.path))
        self.lost = self._drop_lost(archive_dir)
        self.trimmed = self._trim(archive_dir)

    def append(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Writes lines in one piece; the process may be killed when this returns.

        That they survive the machine as well is ``syncing``'s.

        Raises:
            OSError: the disk is full or not writable; nothing of the lines is left then.
        """
        data = memoryview(_encoded(lines))
        start = self._file.seek(0, os.SEEK_END)
        try:
            while data:
                data = data[self._file.write(data) :]
        except OSError:
            # Half a line that others follow would be damage in the middle.
            os.ftruncate(self._file.fileno(), start)
            raise

    def descriptor(self) -> int:
        """The file's descriptor."""
        return self._file.fileno()

    def close(self) -> None:
        """Brings the file to disk, closes it and gives the lock up."""
        if not self._file.closed:
            os.fsync(self._file.fileno())
        self._file.close()

    def _mend(self, run_id: str) -> int:
        """Moves a torn last line aside; returns its size in bytes."""
        data = self.path.read_bytes()
        if not data or data.endswith(b"\n"):
            return 0
        start = data.rfind(b"\n") + 1
        tail = data[start:]
        if _parse(tail) is not None:  # whole but for its line break
            self._file.write(b"\n")
            return 0
        self.path.with_name(f"{self.path.name}.torn-{run_id}").write_bytes(tail)
        os.ftruncate(self._file.fileno(), start)
        os.fsync(self._file.fileno())
        return len(tail)

    def _drop_lost(self, archive_dir: Path) -> int:
        """Cuts off the tail that names records which a failed machine lost; gives its lines.

        Both files are synced in the order archive, manifest, but not at every line.
        """
        last = self.lines[-1]["run"] if self.lines else None
        whole = len(self.lines)
        for number in range(len(self.lines) - 1, -1, -1):
            line = self.lines[number]
            if line["run"] != last:
                break
            if "warc" in line:
                if _is_whole(archive_dir / line["warc"], line["offset"], line["length"]):
                    break
                whole = number
        lost = self.lines[whole:]
        if lost:
            size = sum(len(_encoded([line])) for line in lost)
            os.ftruncate(self._file.fileno(), self.path.stat().st_size - size)
            os.fsync(self._file.fileno())
            del self.lines[whole:]
        return len(lost)

    def _trim(self, archive_dir: Path) -> dict[str, int]:
        ends: dict[str, int] = {}
        for line in self.lines:
            if "warc" in line:
                end = line["offset"] + line["length"]
                ends[line["warc"]] = max(ends.get(line["warc"], 0), end)
        trimmed = {}
        for path in sorted(self.path.parent.glob("*.warc.gz")):
            name = path.relative_to(archive_dir).as_posix()
            if cut := trim_torn_tail(path, ends.get(name, 0)):
                trimmed[name] = cut
        return trimmed
