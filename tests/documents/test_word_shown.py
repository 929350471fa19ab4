"""DOCX: text that nobody sees is no part of a figure, and what is seen without text is no blank."""

from __future__ import annotations

import pytest

from crawler.replica.render_docx import docx_of
from pipelines.documents.read import read_document
from tests.documents import truth
from tests.documents.test_word import NS, RELATIONS, STYLES, _renamed, grid, packed, read, tbl, tc

RUN = r'<w:r><w:t xml:space="preserve">(\d+)</w:t></w:r>'
SHADE = '<w:color w:val="{0}"/><w:shd w:val="clear" w:fill="{1}"/>'
OLD = '<w:rPrChange w:id="1"><w:rPr>{0}</w:rPr></w:rPrChange>'
UNSEEN = {
    "white": '<w:color w:val="FFFFFF"/>',
    "nearly white": '<w:color w:val="FEFEFE"/>',
    "theme": '<w:color w:val="FFFFFF" w:themeColor="background1"/>',
    "shade of the same colour": SHADE.format("D9D9D9", "D9D9D9"),
    "two points": '<w:sz w:val="4"/>',
}
SEEN = {
    "old look hidden": OLD.format("<w:vanish/>"),
    "old look struck out": OLD.format("<w:strike/>"),
    "white on black": SHADE.format("FFFFFF", "000000"),
    "highlighted": '<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>',
    "light on white": '<w:color w:val="C0C0C0"/>',
}


def _run(text: str, properties: str) -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize("name", UNSEEN)
def test_unseen_digits_beside_a_figure(name: str) -> None:
    report = truth.picked(1)[0]
    data = _renamed(docx_of(report), {RUN: rf"\g<0>{_run('9', UNSEEN[name])}"})
    result = truth.parsed(data, "a.docx")
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))


@pytest.mark.parametrize("name", SEEN)
def test_seen_digits_with_unusual_looks(name: str) -> None:
    report = truth.picked(1)[0]
    data = _renamed(docx_of(report), {RUN: _run(r"\1", SEEN[name])})
    result = truth.parsed(data, "a.docx")
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))


@pytest.mark.parametrize("marks", ["\u200b{0}", "{0}\ufeff", "\u202a{0}\u202c", "\u2066{0}\u2069"])
def test_marks_of_no_width_are_no_part_of_a_figure(marks: str) -> None:
    report = truth.picked(1)[0]
    data = _renamed(docx_of(report), {RUN: _run(marks.format(r"\1"), "")})
    result = truth.parsed(data, "a.docx")
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))


def test_white_figures_on_a_ground_that_is_not_known_are_unreadable() -> None:
    report = truth.picked(1)[0]
    white = {RUN: _run(r"\1", UNSEEN["white"])}
    styled = {"<w:tblPr>": '<w:tblPr><w:tblStyle w:val="a"/>'}
    for change in (white, white | styled):
        result = truth.parsed(_renamed(docx_of(report), change), "a.docx")
        assert truth.wrong_cells(result, report)[0] == []
        assert result["status"] == "partial"
    shaded = {"<w:tblPr>": '<w:tblPr><w:shd w:val="clear" w:fill="1F4E79"/>'}
    result = truth.parsed(_renamed(docx_of(report), white | shaded), "a.docx")
    assert truth.wrong_cells(result, report) == ([], truth.cells(report))


def test_a_style_that_hides_its_runs() -> None:
    styles = STYLES.replace(
        "</w:styles>",
        '<w:style w:type="character" w:styleId="V"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>',
    )
    hidden = _run("9", '<w:rStyle w:val="V"/>')
    body = f"<w:p>{_run('1', '')}{hidden}"
    data = packed(
        {
            "word/document.xml": f"<w:document {NS}><w:body>{body}</w:p></w:body></w:document>",
            "word/_rels/document.xml.rels": RELATIONS,
            "word/styles.xml": styles,
        }
    )
    assert read_document(data).paragraphs == ["1"]


MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
INLINE = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
FIELD = '<w:r><w:fldChar w:fldCharType="{0}"/></w:r>'
MC = (
    "<mc:AlternateContent><mc:Choice>{0}</mc:Choice><mc:Fallback>{1}</mc:Fallback>"
    "</mc:AlternateContent>"
)
CELLS = {
    "digits of the symbol font": (
        '<w:r><w:sym w:font="Symbol" w:char="F031"/><w:sym w:font="Symbol" w:char="0032"/></w:r>',
        "12",
    ),
    "a circled digit": ('<w:r><w:sym w:font="Wingdings" w:char="F083"/></w:r>', "③"),
    "a symbol": ('<w:r><w:t>5</w:t><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "5\ufffc"),
    "an equation": (f"<m:oMath {MATH}><m:r><m:t>12</m:t></m:r></m:oMath>", "12"),
    "a fraction": (
        f"<m:oMath {MATH}><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num></m:f></m:oMath>",
        "\ufffc",
    ),
    "a picture": (f"<w:r><w:drawing><wp:inline {INLINE}/></w:drawing></w:r>", "\ufffc"),
    "a floating picture": (f"<w:r><w:drawing><wp:anchor {INLINE}/></w:drawing></w:r>", ""),
    "an old picture": ("<w:r><w:pict><v:shape/></w:pict></w:r>", "\ufffc"),
    "an old floating picture": (
        '<w:r><w:pict><v:shape style="position:absolute"/></w:pict></w:r>',
        "",
    ),
    "an object": ("<w:r><w:object/></w:r>", "\ufffc"),
    "a field without a result": (
        "<w:r><w:instrText>=SUM(LEFT)</w:instrText></w:r>".join(
            map(FIELD.format, ("begin", "end"))
        ),
        "\ufffc",
    ),
    "a field with an empty result": ("".join(map(FIELD.format, ("begin", "separate", "end"))), ""),
    "only an older form": (MC.format("", "<w:r><w:t>7</w:t></w:r>"), "7"),
    "two forms": (MC.format("<w:r><w:t>7</w:t></w:r>", "<w:r><w:t>7</w:t></w:r>"), "7"),
    "an annotation": (
        "<w:r><w:ruby><w:rt><w:r><w:t>9</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>8</w:t></w:r>"
        "</w:rubyBase></w:ruby></w:r>",
        "8",
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_cells_that_show_more_than_the_text_of_runs(name: str) -> None:
    inner, text = CELLS[name]
    cell = f"<w:tc><w:tcPr/><w:p>{inner}</w:p></w:tc>"
    assert grid(read(tbl(tc("a") + cell, tc("b") + tc("2")))) == [["a", text], ["b", "2"]]


def test_pictures_of_figures_are_not_blank() -> None:
    report = truth.picked(1)[0]
    data = _renamed(docx_of(report), {RUN: CELLS["a picture"][0]})
    result = truth.parsed(data, "a.docx")
    assert result["status"] == "partial"
    assert truth.wrong_cells(result, report)[0] == []
    assert {c["meaning"] for c in result["cells"] if c["table"] == "request"} == {"unreadable"}
