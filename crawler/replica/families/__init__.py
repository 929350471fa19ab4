"""The CMS families the replica plays, by the names of the crawler's spiders.

A new family is a module with a subclass of ``base.Family``, its templates, and a line here.
"""

from __future__ import annotations

from crawler.replica.families.aspx import Aspx
from crawler.replica.families.base import Family
from crawler.replica.families.epoint import Epoint
from crawler.replica.families.generic import Generic
from crawler.replica.families.hanweb import Hanweb
from crawler.replica.families.jiangxi import Jiangxi
from crawler.replica.families.queried import Cicro, Eportal
from crawler.replica.families.trs import Trs
from crawler.replica.families.truecms import Truecms
from crawler.replica.families.ucap import Ucap
from crawler.replica.families.vsb import Vsb

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Hanweb(),
        Trs(),
        Ucap(),
        Generic(),
        Epoint(),
        Vsb(),
        Truecms(),
        Eportal(),
        Cicro(),
        Jiangxi(),
        Aspx(),
    )
}

__all__ = ["FAMILIES", "Family"]
