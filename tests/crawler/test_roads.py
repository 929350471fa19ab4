"""Several roads to one report: counted by road, united by address and content, in one run and over
many."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, unquote

import pytest

from crawler.archive import read_payload
from crawler.paging import ListPage, Page
from crawler.registry import site_from_entry
from crawler.sitesearch import asks, can_ask, find, read
from tests.crawler.conftest import PROVINCE, Crawls, listing, site, title
from tests.crawler.web import Answer, Web

BASE = "http://www.a.gov.cn/"
NB = f"{BASE}nb/"


def article(year: int, organ: str = "环翠区卫生健康局") -> str:
    return f"<html><body><h1>{title(year, organ)}</h1><p>{organ}</p></body></html>"


def igs(web: Web, *hits: tuple[str, str, str]) -> str:
    content = [{"url": u, "title": f"<em>{t}</em>", "trs_time": d} for u, t, d in hits]
    body = json.dumps({"page": {"content": content, "total": len(hits), "totalPages": 1}})
    web.pages[f"{BASE}igs/front/search.jhtml"] = lambda query: (
        Answer(body, type="application/json") if query.get("code") == "abc" else Answer("", 500)
    )
    return f"{BASE}igs/front/search.jhtml?code=abc"


def test_roads_unite_and_the_report_says_which_found_what(web: Web, crawls: Crawls) -> None:
    web.put(NB, listing([("/nb/202301/t20230110_1.html", title(2022), "2023-01-10")]))
    web.put(f"{NB}202301/t20230110_1.html", article(2022))
    web.put(f"{BASE}bm/202301/t20230111_2.html", article(2022, "环翠区教育局"))
    search = igs(
        web,
        ("http://a.gov.cn/nb/202301/t20230110_1.html;jsessionid=A1", title(2022), "2023-01-10"),
        ("/bm/202301/t20230111_2.html", title(2022, "环翠区教育局"), "2023-01-11"),
        ("http://www.b.gov.cn/bm/t20230111_3.html", title(2022, "乙县教育局"), "2023-01-11"),
    )
    with_search = replace(site(), search=search)
    report = crawls.run(with_search, years=(2022,))
    counts = report.sites["www.a.gov.cn"]
    assert not counts.errors
    assert counts.roads == {
        "column": {"found": 1, "alone": 0},
        "search": {"found": 2, "alone": 1},
    }
    assert counts.missed_by_columns == {f"{BASE}bm/202301/t20230111_2.html": ["search"]}
    documents = crawls.documents()
    assert sorted(len(d.roads) for d in documents.values()) == [1, 2]
    assert counts.fetched == 2 and not [u for u in web.asked if "b.gov.cn" in u]
    again = crawls.run(with_search, years=(2022,)).sites["www.a.gov.cn"]
    assert (again.requested, again.roads) == (0, counts.roads)
    assert {u: d.roads for u, d in crawls.documents().items()} == {
        u: d.roads for u, d in documents.items()
    }


def test_site_that_moves_to_other_addresses_is_not_fetched_again(web: Web, crawls: Crawls) -> None:
    rows = [("/nb/16511464/index.html", title(2022), "2023-01-10")]
    web.put(NB, listing(rows))
    web.put(
        f"{NB}16511464/index.html",
        article(2022).replace("</p>", '<a href="./P020230110.pdf">附件.pdf</a></p>'),
    )
    web.put(f"{NB}16511464/P020230110.pdf", b"%PDF-1.4 %%EOF", type="application/pdf")
    crawls.run(years=(2022,))
    before = crawls.documents()
    moved = "http://a.gov.cn/nb/"
    web.put(moved, listing([("//a.gov.cn/nb/16511464/?sessionid=77", title(2022), "2023-01-10")]))
    counts = crawls.run(site("www.a.gov.cn", "trs", moved), years=(2022,)).sites["www.a.gov.cn"]
    assert (counts.requested, counts.skipped_unchanged) == (0, 2)
    after = crawls.documents()
    assert set(after) == set(before)
    # A corrected row asks again, at the new address, and stays the same document.
    web.put(moved, listing([("//a.gov.cn/nb/16511464/", title(2022) + "（更正）", "2023-02-10")]))
    web.put("http://a.gov.cn/nb/16511464/", article(2022) + "<!-- corrected -->")
    crawls.run(site("www.a.gov.cn", "trs", moved), years=(2022,))
    document = crawls.documents()[f"{NB}16511464/index.html"]
    assert document.final_url == "http://a.gov.cn/nb/16511464/" and len(document.versions) == 1
    assert set(crawls.documents()) == set(before)


def test_same_bytes_from_two_addresses_are_archived_once(web: Web, crawls: Crawls) -> None:
    organs = ("环翠区卫生健康局", "环翠区教育局")
    rows = [(f"/nb/t2023011{n}_{n}.html", title(2022, o), "2023-01-10")
            for n, o in enumerate(organs)]  # fmt: skip
    web.put(NB, listing(rows))
    body = article(2022) + "x" * 5000
    for href, _, _ in rows:
        web.put(f"{BASE}{href[1:]}", body)
    counts = crawls.run(years=(2022,)).sites["www.a.gov.cn"]
    assert (counts.fetched, counts.same_content) == (2, 1)
    kept = [read_payload(crawls.archive, d.warc or "", d.offset or 0).body.decode()
            for d in crawls.documents().values()]  # fmt: skip
    assert kept == [body, body]
    warc = (crawls.archive / PROVINCE / "r1.warc.gz").read_bytes()
    assert warc.count(b"\x1f\x8b\x08") >= 4  # info, list, response, revisit: a member each


def test_rows_without_a_year_are_filed_by_what_their_page_says(web: Web, crawls: Crawls) -> None:
    plain = "环翠区教育局政府信息公开工作年度报告"
    web.put(
        NB,
        listing(
            [
                ("/nb/t1_100001.html", plain, ""),
                ("/nb/t1_100002.html", plain, ""),
                ("/nb/t1_100003.html", plain, ""),
                ("/zwgk/nb/", "政府信息公开年报", ""),
            ]
        ),
    )
    meta = '<meta name="PubDate" content="2023-01-20">'
    web.put(f"{NB}t1_100001.html", f"<head>{meta}</head><h1>{plain}</h1>")
    web.put(f"{NB}t1_100002.html", article(2021))
    web.put(f"{NB}t1_100003.html", f"<h1>{plain}</h1>")
    counts = crawls.run(years=(2022,)).sites["www.a.gov.cn"]
    assert f"{BASE}zwgk/nb/" not in web.asked
    assert (counts.undated, counts.fetched) == (4, 3)
    years = {url[-6]: d.year for url, d in crawls.documents().items()}
    assert years == {"1": 2022, "2": 2021, "3": None}
    assert counts.by_year["2022"] == {"promised": 1, "fetched": 1, "failed": 0}
    assert crawls.run(years=(2022,)).sites["www.a.gov.cn"].requested == 0
    assert {url[-6]: d.year for url, d in crawls.documents().items()} == years


def test_limits_stop_early_and_say_so(web: Web, crawls: Crawls) -> None:
    rows = [(f"/nb/202301/t20230110_{n}.html", title(2022, f"甲县{n}局"), "2023-01-10")
            for n in range(5)]  # fmt: skip
    web.put(NB, listing(rows))
    web.put(f"{BASE}nb2/", listing([]))
    for href, name, _ in rows:
        web.put(f"{BASE}{href[1:]}", name)
    two = site("www.a.gov.cn", "trs", NB, f"{BASE}nb2/")
    counts = crawls.run(two, years=(2022,), most_documents=2).sites["www.a.gov.cn"]
    assert (counts.fetched, len(crawls.documents())) == (2, 2)
    assert "no more than 2 documents" in counts.short["2022"]
    counts = crawls.run(two, years=(2022,), most_lists=1).sites["www.a.gov.cn"]
    assert (counts.lists, counts.fetched) == (1, 3)
    assert "no more than 1 list pages" in counts.short["2022"]


# The services of searches.yaml: how a page names one, what is asked, what comes.

HIT = {"title": title(2022), "url": f"{NB}t20230110_1.html"}
JSEARCH = (
    '<div class="jcse-result-box"><a href="visit/link.do?url=http%3A%2F%2Fwww.a.gov.cn%2Fnb%2F'
    f't20230110_1.html&title=x">{title(2022)}</a><span class="jcse-news-date">2023-01-10</span>'
    "</div>"
)
SERVICES: list[tuple[str, str, Callable[[dict[str, str]], bool], str]] = [
    (
        '<a href="/igs/front/search.jhtml?code=abc&amp;siteId=5&amp;searchWord=">搜索</a>',
        f"{BASE}igs/front/search.jhtml?code=abc&siteId=5",
        lambda q: (q["code"], q["siteId"], q["pageNumber"]) == ("abc", "5", "1"),
        json.dumps({"page": {"content": [HIT], "total": 1, "totalPages": 1}}),
    ),
    (
        '<script>window.open("/irs-c-web/search.shtml?code=k1&dataTypeId=7&configCode=c")</script>',
        f"{BASE}irs/front/search?code=k1&dataTypeId=7&configCode=c",
        lambda q: q["code"] == "k1" and q["searchBy"] == "title" and q["pageNo"] == "1",
        json.dumps({"data": {"middle": {"list": [HIT]}, "pager": {"pageCount": 1, "total": 1}}}),
    ),
    (
        '<form action="/jsearchfront/search.do?websiteid=370100000000000&tpl=12"></form>',
        f"{BASE}jsearchfront/interfaces/cateSearch.do?websiteid=370100000000000&tpl=12",
        lambda q: q["websiteid"] == "370100000000000" and q["p"] == "1" and q["tpl"] == "12",
        json.dumps({"total": 1, "result": [JSEARCH]}),
    ),
    (
        '<form action="http://www.so-gov.cn/so/s?siteCode=3710020001&tab=all"></form>',
        "https://api.so-gov.cn/query/s?siteCode=3710020001",
        lambda q: q["siteCode"] == "3710020001" and q["page"] == "1",
        json.dumps({"ok": True, "resultDocs": [{"data": {"titleO": title(2022), **HIT}}]}),
    ),
    (
        "<script>location='/search5/search/s?siteCode=3710020001&column=x&searchWord='</script>",
        f"{BASE}search5/search/s?siteCode=3710020001&column=x",
        lambda q: q["pageNum"] == "0" and "2022" in unquote(q["searchWord"]),
        listing([(HIT["url"], title(2022), "2023-01-10")]),
    ),
    (
        '<script>$.post("/u/search/list/0123456789abcdef0123456789abcdef")</script>',
        f"{BASE}u/search/list/0123456789abcdef0123456789abcdef",
        lambda q: q["currentPage"] == "1" and "2022" in q["keywords"],
        json.dumps({"data": {"page": {"allRow": 1, "list": [
            {"TITLE": title(2022), "URL_COMP": "x", "URL": HIT["url"]}]}}}),
    ),
    (
        '<script>var u="/was5/web/search?channelid=29&amp;searchword=";</script>',
        f"{BASE}was5/web/search?channelid=29",
        lambda q: q["channelid"] == "29" and "2022" in q["searchword"],
        json.dumps({"pagenum": 1, "docs": [HIT]}),
    ),
    (
        '<script>var u="/inteligentsearch/rest/esinteligentsearch/getFullTextDataNew"</script>',
        f"{BASE}inteligentsearch/rest/esinteligentsearch/getFullTextDataNew",
        lambda q: "2022" in q["wd"] and q["pn"] == "0",
        json.dumps({"code": 200, "content": json.dumps({"result": {"totalcount": 1, "records": [
            {"title": title(2022), "linkurl": "/nb/t20230110_1.html"}]}})}),
    ),
]  # fmt: skip


def answered(address: str, body: str, number: int = 0) -> tuple[dict[str, str], ListPage]:
    ask = asks(address, [2022])[number]
    if ask.json is not None:
        sent = {k: str(v) for k, v in json.loads(ask.json).items()}
    else:
        text = ask.url.partition("?")[2] if ask.form is None else ask.body or ""
        sent = {k: v[0] for k, v in parse_qs(text, keep_blank_values=True).items()}
    return sent, read(Page(ask.url, body, address, ask))


@pytest.mark.parametrize(("page", "address", "is_sound", "body"), SERVICES)
def test_search_services_are_found_asked_and_read(
    page: str, address: str, is_sound: Callable[[dict[str, str]], bool], body: str
) -> None:
    assert find(f"<html><body>{page}</body></html>", BASE) == address
    assert can_ask(address)
    sent, found = answered(address, body)
    assert is_sound(sent), sent
    assert [(row.url, row.title) for row in found.rows] == [(HIT["url"], title(2022))]


def test_search_goes_on_only_while_it_brings_reports() -> None:
    address = f"{BASE}igs/front/search.jhtml?code=abc"
    hits = {"page": {"content": [HIT], "total": 5000, "totalPages": 100}}
    _, found = answered(address, json.dumps(hits))
    assert [ask.note["page"] for ask in found.more] == ["2"] and found.more[0].absent == "skip"
    hits["page"]["content"] = [{"title": "环翠区召开会议", "url": f"{BASE}yw/1.html"}]
    assert not answered(address, json.dumps(hits))[1].more


def test_failing_search_is_said_and_harms_nothing(web: Web, crawls: Crawls) -> None:
    web.put(NB, listing([("/nb/202301/t20230110_1.html", title(2022), "2023-01-10")]))
    web.put(f"{NB}202301/t20230110_1.html", article(2022))
    counts = crawls.run(
        replace(site(), search=f"{BASE}igs/front/search.jhtml?code=zz"), years=(2022,)
    ).sites["www.a.gov.cn"]
    assert (counts.fetched, counts.lists_failed, counts.short) == (1, 0, {})
    assert counts.errors == [
        f"search {BASE}igs/front/search.jhtml?{q}: failed: status 404"
        for q in [e.partition("?")[2].partition(": ")[0] for e in counts.errors]
    ]


def test_registry_takes_known_searches_only() -> None:
    entry = {**site().to_entry(), "search": f"{BASE}s?q={{}}"}
    assert site_from_entry(entry, "x").search == entry["search"]
    for wrong in (f"{BASE}search", "file:///etc/{}", f"{BASE}igs/front/search.jhtml?siteId=1"):
        with pytest.raises(ValueError, match="search"):
            site_from_entry({**entry, "search": wrong}, "x")
