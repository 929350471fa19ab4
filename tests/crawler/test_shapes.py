"""The generic reader over the dialects that single systems print, and over what may fool it."""

from __future__ import annotations

import pytest

from crawler.families import generic
from crawler.paging import Ask
from crawler.shapes import is_article
from tests.crawler.walking import walk

HOST = "http://www.a.gov.cn"
HEX = "0123456789abcdef0123456789abcdef"
UUID = "01234567-89ab-cdef-0123-456789abcdef"


def title(n: int, year: int = 2022) -> str:
    return f"第{n}街道办事处{year}年政府信息公开工作年度报告"


def items(template: str, numbers: range, extra: str = "") -> str:
    rows = "".join(
        f'<li><a href="{template.replace("@", str(n))}">{title(n)}</a>'
        f"<span>2023-01-1{n % 10}</span></li>"
        for n in numbers
    )
    nav = '<div class="nav"><a href="/">首页</a><a href="/xwzx/">新闻中心</a></div>'
    return f"<html><head><title>年报</title></head><body>{nav}<ul>{rows}</ul>{extra}</body></html>"


DIALECTS = f"""
/zfxxgk/nb/index.html /zfxxgk/nb/index_1.html /zfxxgk/nb/20230110/{HEX[:-3]}@.html
/columns/{UUID}/index.html /columns/{UUID}/index_2.html /columns/{UUID}/202301/10/{UUID[:-3]}@.html
/zwgk/gknb/ /zwgk/gknb/index_1.shtml /zwgk/gknb/20230110123456@/index.shtml
/zwgk/gknb/ /zwgk/gknb/index_2.html /zwgk/gknb/88@/index.html
/n123/n456/index.html /n123/n456/index2.html /n123/n456/c28888@/content.html
/zfxxgk/zfxxgknb/1.html /zfxxgk/zfxxgknb/2.html /zfxxgk/zfxxgknb/1651146479113211@.html
/gk/zfxxgknb/xxgkndbg1/index.html /gk/zfxxgknb/xxgkndbg1/index-2.html /gk/zfxxgknb/content_184@
/gi_class/gh_01 /gi_class/gh_01/2 /html/czgk/2023/1234@.html
/xxgk/list.php?cid=9 /xxgk/list.php?cid=9&page=2 /xxgk/show.php?id=3850@
/sites/w/list.jsp?l=3&pageNo=1 /sites/w/list.jsp?l=3&pageNo=2 /sites/w/zwinfo.jsp?id=156@
/doc/nb/index.shtml /doc/nb/index_1.shtml /doc/2023/01/10/4411@.shtml
/cms/html/np/nb/index.html /cms/html/np/nb/index_2.html /cms/html/np/2023-01-10/177910@.html
/hbs/680/d7780dd1/index1.html /hbs/680/d7780dd1/index2.html /hbs/680/4411@/index.html
/002/002004/secondPage.html /002/002004/2.html /002/002004/20230110/{UUID[:-3]}@.html
""".split("\n")[1:-1]
"""Column, its second page (linked nowhere), its articles."""


@pytest.mark.parametrize(("column", "second", "article"), [line.split() for line in DIALECTS])
def test_second_page_is_found_by_its_address(column: str, second: str, article: str) -> None:
    pages = {
        HOST + column: items(article, range(100, 115)),
        HOST + second: items(article, range(115, 123)),
    }
    found = walk(generic.read, HOST + column, pages)
    assert sorted(found.titles) == sorted(title(n) for n in range(100, 123))
    assert not found.problems
    assert not found.failed


@pytest.mark.parametrize(
    "pager",
    [
        '<a href="p2.html">下一页</a>',
        '<a href="javascript:;" onclick="location.href=\'p2.html\'">下页</a>',
        '<span>1</span><a href="p2.html">2</a><a href="p3.html">3</a>',
        '<a title="下一页" href="p2.html"><img src="n.gif"></a>',
        '<a tagname="/nb/p2.html" href="javascript:void(0)">下一页</a>',
        '<a href="p2.html">&gt;</a>',
    ],
)
def test_links_lead_on(pager: str) -> None:
    pages = {
        f"{HOST}/nb/": items("/nb/202301/1000@.html", range(3), pager),
        f"{HOST}/nb/p2.html": items("/nb/202301/1000@.html", range(3, 6)),
    }
    found = walk(generic.read, f"{HOST}/nb/", pages)
    assert len(found.titles) == 6


def test_soft_404_and_repeated_first_page_are_no_second_page() -> None:
    first = items("/nb/202301/1000@.html", range(12))
    home = "<html><a href='/xw/202401/t20240101_77777.html'>页面不存在</a></html>"

    def server(ask: Ask) -> str:
        url = ask.url
        return first if url.endswith(("/nb/", "index_1.html")) else home

    found = walk(generic.read, f"{HOST}/nb/", server)
    assert len(found.titles) == 12
    assert not any("77777" in url for url in found.urls)


def test_one_page_that_says_so_is_not_guessed_beyond() -> None:
    pages = {f"{HOST}/nb/": items("/nb/202301/1000@.html", range(12), "共1页")}
    assert walk(generic.read, f"{HOST}/nb/", pages).asked == [f"{HOST}/nb/"]


def test_a_second_page_that_must_be_there_and_is_not_found_is_said() -> None:
    pages = {f"{HOST}/nb/": items("/nb/202301/1000@.html", range(12), "共3页")}
    assert walk(generic.read, f"{HOST}/nb/", pages).problems == [
        "the list has 3 pages, only the first was found"
    ]


def test_endless_pages_without_reports_end() -> None:
    def server(ask: Ask) -> str:
        url = ask.url
        n = int(url.rpartition("=")[2]) if "=" in url else 1
        row = f'<li><a href="/c/{10000 + n}.html">日历{n}</a></li>'
        tail = f'{row}<a href="/nb/?day={n + 1}">下一页</a>'
        return items("/nb/202301/1000@.html", range(2 if n == 1 else 0), tail)

    found = walk(generic.read, f"{HOST}/nb/", server)
    assert len(found.titles) == 2
    assert len(found.asked) < 60
    assert found.problems


ARTICLE = (
    "<html><head><title>{t} - 某县</title></head><body><div class='nav'><a href='/'>首页</a></div>"
    "<h1>{t}</h1><p>发布时间：2023-01-20</p><div id='zoom'>{body}</div></body></html>"
)


def test_years_kinds_and_organs_below_a_column_and_pages_that_are_the_report() -> None:
    report = ARTICLE.format(t="止戈镇2022年政府信息公开工作年度报告", body="本报告由" + "文" * 500)
    untitled = ARTICLE.format(t="", body="本报告由" + "文" * 500)
    base = f"{HOST}/zfxxgk/zfxxgknb"
    crumb = "<div class='position'>首页 > 政务公开 > 政府信息公开年报</div>"
    pages = {
        f"{base}.htm": f"{crumb}<a href='zfxxgknb/n2022n.htm'>2022年</a>"
        "<a href='zfxxgknb/n2009n.htm'>2009年</a><a href='zfxxgkzn.htm'>政府信息公开指南</a>",
        f"{base}/n2022n.htm": f"{crumb}<a href='n2022n/xz.htm'>乡镇</a>",
        f"{base}/n2022n/xz.htm": f"{crumb}<a href='xz/zgz.htm'>止戈镇</a>"
        "<a href='xz/hxz.htm'>洪川镇</a>",
        f"{base}/n2022n/xz/zgz.htm": report,
        f"{base}/n2022n/xz/hxz.htm": untitled,
    }
    found = walk(generic.read, f"{base}.htm", pages)
    assert found.titles == [
        "止戈镇2022年政府信息公开工作年度报告",
        "洪川镇 乡镇 2022年 政府信息公开年报",
    ]
    assert f"{base}/n2009n.htm" not in found.asked
    assert f"{HOST}/zfxxgk/zfxxgkzn.htm" not in found.asked


def test_a_dated_report_title_is_a_promise_however_its_address_looks() -> None:
    column = f"{HOST}/nb/index.html"
    rows = items("mzj.html", range(1, 2)) + items("sfj/index.html", range(2, 3))
    found = walk(generic.read, column, {column: rows})
    assert [row.url for row in found.rows if row.title.endswith("报告")] == [
        f"{HOST}/nb/mzj.html",
        f"{HOST}/nb/sfj/index.html",
    ]
    assert found.asked == [column]


def test_a_page_for_each_year_by_its_query() -> None:
    body = "本报告由" + "文" * 500
    select = "<select><option value='zfxxgknb.html?nbYear=2022'>2022年</option></select>"
    column = f"{HOST}/zfxxgk/zfxxgknb.html"
    pages = {
        f"{column}?nbYear=2023": ARTICLE.format(t="政府信息公开年报", body=body + select),
        f"{column}?nbYear=2022": ARTICLE.format(t="政府信息公开年报", body=body + select),
    }
    found = walk(generic.read, f"{column}?nbYear=2023", pages)
    assert [row.year for row in found.rows if row.url in pages] == [2023, 2022]


def test_frames_json_files_and_bare_years() -> None:
    shell = "<title>政府信息公开年报</title><iframe src='/visitcount.html'></iframe>{}"
    pages = {
        f"{HOST}/f/": shell.format("<iframe src='/inner/list.html'></iframe>"),
        f"{HOST}/inner/list.html": items("/inner/1000@.html", range(3)),
        f"{HOST}/j/": shell.format("<script>$.get('./nb.json')</script>"),
        f"{HOST}/j/nb.json": '{"data":[{"FILENAME":"某局2022年政府信息公开工作年度报告",'
        '"URL":"./202301/t20230110_1.html","DOCRELTIME":"2023-01-10"}]}',
        f"{HOST}/y/": shell.format("<ul><li><a href='10086.html'>2022年度</a></li></ul>"),
    }
    assert len(walk(generic.read, f"{HOST}/f/", pages).titles) == 3
    assert walk(generic.read, f"{HOST}/j/", pages).urls == [f"{HOST}/j/202301/t20230110_1.html"]
    assert walk(generic.read, f"{HOST}/y/", pages).titles == ["2022年度 政府信息公开年报"]


def test_other_documents_are_not_titled_as_reports() -> None:
    text = (
        "<title>政府信息公开年报</title><li><a href='10001.html'>2022年部门决算</a></li>"
        "<li><a href='10002.html'>2022年度工作总结</a></li>"
        "<li><a href='/10003.html'>联系我们</a></li>"
        "<li><a href='zj.html'>2022年度工作总结</a></li><li><a href='js.html'>部门决算</a></li>"
    )
    found = walk(generic.read, f"{HOST}/nb/", {f"{HOST}/nb/": text})
    assert (found.titles, found.asked) == ([], [f"{HOST}/nb/"])


@pytest.mark.parametrize(
    ("path", "article"),
    [
        ("/art/2023/1/11/art_19989_954075.html", True),
        ("/zwgk/202301/t20230111_894429.htm", True),
        (f"/c133076/202204/{HEX}.shtml", True),
        ("/gkmlpt/content/10/10666/post_10666715.html", True),
        ("/public/content/24250110", True),
        ("/XxgkAnnualReport/show/6339.html", True),
        ("/info/1677/56001.htm", True),
        ("/content.jsp?urltype=news.NewsContentUrl&wbtreeid=1&wbnewsid=22", True),
        ("/16903/616589856/1288675.html", True),
        ("/zwgk/pnidpv891234.html", True),
        ("/zfxxgk/zfxxgknb/", False),
        ("/zfxxgk/zfxxgknb/n2022n/xz/zgz.htm", False),
        ("/zwgk/zfxxgknb_3297/index_2.html", False),
        ("/col/col1229214366/index.html", False),
        ("/chnzj/c133076/common_list.shtml", False),
        ("/zfxxgk/zfxxgknb/2021.html", False),
        ("/zfxxgk/zfxxgknb/12.html", False),
    ],
)
def test_articles_by_their_address(path: str, article: bool) -> None:
    assert is_article(HOST + path) is article
