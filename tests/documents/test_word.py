"""DOCX: what Word can do to a report, in small documents made by hand."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from crawler.replica.render_docx import docx_of
from pipelines.documents.model import Document, DocumentError
from pipelines.documents.read import read_document
from tests.documents import truth

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NS = (
    f'{W} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def packed(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(body: str, **parts: str) -> bytes:
    named = {k.replace("__", "/").replace("_xml", ".xml"): v for k, v in parts.items()}
    document = f"<w:document {NS}><w:body>{body}</w:body></w:document>"
    return packed({"[Content_Types].xml": "<x/>", "word/document.xml": document} | named)


def read(body: str, **parts: str) -> Document:
    return read_document(docx(body, **parts))


def p(text: str, properties: str = "") -> str:
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{r}</w:tr>' for r in rows)}</w:tbl>"


def grid(document: Document, table: int = 0) -> list[list[str | None]]:
    return [[c.text if c else None for c in row] for row in document.tables[table].rows]


def test_merges_of_all_kinds() -> None:
    restart, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    document = read(
        tbl(
            tc("a", '<w:gridSpan w:val="2"/>' + restart) + tc("b"),
            tc("", '<w:gridSpan w:val="2"/>' + goes_on) + tc("c"),
            tc("d", '<w:hMerge w:val="restart"/>') + tc("", "<w:hMerge/>") + tc("e"),
            '<w:trPr><w:gridBefore w:val="1"/><w:gridAfter w:val="1"/></w:trPr>' + tc("f"),
        )
    )
    assert grid(document) == [["a", "a", "b"], ["a", "a", "c"], ["d", "d", "e"], [None, "f", None]]
    cell = document.tables[0].rows[0][0]
    assert cell is not None
    assert (cell.rowspan, cell.colspan) == (2, 2)


def test_tracked_changes_are_read_as_accepted() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    gone = "<w:del><w:r><w:delText>9</w:delText></w:r></w:del>"
    moved = (
        f"<w:moveFrom>{run.format('away')}</w:moveFrom><w:moveTo>{run.format('here')}</w:moveTo>"
    )
    document = read(
        f"<w:p>{run.format('1')}{gone}<w:ins>{run.format('2')}</w:ins>{moved}</w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>十二</w:t></w:r></w:p>"
        + p("件")
        + tbl(
            tc("a") + tc("1"),
            "<w:trPr><w:del/></w:trPr>" + tc("b") + tc("2"),
            "<w:trPr><w:ins/></w:trPr>" + tc("c") + tc("3") + tc("4", "<w:cellDel/>"),
        )
    )
    assert document.paragraphs == ["12here", "十二件"]
    assert grid(document) == [["a", "1"], ["c", "3"]]


def test_hidden_text_codes_and_placeholders_are_dropped() -> None:
    document = read(
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>7</w:t></w:r><w:r><w:rPr>"
        '<w:vanish w:val="0"/></w:rPr><w:t>8</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
        "<w:r><w:footnoteReference/></w:r></w:p>"
        "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>shown</w:t></w:r></w:p>"
        "<w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>click</w:t></w:r>"
        "</w:sdtContent></w:sdt><w:r><w:t>9</w:t></w:r></w:p>"
    )
    assert document.paragraphs == ["8", "shown", "9"]


def test_what_stands_beside_a_figure_is_no_part_of_it() -> None:
    def run(text: str, properties: str = "") -> str:
        return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"

    def cell(*runs: str) -> str:
        return f"<w:tc><w:p>{''.join(runs)}</w:p></w:tc>"

    raised = '<w:vertAlign w:val="superscript"/>'
    document = read(
        tbl(
            cell(run("1"), run("9", "<w:strike/>")) + cell(run("2"), run("8", "<w:dstrike/>")),
            cell(run("3"), run("[1]", raised)) + cell(run("4", raised)),
            cell(run("5"), run("6", '<w:strike w:val="0"/>')) + cell(run("7", "<w:strike/>")),
            cell(run("8"), run("0", '<w:vertAlign w:val="baseline"/>'))
            + cell(run("m"), run("2b", raised)),
        )
    )
    assert grid(document) == [["1", "2"], ["3", "4"], ["56", "\ufffc"], ["80", "m2b"]]


def test_a_table_in_a_header_is_read_and_its_text_is_not() -> None:
    relations = RELATIONS.replace(
        "</Relationships>", '<Relationship Id="h" Type="x/header" Target="h.xml"/></Relationships>'
    )
    head = f"<w:hdr {NS}>{p('2020年')}{tbl(tc('a') + tc('1'))}</w:hdr>"
    document = read_document(
        packed(
            {
                "word/document.xml": f"<w:document {NS}><w:body>{p('b')}</w:body></w:document>",
                "word/_rels/document.xml.rels": relations,
                "word/h.xml": head,
            }
        )
    )
    assert document.paragraphs == ["b"] and grid(document) == [["a", "1"]]


def test_text_boxes_once_and_in_place() -> None:
    box = f"<w:txbxContent>{p('inside')}{tbl(tc('a') + tc('1'), tc('b') + tc('2'))}</w:txbxContent>"
    document = read(
        "<w:p><w:r><w:t>before</w:t></w:r><w:r><mc:AlternateContent><mc:Choice>"
        f"<w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>" + p("after")
    )
    assert document.paragraphs == ["before", "inside", "after"]
    assert grid(document) == [["a", "1"], ["b", "2"]]


def test_content_controls_around_everything() -> None:
    def sdt(inner: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    row = sdt(f"<w:tr>{sdt(tc('a'))}{tc('1')}</w:tr>")
    document = read(sdt(p("x")) + sdt(f"<w:tbl>{row}<w:tr>{tc('b')}{tc('2')}</w:tr></w:tbl>"))
    assert document.paragraphs == ["x"]
    assert grid(document) == [["a", "1"], ["b", "2"]]


def test_tables_in_tables() -> None:
    inner = tbl(tc("a") + tc("1"), tc("b") + tc("2"))
    layout = f"<w:tbl><w:tr><w:tc>{p('x')}{inner}{p('y')}</w:tc></w:tr></w:tbl>"
    document = read(layout)
    assert document.paragraphs == ["x", "y"]
    assert grid(document) == [["a", "1"], ["b", "2"]]
    framed = f"<w:tc>{tbl(tc('7'))}<w:p/></w:tc>"
    document = read(tbl(tc("label that is long") + tc("5") + framed, tc("c") + tc("6") + tc("8")))
    assert grid(document) == [["label that is long", "5", "7"], ["c", "6", "8"]]


NUMBERS = (
    f'<w:numbering {W}><w:abstractNum w:abstractNumId="1">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
    '<w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="5"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)
STYLES = (
    f'<w:styles {W}><w:style w:type="paragraph" w:styleId="H"><w:pPr><w:numPr>'
    '<w:numId w:val="5"/></w:numPr></w:pPr></w:style></w:styles>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://x/numbering" Target="numbering.xml"/>'
    '<Relationship Id="r2" Type="http://x/styles" Target="styles.xml"/>'
    '<Relationship Id="r3" Type="http://x/aFChunk" Target="/word/part.html"/></Relationships>'
)


def test_automatic_numbers_are_printed() -> None:
    style = '<w:pPr><w:pStyle w:val="H"/></w:pPr>'
    sub = '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="5"/></w:numPr></w:pPr>'
    off = '<w:pPr><w:pStyle w:val="H"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>'
    document = read_document(
        packed(
            {
                "word/document.xml": f"<w:document {NS}><w:body>{p('总体情况', style)}"
                f"{p('甲', sub)}{p('乙', sub)}{p('其他', style)}{p('丙', sub)}{p('无', off)}"
                "</w:body></w:document>",
                "word/_rels/document.xml.rels": RELATIONS,
                "word/numbering.xml": NUMBERS,
                "word/styles.xml": STYLES,
            }
        )
    )
    assert document.paragraphs == ["一、总体情况", "一.1甲", "一.2乙", "二、其他", "二.1丙", "无"]


def test_a_part_in_another_format_stands_in_its_place() -> None:
    html = "<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>"
    document = read_document(
        packed(
            {
                "word/document.xml": f"<w:document {NS}><w:body>{p('x')}"
                '<w:altChunk r:id="r3"/></w:body></w:document>',
                "word/_rels/document.xml.rels": RELATIONS,
                "word/part.html": f"<html><body>{html}</body></html>",
            }
        )
    )
    assert document.paragraphs == ["x"]
    assert grid(document) == [["a", "1"], ["b", "2"]]


def test_pictures_without_tables_are_kept() -> None:
    relations = RELATIONS.replace('/numbering" Target="numbering.xml', '/image" Target="m/1.png')
    data = packed(
        {
            "word/document.xml": f"<w:document {NS}><w:body>{p('x')}<w:p><w:r><w:pict>"
            "<v:imagedata/></w:pict></w:r></w:p></w:body></w:document>",
            "word/_rels/document.xml.rels": relations,
            "word/m/1.png": b"png",
        }
    )
    document = read_document(data)
    assert (document.images, document.pictures) == (1, [b"png"])
    assert any("pictures" in n for n in document.notes)


def test_main_part_under_another_name_and_strict_namespace() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    body = f'<w:document xmlns:w="{strict}"><w:body>{p("x")}</w:body></w:document>'
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r" Type="http://x/officeDocument" Target="word/document2.xml"/>'
        "</Relationships>"
    )
    data = packed({"[Content_Types].xml": "", "_rels/.rels": relations, "word/document2.xml": body})
    assert read_document(data).paragraphs == ["x"]


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
HOSTILE = {
    "entities": packed({"word/document.xml": f"{ENTITIES}<w:document {NS}>&b;</w:document>"}),
    "deep": docx("<w:sdt><w:sdtContent>" * 400 + "</w:sdtContent></w:sdt>" * 400),
    "bomb": packed({"word/document.xml": b" " * 70_000_000}),
    "no body": packed({"word/document.xml": f"<w:document {NS}/>"}),
    "broken": packed({"word/document.xml": "<w:document"}),
    "cut": docx(p("x") * 2000)[:-300],
    "wide": docx(tbl(*[tc("1", '<w:gridSpan w:val="999"/>')] * 2000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_as_errors(name: str) -> None:
    with pytest.raises(DocumentError):
        read_document(HOSTILE[name], "a.docx")


def test_encrypted_part_is_named() -> None:
    data = bytearray(docx(p("x")))
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(DocumentError, match="encrypted"):
        read_document(bytes(data))


def _renamed(data: bytes, change: dict[str, str]) -> bytes:
    parts: dict[str, bytes | str] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    body = bytes(parts["word/document.xml"]).decode()
    for pattern, by in change.items():
        body = re.sub(pattern, by, body)
    return packed(parts | {"word/document.xml": body})


NUMBER = r"(<w:r><w:t[^>]*>\d+</w:t></w:r>)"
SPLIT = r"<w:t>\2</w:t></w:r><w:proofErr/><w:r><w:t>\3</w:t>"
DELETED = r"<w:del><w:r><w:delText>88</w:delText></w:r></w:del><w:ins>\1</w:ins>"
HIDDEN = r"\1<w:r><w:rPr><w:vanish/></w:rPr><w:t>5</w:t></w:r>"
CONTROL = r"<w:sdt><w:sdtContent>\1</w:sdtContent></w:sdt>"
PARAGRAPH = r"(<w:p>(?:(?!<w:p>).)*?<w:t[^>]*>\d+</w:t></w:r></w:p>)</w:tc>"
MUTATIONS: dict[str, dict[str, str]] = {
    "plain": {},
    "runs split with marks": {r"<w:t([^>]*)>(\d)(\d+)</w:t>": SPLIT},
    "old numbers deleted": {NUMBER: DELETED},
    "hidden digits": {NUMBER: HIDDEN},
    "controls": {NUMBER: CONTROL},
    "empty paragraphs in cells": {PARAGRAPH: r"<w:p/>\1<w:p/></w:tc>"},
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_reports_in_word_lose_nothing(name: str) -> None:
    for report in truth.picked(4):
        result = truth.parsed(_renamed(docx_of(report), MUTATIONS[name]), "a.docx")
        assert truth.wrong_cells(result, report) == ([], truth.cells(report)), result["error"]
        assert set(result["sections"]) == set(report.truth.sections)
