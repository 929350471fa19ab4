"""Partitions whose lake files must be made anew from the archive, without a crawl.

Belongs here: which ones, and why. Does not belong here: when that is done (``sensors`` for a
service, ``collect`` for the command line).
"""

from __future__ import annotations

from pipelines.partitions import Partition
from pipelines.reports import PARSER_VERSION
from warehouse.facts.forms import FORMS_VERSION
from warehouse.home import Home
from warehouse.lake import LakeError, partitions, read_manifest
from warehouse.schema import load
from warehouse.state import State


def current_versions() -> dict[str, str]:
    """What decides how a document is read."""
    return {"parser": PARSER_VERSION, "forms": FORMS_VERSION, "schema": str(load().version)}


def outdated(home: Home) -> list[Partition]:
    """Partitions of the lake that another version of the parser, forms or tables wrote."""
    wanted = current_versions()
    found = []
    for key in partitions(home):
        try:
            manifest = read_manifest(home, *key)
        except LakeError:
            found.append(key)  # loading it again mends it
            continue
        if manifest is None:
            continue
        has = {name: manifest.info.get(name) for name in ("parser", "forms")}
        if has | {"schema": str(manifest.schema_version)} != wanted:
            found.append(key)
    return found


def lost(home: Home) -> list[Partition]:
    """Partitions that were loaded once and are not in the lake any more."""
    there = set(partitions(home))
    loaded = (
        key
        for key, stages in State(home).read().items()
        if "load" in stages and stages["load"].status in ("done", "empty")
    )
    return [key for key in loaded if key not in there]
