"""PDF files built to cost far more than they show, told before anything is drawn of them.

Forms that draw forms, one stream named a thousand times, maps of characters with endless ranges:
small in the file and sound to the letter. The streams tell cheaply whether that may be; only then
the pages are weighed object by object. What a page draws in the end is counted elsewhere.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import literal_name

from pipelines.documents.model import DocumentError
from pipelines.documents.pdf_digits import are_in_order

_FORM = re.compile(rb"/Subtype\s*/Form\b")
_FONT_FILE = re.compile(rb"/Length[123]\b|/Subtype\s*/(?:CIDFontType0C|Type1C|OpenType)\b")
_DRAWN = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+Do\b")
_RANGES = re.compile(rb"begin(?:bf|cid|notdef)range(.*?)(?:end|$)", re.S)
_RANGE = re.compile(rb"<([0-9A-Fa-f]{1,8})>\s*<([0-9A-Fa-f]{1,8})>\s*(?:<[^>]*>|\[[^\]]*\]|[0-9]+)")
_GLYPH = re.compile(rb"[\s0-9.+-]{1,80}\bd[01]\b")
_WRITES = re.compile(rb"\bT[jJ]\b")
_CONTENTS = re.compile(rb"/Contents\s*\[([^\]]*)\]")
_MAX_STREAM = 30_000_000  # bytes; the page of a report has some hundred thousand
_MAX_MAPPED = 1_000_000  # characters that the ranges of one map name
_MAX_CONTENTS = 100  # streams of one page
_MANY_DRAWN = 300  # forms and pictures of one page; most have a few
_MAX_WEIGHT = 60_000_000  # bytes that drawing the pages reads
_LEAST = 40  # bytes that drawing a form counts for at least
_DEEPEST = 40  # forms inside forms


class Suspicion:
    """What the streams of a file tell of how much it may draw, and whether their maps are odd.

    Attributes:
        odd_maps: whether some map of characters names digits out of order, or is not known.
    """

    def __init__(self) -> None:
        self.odd_maps = False
        self._has_forms = self._nested = False
        self._most_drawn = 0
        self._long_contents = False

    @property
    def is_grave(self) -> bool:
        """Whether the pages have to be weighed."""
        many = self._has_forms and self._most_drawn > _MANY_DRAWN
        return self._long_contents or self._nested or many

    def see_objects(self, plain: bytes) -> None:
        """Looks at objects, unpacked or never packed."""
        if b"/Contents" in plain:
            longest = max((x.count(b"R") for x in _CONTENTS.findall(plain)), default=0)
            self._long_contents = self._long_contents or longest > _MAX_CONTENTS

    def see_stream(self, head: bytes, text: bytes | None, size: int) -> None:
        """Looks at one stream.

        Args:
            head: its dictionary.
            text: how it begins, unpacked; None where that is not known.
            size: how many bytes it has, unpacked.

        Raises:
            DocumentError: it alone is more than any report's.
        """
        is_form = _FORM.search(head) is not None
        self._has_forms = self._has_forms or is_form
        if text is None:
            self.odd_maps = True
            self._nested = self._nested or is_form
            return
        if _FONT_FILE.search(head):
            return
        if size > _MAX_STREAM:
            raise DocumentError(f"a part of the PDF file unpacks to more than {_MAX_STREAM} bytes")
        if b"/ObjStm" in head:
            self.see_objects(text)
            return
        if b"range" in text:
            _check_map(text)
        if b"beginbf" in text:
            self.odd_maps = self.odd_maps or not are_in_order(text)
        if _GLYPH.match(text) and _WRITES.search(text):
            raise DocumentError("a font of the PDF file writes text inside its letters")
        draws = text.count(b"Do")
        if not is_form:
            self._most_drawn = max(draws, self._most_drawn)
        elif draws > 1:
            self._nested = self._nested or len(_DRAWN.findall(text)) > 1


def _check_map(text: bytes) -> None:
    """Makes sure that a map of characters names no more of them than there are."""
    named = sum(
        max(0, int(last, 16) - int(first, 16))
        for block in _RANGES.findall(text)
        for first, last in _RANGE.findall(block)
    )
    if named > _MAX_MAPPED:
        raise DocumentError(f"a font of the PDF file names more than {_MAX_MAPPED} characters")


def weigh(data: bytes) -> None:
    """Adds up what drawing all pages would read, forms as often as they are drawn.

    Raises:
        DocumentError: more than any report draws, or it cannot be told.
    """
    try:
        _Scale(data).weigh()
    except DocumentError:
        raise
    except Exception as error:  # pdfminer raises anything at all on broken files
        raise DocumentError(f"the PDF file nests what it draws: {type(error).__name__}") from error


class _Scale:
    """Weighs the pages of one file."""

    def __init__(self, data: bytes) -> None:
        self._file = PDFDocument(PDFParser(io.BytesIO(data)))
        self._known: dict[int, int] = {}
        self._open: set[int] = set()

    def weigh(self) -> None:
        total = 0
        for number, page in enumerate(PDFPage.create_pages(self._file), 1):
            for content in page.contents:
                stream = resolve1(content)
                if isinstance(stream, PDFStream):
                    total += self._of(stream, page.resources, 0)
                if total > _MAX_WEIGHT:
                    raise DocumentError(f"page {number} of the PDF file draws endlessly")

    def _of(self, stream: PDFStream, resources: Any, depth: int) -> int:
        """What drawing a stream once reads, in bytes."""
        key = id(stream)
        if key in self._open:
            raise DocumentError("the PDF file draws a form inside itself")
        known = self._known.get(key)
        if known is not None:
            return known
        if depth > _DEEPEST:
            raise DocumentError(f"the PDF file draws forms inside forms, more than {_DEEPEST}")
        self._open.add(key)
        text = stream.get_data()
        total = max(len(text), _LEAST)
        own = resolve1(stream.attrs.get("Resources")) or resources
        named = {
            literal_name(k).encode() if not isinstance(k, str) else k.encode(): v
            for k, v in (resolve1(own.get("XObject")) or {}).items()
        }
        for name, times in Counter(_DRAWN.findall(text)).items():
            inner = resolve1(named.get(name))
            if isinstance(inner, PDFStream) and literal_name(inner.attrs["Subtype"]) == "Form":
                total += times * self._of(inner, own, depth + 1)
        self._open.discard(key)
        self._known[key] = min(total, 2 * _MAX_WEIGHT)
        return self._known[key]
