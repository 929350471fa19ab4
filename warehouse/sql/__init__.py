"""Views and integrity checks as SQL files, and their reader.

A file is a header of ``-- key: value`` lines and one SELECT. A view's header: ``view`` (its
name), ``en``, ``zh``, and one ``column NAME: English | Chinese`` for each column. An integrity
check's header: ``check`` (its id) and ``en``; its SELECT returns the offending rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent

_HEADER = re.compile(r"^-- ([a-z_ 0-9]+?): (.*)$")


@dataclass(frozen=True)
class SqlFile:
    """One SQL file.

    Attributes:
        path: where it stands.
        header: its header lines by key.
        select: the statement, without a closing semicolon.
    """

    path: Path
    header: dict[str, str]
    select: str


@dataclass(frozen=True)
class View:
    """One view of the figures file.

    Attributes:
        name: its name.
        en: what a row is, in English.
        zh: the same in Chinese.
        columns: name, English and Chinese meaning of each column, in order.
        select: its definition.
    """

    name: str
    en: str
    zh: str
    columns: tuple[tuple[str, str, str], ...]
    select: str


def read(path: Path) -> SqlFile:
    """Reads one SQL file.

    Raises:
        ValueError: the header has a line that is not ``-- key: value``.
    """
    header: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    body = 0
    for body, line in enumerate(lines):
        if not line.startswith("--"):
            break
        match = _HEADER.match(line)
        if match is None:
            raise ValueError(f"{path}: line {body + 1} of the header is not '-- key: value'")
        header[match[1]] = match[2].strip()
    return SqlFile(path, header, "\n".join(lines[body:]).strip().rstrip(";"))


@cache
def views() -> tuple[View, ...]:
    """All views, in the order of their file names."""
    found = []
    for path in sorted((FOLDER / "views").glob("*.sql")):
        file = read(path)
        columns = []
        for key, value in file.header.items():
            if key.startswith("column "):
                en, _, zh = value.partition(" | ")
                columns.append((key.removeprefix("column "), en, zh))
        header = file.header
        found.append(View(header["view"], header["en"], header["zh"], tuple(columns), file.select))
    return tuple(found)


@cache
def integrity_checks() -> tuple[SqlFile, ...]:
    """The checks that a figures file must pass before it is swapped in."""
    return tuple(read(path) for path in sorted((FOLDER / "integrity").glob("*.sql")))
