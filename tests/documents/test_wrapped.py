"""Documents inside other files, and names that lie about what is inside."""

from __future__ import annotations

import base64
import gzip
import io
import quopri
import zipfile
from random import Random

import pytest

from crawler.replica.render_docx import docx_of
from pipelines.documents.model import DocumentError
from pipelines.documents.read import read_document
from tests.documents import truth


def _mht(page: bytes, encoding: str) -> bytes:
    coded = base64.encodebytes(page) if encoding == "base64" else quopri.encodestring(page)
    head = (
        "From: <saved>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="----=_B"\r\n\r\n'
        "------=_B\r\nContent-Type: text/html; charset=gb2312\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\nContent-Location: http://x/\r\n\r\n"
    )
    tail = "\r\n------=_B\r\nContent-Type: image/png\r\n\r\nxx\r\n------=_B--\r\n"
    return head.encode() + coded.replace(b"\n", b"\r\n") + tail.encode()


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_web_archive(encoding: str) -> None:
    report = truth.picked(1)[0]
    page = truth.page(report, truth.body(report)).encode("gb18030")
    result = truth.parsed(_mht(page, encoding), "report.doc")
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))


def test_one_document_in_an_archive() -> None:
    report = truth.picked(1)[0]
    word = docx_of(report)
    page = truth.page(report, truth.body(report)).encode()
    for data in (
        _zip({"../../年报.docx": word, "__MACOSX/._x.docx": b"x", "Thumbs.db": b"x"}),
        _zip({"a/说明.txt": b"x", "a/2020年政府信息公开工作年度报告.doc": word}),
        gzip.compress(page),
        gzip.compress(page[:5000]) + gzip.compress(page[5000:]) + b"padding",
    ):
        result = truth.parsed(data, "x.zip")
        assert truth.wrong_cells(result, report) == ([], truth.cells(report)), result["error"]


def test_bytes_beat_names() -> None:
    report = truth.picked(1)[0]
    word = docx_of(report)
    page = truth.page(report, truth.body(report)).encode()
    for data, name in ((word, "a.doc"), (word, "a.html"), (page, "a.doc"), (page, "a.xls")):
        result = truth.parsed(data, name)
        assert truth.wrong_cells(result, report) == ([], truth.cells(report)), name


BOMB = _zip({"a.txt": b"0" * 200_000_000})
REFUSED = {
    "bomb": (BOMB, "unpacks"),
    "gzip bomb": (gzip.compress(b"0" * 200_000_000), "unpacks"),
    "nested": (_zip({"a.zip": _zip({"b.txt": b"x"})}), "archive inside"),
    "nested gzip": (gzip.compress(gzip.compress(b"x" * 100)), "archive inside"),
    "two": (_zip({"a.doc": b"x", "b.doc": b"y"}), "2 documents"),
    "noise": (Random(1).randbytes(50_000), "no known format"),
    "nothing": (_zip({}), "0 documents"),
    "many gzip parts": (gzip.compress(b"x") * 200, "more than 100 parts"),
    "none": (_zip({"a/": b"", "Thumbs.db": b"x"}), "0 documents"),
    "many": (_zip({f"{i}.txt": b"x" for i in range(1200)}), "1200 files"),
    "cut": (_zip({"a.txt": b"x" * 5000})[:60], "damaged"),
    "gzip cut": (gzip.compress(bytes(range(256)) * 40)[:-30], "cut off"),
    "web archive without a page": (
        b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nx",
        "page",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(DocumentError, match=reason):
        read_document(data, "a.zip")


def test_what_counts_as_one_document_in_an_archive() -> None:
    report = truth.picked(1)[0]
    word = docx_of(report)
    page = truth.page(report, truth.body(report)).encode()
    name = "2020年政府信息公开工作年度报告"
    for files in (
        {"1.docx": word, "副本/1.docx": word},
        {f"{name}.docx": word, f"{name}.pdf": b"%PDF-1.4"},
        {"index.html": page, "img/a.png": b"\x89PNG\r\n\x1a\n"},
        {f"{name}.htm": page, f"{name}.files/header.htm": b"<p>x</p>"},
    ):
        result = truth.parsed(_zip(files), "x.zip")
        assert truth.wrong_cells(result, report) == ([], truth.cells(report)), result["error"]


def test_what_a_server_sends_before_a_binary_file() -> None:
    report = truth.picked(1)[0]
    word = docx_of(report)
    for lead in (b"\r\n\r\n", b"\xef\xbb\xbf", b" \n"):
        result = truth.parsed(lead + word, "x.docx")
        assert truth.wrong_cells(result, report) == ([], truth.cells(report)), result["error"]


def test_the_page_of_a_web_archive_is_the_one_with_the_report() -> None:
    report = truth.picked(1)[0]
    page = truth.page(report, truth.body(report)).encode()
    frame = b"<html><script>" + b"x" * 3 * len(page) + b"</script><p>ad</p></html>"
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B\r\n\r\n"
    part = b"--B\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    data = head.encode() + b"\r\n".join([part + frame, part + page, b"--B--"])
    result = truth.parsed(data, "x.mht")
    assert truth.wrong_cells(result, report) == ([], truth.cells(report)), result["error"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"Rar!\x1a\x07\x00", "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"BZh91AY&SY", "a bzip2 archive"),
        (b"\xfd7zXZ\x00", "an xz archive"),
        (b"x".ljust(257, b"\0") + b"ustar\x00", "a tar archive"),
    ],
)
def test_archives_that_are_not_unpacked_are_named(data: bytes, name: str) -> None:
    with pytest.raises(DocumentError, match=f"{name}, which is not unpacked"):
        read_document(data + b"x" * 100, "a.doc")
