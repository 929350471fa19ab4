"""Paging calls and family readers on markup alone."""

from __future__ import annotations

import pytest

from crawler.families import hanweb, trs, ucap
from crawler.pager import PageCall, page_call
from crawler.paging import Ask, Page

COLUMN = "http://www.a.gov.cn/zwgk/nb/"


def page(text: str, url: str = COLUMN, **more: object) -> Page:
    return Page(url, text, more.pop("column", url), more.pop("ask", Ask(url)), **more)


@pytest.mark.parametrize(
    ("script", "call"),
    [
        ('createPageHTML(5, 0, "index", "html");', PageCall(5, 0, "index", "html", False)),
        ("createPageHTML(73, 5, 0, 'index', 'shtml')", PageCall(5, 0, "index", "shtml", False)),
        ('createPage(4, 1, "list", "htm");', PageCall(4, 1, "list", "htm", False)),
        (
            "createPageHTML('page_div', 7, 1, 'common_list', 'shtml', 98);",
            PageCall(7, 1, "common_list", "shtml", True),
        ),
        (
            "createPageHTML('page_div',7, 1,'xxgk_list','.shtml',98)",
            PageCall(7, 1, "xxgk_list", "shtml", True),
        ),
        ('createPageHTML("3", "0", "index", "html")', PageCall(3, 0, "index", "html", False)),
        ("var countPage = 6 //", PageCall(6, 0, "", "", False)),
        ("nsetpage(7,0,'index')", PageCall(7, 0, "", "", False)),
        (
            '// createPageHTML(9, 0, "old", "html")\ncreatePageHTML(2, 0, "index", "html")',
            PageCall(2, 0, "index", "html", False),
        ),
        ("function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){}", None),
        ("nothing", None),
    ],
)
def test_page_call(script: str, call: PageCall | None) -> None:
    assert page_call(f"<html><script>{script}</script></html>") == call


def test_trs_end_of_list() -> None:
    ask = Ask(f"{COLUMN}index_9.html", note={"page": "9"})
    assert trs.read(page("<html>not found</html>", ask=ask)).end
    row = "<li><a href='t20230130_1.html'>年报</a></li>"
    assert not trs.read(page(row, ask=ask)).end
    assert trs.read(page(row, ask=ask, seen=frozenset({f"{COLUMN}t20230130_1.html"}))).end


def test_trs_rows_written_by_script() -> None:
    text = """<script>var url="./202602/t20260214_2730572.shtml"; var title="某局2025年年报";
    document.writeln("<li><a href='"+url+"'>"+title+"</a></li>");</script>"""
    row = trs.read(page(text)).rows[0]
    assert row.url == f"{COLUMN}202602/t20260214_2730572.shtml"
    assert (row.title, str(row.date)) == ("某局2025年年报", "2026-02-14")


KEY = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    "path", [f"/common/search/{KEY}", f"/search/{KEY}", f"/csrc/searchList/{KEY}"]
)
def test_ucap_search_named_by_script(path: str) -> None:
    found = ucap.read(page(f"<script>$.get('{path}?_isAgg=true&_pageSize=20&page=1')</script>"))
    assert len(found.more) == 1
    url = found.more[0].url
    assert url.startswith(f"http://www.a.gov.cn{path}?")
    assert "_pageSize=20" in url and "_isJson=true" in url and url.count("page=") == 1


def json_page(text: str, **more: object) -> Page:
    first = ucap.read(page(f"<script>$.get('/common/search/{KEY}')</script>"))
    return page(text, ask=first.more[0], **more)


@pytest.mark.parametrize(
    "text", ["<html>busy</html>", "[]", '{"data": null}', '{"data": {"results": 3}}']
)
def test_ucap_search_without_json_is_asked_for_html_and_then_a_problem(text: str) -> None:
    found = ucap.read(json_page(text))
    assert not found.rows and not found.problem
    assert "_isAgg=false" in found.more[0].url and "_isJson=false" in found.more[0].url
    again = ucap.read(page(text, ask=found.more[0]))
    if again.more:  # its pages may count from 0
        assert "page=0" in again.more[0].url
        again = ucap.read(page(text, ask=again.more[0]))
    assert again.problem and not again.more and not again.rows


def test_ucap_search_rows_and_next_page() -> None:
    text = """{"data": {"total": "31", "rows": 15, "results": [
      {"title": "<em>某县</em>2022年年报", "url": "/a/202301/x.shtml",
       "publishedTimeStr": "2023-01-30 10:00:00"},
      {"title": "", "url": "/b"}, {"title": "x", "url": null}, "junk"]}}"""
    found = ucap.read(json_page(text))
    assert [(r.url, r.title, str(r.date)) for r in found.rows] == [
        ("http://www.a.gov.cn/a/202301/x.shtml", "某县2022年年报", "2023-01-30")
    ]
    assert "page=2" in found.more[0].url
    seen = frozenset({found.rows[0].url})
    again = ucap.read(page(text, ask=found.more[0], seen=seen))
    assert not again.more and again.problem, "a server that repeats its first page ends the list"


H = "http://www.h.gov.cn/col/col77/index.html"
ROWS = "".join(
    f"<record><![CDATA[<li><a href='/art/2023/1/3/art_77_{n}.html'>年报{n}</a></li>]]></record>"
    for n in range(3)
)


def test_hanweb_small_column_needs_no_second_request() -> None:
    found = hanweb.read(page(f"<datastore>{ROWS}</datastore> totalRecord:3,perPage:15", H))
    assert len(found.rows) == 3 and not found.more
    assert str(found.rows[0].date) == "2023-01-03"


def test_hanweb_escaped_records_and_plain_rows() -> None:
    escaped = "<record>&lt;li&gt;&lt;a href='/art/1.html'&gt;年报&lt;/a&gt;&lt;/li&gt;</record>"
    assert hanweb.read(page(escaped, H)).rows[0].title == "年报"
    assert hanweb.read(page("<li><a href='/art/1.html'>年报</a></li>", H)).rows[0].title == "年报"


def test_hanweb_years_as_columns() -> None:
    links = "".join(
        f"<li><a href='/col/col{n}/index.html'>{t}</a></li>"
        for n, t in ((5, "2022年"), (6, "2009年"), (8, "2022年政府信息公开年报"), (9, "政策"))
    )
    text = f"{links}<datastore>{ROWS}</datastore> totalRecord:3,perPage:15"
    found = hanweb.read(page(text, H, years=frozenset({2022})))
    assert [c.url.rsplit("/", 2)[1] for c in found.columns] == ["col5", "col8"]
    assert len(found.rows) == 3


def test_hanweb_group_link_is_followed_as_given() -> None:
    link = "/module/web/jpage/dataproxy.jsp?page=2&amp;appid=1&amp;webid=9&amp;unitid=5"
    text = f'<nextgroup><![CDATA[<a href="{link}"></a>]]></nextgroup>{ROWS} totalRecord:99,'
    found = hanweb.read(page(text, H))
    assert found.more[0].form is None
    assert found.more[0].url == (
        "http://www.h.gov.cn/module/web/jpage/dataproxy.jsp?page=2&appid=1&webid=9&unitid=5"
    )


@pytest.mark.parametrize(
    "script",
    [
        "ajaxParam:{col:1,appid:'1',webid:9,path:'/',columnid:77,sourceContentType:1,"
        "unitid:'555',webname:'某 区',permissiontype:0}",
        "var data = 'col=1&appid=1&webid=9&path=/&columnid=77&sourceContentType=1&unitid=555"
        "&webname=某%20区&permissiontype=0';",
        '"unitid": "555", "webid": "9", "webname": "某 区"',
    ],
)
def test_hanweb_unit_fields(script: str) -> None:
    fields = hanweb.unit_fields(script, H)
    assert fields == {
        "col": "1", "appid": "1", "webid": "9", "path": "/", "columnid": "77",
        "sourceContentType": "1", "unitid": "555", "permissiontype": "0",
        "webname": fields["webname"],
    }  # fmt: skip
    assert fields["webname"].startswith("某")


def test_hanweb_empty_deep_page_ends_the_list_and_is_reported() -> None:
    text = f"{ROWS} totalRecord:99,perPage:15 proxyUrl:'/module/jpage/dataproxy.jsp' unitid:5"
    first = hanweb.read(page(text, H))
    ask = first.more[0]
    assert ask.url.startswith(
        "http://www.h.gov.cn/module/jpage/dataproxy.jsp?startrecord=4&endrecord=48"
    )
    empty = "<datastore><recordset></recordset></datastore>        "
    seen = frozenset(row.url for row in first.rows)
    second = hanweb.read(page(empty, ask.url, column=H, ask=ask, seen=seen))
    assert second.more[0].form is None and "page=2" in second.more[0].url
    third = hanweb.read(page(empty, H, column=H, ask=second.more[0], seen=seen))
    last = third.more[0]
    assert last.form and "page=2" in last.url and dict(last.form)["page"] == "2"
    fourth = hanweb.read(page(empty, H, column=H, ask=last, seen=seen))
    assert fourth.end and fourth.problem == "the list gave 3 of its 99 rows"
