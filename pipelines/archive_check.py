"""Proving that every document the manifests name is in the archive, byte for byte."""

from __future__ import annotations

from crawler.archive import ArchiveDamagedError, read_payload
from crawler.documents import read_documents
from crawler.manifest import ManifestDamagedError
from warehouse.facts.divisions import PROVINCES
from warehouse.home import Home


def archive_problems(home: Home) -> list[str]:
    """One sentence for each document, newest or older version, that cannot be read back."""
    problems = []
    for province in PROVINCES:
        try:
            documents = read_documents(home.archive, province)
        except ManifestDamagedError as error:
            problems.append(str(error))
            continue
        for document in documents:
            places = [(v.warc, v.offset) for v in document.versions]
            if document.warc is not None and document.offset is not None:
                places.append((document.warc, document.offset))
            for warc, offset in places:
                try:
                    read_payload(home.archive, warc, offset)
                except (ArchiveDamagedError, OSError) as error:
                    problems.append(f"{document.url}: {error}")
    return problems
