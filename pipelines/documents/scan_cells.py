"""What the recogniser saw in one cell, to its text, and why that may be wrong.

A figure is sure when two readings agree, each of its digits is nearly certain, there are as many
pieces of ink as digits, and these are as high as the digits of the other cells. Anything else is
doubtful and keeps what its ink may say. Whether it is right is for the identities of the report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from statistics import median

from pipelines.documents.model import Cell
from pipelines.documents.pdf_shapes import Box
from pipelines.documents.scan_lines import CellInk, Strip
from pipelines.documents.scan_ocr import Figure, Reading
from warehouse.facts.numerals import counting_number

UNREAD = "\ufffd"
"""The text of ink that could not be read."""
_SURE = 0.97  # of each character of a figure
_SURE_TWICE = 0.9  # of the same when both readings say it and know of no other number
_SURE_WORD = 0.9  # of each character of a figure with a unit or a word
_LEGIBLE = 0.3  # a text with a less certain character is hardly one
_SLANTED = 0.8  # digits have 0.25 at most, slanted ones 0.55; a slash has 0.9
_MEANT = 0.5  # a less likely figure may be a word
_FEW = 3  # characters
_THIN, _FLAT = 4, 0.2  # pixels; of the usual height of digits: a dash is no higher
_LONG = 2.0  # times its height
_HANGS = 1.12  # times the usual height of digits: a comma reaches below them
_LATE = 0.21  # of the width of ink; a narrow first digit stands 0.17 further in than a usual one
_LOW, _HIGH = 0.72, 1.35  # of the usual height of digits
_WORD = re.compile(r"[\u2e80-\u9fffA-Za-z]")
_DIGIT = re.compile(r"[0-9]")
_DOTTED = re.compile(r"^(\d{1,2})[\u00b7\u2022\u30fb\u2027](?=[\u4e00-\u9fff])")
_LETTERED = re.compile(r"^[(（][A-Za-z][)）](?=[\u4e00-\u9fff])")
_STROKES = re.compile(r"[-/]+")
_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?%?")
_POINT_OR_COMMA = re.compile(r"(?<!\b0)\.(?=[0-9]{3}$)|,(?![0-9]{3}(?![0-9]))|(?<=\b0),")
"""A point that parts three digits, a comma that parts others or a lone 0; two pixels tell them."""
Readings = Mapping[int, Reading]
"""What was read, by the identity of the strip."""


def typical_figure(tables: Sequence[tuple[Box, list[CellInk]]], said: Readings) -> float:
    """The usual height of digits in the cells of a page, 0 when there are too few."""
    heights = [
        cell.strips[0].height
        for _, cells in tables
        for cell in cells
        if len(cell.strips) == 1
        and (figure := said[id(cell.strips[0])].figure) is not None
        and figure.text.isdigit()
    ]
    return float(median(heights)) if len(heights) > 3 else 0.0


def read_cell(ink: CellInk, said: Readings, again: Readings, usual: float) -> Cell:
    """The cell that ink makes; its place in the grid is still to be set.

    Args:
        ink: its lines.
        said: what was read.
        again: figures read a second time.
        usual: the usual height of digits, 0 if unknown.
    """
    cell = Cell("", 0, 0, box=ink.box)
    if ink.coloured:
        cell.text, cell.doubt = UNREAD, "ink in the colour of a stamp"
    elif ink.faint:
        cell.text, cell.doubt = UNREAD, "ink too faint to be read"
    elif len(ink.strips) == 1:
        strip = ink.strips[0]
        _read_line(cell, strip, said[id(strip)], again.get(id(strip)), usual)
    elif ink.strips:
        _read_lines(cell, [said[id(s)] for s in ink.strips])
    return cell


def _read_line(
    cell: Cell, strip: Strip, reading: Reading, second: Reading | None, usual: float
) -> None:
    figure = reading.figure
    if strip.slant > _SLANTED and len(reading.text) < 2:
        # A lone slash stands for none; in small print it is read as 1, 7 or a letter.
        cell.text = "/"
        cell.doubt = None if reading.text == "/" else f"a slanted stroke, read as {reading.text}"
        return
    if figure is not None and figure.text == "-" and _is_dash(figure, strip, usual):
        cell.text = "-"  # as small as it is, the reader is never sure of it
        return
    if figure is None or not _is_figure(reading.text, figure):
        _read_words(cell, reading)
        return
    cell.text = figure.text
    cell.doubt = _doubt(figure, strip, second, usual)
    if not cell.doubt and _begins_late(reading):
        cell.doubt = f"read as {figure.text}, with ink before it"
    if cell.doubt:
        cell.readings = _candidates(figure, second.figure if second else None)
        cell.text = cell.readings[0] if cell.readings else UNREAD


def _is_dash(figure: Figure, strip: Strip, usual: float) -> bool:
    """Whether ink is one flat stroke, too low to be the rest of a digit, and read as one."""
    width = strip.area[2] - strip.area[0]
    low = strip.height <= max(_THIN, _FLAT * usual) and width >= _LONG * strip.height
    return low and figure.score > _MEANT and not strip.cut and set(strip.glyphs) == {1}


def _is_figure(text: str, figure: Figure) -> bool:
    """Whether ink is meant as a figure: surely one, or a few characters and none of a word."""
    if figure.score > _MEANT:
        return True
    return len(text) <= _FEW and not any(_WORD.match(c) for c in text)


def _read_words(cell: Cell, reading: Reading) -> None:
    cell.text = _numbered(reading.text) or UNREAD
    if not reading.text:
        cell.doubt = "ink that could not be read"
    elif counting_number(reading.text) is not None:
        cell.doubt = f"read as {reading.text}: flat strokes may be a dash"
    elif reading.score < _LEGIBLE and len(reading.text) < _FEW:
        cell.doubt = f"read with a score of {reading.score:.2f} only"
    elif _DIGIT.search(reading.text) and reading.score < _SURE_WORD:
        cell.doubt = f"digits and other characters, read with a score of {reading.score:.2f}"


def _numbered(text: str) -> str:
    """A label whose number was misread for letters or with another dot, without those."""
    return _LETTERED.sub("", _DOTTED.sub(r"\1.", text))


def _read_lines(cell: Cell, readings: Sequence[Reading]) -> None:
    cell.text = "\n".join(_numbered(r.text) for r in readings if r.text) or UNREAD
    if all(r.figure is not None and r.figure.score > _MEANT for r in readings):
        cell.doubt = "a figure of several lines"
    elif min(r.score for r in readings) < _LEGIBLE and _DIGIT.search(cell.text):
        cell.doubt = "a line could hardly be read"


def _doubt(figure: Figure, strip: Strip, second: Reading | None, usual: float) -> str | None:
    """Why a figure may be wrong, None when nothing speaks against it."""
    if not (_NUMBER.fullmatch(figure.text) or _STROKES.fullmatch(figure.text)):
        return f"read as {figure.text}, which is no number"
    if figure.score < _SURE and not _is_said_twice(figure, second):
        return f"read with a score of {figure.score:.2f}"
    if second is not None and (second.figure is None or second.figure.text != figure.text):
        return f"read as {figure.text} and as {second.text or 'nothing'}"
    hangs = "," in figure.text or not strip.height < _HANGS * usual
    if hangs and _POINT_OR_COMMA.search(figure.text):
        return f"read as {figure.text}: a point may be a comma"
    if _STROKES.fullmatch(figure.text):
        return None  # strokes run together and are low; they stand for no number
    if strip.cut:
        return "its ink reaches the border of the cell"
    if not _is_as_wide(figure.text, strip):
        return f"ink too wide or narrow for {len(figure.text)} characters"
    if len(figure.text) not in strip.glyphs:
        return f"{strip.glyphs[0]} pieces of ink for {len(figure.text)} characters"
    if usual and not _LOW * usual <= strip.height <= _HIGH * usual:
        return "its digits are not as high as those of the other cells"
    return None


def _begins_late(reading: Reading) -> bool:
    """Whether the first of several characters stands so far in that one before it was passed over.

    A thin sign is; with one character alone, its place says nothing.
    """
    count = len(reading.text)
    return count > 1 and bool(reading.places) and reading.places[0] > 0.5 / count + _LATE


def _is_said_twice(figure: Figure, second: Reading | None) -> bool:
    """Whether two readings are nearly certain of one number and see no other in the ink."""
    again = second.figure if second else None
    return (
        again is not None
        and min(figure.score, again.score) >= _SURE_TWICE
        and _candidates(figure, again) == (figure.text,)
    )


def _is_as_wide(text: str, strip: Strip) -> bool:
    """Whether ink is as wide as its characters would be in one font or another."""
    digits = sum(map(str.isdigit, text))
    marks = len(text) - digits
    width = (strip.area[2] - strip.area[0]) / max(1, strip.height)
    narrow = 0.6 * digits - 0.45 + 0.1 * marks
    return narrow <= width <= 0.95 * digits + 0.75 * marks


def _other_mark(mark: re.Match[str]) -> str:
    return "," if mark[0] == "." else "."


def _candidates(first: Figure, second: Figure | None) -> tuple[str, ...]:
    """What ink may say, the best first."""
    found = [first.text, *first.others]
    if second is not None:
        found += [second.text, *second.others]
    found += [_POINT_OR_COMMA.sub(_other_mark, text) for text in found]
    return tuple(dict.fromkeys(t for t in found if _NUMBER.fullmatch(t)))
