"""What is known of each address of a province, found without keeping it all in memory.

The lines stand in the manifest; a database that lives as long as the run (a file that SQLite makes,
unlinks and pages through) says where those of an address lie, and the few facts that are counted.
A document is added up from its lines when it is asked for. What lines add up to is ``documents``'s.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Any

from crawler.addresses import canonical
from crawler.archive import Original
from crawler.documents import BY_HAND, PromisedDocument, list_key, new_document
from crawler.manifest import Line, Span

_MOST_HELD = 2048
"""Documents kept as they are; a site's lists are promised some hundred at a time."""

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -4096;
BEGIN;
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, key BLOB UNIQUE, url BLOB, site TEXT, role TEXT, parent BLOB,
    year INTEGER, by_hand INTEGER, in_hand INTEGER DEFAULT 0, ended INTEGER DEFAULT 0
);
CREATE INDEX of_site ON entry (site);
CREATE INDEX of_parent ON entry (parent) WHERE parent IS NOT NULL;
CREATE TABLE line (entry INTEGER, at INTEGER, size INTEGER, PRIMARY KEY (entry, at)) WITHOUT ROWID;
CREATE TABLE content (sha256 TEXT PRIMARY KEY, at INTEGER, size INTEGER) WITHOUT ROWID;
CREATE TABLE claimed (key BLOB PRIMARY KEY) WITHOUT ROWID;
"""


def _key(url: str) -> bytes:
    """An address as it is compared; as bytes, since some hold what is no text."""
    return canonical(url).encode("utf-8", "surrogatepass")


def _list_key(url: str, form: str | None) -> bytes:
    return b"list " + list_key(url, form).encode("utf-8", "surrogatepass")


class Index:
    """Finds lines by address. ``take`` is shown every line once, old and new, in order.

    Attributes:
        passes: years for which a column was read to its end, by its address.
        read: gives the line that lies somewhere; to be set before anything is asked for.
    """

    def __init__(self) -> None:
        self.passes: dict[str, frozenset[int]] = {}
        self.read: Callable[[Span], Line] | None = None
        self._held: OrderedDict[bytes, PromisedDocument] = OrderedDict()
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)

    def take(self, span: Span, line: Line) -> None:
        """Takes one line in; a line about an address never promised is left out.

        Raises:
            OSError: the disk for what does not fit into memory is full.
        """
        kind = line["kind"]
        if kind == "pass":
            done = self.passes.get(line["url"], frozenset())
            self.passes[line["url"]] = done | frozenset(line["years"])
            return
        is_list = line.get("role") == "list"
        key = _list_key(line["url"], line.get("form")) if is_list else _key(line["url"])
        entry = self._entry(key)
        if entry is None:
            if kind != "promise" and not is_list:
                return
            entry = self._add(key, line)
        self._do("INSERT INTO line VALUES (?, ?, ?)", entry, *span)
        self._count(entry, span, line)
        if (held := self._held.get(key)) is not None:
            held.add(line)

    def _add(self, key: bytes, line: Line) -> int:
        parent = line.get("parent") if line["kind"] == "promise" else None
        values = (
            key,
            line["url"].encode("utf-8", "surrogatepass"),
            line["site"],
            line.get("role", "article"),
            None if parent is None else _key(parent),
        )
        sql = "INSERT INTO entry (key, url, site, role, parent) VALUES (?, ?, ?, ?, ?)"
        number = self._do(sql, *values).lastrowid
        if self.read is not None:  # of this run, so it is asked for soon
            self._hold(key, self._with_parent(new_document(line)))
        return number or 0

    def _count(self, entry: int, span: Span, line: Line) -> None:
        if line["kind"] == "promise":
            sql = "UPDATE entry SET year = coalesce(?, year), by_hand = ? WHERE id = ?"
            self._do(sql, line["year"], line.get("road") == BY_HAND, entry)
        elif line["kind"] == "fetch":
            sql = "UPDATE entry SET year = coalesce(?, year), in_hand = 1, ended = 1 WHERE id = ?"
            self._do(sql, line.get("year"), entry)
            self._do("INSERT OR IGNORE INTO content VALUES (?, ?, ?)", line["sha256"], *span)
        elif line["kind"] == "outcome":
            self._do("UPDATE entry SET ended = 1 WHERE id = ?", entry)

    def document(self, url: str) -> PromisedDocument | None:
        """The document behind an address, under whichever of its addresses it was promised."""
        return self._find(_key(url))

    def list_page(self, url: str, form: str | None) -> PromisedDocument | None:
        """A list page, by its address and what is posted to it."""
        return self._find(_list_key(url, form))

    def attachments(self, url: str) -> list[PromisedDocument]:
        """The attachments of the article behind an address, in the order first promised."""
        rows = self._do("SELECT key FROM entry WHERE parent = ? ORDER BY id", _key(url))
        return [found for (key,) in rows.fetchall() if (found := self._find(key)) is not None]

    def unended(self, site: str) -> list[PromisedDocument]:
        """Documents of a site that have neither bytes nor a reason."""
        rows = self._do("SELECT key FROM entry WHERE site = ? AND NOT ended ORDER BY id", site)
        return [found for (key,) in rows.fetchall() if (found := self._find(key)) is not None]

    def original(self, sha256: str) -> Original | None:
        """The first record with these bytes, None when there is none."""
        row = self._do("SELECT at, size FROM content WHERE sha256 = ?", sha256).fetchone()
        if row is None:
            return None
        line = self._line(Span(*row))
        url = line.get("final_url") or line["url"]
        return Original(url, line["warc"], line["offset"], line["at"], sha256)

    def claim(self, url: str) -> bool:
        """Whether an address is met for the first time in this run."""
        return self._do("INSERT OR IGNORE INTO claimed VALUES (?)", _key(url)).rowcount == 1

    def listed(self, site: str) -> Counter[int]:
        """Articles of a site that this run has met, by covered year."""
        rows = self._do(
            "SELECT year, count(*) FROM entry JOIN claimed USING (key) "
            "WHERE site = ? AND role = 'article' AND year IS NOT NULL GROUP BY year",
            site,
        )
        return Counter(dict(rows.fetchall()))

    def articles_in_hand(self) -> dict[str, dict[int, int]]:
        """Articles with bytes that a list promised, by site and covered year."""
        rows = self._do(
            "SELECT site, year, count(*) FROM entry WHERE role = 'article' "
            "AND year IS NOT NULL AND in_hand AND NOT by_hand GROUP BY site, year"
        )
        found: dict[str, dict[int, int]] = {}
        for site, year, number in rows.fetchall():
            found.setdefault(site, {})[year] = number
        return found

    def close(self) -> None:
        """Gives the memory and the disk back."""
        self._held.clear()
        self._database.close()

    def _find(self, key: bytes) -> PromisedDocument | None:
        if (held := self._held.get(key)) is not None:
            self._held.move_to_end(key)
            return held
        entry = self._entry(key)
        if entry is None:
            return None
        rows = self._do("SELECT at, size FROM line WHERE entry = ? ORDER BY at", entry)
        lines = [self._line(Span(*row)) for row in rows.fetchall()]
        found = self._with_parent(new_document(lines[0]))
        for line in lines:
            found.add(line)
        self._hold(key, found)
        return found

    def _with_parent(self, document: PromisedDocument) -> PromisedDocument:
        """Names the article that an attachment belongs to by the address it was first known by."""
        if document.parent is not None:
            rows = self._do("SELECT url FROM entry WHERE key = ?", _key(document.parent))
            if (row := rows.fetchone()) is not None:
                document.parent = row[0].decode("utf-8", "surrogatepass")
        return document

    def _hold(self, key: bytes, document: PromisedDocument) -> None:
        self._held[key] = document
        if len(self._held) > _MOST_HELD:
            self._held.popitem(last=False)

    def _line(self, span: Span) -> Line:
        if self.read is None:
            raise RuntimeError("nothing can be read before the manifest is open")
        return self.read(span)

    def _entry(self, key: bytes) -> int | None:
        row = self._do("SELECT id FROM entry WHERE key = ?", key).fetchone()
        return None if row is None else int(row[0])

    def _do(self, sql: str, *values: Any) -> sqlite3.Cursor:
        try:
            return self._database.execute(sql, values)
        except sqlite3.Error as error:
            raise OSError(f"the index of the manifest cannot be kept: {error}") from error
