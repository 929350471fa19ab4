"""Compacting the archive: one file, every version readable, places cited before still good."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.archive import ArchiveDamagedError, read_payload
from crawler.compaction import compact, size_of
from crawler.documents import PromisedDocument
from tests.crawler.conftest import PROVINCE, Crawls, listing, title
from tests.crawler.web import Web

BASE = "http://www.a.gov.cn/nb/"


def collected(web: Web, crawls: Crawls) -> dict[str, PromisedDocument]:
    """Three runs with a change and a twin, so that there are versions and revisits."""
    rows = [("1.html", title(2023), "2024-01-02"), ("2.html", title(2022), "2023-01-02")]
    web.put(BASE, listing(rows), etag=True)
    web.put(f"{BASE}1.html", "<html><body>same</body></html>")
    web.put(f"{BASE}2.html", "<html><body>same</body></html>")
    crawls.run()
    web.put(f"{BASE}1.html", "<html><body>changed</body></html>")
    crawls.run(full=True)
    crawls.run(full=True)
    return crawls.documents()


def places(documents: dict[str, PromisedDocument]) -> list[tuple[str, int]]:
    found = []
    for document in documents.values():
        found.append((document.warc or "", document.offset or 0))
        found += [(version.warc, version.offset) for version in document.versions]
    return found


def bodies(archive: Path, where: list[tuple[str, int]]) -> list[bytes]:
    return [read_payload(archive, warc, offset).body for warc, offset in where]


def test_one_file_with_all_that_was_named(web: Web, crawls: Crawls) -> None:
    before = collected(web, crawls)
    old = places(before)
    contents = bodies(crawls.archive, old)
    sizes = compact(crawls.archive, PROVINCE, "c1")
    assert [s.files for s in sizes] == [3, 1] and sizes[0].records == sizes[1].records
    assert size_of(crawls.archive, PROVINCE) == sizes[1]
    after = crawls.documents()
    assert bodies(crawls.archive, places(after)) == contents
    assert bodies(crawls.archive, old) == contents, "places that were published stay good"
    assert {d.sha256 for d in after.values()} == {d.sha256 for d in before.values()}
    # The crawl goes on as if nothing had been, and what it adds is compacted too.
    counts = crawls.run().sites["www.a.gov.cn"]
    assert (counts.requested, counts.fetched) == (0, 0)
    assert compact(crawls.archive, PROVINCE, "c2")[1].files == 1
    assert bodies(crawls.archive, old) == contents
    assert compact(crawls.archive, PROVINCE, "c3")[0].files == 1, "one file is left alone"


@pytest.mark.parametrize("where", ["before", "after"])
def test_killed_before_or_after_the_manifest_is_renamed(
    web: Web, crawls: Crawls, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    old = places(collected(web, crawls))
    contents = bodies(crawls.archive, old)

    class KilledError(Exception):
        pass

    def killed(*args: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        if where == "before":
            patch.setattr("crawler.compaction._moved", killed)
        else:
            patch.setattr(Path, "unlink", killed)
        with pytest.raises(KilledError):
            compact(crawls.archive, PROVINCE, "c1")
    report = crawls.run()
    assert report.sites["www.a.gov.cn"].requested == 0
    assert bodies(crawls.archive, places(crawls.documents())) == contents
    files = {p.name for p in (crawls.archive / PROVINCE).glob("*.warc.gz")}
    assert ("c1.warc.gz" in files) == (where == "after")


def test_damage_stops_it_and_nothing_is_changed(web: Web, crawls: Crawls) -> None:
    collected(web, crawls)
    first = crawls.archive / PROVINCE / "r1.warc.gz"
    data = bytearray(first.read_bytes())
    data[len(data) // 2] ^= 0xFF
    first.write_bytes(data)
    manifest = (crawls.archive / PROVINCE / "manifest.jsonl").read_bytes()
    with pytest.raises(ArchiveDamagedError):
        compact(crawls.archive, PROVINCE, "c1")
    assert (crawls.archive / PROVINCE / "manifest.jsonl").read_bytes() == manifest
    assert first.exists()
