"""Replica reports as PDF files, rendered by LibreOffice (from DOCX) and Chromium (by print).

Both are optional; the fixtures in ``tests/fixtures/pdf_*`` were made by ``python -m
tests.documents.pdf_corpus``, which writes the replica's truth beside each.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from random import Random

from crawler.replica.render_docx import docx_of
from crawler.replica.reports import Report
from tests.documents import truth

SOFFICE = shutil.which("soffice")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_TIMEOUT = 300
_SMALL_FONT = "Droid Sans Fallback"  # makes small files

BORDERS = {
    "ruled": "td{border:1px solid #000}",
    "thick": "td{border:2.5px solid #333}",
    "double": "table{border:3px double #000!important} td{border:1px solid #000}",
    "grey": "td{border:.5px solid #bbb}",
    "open": "td{border:1px solid #000} tr td:first-child{border-left:0}"
    " tr td:last-child{border-right:0}",
    "dashed": "td{border:1px dashed #000}",
    "dotted": "td{border:1px dotted #000}",
    "apart": "table{border-collapse:separate!important;border-spacing:2px}"
    " td{border:1px solid #000}",
    "zebra": "td{border:0;background:#eef} tr:nth-child(odd) td{background:#dde}"
    " table{border-collapse:separate!important;border-spacing:1px;border:0!important}",
    "rows": "td{border:0;border-bottom:1px solid #000;border-top:1px solid #000}",
    "columns": "td{border:0;border-left:1px solid #000;border-right:1px solid #000}"
    " table{border:1px solid #000!important}",
    "none": "td{border:0} table{border:0!important}",
}
PAGES = {
    "a4": "@page{size:A4;margin:25mm 20mm}",
    "narrow": "@page{size:A4;margin:30mm 40mm}",
    "short": "@page{size:210mm 150mm;margin:15mm}",
    "flat": "@page{size:A4 landscape;margin:20mm}",
}
_STYLE = (
    "body{{font-family:'{font}';font-size:{size}pt;line-height:{lead};text-align:justify;margin:0}}"
    "table{{border-collapse:collapse;width:100%!important}} table[border]{{border:0}}"
    "td{{padding:{pad}px;font-size:{cell}pt;text-align:center;vertical-align:{align}}}"
    "h1{{text-align:center;font-size:20pt}}"
)


def html_of(report: Report, borders: str, page: str, rng: Random, extra: str = "") -> str:
    """A report as a page to print.

    Args:
        report: the report.
        borders: a key of ``BORDERS``.
        page: a key of ``PAGES``.
        rng: draws sizes and fonts.
        extra: style of the test's own.
    """
    style = _STYLE.format(
        font=rng.choice(("Noto Serif CJK SC", "Noto Sans CJK SC")),
        size=rng.choice((10.5, 12, 14, 16)),
        lead=rng.choice((1.3, 1.6, 2.0)),
        pad=rng.choice((1, 3, 6)),
        cell=rng.choice((8, 9, 10.5)),
        align=rng.choice(("middle", "top")),
    )
    body = re.sub(r'(border|width)="[^"]*"', "", truth.body(report))
    body = re.sub(r"border:solid windowtext 1.0pt;", "", body)
    body = re.sub(r"<table ", "<table border=0 ", body)
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{report.truth.title}</title>"
        f"<style>{style}{BORDERS[borders]}{PAGES[page]}{extra}</style></head>"
        f"<body><h1>{report.truth.title}</h1>{body}</body></html>"
    )


def print_html(pages: Iterable[str], folder: Path) -> list[bytes]:
    """Prints HTML pages with Chromium, each to a PDF file."""
    assert CHROMIUM, "Chromium is not installed"
    printed = []
    for i, page in enumerate(pages):
        source, target = folder / f"{i}.html", folder / f"{i}.pdf"
        source.write_text(page, encoding="utf-8")
        subprocess.run(
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-pdf-tagging",
                f"--user-data-dir={folder / 'chromium'}",
                "--no-pdf-header-footer" if i % 3 else "--print-to-pdf-header-footer",
                f"--print-to-pdf={target}",
                source.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=_TIMEOUT,
        )
        printed.append(target.read_bytes())
    return printed


def docx_variant(report: Report, rng: Random, font: str = "") -> bytes:
    """A report as DOCX whose tables fit the page, with drawn sizes; heads may repeat."""
    scale = rng.choice((0.6, 0.62, 0.65))
    size = rng.choice((14, 18, 21))
    upright = rng.random() < 0.4
    heads = rng.random() < 0.4
    data = BytesIO()
    with zipfile.ZipFile(BytesIO(docx_of(report))) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            raw = old.read(name)
            if name == "word/document.xml":
                text = _resized(raw.decode(), scale, size, upright=upright, heads=heads)
                raw = (_in_font(text, font) if font else text).encode()
            new.writestr(name, raw)
    return data.getvalue()


def _resized(xml: str, scale: float, size: int, *, upright: bool, heads: bool) -> str:
    def table(found: re.Match[str]) -> str:
        text = found.group()
        columns = text.count("<w:gridCol ")
        width = int(8600 * (1 if scale > 0.61 else 0.93) / columns)
        text = re.sub(r'<w:gridCol w:w="850"/>', f'<w:gridCol w:w="{width}"/>', text)
        text = re.sub(
            r'<w:tcW w:w="(\d+)"', lambda m: f'<w:tcW w:w="{int(m.group(1)) // 850 * width}"', text
        )
        text = text.replace("<w:r>", f'<w:r><w:rPr><w:sz w:val="{size}"/></w:rPr>')
        if upright:
            text = re.sub(
                r'(<w:vMerge w:val="restart"/>)(</w:tcPr><w:p>(?:(?!</w:tc>).)*三、)',
                r'\1<w:textDirection w:val="tbRlV"/>\2',
                text,
            )
        if heads and columns > 9:
            text = text.replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 3)
        return text

    return re.sub(r"<w:tbl[ >].*?</w:tbl>", table, xml, flags=re.S)


def _in_font(xml: str, font: str) -> str:
    named = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}"/>'
    return (
        xml.replace("<w:r><w:t", "<w:r><w:rPr/><w:t")
        .replace("<w:rPr/>", f"<w:rPr>{named}</w:rPr>")
        .replace("<w:rPr><w:b/>", f"<w:rPr>{named}")
        .replace("<w:rPr><w:sz", f"<w:rPr>{named}<w:sz")
    )


def convert_docx(documents: Iterable[bytes], folder: Path) -> list[bytes]:
    """Converts DOCX files with one start of LibreOffice."""
    assert SOFFICE, "LibreOffice is not installed"
    names = []
    for i, data in enumerate(documents):
        path = folder / f"w{i}.docx"
        path.write_bytes(data)
        names.append(path)
    subprocess.run(
        [
            SOFFICE,
            f"-env:UserInstallation={(folder / 'office').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            *map(str, names),
        ],
        check=True,
        capture_output=True,
        timeout=_TIMEOUT,
    )
    return [p.with_suffix(".pdf").read_bytes() for p in names]


def expected(report: Report) -> dict[str, object]:
    """The truth of a report as a fixture keeps it."""
    about = report.truth
    return {
        "organ": about.organ,
        "year": about.year,
        "form": about.form,
        "table_forms": about.table_forms,
        "proactive": about.proactive,
        "request": about.request,
        "legal_challenge": about.legal_challenge,
        "sections": about.sections,
    }


def main(target: Path, work: Path) -> None:
    """Writes the fixtures.

    Args:
        target: the folder of fixtures.
        work: a folder for the programs' files.
    """
    rng = Random(7)
    by_form = {f: [r for r in truth.reports() if r.truth.form == f] for f in ("2021", "2019")}
    plan = [
        ("print_ruled_2021", by_form["2021"][3], "ruled", "a4"),
        ("print_open_2019", by_form["2019"][5], "open", "short"),
        ("print_rows_2021", by_form["2021"][9], "rows", "flat"),
        ("print_zebra_2019", by_form["2019"][8], "zebra", "narrow"),
        ("print_none_2021", by_form["2021"][14], "none", "a4"),
    ]
    style = f"*{{font-family:'{_SMALL_FONT}'!important;font-weight:400!important}}"
    html = [html_of(r, b, p, rng, style) for _, r, b, p in plan]
    made = list(zip(plan, print_html(html, work), strict=True))
    office = [("office_2021", by_form["2021"][1]), ("office_2019", by_form["2019"][2])]
    documents = convert_docx([docx_variant(r, rng, _SMALL_FONT) for _, r in office], work)
    files = [(p[0], p[1], d) for p, d in made]
    files += [(n, r, d) for (n, r), d in zip(office, documents, strict=True)]
    for name, report, data in files:
        folder = target / f"pdf_{name}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "document.pdf").write_bytes(data)
        text = json.dumps(expected(report), ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "truth.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
