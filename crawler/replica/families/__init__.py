"""The CMS families the replica plays, by the names of the crawler's spiders.

A new family is a module with a subclass of ``base.Family``, its templates, and a line here.
"""

from __future__ import annotations

from crawler.replica.families.base import Family
from crawler.replica.families.hanweb import Hanweb
from crawler.replica.families.trs import Trs
from crawler.replica.families.ucap import Ucap

FAMILIES: dict[str, Family] = {family.name: family for family in (Hanweb(), Trs(), Ucap())}

__all__ = ["FAMILIES", "Family"]
