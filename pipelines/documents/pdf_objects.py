"""Whether the objects of a PDF file fit together: cross-references, fonts and their glyphs.

A reference that leads nowhere is no syntax error, yet pdfium leaves out the characters behind it
and says nothing. Only what stands in plain bytes is looked at; packed objects have checksums.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,10})\s+([0-9]{1,5})\s+obj\b")
_REFERENCE = rb"([0-9]{1,10})\s+([0-9]{1,5})\s+R\b"
_REFERENCES = re.compile(_REFERENCE)
_FONTS = re.compile(rb"/Font\s*<<([^<>]*)>>")
_IS_FONT = re.compile(rb"/Type\s*/Font\b")
_DRAWN_FONT = re.compile(rb"/Subtype\s*/Type3\b")
_PROCEDURE = re.compile(rb"/([^\s/<>\[\]()]+)\s+" + _REFERENCE)
_NAME = re.compile(rb"/([^\s/<>\[\]()]+)")
_SECTION = re.compile(rb"(?<!start)xref\s+(?=[0-9])")
_RANGE = re.compile(rb"([0-9]{1,10})[ ]+([0-9]{1,10})\s+(?=[0-9]{10} )")
_ENTRY = re.compile(rb"([0-9]{10}) ([0-9]{5}) ([nf])\s{0,3}")
_GLYPH_WIDTH = re.compile(rb"\bd[01]\b")
_GLYPH = 300  # bytes at the beginning of a glyph
_NO_GLYPH = {b".notdef"}
_HEAD = 1024
_UNEVEN = 0.02  # share by which the two axes of a font may differ
Pieces = Iterable[tuple[int, int]]
"""Where bytes that belong to no stream begin and end."""


@dataclass(slots=True)
class _Object:
    """One object as written.

    Attributes:
        generation: its second number.
        body: its bytes before a stream.
        stream: where its stream begins; None without one.
    """

    generation: int
    body: bytes
    stream: int | None


class _Objects:
    """All objects of a file that stand in plain bytes."""

    def __init__(self, data: bytes, pieces: Pieces) -> None:
        self.by_number: dict[int, _Object] = {}
        self.packed = b"/ObjStm" in data
        self._data = data
        for start, end in pieces:
            found = list(_OBJECT.finditer(data, start, end))
            for i, head in enumerate(found):
                stop = found[i + 1].start() if i + 1 < len(found) else end
                body = data[head.end() : stop]
                last = i + 1 == len(found) and data[end : end + 6] == b"stream"
                self.by_number[int(head[1])] = _Object(int(head[2]), body, end if last else None)

    def is_glyph(self, found: _Object) -> bool:
        """Whether an object draws a glyph: its stream begins with the glyph's width."""
        if found.stream is None:
            return False
        start = found.stream + len(b"stream")
        packed = self._data[start : start + _GLYPH].lstrip(b"\r\n")
        if b"/FlateDecode" in found.body:
            try:
                packed = zlib.decompressobj().decompress(packed, _GLYPH)
            except zlib.error:
                return False
        return _GLYPH_WIDTH.search(packed) is not None

    def get(self, number: bytes, generation: bytes) -> _Object | None:
        """What a reference leads to; None for nothing."""
        found = self.by_number.get(int(number))
        return found if found is not None and found.generation == int(generation) else None

    def is_lost(self, number: bytes, generation: bytes) -> bool:
        """Whether a reference leads nowhere; what may be packed is not lost."""
        packed = self.packed and int(number) not in self.by_number
        return not packed and self.get(number, generation) is None


def fit_together(data: bytes, pieces: Pieces) -> bool:
    """Whether every object stands where the file says and every font has what it draws with.

    Args:
        data: the file.
        pieces: what of it is outside streams; each ends where a stream begins, or the file.
    """
    pieces = list(pieces)
    objects = _Objects(data, pieces)
    return (
        all(_stand_there(data, start, end) for start, end in pieces)
        and all(_are_fonts(objects, x.body) for x in objects.by_number.values())
        and all(
            _draws_all(objects, x.body)
            for x in objects.by_number.values()
            if _DRAWN_FONT.search(x.body)
        )
    )


def _stand_there(data: bytes, start: int, end: int) -> bool:
    """Whether the objects of the cross-reference tables stand at their places."""
    first = max(0, data[:_HEAD].find(b"%PDF-"))
    for number, generation, place in _entries(data, start, end):
        header = re.compile(rb"\s{0,4}%d\s+%d\s+obj\b" % (number, generation))
        if not any(header.match(data, p) for p in {place, place + first}):
            return False
    return True


def _entries(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Number, generation and place of every object in use."""
    for section in _SECTION.finditer(data, start, end):
        at = section.end()
        while head := _RANGE.match(data, at, end):
            at = head.end()
            for number in range(int(head[1]), int(head[1]) + int(head[2])):
                entry = _ENTRY.match(data, at, end)
                if entry is None:
                    break
                at = entry.end()
                if entry[3] == b"n":
                    yield number, int(entry[2]), int(entry[1])


def _are_fonts(objects: _Objects, body: bytes) -> bool:
    """Whether what a page calls its fonts are fonts."""
    for fonts in _FONTS.finditer(body):
        for number, generation in _REFERENCES.findall(fonts[1]):
            font = objects.get(number, generation)
            if objects.is_lost(number, generation):
                return False
            if font is not None and (font.stream is not None or not _IS_FONT.search(font.body)):
                return False
    return True


def _draws_all(objects: _Objects, font: bytes) -> bool:
    """Whether a font whose glyphs are drawn by procedures has one for each of its codes."""
    encoding = _part(objects, font, b"Encoding", font)
    names = None if encoding is None else _part(objects, encoding, b"Differences", None)
    procedures = _part(objects, font, b"CharProcs", None)
    if names is None or procedures is None:
        return objects.packed
    known: dict[bytes, tuple[bytes, bytes]] = {
        name: (number, generation) for name, number, generation in _PROCEDURE.findall(procedures)
    }
    if set(_NAME.findall(names)) - known.keys() - _NO_GLYPH:
        return False
    for number, generation in known.values():
        drawn = objects.get(number, generation)
        if objects.is_lost(number, generation) or (
            drawn is not None and not objects.is_glyph(drawn)
        ):
            return False
    return _is_even(font) and _has_widths(font)


def _part(objects: _Objects, body: bytes, key: bytes, inline: bytes | None) -> bytes | None:
    """The value of a key: what it refers to, or what it holds.

    Args:
        objects: of the file.
        body: a dictionary.
        key: its name.
        inline: what to give for a dictionary inside ``body`` that holds others.
    """
    referred = re.search(rb"/" + key + rb"\s+" + _REFERENCE, body)
    if referred:
        found = objects.get(referred[1], referred[2])
        return None if found is None else found.body
    held = re.search(rb"/" + key + rb"\s*(?:<<([^<>]*)>>|\[([^\]]*)\]|(<<))", body)
    if held is None:
        return None
    return held[1] or held[2] or inline


def _is_even(font: bytes) -> bool:
    """Whether a font's two axes have one scale."""
    matrix = re.search(rb"/FontMatrix\s*\[([^\]]*)\]", font)
    if matrix is None:
        return False
    try:
        numbers = [float(x) for x in matrix[1].split()]
    except ValueError:
        return False
    if len(numbers) != 6:
        return False
    across, down = abs(numbers[0]), abs(numbers[3])
    return across > 0 and abs(across - down) <= _UNEVEN * across


def _has_widths(font: bytes) -> bool:
    """Whether a font names as many widths as codes."""
    ends = [
        re.search(rb"/" + key + rb"\s+([0-9]{1,5})\b", font) for key in (b"FirstChar", b"LastChar")
    ]
    widths = re.search(rb"/Widths\s*\[([^\]]*)\]", font)
    first, last = ends
    if widths is None or first is None or last is None:
        return widths is None and re.search(rb"/Widths\s+[0-9]", font) is not None
    return len(widths[1].split()) == int(last[1]) - int(first[1]) + 1
