"""Small damage to documents that leaves every printed digit as it is.

So the truth stays the truth: a value that is read from the damaged document must be the one that
was printed, or null, or named by a finding.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_WORDS = re.compile(r"[\u4e00-\u9fff]")
_LINE = re.compile(r"^[^\n]*\n", re.M)  # from the start of a line only: others are quadratic


def _pick(dice: Random, found: list[re.Match[str]]) -> re.Match[str] | None:
    return dice.choice(found) if found else None


def _drop(pattern: re.Pattern[str]) -> Callable[[Random, str], str]:
    def damage(dice: Random, text: str) -> str:
        found = [m for m in pattern.finditer(text) if not re.search(r"[0-9]", m.group())]
        match = _pick(dice, found)
        return text[: match.start()] + text[match.end() :] if match else text

    return damage


def _double(pattern: re.Pattern[str]) -> Callable[[Random, str], str]:
    def damage(dice: Random, text: str) -> str:
        found = [m for m in pattern.finditer(text) if not re.search(r"[0-9]", m.group())]
        match = _pick(dice, found)
        return text[: match.end()] + match.group() + text[match.end() :] if match else text

    return damage


def _cut(dice: Random, text: str) -> str:
    at = dice.randrange(len(text) // 3, len(text))
    # Plain text that ends in a number tells nobody that the number went on; mark-up does.
    while "<table" not in text and at < len(text) and text[at - 1].isdigit():
        at += 1
    return text[:at]


def _noise(dice: Random, text: str) -> str:
    at = dice.randrange(len(text))
    if at and (text[at - 1].isdigit() or text[at : at + 1].isdigit()):
        return text
    return (
        text[:at]
        + dice.choice(["\u00a0", "\u3000", "　 ", "\u200b", "<b>", "</p>", "&"])
        + text[at:]
    )


DAMAGES: list[Callable[[Random, str], str]] = [
    _drop(_TAG),
    _double(_TAG),
    _drop(_WORDS),
    _double(_WORDS),
    _drop(_LINE),
    _cut,
    _noise,
]


def _damage_text(dice: Random, text: str) -> str:
    for _ in range(dice.randint(1, 3)):
        text = dice.choice(DAMAGES)(dice, text)
    return text


def damaged(document: Path, seed: int) -> bytes:
    """The document with one to three damages."""
    dice = Random(f"{document.parent.name}-{seed}")
    data = document.read_bytes()
    if document.suffix != ".docx":
        try:
            return _damage_text(dice, data.decode()).encode()
        except UnicodeDecodeError:
            return _damage_text(dice, data.decode("gb18030")).encode("gb18030")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                part = _damage_text(dice, part.decode()).encode()
            new.writestr(name, part)
    return out.getvalue()


def unflagged(report: dict[str, Any], expected: dict[str, Any]) -> list[tuple[object, ...]]:
    """Values that are not what was printed and that no finding names."""
    named = {(f["table"], f["item"]) for f in report["findings"]}
    wrong: list[tuple[object, ...]] = []
    for table in ("proactive", "request", "legal_challenge"):
        for item, row in report[table].items():
            for column, value in row.items():
                truth = expected[table].get(item, {}).get(column)
                is_named = (table, item) in named or (table, None) in named
                if value is not None and value != truth and not is_named:
                    wrong.append((table, item, column, value, truth))
    return wrong
