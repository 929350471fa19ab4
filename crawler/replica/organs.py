"""The organs that publish in a world: governments and departments of real places.

Belongs here: places, organs, their printed names, telephones and addresses.
Does not belong here: what they publish (``reports``), where (``families``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.replica.dice import Dice
from crawler.replica.labels import read_data


@dataclass(frozen=True)
class Place:
    """A city or county with its telephone area code; ``county`` is empty for a city itself."""

    province: str
    city: str
    county: str
    area_code: str
    postcode: str
    road: str

    @property
    def level(self) -> str:
        """``county`` or ``city``."""
        return "county" if self.county else "city"

    @property
    def name(self) -> str:
        """The name before an organ's own: a district is named with its city, a county is not."""
        if self.county and not self.county.endswith(read_data("organs.yaml")["names_city"]):
            return self.county
        return f"{self.city}{self.county}"


@dataclass(frozen=True)
class Organ:
    """A body that publishes a report each year.

    Attributes:
        name: Its full legal name, city included.
        printed: How its reports name it; may leave out the city.
        kind: ``government`` or ``department``.
        size: Workload, see ``figures``.
        place: Where it is.
        phone: Telephone with the place's area code.
        address: Street address.
    """

    name: str
    printed: str
    kind: str
    size: str
    place: Place
    phone: str
    address: str

    @property
    def level(self) -> str:
        """Administrative level: ``county`` or ``city``."""
        return self.place.level


def make_organ(place: Place, own: str, size: str, kind: str, *, short: bool, seed: str) -> Organ:
    """Make one organ.

    Args:
        place: Where it is.
        own: The name after the place's (a kind of department or government).
        size: Workload.
        kind: ``government`` or ``department``.
        short: Whether its reports leave out the city of a county's organ.
        seed: World seed; the same organ gets the same telephone and address in every year.
    """
    full = f"{place.name}{own}"
    printed = f"{place.county}{own}" if short and place.county else full
    rng = Dice(seed, full)
    line = f"{rng.randint(2, 8)}{rng.randint(0, 999999):06d}"
    return Organ(
        full,
        printed,
        kind,
        size,
        place,
        f"{place.area_code}-{line}",
        read_data("organs.yaml")["address"].format(
            city=place.city, county=place.county, road=place.road, number=rng.randint(1, 399)
        ),
    )


def organs_of(
    place: Place, departments: int | Sequence[str], *, government: bool, short: bool, seed: str
) -> list[Organ]:
    """Make the organs of one place.

    Args:
        place: Where they are.
        departments: How many departments, or which kinds.
        government: Whether the place's government is among them, first.
        short: Whether county organs print their names without the city.
        seed: World seed.

    Returns:
        The organs, in a stable order.
    """
    data = read_data("organs.yaml")
    sizes: dict[str, str] = data[place.level]
    names = list(sizes)[:departments] if isinstance(departments, int) else list(departments)
    organs = []
    if government:
        organs.append(
            make_organ(
                place,
                data["government"],
                data["government_size"],
                "government",
                short=short,
                seed=seed,
            )
        )
    for name in names:
        organs.append(
            make_organ(place, name, sizes.get(name, "small"), "department", short=short, seed=seed)
        )
    return organs
