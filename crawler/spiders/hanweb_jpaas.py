"""Spider for Hanweb jpaas sites: lists built by a gateway."""

from __future__ import annotations

from crawler.families import hanweb_jpaas
from crawler.spiders.base import FamilySpider


class HanwebJpaasSpider(FamilySpider):
    """Hanweb jpaas sites: lists built by a gateway."""

    name = "hanweb_jpaas"
    read_list = staticmethod(hanweb_jpaas.read)
