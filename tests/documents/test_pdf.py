"""PDF reports with a text layer: a real one, and fixtures of real programs, against their truth."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pdfplumber import table as plumber

from pipelines.documents import pdf, pdf_crossings
from pipelines.documents.model import Document
from pipelines.documents.pdf_pages import open_pdf, read_pages
from pipelines.documents.pdf_plumber import plumber_pages
from pipelines.documents.pdf_shapes import Edge
from pipelines.reports.read import read_report
from tests.conftest import ROOT, SHARED
from tests.documents import pdf_corpus, truth

FIXTURES = sorted((ROOT / "tests" / "fixtures").glob("pdf_*"))
REAL = [p for p in [SHARED / "hongze_2023.pdf"] if p.exists()]
OFFICE = [p for p in [pdf_corpus.SOFFICE] if p]
RULED = [f for f in FIXTURES if "none" not in f.name]
BROWSER = [p for p in [pdf_corpus.CHROMIUM] if p]


def _read(folder: Path) -> tuple[Any, Any]:
    data = (folder / "document.pdf").read_bytes()
    expected = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return read_report(data, "document.pdf").to_json(), expected


def _squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("folder", FIXTURES, ids=lambda f: f.name)
def test_a_rendered_report_gives_its_truth(folder: Path) -> None:
    report, expected = _read(folder)
    assert report["status"] == "complete"
    for key in ("organ", "year", "form", "table_forms", *truth.TABLES):
        assert report[key] == expected[key], key


@pytest.mark.parametrize(
    "folder", [f for f in FIXTURES if "rows" not in f.name], ids=lambda f: f.name
)
def test_paragraphs_are_joined_and_headings_stand_alone(folder: Path) -> None:
    report, expected = _read(folder)
    for number, section in expected["sections"].items():
        got = report["sections"].get(number, {"text": ""})["text"]
        assert _squeezed(got) == _squeezed(section["text"]), number
        assert got.count("\n") == section["text"].count("\n"), number


def _both(data: bytes) -> tuple[Document, Document]:
    with open_pdf(data) as opened:
        first = pdf._assemble(list(read_pages(opened)))
    return first, pdf._assemble(plumber_pages(data))


@pytest.mark.parametrize("folder", RULED, ids=lambda f: f.name)
def test_both_roads_give_the_same_cells(folder: Path) -> None:
    first, second = _both((folder / "document.pdf").read_bytes())
    assert pdf._printed(first) == pdf._printed(second)
    assert first.tables


def _as_plumber(edge: Edge) -> dict[str, Any]:
    across, along = ("x", "top") if edge.upright else ("top", "x")
    ends = {"x": ("x0", "x1"), "top": ("top", "bottom")}
    first, last = ends[across]
    start, end = ends[along]
    box = {first: edge.at, last: edge.at, start: edge.start, end: edge.end}
    size = {"width": box["x1"] - box["x0"], "height": box["bottom"] - box["top"]}
    return {"orientation": "v" if edge.upright else "h", **box, **size}


def _from_plumber(edge: dict[str, Any]) -> Edge:
    if edge["orientation"] == "v":
        return Edge(True, edge["x0"], edge["top"], edge["bottom"])
    return Edge(False, edge["top"], edge["x0"], edge["x1"])


def _same_as_plumber(edges: list[Edge]) -> None:
    """Holds the lines, crossings and cells of one page against pdfplumber's own."""
    merged = plumber.merge_edges([_as_plumber(e) for e in edges], 3, 3, 3, 3)
    ours = pdf_crossings.merge_edges(edges)
    assert ours == [_from_plumber(e) for e in merged]
    points = plumber.edges_to_intersections(merged, 3, 3)
    found = pdf_crossings.crossings(ours)
    assert found.keys() == points.keys()
    assert pdf_crossings.cells_between(found) == plumber.intersections_to_cells(points)


@pytest.mark.parametrize("folder", FIXTURES, ids=lambda f: f.name)
def test_lines_and_cells_are_those_of_pdfplumber(folder: Path) -> None:
    with open_pdf((folder / "document.pdf").read_bytes()) as opened:
        for page in read_pages(opened):
            _same_as_plumber(sorted(page.edges))


@pytest.mark.parametrize("seed", range(20))
def test_any_lines_give_what_pdfplumber_gives(seed: int) -> None:
    rng = Random(seed)
    lanes = [rng.randrange(60) * 7 + rng.choice((0, 0, 1.5, 2.9, 3.0, 3.1)) for _ in range(9)]
    edges = []
    for _ in range(60):
        start, end = sorted(rng.sample(lanes, 2))
        at = rng.choice(lanes) + rng.choice((0, 0, 0.5, -1.2))
        edges.append(Edge(rng.random() < 0.5, at, start, end))
    _same_as_plumber(sorted(edges))


def test_cells_know_their_page_and_box() -> None:
    data = (FIXTURES[0] / "document.pdf").read_bytes()
    document = pdf.read_pdf(data)
    cells = [c for t in document.tables for c in t.cells() if c.text]
    assert {c.page for c in cells} > {2}
    for cell in cells:
        assert cell.box is not None
        left, top, right, bottom = cell.box
        assert left < right and top < bottom


@pytest.mark.parametrize("path", REAL, ids=lambda p: p.name)
def test_a_real_report_and_its_own_mistakes(path: Path) -> None:
    expected = json.loads(path.with_suffix(".truth.json").read_text(encoding="utf-8"))
    report = read_report(path.read_bytes(), "report.pdf").to_json()
    for key in ("organ", "year", "province", "city", "county", "form", "request"):
        assert report[key] == expected[key], key
    assert report["legal_challenge"] == expected["legal_challenge"]
    assert report["status"] == "complete"
    assert report["table_forms"]["request"] == "2019"
    totals = {f["item"] for f in report["findings"] if f["rule"] == "channel_total"}
    assert totals == {"reconsideration", "litigation_after_reconsideration"}


def _scored(reports: list[Any], files: list[bytes]) -> None:
    for report, data in zip(reports, files, strict=True):
        result = truth.parsed(data, "report.pdf")
        wrong, _ = truth.wrong_cells(result, report)
        assert not wrong, (report.truth.title, wrong[:5])


@pytest.mark.long
@pytest.mark.parametrize("program", OFFICE)
def test_many_reports_by_libreoffice(program: str, tmp_path: Path) -> None:
    reports = truth.picked(200)
    rng = Random(2)
    for at in range(0, len(reports), 50):
        some = reports[at : at + 50]
        folder = tmp_path / str(at)
        folder.mkdir()
        files = pdf_corpus.convert_docx([pdf_corpus.docx_variant(r, rng) for r in some], folder)
        _scored(some, files)
        for report, data in zip(some, files, strict=True):
            assert truth.wrong_cells(truth.parsed(data, "x.pdf"), report)[1] == truth.cells(report)


@pytest.mark.long
@pytest.mark.parametrize("program", BROWSER)
def test_many_reports_by_chromium(program: str, tmp_path: Path) -> None:
    reports = truth.picked(144)
    rng = Random(3)
    styles = [(b, p) for p in pdf_corpus.PAGES for b in pdf_corpus.BORDERS]
    chosen = [(r, *styles[i % len(styles)]) for i, r in enumerate(reports)]
    pages = [pdf_corpus.html_of(r, b, p, rng) for r, b, p in chosen]
    _scored(reports, pdf_corpus.print_html(pages, tmp_path))
