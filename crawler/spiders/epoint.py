"""Spider for Epoint WebBuilder sites: rows from a JSON service."""

from __future__ import annotations

from crawler.families import epoint
from crawler.spiders.base import FamilySpider


class EpointSpider(FamilySpider):
    """Crawls Epoint WebBuilder sites: rows from a JSON service."""

    name = "epoint"
    read_list = staticmethod(epoint.read)
