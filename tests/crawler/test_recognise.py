"""Families recognised by address and by source; columns that addresses show; the registry."""

from __future__ import annotations

import csv
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.columns import column_of, is_annual_path
from crawler.decoding import decode_page
from crawler.recognise import family_names, recognise, recognise_pages
from crawler.registry import check_sites, load_sites
from crawler.replica.build import load_world
from crawler.replica.labels import DATA
from crawler.replica.server import running_replica
from tests.replica.client import ask

with (Path(__file__).parent / "real_pages.csv").open(encoding="utf-8", newline="") as _file:
    REAL = list(csv.DictReader(_file))

CONTRACT = [
    "hanweb",
    "hanweb_xxgk",
    "hanweb_jpaas",
    "trs",
    "ucap",
    "gkmlpt",
    "lonsun",
    "openness",
    "epoint",
    "vsb",
    "truecms",
    "eportal",
    "cicro",
    "jiangxi",
    "aspx",
    "generic",
]

BASE = "http://www.a.gov.cn"
PAGES = {
    "gkmlpt": ("/gkmlpt/index", "<script>window._CONFIG = {SID: '755042', TREE: []}</script>"),
    "hanweb": ("/col/col123/index.html", "<script>url:'/module/web/jpage/dataproxy.jsp'</script>"),
    "hanweb_xxgk": ("/col/col5/index.html", "<a href='/module/xxgk/tree.jsp?area=11X'>树</a>"),
    "hanweb_jpaas": (
        "/col/col9/index.html",
        "<script parsetype='bulidstatic' url='/api-gateway/jpaas-publish-server/front'></script>",
    ),
    "truecms": ("/x/gg/gg.html", "<div id='initData' style='display:none'><ul></ul></div>"),
    "epoint": ("/zw/a.html", "<script src='/js/webBuilderCommon.js'></script>"),
    "lonsun": ("/gk/a.html", "<a href='/public/column/6715921?type=4&action=list'>年报</a>"),
    "openness": ("/Xxgk/", "<a href='/XxgkAnnualReport/show/6339.html'>2022年</a>"),
    "ucap": (
        "/x/c100028/",
        "<script>f('/common/search/0123456789abcdef0123456789abcdef')</script>",
    ),
    "vsb": ("/zfxxgk/nb.htm", "<a href='../info/1677/56001.htm'>2020</a>"),
    "eportal": ("/a/b/", "<a href='/eportal/ui?pageId=12&currentPage=2&moduleId=ab'>2</a>"),
    "cicro": ("/a/b/", "<a href='/info/iList.jsp?cat_id=10003&cur_page=2'>下一页</a>"),
    "trs": ("/zwgk/nb/", "<a href='./202301/t20230111_894429.htm'>2022</a>"),
    "jiangxi": (
        "/jxx/col/col14590/index.html",
        "<script>$.post('/queryList',{'channelCode[]':'col14590'})</script>",
    ),
    "aspx": ("/index.html", "<a href='department.aspx?id=40'>某局</a>"),
    "generic": ("/nb/", "<a href='/nb/20190829/555330.html'>2018</a>"),
}


def test_families_are_those_of_the_contract() -> None:
    assert family_names() == set(CONTRACT) == set(PAGES)


@pytest.mark.parametrize("family", CONTRACT)
def test_a_minimal_page_of_each_family(family: str) -> None:
    path, body = PAGES[family]
    assert recognise(BASE + path, f"<html><body>{body}</body></html>").family == family


@pytest.mark.parametrize(
    ("path", "body", "family"),
    [
        # A jpage column links to the disclosure module: still a jpage column.
        ("/col/col1/index.html", "dataproxy.jsp <a href='/module/xxgk/tree.jsp'>", "hanweb"),
        # The UCAP kit calls TRS's paging function with an element first.
        ("/x/list.shtml", "createPageHTML('page_div', 3, 1, 'list', 'shtml', 40)", "ucap"),
        ("/x/nb/", "createPageHTML(3, 0, 'index', 'html')", "trs"),
        # Links to another host's system say nothing about this one.
        ("/x/nb/", "<a href='http://www.b.gov.cn/info/1/2.htm'>b</a>", "generic"),
        ("/x/nb/", "<a href='http://www.b.gov.cn/public/column/12345?type=4'>b</a>", "generic"),
        # An old datastore in a page of TrueCMS is not Hanweb's.
        ("/s/c/c.html", "truecms/messageController/getMessage.do <datastore>", "truecms"),
        # The column of a province on the unified platform, by its number alone.
        ("/col/col1229485444/index.html", "", "hanweb_jpaas"),
        ("/col/col1229485444/index.html", "dataproxy.jsp", "hanweb"),
    ],
)
def test_ties_between_families(path: str, body: str, family: str) -> None:
    assert recognise(BASE + path, body).family == family


HEX, GUID = "0c4a48e02a7c4d3e9b1f00aa11bb22cc", "0cc4a48e-02a7-4b1c-9d2e-aa11bb22cc33"


@pytest.mark.parametrize(
    ("family", "path", "body"),
    [
        # Home pages.
        ("hanweb", "/", "<a href='/art/2023/1/11/art_19989_954075.html'>a</a>"),
        ("hanweb_xxgk", "/", "<a href='/module/xxgk/xxgkAnnualReport.jsp?area=113708'>a</a>"),
        ("hanweb_jpaas", "/", f"<a href='/art/2023/art_{HEX}.html'>a</a>"),
        ("trs", "/", "<a href='./zwgk/202301/t20230111_894429.htm'>a</a>"),
        ("ucap", "/", f"<a href='/zj/c133076/202204/{HEX}.shtml'>a</a>"),
        ("gkmlpt", "/", "<a href='/gkmlpt/index'>公开</a>"),
        ("lonsun", "/", "<a href='/public/column/6598811?type=4&action=list'>公开</a>"),
        ("openness", "/", "<a href='/XxgkAnnualReport/show/6339.html'>a</a>"),
        ("vsb", "/index.htm", "<link href='/_sitegray/_sitegray_d.css'>"),
        ("epoint", "/", "<script src='/js/webBuilderCommon.js'></script>"),
        ("truecms", "/", f"<a href='/ntsrmzf/ntxw/content/{GUID}.html'>a</a>"),
        ("eportal", "/", "<a href='/eportal/ui?pageId=310432'>a</a>"),
        ("cicro", "/", "<a href='/info/iIndex.jsp?cat_id=10003'>a</a>"),
        # Articles.
        ("hanweb", "/zw/show.html", "<!--<$[信息内容]>begin--><p>a</p><!--<$[信息内容]>end-->"),
        ("hanweb_xxgk", "/module/xxgk/xxgkAnnualReport.jsp?area=1&fbtime=2023", ""),
        ("hanweb_jpaas", f"/col/col1229/art/2023/art_{GUID}.html", ""),
        ("trs", "/zwgk/a.html", "<meta name='publishedtype' content='1'>"),
        ("ucap", "/a/b.html", "<UCAPTITLE>a</UCAPTITLE>"),
        ("gkmlpt", "/zwgk/nb/content/post_7092292.html", "<script>var NFCMS_POST_ID='1'</script>"),
        ("lonsun", "/x/a.html", "<table class='table_suoyin hidden-xs'></table>"),
        ("vsb", "/nb/n2022n/xz/zgz.htm", "<!--Announced by Visual SiteBuilder 9-->"),
        ("epoint", f"/002/002004/20230112/{GUID}.html", "<div class='ewb-article-detail'></div>"),
        ("truecms", f"/ntsrmzf/ntxw/content/{GUID}.html", ""),
        ("eportal", "/a/302266/index.html", "<div class='easysite-page'></div>"),
        ("cicro", "/info/iList.jsp?tm_id=77&info_id=5", ""),
        ("aspx", "/year_details.aspx?dept=58&year=2022", ""),
        # Near misses of every kind.
        ("generic", "/list.aspx?cid=3", "<input name=__VIEWSTATE value=x><a href='s.aspx?id=4'>"),
        ("generic", f"/zfxxgknb/20230112/{HEX}.html", "<div id=ivs_content></div>"),
        ("generic", f"/columns/{GUID}/202301/12/{GUID}.html", ""),
        ("generic", "/info/show.php?id=3", "<a href='/info/list.php?fid=3'>a</a>"),
        ("generic", "/n258/n370/c123456/content.html", ""),
        ("generic", "/sites/w/zwinfo.jsp?id=15652", "<a href='/info/list.jsp?x=1'>a</a>"),
        ("generic", "/article/2023/art_note.html", "<a href='/columns/list.html'>a</a>"),
        ("generic", "/news/1.html", "本网站采用TRS内容管理系统，数据由dataproxy提供"),
        ("generic", "/nb/", "<form action='/search/list.html'></form>"),
        ("generic", "/a/1.html", "<script>createPager(3, 1)</script>"),
        *(
            ("generic", "/nb/", f"<a href='http://www.b.gov.cn{path}'>b</a>")
            for path in (
                "/gkmlpt/index", "/eportal/ui?pageId=3", "/info/iList.jsp?cat_id=1",
                "/art/2023/1/1/art_1_2.html", "/XxgkContent/show/1.html",
                "/module/xxgk/xxgkAnnualReport.jsp?area=1",
            )
        ),
    ],
)  # fmt: skip
def test_home_pages_articles_and_near_misses(family: str, path: str, body: str) -> None:
    assert recognise(BASE + path, f"<html><body>{body}</body></html>").family == family


@pytest.mark.parametrize(
    ("family", "head"),
    [
        ("trs", "Content-Type: text/html\nSet-Cookie: _trs_uv=kx1_1; path=/"),
        ("vsb", "Server: VWebServer"),
        ("lonsun", "Set-Cookie: SHIROJSESSIONID=0a1b; Path=/; HttpOnly"),
        ("epoint", "Set-Cookie: oauthPath=http://10.1.1.1/EWB-FRONT; Path=/"),
        ("generic", "Server: nginx\nSet-Cookie: JSESSIONID=0a1b\nX-Powered-By: ASP.NET"),
        ("generic", "X-Note: Server: VWebServer, Set-Cookie: _trs_uv=1"),
    ],
)
def test_heads_of_answers_tell_a_family(family: str, head: str) -> None:
    page = "<html><body><a href='/zwgk/'>政务公开</a></body></html>"
    assert recognise(f"{BASE}/", page, head).family == family


def test_several_pages_of_a_site_decide_together() -> None:
    pages = [(f"{BASE}/zfxxgk/a.htm", ""), (f"{BASE}/info/1/2.htm", ""), (f"{BASE}/x/", "")]
    found = recognise_pages(pages)
    assert (found.family, found.score, found.next_best) == ("vsb", 8, 0)


@pytest.mark.parametrize("row", REAL, ids=lambda row: urlsplit(row["url"]).netloc)
def test_real_addresses_are_recognised(row: dict[str, str]) -> None:
    assert recognise(row["url"]).family == row["family"]


# Columns that hold year folders or a script's list only, and no sign of any family: the generic
# spider reads such pages by their shape.
SILENT = {"trs-years.weihai.gov.cn", "trs-json.weihai.gov.cn"}
WORLDS = sorted(p.stem for p in (DATA / "worlds").glob("*.yaml"))


@pytest.mark.parametrize("name", WORLDS)
def test_every_column_the_replica_plays_is_recognised(name: str) -> None:
    with running_replica(load_world(name)) as replica:
        for entry in replica.world.sites():
            pages = []
            for column in entry.get("columns", []):
                answer = ask(replica.port, column["url"])
                text = decode_page(answer.body, answer.headers.get("Content-Type"))
                pages.append((column["url"], text))
            if pages:
                expected = "generic" if entry["host"] in SILENT else entry["cms"]
                assert recognise_pages(pages).family == expected, entry["host"]


@pytest.mark.parametrize(
    ("url", "family", "column"),
    [
        ("/art/2023/1/11/art_19989_954075.html", "hanweb", "/col/col19989/index.html"),
        ("/nb/2021n/art/2023/art_27eeca63557f4d8a80d0075411ae1d9b.html", "hanweb_jpaas",
         "/nb/2021n/index.html"),
        ("/module/xxgk/xxgkAnnualReport.jsp?area=11X&fbtime=2025", "hanweb_xxgk",
         "/module/xxgk/xxgkAnnualReport.jsp?area=11X"),
        ("/zwgk/wjj/zfxxgkndbg_3297/202301/t20230111_894429.htm", "trs",
         "/zwgk/wjj/zfxxgkndbg_3297/"),
        ("/xxgk/xxgknb/t15696532.shtml", "trs", "/xxgk/xxgknb/"),
        ("/xwdt/gsgg/202601/t20260108_7218457.html", "trs", None),
        ("/x/c120216/202202/4009d7ecc5a749b6b1ebf8f34ccc3c95.shtml", "ucap",
         "/x/c120216/common_list.shtml"),
        ("/yjj/gkmlpt/content/10/10666/post_10666715.html", "gkmlpt", "/yjj/gkmlpt/index"),
        ("/public/6991/53904241.html", "lonsun", "/public/column/6991?type=3&action=list"),
        ("/s/nb/content/f323fa90-5f0e-4b6b-90ab-90cc8edb0cea.html", "truecms", "/s/nb/nb.html"),
        ("/year_details.aspx?dept=58&year=2022", "aspx", "/department.aspx?id=58"),
        ("/info/1677/56001.htm", "vsb", None),
        ("/XxgkAnnualReport/show/6339.html", "openness", None),
        ("/wsj/nb/20190829/555330.html", "generic", "/wsj/nb/"),
        ("/gk/zfxxgknb/xxgkndbg1/content_184762", "generic", "/gk/zfxxgknb/xxgkndbg1/"),
        ("/a/zfxxgknb/2022061616284566735/index.html", "generic", "/a/zfxxgknb/"),
        ("/16903/616589856/1288675.html", "generic", None),
    ],
)  # fmt: skip
def test_columns_that_addresses_show(url: str, family: str, column: str | None) -> None:
    assert column_of(BASE + url, family) == (BASE + column if column else None)


def test_words_of_paths() -> None:
    assert is_annual_path(f"{BASE}/zwgk/zfxxgk/zfxxgknb/")
    assert is_annual_path(f"{BASE}/jyb_xxgk/nianbao/jiguan/")
    assert not is_annual_path(f"{BASE}/zwgk/tzgg/202301/")


def test_registry_has_an_entry_for_every_real_address() -> None:
    sites = {site.host: site for site in load_sites()}
    assert not check_sites(sites.values())
    for row in REAL:
        host = urlsplit(row["url"]).netloc.lower()
        assert host in sites, host
        assert sites[host].province == row["province"]
        assert sites[host].city in (None, row["city"]), host
        assert sites[host].county in (None, row["county"].partition("(")[0]), host
    shown = [site for site in sites.values() if site.columns]
    assert len(sites) >= 298 and len(shown) >= 200
    assert not any(site.verified for site in sites.values())
