"""The pages are as the CMS families make them, and paging reaches every row."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup

from crawler.replica.site import Site
from crawler.replica.world import World
from tests.replica.conftest import Get

HUANCUI = "http://www.huancui.gov.cn"
SHIZHONG = "http://www.shizhong.gov.cn"
CHAOYANG = "http://www.ccchaoyang.gov.cn"
TIEXI = "http://www.sptx.gov.cn"
BAOSHAN = "http://www.sysbs.gov.cn"
JIAOQU = "http://www.jmsjqzf.gov.cn"


def column_url(demo: World, base: str) -> str:
    site = demo.sites_by_host[base.removeprefix("http://")]
    return base + site.columns[0].path


def listed(site: Site) -> set[str]:
    return {site.base + row.path for column in site.columns for row in column.rows()}


def records(xml: str) -> list[tuple[str, str]]:
    """Return link and date of each CDATA row."""
    rows = re.findall(r"<record><!\[CDATA\[(.*?)\]\]></record>", xml, re.S)
    found = []
    for row in rows:
        link = re.search(r'href="([^"]+)"', row)
        assert link
        shown = re.search(r"(\d{4})-\s*(\d\d)-\s*(\d\d)", row)
        assert shown
        found.append((link[1], "-".join(shown.groups())))
    return found


def hanweb_next(page: str) -> str:
    link = re.search(r'<nextgroup><!\[CDATA\[<a href="([^"]+)"', page)
    return unescape(link[1]) if link else ""


@pytest.mark.parametrize("base", [HUANCUI, SHIZHONG])
def test_hanweb_groups_cover_the_column(demo: World, get: Get, base: str) -> None:
    url = column_url(demo, base)
    page = get(url).text
    assert '<script type="text/xml"><datastore>' in page
    found = records(page)
    assert len(found) == 45
    while link := hanweb_next(page):
        answer = get(urljoin(url, link))
        assert answer.headers["Content-Type"].startswith("text/xml")
        page = answer.text
        assert "<totalrecord>" in page
        found += records(page)
    site = demo.sites_by_host[base.removeprefix("http://")]
    total = re.search(r"totalRecord:(\d+)", get(url).text)
    assert total
    assert int(total[1]) == len(found)
    assert {base + link for link, _ in found} == listed(site)


def test_hanweb_post_takes_record_numbers_and_caps_them(demo: World, get: Get) -> None:
    url = column_url(demo, HUANCUI)
    query = hanweb_next(get(url).text).split("?", 1)[1]
    proxy = f"{HUANCUI}/module/web/jpage/dataproxy.jsp"
    answer = get(f"{proxy}?startrecord=46&endrecord=60&perpage=15", form=query)
    everything = get(f"{proxy}?startrecord=1&endrecord=500&perpage=500", form=query)
    assert len(records(answer.text)) == 15
    assert records(everything.text)[45:60] == records(answer.text)


def test_hanweb_site_that_ignores_startrecord(demo: World, get: Get) -> None:
    query = hanweb_next(get(column_url(demo, SHIZHONG)).text).split("?", 1)[1]
    query = query.replace("page=2", "page=1")
    proxy = f"{SHIZHONG}/module/jpage/dataproxy.jsp"
    answers = [get(f"{proxy}?startrecord={n}&endrecord={n + 14}", form=query) for n in (1, 16)]
    assert records(answers[0].text) == records(answers[1].text)
    assert re.search(r"\d{4}-\n\d\d-\n\d\d", answers[0].text)


def test_hanweb_deep_page_is_54_empty_bytes(demo: World, get: Get) -> None:
    link = hanweb_next(get(column_url(demo, HUANCUI)).text)
    answer = get(HUANCUI + link.replace("page=2", "page=9"))
    assert (answer.status, len(answer.body)) == (200, 54)
    assert records(answer.text) == []


def test_hanweb_downloads_by_a_redirect(demo: World, get: Get) -> None:
    truth = next(t for t in demo.truth if t.attachment_url and "downfile.jsp" in t.attachment_url)
    answer = get(truth.attachment_url)
    assert answer.status == 302
    assert answer.headers["Location"].startswith("/attach/0/")
    file = get(urljoin(str(truth.attachment_url), answer.headers["Location"]))
    assert file.body.startswith(b"PK\x03\x04")


def trs_pages(get: Get, url: str, order: int, encoding: str = "utf-8") -> tuple[int, list[str]]:
    """Follow 0-based pages; return the number of rows and their addresses."""
    first = get(url).body.decode(encoding)
    call = re.search(r'createPageHTML\(([\d, ]+), "index", "(\w+)"\)', first)
    assert call
    numbers = [int(n) for n in call[1].split(",")]
    assert len(numbers) == order
    pages, current = numbers[-2:]
    assert current == 0
    links = []
    for page in range(pages):
        address = urljoin(url, f"index{f'_{page}' if page else ''}.{call[2]}")
        soup = BeautifulSoup(get(address).body.decode(encoding), "lxml")
        links += [urljoin(address, str(a["href"])) for a in soup.select(".default_news a")]
    assert get(urljoin(url, f"index_{pages}.{call[2]}")).status == (404 if order == 2 else 200)
    return pages, links


def test_trs_pages_cover_the_column(demo: World, get: Get) -> None:
    pages, links = trs_pages(get, column_url(demo, CHAOYANG), 2)
    assert pages > 1
    assert set(links) == listed(demo.sites_by_host["www.ccchaoyang.gov.cn"])
    assert all(re.search(r"/\d{6}/t\d{8}_\d+\.html$", link) for link in links)
    assert any("/tzgg/" in link for link in links)


def test_trs_records_first_stub_and_mislabelled_bytes(demo: World, get: Get) -> None:
    url = column_url(demo, TIEXI)
    _, links = trs_pages(get, url, 3, "gb18030")
    assert set(links) == listed(demo.sites_by_host["www.sptx.gov.cn"])
    stub = get(urljoin(url, "index_99.htm"))
    assert (stub.status, len(stub.body)) == (200, 350)
    assert b"charset=gb2312" in get(url).body
    assert get(urljoin(url, "nothing/t1.htm")).status == 404


def test_trs_dates_in_addresses_may_differ_from_the_shown(demo: World) -> None:
    off = [
        t
        for t in demo.truth
        if t.site == "www.ccchaoyang.gov.cn" and f"t{t.published_on:%Y%m%d}_" not in t.url
    ]
    assert off


def test_trs_attachments_lie_beside_the_article(demo: World, get: Get) -> None:
    truth = next(t for t in demo.truth if t.site == "www.ccchaoyang.gov.cn" and t.attachment_url)
    soup = BeautifulSoup(get(truth.url).text, "lxml")
    link = soup.find("a", href=re.compile(r"^\./P0\d+\.docx$"))
    assert link
    assert urljoin(truth.url, str(link["href"])) == truth.attachment_url
    assert get(truth.attachment_url).body.startswith(b"PK")


def test_ucap_static_pages_cover_the_column(demo: World, get: Get) -> None:
    url = column_url(demo, BAOSHAN)
    pattern = r"createPageHTML\('page_div', (\d+), 1, '(\w+)', 'shtml', (\d+)\)"
    call = re.search(pattern, get(url).text)
    assert call
    links: list[str] = []
    for page in range(1, int(call[1]) + 1):
        address = urljoin(url, f"{call[2]}{f'_{page}' if page > 1 else ''}.shtml")
        soup = BeautifulSoup(get(address).text, "lxml")
        links += [urljoin(address, str(a["href"])) for a in soup.select("#body .title a")]
    assert len(links) == int(call[3])
    assert set(links) == listed(demo.sites_by_host["www.sysbs.gov.cn"])
    assert get(urljoin(url, f"common_list_{int(call[1]) + 1}.shtml")).status == 404


def test_ucap_search_as_json_and_html(demo: World, get: Get) -> None:
    page = get(column_url(demo, JIAOQU)).text
    assert not BeautifulSoup(page, "lxml").select("#body a")
    channel = re.search(r"/common/search/([0-9a-f]{32})", page)
    assert channel
    base = f"{JIAOQU}/common/search/{channel[1]}?_isAgg=true&_pageSize=10&_template=index"
    site = demo.sites_by_host["www.jmsjqzf.gov.cn"]
    links: list[str] = []
    for number in range(1, 10):
        data = json.loads(get(f"{base}&_isJson=true&page={number}").body)["data"]
        assert data["total"] == len(listed(site))
        links += [JIAOQU + result["url"] for result in data["results"]]
    assert set(links) == listed(site)
    result = json.loads(get(f"{base}&_isJson=true&page=1").body)["data"]["results"][0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", result["publishedTimeStr"])
    assert result["contentHtml"]
    html = BeautifulSoup(get(f"{base.replace('true', 'false')}&_isJson=false&page=1").text, "lxml")
    assert len(html.select("ul#body > li > div.title > a")) == 10
    assert html.select("div.date")


def test_articles_carry_their_family_s_marks(demo: World, get: Get) -> None:
    marks = {
        "hanweb": ["#zoom", ".sp_title", 'meta[name="contentSource"]'],
        "trs": [".TRS_Editor", "h1.title", 'meta[name="PubDate"]'],
        "ucap": ["ucapcontent", "ucaptitle", "publishtime"],
    }
    for truth in demo.truth[::5]:
        family = demo.sites_by_host[truth.site].spec.family
        body = get(truth.url).body
        encoding = "gb18030" if b"charset=gb2312" in body else "utf-8"
        soup = BeautifulSoup(body.decode(encoding), "lxml")
        for mark in marks[family]:
            assert soup.select_one(mark), (mark, truth.url)
        meta = soup.select_one('meta[name="ArticleTitle"]')
        assert meta
        assert meta["content"] == truth.title
        assert truth.published_on.isoformat() in soup.get_text()


def test_home_page_leads_to_the_columns(demo: World, get: Get) -> None:
    for site in demo.sites_by_host.values():
        home = get(f"{site.base}/").body
        landing = re.search(rb'<a href="([^"#]+)"', home)
        assert landing
        page = get(urljoin(site.base, landing[1].decode())).body
        for column in site.columns:
            assert column.path.encode() in page
        assert get(f"{site.base}/robots.txt").text.startswith("User-agent: *")
