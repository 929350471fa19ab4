"""Spider for the static and unknown rest: lists found by their shape."""

from __future__ import annotations

from crawler.families import generic
from crawler.spiders.base import FamilySpider


class GenericSpider(FamilySpider):
    """Crawls a site of no known family."""

    name = "generic"
    read_list = staticmethod(generic.read)
