"""Spider for Hanweb's xxgk catalogue: search.jsp and one page a year."""

from __future__ import annotations

from crawler.families import hanweb_xxgk
from crawler.spiders.base import FamilySpider


class HanwebXxgkSpider(FamilySpider):
    """Hanweb's xxgk catalogue: search.jsp and one page a year."""

    name = "hanweb_xxgk"
    read_list = staticmethod(hanweb_xxgk.read)
