"""Spider for ASP.NET disclosure sites: a page for each department and year."""

from __future__ import annotations

from crawler.families import aspx
from crawler.spiders.base import FamilySpider


class AspxSpider(FamilySpider):
    """Crawls ASP.NET disclosure sites: a page for each department and year."""

    name = "aspx"
    read_list = staticmethod(aspx.read)
