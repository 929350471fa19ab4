"""Spider for Guangdong's disclosure catalogue and the portal columns it leads to."""

from __future__ import annotations

from crawler.families import gkmlpt
from crawler.spiders.base import FamilySpider


class GkmlptSpider(FamilySpider):
    """Guangdong's disclosure catalogue and the portal columns it leads to."""

    name = "gkmlpt"
    read_list = staticmethod(gkmlpt.read)
