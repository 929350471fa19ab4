"""Spider for Lonsun sites: pageIndex and label 8888."""

from __future__ import annotations

from crawler.families import lonsun
from crawler.spiders.base import FamilySpider


class LonsunSpider(FamilySpider):
    """Lonsun sites: pageIndex and label 8888."""

    name = "lonsun"
    read_list = staticmethod(lonsun.read)
