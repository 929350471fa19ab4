"""Documents added by hand: archived once, under the right province and year, and loaded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.archive import Capture, WarcArchive, read_payload
from crawler.byhand import Handed, add_documents
from crawler.documents import read_documents
from crawler.index import Index
from crawler.manifest import Manifest
from pipelines.archive_check import archive_problems
from pipelines.cli import cli
from pipelines.due import Due, due_partitions
from pipelines.runs import missing
from pipelines.status import blocked_lines, status_rows
from tests.conftest import ROOT
from warehouse import query
from warehouse.home import Home

REPORT = ROOT / "tests" / "fixtures" / "hanweb_2019_html" / "document.html"
URL = "http://www.huancui.gov.cn/art/2021/1/20/art_1_2.html"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
SD = "山东省"


def gongkai(home: Home, *words: str) -> Result:
    runner = CliRunner()
    return runner.invoke(cli, [*words, "--home", str(home.root)], standalone_mode=False)


def promise_blocked(home: Home, url: str, year: int) -> None:
    """What a crawl leaves that met a challenge page."""
    manifest = Manifest(home.archive, SD, "crawl-1")
    common = {"run": "crawl-1", "at": "2026-02-01T00:00:00.000+00:00", "site": "www.huancui.gov.cn"}
    common |= {"url": url, "role": "article", "parent": None, "year": year}
    common |= {"title": "a row", "date": "2021-01-20"}
    manifest.append(
        [
            {"kind": "promise", **common, "list_url": "http://x/", "road": "column"},
            {"kind": "outcome", **common, "outcome": "blocked", "reason": "challenge page"},
        ]
    )
    manifest.close()


def test_a_document_is_added_once_loaded_and_published(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    first = gongkai(home, "add", str(REPORT))
    assert first.return_value == 0, first.output
    assert f"added to {SD} 2020" in first.output
    (document,) = read_documents(home.archive, SD)
    assert document.by_hand
    assert document.url == f"urn:sha256:{document.sha256}"
    body = read_payload(home.archive, document.warc or "", document.offset or 0)
    assert (body.body, body.content_type) == (REPORT.read_bytes(), "text/html")
    assert archive_problems(home) == []
    assert due_partitions(home) == {(SD, 2020): "load"}
    assert missing(home, SD, [2020, 2019]) == [2020, 2019]

    again = gongkai(home, "add", str(REPORT))
    assert "nothing is new" in again.output
    assert len(list(home.archive.glob("*/*.warc.gz"))) == 1

    selected = ("--province", SD, "--year", "2020")
    assert gongkai(home, "load", *selected).return_value == 0
    assert due_partitions(home) == {(SD, 2020): "publish"}
    assert gongkai(home, "publish", *selected).return_value == 0
    assert due_partitions(home) == {}
    found = query.run(home, "SELECT province, year, url, status FROM report").rows
    assert found == [(SD, 2020, document.url, "complete")]


def test_a_blocked_document_is_shown_and_resolved(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    promise_blocked(home, URL, 2020)
    assert gongkai(home, "load", "--province", SD, "--year", "2020").return_value == 0
    (row,) = status_rows(home)
    assert row["blocked"] == 1
    shown = "\n".join(blocked_lines(home, [row]))
    assert URL in shown
    assert "gongkai add FILE --url" in shown

    result = gongkai(home, "add", str(REPORT), "--url", URL)
    assert "which had not come" in result.output
    (document,) = read_documents(home.archive, SD)
    assert (document.outcome, document.title, document.by_hand) == ("fetched", "a row", False)
    # The list row is kept, so that the next crawl knows the document as one in hand.
    assert document.is_current("a row", "2021-01-20")
    assert gongkai(home, "load", "--province", SD, "--year", "2020").return_value == 0
    (row,) = status_rows(home)
    assert (row["blocked"], row["due"], row["reports"]) == (0, "publish", 1)
    assert blocked_lines(home, [row]) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--url", "ftp://x/y"], "is not an http address"),
        (["--province", "山东"], "full names such as 山东省"),
        (["--year", "1990"], "is not within 2008 to"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, words: list[str], message: str) -> None:
    result = gongkai(Home(tmp_path), "add", str(REPORT), *words)
    assert message in str(result.exception)


def test_a_document_of_unknown_place_or_year_is_refused_unless_told(tmp_path: Path) -> None:
    home, page = Home(tmp_path / "home"), tmp_path / "page.html"
    page.write_text("<html><body><p>nothing that names a place</p></body></html>")
    result = gongkai(home, "add", str(page), str(tmp_path / "gone.html"))
    assert result.return_value == 1
    assert "give --province" in result.output
    assert "gone.html: No such file" in result.output
    assert not home.archive.exists()
    told = gongkai(home, "add", str(page), "--province", SD, "--year", "2020")
    assert told.return_value == 2, "it joins the archive and cannot be read"
    assert "cannot be read as a report" in told.output


def test_the_organ_can_be_told_and_told_anew(tmp_path: Path) -> None:
    one = Handed(b"bytes", "text/plain", 2020)
    told = Handed(b"bytes", "text/plain", 2020, organ="威海市环翠区卫生健康局")
    verdicts = [
        add_documents(tmp_path, SD, f"run-{number}", [handed], NOW)[0].verdict
        for number, handed in enumerate([one, one, told, told])
    ]
    assert verdicts == ["added", "known", "renamed", "known"]
    (document,) = read_documents(tmp_path, SD)
    assert document.organ == "威海市环翠区卫生健康局"


def test_added_documents_do_not_count_as_listed_by_their_site(tmp_path: Path) -> None:
    handed = Handed(b"bytes", "text/plain", 2020, URL, "www.huancui.gov.cn")
    add_documents(tmp_path, SD, "run", [handed], NOW)
    index = Index()
    Manifest(tmp_path, SD, "next", index.take).close()
    assert not index.articles_in_hand()


def test_a_crawl_of_the_same_bytes_points_to_the_added_ones(tmp_path: Path) -> None:
    add_documents(tmp_path, SD, "run", [Handed(b"bytes", "text/html", 2020, URL)], NOW)
    (known,) = read_documents(tmp_path, SD)
    warc = WarcArchive(tmp_path, SD, "later", "test")
    header = (("Content-Type", "text/html"),)
    place = warc.store(Capture(URL, 200, header, b"bytes", NOW), known.original())
    warc.close()
    assert read_payload(tmp_path, place.warc, place.offset).body == b"bytes"


def test_publish_without_a_load_leaves_the_mark(tmp_path: Path) -> None:
    due = Due(Home(tmp_path), SD)
    due.mark(2020)
    due.passed("publish", 2020)
    assert due.read() == {2020: "load"}
