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
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from crawler.archive import trim_torn_tail
from warehouse.facts.files import sync_directory

Line = dict[str, Any]

_BLOCK = 1 << 16


class Span(NamedTuple):
    """Where a line lies in its file: offset and length in bytes."""

    offset: int
    length: int


See = Callable[[Span, Line], None]

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
    return (line for _, line in _placed_lines(path))


def _placed_lines(path: Path) -> Iterator[tuple[Span, Line]]:
    """The lines, each with the bytes that it takes."""
    if not path.exists():
        return
    offset = 0
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            line = _parse(raw)
            if line is not None:
                yield Span(offset, len(raw)), line
            elif raw.endswith(b"\n"):
                raise ManifestDamagedError(f"{path}, line {number}: not a JSON object")
            offset += len(raw)


def _from_the_end(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines of a file, the last one first, each with its offset."""
    start = file.seek(0, os.SEEK_END)
    tail = b""
    while start:
        size = min(_BLOCK, start)
        start -= size
        file.seek(start)
        first, *rest = BytesIO(file.read(size) + tail)
        end = start + len(first) + sum(map(len, rest))
        for raw in reversed(rest):
            end -= len(raw)
            yield end, raw
        tail = first
    if tail:
        yield 0, tail


def _parse(raw: bytes) -> Line | None:
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None


def _encoded(line: Mapping[str, Any]) -> bytes:
    return f"{_encode(line)}\n".encode("utf-8", "replace")


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

    def __init__(
        self, archive_dir: Path, province: str, run_id: str, see: See | None = None
    ) -> None:
        """Opens the manifest for writing.

        Args:
            archive_dir: the archive directory, made when missing.
            province: whose manifest.
            run_id: names the file that a torn line is moved to.
            see: is shown every line that stands there once it is mended, in order.

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
        self.lost = self._drop_lost(archive_dir)
        self.trimmed = self._trim(archive_dir, self._read(see))

    def append(self, lines: Iterable[Mapping[str, Any]]) -> list[Span]:
        """Writes lines in one piece; the process may be killed when this returns.

        That they survive the machine as well is ``syncing``'s.

        Returns:
            Where each of them lies.

        Raises:
            OSError: the disk is full or not writable; nothing of the lines is left then.
        """
        pieces = [_encoded(line) for line in lines]
        data = memoryview(b"".join(pieces))
        start = self._file.seek(0, os.SEEK_END)
        ends = list(accumulate(map(len, pieces), initial=start))
        try:
            while data:
                data = data[self._file.write(data) :]
        except OSError:
            # Half a line that others follow would be damage in the middle.
            os.ftruncate(self._file.fileno(), start)
            raise
        return [Span(end, len(piece)) for end, piece in zip(ends, pieces, strict=False)]

    def line(self, span: Span) -> Line:
        """The line that lies there.

        Raises:
            ManifestDamagedError: it is not what was written.
        """
        line = _parse(os.pread(self._file.fileno(), span.length, span.offset))
        if line is None:
            raise ManifestDamagedError(f"{self.path} at byte {span.offset}: not a JSON object")
        return line

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
        start, tail = next(_from_the_end(self._file), (0, b"\n"))
        if tail.endswith(b"\n"):
            return 0
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
        last, whole, lost, passed = None, None, 0, 0
        for offset, raw in _from_the_end(self._file):
            line = _parse(raw)
            if line is None or last not in (None, line.get("run")):
                break  # damage is for the reading of all lines to name
            last, passed = line.get("run"), passed + 1
            if "warc" in line:
                if _is_whole(archive_dir / line["warc"], line["offset"], line["length"]):
                    break
                whole, lost = offset, passed
        if whole is not None:
            os.ftruncate(self._file.fileno(), whole)
            os.fsync(self._file.fileno())
        return lost

    def _read(self, see: See | None) -> dict[str, int]:
        """Reads all lines; gives where the last record ends that they name, by WARC file."""
        ends: dict[str, int] = {}
        for number, (span, line) in enumerate(_placed_lines(self.path), 1):
            try:
                if see is not None:
                    see(span, line)
                if "warc" in line:
                    end = line["offset"] + line["length"]
                    ends[line["warc"]] = max(ends.get(line["warc"], 0), end)
            except KeyError as error:
                raise ManifestDamagedError(f"{self.path}, line {number}: no {error}") from error
        return ends

    def _trim(self, archive_dir: Path, ends: dict[str, int]) -> dict[str, int]:
        trimmed = {}
        for path in sorted(self.path.parent.glob("*.warc.gz")):
            name = path.relative_to(archive_dir).as_posix()
            if cut := trim_torn_tail(path, ends.get(name, 0)):
                trimmed[name] = cut
        return trimmed
