"""Replica reports as scans: rendered pages made into pictures, tilted, speckled, unevenly lit.

``degraded`` is what a scanner or a phone does to a page; ``scan_pdf`` puts such pictures into a
PDF file without a text layer. The fixtures ``tests/fixtures/scan_*`` were made by ``python -m
tests.documents.scan_corpus``.
"""

from __future__ import annotations

import io
import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from crawler.replica.reports import Report
from tests.documents import pdf_corpus, truth


@dataclass(frozen=True)
class Fault:
    """What happens to a page.

    Attributes:
        dpi: dots an inch.
        tilt: degrees, anticlockwise.
        noise: standard deviation of grey levels.
        specks: share of pixels that are dirt.
        shade: by how much one side is darker, as a share.
        quality: of the JPEG; None for none.
        blur: radius in pixels.
    """

    dpi: int = 200
    tilt: float = 0.0
    noise: float = 0.0
    specks: float = 0.0
    shade: float = 0.0
    quality: int | None = None
    blur: float = 0.0


_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
)
"""Fonts of many systems; without them Pillow's own is used."""
CLEAN = Fault()
FAULTS = {
    "clean200": CLEAN,
    "clean300": Fault(300),
    "low150": Fault(150),
    "tilt150": Fault(150, 1.5, 4, 0.0005, 0.1, 60),
    "tilt200": Fault(200, -1.2, 6, 0.001, 0.2, 60),
    "jpeg300": Fault(300, 0.7, 8, 0.001, 0.25, 60, 0.8),
    "blur150": Fault(150, -0.4, 5, 0.0005, 0.15, 70, 0.5),
}


def pages_of(pdf: bytes, dpi: int) -> list[Image.Image]:
    """Pictures of a PDF file's pages."""
    with pypdfium2.PdfDocument(pdf) as document:
        pictures = []
        for page in document:
            pictures.append(page.render(scale=dpi / 72).to_pil().convert("L"))
            page.close()
    return pictures


def degraded(image: Image.Image, fault: Fault, seed: int = 0) -> Image.Image:
    """A page after a bad scanner."""
    rng = np.random.default_rng(seed)
    if fault.tilt:
        image = image.rotate(fault.tilt, Image.Resampling.BICUBIC, fillcolor=255)
    if fault.blur:
        image = image.filter(ImageFilter.GaussianBlur(fault.blur))
    grey = np.asarray(image).astype(np.float32)
    if fault.shade:
        across = np.linspace(1.0, 1.0 - fault.shade, grey.shape[1], dtype=np.float32)
        down = np.linspace(1.0, 1.0 - fault.shade / 2, grey.shape[0], dtype=np.float32)
        grey = grey * across[None, :] * down[:, None]
    if fault.noise:
        grey = grey + rng.normal(0, fault.noise, grey.shape).astype(np.float32)
    if fault.specks:
        dirt = rng.random(grey.shape) < fault.specks
        grey[dirt] = rng.integers(0, 255, int(dirt.sum()))
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def chosen_font(size: int, rng: random.Random | None = None) -> Any:
    """A font of this system for figures, of a size in pixels; the first without ``rng``."""
    fonts = [f for f in _FONTS if Path(f).exists()]
    if not fonts:
        return ImageFont.load_default(size)
    return ImageFont.truetype(rng.choice(fonts) if rng else fonts[0], size)


def figures_page(seed: int) -> tuple[bytes, list[list[str]]]:
    """A ruled table of figures of all sorts as a bad JPEG, and what it prints."""
    rng = random.Random(seed)
    dpi, points = rng.choice((150, 150, 200)), rng.choice((7, 8, 9, 10.5, 12))
    font = chosen_font(round(points * dpi / 36), rng)
    rows, columns = 24, 7
    left, top, wide, high = (round(v * dpi) * 2 for v in (0.8, 1.0, 0.95, 0.36))
    image = Image.new("L", (round(8.27 * dpi) * 2, round(11.69 * dpi) * 2), 255)
    draw = ImageDraw.Draw(image)
    printed = [[_figure(rng) for _ in range(columns)] for _ in range(rows)]
    thick = rng.choice((2, 3, 5))
    for i in range(rows + 1):
        y = top + i * high
        draw.line((left, y, left + columns * wide, y), fill=0, width=thick)
    for j in range(columns + 1):
        x = left + j * wide
        draw.line((x, top, x, top + rows * high), fill=0, width=thick)
    for i, line in enumerate(printed):
        for j, text in enumerate(line):
            x = left + j * wide + (wide - draw.textlength(text, font=font)) / 2
            draw.text((x, top + i * high + high / 2), text, font=font, fill=20, anchor="lm")
    page = image.resize((image.width // 2, image.height // 2), Image.Resampling.BOX)
    fault = Fault(
        dpi,
        rng.uniform(-1.5, 1.5),
        rng.choice((0, 3, 6, 9)),
        rng.choice((0, 0.0003, 0.001)),
        rng.choice((0, 0.2)),
        blur=rng.choice((0, 0.4, 0.7)),
    )
    raw = io.BytesIO()
    quality = rng.choice((50, 60, 80))
    degraded(page, fault, seed).save(raw, "JPEG", quality=quality, dpi=(dpi, dpi))
    return raw.getvalue(), printed


def _figure(rng: random.Random) -> str:
    digits = str(rng.randrange(10 ** rng.randrange(1, 6)))
    return rng.choice(
        (
            digits,
            str(rng.randrange(10)),
            rng.choice("+-") + str(rng.randrange(1, 20)),
            "1" * rng.randrange(1, 6),
            f"{rng.random() * rng.choice((1, 100, 10000)):.{rng.randrange(1, 5)}f}",
            f"{rng.randrange(1000, 10**7):,}",
            rng.choice(("-", "")),
        )
    )


def scan_pdf(pdf: bytes, fault: Fault, seed: int = 0) -> bytes:
    """A PDF file whose pages are pictures of another's."""
    rng = random.Random(seed)
    out = pypdfium2.PdfDocument.new()
    for picture in pages_of(pdf, fault.dpi):
        picture = degraded(picture, fault, rng.randrange(10**6))
        raw = io.BytesIO()
        picture.save(raw, "JPEG", quality=fault.quality or 92)
        raw.seek(0)
        image = pypdfium2.PdfImage.new(out)
        image.load_jpeg(raw)
        width, height = (72 / fault.dpi * v for v in picture.size)
        image.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
        page = out.new_page(width, height)
        page.insert_obj(image)
        page.gen_content()
    data = io.BytesIO()
    out.save(data)
    return data.getvalue()


def scan_tiff(pdf: bytes, fault: Fault, seed: int = 0) -> bytes:
    """A TIFF file of black and white pages, as office scanners write them."""
    pages = [
        degraded(p, fault, seed + i).point(lambda v: 255 * (v > 150)).convert("1")
        for i, p in enumerate(pages_of(pdf, fault.dpi))
    ]
    data = io.BytesIO()
    pages[0].save(
        data,
        "TIFF",
        compression="group4",
        save_all=True,
        append_images=pages[1:],
        dpi=(fault.dpi, fault.dpi),
    )
    return data.getvalue()


def mixed_pdf(pdf: bytes, scanned: list[int], fault: Fault) -> bytes:
    """A PDF file of which some pages (counted from 0) are pictures and the others have text."""
    with (
        pypdfium2.PdfDocument(pdf) as text,
        pypdfium2.PdfDocument(scan_pdf(pdf, fault)) as pictures,
    ):
        out = pypdfium2.PdfDocument.new()
        for i in range(len(text)):
            out.import_pages(pictures if i in scanned else text, [i])
        data = io.BytesIO()
        out.save(data)
        return data.getvalue()


SMALL = (
    "@page{size:A4;margin:12mm 14mm!important} body{font-size:9.5pt!important;"
    "line-height:1.35!important} td{font-size:8.5pt!important;padding:1px!important}"
)


def main(target: Path, work: Path) -> None:
    """Writes the fixtures.

    Args:
        target: the folder of fixtures.
        work: a folder for the programs' files.
    """
    rng = random.Random(3)
    rich = sorted(truth.reports(), key=_numbers, reverse=True)
    first = next(r for r in rich if r.truth.form == "2021")
    second = next(r for r in rich if r.truth.form == "2019")
    page = pdf_corpus.html_of(first, "ruled", "a4", rng, SMALL)
    (printed,) = pdf_corpus.print_html([page], work)
    (written,) = pdf_corpus.convert_docx([pdf_corpus.docx_variant(second, rng)], work)
    tiff = scan_tiff(printed, Fault(200, -0.9, 3, 0.0002))
    jpeg = io.BytesIO()
    page_two = degraded(pages_of(written, 150)[1], Fault(150, 0.8, 2, 0.0001, 0.1))
    page_two.save(jpeg, "JPEG", quality=45)
    files = [
        ("scan_2021_tiff", "document.tiff", tiff, first),
        ("scan_2019_jpeg", "document.jpg", jpeg.getvalue(), second),
    ]
    for name, file, data, report in files:
        folder = target / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(data)
        expected = pdf_corpus.expected(report)
        text = json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "truth.json").write_text(text + "\n", encoding="utf-8")


def _numbers(report: Report) -> int:
    return sum(
        bool(v)
        for table in truth.TABLES
        for row in getattr(report.truth, table).values()
        for v in row.values()
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
