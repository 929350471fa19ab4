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

from pipelines.documents.encoding import decode
from pipelines.documents.model import PICTURE

_SHORTEST = 200  # characters; a shorter string holds no report
_MOST = 8  # fragments that are worth a look
_DEEPEST = 3  # JSON in strings of JSON
_MAX_SCRIPT = 8_000_000
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'|`((?:[^`\\]|\\.)*)`', re.S)
_PIECES = re.compile(r"\bwrite(?:ln)?\s*\(|\+=|[\"'`]\s*\+\s*[\"'`]")
_INSERTED = re.compile(r"\$\{[^{}]*\}")  # into a template
_ADDED = re.compile(r"\s*\+[^;]*[\w\])][^;]*\+\s*")
_LONGEST_SUM = 200  # characters between two strings of one sum
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r?\n|.)", re.S)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " ", "v": " ", "0": ""}
_MARKUP = re.compile(r"<(?:p|div|table|span|td|h\d|section|article|br)[\s/>]", re.I)
_ESCAPED_MARKUP = re.compile(r"&(?:amp;)?lt;(?:p|div|table|span|td|h\d)\b", re.I)
_PERCENT_MARKUP = re.compile(r"%3C(?:p|div|table|span|td|h\d|%[4-7][0-9a-f]%)", re.I)
_PERCENT_WIDE = re.compile(r"%u([0-9a-fA-F]{4})")
_BASE64 = re.compile(rf"[A-Za-z0-9+/\s]{{{_SHORTEST},}}={{0,2}}\s*")
_LONG_ATTRIBUTES = etree.XPath(
    f"//@*[string-length() >= {_SHORTEST} and name() != 'style' and not(starts-with(., 'data:'))]"
)
_SHOWN_SOURCE = etree.XPath("//text()[contains(., '</') and not(parent::script or parent::style)]")
_DATA = re.compile(r"\s*data:image/[\w.+-]+;base64,(.+)", re.S | re.I)
_MAX_PICTURE = 20_000_000  # characters of base64
_MOST_PICTURES = 50
_TITLE_KEYS = ("title", "name", "subject")


def fragments(root: etree._Element) -> list[str]:
    """Mark-up that a page carries outside its own, the longest first.

    It stands in scripts, inline frames, text areas and attributes, or as escaped text.
    """
    found: list[str] = []
    for element in root.iter("script"):
        found += _strings_of("".join(element.itertext()))
    for element in root.iter("textarea", "xmp"):
        found.append("".join(element.itertext()))
    for element in root.iter("template", "noscript"):
        inner = (etree.tostring(child, encoding="unicode") for child in element)
        found.append((element.text or "") + "".join(inner))
    found += map(str, _LONG_ATTRIBUTES(root))
    found += map(str, _SHOWN_SOURCE(root))
    markup = [m for f in found for m in _markup(f)]
    return sorted(set(markup), key=len, reverse=True)[:_MOST]


def in_script(text: str) -> list[str]:
    """The mark-up that stands in a script: in its strings, then in all of them together."""
    return [m for f in _strings_of(text) for m in _markup(f)]


def in_attribute(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Elements with mark-up in an attribute."""
    for value in _LONG_ATTRIBUTES(root):
        for markup in _markup(str(value)):
            yield value.getparent(), markup


def in_text(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Elements whose text is the source of mark-up."""
    for text in _SHOWN_SOURCE(root):
        if text.is_text:
            for markup in _markup(str(text)):
                yield text.getparent(), markup


def _strings_of(text: str) -> Iterator[str]:
    """Strings of a script, or the whole of one that holds mark-up instead of statements."""
    if not _SHORTEST <= len(text) <= _MAX_SCRIPT:
        return
    if text.lstrip()[:1] == "<":
        yield text
        return
    found = list(_STRING.finditer(text))
    strings = [_value(m) for m in found]
    yield from (s for s in strings if len(s) >= _SHORTEST)
    if _PIECES.search(text):
        # Put together piece by piece: all of them are the page.
        yield "".join(_with_variables(text, found, strings))


def _value(literal: re.Match[str]) -> str:
    """The value of a string literal; what a script would put into it is no text."""
    text = _unescaped(next(filter(None, literal.groups()), ""))
    return _INSERTED.sub(PICTURE, text) if literal.group(3) else text


def _with_variables(text: str, found: list[re.Match[str]], strings: list[str]) -> Iterator[str]:
    """The strings of a script, with a sign for each value that is added between two of them."""
    end = 0
    for literal, value in zip(found, strings, strict=True):
        if end and _ADDED.fullmatch(text[end : literal.start()][:_LONGEST_SUM]):
            yield PICTURE
        yield value
        end = literal.end()


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


def _markup(value: str, depth: int = 0) -> list[str]:
    """The mark-up that a string holds, its own escapes undone; nothing when there is none."""
    if len(value) < _SHORTEST:
        return []
    if depth < _DEEPEST and value.lstrip()[:1] in ("{", "["):
        _, inner = json_fragments(value, depth + 1)
        if inner:
            return inner
    if not _MARKUP.search(value) and _PERCENT_MARKUP.search(value):
        value = unquote(_PERCENT_WIDE.sub(lambda m: chr(int(m[1], 16)), value))
    elif _BASE64.fullmatch(value):
        value = _from_base64(value)
    for _ in range(2):
        if not _MARKUP.search(value) and _ESCAPED_MARKUP.search(value):
            value = unescape(value)
    return [value] if _MARKUP.search(value) else []


def _from_base64(value: str) -> str:
    try:
        return decode(base64.b64decode(value))[0]
    except ValueError:  # no base64 after all
        return ""


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


def json_fragments(text: str, depth: int = 0) -> tuple[list[str], list[str]]:
    """Titles and mark-up in a JSON text.

    Args:
        text: the text.
        depth: in how many others it stands.

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
        elif isinstance(item, list) and item and all(isinstance(part, str) for part in item):
            found += _markup("\n".join(item), depth)  # an article as a list of its parts
        elif isinstance(item, list):
            stack += [(key, v) for v in reversed(item)]
        elif isinstance(item, str):
            markup = _markup(item, depth)
            if markup:
                found += markup
            elif key.endswith(_TITLE_KEYS) and 4 < len(item) < 200:
                titles.append(item)
    return titles, found
