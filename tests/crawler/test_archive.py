"""Records: exact bytes back, revisits, damage noticed; and the manifest's fold."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import ArchiveDamagedError, Capture, Original, WarcArchive, read_payload
from crawler.asked import Asked
from crawler.documents import fold
from crawler.opening import open_recorder, parse_years
from tests.crawler.conftest import NOW, PROVINCE

URL = "http://www.a.gov.cn/%E5%B9%B4.html"


def capture(body: bytes, status: int = 200, **more: object) -> Capture:
    headers = (
        ("Content-Type", "text/html; charset=gb2312"),
        ("Content-Encoding", "gzip"),
        ("Content-Disposition", "attachment; filename=\xc4\xea\xb1\xa8.doc"),
    )
    return Capture(URL, status, headers, body, NOW, **more)


def archive(tmp_path: Path, run: str = "r1") -> WarcArchive:
    return WarcArchive(tmp_path, PROVINCE, run, "gongkai/test")


@pytest.mark.parametrize("body", [b"", b"\0\x80\xff\r\n\r\nWARC/1.1\r\n", b"x" * 3_000_000])
def test_bytes_come_back_as_they_were(tmp_path: Path, body: bytes) -> None:
    warc = archive(tmp_path)
    warc.store(capture(b"before"))
    place = warc.store(capture(body))
    warc.store(capture(b"after"))
    warc.close()
    payload = read_payload(tmp_path, place.warc, place.offset)
    assert payload.body == body
    assert payload.content_type == "text/html; charset=gb2312"
    assert datetime.fromisoformat(payload.fetched_at) == NOW
    with (tmp_path / place.warc).open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file, check_digests="raise")]
    assert kinds == ["warcinfo", "response", "response", "response"]


def test_revisit_leads_to_the_bytes_in_another_file(tmp_path: Path) -> None:
    first = archive(tmp_path)
    place = first.store(capture(b"the report"))
    first.close()
    original = Original(
        URL, place.warc, place.offset, NOW.isoformat(), capture(b"the report").sha256
    )
    second = archive(tmp_path, "r2")
    again = second.store(capture(b"the report"), original)
    not_modified = second.store(capture(b"", 304), original)
    second.close()
    for revisit in (again, not_modified):
        assert revisit.warc != place.warc
        assert read_payload(tmp_path, revisit.warc, revisit.offset).body == b"the report"
    assert again.length < 1000


def test_post_is_archived_with_its_request(tmp_path: Path) -> None:
    warc = archive(tmp_path)
    place = warc.store(capture(b"rows", form=b"page=2"))
    warc.close()
    assert read_payload(tmp_path, place.warc, place.offset).body == b"rows"
    with (tmp_path / place.warc).open("rb") as file:
        requests = [
            r.content_stream().read() for r in ArchiveIterator(file) if r.rec_type == "request"
        ]
    assert requests == [b"page=2"]


def test_damage_is_noticed(tmp_path: Path) -> None:
    warc = archive(tmp_path)
    place = warc.store(capture(b"abcdefgh" * 500))
    warc.close()
    path = tmp_path / place.warc
    with pytest.raises(ArchiveDamagedError):
        read_payload(tmp_path, place.warc, place.offset + 1)
    with pytest.raises(ArchiveDamagedError):
        read_payload(tmp_path, "no/such.warc.gz", 0)
    with pytest.raises(ArchiveDamagedError, match="warcinfo"):
        read_payload(tmp_path, place.warc, 0)
    whole = path.read_bytes()
    for position in range(place.offset + 20, len(whole), 7):
        broken = bytearray(whole)
        broken[position] ^= 0x55
        path.write_bytes(bytes(broken))
        try:
            body = read_payload(tmp_path, place.warc, place.offset).body
        except ArchiveDamagedError:
            continue
        assert body == b"abcdefgh" * 500, f"wrong bytes believed, byte {position} flipped"
    path.write_bytes(whole[: place.offset + 100])
    with pytest.raises(ArchiveDamagedError):
        read_payload(tmp_path, place.warc, place.offset)


def asked(url: str = URL, role: str = "article", parent: str | None = None) -> Asked:
    return Asked("www.a.gov.cn", url, role, parent, 2023, "年报", None, "http://www.a.gov.cn/")


def test_recorder_counts_add_up_and_open_promises_are_ended(tmp_path: Path) -> None:
    recorder = open_recorder(tmp_path, PROVINCE, (2023,), NOW, "r1")
    file = asked("http://www.a.gov.cn/x.doc", "attachment", URL)
    other = asked("http://www.a.gov.cn/2")
    recorder.promise([asked(), other])
    recorder.store(asked(), capture(b"one"), [file])
    recorder.close_site("www.a.gov.cn", "shutdown")
    counts = recorder.report.site("www.a.gov.cn")
    assert counts.by_year == {"2023": {"promised": 3, "fetched": 1, "failed": 2}}
    assert (counts.fetched, counts.failed, counts.finished) == (1, 2, False)
    recorder.close()
    documents = fold(recorder_lines(tmp_path)).documents
    assert [d.outcome for d in documents.values()] == ["fetched", "failed", "failed"]
    assert "shutdown" in (documents[other.url].reason or "")
    assert documents[file.url].parent == URL


def recorder_lines(root: Path) -> list[dict[str, object]]:
    from crawler.manifest import manifest_path, read_lines

    return list(read_lines(manifest_path(root, PROVINCE)))


def test_changed_and_changed_back_keeps_every_version_readable(tmp_path: Path) -> None:
    for run, body in (("r1", b"one"), ("r2", b"two"), ("r3", b"one"), ("r4", b"one")):
        recorder = open_recorder(tmp_path, PROVINCE, (2023,), NOW, run)
        recorder.promise([asked()])
        recorder.store(asked(), capture(body))
        recorder.close()
    document = fold(recorder_lines(tmp_path)).documents[URL]
    bodies = [read_payload(tmp_path, v.warc, v.offset).body for v in document.versions]
    assert bodies == [b"one", b"two"]
    assert read_payload(tmp_path, document.warc or "", document.offset or 0).body == b"one"
    assert document.warc == f"{PROVINCE}/r3.warc.gz", "r4 saw the same bytes again"


def test_years_as_people_write_them() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    assert parse_years(None, now) == (2025,)
    assert parse_years("2019-2021", now) == (2019, 2020, 2021)
    assert parse_years("2021, 2019", now) == (2019, 2021)
    for text in ("2021-2019", "21", "all", "2019-"):
        with pytest.raises(ValueError, match="write 2021"):
            parse_years(text, now)
