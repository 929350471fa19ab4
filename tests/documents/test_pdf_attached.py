"""Documents attached to a PDF file: the report under a cover, one level, bounded."""

from __future__ import annotations

import ctypes
from io import BytesIO

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from crawler.replica.render_docx import docx_of
from tests.documents import truth
from tests.documents.pdf_made import Drawing, make_pdf

COVER = make_pdf([Drawing().text(60, 80, "请打开本文件所附的年度报告。", 12)])
REPORT = truth.picked(1)[0]


def _with(files: dict[str, bytes], cover: bytes = COVER) -> bytes:
    """A PDF file with attachments."""
    opened = pypdfium2.PdfDocument(cover)
    for name, data in files.items():
        opened.new_attachment(name).set_data(data)
    saved = BytesIO()
    opened.save(saved)
    opened.close()
    return saved.getvalue()


def test_the_report_under_a_cover_is_read() -> None:
    read = truth.parsed(_with({"年报.docx": docx_of(REPORT), "封面.png": b"\x89PNG"}), "a.pdf")
    assert read["status"] == "complete", read["error"]
    assert truth.wrong_cells(read, REPORT) == ([], truth.cells(REPORT))
    assert any("年报.docx" in f["message"] for f in read["findings"])


def test_of_several_the_one_named_as_a_report_is_read() -> None:
    title = f"{REPORT.truth.title}.docx"
    read = truth.parsed(_with({"附表.docx": b"x", title: docx_of(REPORT)}), "a.pdf")
    assert read["request"] == REPORT.truth.request


def test_several_documents_are_named_as_the_reason() -> None:
    read = truth.parsed(_with({"甲.pdf": COVER, "乙.pdf": COVER}), "a.pdf")
    assert read["status"] == "rejected"
    assert read["error"] == "2 documents are attached to the PDF file, not one"


def test_one_level_only() -> None:
    inner = _with({"年报.docx": docx_of(REPORT)})
    read = truth.parsed(_with({"甲.pdf": inner}), "a.pdf")
    assert read["status"] == "rejected"


def test_a_damaged_attachment_is_named() -> None:
    read = truth.parsed(_with({"年报.docx": docx_of(REPORT)[:900]}), "a.pdf")
    assert read["status"] == "rejected"
    assert "年报.docx" in read["error"]


def _clipped(files: dict[str, bytes], pages: int = 1) -> bytes:
    """A PDF file with paper clips on every page; ``FPDFAnnot_AddFileAttachment`` makes them."""
    opened = pypdfium2.PdfDocument(make_pdf([Drawing().text(60, 80, "见附件。")] * pages))
    for page in opened:
        for name, data in files.items():
            note = pdfium.FPDFPage_CreateAnnot(page.raw, pdfium.FPDF_ANNOT_FILEATTACHMENT)
            wide = (ctypes.c_ushort * (len(name) + 1))(*map(ord, name))
            clip = pdfium.FPDFAnnot_AddFileAttachment(note, wide)
            pdfium.FPDFAttachment_SetFile(clip, opened.raw, data, len(data))
            pdfium.FPDFPage_CloseAnnot(note)
        page.close()
    saved = BytesIO()
    opened.save(saved)
    opened.close()
    return saved.getvalue()


@pytest.mark.parametrize("pages", [1, 3])
def test_the_report_behind_a_paper_clip_is_read(pages: int) -> None:
    read = truth.parsed(_clipped({"年报.docx": docx_of(REPORT)}, pages), "a.pdf")
    assert read["status"] == "complete", read["error"]
    assert truth.wrong_cells(read, REPORT) == ([], truth.cells(REPORT))


def test_several_documents_behind_paper_clips_are_named_as_the_reason() -> None:
    read = truth.parsed(_clipped({"甲.pdf": COVER, "乙.pdf": COVER}), "a.pdf")
    assert read["error"] == "2 documents are attached to the PDF file, not one"
