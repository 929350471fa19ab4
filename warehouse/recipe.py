"""What a published file is computed by, as short digests kept in its ``meta``.

With another digest, what the old file holds must not be taken over as it is. The rows themselves
have versions of their own (``plan``), and so have the checks (``checks.run``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from warehouse import dimensions
from warehouse.facts.files import FACTS
from warehouse.schema import FOLDER as SCHEMA
from warehouse.schema import load
from warehouse.schema.tables import File
from warehouse.sql import FOLDER


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b" ")
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


@cache
def computed(file: File) -> str:
    """Of the statements that compute the derived tables; with another one all is built anew."""
    paths = [FOLDER / "derived" / f"{t.name}.sql" for t in load().of_file(file, "derived")]
    if file == "text":
        paths += sorted((FOLDER / "macros").glob("*.sql"))
    return _digest(paths)


@cache
def described() -> str:
    """Of the facts about the world, and of the words that tables and views are described by."""
    facts = (path for path in FACTS.rglob("*") if path.suffix in (".yaml", ".csv", ".py"))
    return _digest(
        [
            *sorted(facts),
            Path(dimensions.__file__),
            *sorted(SCHEMA.glob("*.yaml")),
            *sorted((FOLDER / "dimensions").glob("*.sql")),
            *sorted((FOLDER / "views").glob("*.sql")),
        ]
    )
