"""What ``gongkai parse --explain`` shows of a document and of its pages."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from pipelines.documents.model import Document
from pipelines.documents.read import read_document
from pipelines.explain import explain
from pipelines.explain_pages import mark_pages
from pipelines.reports.model import Figure, Position, Report, TableRead
from pipelines.reports.read import Context, read_whole
from pipelines.summary import summarise
from tests.conftest import ROOT

FIXTURES = ROOT / "tests" / "fixtures"


def test_rows_stand_beside_their_source_with_sums_and_findings(tmp_path: Path) -> None:
    data = (FIXTURES / "pdf_office_2021" / "document.pdf").read_bytes()
    document = read_document(data, "document.pdf")
    document.notes.append("a note")
    report = read_whole(document, "document.pdf", "", Context())
    text = explain(report, document)
    assert "title: 威海市环翠区人民政府2022年政府信息公开工作年度报告" in text
    assert "natural_person 自然人, commercial_enterprise 商业企业" in text
    assert "      printed: 一、本年新收" in text
    assert "0 fail; 25 of 25 have all their figures" in text
    assert text.endswith("  info document_note : a note")
    pictures = mark_pages(report, document, data, tmp_path)
    assert [p.name for p in pictures] == [f"page-{n}.png" for n in range(1, 6)]


def test_cells_are_marked_on_pictures_too(tmp_path: Path) -> None:
    packed = io.BytesIO()
    Image.new("RGB", (1654, 2339), "white").save(packed, "PNG", dpi=(200, 200))
    cell = Figure(7, None, "7", Position(1, 1, 1, 1, (72.0, 144.0, 108.0, 180.0)))
    report = Report("x.png", "", "complete")
    report.request = TableRead("2021", {"received": {"total": cell}})
    document = Document("image/png", scanned=frozenset({1}))
    (picture,) = mark_pages(report, document, packed.getvalue(), tmp_path)
    with Image.open(picture) as image:
        assert image.size == (1654, 2339)
        found = image.convert("RGB").point(lambda v: 255 - v).getbbox()
    assert found is not None
    assert all(abs(a - b) <= 2 for a, b in zip(found, (200, 400, 300, 500), strict=True))


def explained(text: str) -> tuple[str, str]:
    """The explanation and the summary of a text."""
    document = read_document(text.encode(), "x.html")
    report = read_whole(document, "x.html", "", Context())
    return explain(report, document), summarise(report.to_json())


def test_indicators_stand_beside_the_row_or_the_sentence_they_were_read_from() -> None:
    head = "<html><meta charset=utf-8><h1>某某县教育局2016年政府信息公开工作年度报告</h1><div>"
    rows = [("统计指标", "单位", "统计数"), ("（一）收到申请数", "件", "23")]
    rows += [
        ("1.当面申请数", "件", "5"),
        ("（二）申请办结数", "件", ""),
        ("六、举报投诉数量", "件", "9"),
    ]
    cells = ("".join(f"<td>{c}</td>" for c in row) for row in rows)
    table = "".join(f"<tr>{row}</tr>" for row in cells)
    words = "".join(f"<p>{t}</p>" for t in ("一、概述", "本局按期编制本报告。" * 30))
    text, short = explained(f"{head}{words}<table>{table}</table></div>")
    assert "indicators, form 2014" in text
    assert "      printed: （一）收到申请数 | 件 | 23" in text
    assert "[blank]" in text
    assert "  indicator 3.1 （一）收到申请数: 23 件" in short
    said = "<p>三、依申请公开情况</p><p>2016年，我局收到政府信息公开申请十四件。</p>"
    said += "<p>五、存在的主要问题及改进措施</p><p>目录更新仍不够及时。</p>"
    text, short = explained(f"{head}{words}{said}</div>")
    assert "indicators, read from sentences" in text
    assert "14*" in text
    assert "我局收到政府信息公开申请十四件" in text
