"""The archive: exact responses as WARC 1.1, written once, read by file and offset.

Writing and reading of records only. Which record belongs to which document is the manifest's.

Source: ISO 28500:2017 (WARC 1.1); the two ``Refers-To`` fields that name file and offset are the
IIPC's proposal for revisit records.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders

from crawler.members import Pieces
from warehouse.facts.files import sync_directory

_SAME_BYTES = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
FILE_FIELD = "WARC-Refers-To-Filename"
OFFSET_FIELD = "WARC-Refers-To-File-Offset"
MOVED = "moved.json"
# The body is stored as it reads after transport: these describe the transport.
_TRANSPORT = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class ArchiveDamagedError(Exception):
    """A record that the manifest names cannot be read back as it was written."""


@dataclass(frozen=True)
class Capture:
    """One response as it came.

    Attributes:
        url: the address that answered, after redirects.
        status: HTTP status.
        headers: response headers in order.
        body: the body, transport encodings undone.
        at: when it was received.
        form: body of the request, when it was a POST.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: datetime
    form: bytes | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name, or None."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    @property
    def media_type(self) -> str | None:
        """The content type as sent, without parameters."""
        value = self.header("Content-Type")
        return value.split(";")[0].strip().lower() or None if value else None

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the body."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Place:
    """Where a record lies: file below the archive directory, byte offset and length."""

    warc: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Original:
    """An earlier response that a revisit points to."""

    url: str
    warc: str
    offset: int
    fetched_at: str
    sha256: str


@dataclass(frozen=True)
class ArchivedPayload:
    """What was archived for one record.

    Attributes:
        url: the address that answered.
        body: its bytes, checked against the digest.
        content_type: the header as sent, with parameters, or None.
        fetched_at: when these bytes came, ISO 8601.
        status: HTTP status, 0 for bytes that no server answered with.
    """

    url: str
    body: bytes
    content_type: str | None
    fetched_at: str
    status: int


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


@dataclass
class WarcArchive:
    """Writer of one run's WARC file, made at the first record.

    Attributes:
        archive: the archive directory.
        province: sub-directory of the run.
        run_id: the file's name without suffix.
        software: what the file's first record names as its writer.
        note: what the first record says of the run, if anything.
    """

    archive: Path
    province: str
    run_id: str
    software: str
    note: str | None = None
    _file: BinaryIO | None = field(default=None, init=False)
    _pieces: Pieces = field(default_factory=Pieces, init=False)

    @cached_property
    def name(self) -> str:
        """The file, relative to the archive directory."""
        return f"{self.province}/{self.run_id}.warc.gz"

    def store(self, capture: Capture, original: Original | None = None) -> Place:
        """Writes one response; the process may be killed when this returns.

        That it survives the machine as well is ``syncing``'s.

        Args:
            capture: the response.
            original: an earlier record with the same bytes; then only a revisit is written.

        Raises:
            OSError: the disk is full or not writable.
        """
        file = self._open(capture.at)
        offset = file.seek(0, os.SEEK_END)
        pieces = self._pieces
        record = _response(pieces.writer, capture, original)
        if capture.form is None:
            pieces.writer.write_record(record)
        else:
            pieces.writer.write_request_response_pair(_request(pieces.writer, capture), record)
        return self._placed(file, offset, pieces)

    def store_resource(self, url: str, body: bytes, media_type: str, at: datetime) -> Place:
        """Writes bytes that no server answered with, safe on disk when this returns.

        Args:
            url: address or name of the bytes.
            body: the bytes.
            media_type: what they are, as far as we know.
            at: when they were handed in.

        Raises:
            OSError: the disk is full or not writable.
        """
        file = self._open(at)
        offset = file.seek(0, os.SEEK_END)
        pieces = self._pieces
        fields = {
            "WARC-Date": _stamp(at),
            "WARC-Payload-Digest": f"sha256:{hashlib.sha256(body).hexdigest()}",
        }
        record = pieces.writer.create_warc_record(
            url,
            "resource",
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=media_type,
            warc_headers_dict=fields,
        )
        pieces.writer.write_record(record)
        place = self._placed(file, offset, pieces)
        os.fsync(file.fileno())
        return place

    def _placed(self, file: BinaryIO, offset: int, pieces: Pieces) -> Place:
        file.write(pieces.compressed())
        file.flush()
        return Place(self.name, offset, file.tell() - offset)

    def descriptor(self) -> int | None:
        """The file's descriptor, None while nothing was written."""
        return self._file.fileno() if self._file is not None else None

    def close(self) -> None:
        """Closes the file, if one was made."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self, at: datetime) -> BinaryIO:
        if self._file is None:
            path = self.archive / self.name
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("xb")
            pieces = self._pieces
            info = {"software": self.software, "format": "WARC file version 1.1"}
            if self.note:
                info["description"] = self.note
            record = pieces.writer.create_warcinfo_record(path.name, info)
            record.rec_headers.replace_header("WARC-Date", _stamp(at))
            pieces.writer.write_record(record)
            self._file.write(pieces.compressed())
            sync_directory(path.parent)
        return self._file


def _http_headers(capture: Capture) -> StatusAndHeaders:
    headers = []
    for name, value in capture.headers:
        if name.lower() in _TRANSPORT:
            headers.append((f"X-Archive-Orig-{name}", value))
        else:
            headers.append((name, value))
    headers.append(("Content-Length", str(len(capture.body))))
    return StatusAndHeaders(str(capture.status), headers, protocol="HTTP/1.1")


def _response(writer: Any, capture: Capture, original: Original | None) -> Any:
    fields = {"WARC-Date": _stamp(capture.at)}
    if original is None:
        fields["WARC-Payload-Digest"] = f"sha256:{capture.sha256}"
        return writer.create_warc_record(
            capture.url,
            "response",
            payload=BytesIO(capture.body),
            length=len(capture.body),
            http_headers=_http_headers(capture),
            warc_headers_dict=fields,
        )
    fields |= {
        "WARC-Payload-Digest": f"sha256:{original.sha256}",
        "WARC-Profile": _NOT_MODIFIED if capture.status == 304 else _SAME_BYTES,
        "WARC-Refers-To-Target-URI": original.url,
        "WARC-Refers-To-Date": original.fetched_at,
        FILE_FIELD: original.warc,
        OFFSET_FIELD: str(original.offset),
    }
    return writer.create_warc_record(
        capture.url, "revisit", http_headers=_http_headers(capture), warc_headers_dict=fields
    )


def _request(writer: Any, capture: Capture) -> Any:
    headers = StatusAndHeaders(
        f"POST {urlsplit(capture.url)._replace(scheme='', netloc='').geturl()} HTTP/1.1",
        [
            ("Host", urlsplit(capture.url).netloc),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ],
        protocol="",
        is_http_request=True,
    )
    return writer.create_warc_record(
        capture.url,
        "request",
        payload=BytesIO(capture.form or b""),
        length=len(capture.form or b""),
        http_headers=headers,
        warc_headers_dict={"WARC-Date": _stamp(capture.at)},
    )


def read_payload(archive_dir: Path, warc: str, offset: int) -> ArchivedPayload:
    """Reads one archived body back; a revisit gives the bytes it points to.

    Args:
        archive_dir: the archive directory.
        warc: file below it, as the manifest names it.
        offset: byte offset of the record.

    Raises:
        ArchiveDamagedError: no such file or record, or bytes that differ from their digest.
    """
    for _ in range(8):
        kind, headers, payload = _read_record(archive_dir, warc, offset)
        if kind in ("response", "resource"):
            digest = headers.get_header("WARC-Payload-Digest")
            actual = f"sha256:{hashlib.sha256(payload.body).hexdigest()}"
            if digest != actual:
                raise ArchiveDamagedError(
                    f"{warc} at {offset}: body has {actual}, record says {digest}"
                )
            return payload
        if kind != "revisit":
            raise ArchiveDamagedError(f"{warc} at {offset}: a {kind} record, not a response")
        warc, offset = headers.get_header(FILE_FIELD), int(headers.get_header(OFFSET_FIELD) or -1)
    raise ArchiveDamagedError(f"{warc} at {offset}: revisit records that point in a circle")


def moved_records(path: Path) -> dict[str, tuple[str, int]]:
    """Where records lie now, by the ``file@offset`` where they lay before a compaction."""
    if not path.exists():
        return {}
    raw = json.loads(path.read_text(encoding="utf-8"))
    return {old: (str(to[0]), int(to[1])) for old, to in raw.items()}


def _read_record(archive_dir: Path, warc: str, offset: int) -> tuple[str, Any, ArchivedPayload]:
    try:
        if not (archive_dir / warc).exists():
            moved = moved_records((archive_dir / warc).with_name(MOVED))
            warc, offset = moved.get(f"{warc}@{offset}", (warc, offset))
        with (archive_dir / warc).open("rb") as file:
            file.seek(offset)
            record = next(iter(ArchiveIterator(file)))
            http = record.http_headers
            payload = ArchivedPayload(
                url=record.rec_headers.get_header("WARC-Target-URI") or "",
                body=cast(bytes, record.content_stream().read()),
                content_type=(http or record.rec_headers).get_header("Content-Type"),
                fetched_at=record.rec_headers.get_header("WARC-Date") or "",
                status=int(http.get_statuscode()) if http else 0,
            )
            return record.rec_type, record.rec_headers, payload
    except (OSError, StopIteration, EOFError, ArchiveLoadFailed, ValueError, TypeError) as error:
        raise ArchiveDamagedError(f"{warc} at {offset}: {type(error).__name__}: {error}") from error


def trim_torn_tail(path: Path, end: int) -> int:
    """Cuts what a killed run left behind the last record that the manifest names.

    Args:
        path: a WARC file that nobody writes any more.
        end: where its last named record ends; 0 when none is named (the file is then removed).

    Returns:
        The number of bytes cut.
    """
    size = path.stat().st_size
    if end == 0:
        path.unlink()
    elif size > end:
        with path.open("r+b") as file:
            file.truncate(end)
            os.fsync(file.fileno())
    return max(size - end, 0)
