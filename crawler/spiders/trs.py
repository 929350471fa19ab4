"""Spider for TRS WCM sites: static lists."""

from __future__ import annotations

from crawler.families import trs
from crawler.spiders.base import FamilySpider


class TrsSpider(FamilySpider):
    """TRS WCM sites: static lists."""

    name = "trs"
    read_list = staticmethod(trs.read)
