"""Reproducible chance: the same names give the same draws, in every process.

Belongs here: the seeded generator that everything in a world is drawn with.
Does not belong here: what is drawn.
"""

from __future__ import annotations

from random import Random


class Dice(Random):
    """A generator seeded by what it is for, so that no part of a world depends on another's order.

    Args:
        *purpose: World seed first, then whatever names the thing to be drawn.
    """

    def __new__(cls, *purpose: object) -> Dice:
        """Make a generator; its seeding is ``__init__``'s."""
        return super().__new__(cls)

    def __init__(self, *purpose: object) -> None:
        super().__init__("/".join(map(str, purpose)))
