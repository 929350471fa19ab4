"""Spider for eportal sites: pages by ``currentPage`` and ``moduleId``."""

from __future__ import annotations

from crawler.families import eportal
from crawler.spiders.base import FamilySpider


class EportalSpider(FamilySpider):
    """Crawls eportal sites: pages by ``currentPage`` and ``moduleId``."""

    name = "eportal"
    read_list = staticmethod(eportal.read)
