"""Spider for TrueCMS sites: rows in a hidden list, more of them from a script service."""

from __future__ import annotations

from crawler.families import truecms
from crawler.spiders.base import FamilySpider


class TruecmsSpider(FamilySpider):
    """Crawls TrueCMS sites: rows in a hidden list, more of them from a script service."""

    name = "truecms"
    read_list = staticmethod(truecms.read)
