"""Spider for sites of the Jiangxi platform: rows from ``queryList``."""

from __future__ import annotations

from crawler.families import jiangxi
from crawler.spiders.base import FamilySpider


class JiangxiSpider(FamilySpider):
    """Crawls sites of the Jiangxi platform: rows from ``queryList``."""

    name = "jiangxi"
    read_list = staticmethod(jiangxi.read)
