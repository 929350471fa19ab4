"""Compacting a province's archive: all records that its manifest names, in one file.

Every run leaves a file of its own, most of them small. Nothing that the manifest names is lost;
places in the manifest and in revisit records are written anew, and a list of moved records keeps
places that were published or cited before good (``archive.read_payload`` follows it). Killed at any
point, the next start finds either the old files or the new one named, and removes the other.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from crawler.archive import (
    FILE_FIELD,
    MOVED,
    OFFSET_FIELD,
    ArchiveDamagedError,
    moved_records,
)
from crawler.manifest import Line, Manifest, manifest_path, read_lines
from warehouse.facts.files import sync_directory, write_whole

Places = dict[tuple[str, int], tuple[str, int, int]]


@dataclass(frozen=True)
class Size:
    """What a province's archive takes.

    Attributes:
        files: number of WARC files.
        bytes: their size and the manifest's.
        records: records that the manifest names.
    """

    files: int
    bytes: int
    records: int


def size_of(archive_dir: Path, province: str) -> Size:
    """The size of a province's archive; all zero where there is none."""
    folder = archive_dir / province
    files = sorted(folder.glob("*.warc.gz"))
    path = manifest_path(archive_dir, province)
    whole = [*files, *([path] if path.exists() else [])]
    records = sum("warc" in line for line in read_lines(path))
    return Size(len(files), sum(file.stat().st_size for file in whole), records)


def compact(archive_dir: Path, province: str, run_id: str) -> tuple[Size, Size]:
    """Brings a province's records into one file.

    Args:
        archive_dir: the archive directory.
        province: whose records.
        run_id: names the new file.

    Returns:
        The sizes before and after.

    Raises:
        crawler.manifest.ManifestBusyError: a crawl of the province is running.
        ArchiveDamagedError: a record that the manifest names cannot be read; nothing is changed.
        OSError: the disk is full or not writable.
    """
    manifest = Manifest(archive_dir, province, run_id)  # takes the lock, mends what was torn
    try:
        before = size_of(archive_dir, province)
        old = sorted((archive_dir / province).glob("*.warc.gz"))
        if len(old) < 2:
            return before, before
        name = f"{province}/{run_id}.warc.gz"
        try:
            places = _copy(archive_dir, name, read_lines(manifest.path))
        except BaseException:
            (archive_dir / name).unlink(missing_ok=True)
            raise
        _note_moves(archive_dir / province / MOVED, places)
        text = "".join(
            json.dumps(_moved(line, places), ensure_ascii=False, separators=(",", ":")) + "\n"
            for line in read_lines(manifest.path)
        )
        write_whole(manifest.path, text)
        for path in old:
            path.unlink()
        return before, size_of(archive_dir, province)
    finally:
        manifest.close()


def _note_moves(path: Path, places: Places) -> None:
    """Adds to the list of moved records; a record that moved before is found by all its places."""
    moved = moved_records(path)
    new = {f"{warc}@{offset}": list(to[:2]) for (warc, offset), to in places.items()}
    kept = {old: new.get(f"{to[0]}@{to[1]}", list(to)) for old, to in moved.items()}
    write_whole(path, json.dumps(kept | new, ensure_ascii=False))


def _moved(line: Line, places: Places) -> Line:
    if "warc" not in line:
        return line
    warc, offset, length = places[line["warc"], line["offset"]]
    return line | {"warc": warc, "offset": offset, "length": length}


def _copy(archive_dir: Path, name: str, lines: Iterable[Line]) -> Places:
    """Writes the new file; gives the new place of each old one.

    A revisit points to a record before it, so its new place is known when the revisit is written.
    """
    places: Places = {}
    path = archive_dir / name
    with path.open("xb") as file:
        for line in lines:
            old = (line["warc"], line["offset"]) if "warc" in line else None
            if old is None or old in places:
                continue
            data = _record(archive_dir, line, places)
            places[old] = (name, file.tell(), len(data))
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_directory(path.parent)
    return places


def _record(archive_dir: Path, line: Line, places: Places) -> bytes:
    """The bytes of a record; those of a revisit with the new place of what it points to."""
    where = f"{line['warc']} at {line['offset']}"
    try:
        with (archive_dir / line["warc"]).open("rb") as file:
            file.seek(line["offset"])
            data = file.read(line["length"])
        if not gzip.decompress(data).startswith(b"WARC/"):
            raise ArchiveDamagedError(f"{where}: no WARC record")
        records = list(_parts(data, places))
    except (OSError, EOFError, KeyError, zlib.error) as error:
        raise ArchiveDamagedError(f"{where}: {type(error).__name__}: {error}") from error
    return b"".join(records)


def _parts(data: bytes, places: Places) -> Any:
    """The records in ``data``, each as one gzip member."""
    for record in ArchiveIterator(BytesIO(data)):
        if record.rec_type == "revisit":
            fields = record.rec_headers
            old = (fields.get_header(FILE_FIELD), int(fields.get_header(OFFSET_FIELD)))
            warc, offset, _ = places[old]
            fields.replace_header(FILE_FIELD, warc)
            fields.replace_header(OFFSET_FIELD, str(offset))
        out = BytesIO()
        WARCWriter(out, gzip=False, warc_version="1.1").write_record(record)
        yield gzip.compress(out.getvalue(), 9, mtime=0)
