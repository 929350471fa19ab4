"""Readers of Hanweb xxgk and jpaas, gkmlpt, Lonsun, Openness: shapes beyond the replica's."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from crawler.families import gkmlpt, hanweb_jpaas, hanweb_xxgk, lonsun, openness
from crawler.links import read_attachments
from crawler.paging import Ask
from tests.crawler.walking import walk

REPORT = (
    "<div id='zoom'>" + "本报告根据《中华人民共和国政府信息公开条例》要求编制。" * 10 + "</div>"
)
TITLES = [f"第{n}街道办事处2022年政府信息公开工作年度报告" for n in range(1, 8)]


def query(ask: Ask) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(ask.url).query, keep_blank_values=True))


def part(page: object, size: int = 3) -> list[int]:
    first = (int(str(page)) - 1) * size
    return list(range(1, 8))[first : first + size]


# Hanweb xxgk.

X = "http://www.x.gov.cn"
ANNUAL = f"{X}/module/xxgk/xxgkAnnualReport.jsp?area=11370800004312810B&fbtime="


def annual(ask: Ask) -> str:
    year = query(ask)["fbtime"]
    about = "本站由某市人民政府办公室主办，信息中心承办。" * 12
    frame = f"<html><title>某市</title><div class='header'>首页</div>{{}}<p>{about}</p></html>"
    shell = frame.format("<div id='zoom'></div>")
    held = frame.format(f"<h1>某市{year}年政府信息公开工作年度报告</h1>{REPORT}")
    return held if year in ("2021", "2023") else shell


@pytest.mark.parametrize("shown", ["2023", "2022", "2019", ""])
def test_report_pages_of_all_years_and_no_shells(shown: str) -> None:
    found = walk(hanweb_xxgk.read, ANNUAL + shown, annual)
    assert {row.year for row in found.rows if row.year != 2019} == {2021, 2023}
    assert sorted(row.url for row in found.rows) == [f"{ANNUAL}2021", f"{ANNUAL}2023"]
    assert not found.problems and not found.failed


def test_order_of_the_address_is_kept() -> None:
    column = f"{X}/module/xxgk/xxgkAnnualReport.jsp?fbtime=2017&area=11332500"
    asked = walk(hanweb_xxgk.read, column, annual).asked
    assert f"{X}/module/xxgk/xxgkAnnualReport.jsp?fbtime=2021&area=11332500" in asked


def xxgk(script: str, category: str, tree: str = "") -> object:
    """A catalogue that filters by the category only, and turns pages by the query only."""

    def serve(ask: Ask) -> str:
        path = urlsplit(ask.url).path
        if path.endswith("tree.jsp"):
            return tree
        if not path.endswith("search.jsp"):
            return f"<html><script>{script}</script><iframe src='/module/xxgk/tree.jsp?area=11A'>"
        form = dict(ask.form or ())
        assert form["area"] == "11A"
        rows = [(n, 77) for n in range(1, 8)]
        if form["infotypeId"] != category:
            rows = [(n, c) for n in range(1, 8) for c in (77, 88)]
        page = int(query(ask).get("currpage") or 1)
        lines = "".join(
            f"<tr><td>索引{n}</td><td><a href='/art/2023/1/1{n}/art_{c}_{n}.html' "
            f"title='{TITLES[n - 1] if c == 77 else f'第{n}乡2022年政府信息公开年报'}'>第…</a></td>"
            f"<td>2023-01-1{n}</td></tr>"
            for n, c in rows[(page - 1) * 3 : page * 3]
        )
        return f"<table>{lines}</table>&nbsp;&nbsp;共{-(-len(rows) // 3)}页&nbsp;"

    return serve


COLUMN = f"{X}/col/col77/index.html"
LOAD = "loadDynamic('/module/xxgk/search.jsp?texttype=0&fbtime=-1&area=11A')"


def test_category_by_the_address_the_script_or_the_tree() -> None:
    tree = """d.add('3','0','政府信息公开指南','infotypeId=B1');
      d.add('4','0','政府信息公开年报','infotypeId=B001A')"""
    for column, script in (
        (f"{COLUMN}?number=B001A", LOAD),
        (COLUMN, f"var infotypeId = 'B001A'; {LOAD}"),
        (COLUMN, LOAD),
    ):
        found = walk(hanweb_xxgk.read, column, xxgk(script, "B001A", tree))
        assert (found.titles, found.problems) == (TITLES, [])


def test_without_a_category_rows_count_by_their_column() -> None:
    found = walk(hanweb_xxgk.read, COLUMN, xxgk(LOAD, "B001A", "<ul></ul>"))
    assert found.titles == TITLES
    assert len([u for u in found.asked if "search.jsp" in u]) == 5


# Hanweb jpaas.

J = "http://www.j.gov.cn"
ROWS = (
    '<li class="clearfix"><a class="bt-left" href="{u}" title="{t}">{t}</a><span>{d}</span></li>',
    '<p class="lb-list"><a href="{u}" title="{t}">短…</a><b>{d}</b></p>',
    '<table><tr><td><a href="{u}" title="{t}">{t}</a></td><td>[{d}]</td></tr></table>',
)
UNIT = (
    "{'parseType':'bulidstatic','webId':'9','tplSetId':'k',"
    "'pageType':'column','tagId':'当前栏目list','pageId':'77'}"
)


def jpaas(head: str, row: str, pager: str, ignores: bool = False) -> object:
    def serve(ask: Ask) -> str:
        if "/api-gateway/" not in ask.url:
            return f"<html><body>{head}</body></html>"
        given = query(ask)
        assert (given["webId"], given["tplSetId"], given["pageId"]) == ("9", "k", "77")
        turn = json.loads(given.get("paramJson") or "{}")
        assert turn in ({}, {"pageNo": turn.get("pageNo"), "pageSize": "3"})
        rows = "".join(
            row.format(
                u=f"//www.j.gov.cn/art/2023/art_{n:032x}.html", t=TITLES[n - 1], d=f"2023-01-1{n}"
            )
            for n in part(1 if ignores else turn.get("pageNo", 1))
        )
        return json.dumps({"success": True, "data": {"html": rows + pager}})

    return serve


PAGER = '<div class="pagination" rows="3" count="7"></div>'


@pytest.mark.parametrize("row", ROWS)
def test_units_in_all_row_shapes(row: str) -> None:
    url = "/api-gateway/jpaas-publish-server/front/page/build/unit"
    head = f'<script parsetype="bulidstatic" url="{url}" querydata="{UNIT}"></script>'
    found = walk(hanweb_jpaas.read, f"{J}/col/col77/index.html", jpaas(head, row, PAGER))
    assert (found.titles, found.problems) == (TITLES, [])
    assert found.urls[0] == f"{J}/art/2023/art_{1:032x}.html"
    assert str(found.rows[0].date) == "2023-01-11"


def test_parameters_in_a_script_and_double_quotes() -> None:
    script = """<script>var p = {"webId":"9","pageId":"77","tplSetId":"k","tagId":"list"};
      url="/api-gateway/jpaas-publish-server/x"</script>"""
    found = walk(hanweb_jpaas.read, f"{J}/zwgk/nb/", jpaas(script, ROWS[0], PAGER))
    assert found.titles == TITLES


def test_gateway_that_always_gives_page_one_is_a_problem() -> None:
    head = f'<div querydata="{UNIT}"></div>'
    found = walk(hanweb_jpaas.read, f"{J}/col/col77/index.html", jpaas(head, ROWS[0], PAGER, True))
    assert found.titles == TITLES[:3]
    assert found.problems == ["the gateway repeats or breaks off at page 2 of 7 rows"]


# gkmlpt.

G = "http://www.g.gov.cn"


def test_tree_in_a_config_that_is_no_json() -> None:
    config = """window._CONFIG = { LANG: "zh", fn: function () { return 1 }, SID: '755042',
      TREE: [{"id": 5, "name": "政策文件", "children": []},
             {"id": 6, "name": "政府信息公开年报", "jump_url": "", "children": []}], }"""

    def serve(ask: Ask) -> str:
        if "/api/" not in ask.url:
            return f"<html><script>{config}</script></html>"
        assert urlsplit(ask.url).path == "/yjzjj/gkmlpt/api/all/6"
        assert query(ask)["sid"] == "755042"
        items = [
            {"title": TITLES[n - 1], "url": f"{G}/yjzjj/gkmlpt/content/1/1/post_{n}.html#6",
             "date": 1, "display_publish_time": 1673366400 + 86400 * n}
            for n in part(query(ask)["page"], 100)
        ]  # fmt: skip
        return json.dumps({"total": 7, "articles": items})

    found = walk(gkmlpt.read, f"{G}/yjzjj/gkmlpt/index", serve)
    assert (found.titles, len(found.asked)) == (TITLES, 2)
    assert str(found.rows[0].date) == "2023-01-12", "a day by Chinese time"


def test_hundred_a_page_until_the_total() -> None:
    def serve(ask: Ask) -> str:
        if "/api/" not in ask.url:
            return "<script>window._CONFIG = {SID:'2', TREE:[]}</script>"
        numbers = range(250)[(int(query(ask)["page"]) - 1) * 100 :][:100]
        items = [
            {"title": f"第{n}局2022年政府信息公开年报", "post_url": f"/p/{n}"} for n in numbers
        ]
        return json.dumps({"total": 250, "articles": items})

    assert len(walk(gkmlpt.read, f"{G}/gkmlpt/index#153", serve).titles) == 250


def test_server_that_counts_from_zero() -> None:
    def serve(ask: Ask) -> str:
        if "/api/" not in ask.url:
            return "<script>window._CONFIG = {SID:'2', TREE:[]}</script>"
        found = [{"title": t, "url": f"/p/{t}"} for t in TITLES] if "page=0" in ask.url else []
        return json.dumps({"total": 7, "articles": found})

    found = walk(gkmlpt.read, f"{G}/gkmlpt/index#153", serve)
    assert (found.titles, found.problems) == (TITLES, [])


def test_files_inside_an_escaped_body_are_seen() -> None:
    sign = {"<": r"\u003C", ">": r"\u003E", '"': r"\u0022"}
    link = '<p><a class="nfw-cms-attachment" href="/attachment/0/1/2/3.pdf">年报</a></p>'
    body = "".join(sign.get(letter, letter) for letter in link)
    config = f'window._CONFIG = {{DETAIL: {{"content": "{body}"}}}};'
    text = f"<html><div id=app></div><script>{config}</script></html>"
    assert [a.url for a in read_attachments(text, f"{G}/gkmlpt/content/1/1/post_1.html")] == [
        f"{G}/attachment/0/1/2/3.pdf"
    ]


# Lonsun.

L = "https://www.l.gov.cn"
LIST = f"{L}/public/column/6597861?type=4&action=list&nav=3&catId=6715921"


def lines(page: object) -> str:
    return "".join(
        f"<li><a href='/public/6597861/{10000000 + n}.html' title='{TITLES[n - 1]}'>x…</a>"
        f"<span>2023-01-1{n}</span></li>"
        for n in part(page)
    )


def test_page_index_keeps_the_rest_of_the_query() -> None:
    def serve(ask: Ask) -> str:
        assert query(ask)["catId"] == "6715921"
        script = "<script>$('#page_public_info').pager({pageCount:3,pageIndex:1});</script>"
        return f"<ul class='doc_list'>{lines(query(ask).get('pageIndex', 1))}</ul>{script}"

    found = walk(lonsun.read, LIST, serve)
    assert (found.titles, len(found.asked)) == (TITLES, 3)


LABELS = (
    """$.ajax({url:"/site/label/8888?IsAjax=1&dataType=html", data:{ siteId:"4704161", pageSize:"3",
       pageIndex:1, action:"list", organId:"6597861", type:"4", catId:"6715921",
       labelName:"publicInfoList", file:"/xsxxgk/publicInfoList-xs" }})""",
    """var u = "/site/label/8888?labelName=publicInfoList&siteId=4704161&pageSize=3&pageIndex=1"
       + "&organId=" + organId + "&type=4&catIds=" + yxCatId; var yxCatId = "6715921";""",
)


@pytest.mark.parametrize("script", LABELS)
@pytest.mark.parametrize("counted", [True, False])
def test_label_that_builds_the_list(script: str, counted: bool) -> None:
    def serve(ask: Ask) -> str:
        if "/8888" not in ask.url:
            return f"<meta name='SiteId' content='4704161'><script>{script}</script>"
        given = query(ask)
        assert (given["siteId"], given["organId"]) == ("4704161", "6597861")
        assert "6715921" in (given.get("catId"), given.get("catIds"))
        count = "<script>pageCount:3,</script>" if counted else ""
        return f"<div>{lines(given['pageIndex'])}</div>{count}"

    found = walk(lonsun.read, LIST, serve)
    assert (found.titles, found.problems) == (TITLES, [])


def test_server_that_ignores_page_index_is_asked_by_the_label() -> None:
    def serve(ask: Ask) -> str:
        page = query(ask)["pageIndex"] if "/8888" in ask.url else 1
        return f"{lines(page)}<script>pageCount:3, {LABELS[0]}</script>"

    assert walk(lonsun.read, LIST, serve).titles == TITLES


@pytest.mark.parametrize("linked", [True, False])
def test_a_year_a_page(linked: bool) -> None:
    column = f"{L}/public/column/6597861?type=3&action=detail&nav=3&title="
    links = "".join(f"<a href='{column}{y}'>{y}年</a>" for y in (2023, 2022)) if linked else ""

    def serve(ask: Ask) -> str:
        year = query(ask).get("title") or "2023"
        body = f"<h1>叶集区教育局{year}年政府信息公开年度报告</h1>{REPORT}"
        return f"<html>{links}{body if year in ('2022', '2023') else ''}</html>"

    found = walk(lonsun.read, column, serve)
    assert {row.year or 2023 for row in found.rows} == {2022, 2023}
    assert f"{column}2022" in found.urls


# Openness.

OPEN = "http://www.o.gov.cn"


@pytest.mark.parametrize(
    ("first", "template", "pager"),
    [
        (
            "/XxgkAnnualReport/showList/1/2/page_1.html",
            "/XxgkAnnualReport/showList/1/2/page_{}.html",
            "<a href='page_{}.html'>下一页</a>",
        ),
        (
            "/openness/OpennessContent/showList/1/2.html",
            "/openness/OpennessContent/showList/1/2/page_{}.html",
            "共3页",
        ),
        (
            "/opennessContent/?branch_id=5&topic_id=6",
            "/opennessContent/?branch_id=5&topic_id=6&page={}",
            "<a href='?branch_id=5&topic_id=6&page={}'>2</a>",
        ),
    ],
)
def test_lists_by_page_file_and_by_query(first: str, template: str, pager: str) -> None:
    addresses = [OPEN + first, *(OPEN + template.format(n) for n in (2, 3))]
    files = {
        url: "".join(
            f"<li><a href='/XxgkAnnualReport/show/{6000 + n}.html'>{TITLES[n - 1]}</a>"
            f" 2023-01-1{n}</li>"
            for n in part(page)
        )
        + (pager.format(page + 1) if page < 3 else "")
        for page, url in enumerate(addresses, 1)
    }
    found = walk(openness.read, OPEN + first, files)
    assert (found.titles, found.asked) == (TITLES, addresses)


def test_landing_page_leads_to_the_lists_of_annual_reports() -> None:
    files = {
        f"{OPEN}/Xxgk/": "<a href='/XxgkAnnualReport/index/12.html'>年报</a>"
        "<a href='/About/show/1.html'>x</a>",
        f"{OPEN}/XxgkAnnualReport/index/12.html": "<a href='/XxgkAnnualReport/show/9.html'>"
        f"{TITLES[0]}</a>",
    }
    assert walk(openness.read, f"{OPEN}/Xxgk/", files).titles == TITLES[:1]


def test_column_that_is_a_report() -> None:
    url = f"{OPEN}/XxgkAnnualReport/show/6339.html"
    text = f"<meta name='PubDate' content='2023-01-30 10:00'><h1>{TITLES[0]}</h1>{REPORT}"
    row = walk(openness.read, url, {url: text}).rows[0]
    assert (row.url, row.title, str(row.date)) == (url, TITLES[0], "2023-01-30")
