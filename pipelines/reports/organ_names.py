"""An organ's name without its place to its line of organs.

Tried in order: a full name, a name with its form (bureau, commission ...), an abbreviation, a
branch of a higher organ, a town, a zone's organ. What fits nothing keeps its own name; what
nearly fits keeps its own name too and says so in a finding. Places are ``region``'s, the key is
``organs``'.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from pipelines.reports.model import Finding
from warehouse.facts import organs
from warehouse.facts.files import load_yaml

_NEAR = 4  # characters from which a name with one wrong character is taken for a misprint


@dataclass(frozen=True)
class Match:
    """What a name was matched to.

    Attributes:
        line: the line, None when the name stands for itself.
        stem: the name in the one form in which it is compared.
        rule: what matched it.
        area: a zone or another area that is no division.
        fields: the lines whose fields a name joins that is of none of them.
        findings: doubts.
    """

    line: str | None
    stem: str
    rule: str
    area: str | None = None
    fields: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = field(default=())


def match_name(stem: str, central: bool = False, county: str | None = None) -> Match:
    """Matches a name to a line.

    Args:
        stem: the name without its place, as printed.
        central: whether it is a department of the central government.
        county: the county it is in, which a branch may name again.
    """
    name = organs.plain(stem)
    if not name:
        return Match("government", "", "place_alone")
    return (
        _town(name)
        or _line(name, central)
        or _branch(name, central, county)
        or _zone(name, central)
        or _doubtful(name)
        or Match(None, _own(name), "own_name")
    )


@cache
def _rules() -> dict[str, re.Pattern[str]]:
    return {key: re.compile(value) for key, value in load_yaml("levels.yaml")["patterns"].items()}


def _town(name: str) -> Match | None:
    """A town's government, by the town's name alone."""
    found = _rules()["town"].match(name)
    if found is not None:
        return Match(None, found["town"], "town")
    office = _rules()["town_office"].match(name)
    return Match(None, office["town"] + _of_office(), "town") if office else None


def _of_office() -> str:
    """What a town is that has an office in place of a government."""
    word: str = load_yaml("levels.yaml")["office_of"]
    return word


def _line(name: str, central: bool) -> Match | None:
    """The line that has exactly this name; whose the organ is does not count."""
    for shorter in _without_owner(name):
        for core, kind in _cores(shorter):
            found = _look_up(core, kind, central)
            if found is not None:
                return Match(found[0], _own(name), found[1])
    return None


def _without_owner(name: str) -> Iterator[str]:
    yield name
    for owner in organs.load().whose:
        if name.startswith(owner) and len(name) > len(owner):
            yield from _without_owner(name[len(owner) :])


def _cores(name: str) -> Iterator[tuple[str, str]]:
    """The name whole, and without each form that it ends with."""
    yield name, "whole"
    for form in organs.load().forms:
        if name.endswith(form) and len(name) > len(form):
            yield name[: -len(form)], "core"


def _look_up(core: str, kind: str, central: bool) -> tuple[str, str] | None:
    known = organs.load()
    if kind == "whole":
        return (known.whole[core], "full_name") if core in known.whole else None
    if central and core in known.central:
        return known.central[core], "name"
    for table, rule in ((known.names, "name"), (known.short, "abbreviation")):
        if core in table:
            return table[core], rule
    return None


def _branch(name: str, central: bool, county: str | None) -> Match | None:
    """A branch of a higher organ: the area between is the county, or kept apart."""
    found = _rules()["branch"].match(name)
    if found is None:
        return _inside_branch(name, central, county)
    head = _line(found["head"], central)
    if head is None:
        return None
    area = _zone_area(found["area"])
    if county and area in county_names(county):
        area = ""
    return dataclasses.replace(head, rule="branch", area=area or None)


def county_names(county: str) -> tuple[str, ...]:
    """A county's name as branches print it: in full, and without its ending."""
    endings: list[str] = load_yaml("levels.yaml")["county_endings"]
    ending = next((e for e in endings if county.endswith(e) and len(county) - len(e) >= 2), "")
    return (county, county.removesuffix(ending)) if ending else (county,)


def _zone_area(area: str) -> str:
    """The area of a branch; a zone's in the one form in which zones are compared."""
    for words in (area, area + load_yaml("levels.yaml")["zone_ending"]):
        found = organs.zone_pattern().fullmatch(words)
        if found is not None:
            return _bare(found["own"]) + organs.zone_kind(found["kind"])
    return area


def _inside_branch(name: str, central: bool, county: str | None) -> Match | None:
    """A branch whose county stands inside a name that leaves the higher organ's form out."""
    form: str = load_yaml("levels.yaml")["branch_form"]
    for place in county_names(county) if county and name.endswith(form) else ():
        before, found, after = name.partition(place)
        head = _line(before + after, central) if found and before else None
        if head is not None:
            return dataclasses.replace(head, rule="branch")
    return None


def _zone(name: str, central: bool) -> Match | None:
    """An organ of a development zone or another area that is no division."""
    found = organs.zone_pattern().match(name)
    if found is not None:
        area = _bare(found["own"]) + organs.zone_kind(found["kind"])
        rest = name[found.end() :]
        commission = _line(rest, central) if rest else Match("administration_commission", "", "")
        if commission is not None:
            return dataclasses.replace(commission, rule="zone", area=area)
        inner = _rules()["commission"].sub("", rest)
        nested = _zone(inner, central)
        within = _town(inner) or _line(inner, central) or nested or Match(None, _own(inner), "zone")
        rule = "town" if within.rule == "town" else "zone"
        return dataclasses.replace(within, rule=rule, area=area + (within.area or ""))
    other = re.match(load_yaml("zones.yaml")["other"], name)
    inside = _line(other["rest"], central) or _joint(other["rest"]) if other else None
    if other is None or inside is None:
        return None
    return dataclasses.replace(inside, rule="zone", area=other["own"])


def _bare(own: str) -> str:
    """A zone's own name without the words that say who founded it."""
    for rank in organs.zone_ranks():
        own = own.removeprefix(rank).removesuffix(rank)
    return own


def _doubtful(name: str) -> Match | None:
    return _part(name) or _joint(name) or _near(name)


def _part(name: str) -> Match | None:
    """A name with a part of the organ in brackets: that part, or all of it."""
    core = re.sub(_rules()["part"], "", name)
    line = _line(core, central=False) if core != name else None
    if line is None:
        return None
    words = f"the brackets behind the name may mean a part of {line.line}, which was not assumed"
    return Match(None, _own(name), "near_name", findings=(_doubt(words),))


def _joint(name: str) -> Match | None:
    """A name that is several lines' names in a row: an organ of its own, with a finding."""
    for core, kind in _cores(name):
        parts = _parts(core) if kind == "core" else None
        if parts is not None:
            words = f"the name joins the fields of several organs ({', '.join(parts)})"
            return Match(None, _own(name), "joint_name", fields=parts, findings=(_doubt(words),))
    return None


def _parts(core: str) -> tuple[str, ...] | None:
    """The lines whose names make up ``core``, fewest first; None when they do not."""
    known = organs.load()
    if core in known.joined:
        return known.joined[core]
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(2, len(core) + 1):
        for start in range(end - 1):
            word = core[start:end]
            line = known.names.get(word) or known.short.get(word)
            if line is not None and start in best:
                parts = (*best[start], line)
                if end not in best or len(parts) < len(best[end]):
                    best[end] = parts
    found = best.get(len(core), ())
    return found if len(set(found)) > 1 else None


def _near(name: str) -> Match | None:
    """A name that differs from a line's in one character: a misprint, or another organ."""
    for core, kind in _cores(name):
        if kind != "core" or len(core) < _NEAR:
            continue
        for other, line in organs.load().names.items():
            if sorted(other) == sorted(core) or _one_off(other, core):
                words = f"the name is nearly that of {line} ({other}), which was not assumed"
                return Match(None, _own(name), "near_name", findings=(_doubt(words),))
    return None


def _one_off(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _doubt(words: str) -> Finding:
    return Finding("organ_match_doubtful", "info", f"{words}; it is kept as an organ of its own")


def _own(name: str) -> str:
    """A name in the one form that stands for all its spellings."""
    endings: dict[str, str] = load_yaml("organ_endings.yaml")
    for short, full in endings.items():
        if name.endswith(short) and not name.endswith(full):
            return name[: -len(short)] + full
    return name
