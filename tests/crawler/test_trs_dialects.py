"""TRS lists in all their paging dialects and behind all their back ends."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from crawler.families import trs
from crawler.paging import Ask, Page
from tests.crawler.walking import walk

BASE = "http://www.a.gov.cn/zwgk/zfxxgknb/"
TITLES = [f"第{n}街道办事处2022年政府信息公开工作年度报告" for n in range(1, 8)]


def row(n: int, suffix: str = "html") -> str:
    return (
        f'<li><a href="./202301/t2023011{n}_{n}.{suffix}">{TITLES[n - 1]}</a>'
        f"<span>2023-01-1{n}</span></li>"
    )


def site(names: list[str], tail: str, suffix: str = "html", column: str = BASE) -> dict[str, str]:
    """Seven rows over three files with these names; every file ends with ``tail``."""
    pages = [range(1, 4), range(4, 7), range(7, 8)]
    files = {}
    for name, numbers in zip(names, pages, strict=True):
        rows = "".join(row(n, suffix) for n in numbers)
        files[f"{BASE}{name}"] = f"<html><body><ul>{rows}</ul>{tail}</body></html>"
    files[column] = files[f"{BASE}{names[0]}"]
    return files


def named(pattern: str, *numbers: int) -> list[str]:
    first = pattern.split("{")[0].rstrip("_-") + "." + pattern.rsplit(".", 1)[-1]
    return [first, *(pattern.format(n) for n in numbers)]


SCRIPT = "<script>{}</script>"
PAGER = "<div>共 3 页 <a href='javascript:go(2)'>下一页</a></div>"


@pytest.mark.parametrize(
    ("names", "tail"),
    [
        (named("index_{}.html", 1, 2), 'createPageHTML(3, 0, "index", "html");'),
        (named("index_{}.html", 1, 2), 'createPageHTML(3, 1, "index", "html");'),
        (named("index_{}.html", 2, 3), 'createPageHTML(3, 1, "index", "html");'),
        (named("index_{}.html", 2, 3), 'createPageHTML(3, 0, "index", "html");'),
        (named("index_{}.shtml", 2, 3), 'createPageHTML(7, 3, 0, "index", "shtml");'),
        (named("index-{}.shtml", 2, 3), 'createPageHTML(3, 1, "index", "shtml");'),
        (named("index{}.html", 2, 3), 'createPageHTML(3, 0, "index", "html");'),
        (named("list_{}.html", 1, 2), 'createPageHTML(3, 0, "list", "html");'),
        (named("index_{}.html", 1, 2), 'createPage(3, 0, "index", "html")'),
        (named("index_{}.shtml", 2, 3), "createPageHTML('page_div', 3, 1, 'index', 'shtml', 7);"),
        (named("index_{}.html", 1, 2), "nsetpage(3, 0, 7)"),
        (named("index_{}.html", 1, 2), "var currentPage = 0; var countPage = 3//共3页"),
    ],
)
def test_every_page_of_a_static_list_is_found(names: list[str], tail: str) -> None:
    suffix = names[0].rsplit(".", 1)[-1]
    found = walk(trs.read, BASE, site(names, SCRIPT.format(tail), suffix))
    assert found.titles == TITLES
    assert not found.problems and not found.failed


def test_pages_counted_in_words_only() -> None:
    for numbers in ((1, 2), (2, 3)):
        found = walk(trs.read, BASE, site(named("index_{}.htm", *numbers), PAGER, "htm"))
        assert found.titles == TITLES


def test_list_file_that_is_no_index_keeps_its_own_name() -> None:
    names = named("newxxgklist_{}.shtml", 1, 2)
    found = walk(trs.read, f"{BASE}newxxgklist.shtml", site(names, PAGER, "shtml"))
    assert found.titles == TITLES


def test_link_to_the_second_page_decides() -> None:
    tail = SCRIPT.format("createPageHTML(3,1)") + '<a href="index_2.html">2</a>'
    found = walk(trs.read, BASE, site(named("index_{}.html", 2, 3), tail))
    assert found.titles == TITLES
    assert found.asked == [BASE, f"{BASE}index_2.html", f"{BASE}index_3.html"]


def test_next_links_without_any_count() -> None:
    files = site(named("index_{}.html", 1, 2), "")
    for here, there in (("", "index_1"), ("index_1.html", "index_2")):
        link = f'<a href="{there}.html">下一页</a></body>'
        files[BASE + here] = files[BASE + here].replace("</body>", link)
    assert walk(trs.read, BASE, files).titles == TITLES


def test_page_without_a_second_one_is_a_problem_not_silence() -> None:
    files = {BASE: f"<ul>{row(1)}</ul><script>createPageHTML(2, 0, 'index', 'html')</script>"}
    found = walk(trs.read, BASE, files)
    assert found.titles == TITLES[:1]
    assert found.problems == ["the second of 2 pages has none of the known names"]


def test_soft_404_and_stub_are_not_taken_for_a_page() -> None:
    files = site(named("index-{}.html", 2, 3), SCRIPT.format("createPageHTML(3, 0)"))
    soft = "<html><body>页面不存在 <a href='/'>返回首页</a></body></html>"
    found = walk(trs.read, BASE, lambda ask: files.get(ask.url, soft))
    assert found.titles == TITLES


def test_rows_sliced_by_the_client_and_rows_it_hides() -> None:
    hidden = (
        "<li><i class='flag'></i><a href='./202301/t20230101_99.html'>测试2022年年度报告</a></li>"
    )
    rows = "".join(row(n) for n in range(1, 8))
    script = "<script>var $list=$('.default_news li'); slice($list, 15)</script>"
    found = walk(trs.read, BASE, {BASE: f"<ul class='default_news'>{rows}{hidden}</ul>{script}"})
    assert found.titles == TITLES


def test_rows_written_by_scripts() -> None:
    script = "".join(
        f'var url="./202301/t2023011{n}_{n}.shtml"; var title="{TITLES[n - 1]}"; '
        f'var FILENUM=""; var pubdate="2023-01-1{n}"; document.writeln("<li>"+title+"</li>");\n'
        for n in range(1, 8)
    )
    found = walk(trs.read, BASE, {BASE: f"<ul><script>{script}</script></ul>"})
    assert found.titles == TITLES
    assert [str(r.date) for r in found.rows] == [f"2023-01-1{n}" for n in range(1, 8)]


def test_markup_written_by_scripts() -> None:
    lines = "".join(
        f"document.writeln('<li><a href=\"' + dir + '/t2023011{n}_{n}.html\">{TITLES[n - 1]}</a>"
        f"<span>2023-01-1{n}</span></li>');\n"
        for n in range(1, 8)
    )
    found = walk(trs.read, BASE, {BASE: f"<script>var dir = './202301';\n{lines}</script>"})
    assert found.titles == TITLES
    assert found.urls[0] == f"{BASE}202301/t20230111_1.html"


def test_list_in_a_json_file_beside_the_page() -> None:
    items = [
        {
            "URL": f"./202301/t2023011{n}_{n}.html",
            "FILENAME": TITLES[n - 1],
            "DOCRELTIME": f"2023-01-1{n} 10:00:00",
            "order": n,
        }
        for n in range(1, 8)
    ]
    files = {
        BASE: "<html><ul id='l'></ul><script>$.getJSON('./nb.json', function(d){})</script></html>",
        f"{BASE}nb.json": json.dumps({"data": items}),
    }
    found = walk(trs.read, BASE, files)
    assert found.titles == TITLES
    assert str(found.rows[6].date) == "2023-01-17"


def records(page: int, size: int, **names: str) -> list[dict[str, str]]:
    return [
        {
            names["url"]: f"{BASE}202301/t2023011{n}_{n}.html",
            names["title"]: TITLES[n - 1],
            names["time"]: f"2023-01-1{n}",
        }
        for n in range(1, 8)
    ][(page - 1) * size : page * size]


def served(page_html: str, endpoint: str, answer: object) -> object:
    def serve(ask: Ask) -> str | None:
        if ask.url == BASE:
            return f"<html><script>{page_html}</script></html>"
        if urlsplit(ask.url).path != endpoint:
            return None
        query = dict(parse_qsl(urlsplit(ask.url).query)) | dict(ask.form or ())
        return answer(ask, query)

    return serve


def test_was5() -> None:
    script = """var chnlid = "22179"; var page = 1;
    $.ajax({url: "/was5/web/search?channelid=291575&sortfield=-docreltime&classsql=chnlid%3D"
      + chnlid + "&prepage=3&page=" + page, dataType: "json", success: function (d) {}});"""

    def answer(ask: Ask, query: dict[str, str]) -> str:
        assert (query["channelid"], query["classsql"]) == ("291575", "chnlid=22179")
        docs = records(int(query["page"]), 3, url="url", title="title", time="pubtime")
        return json.dumps({"pagenum": 3, "docs": docs})

    found = walk(trs.read, BASE, served(script, "/was5/web/search", answer))
    assert (found.titles, found.problems) == (TITLES, [])


def test_was5_jsonp() -> None:
    script = """$.ajax({url:'/was5/response_szfzcfg_list.jsp', dataType:'jsonp', data:{
      callback:'result', pageIndex:1, pageSize:3, channelId:'11', orderType:'desc'}})"""

    def answer(ask: Ask, query: dict[str, str]) -> str:
        docs = records(int(query["pageIndex"]), 3, url="docpuburl", title="title", time="pubdate")
        return f"result({json.dumps({'total': 7, 'list': docs})});"

    found = walk(trs.read, BASE, served(script, "/was5/response_szfzcfg_list.jsp", answer))
    assert (found.titles, found.problems) == (TITLES, [])


def test_fujian_search() -> None:
    script = """var chnlid = 4910;
    $.ajax({ url: "/fjdzapp/search", type: "POST", data: { "channelid": "229105",
      sortfield: "-docorderpri,-docreltime", classsql: "chnlid=" + chnlid, classcol: "publishyear",
      classnum: 100, classsort: 0, cache: true, page: 1, prepage: 3 }, success: function(r){} });"""

    def answer(ask: Ask, query: dict[str, str]) -> str:
        assert ask.form is not None and query["classsql"] == "chnlid=4910"
        docs = records(int(query["page"]), 3, url="docpuburl", title="doctitle", time="docreltime")
        return json.dumps({"data": docs, "pageCount": 3})

    found = walk(trs.read, BASE, served(script, "/fjdzapp/search", answer))
    assert (found.titles, found.problems) == (TITLES, [])


@pytest.mark.parametrize("pages", ["totalPages", "total"])
def test_igs_list(pages: str) -> None:
    script = """var u = '/igs/front/search/publish/data/list.html?index=wzqsearch&type=infomation'
      + '&siteId=71&pageSize=3&orderProperty=DOCRELTIME&filter[SITEID]=71&filter[CHANNELID]=28135'
      + '&pageIndex=1&pageNumber=1';"""

    def answer(ask: Ask, query: dict[str, str]) -> str:
        assert query["filter[CHANNELID]"] == "28135"
        docs = records(int(query["pageNumber"]), 3, url="DOCPUBURL", title="DOCTITLE", time="x")
        number = {"totalPages": 3, "total": 7}[pages]
        return json.dumps({"page": {"content": docs, pages: number, "size": 3}})

    path = "/igs/front/search/publish/data/list.html"
    found = walk(trs.read, BASE, served(script, path, answer))
    assert (found.titles, found.problems) == (TITLES, [])
    assert str(found.rows[0].date) == "2023-01-11"


def test_irs_search_bound_to_a_channel() -> None:
    script = """var params = { code: "17e5", dataTypeId: "69", searchWord: "", orderBy: "time",
      searchBy: "title", pageNo: 1, pageSize: 3, granularity: "ALL", isSearchForced: 0,
      customFilter: { operator: "and", properties: [
        { property: "channel_id", operator: "eq", value: "8834" } ] } };
    $.ajax({ url: '/irs/front/search', type: 'post', contentType: 'application/json',
      data: JSON.stringify(params), success: function (r) { render(r.data.middle.list) } });"""

    def answer(ask: Ask, query: dict[str, str]) -> str:
        body = json.loads(ask.json or "")
        assert body["customFilter"]["properties"][0]["value"] == "8834"
        docs = records(body["pageNo"], 3, url="url", title="titleO", time="docDate")
        pager = {"pageNo": body["pageNo"], "pageSize": 3, "pageCount": 3, "total": 7}
        return json.dumps({"data": {"middle": {"list": docs}, "pager": pager}})

    found = walk(trs.read, BASE, served(script, "/irs/front/search", answer))
    assert (found.titles, found.problems) == (TITLES, [])


def test_search_box_of_the_site_is_no_list() -> None:
    box = """function s(){ location.href='/irs-c-web/search?code=17e5&searchWord='+w; }
    $.post('/igs/front/search.jhtml?code=ab&siteId=7&searchWord=' + w);"""
    page = f"<ul>{row(1)}</ul><script>{box}</script>"
    assert walk(trs.read, BASE, {BASE: page}).asked == [BASE]


def test_year_folders_one_level_down() -> None:
    folders = ["2023n/", "gknb2022/", "nb_2021n/index.html", "2015nb/"]
    links = "".join(f'<li><a href="{f}">{f[-6:]}政府信息公开年报</a></li>' for f in folders)
    beside = '<a href="../zcwj/">政策文件</a><a href="../../2023/">2023</a>'
    files = {BASE: f"<html><body>{beside}<ul>{links}</ul></body></html>"}
    for n, folder in enumerate(folders, 1):
        files[BASE + folder] = f"<html><ul>{row(n)}</ul></html>"
    found = walk(trs.read, BASE, files)
    assert [t for t in found.titles if "街道" in t] == TITLES[:3]
    assert f"{BASE}2015nb/" not in found.asked, "no wanted year can stand in it"
    assert not [u for u in found.asked if "zcwj" in u or u.endswith("/zwgk/2023/")]
    assert not [u for u in found.urls if u.endswith(("n/", "2022/", "index.html"))]


def test_organ_folders_below_a_year_and_a_folder_that_is_the_report() -> None:
    text = "本报告根据《中华人民共和国政府信息公开条例》编制。" * 12
    files = {
        BASE: '<a href="./2023nb/">2023年</a>',
        f"{BASE}2023nb/": '<a href="bm/">部门</a><a href="xz/">镇2022年政府信息公开年报</a>',
        f"{BASE}2023nb/bm/": row(1),
        f"{BASE}2023nb/xz/": f"<h1>某镇2022年政府信息公开年报</h1><p id=zoom>{text}</p>",
    }
    found = walk(trs.read, BASE, files)
    assert f"{BASE}2023nb/xz/" in found.urls
    assert TITLES[0] in found.titles


def test_articles_in_folders_of_their_own_are_no_columns() -> None:
    url = f"{BASE}2023061616284566735/index.html"
    files = {BASE: f"<li><a href='{url}'>{TITLES[0]}</a> 2023-01-11</li>"}
    found = walk(trs.read, BASE, files)
    assert (found.urls, found.asked) == ([url], [BASE])


def test_queries_are_kept_whole() -> None:
    script = "$.get('/was5/web/search?channelid=1&classsql=a%3D1%26b%3D2&page=1')"
    asks = trs.read(Page(BASE, f"<script>{script}</script>", BASE, Ask(BASE))).more
    assert parse_qs(urlsplit(asks[0].url).query)["classsql"] == ["a=1&b=2"]
