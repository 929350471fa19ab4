"""Which site system a page comes from, by its address, its source and the head of the answer.

Facts are in ``families.yaml`` (marks and their weights); here they are only added up. Fetching
pages to look at is ``scout``'s, finding the annual-report column is ``discover``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import urljoin

from crawler.addresses import host_of
from warehouse.facts.files import load_yaml

_HREF = re.compile(r"""\b(?:href|src)\s*=\s*["']?\s*([^"'\s>]+)""", re.IGNORECASE)
_MOST_LINKS = 3000


@dataclass(frozen=True)
class Mark:
    """One sign of a family.

    Attributes:
        place: ``url``, ``link``, ``below``, ``html`` or ``header``.
        pattern: what must be found there.
        weight: what it counts.
        unless: what takes it back when the source holds it.
    """

    place: str
    pattern: re.Pattern[str]
    weight: int
    unless: re.Pattern[str] | None = None


@dataclass(frozen=True)
class Recognition:
    """What a page was recognised as.

    Attributes:
        family: a spider's name.
        score: weight of the marks found; 0 when nothing was.
        marks: the patterns found.
        next_best: score of the next family, for judging how sure it is.
    """

    family: str
    score: int = 0
    marks: tuple[str, ...] = ()
    next_best: int = 0


@cache
def family_marks() -> dict[str, tuple[Mark, ...]]:
    """The marks of each family, in the order that decides a tie."""
    raw = load_yaml("families.yaml")["families"]
    return {name: tuple(map(_mark, marks)) for name, marks in raw.items()}


def family_names() -> frozenset[str]:
    """Every family there is a spider for, or is to be."""
    return frozenset({*family_marks(), load_yaml("families.yaml")["generic"]})


def _mark(raw: dict[str, str | int]) -> Mark:
    place = next(p for p in ("url", "link", "below", "html", "header") if p in raw)
    # The case of a path means something, that of mark-up does not.
    flags = {"html": re.IGNORECASE, "header": re.IGNORECASE | re.MULTILINE}.get(place, 0)
    unless = raw.get("unless")
    return Mark(
        place,
        re.compile(str(raw[place]), flags),
        int(raw["weight"]),
        re.compile(str(unless), re.IGNORECASE) if unless else None,
    )


def recognise(url: str, text: str = "", head: str = "") -> Recognition:
    """Recognises one page.

    Args:
        url: its address.
        text: its source; empty to judge by the address alone.
        head: of its answer, a line a header.

    Returns:
        The family with most weight, the earlier one of ``families.yaml`` on a tie; the generic
        one when nothing weighs enough.
    """
    return recognise_pages([(url, text)], head)


def recognise_pages(pages: Iterable[tuple[str, str]], head: str = "") -> Recognition:
    """Recognises a site by several of its pages: each mark counts once, wherever it is.

    Args:
        pages: address and source of each.
        head: headers of the site's answers, a line each.
    """
    found: dict[str, dict[str, int]] = {name: {} for name in family_marks()}
    for url, text in pages:
        links = list(own_links(url, text))
        stem = url.rpartition(".")[0] + "/"
        places = {
            "url": [url],
            "link": links,
            "below": [link for link in links if link.startswith(stem)],
            "html": [text],
            "header": [head],
        }
        for name, marks in family_marks().items():
            for mark in marks:
                if _is_met(mark, places[mark.place], text):
                    found[name][f"{mark.place}: {mark.pattern.pattern}"] = mark.weight
    scores = {name: sum(marks.values()) for name, marks in found.items()}
    ranked = sorted(scores, key=lambda name: -scores[name])  # stable: the table's order stays
    best, second = ranked[0], ranked[1]
    rules = load_yaml("families.yaml")
    if scores[best] < rules["least"]:
        return Recognition(rules["generic"], 0, (), scores[best])
    return Recognition(best, scores[best], tuple(found[best]), scores[second])


def _is_met(mark: Mark, places: list[str], text: str) -> bool:
    if not any(map(mark.pattern.search, places)):
        return False
    return mark.unless is None or not mark.unless.search(text)


def own_links(url: str, text: str) -> Iterator[str]:
    """Addresses that a page refers to on its own host, as absolute addresses."""
    host = host_of(url).removeprefix("www.")
    for number, match in enumerate(_HREF.finditer(text)):
        if number >= _MOST_LINKS:
            return
        try:
            target = urljoin(url, match.group(1))
        except ValueError:
            continue
        if host_of(target).removeprefix("www.") == host:
            yield target
