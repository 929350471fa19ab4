"""Lines of organs through renames, and their names, as data with a thin reader.

Facts only (``organ_families.yaml``, ``zones.yaml``, ``sectors.yaml``): which names belong to one
line and which lines came before it. Matching a printed name is ``pipelines.reports.organs``'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from warehouse.facts.files import load_yaml
from warehouse.facts.numerals import half_width

Relation = Literal["merged", "tasks", "doubtful"]


@dataclass(frozen=True)
class Line:
    """One line of organs: at one place, all its names are one organ.

    Attributes:
        id: its key; part of ``organ_id``, so it never changes.
        sector: field of work.
        predecessors: lines that went into it, with first year and relation.
    """

    id: str
    sector: str
    predecessors: tuple[tuple[str, int, Relation], ...]


@dataclass(frozen=True)
class Lines:
    """All lines and the names that lead to them.

    Attributes:
        lines: by id.
        whole: full names, plain (see ``plain``), to a line.
        names: names without form, plain.
        short: abbreviations without form, plain.
        joined: names that join several lines' fields without spelling them out.
        central: names that mean this line for central organs only.
        forms: what names end with, the longest first.
        whose: words that only say whose an organ is.
        heads: higher organs whose name stands before the place.
    """

    lines: dict[str, Line]
    whole: dict[str, str]
    names: dict[str, str]
    short: dict[str, str]
    joined: dict[str, tuple[str, ...]]
    central: dict[str, str]
    forms: tuple[str, ...]
    whose: tuple[str, ...]
    heads: tuple[str, ...]


@cache
def _joints() -> re.Pattern[str]:
    return re.compile("[" + "".join(load_yaml("organ_families.yaml")["joints"]) + r"\s]")


def plain(name: str) -> str:
    """A name for comparison: half-width, without spaces and joining words."""
    return _joints().sub("", half_width(name))


@cache
def load() -> Lines:
    """Reads the packaged facts once.

    Raises:
        ValueError: a name leads to two lines, or a predecessor is no line.
    """
    raw: dict[str, Any] = load_yaml("organ_families.yaml")
    found: dict[str, dict[str, str]] = {n: {} for n in ("whole", "names", "short", "central")}
    lines = {}
    for entry in raw["families"]:
        origins = entry.get("from", {})
        told = tuple((name, year, relation) for name, (year, relation) in origins.items())
        lines[entry["id"]] = Line(entry["id"], entry["sector"], told)
        for kind in ("whole", "names", "short"):
            where = "central" if entry.get("only") else kind
            for name in entry.get(kind, []):
                other = found[where].setdefault(plain(name), entry["id"])
                if other != entry["id"]:
                    raise ValueError(f"organ name {name} is of {other} and of {entry['id']}")
    for line in lines.values():
        for name, _, _ in line.predecessors:
            if name not in lines:
                raise ValueError(f"predecessor {name} of {line.id} is no line")
    forms = tuple(sorted(raw["forms"], key=len, reverse=True))
    whose, heads = tuple(plain(word) for word in raw["whose"]), tuple(raw["heads"])
    joined = {plain(name): tuple(told) for name, told in raw["joined"].items()}
    for name, told in joined.items():
        if not lines.keys() >= set(told) or name in found["names"] or name in found["short"]:
            raise ValueError(f"joined name {name} is a line's own, or joins what is no line")
    return Lines(lines, **found, joined=joined, forms=forms, whose=whose, heads=heads)


def without_head(name: str) -> str:
    """A name without the higher organ that some print before the place of a local one."""
    for head in load().heads:
        if name.startswith(head) and len(name) > len(head):
            return name[len(head) :]
    return name


@cache
def sector_of(name: str) -> str | None:
    """Field of work by the words of a name that is of no line."""
    for entry in load_yaml("sectors.yaml"):
        if re.search("|".join(entry["words"]), name):
            return str(entry["sector"])
    return None


@cache
def zone_pattern() -> re.Pattern[str]:
    """Finds a development zone at the beginning of an organ's name without its place."""
    facts = load_yaml("zones.yaml")
    every = [*facts["others"], *(w for listed in facts["kinds"].values() for w in listed)]
    words = sorted(every, key=len, reverse=True)
    ends = "|".join(facts["not_before"])
    return re.compile(f"(?P<own>.{{0,12}}?)(?P<kind>{'|'.join(words)})(?!{ends})")


@cache
def zone_kind(word: str) -> str:
    """The one word for a kind of zone, however it is written."""
    kinds: dict[str, list[str]] = load_yaml("zones.yaml")["kinds"]
    return next((kind for kind, words in kinds.items() if word in words), word)


@cache
def zone_words() -> frozenset[str]:
    """What a zone is called that has no name of its own, by its kind alone."""
    facts = load_yaml("zones.yaml")
    return frozenset([*facts["kinds"], *facts["others"]])


@cache
def zone_ranks() -> tuple[str, ...]:
    """Words of a zone's name that only say who founded it."""
    return tuple(load_yaml("zones.yaml")["ranks"])


@cache
def zone_places() -> dict[str, str]:
    """Zones whose names need no place before them: name to the code of where they lie."""
    told: dict[str, str] = load_yaml("zones.yaml")["lie_in"]
    return told


@cache
def zone_divisions() -> dict[str, str]:
    """Zones run as one with a division: name to code."""
    told: dict[str, str] = load_yaml("zones.yaml")["same_as"]
    return told
