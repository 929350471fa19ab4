"""Whole sites as odd as real ones, each a few pages: every report they list is fetched, no other.

One crawl takes them all. A site is a function that gives its pages by path; what it must yield are
the reports that ``reports`` makes for it. None of them is made by the replica.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from crawler.registry import Site
from tests.crawler.conftest import PROVINCE, Crawls, site, title
from tests.crawler.web import Answer, Script, Web

ORGANS = ("环翠区教育局", "环翠区民政局", "环翠区水利局")
YEARS = (2023, 2022)
LIST = "/zfxxgk/nb.html"
PER = 2


@dataclass(frozen=True)
class Report:
    path: str
    organ: str
    year: int

    @property
    def title(self) -> str:
        return title(self.year, self.organ)

    @property
    def day(self) -> str:
        return f"{self.year + 1}-01-2{len(self.organ) % 10}"


def reports(template: str = "/info/nb/{n}.html") -> list[Report]:
    pairs = [(year, organ) for year in YEARS for organ in ORGANS]
    return [Report(template.format(n=30000 + n), o, y) for n, (y, o) in enumerate(pairs)]


REPORTS = reports()
Pages = dict[str, Script | str]


def listed(rows: list[Report], tail: str = "") -> str:
    near = f'<li><a href="/info/nb/1.html">{YEARS[0]}年政府信息公开年报解读</a></li>'
    items = "".join(f"<li><a href='{r.path}'>{r.title}</a><i>{r.day}</i></li>" for r in rows)
    return f"<html><title>政府信息公开年报</title><ul>{items}{near}</ul>{tail}</html>"


def piece(number: int) -> list[Report]:
    """The reports of a page, from 1."""
    return REPORTS[(number - 1) * PER : number * PER] if number > 0 else []


def data(number: int, **more: object) -> Answer:
    records = [{"title": r.title, "url": r.path, "publishDate": r.day} for r in piece(number)]
    body = {"data": {"total": len(REPORTS), "records": records}} | more
    return Answer(json.dumps(body), type="application/json")


def scripted(script: str) -> str:
    return f"<html><title>政府信息公开年报</title><ul></ul><script>{script}</script></html>"


# How lists turn their pages.


def form_with_the_number() -> Pages:
    def page(given: dict[str, str]) -> Answer:
        n = int(given.get("cpage", "1"))
        field = f"<input type=hidden name=cpage value={n}>"
        tail = f"<form method=post>{field}<a href='javascript:go({n + 1})'>下一页</a></form>"
        return Answer(listed(piece(n), tail))

    return {LIST: page}


def address_that_a_script_makes() -> Pages:
    def page(given: dict[str, str]) -> Answer:
        script = "function go(n){ location.href='nb.jsp?lm=3&pageno='+n } var pageCount=3;"
        tail = f"<a href='javascript:go(2)'>下一页</a><script>{script}</script>"
        return Answer(listed(piece(int(given.get("pageno", "1"))), tail))

    return {
        LIST: listed(piece(1), page({}).data.decode().partition("</ul>")[2]),
        "/zfxxgk/nb.jsp": page,
    }


def number_that_is_always_two() -> Pages:
    def page(given: dict[str, str]) -> Answer:
        tail = "<a href='?p=2'>[2]</a> 总页数：3"
        return Answer(listed(piece(int(given.get("p", "1"))), tail))

    return {LIST: page}


def arrow_to_the_last_page() -> Pages:
    def page(given: dict[str, str]) -> Answer:
        n = int(given.get("p", "1"))
        return Answer(
            listed(piece(n), f"<a href='?p=3'>&gt;&gt;</a><a href='?p={min(n + 1, 3)}'>&gt;</a>")
        )

    return {LIST: page}


# What scripts ask.


def jquery_call_with_functions() -> Pages:
    script = """function load(page){ $.ajax({ type: "get", async: false, url: "/api/list.do",
      data: {pageIndex: page, cid: $("#cid").val(), pageSize: 2}, error: function(e){ alert({}) },
      success: function(d){ if (d) { show(d) } } }); }"""

    def answer(given: dict[str, str]) -> Answer:
        return data(int(given["pageIndex"]) if given.get("cid") == "7" else 9)

    return {
        LIST: scripted(script) + "<input type='hidden' id='cid' value='7'>",
        "/api/list.do": answer,
    }


def posted_from_zero() -> Pages:
    script = '$.post("/list.do", {channelId: "a7", page: 0, size: 2}, function(d){})'
    return {LIST: scripted(script), "/list.do": lambda given: data(int(given["page"]) + 1)}


def zero_that_nobody_says() -> Pages:
    script = "fetch(`/data/${col}?page=${n}`)".replace("${col}", "77")
    return {LIST: scripted(script), "/data/77": lambda given: data(int(given["page"]) + 1)}


def current_page_called_pagenum() -> Pages:
    script = 'axios.get("/q/page", {params: {pageNum: this.page, columnId: 5}}).then(r => r.data)'

    def answer(given: dict[str, str]) -> Answer:
        return data(int(given["pageNum"]), pageNum=int(given["pageNum"]), pageSize=PER)

    return {LIST: scripted(script), "/q/page": answer}


def more_records_as_html() -> Pages:
    proxy = "/module/web/jpage/morecolumndataproxy.jsp"
    script = f'function more(p){{ $.get("{proxy}?page="+p+"&columnid=9") }}'

    def answer(given: dict[str, str]) -> Answer:
        return Answer(listed(piece(int(given["page"]))) if piece(int(given["page"])) else "")

    return {
        LIST: listed(piece(1), f"<script>{script}</script>"),
        proxy: answer,
    }


# How rows are written.


def clicked_rows() -> Pages:
    rows = "".join(
        f"<li onclick=\"window.open('{r.path}')\"><p>{r.title}</p><p>{r.day}</p></li>"
        for r in REPORTS[:3]
    ) + "".join(
        f"<li><a href='javascript:void(0)' onclick=\"view('{r.path}')\">{r.title}</a></li>"
        for r in REPORTS[3:]
    )
    return {LIST: f"<html>{rows}</html>"}


def organs_under_years() -> Pages:
    parts = [
        f"<h3>{y}年</h3>"
        + "".join(f"<a href='{r.path}'>{r.organ}</a>" for r in REPORTS if r.year == y)
        for y in YEARS
    ]
    return {LIST: f"<html><title>政府信息公开年报</title>{''.join(parts)}</html>"}


def table_of_organs_and_years() -> Pages:
    head = "<tr><th>单位</th>" + "".join(f"<th>{y}年</th>" for y in YEARS) + "</tr>"
    lines = [
        f"<tr><td>{o}</td>"
        + "".join(f"<td><a href='{r.path}'>查看</a></td>" for r in REPORTS if r.organ == o)
        for o in ORGANS
    ]
    return {
        LIST: f"<html><title>政府信息公开年报</title><table>{head}{''.join(lines)}</table></html>"
    }


def cut_titles() -> Pages:
    rows = "".join(
        f"<li><a href='{r.path}'>{r.title[:n]}…</a>{r.day}</li>" for n, r in enumerate(REPORTS, 8)
    )
    return {LIST: f"<html><title>政府信息公开年报</title>{rows}</html>"}


def links_from_a_base() -> Pages:
    rows = "".join(f"<li><a href='{r.path[9:]}'>{r.title}</a></li>" for r in REPORTS)
    return {LIST: f"<html><head><base href='/info/nb/'></head><ul>{rows}</ul></html>"}


def collection_of_a_year() -> Pages:
    pages: Pages = {
        f"/info/nb/2000{y}.html": "<html><h1>汇编</h1>"
        + "".join(f"<p><a href='{r.path}'>{r.organ}</a></p>" for r in REPORTS if r.year == y)
        for y in YEARS
    }
    rows = "".join(
        f"<li><a href='/info/nb/2000{y}.html'>环翠区{y}年政府信息公开工作年度报告汇编</a></li>"
        for y in YEARS
    )
    return {LIST: f"<html><ul>{rows}</ul></html>"} | pages


LISTS: list[Callable[[], Pages]] = [
    form_with_the_number, address_that_a_script_makes, number_that_is_always_two,
    arrow_to_the_last_page, jquery_call_with_functions, posted_from_zero, zero_that_nobody_says,
    current_page_called_pagenum, more_records_as_html, clicked_rows, organs_under_years,
    table_of_organs_and_years, cut_titles, links_from_a_base, collection_of_a_year,
]  # fmt: skip

# Home pages that lead to a column only so.

NODES = '[{name:"公开指南",url:"/zn/"},{name:"政府信息公开年报",url:"/c/x88/"}]'
WAY = "<a href='/zwgk/'>政务公开</a>"
HOMES: dict[str, Pages] = {
    "tree": {"/": WAY, "/zwgk/": f"<p></p><script>var zNodes={NODES}; init(zNodes)</script>"},
    "frame": {
        "/": "<a href='/zwgk/'><img alt='政务公开'></a>",
        "/zwgk/": "<iframe src='/zwgk/left.html'></iframe>",
        "/zwgk/left.html": "<a href='/c/x88/'>政府信息公开年报</a>",
    },
    "fetched": {
        "/": WAY,
        "/zwgk/": "<div></div><script>$.getJSON('/menu.json', function(d){})</script>",
        "/menu.json": '{"data": [{"name": "公开", "children": '
        '[{"name": "政府信息公开年报", "url": "/c/x88/"}]}]}',
    },
    "clicked": {"/": "<a href='#' onclick=\"window.open('/c/x88/')\">政府信息公开年报</a>"},
}


def play(web: Web, host: str, pages: Pages) -> None:
    for path, script in pages.items():
        body = (
            f"<html>{script}</html>"
            if isinstance(script, str) and "{" not in script[:1]
            else script
        )
        web.pages[f"http://{host}{path}"] = Answer(body) if isinstance(body, str) else body
    for report in REPORTS:
        text = "本年度公开信息若干。" * 60
        body = f"<html><h1>{report.title}</h1><div id='zoom'>{text}</div></html>"
        web.put(f"http://{host}{report.path}", body)


def test_every_report_of_odd_sites_is_fetched_and_no_other(web: Web, crawls: Crawls) -> None:
    hosts = {f"www.l{n}.gov.cn": make for n, make in enumerate(LISTS)}
    for host, make in hosts.items():
        play(web, host, make())
    homes = {f"www.h{n}.gov.cn": pages for n, pages in enumerate(HOMES.values())}
    for host, pages in homes.items():
        play(web, host, pages | {"/c/x88/": listed(REPORTS)})
    sites = [site(host, "generic", f"http://{host}{LIST}") for host in hosts]
    crawls.run(*sites, *(Site(host, host, PROVINCE) for host in homes))
    documents = crawls.documents()
    got = {
        host: [
            d.title for r in REPORTS if (d := documents.get(f"http://{host}{r.path}")) and d.sha256
        ]
        for host in (*hosts, *homes)
    }
    missing = {
        hosts[h].__name__ if h in hosts else h: len(REPORTS) - len(titles)
        for h, titles in got.items()
        if len(titles) < len(REPORTS)
    }
    assert missing == {}
    years = {(d.url, d.year) for d in documents.values() if d.role == "article"}
    wanted = {(f"http://{h}{r.path}", r.year) for h in (*hosts, *homes) for r in REPORTS}
    assert wanted <= years
    others = {url for url, _ in years - wanted}
    assert all("/2000" in url for url in others), "near misses are left alone"
