"""Spider for Visual SiteBuilder sites: pages that count down, columns that are articles."""

from __future__ import annotations

from crawler.families import vsb
from crawler.spiders.base import FamilySpider


class VsbSpider(FamilySpider):
    """Crawls Visual SiteBuilder sites: pages that count down, columns that are articles."""

    name = "vsb"
    read_list = staticmethod(vsb.read)
