"""Views, macros and integrity checks as SQL files, and their reader.

A file is a header of ``-- key: value`` lines and one SELECT. A view's header: ``view`` (its
name), ``en``, ``zh``, and one ``column NAME: English | Chinese`` for each column. A macro's:
``macro``, ``kind`` (``table`` or ``scalar``), ``parameters``, the rest as a view's. An integrity
check's header: ``check`` (its id) and ``en``; its SELECT returns the offending rows, and
``$touched`` is the condition on reports it looks at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
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


@dataclass(frozen=True)
class Macro:
    """One macro of the text file.

    Attributes:
        name: its name.
        kind: ``table`` or ``scalar``.
        parameters: as CREATE MACRO takes them.
        en: what it gives, in English.
        zh: the same in Chinese.
        columns: name, English and Chinese meaning of each column of a table macro.
        body: its definition.
    """

    name: str
    kind: str
    parameters: str
    en: str
    zh: str
    columns: tuple[tuple[str, str, str], ...]
    body: str


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
    """All views, in the order of their file names, but each after those that it reads."""
    found = []
    for path in sorted((FOLDER / "views").glob("*.sql")):
        file = read(path)
        header = file.header
        found.append(View(header["view"], header["en"], header["zh"], _columns(file), file.select))
    names = {view.name: _words(view.select) for view in found}
    order = TopologicalSorter(
        {name: sorted((words & names.keys()) - {name}) for name, words in names.items()}
    )
    by_name = {view.name: view for view in found}
    return tuple(by_name[name] for name in order.static_order())


def _columns(file: SqlFile) -> tuple[tuple[str, str, str], ...]:
    columns = []
    for key, value in file.header.items():
        if key.startswith("column "):
            en, _, zh = value.partition(" | ")
            columns.append((key.removeprefix("column "), en, zh))
    return tuple(columns)


@cache
def macros() -> tuple[Macro, ...]:
    """All macros, the scalar ones first: the others use them."""
    found = []
    for path in sorted((FOLDER / "macros").glob("*.sql")):
        file = read(path)
        name, kind, parameters, en, zh = (
            file.header[key] for key in ("macro", "kind", "parameters", "en", "zh")
        )
        found.append(Macro(name, kind, parameters, en, zh, _columns(file), file.select))
    return tuple(sorted(found, key=lambda macro: (macro.kind, macro.name)))


def _words(select: str) -> set[str]:
    return set(re.findall(r"[a-z_]+", select))


@cache
def integrity_checks() -> tuple[SqlFile, ...]:
    """The checks that a figures file must pass before it is swapped in."""
    return tuple(read(path) for path in sorted((FOLDER / "integrity").glob("*.sql")))
