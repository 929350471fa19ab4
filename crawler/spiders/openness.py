"""Spider for Openness and Xxgk sites: show/<id>.html and page_<n>.html."""

from __future__ import annotations

from crawler.families import openness
from crawler.spiders.base import FamilySpider


class OpennessSpider(FamilySpider):
    """Openness and Xxgk sites: show/<id>.html and page_<n>.html."""

    name = "openness"
    read_list = staticmethod(openness.read)
