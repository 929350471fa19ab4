"""Spider for Hanweb jpage sites: inline datastore and dataproxy."""

from __future__ import annotations

from crawler.families import hanweb
from crawler.spiders.base import FamilySpider


class HanwebSpider(FamilySpider):
    """Hanweb jpage sites: inline datastore and dataproxy."""

    name = "hanweb"
    read_list = staticmethod(hanweb.read)
