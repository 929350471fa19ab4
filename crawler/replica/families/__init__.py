"""The CMS families the replica plays, by the names of the crawler's spiders.

A new family is a module with a subclass of ``base.Family``, its templates, and a line here.
"""

from __future__ import annotations

from crawler.replica.families.aspx import Aspx
from crawler.replica.families.base import Family
from crawler.replica.families.epoint import Epoint
from crawler.replica.families.generic import Generic
from crawler.replica.families.gkmlpt import Gkmlpt
from crawler.replica.families.hanweb import Hanweb
from crawler.replica.families.hanweb_jpaas import HanwebJpaas
from crawler.replica.families.hanweb_xxgk import HanwebXxgk
from crawler.replica.families.jiangxi import Jiangxi
from crawler.replica.families.lonsun import Lonsun
from crawler.replica.families.openness import Openness
from crawler.replica.families.queried import Cicro, Eportal
from crawler.replica.families.trs import Trs
from crawler.replica.families.truecms import Truecms
from crawler.replica.families.ucap import Ucap
from crawler.replica.families.vsb import Vsb

_PLAYED: tuple[Family, ...] = (
    Aspx(),
    Cicro(),
    Eportal(),
    Epoint(),
    Generic(),
    Gkmlpt(),
    Hanweb(),
    HanwebJpaas(),
    HanwebXxgk(),
    Jiangxi(),
    Lonsun(),
    Openness(),
    Trs(),
    Truecms(),
    Ucap(),
    Vsb(),
)
FAMILIES: dict[str, Family] = {family.name: family for family in _PLAYED}

__all__ = ["FAMILIES", "Family"]
