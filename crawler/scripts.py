"""Values that a page's inline scripts print: variables, object literals, strings joined by ``+``.

No script is run. A reader of the literal subset that content systems print: quotes of both kinds,
bare keys, trailing commas, sums of strings and variables that the same script sets.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]

_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'\w])//[^\n]*|<!--.*?-->", re.DOTALL)
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)
    | (?P<number>-?\d+(?:\.\d+)?(?![\w$]))
    | (?P<name>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)
    | (?P<sign>[\{\}\[\]():,+;])
    )""",
    re.VERBOSE,
)
_MEMBER = re.compile(r"\s*\.\s*[A-Za-z_$][\w$]*")
_HANDED_ON = frozenset({"JSON.stringify", "encodeURIComponent", "encodeURI", "String", "parseInt"})
_ASSIGNED = re.compile(r"""(?<![\w$.])([A-Za-z_$][\w$]*)\s*=\s*(?=["'`\d{\[-])""")
_CHAIN = re.compile(r"""["'`]""")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": ""}
_CONSTANTS: dict[str, Value] = {"true": True, "false": False, "null": None, "undefined": None}
_DEEPEST = 40


def without_comments(text: str) -> str:
    """``text`` with script and HTML comments blanked out."""
    return _COMMENT.sub(" ", text)


def script_texts(text: str) -> list[str]:
    """The inline scripts of a page, without comments, in order."""
    return [without_comments(m.group(2)) for m in _SCRIPT.finditer(text) if m.group(2).strip()]


def unquote(literal: str) -> str:
    """The text of a quoted literal."""

    def plain(match: re.Match[str]) -> str:
        mark = match.group(1)
        if len(mark) > 1:
            return chr(int(mark[1:], 16))
        return _PLAIN.get(mark, mark)

    return _ESCAPE.sub(plain, literal[1:-1])


class _Reader:
    """Reads one value after the other from a script."""

    def __init__(self, script: str, at: int, known: Mapping[str, Value]) -> None:
        self.script = script
        self.at = at
        self.known = known

    def _look(self) -> re.Match[str]:
        match = _TOKEN.match(self.script, self.at)
        if match is None:
            raise ValueError(f"no literal at {self.at}")
        return match

    def _sign(self, sign: str) -> bool:
        match = _TOKEN.match(self.script, self.at)
        if match is None or match.group("sign") != sign:
            return False
        self.at = match.end()
        return True

    def value(self, depth: int = 0) -> Value:
        """One value, with all that is added to it."""
        if depth > _DEEPEST:
            raise ValueError("nested too deep")
        found = self._single(depth)
        while self._sign("+"):
            more = self._single(depth)
            found = _as_text(found) + _as_text(more)
        return found

    def _single(self, depth: int) -> Value:
        found = self._plain(depth)
        while match := _MEMBER.match(self.script, self.at):
            # What a page computes is not known here: $("meta").attr("content"), text.trim().
            self.at, found = match.end(), ""
            if self._sign("(") and not self._sign(")"):
                self._bracketed(depth)
        return found

    def _plain(self, depth: int) -> Value:
        match = self._look()
        self.at = match.end()
        if literal := match.group("string"):
            return unquote(literal)
        if number := match.group("number"):
            return float(number) if "." in number else int(number)
        if name := match.group("name"):
            return self._named(name, depth)
        sign = match.group("sign")
        if sign == "{":
            return self._object(depth)
        if sign == "[":
            return self._array(depth)
        if sign == "(":
            return self._bracketed(depth)
        raise ValueError(f"no value at {self.at}")

    def _named(self, name: str, depth: int) -> Value:
        if not self._sign("("):
            return _CONSTANTS.get(name, self.known.get(name, ""))
        if self._sign(")"):
            return ""
        inside = self._bracketed(depth)
        return inside if name in _HANDED_ON else ""

    def _bracketed(self, depth: int) -> Value:
        found = self.value(depth + 1)
        while self._sign(","):
            self.value(depth + 1)
        if not self._sign(")"):
            raise ValueError(f"a bracket is open at {self.at}")
        return found

    def _object(self, depth: int) -> Value:
        found: dict[str, Value] = {}
        while not self._sign("}"):
            match = self._look()
            self.at = match.end()
            literal, name = match.group("string"), match.group("name") or match.group("number")
            if literal is None and name is None:
                raise ValueError(f"no key at {self.at}")
            key = unquote(literal) if literal is not None else str(name)
            if not self._sign(":"):
                raise ValueError(f"no value of {key} at {self.at}")
            found[key] = self.value(depth + 1)
            if not self._sign(",") and self._look().group("sign") != "}":
                raise ValueError(f"an object is open at {self.at}")
        return found

    def _array(self, depth: int) -> Value:
        found: list[Value] = []
        while not self._sign("]"):
            found.append(self.value(depth + 1))
            if not self._sign(",") and self._look().group("sign") != "]":
                raise ValueError(f"an array is open at {self.at}")
        return found


def _as_text(value: Value) -> str:
    if value is None:
        return ""
    return str(value)


def read_value(script: str, at: int, known: Mapping[str, Value] | None = None) -> Value:
    """The value that stands at a place of a script.

    Args:
        script: its text, without comments.
        at: where the value begins.
        known: variables; a name not among them is an empty string.

    Raises:
        ValueError: no literal stands there.
    """
    return _Reader(script, at, known or {}).value()


def variables(script: str) -> dict[str, Value]:
    """What a script assigns to plain names, the first assignment of each."""
    found: dict[str, Value] = {}
    for match in _ASSIGNED.finditer(script):
        if match.group(1) in found:
            continue
        try:
            found[match.group(1)] = read_value(script, match.end(), found)
        except (ValueError, RecursionError):
            continue
    return found


def joined_strings(script: str, known: Mapping[str, Value] | None = None) -> Iterator[str]:
    """Every string of a script, sums of strings and known variables as one."""
    at = 0
    while match := _CHAIN.search(script, at):
        reader = _Reader(script, match.start(), known or {})
        try:
            found = reader.value()
        except ValueError:
            at = match.end()
            continue
        at = max(reader.at, match.end())
        if isinstance(found, str):
            yield html.unescape(found)


def objects_with(
    script: str, key: str, known: Mapping[str, Value] | None = None
) -> Iterator[dict[str, Value]]:
    """Object literals that have ``key`` at their top, in order."""
    for match in re.finditer(rf"""(?<![\w$]){re.escape(key)}["']?\s*:""", script):
        at = match.start()
        for _ in range(_DEEPEST):
            at = script.rfind("{", 0, at)
            if at < 0:
                break
            try:
                found = read_value(script, at, known)
            except (ValueError, RecursionError):
                continue
            if isinstance(found, dict) and key in found:
                yield found
                break
