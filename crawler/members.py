"""WARC records on their way into a file: each one a gzip member, all written in one stroke."""

from __future__ import annotations

from io import BytesIO
from typing import Any, BinaryIO

from isal import igzip
from warcio.warcwriter import WARCWriter


class Pieces:
    """Collects records as compressed members.

    The writer's own compression is zlib's at level 9; this one takes a seventh of the time for
    files a twenty-fifth larger.

    Attributes:
        writer: takes records, as warcio makes them.
    """

    def __init__(self) -> None:
        self._members: list[bytes] = []
        self._buffer = BytesIO()
        self.writer: Any = WARCWriter(self._buffer, gzip=False, warc_version="1.1")
        self._write = self.writer._write_warc_record
        self.writer._write_warc_record = self._record
        self._digest = self.writer.ensure_digest
        self.writer.ensure_digest = self._digest_payload

    def _digest_payload(self, record: Any, block: bool = True, payload: bool = True) -> None:
        """Makes no digest of head and body together: the gzip member has its checksum."""
        self._digest(record, block=False, payload=payload)

    def _record(self, out: BinaryIO, record: Any) -> None:
        self._write(out, record)
        self._members.append(igzip.compress(self._buffer.getvalue(), 3, mtime=0))
        self._buffer.seek(0)
        self._buffer.truncate()

    def compressed(self) -> bytes:
        """The members written since the last call."""
        members, self._members = self._members, []
        return b"".join(members)
