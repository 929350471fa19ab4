"""The prose of a report: preamble, six sections, sign-off, from sentences of our own.

Belongs here: choosing sentences for an organ and filling in its name, place, telephone and figures.
Does not belong here: the sentences themselves (``data/prose.yaml``), markup.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from crawler.replica.figures import Figures
from crawler.replica.labels import labels, read_data
from crawler.replica.organs import Organ


@dataclass(frozen=True)
class Section:
    """A section's heading and paragraphs, tables left out."""

    heading: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """The paragraphs joined by line breaks."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True)
class Prose:
    """Everything in a report that is not a table."""

    title: str
    preamble: tuple[str, ...]
    sections: dict[str, Section]
    signature: tuple[str, ...] = field(default=())


def title_of(kind: str, organ: str, year: int) -> str:
    """Return a report's title.

    Args:
        kind: A key of ``titles`` in prose.yaml.
        organ: The organ's name as printed.
        year: The year covered.
    """
    return str(read_data("prose.yaml")["titles"][kind]).format(organ=organ, year=year)


def figures_in_prose(figures: Figures) -> dict[str, int]:
    """Return the figures that sentences quote, by placeholder."""
    request, legal = figures.request, figures.legal_challenge

    def total(item: str) -> int:
        return int(request[item]["total"] or 0)

    return {
        "received": total("received"),
        "carried_in": total("carried_in"),
        "processed": total("total_processed"),
        "carried_out": total("carried_out"),
        "handled": total("received") + total("carried_in"),
        "reconsideration": int(legal["reconsideration"]["total"] or 0),
        "litigation": sum(
            int(legal[channel]["total"] or 0) for channel in legal if channel != "reconsideration"
        ),
    }


def write_prose(
    rng: Random,
    organ: Organ,
    year: int,
    form: str,
    figures: Figures,
    *,
    title: str,
    host: str,
    signed: date | None,
) -> Prose:
    """Write a report's prose.

    Args:
        rng: Source of randomness.
        organ: Whose report it is.
        year: The year covered.
        form: Form of the year, for the legal basis.
        figures: The figures before misprints; sentences agree with them.
        title: The report's title.
        host: The site it stands on.
        signed: Date under the report, or None for a report without a sign-off.

    Returns:
        The prose; it names figures only as the tables would have them.
    """
    data = read_data("prose.yaml")
    published = rng.randint(40, 900)
    policy = rng.randint(3, published // 4)
    names: dict[str, Any] = {
        "organ": organ.printed,
        "year": year,
        "next": year + 1,
        "place": organ.place.county or organ.place.city,
        "host": host,
        "address": organ.address,
        "postcode": organ.place.postcode,
        "phone": organ.phone,
        "published": published,
        "policy": policy,
        "business": published - policy,
        "few": rng.randint(2, 9),
        "few2": rng.randint(2, 12),
        **figures_in_prose(figures),
    }

    def pick(choices: list[str]) -> str:
        return rng.choice(choices).format(**names)

    preamble = _preamble(rng, data["preamble"], form, names)
    texts = data["sections"]
    first = texts["1"]
    asked = "requests" if names["handled"] else "no_requests"
    paragraphs = {
        "1": [
            pick(first[part])
            for part in ("opening", "disclosure", asked, "management", "platform", "oversight")
        ],
        **{number: [pick(texts[number])] for number in ("2", "3", "4")},
        "5": [pick(texts["5"]["problems"]), pick(texts["5"]["measures"])],
        "6": [
            pick(texts["6"]["first"][form]),
            pick(texts["6"]["rest"]),
        ],
    }
    headings = labels()["headings"]
    sections = {
        number: Section(headings[number], tuple(text for text in lines if text))
        for number, lines in paragraphs.items()
    }
    signature: tuple[str, ...] = ()
    if signed is not None:
        when = data["signature_date"].format(next=signed.year, month=signed.month, day=signed.day)
        signature = (organ.printed, when)
    return Prose(title, preamble, sections, signature)


def _preamble(
    rng: Random, data: dict[str, Any], form: str, names: dict[str, Any]
) -> tuple[str, ...]:
    basis = rng.choice(data["basis"][form]).format(**names)
    rest = [rng.choice(data[key]).format(**names) for key in ("parts", "period", "contact")]
    if rng.random() < 0.5:
        return (basis + "".join(rest),)
    return (basis, "".join(rest))
