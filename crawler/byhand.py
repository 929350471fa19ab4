"""Documents that came another way than by a crawl: into the archive and the manifest.

Plain Python, no network. Which province and year they belong to is the caller's to know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from crawler.archive import Place, WarcArchive
from crawler.documents import BY_HAND, Fold, PromisedDocument, fold
from crawler.manifest import Line, Manifest, read_lines

Verdict = Literal["added", "resolved", "replaced", "renamed", "known"]


@dataclass(frozen=True)
class Handed:
    """One document as it was handed in.

    Attributes:
        data: its bytes.
        media_type: what they are.
        year: the year it covers.
        url: where it was published, None when that is not known.
        site: host of the registry entry, None when it belongs to none.
        organ: whose report it is, None to leave it to the document.
    """

    data: bytes
    media_type: str
    year: int
    url: str | None = None
    site: str | None = None
    organ: str | None = None

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def key(self) -> str:
        """The address it stands under: its own, else one made of its digest."""
        return self.url or f"urn:sha256:{self.sha256}"


@dataclass(frozen=True)
class Added:
    """What became of one document.

    Attributes:
        url: the address it stands under.
        verdict: ``added``; ``resolved`` (a list had promised it and it never came); ``replaced``
            (other bytes were there, which stay as a version); ``renamed`` (the bytes were there,
            the organ or the year is new); ``known`` (nothing was new).
        year: the year it is filed under, where the document does not say another.
    """

    url: str
    verdict: Verdict
    year: int


def add_documents(
    archive_dir: Path, province: str, run_id: str, documents: Iterable[Handed], now: datetime
) -> list[Added]:
    """Puts documents into a province's archive; the same again changes nothing.

    Args:
        archive_dir: the archive directory, made when missing.
        province: whose archive.
        run_id: names the WARC file; a run of its own.
        documents: what was handed in.
        now: the time, with a zone.

    Returns:
        One verdict a document, in their order.

    Raises:
        crawler.manifest.ManifestBusyError: a crawl of the province is going on.
        crawler.manifest.ManifestDamagedError: the manifest is broken in the middle.
        OSError: the disk is full or not writable.
    """
    manifest = Manifest(archive_dir, province, run_id)
    warc = WarcArchive(archive_dir, province, run_id, "gongkai", note="documents added by hand")
    try:
        state = fold(read_lines(manifest.path))
        return [_add(one, run_id, manifest, warc, state, now) for one in documents]
    finally:
        warc.close()
        manifest.close()


def _add(
    one: Handed, run_id: str, manifest: Manifest, warc: WarcArchive, state: Fold, now: datetime
) -> Added:
    known = state.document(one.key) or _same_bytes(one, state)
    verdict = _verdict(one, known)
    url = known.url if known else one.key
    if verdict != "known":
        lines = _lines(one, url, run_id, known, now)
        if verdict != "renamed":
            place = warc.store_resource(url, one.data, one.media_type, now)
            lines[1] |= _stored(one, place)
        else:
            del lines[1]
        manifest.append(lines)
        for line in lines:
            state.add(line)
    return Added(url, verdict, one.year)


def _same_bytes(one: Handed, state: Fold) -> PromisedDocument | None:
    """A document with these very bytes, for one that brings no address of its own."""
    if one.url is not None:
        return None
    return next((d for d in state.documents.values() if d.sha256 == one.sha256), None)


def _verdict(one: Handed, known: PromisedDocument | None) -> Verdict:
    if known is None:
        return "added"
    if known.sha256 is None:
        return "resolved"
    if known.sha256 != one.sha256:
        return "replaced"
    told = one.organ is not None and one.organ != known.organ
    return "renamed" if told or known.year != one.year else "known"


def _lines(
    one: Handed, url: str, run_id: str, known: PromisedDocument | None, now: datetime
) -> list[Line]:
    """The promise, with the address's own list row where it has one, and the fetch."""
    common: Line = {
        "run": run_id,
        "at": now.astimezone(UTC).isoformat(timespec="milliseconds"),
        "site": known.site if known else one.site or BY_HAND,
        "url": url,
        "role": known.role if known else "article",
        "parent": known.parent if known else None,
        "year": one.year,
        "title": known.title if known else "",
        "date": known.date if known else None,
    }
    promise = {
        "kind": "promise",
        **common,
        "list_url": known.list_url if known else None,
        "road": BY_HAND if known is None or known.by_hand else "column",
    }
    if one.organ is not None:
        promise["organ"] = one.organ
    return [promise, {"kind": "fetch", **common}]


def _stored(one: Handed, place: Place) -> Line:
    return {
        "status": None,
        "sha256": one.sha256,
        "bytes": len(one.data),
        "media_type": one.media_type,
        "warc": place.warc,
        "offset": place.offset,
        "length": place.length,
        "etag": None,
        "last_modified": None,
        "unchanged": False,
        "by": BY_HAND,
    }
