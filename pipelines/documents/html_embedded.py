"""Articles that a page carries outside its mark-up: in scripts, JSON, frames, text areas.

Only strings of some length that hold mark-up; no script is run.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from typing import Any
from urllib.parse import unquote

from lxml import etree

_SHORTEST = 200  # characters; a shorter string holds no report
_MOST = 8  # fragments that are worth a look
_MAX_SCRIPT = 8_000_000
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'|`((?:[^`\\]|\\.)*)`', re.S)
_WRITES = re.compile(r"document\s*\.\s*write(?:ln)?\s*\(")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r?\n|.)", re.S)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " ", "v": " ", "0": ""}
_MARKUP = re.compile(r"<(?:p|div|table|span|td|h\d|section|article|br)[\s/>]", re.I)
_ESCAPED_MARKUP = re.compile(r"&(?:amp;)?lt;(?:p|div|table|span|td|h\d)\b", re.I)
_PERCENT_MARKUP = re.compile(r"%3C(?:p|div|table|span|td|h\d)", re.I)
_DATA = re.compile(r"\s*data:image/[\w.+-]+;base64,(.+)", re.S | re.I)
_MAX_PICTURE = 20_000_000  # characters of base64
_MOST_PICTURES = 50
_TITLE_KEYS = ("title", "name", "subject")


def fragments(root: etree._Element) -> list[str]:
    """Mark-up that stands in a page's scripts, inline frames and text areas, the longest first."""
    found: list[str] = []
    for element in root.iter("script", "textarea", "template", "noscript", "xmp"):
        text = "".join(element.itertext())
        if element.tag == "template":
            text = "".join(etree.tostring(child, encoding="unicode") for child in element)
        found += _in_text(text)
    found += [s for frame in root.iter("iframe") if (s := frame.get("srcdoc"))]
    found += [v for field in root.iter("input") if (v := field.get("value"))]
    markup = [m for f in found if (m := _markup(f)) is not None]
    return sorted(set(markup), key=len, reverse=True)[:_MOST]


def _in_text(text: str) -> Iterator[str]:
    """Strings of a script, or the whole of an element that holds mark-up instead of one."""
    if not _SHORTEST <= len(text) <= _MAX_SCRIPT:
        return
    if text.lstrip()[:1] == "<":
        yield text
        return
    strings = [next(filter(None, m.groups()), "") for m in _STRING.finditer(text)]
    yield from (_unescaped(s) for s in strings if len(s) >= _SHORTEST)
    if _WRITES.search(text):
        # Written piece by piece: together they are the page.
        yield "".join(_unescaped(s) for s in strings)


def _unescaped(literal: str) -> str:
    """The value of a string literal of JavaScript or JSON."""

    def plain(found: re.Match[str]) -> str:
        mark = found.group(1)
        if mark[0] in "ux" and len(mark) > 1:
            return chr(int(mark[1:], 16))
        return "" if mark[-1] == "\n" else _PLAIN.get(mark, mark)

    value = _ESCAPE.sub(plain, literal) if "\\" in literal else literal
    # Halves of pairs that stand for one character beyond the basic plane.
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _markup(value: str) -> str | None:
    """A string as mark-up, its own escapes undone; None when there is none in it."""
    if len(value) < _SHORTEST:
        return None
    if not _MARKUP.search(value) and _PERCENT_MARKUP.search(value):
        value = unquote(value)
    for _ in range(2):
        if not _MARKUP.search(value) and _ESCAPED_MARKUP.search(value):
            value = unescape(value)
    return value if _MARKUP.search(value) else None


def embedded_pictures(element: etree._Element) -> list[bytes]:
    """The pictures below an element whose address holds their bytes; broken ones left out."""
    found: list[bytes] = []
    for image in element.iter("img"):
        match = _DATA.match(image.get("src") or "")
        if match is None or len(match.group(1)) > _MAX_PICTURE or len(found) >= _MOST_PICTURES:
            continue
        with suppress(ValueError):  # no base64: nothing to be seen
            found.append(base64.b64decode(unquote(match.group(1))))
    return found


def json_fragments(text: str) -> tuple[list[str], list[str]]:
    """Titles and mark-up in a JSON text.

    Returns:
        Values of keys that name a title, and all strings that hold mark-up; nothing when the text
        is no JSON.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return [], []
    titles: list[str] = []
    found: list[str] = []
    stack: list[tuple[str, Any]] = [("", value)]
    while stack:
        key, item = stack.pop()
        if isinstance(item, dict):
            stack += reversed([(str(k).lower(), v) for k, v in item.items()])
        elif isinstance(item, list):
            stack += [(key, v) for v in reversed(item)]
        elif isinstance(item, str):
            markup = _markup(item)
            if markup is not None:
                found.append(markup)
            elif item.startswith(("{", "[")) and len(item) >= _SHORTEST:
                inner_titles, inner = json_fragments(item)
                titles += inner_titles
                found += inner
            elif key.endswith(_TITLE_KEYS) and 4 < len(item) < 200:
                titles.append(item)
    return titles, found
