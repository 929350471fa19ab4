"""An article whose tables are pictures: the archived pictures are read as its own."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive import Capture, WarcArchive
from crawler.documents import PromisedDocument
from pipelines.parsing import parse_all
from tests.conftest import ROOT
from warehouse.home import Home

FIXTURE = ROOT / "tests" / "fixtures" / "scan_2019_jpeg"
ARTICLE = "http://www.huancui.gov.cn/art/2021/1/20/art_1.html"
PICTURE = "http://www.huancui.gov.cn/picture/1.jpg"
PAGE = (
    "<html><head><title>威海市环翠区教育局2020年政府信息公开工作年度报告</title></head><body>"
    "<div id='zoom'><p>威海市环翠区教育局2020年政府信息公开工作年度报告</p>"
    f"<p><img src='{PICTURE}' width='800'></p></div></body></html>"
)


def _document(home: Home, url: str, body: bytes, kind: str, parent: str | None) -> PromisedDocument:
    archive = WarcArchive(home.archive, "山东省", f"run{len(body)}", "gongkai/test")
    capture = Capture(url, 200, (("Content-Type", kind),), body, datetime(2021, 2, 1, tzinfo=UTC))
    place = archive.store(capture)
    archive.close()
    role = "article" if parent is None else "attachment"
    return PromisedDocument(
        url=url,
        site="www.huancui.gov.cn",
        role=role,
        parent=parent,
        year=2020,
        title="",
        date=None,
        list_url=None,
        sha256=hashlib.sha256(body).hexdigest(),
        media_type=kind,
        warc=place.warc,
        offset=place.offset,
    )


def test_archived_pictures_are_the_tables_of_their_article(tmp_path: Path) -> None:
    home = Home(tmp_path)
    alone_read = json.loads((FIXTURE / "expected.json").read_text(encoding="utf-8"))
    article = _document(home, ARTICLE, PAGE.encode(), "text/html", None)
    (alone,) = parse_all(home, [article], [], lambda _: None)
    assert alone.report is not None and alone.report["status"] == "rejected"
    scan = (FIXTURE / "document.jpg").read_bytes()
    picture = _document(home, PICTURE, scan, "image/jpeg", ARTICLE)
    whole, _ = parse_all(home, [article, picture], [], lambda _: None)
    assert whole.report is not None
    assert whole.report["organ"] == "威海市环翠区教育局"
    assert whole.report["sha256"] == article.sha256
    # As where the picture is read as a document of its own, which does not tell its year.
    printed = {
        (item, column): value
        for item, row in alone_read["request"].items()
        for column, value in row.items()
        if value is not None
    }
    assert len(printed) > 60
    assert {(i, c): whole.report["request"][i][c] for i, c in printed} == printed
