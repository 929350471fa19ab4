"""PDF files written by hand, for layouts that no program is asked to make."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Drawing:
    """What one page of 595 × 842 points draws; coordinates from the upper left corner."""

    operators: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float = 10, matrix: str = "") -> Drawing:
        """Writes ``text`` with its baseline at ``y``; ``matrix`` turns it."""
        codes = text.encode("utf-16-be").hex()
        place = matrix or "1 0 0 1"
        self.operators.append(f"BT /F1 {size} Tf {place} {x} {842 - y} Tm <{codes}> Tj ET")
        return self

    def line(self, x0: float, y0: float, x1: float, y1: float) -> Drawing:
        """Draws a ruled line."""
        self.operators.append(f"{x0} {842 - y0} m {x1} {842 - y1} l S")
        return self

    def hidden(self, x: float, y: float, text: str) -> Drawing:
        """Writes text that nobody sees."""
        self.operators.append("3 Tr")
        self.text(x, y, text)
        self.operators.append("0 Tr")
        return self

    def picture(self, x0: float, y0: float, x1: float, y1: float) -> Drawing:
        """Draws a grey picture."""
        self.operators.append(f"q {x1 - x0} 0 0 {y1 - y0} {x0} {842 - y1} cm /I1 Do Q")
        return self

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> Drawing:
        """Draws all lines of a grid."""
        for x in xs:
            self.line(x, ys[0], x, ys[-1])
        for y in ys:
            self.line(xs[0], y, xs[-1], y)
        return self


def make_pdf(
    pages: Sequence[Drawing],
    *,
    extra: str = "",
    rotate: int = 0,
    typed: Drawing | None = None,
    kind: str = "FreeText",
) -> bytes:
    """A whole file of these pages.

    Args:
        pages: what they draw.
        extra: entries of the trailer.
        rotate: degrees by which the pages are shown turned.
        typed: what an annotation on every page shows.
        kind: of the annotation.
    """
    kids = " ".join(f"{10 + 2 * i} 0 R" for i in range(len(pages)))
    objects: dict[int, bytes] = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        3: b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
        b"/DescendantFonts[4 0 R]>>",
        4: b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo"
        b"<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 5 0 R/DW 1000"
        b"/W[1 95 500 814 939 500]>>",
        5: b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -200 1000 900]"
        b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 90>>",
        6: b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray"
        b"/BitsPerComponent 8/Length 1>>\nstream\n\x80\nendstream",
    }
    notes = ""
    if typed is not None:
        shown = "\n".join(typed.operators).encode()
        objects[7] = (
            f"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Length {len(shown)}>>\nstream\n".encode()
            + shown
            + b"\nendstream"
        )
        objects[8] = f"<</Type/Annot/Subtype/{kind}/F 4/Rect[0 0 595 842]/AP<</N 7 0 R>>>>".encode()
        notes = "/Annots[8 0 R]"
    for i, page in enumerate(pages):
        content = "\n".join(page.operators).encode()
        objects[10 + 2 * i] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate {rotate}/Contents "
            f"{11 + 2 * i} 0 R/Resources<</Font<</F1 3 0 R>>/XObject<</I1 6 0 R>>>>"
            f"{notes}>>".encode()
        )
        objects[11 + 2 * i] = (
            f"<</Length {len(content)}>>\nstream\n".encode() + content + b"\nendstream"
        )
    return file_of(objects, extra)


def stream(entries: str, body: bytes) -> bytes:
    """A stream object, packed."""
    packed = zlib.compress(body, 9)
    head = f"<<{entries}/Filter/FlateDecode/Length {len(packed)}>>\nstream\n"
    return head.encode() + packed + b"\nendstream"


def file_of(objects: dict[int, bytes], extra: str = "") -> bytes:
    """A file of objects by their numbers; the first is its catalogue."""
    data = bytearray(b"%PDF-1.5\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(data)
        data += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(data)
    size = max(objects) + 1
    data += f"xref\n0 {size}\n".encode()
    for number in range(size):
        place = places.get(number)
        data += b"0000000000 65535 f \n" if place is None else f"{place:010d} 00000 n \n".encode()
    data += f"trailer\n<</Size {size}/Root 1 0 R{extra}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(data)
