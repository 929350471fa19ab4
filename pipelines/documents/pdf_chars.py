"""The characters of a page with their boxes, as pdfium places them, put right where it errs.

Boxes of upright lines and of strokes without height are mended here; nothing is joined to words.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import pypdfium2.raw as pdfium

from pipelines.documents import pdf_native as native
from pipelines.documents.pdf_native import FLOATS, Item, floats
from pipelines.documents.pdf_shapes import Box, Char, Matrix, Page
from pipelines.documents.pdf_sight import Seen, Sight, pale_is_print

_HUGE = 60.0  # points; a character as tall is a title's or wrongly measured
_FLAT = 0.6  # of the usual height; a box as low is that of a stroke's ink
_HYPHEN = 2  # what pdfium makes of a hyphen at the end of a line
_UNMAPPED = "\ufffd"
_TINY = 1.5  # points; nobody sees smaller letters
_SAMPLE = 16  # of this many characters one is asked for by itself


def read_chars(
    page: Page, text: Any, count: int, to_view: Matrix, sight: Sight | None
) -> Sequence[str]:
    """Adds the characters that a page prints.

    Args:
        page: changed.
        text: pdfium's text of the page.
        count: its characters.
        to_view: from the page's own space to the page as shown.
        sight: what tells which characters are seen, None when all are.

    Returns:
        The letters of the text, seen or not.
    """
    letters = _letters(text, count)
    _CharReader(page, text, to_view).read(letters, sight)
    return letters


def _letters(text: Any, count: int) -> Sequence[str]:
    """The letters of a page; one that stands for nothing is U+FFFD.

    They are fetched at once where that gives the same as one by one.
    """
    unmapped, handle = native.is_unmapped, native.item_of(text)
    wrong = [unmapped(handle, i) == 1 for i in range(count)]
    if True not in wrong:
        buffer = (ctypes.c_ushort * (count + 1))()
        if pdfium.FPDFText_GetText(text, 0, count, buffer) == count + 1:
            whole = bytes(buffer).decode("utf-16-le", "replace")[:count]
            if _is_plain(whole, text, count):
                return whole
    code = pdfium.FPDFText_GetUnicode
    letters = [_letter(code(text, i)) for i in range(count)]
    return [
        _UNMAPPED if unknown and not letter.isspace() else letter
        for letter, unknown in zip(letters, wrong, strict=True)
    ]


def _is_plain(whole: str, text: Any, count: int) -> bool:
    """Whether a text has one letter for each character of the page."""
    if len(whole) != count or _UNMAPPED in whole or "\0" in whole or chr(_HYPHEN) in whole:
        return False
    code = pdfium.FPDFText_GetUnicode
    return all(ord(whole[i]) == code(text, i) for i in range(0, count, _SAMPLE))


def _letter(code: int) -> str:
    if code == _HYPHEN:
        return "-"
    if code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return _UNMAPPED
    return chr(code)


class _CharReader:
    """Reads the boxes of one page."""

    def __init__(self, page: Page, text: Any, to_view: Matrix) -> None:
        self._page = page
        self._text = text
        self._to_view = to_view
        self._tight = tuple(ctypes.c_double() for _ in range(4))
        self._tight_at = tuple(ctypes.byref(v) for v in self._tight)

    def read(self, letters: Sequence[str], sight: Sight | None) -> None:
        """Adds them to the page."""
        box_of, where = native.loose_box, FLOATS[0]
        text = native.item_of(self._text)
        chars = self._page.chars
        made = tuple.__new__  # what Char(...) does, twice as fast
        a, *_, e, f = self._to_view
        upright, usual, before, last = False, 0.0, -1e6, -1
        for i, letter in enumerate(letters):
            if letter.isspace() or not box_of(text, i, where):
                continue
            left, top, right, bottom = floats[:4]
            tall = top - bottom
            if (sight is not None or tall < _TINY) and not self._is_seen(
                sight, text, i, letter, (left, top, right, bottom)
            ):
                continue
            # An upright line: a character right under the one before, or an impossible box.
            if upright or -1 < left - before < 1 or tall > _HUGE:
                above, before = upright, left
                upright, box = self._mended_upright(i, (left, top, right, bottom))
                if upright and not above and last >= 0:
                    self._mend_first(last)
                left, top, right, bottom = box
            else:
                before = left
            last = i
            if tall < _FLAT * usual or tall < _FLAT * (right - left):
                left, top, right, bottom = self._mended_flat(i, (left, top, right, bottom), usual)
            elif not upright:
                usual = tall
            if a > 0:
                chars.append(made(Char, (letter, left + e, f - top, right + e, f - bottom)))
            else:
                chars.append(Char(letter, *self._shown((left, top, right, bottom))))
        if sight is not None and sight.is_pale and pale_is_print(self._page):
            sight.is_pale = False
            self._page.chars, self._page.faint, self._page.hidden = [], [], 0
            self.read(letters, sight)

    def _is_seen(self, sight: Sight | None, text: Item, index: int, letter: str, box: Box) -> bool:
        """Whether a character is well seen; one that is not is put where such belong."""
        left, top, right, bottom = box
        if top - bottom < _TINY and right - left < _TINY and letter.isalnum():
            self._page.hidden += 1
            return False
        if sight is None:
            return True
        shown = self._shown(box)
        seen = sight.sees(text, index, shown)
        if seen is Seen.NOT:
            self._page.hidden += 1
        elif seen is Seen.FAINT:
            self._page.faint.append(Char(letter, *shown))
        return seen is Seen.WELL

    def _mended_upright(self, index: int, box: Box) -> tuple[bool, Box]:
        """Puts right the box of a character of an upright line, which pdfium places wrongly.

        Returns:
            Whether it had to, and the box.
        """
        left, right, bottom, top = self._tight
        if not pdfium.FPDFText_GetCharBox(self._text, index, *self._tight_at):
            return False, box
        x, y = (left.value + right.value) / 2, (bottom.value + top.value) / 2
        if box[0] <= x <= box[2] and box[3] <= y <= box[1]:
            far = box[1] - box[3] > 6 * (top.value - bottom.value) > 0
            if not far or box[1] - box[3] < _HUGE:
                return False, box
        half = max(right.value - left.value, top.value - bottom.value, 2.0) / 2
        return True, (x - half, y + half, x + half, y - half)

    def _mend_first(self, index: int) -> None:
        """Puts right the last box kept, that of the first character of an upright line."""
        rect = pdfium.FS_RECTF()
        chars = self._page.chars
        if chars and pdfium.FPDFText_GetLooseCharBox(self._text, index, rect):
            box = (rect.left, rect.top, rect.right, rect.bottom)
            chars[-1] = Char(chars[-1].text, *self._shown(self._mended_upright(index, box)[1]))

    def _mended_flat(self, index: int, box: Box, usual: float) -> Box:
        """Gives a character the height of its line, where pdfium only knows that of its ink."""
        if not pdfium.FPDFText_GetCharOrigin(self._text, index, *self._tight_at[:2]):
            return box
        baseline = self._tight[1].value
        left, top, right, bottom = box
        size = max(usual, right - left)
        return (left, max(top, baseline + 0.8 * size), right, min(bottom, baseline - 0.2 * size))

    def _shown(self, box: Box) -> Box:
        """A box of the page's own space on the page as shown."""
        a, b, c, _, e, f = self._to_view
        left, top, right, bottom = box
        if a > 0:
            return (left + e, f - top, right + e, f - bottom)
        if a < 0:
            return (e - right, bottom + f, e - left, top + f)
        x0, x1 = sorted((top * c + e, bottom * c + e))
        y0, y1 = sorted((left * b + f, right * b + f))
        return (x0, y0, x1, y1)
