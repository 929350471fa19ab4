"""Values that a page's inline scripts print: variables, object literals, strings joined by ``+``.

No script is run. A reader of the literal subset that content systems print: quotes of both kinds,
bare keys, trailing commas, sums of strings and variables that the same script sets. What it does
not understand inside an object or a list (functions, conditions) is passed over: it is empty.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

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
_MEMBER = re.compile(r"\s*\.\s*([A-Za-z_$][\w$]*)")
_SAME = frozenset({"val", "value", "trim", "toString", "attr", "text"})
"""What gives the text of an input or of a variable back."""
_INPUTS = frozenset({"$", "jQuery", "document.getElementById", "document.querySelector"})
_ASKED_FOR = re.compile(r"quer|param|request|url", re.IGNORECASE)
_FUNCTION = re.compile(r"\s*(?:async\s+)?function\b\s*[\w$]*\s*(?=\()")
_ARROW = re.compile(r"\s*=>")
_PASSED = re.compile(
    r"""[^"'`{}()\[\],]+|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(.)""", re.DOTALL
)
_FILLED = re.compile(r"\$\{\s*([\w.$]+)?[^}]*\}")
_LONGEST = 20_000
"""Characters that are passed over at most for one value."""
_MOST_OBJECTS = 300
_HANDED_ON = frozenset({"JSON.stringify", "encodeURIComponent", "encodeURI", "String", "parseInt"})
_ASSIGNED = re.compile(
    r"""(?:^|[;{},\n(]|\b(?:var|let|const)\s)\s*([A-Za-z_$][\w$]*)\s*=\s*(?=["'`\d{\[-]|\$\(|document\.|\w*(?:[Qq]uery|[Pp]aram|[Rr]equest)\w*\()"""
)
QUOTE = re.compile(r"""["'`]""")
"""Where a string begins."""
_INPUT = re.compile(r"<input\b[^>]{0,500}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(id|name|value)\s*=\s*(["'])(.*?)\2""", re.IGNORECASE)
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


class _TooMuchError(ValueError):
    """Nested deeper or longer than any page's own script."""


MARK = "\x00"
"""Stands before and after the name of what only a running script knows, where it is asked for."""
_ATTRIBUTE_OF = frozenset({"attr", "data", "getAttribute"})


class Reader:
    """Reads one value after the other from a script."""

    marks = False
    """Whether what is not known stands in a text by its name, rather than as nothing."""

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
            raise _TooMuchError("nested too deep")
        found = self._single(depth)
        while self._sign("+"):
            more = self._single(depth)
            found = _as_text(found) + _as_text(more)
        return found

    def _single(self, depth: int) -> Value:
        if _FUNCTION.match(self.script, self.at):
            self._function()
            return ""
        named = self._look().group("name") is not None
        found = self._plain(depth)
        if _ARROW.match(self.script, self.at):
            self._pass_over()
            return ""
        while True:
            if match := _MEMBER.match(self.script, self.at):
                self.at = match.end()
                found = self._of_member(match.group(1), found, depth)
            elif named and self._sign("["):
                found = self._of_index(depth)
            else:
                return found

    def _of_member(self, name: str, found: Value, depth: int) -> Value:
        # What a page computes is not known here: $("meta").attr("content"), text.trim().
        same = found if name in _SAME else self._unknown(name)
        if not self._sign("("):
            return same
        handed = "" if self._sign(")") else self._bracketed(depth)
        if name in _ATTRIBUTE_OF and isinstance(handed, str) and handed:
            return self._unknown(handed if name != "data" else f"data-{handed}")
        return found if name in _SAME else ""

    def _of_index(self, depth: int) -> Value:
        """Passes over ``[i]``; what stands there is not known, but by a name in quotes."""
        inside = self._member_value(depth, "]")
        if not self._sign("]"):
            raise ValueError(f"a bracket is open at {self.at}")
        return self._unknown(inside) if isinstance(inside, str) and MARK not in inside else ""

    def _unknown(self, name: str) -> Value:
        last = name.rpartition(".")[2]
        plain = self.marks and last and last not in _SAME and re.fullmatch(r"[\w-]+", last)
        return f"{MARK}{last}{MARK}" if plain else ""

    def _function(self) -> None:
        """Passes over a function, its name, its arguments and its body."""
        match = _FUNCTION.match(self.script, self.at)
        if match is not None:
            self.at = match.end()
        self._pass_over()

    def _pass_over(self) -> None:
        """Goes to the comma or closing bracket that ends the value here."""
        depth, start = 0, self.at
        while match := _PASSED.match(self.script, self.at):
            sign = match.group(1)
            if depth == 0 and sign is not None and sign in ",)]}":
                return
            if match.end() - start > _LONGEST:
                raise _TooMuchError(f"no end of the value at {start}")
            depth += (sign is not None and sign in "([{") - (sign is not None and sign in ")]}")
            self.at = match.end()

    def _member_value(self, depth: int, closing: str) -> Value:
        """A value inside an object, a list or a call; empty where it is no literal."""
        start = self.at
        try:
            found = self.value(depth + 1)
            match = _TOKEN.match(self.script, self.at)
            if match is not None and match.group("sign") in (",", closing):
                return found
        except _TooMuchError:
            raise
        except ValueError:
            self.at = start
            found = ""
        behind = self.script[self.at : self.at + 9].lstrip()[:2]
        self._pass_over()
        return found if behind in ("||", "??") else ""  # page || 1

    def _plain(self, depth: int) -> Value:
        match = self._look()
        self.at = match.end()
        if literal := match.group("string"):
            return self._filled(literal) if literal[0] == "`" else unquote(literal)
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

    def _filled(self, literal: str) -> str:
        """A template with the variables that are known in their places."""
        return _FILLED.sub(lambda m: _as_text(self._of_name(m.group(1) or "")), unquote(literal))

    def _of_name(self, name: str) -> Value:
        return self.known[name] if name in self.known else self._unknown(name)

    def _named(self, name: str, depth: int) -> Value:
        if not self._sign("("):
            return _CONSTANTS[name] if name in _CONSTANTS else self._of_name(name)
        if self._sign(")"):
            return ""
        inside = self._bracketed(depth)
        if name in _INPUTS and isinstance(inside, str):
            return self.known.get(f"#{inside.lstrip('#')}", "")
        if isinstance(inside, str) and f"?{inside}" in self.known and _ASKED_FOR.search(name):
            return self.known[f"?{inside}"]
        return inside if name in _HANDED_ON else ""

    def _bracketed(self, depth: int) -> Value:
        found = self._member_value(depth, ")")
        while self._sign(","):
            self._member_value(depth, ")")
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
            if self._sign(":"):
                found[key] = self._member_value(depth, "}")
            elif self._look().group("sign") == "(":  # a method
                self._pass_over()
            elif self._look().group("sign") in (",", "}"):  # a variable of this name
                found[key] = self.known.get(key, "")
            else:
                raise ValueError(f"no value of {key} at {self.at}")
            if not self._sign(",") and self._look().group("sign") != "}":
                raise ValueError(f"an object is open at {self.at}")
        return found

    def _array(self, depth: int) -> Value:
        found: list[Value] = []
        while not self._sign("]"):
            found.append(self._member_value(depth, "]"))
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
    return read_at(script, at, known)[0]


def read_at(script: str, at: int, known: Mapping[str, Value] | None = None) -> tuple[Value, int]:
    """The value that stands at a place of a script, and the place behind it.

    Raises:
        ValueError: no literal stands there.
    """
    reader = Reader(script, at, known or {})
    return reader.value(), reader.at


def page_values(text: str, url: str, script: str) -> dict[str, Value]:
    """What a page's scripts can know: its inputs, the arguments of its address, its variables.

    Inputs are named ``#id``, arguments ``?name``.

    Args:
        text: source of the page.
        url: its address.
        script: its inline scripts.
    """
    found: dict[str, Value] = {f"?{k}": v for k, v in parse_qsl(urlsplit(url).query)}
    for tag in _INPUT.findall(text):
        given = {k.lower(): html.unescape(v) for k, _, v in _ATTRIBUTE.findall(tag)}
        if name := given.get("id") or given.get("name"):
            found.setdefault(f"#{name}", given.get("value", ""))
    return variables(script, found)


def variables(script: str, known: Mapping[str, Value] | None = None) -> dict[str, Value]:
    """What a script assigns to plain names, the first assignment of each.

    Args:
        script: its text, without comments.
        known: what is known before.
    """
    found: dict[str, Value] = dict(known or {})
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
    while match := QUOTE.search(script, at):
        reader = Reader(script, match.start(), known or {})
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
    keys = re.finditer(rf"""(?<![\w$]){re.escape(key)}["']?\s*:""", script)
    for match in islice(keys, _MOST_OBJECTS):
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
