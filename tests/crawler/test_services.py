"""Families whose rows come from a service or from hidden places, over what such services answer."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.families import aspx, cicro, epoint, eportal, jiangxi, truecms, vsb
from crawler.links import read_attachments, stub_target
from crawler.paging import Ask
from tests.crawler.walking import walk

HOST = "http://www.a.gov.cn"


def title(n: int) -> str:
    return f"第{n}街道办事处2022年政府信息公开工作年度报告"


def li(n: int) -> str:
    return f'<li><a href="/a/2023{n:04d}.html">{title(n)}</a><span>2023-01-10</span></li>'


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("first", [0, 1, 2])  # 2: page 0 and page 1 are the same
@pytest.mark.parametrize("nested", [False, True])
def test_epoint_bodies_and_counts(wrapped: bool, first: int, nested: bool) -> None:
    def server(ask: Ask) -> str | None:
        path = urlsplit(ask.url).path
        if path.endswith("openlist.html"):
            return '<html><script src="/frontframe/js/webBuilderCommon.js"></script></html>'
        if path.endswith("webBuilderCommon.js"):
            return "var siteInfo={'projectName':'/EWB_YK_Mid','siteGuid':'7eb5-g'}"
        assert path == "/EWB_YK_Mid/rest/lightfrontaction/getgovinfolist"
        body = json.loads(ask.json or "")
        if wrapped != ("params" in body):
            return None if first else json.dumps({"status": {"code": 300}})
        body = body.get("params", body)
        assert (body["siteGuid"], body["categorynum"]) == ("7eb5-g", "003006")
        index = body["pageIndex"] - (1 if first == 1 else 0)
        index = max(0, index - 1) if first == 2 else index
        size = body["pageSize"]
        data = [
            {"title": "截断…", "realtitle": title(n), "infodate": "2023-01-10"}
            | {["infourl", "visiturl", "linkurl"][n % 3]: f"govxxgk/x/2023-01-10/{n:08d}.html"}
            for n in range(45)[index * size : (index + 1) * size]
            if index >= 0
        ]
        custom: object = {"total": 45, "data": data}
        return json.dumps({"custom": json.dumps(custom) if nested else custom})

    found = walk(epoint.read, f"{HOST}/dynamic/zw/openlist.html?categorynum=003006", server)
    assert len(set(found.titles)) == 45
    assert f"{HOST}/govxxgk/x/2023-01-10/00000007.html" in found.urls
    assert not found.problems


def test_epoint_without_its_settings_is_asked_by_default() -> None:
    def server(ask: Ask) -> str | None:
        if ask.url.endswith(".js"):
            return None
        if ask.json is None:
            return "<html></html>"
        assert ask.url == f"{HOST}/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
        data = [{"title": title(1), "infourl": "/a/1.html", "infodate": "2023-01-10"}]
        return json.dumps({"custom": {"total": 1, "data": data}})

    column = f"{HOST}/dynamic/zwgk/govInfoPub.html?categorynum=003002"
    assert walk(epoint.read, column, server).titles == [title(1)]


@pytest.mark.parametrize("cap", [5, 10, 20, 100])
@pytest.mark.parametrize("over", ["", None])
def test_truecms_below_the_cap_whatever_it_is(cap: int, over: str | None) -> None:
    rows = "".join(
        f"<li><a onclick=\"name2('{n:08d}-aaaa')\" href='#'>{title(n)}</a> [2023-01-10]</li>"
        for n in range(4)
    )
    page = (
        f"<ul id='initData' style='display:none'>{rows}</ul><script>var a = "
        "{columnId:'c-1',proxyUrl:'/TrueCMS/messageController/getMessage.do'}</script>"
    )

    def server(ask: Ask) -> str | None:
        if not ask.url.startswith(f"{HOST}/TrueCMS/"):
            return page
        query = {k: v[0] for k, v in parse_qs(urlsplit(ask.url).query).items()}
        start, end = int(query["startrecord"]), int(query["endrecord"])
        if end - start + 1 > cap:
            return over
        records = "".join(f"<record><![CDATA[{li(n)}]]></record>" for n in range(start - 1, end))
        return "cb(" + json.dumps({"result": f"<datastore>{records if start < 40 else ''}"}) + ");"

    found = walk(truecms.read, f"{HOST}/nt/zfxxgk/zfxxgk.html", server)
    assert f"{HOST}/nt/zfxxgk/content/00000003-aaaa.html" in found.urls
    assert len(found.titles) >= 35
    assert not found.failed


def test_truecms_with_a_shut_service_has_its_hidden_rows() -> None:
    page = f"<ul id='initData'>{li(1)}{li(2)}</ul><script>columnId:'c'</script>"
    found = walk(truecms.read, f"{HOST}/a/b/b.html", {f"{HOST}/a/b/b.html": page})
    assert found.titles == [title(1), title(2)]
    assert not found.failed


def test_vsb_counts_down() -> None:
    column = f"{HOST}/zfxxgk/zfxxgknb.htm"
    pager = (
        "<div class='pb_sys_common'>共5条 <span>1/3</span> <a href='zfxxgknb/2.htm'>下页</a></div>"
    )
    pages = {
        column: f"{li(1)}{li(2)}{pager}",
        f"{HOST}/zfxxgk/zfxxgknb/2.htm": f"{li(3)}{li(4)}",
        f"{HOST}/zfxxgk/zfxxgknb/1.htm": li(5),
    }
    found = walk(vsb.read, column, pages)
    assert found.asked == list(pages)
    assert len(found.titles) == 5


def test_eportal_by_module_and_by_files() -> None:
    module = "0123456789abcdef0123456789abcdef"
    column = f"{HOST}/eportal/ui?pageId=302249"
    second = f"{column}&currentPage=2&moduleId={module}&staticRequest=yes"
    pages = {
        column: f"<script>var m = {{moduleId: '{module}'}}</script>{li(1)}共2页",
        second: f"<table class='xxgkzclbtab3'><tr><td>{li(2)}</td></tr></table>",
    }
    found = walk(eportal.read, column, pages)
    assert found.titles == [title(1), title(2)]
    folder = f"{HOST}/hbszfxxgk/6806024/d7780dd1"
    call = "queryArticleByCondition(this,'/hbszfxxgk/6806024/d7780dd1/index2.html')"
    files = {
        f"{folder}/index1.html": f'{li(1)}<a href="javascript:void(0)" onclick="{call}">下一页</a>',
        f"{folder}/index2.html": li(2),
    }
    assert walk(eportal.read, f"{folder}/index1.html", files).titles == [title(1), title(2)]


def test_cicro_by_its_page_argument() -> None:
    column = f"{HOST}/info/iList.jsp?cat_id=10022&node_id=GKsf"
    pages = {
        column: f"<table class='gk_list_table'>{li(1)}</table><form><span>共 2 页</span></form>",
        f"{column}&cur_page=2": li(2),
    }
    found = walk(cicro.read, column, pages)
    assert found.titles == [title(1), title(2)]
    assert found.asked == list(pages)


def test_jiangxi_nested_json() -> None:
    column = f"{HOST}/jxsfgw/col/col14590/index.html?uid=358&pageNum=1"

    def server(ask: Ask) -> str | None:
        if ask.form is None:
            return "<html><div id='div358'></div></html>"
        form = dict(ask.form)
        assert (form["unitid"], form["webSiteCode[]"], form["channelCode[]"]) == (
            "358", "jxsfgw", "col14590",
        )  # fmt: skip
        at = (int(form["current"]) - 1) * 15
        results = [
            {"source": {"title": title(n), "pubDate": "2023-01-10 08:00:00", "metadata": "{}",
                        "urls": json.dumps({"pc": f"/jxsfgw/a/{n}.shtml"})}}
            for n in range(20)[at : at + 15]
        ]  # fmt: skip
        return json.dumps({"data": {"results": results, "total": 20}})

    found = walk(jiangxi.read, column, server)
    assert len(found.titles) == 20
    assert f"{HOST}/jxsfgw/a/19.shtml" in found.urls


def test_aspx_departments_years_and_choices() -> None:
    options = "<select name='year'><option value='2023'>2023</option><option>2022</option></select>"
    pages = {
        f"{HOST}/index.aspx": "<a href='department.aspx?id=58'>市民政局</a>",
        f"{HOST}/department.aspx?id=58": f"<h2>市民政局</h2>{options}"
        "<a href='year_details.aspx?dept=58&year=2022'>2022年</a>"
        "<a href='year_details.aspx?dept=58&id=91674'>市民政局2021年政府信息公开工作年度报告</a>"
        "<a href='year_details.aspx?dept=58&id=91675'>2021年部门决算</a>",
    }
    found = walk(aspx.read, f"{HOST}/index.aspx", pages)
    assert sorted(found.titles) == [
        "市民政局2021年政府信息公开工作年度报告",
        "市民政局2022年政府信息公开工作年度报告",
        "市民政局2023年政府信息公开工作年度报告",
    ]
    year = f"{HOST}/year_details.aspx?dept=58&year=2022"
    itself = walk(aspx.read, year, {year: "<h1>市民政局</h1><div id='zoom'>文</div>"})
    assert itself.urls[:1] == [year]


@pytest.mark.parametrize(
    "body",
    [
        '<iframe src="/pdf/web/viewer.html?file=%2Fupload%2Fr.pdf"></iframe>',
        '<a href="/viewer.html?file=/upload/r.pdf">查看</a>',
        '<script>showVsbpdfIframe("/upload/r.pdf","100%","600","0","","x")</script>',
        '<embed src="/upload/r.pdf" type="application/pdf">',
        '<object data="/upload/r.pdf"></object>',
        "<script>PDFObject.embed('/upload/r.pdf', '#pdf')</script>",
    ],
)
def test_files_in_viewers(body: str) -> None:
    text = f"<html><body><div id='vsb_content'>{body}</div></body></html>"
    assert [a.url for a in read_attachments(text, f"{HOST}/a.htm")] == [f"{HOST}/upload/r.pdf"]


DOWNLOADS = [
    "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=2",
    "/virtual_attach_file.vsb?afc=1&e=.pdf",
    "/cms/pub/interact/downloadfile.jsp?filepath=a&fText=b",
    "/attachment/download/31",
    "/api/file/download?fileId=0a1b2c3d",
]


@pytest.mark.parametrize("href", DOWNLOADS)
def test_downloads_without_a_name(href: str) -> None:
    text = f"<div id='vsb_content'>附件【<a href='{href}'>年度报告</a>】</div>"
    assert [a.url for a in read_attachments(text, f"{HOST}/a.htm")] == [HOST + href]


def test_frames_where_there_is_no_text_and_pictures_where_there_is_no_table() -> None:
    frame = "<iframe src='/visitcount.jsp'></iframe><iframe src='/body/1.html'></iframe>"
    pictures = (
        "<img src='./W01.jpg'><img src='./W02.png' width='900'>"
        "<img src='/images/print_icon.png'><img src='q.jpg' width='80' height='80'>"
    )
    base = f"{HOST}/nb/a.htm"

    def found(body: str) -> list[str]:
        text = f"<html><body><img src='/logo2.jpg'><div id='zoom'>{body}</div></body></html>"
        return [a.url for a in read_attachments(text, base)]

    assert found(frame) == [f"{HOST}/body/1.html"]
    assert found(pictures) == [f"{HOST}/nb/W01.jpg", f"{HOST}/nb/W02.png"]
    assert found("文" * 500 + frame + pictures) == []
    heading = "<p>三、收到和处理政府信息公开申请情况</p>"
    assert found("文" * 500 + heading + frame + pictures) == found(pictures)
    table = "<table><td>自然人<td>社会公益组织</table>"
    assert found("文" * 500 + heading + table + pictures) == []
    assert found(f"<a href='r.docx'>报告</a>{pictures}") == [f"{HOST}/nb/r.docx"]


def test_a_click_handler_is_no_stub() -> None:
    text = "<html><a onclick=\"location.href='p2.html'\">下一页</a></html>"
    assert stub_target(text, f"{HOST}/nb/") is None
    assert stub_target("<script>location.href='/x/'</script>", f"{HOST}/nb/") == f"{HOST}/x/"


def test_rows_behind_a_closing_tag_in_the_middle() -> None:
    text = f"<html><body>{li(1)}</body></html>{li(2)}"
    assert walk(cicro.read, f"{HOST}/nb/", {f"{HOST}/nb/": text}).titles == [title(1), title(2)]
