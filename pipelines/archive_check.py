"""Proving that every record the manifests name is in the archive, byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from crawler.archive import ArchiveDamagedError, read_payload
from crawler.manifest import Line, ManifestDamagedError, manifest_path, read_lines
from warehouse.facts.divisions import PROVINCES
from warehouse.home import Home


def archive_problems(home: Home) -> list[str]:
    """One sentence for each record, of lists and older versions too, that is not as it was written.

    A record's own digest tells whether its bytes changed; the manifest's, whether they are the ones
    that it names.
    """
    return [problem for province in PROVINCES for problem in _of_province(home, province)]


def _of_province(home: Home, province: str) -> Iterator[str]:
    path = manifest_path(home.archive, province)
    files = sorted(path.parent.glob("*.warc.gz"))
    if files and not path.exists():
        yield f"{path}: missing, so nothing says what is in {len(files)} files beside it"
        return
    seen: set[tuple[str, int]] = set()
    try:
        for line in read_lines(path):
            if "warc" in line and (line["warc"], line["offset"]) not in seen:
                seen.add((line["warc"], line["offset"]))
                yield from _of_record(home, line)
    except ManifestDamagedError as error:
        yield str(error)


def _of_record(home: Home, line: Line) -> Iterator[str]:
    where = f"{line['warc']} at {line['offset']}"
    try:
        payload = read_payload(home.archive, line["warc"], line["offset"])
    except (ArchiveDamagedError, OSError) as error:
        yield f"{line['url']}: {error}"
        return
    found = hashlib.sha256(payload.body).hexdigest()
    if found != line["sha256"]:
        yield f"{line['url']}: {where}: body has sha256:{found}, manifest says {line['sha256']}"
