"""Spider for Cicro sites: ``info/iList.jsp``."""

from __future__ import annotations

from crawler.families import cicro
from crawler.spiders.base import FamilySpider


class CicroSpider(FamilySpider):
    """Crawls Cicro sites: ``info/iList.jsp``."""

    name = "cicro"
    read_list = staticmethod(cicro.read)
