"""What a manifest adds up to: every promised document with its bytes or its reason.

A pure fold over manifest lines; no network, no WARC reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from crawler.addresses import canonical
from crawler.archive import Original
from crawler.manifest import Line, manifest_path, read_lines

BY_HAND = "by hand"
"""The road of documents that no list promised; also their site where they have no address."""


_BLOCKED_LAST = ": blocked: "


@dataclass(frozen=True)
class Version:
    """Bytes that an address once had."""

    sha256: str
    warc: str
    offset: int
    fetched_at: str


@dataclass(slots=True)
class PromisedDocument:
    """One article or attachment that a list promised.

    Attributes:
        url: the address promised; the key.
        site: host of the registry entry it was found through.
        role: ``article`` or ``attachment``.
        parent: address of the article an attachment belongs to, the first if several do.
        year: covered year that the list row was judged to have.
        title: of the row, or the link's text of an attachment.
        date: day of the row, ISO 8601, or None.
        list_url: the list page that promised it.
        outcome: ``fetched``, ``failed``, ``blocked``, ``refused``, or ``promised`` (a run was
            ended before it came to it).
        reason: why there are no bytes, or why the last attempt to renew them failed.
        run: the run that last changed anything here.
        sha256: of the newest bytes, None if nothing ever came.
        media_type: as the server said, without parameters.
        bytes: size of the body.
        fetched_at: when these bytes first came.
        checked_at: when they were last seen unchanged, or came.
        warc: file of their record below the archive directory.
        offset: byte offset of the record.
        final_url: the address that answered, after redirects.
        etag: validator for the next request.
        last_modified: validator for the next request.
        row: title and date of the list row when the bytes were last asked for.
        versions: older bytes, oldest first.
        by_hand: whether no list ever promised it.
        organ: whose report it is, where who added it said so.
        roads: how lists led to it, the first first: ``column``, ``catalogue``, ``year``,
            ``search``.
    """

    url: str
    site: str
    role: str
    parent: str | None
    year: int | None
    title: str
    date: str | None
    list_url: str | None
    outcome: str = "promised"
    reason: str | None = None
    run: str = ""
    sha256: str | None = None
    media_type: str | None = None
    bytes: int | None = None
    fetched_at: str | None = None
    checked_at: str | None = None
    warc: str | None = None
    offset: int | None = None
    final_url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    row: tuple[str, str | None] | None = None
    versions: list[Version] = field(default_factory=list)
    by_hand: bool = False
    organ: str | None = None
    roads: list[str] = field(default_factory=list)

    def original(self) -> Original | None:
        """The record that a revisit of the same bytes points to, None when there is none."""
        if self.sha256 is None or self.warc is None or self.offset is None:
            return None
        url = self.final_url or self.url
        return Original(url, self.warc, self.offset, self.fetched_at or "", self.sha256)

    def is_current(self, title: str, date: str | None) -> bool:
        """Whether the bytes are there and were got under this very list row, without failure."""
        return self.sha256 is not None and self.reason is None and self.row == (title, date)

    def add(self, line: Line) -> None:
        """Takes a line about it in."""
        kind = line["kind"]
        if kind == "promise":
            self.promise(line)
        elif kind == "fetch":
            self.fetched(line)
        elif kind == "outcome":
            self.failed(line)
        elif kind == "sighting":
            self.seen_by(line["road"])

    def promise(self, line: Line) -> None:
        """Takes a promise line in; a year that only the article told is not forgotten."""
        self.year = line["year"] if line["year"] is not None else self.year
        self.title, self.date = line["title"], line["date"]
        self.list_url, self.run = line.get("list_url"), line["run"]
        self.by_hand = line.get("road") == BY_HAND
        self.organ = line.get("organ", self.organ)
        self.seen_by(line.get("road"))

    def seen_by(self, road: str | None) -> None:
        """Notes a road that led here."""
        if road and road not in self.roads:
            self.roads.append(road)

    def fetched(self, line: Line) -> None:
        """Takes a fetch line in; the same bytes again keep their first record and time."""
        if line["sha256"] != self.sha256:
            if self.sha256 and self.warc and self.offset is not None:
                self.versions.append(
                    Version(self.sha256, self.warc, self.offset, self.fetched_at or "")
                )
            self.sha256, self.warc, self.offset = line["sha256"], line["warc"], line["offset"]
            self.bytes, self.media_type = line["bytes"], line["media_type"]
            self.fetched_at = line["at"]
        self.checked_at = line["at"]
        self.final_url = line.get("final_url") or line["url"]
        self.year = line["year"] if line.get("year") is not None else self.year
        self.etag, self.last_modified = line.get("etag"), line.get("last_modified")
        self.row = (line["title"], line["date"])
        self.outcome, self.reason, self.run = "fetched", None, line["run"]

    def failed(self, line: Line) -> None:
        """Takes an outcome line in; bytes got earlier stay."""
        self.run = line["run"]
        if self.sha256 is None:
            self.outcome, self.reason = line["outcome"], line["reason"]
        else:
            self.reason = f"last attempt {line['at']}: {line['outcome']}: {line['reason']}"


@dataclass
class Fold:
    """A manifest read to its end.

    One document has one entry, whichever of its addresses (http or https, with a session id, with
    the name of the index file) lists gave over the years; it keeps the first one as its key.

    Attributes:
        documents: promised documents by address, in the order first promised.
        lists: list pages by address (a POST page by address and form).
        attachments: the attachments of an article, by its address.
        passes: years for which a column was read to its end, by its address.
    """

    documents: dict[str, PromisedDocument] = field(default_factory=dict)
    lists: dict[str, PromisedDocument] = field(default_factory=dict)
    attachments: dict[str, list[PromisedDocument]] = field(default_factory=dict)
    passes: dict[str, frozenset[int]] = field(default_factory=dict)
    _first: dict[str, str] = field(default_factory=dict)

    def document(self, url: str) -> PromisedDocument | None:
        """The document behind an address, under whichever of its addresses it was promised."""
        return self.documents.get(self._first.get(canonical(url), url))

    def visited(self, year: int) -> frozenset[str]:
        """Sites of which a list page was read since a year had ended."""
        read = (entry for entry in self.lists.values() if entry.checked_at is not None)
        return frozenset(entry.site for entry in read if (entry.checked_at or "") >= f"{year + 1}")

    def add(self, line: Line) -> None:
        """Takes one line in; a line about an address never promised is left out."""
        if line["kind"] == "pass":
            done = self.passes.get(line["url"], frozenset())
            self.passes[line["url"]] = done | frozenset(line["years"])
            return
        if line.get("role") == "list":
            key = list_key(line["url"], line.get("form"))
            entry = self.lists.setdefault(key, new_document(line))
        elif line["kind"] == "promise":
            self._promise(line)
            return
        elif (known := self.document(line["url"])) is not None:
            entry = known
        else:
            return
        entry.add(line)

    def _promise(self, line: Line) -> None:
        entry = self.document(line["url"])
        if entry is None:
            entry = self.documents[line["url"]] = new_document(line)
            self._first[canonical(line["url"])] = line["url"]
            if entry.parent is not None:
                if (article := self.document(entry.parent)) is not None:
                    entry.parent = article.url
                self.attachments.setdefault(entry.parent, []).append(entry)
        entry.promise(line)


def list_key(url: str, form: str | None) -> str:
    """What tells one list page from another."""
    return url if form is None else f"{url} {form}"


def new_document(line: Line) -> PromisedDocument:
    """A document as its first line names it; the line itself is still to be taken in."""
    return PromisedDocument(
        url=line["url"],
        site=line["site"],
        role=line.get("role", "article"),
        parent=line.get("parent"),
        year=line.get("year"),
        title=line.get("title") or "",
        date=line.get("date"),
        list_url=line.get("list_url"),
        run=line["run"],
    )


def fold(lines: Iterable[Line]) -> Fold:
    """Adds up manifest lines in order."""
    result = Fold()
    for line in lines:
        result.add(line)
    return result


def read_blocked_lists(archive_dir: Path, province: str) -> list[PromisedDocument]:
    """List pages of ``province`` that answered with a challenge page when last asked.

    Raises:
        crawler.manifest.ManifestDamagedError: the manifest is broken in the middle.
    """
    lists = fold(read_lines(manifest_path(archive_dir, province))).lists.values()
    return [one for one in lists if one.outcome == "blocked" or _BLOCKED_LAST in (one.reason or "")]


def read_documents(archive_dir: Path, province: str) -> list[PromisedDocument]:
    """Every document that the crawls of ``province`` promised, in the order first promised.

    Raises:
        crawler.manifest.ManifestDamagedError: the manifest is broken in the middle.
    """
    return list(read_fold(archive_dir, province).documents.values())


def read_fold(archive_dir: Path, province: str) -> Fold:
    """The manifest of ``province``, added up.

    Raises:
        crawler.manifest.ManifestDamagedError: the manifest is broken in the middle.
    """
    return fold(read_lines(manifest_path(archive_dir, province)))
