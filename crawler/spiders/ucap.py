"""Spider for UCAP sites: common_list and its JSON search."""

from __future__ import annotations

from crawler.families import ucap
from crawler.spiders.base import FamilySpider


class UcapSpider(FamilySpider):
    """UCAP sites: common_list and its JSON search."""

    name = "ucap"
    read_list = staticmethod(ucap.read)
