"""Lists and home pages that hide what they have in data, in clicks, behind pictures and on sisters.

As in ``test_odd_sites``: every report of a site is fetched, filed under its year, and no other.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from crawler.context import titled
from crawler.decoding import decode_page
from crawler.listing import read_rows
from crawler.registry import Site
from tests.crawler.conftest import PROVINCE, Crawls, site
from tests.crawler.test_odd_sites import (
    LIST,
    ORGANS,
    PER,
    REPORTS,
    YEARS,
    Pages,
    data,
    listed,
    piece,
    play,
)
from tests.crawler.test_odder_sites import of_organ, of_year
from tests.crawler.web import Answer, Web

RECORDS = json.dumps([{"title": r.title, "url": r.path, "date": r.day} for r in REPORTS])


def page(body: str) -> str:
    return f"<html><head><title>政府信息公开年报</title></head><body>{body}</body></html>"


def years_that_fetch_a_piece() -> Pages:
    tabs = "".join(f"<li onclick='load({y})'>{y}年</li>" for y in YEARS)
    script = "function load(y){ $.get('/part.do?nd=' + y, function(h){ $('#l').html(h) }) }"
    return {
        LIST: page(f"<ul>{tabs}</ul><script>{script}</script>"),
        "/part.do": lambda given: Answer(of_year(given["nd"])),
    }


def pages_that_a_script_fetches_behind_a_printed_one() -> Pages:
    script = """function to(n){ $.ajax({url: '/list.do', type: 'post',
      data: {channelId: '33', pageNo: n, pageSize: 2}, success: draw}) }
      laypage.render({elem: 'pager', count: 6, jump: function(o){ to(o.curr) }})"""
    fill = "".join(f"<li><a href='/info/99{n}99.html'>某通知</a></li>" for n in range(10))
    return {
        LIST: listed(piece(1), f"{fill}<div id=pager></div><script>{script}</script>"),
        "/list.do": lambda given: data(int(given["pageNo"]) if given["channelId"] == "33" else 9),
    }


def records_in_a_variable() -> Pages:
    return {LIST: page(f"<script>var rows = {RECORDS}; draw(rows)</script>")}


def records_of_another_type() -> Pages:
    return {LIST: page(f"<script type='application/json'>{{\"list\": {RECORDS}}}</script>")}


def records_in_a_hidden_field() -> Pages:
    return {LIST: page(f"<input type=hidden value='{html.escape(RECORDS, quote=True)}'>")}


def backslashes_and_spaces() -> Pages:
    rows = "".join(
        "<li><a href=' {} '>{}</a></li>".format(r.path.replace("/", "\\"), r.title) for r in REPORTS
    )
    return {LIST: page(f"<ul>{rows}</ul>")}


LISTS: list[Callable[[], Pages]] = [
    years_that_fetch_a_piece, pages_that_a_script_fetches_behind_a_printed_one,
    records_in_a_variable, records_of_another_type, records_in_a_hidden_field,
    backslashes_and_spaces,
]  # fmt: skip

COLUMN = "/c/x88/index.html"
WAY = "<a href='/zw/'>政务公开</a>"
NAMES = ("信息公开指南", "政府信息公开年报", "财政预决算")
BOXES = "".join(
    f"<div><h3>{name}</h3><a href='/c/x{87 + n}/index.html'>更多&gt;&gt;</a>"
    f"<ul><li><a href='/n/{n}.html'>{name}的某文件</a></li></ul></div>"
    for n, name in enumerate(NAMES)
)
HOMES: dict[str, Pages] = {
    "more": {"/": WAY, "/zw/": f"<div>{BOXES}</div>"},
    "splash": {
        "/": "<a href='/main.html'><img src='/splash.jpg'></a>",
        "/main.html": "<map><area href='/zw/' alt='政府信息公开'></map>",
        "/zw/": f"<a href='{COLUMN}'>信息公开年报</a>",
    },
    "frameset": {
        "/": "<frameset rows='80,*'><frame src='/top.html'><frame src='/m.html'></frameset>",
        "/top.html": WAY,
        "/zw/": f"<a href='{COLUMN}'>政府信息公开年度报告</a>",
    },
    "beside": {
        "/": "<a href='/zw/' title='政务公开'><i></i></a>",
        "/zw/": f"<dl><dt>信息公开<br>年度报告</dt><dd><a href='{COLUMN}'>进入</a></dd></dl>",
    },
}


def years_on_an_older_host(web: Web, host: str) -> Site:
    """The column names the years before the site moved, and where they stayed."""
    old = f"old.{host.removeprefix('www.')}"
    earlier = f"<p><a href='http://{old}/nb/2022/index.html'>2022年及以前</a></p>"
    play(web, host, {LIST: of_year("2023") + earlier})
    rows = of_year("2022").replace("href='/", f"href='http://{host}/")
    web.put(f"http://{old}/nb/2022/index.html", rows)
    return site(host, "generic", f"http://{host}{LIST}")


def test_every_report_that_is_hidden_in_data_and_clicks_is_fetched(
    web: Web, crawls: Crawls
) -> None:
    lists = {f"www.p{n}.gov.cn": make for n, make in enumerate(LISTS)}
    homes = {f"www.q{n}.gov.cn": pages for n, pages in enumerate(HOMES.values())}
    for host, make in lists.items():
        play(web, host, make())
    for host, pages in homes.items():
        play(web, host, pages | {COLUMN: listed(REPORTS)})
    sites = [site(host, "generic", f"http://{host}{LIST}") for host in lists]
    sites += [Site(host, host, PROVINCE) for host in homes]
    # Discovery, too, takes a page for the column whose reports stand in its data.
    silent = "www.r0.gov.cn"
    play(web, silent, records_in_a_variable() | {"/": f"<a href='{LIST}'>政府信息公开年报</a>"})
    sites += [Site(silent, silent, PROVINCE), years_on_an_older_host(web, "www.s0.gov.cn")]
    crawls.run(*sites)
    got = {
        (d.site, d.url.partition(".cn")[2], d.year)
        for d in crawls.documents().values()
        if d.role == "article" and d.sha256
    }
    wanted = {(r.path, r.year) for r in REPORTS}
    for one in sites:
        assert {(path, year) for host, path, year in got if host == one.host} == wanted, one.host
    assert len(REPORTS) == PER * 3


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_arguments_of_links_are_sent_in_the_encoding_of_their_page(encoding: str) -> None:
    source = (
        "<html><a href='list.asp?lm=年报&page=2'>下一页</a><a href='/年报/1.html'>一</a></html>"
    )
    text = decode_page(source.encode(encoding), "text/html")
    urls = [row.url for row in read_rows(text, "http://www.a.gov.cn/gk/")]
    assert urls == [
        f"http://www.a.gov.cn/gk/list.asp?lm={quote('年报'.encode(encoding))}&page=2",
        f"http://www.a.gov.cn/{quote('年报')}/1.html",
    ]


TITLE = "环翠区教育局2022年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    "row",
    [
        f"<table><tr><td><a href='/d/70001.html'>LJ-0001</a></td><td>{TITLE}</td></tr></table>",
        f"<div><h3>{TITLE}</h3><p>摘要</p><a href='/d/70001.html'>[查看详情]</a></div>",
        f"<a href='/d/70001.html'><h3>{TITLE}</h3><p>{'依据条例编制，解读另附。' * 4}</p></a>",
    ],
)
def test_a_title_beside_or_inside_its_link(row: str) -> None:
    rows = titled(read_rows(f"<html>{row}</html>", "http://www.a.gov.cn/nb/"), "信息公开年报")
    assert [r.title for r in rows] == [TITLE]


@pytest.mark.parametrize(
    ("cms", "path", "below"),
    [
        ("generic", "/gk/nb.html", "/bm/{n}/xxgknb/index.html"),
        ("hanweb", "/col/col600/index.html", "/col/col6{n}/index.html"),
        ("ucap", "/lj/c700/zfxxgknb.shtml", "/lj/c7{n}/list.shtml"),
    ],
)
def test_organs_that_a_landing_page_names_have_columns_elsewhere(
    web: Web, crawls: Crawls, cms: str, path: str, below: str
) -> None:
    host = "www.t.gov.cn"
    links = "".join(f"<a href='{below.format(n=n)}'>{o}</a>" for n, o in enumerate(ORGANS, 10))
    lists = {below.format(n=n): of_organ(str(n - 10)) for n in range(10, 10 + len(ORGANS))}
    play(web, host, {path: page(links)} | lists)
    crawls.run(site(host, cms, f"http://{host}{path}"))
    got = {d.url.partition(".cn")[2] for d in crawls.documents().values() if d.sha256}
    assert got == {r.path for r in REPORTS}


def test_an_organ_s_own_page_is_looked_at_and_nothing_below_it(web: Web, crawls: Crawls) -> None:
    """What a landing page names may be an organ's home page, with all of the organ below."""
    host = "www.u.gov.cn"
    links = "".join(f"<a href='/o{n}/'>{organ}</a>" for n, organ in enumerate(ORGANS))
    home = "".join(f"<a href='/o0/c{n}/'>栏目{n}</a>" for n in range(30))
    play(web, host, {LIST: page(links), "/o0/": page(home), "/o1/": of_organ("1")})
    crawls.run(site(host, "generic", f"http://{host}{LIST}"))
    assert not [url for url in web.asked if "/o0/c" in url]
    assert {d.title for d in crawls.documents().values()} == {
        r.title for r in REPORTS if r.organ == ORGANS[1]
    }
