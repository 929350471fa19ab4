"""An article whose tables are pictures: the archived pictures are read as its own."""

from __future__ import annotations

import hashlib
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest

from crawler.archive import Capture, WarcArchive
from crawler.documents import PromisedDocument
from crawler.replica.reports import Report
from pipelines.documents.model import Prepared
from pipelines.parsing import parse_all
from pipelines.reports.read import read_report
from tests.conftest import ROOT
from tests.documents import truth
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


def _without_request(report: Report) -> str:
    """The report's page with a picture in place of table three."""
    before, table, behind = re.split(
        r"(<table(?:(?!</table>).)*勾稽关系.*?</table>)", truth.body(report, "editor"), flags=re.S
    )
    assert table
    return truth.page(report, f'{before}<p><img src="./W020.jpg" width="800"></p>{behind}')


def test_a_picture_among_tables_is_one_that_was_not_read() -> None:
    report = truth.picked(1)[0]
    result = truth.parsed(_without_request(report))
    assert result["status"] == "partial"
    assert [f["table"] for f in result["findings"] if f["rule"] == "absent_table"] == ["request"]
    assert truth.wrong_cells(result, report)[0] == []
    assert result["request"] == {} and result["proactive"] and result["legal_challenge"]


@pytest.mark.parametrize("ending", ["html", "docx"])
def test_pictures_are_read_for_the_table_that_is_missing(ending: str) -> None:
    scan = (FIXTURE / "document.jpg").read_bytes()
    alone = json.loads((FIXTURE / "expected.json").read_text(encoding="utf-8"))
    heads = ["类型", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    lines = [heads, ["行政复议", *"12306"]]
    if ending == "html":
        rows = "".join("<tr><td>" + "</td><td>".join(line) + "</td></tr>" for line in lines)
        page = PAGE.replace("<p><img", f"<table>{rows}</table><p><img").encode()
        report = read_report(page, "x.html", None, Prepared(pictures=(scan,)))
    else:
        made = docx.Document()
        made.add_paragraph("威海市环翠区教育局2020年政府信息公开工作年度报告")
        table = made.add_table(2, 6)
        for row, line in zip(table.rows, lines, strict=True):
            for cell, text in zip(row.cells, line, strict=True):
                cell.text = text
        made.add_picture(io.BytesIO(scan))
        packed = io.BytesIO()
        made.save(packed)
        report = read_report(packed.getvalue(), "x.docx")
    result = report.to_json()
    printed = {(i, c): v for i, row in alone["request"].items() for c, v in row.items() if v}
    assert len(printed) > 20
    assert {(i, c): result["request"][i][c] for i, c in printed} == printed
    assert result["legal_challenge"]["reconsideration"]["total"] == 6
