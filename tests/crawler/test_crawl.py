"""Whole crawls of each family: what is fetched, archived, and left alone the second time."""

from __future__ import annotations

import json
from itertools import pairwise

from crawler.archive import read_payload
from tests.crawler.conftest import Crawls, listing, site, title
from tests.crawler.web import Answer, Web

BASE = "http://www.a.gov.cn/nb/"


def trs_site(web: Web) -> None:
    first = [
        (f"./202401/t20240110_{n}.html", title(2023, f"第{n}街道办事处"), "2024-01-10")
        for n in (1, 2)
    ]
    second = [("./202301/t20230110_3.html", title(2022), "2023-01-10")]
    old = [("./201901/t20190110_4.html", title(2018), "2019-01-10")]
    other = [("./202401/t20240111_9.html", "关于春节放假的通知", "2024-01-11")]
    call = '<script>createPageHTML(3, 0, "index", "html");</script>'
    web.put(BASE, listing(first + other, call), etag=True)
    web.put(f"{BASE}index_1.html", listing(second, call))
    web.put(f"{BASE}index_2.html", listing(old, call))
    web.put(
        f"{BASE}202401/t20240110_1.html", "<html><body>一 <a href='./P01.docx'>表</a></body></html>"
    )
    web.put(f"{BASE}202401/P01.docx", b"PK-one", type="application/msword")
    web.put(f"{BASE}202401/t20240110_2.html", "<html><body>二</body></html>", etag=True)
    web.put(f"{BASE}202301/t20230110_3.html", "<html><body>三</body></html>")


def test_trs_site_is_fetched_once_and_only_its_reports(web: Web, crawls: Crawls) -> None:
    trs_site(web)
    report = crawls.run()
    counts = report.sites["www.a.gov.cn"]
    assert report.finish_reason == "finished" and counts.finished and not counts.errors
    assert (counts.lists, counts.rows, counts.reports_listed, counts.fetched) == (3, 5, 4, 4)
    assert counts.by_year == {
        "2022": {"promised": 1, "fetched": 1, "failed": 0},
        "2023": {"promised": 3, "fetched": 3, "failed": 0},
    }
    documents = crawls.documents()
    assert [d.outcome for d in documents.values()] == ["fetched"] * 4
    attachment = documents[f"{BASE}202401/P01.docx"]
    assert (attachment.role, attachment.year) == ("attachment", 2023)
    assert attachment.parent == f"{BASE}202401/t20240110_1.html"
    for document in documents.values():
        payload = read_payload(crawls.archive, document.warc or "", document.offset or 0)
        answer = web.pages[document.url]
        assert isinstance(answer, Answer) and payload.body == answer.data
    asked = set(web.asked)
    assert f"{BASE}202401/t20240111_9.html" not in asked, "a neighbour was fetched"
    assert f"{BASE}201901/t20190110_4.html" not in asked, "a year not asked for was fetched"


def test_second_run_asks_for_lists_only_and_then_for_what_changed(web: Web, crawls: Crawls) -> None:
    trs_site(web)
    crawls.run()
    web.asked.clear()
    counts = crawls.run().sites["www.a.gov.cn"]
    assert sorted(web.asked) == sorted(
        ["http://www.a.gov.cn/robots.txt", BASE, f"{BASE}index_1.html", f"{BASE}index_2.html"]
    )
    assert BASE in web.conditional
    assert (counts.requested, counts.skipped_unchanged, counts.rows) == (0, 4, 5)

    # A row with a new date is asked again; its bytes are new, so the old ones become a version.
    changed = f"{BASE}202301/t20230110_3.html"
    web.put(
        f"{BASE}index_1.html", listing([("./202301/t20230110_3.html", title(2022), "2023-02-02")])
    )
    web.put(changed, "<html><body>三，更正</body></html>")
    web.asked.clear()
    counts = crawls.run().sites["www.a.gov.cn"]
    assert (counts.requested, counts.fetched, counts.skipped_unchanged) == (1, 1, 3)
    document = crawls.documents()[changed]
    assert len(document.versions) == 1
    older = document.versions[0]
    assert read_payload(crawls.archive, older.warc, older.offset).body.decode().count("更正") == 0
    assert document.date == "2023-02-02"


def test_full_run_asks_all_again_and_keeps_unchanged_bytes_once(web: Web, crawls: Crawls) -> None:
    trs_site(web)
    crawls.run()
    before = crawls.documents()
    counts = crawls.run(full=True).sites["www.a.gov.cn"]
    assert (counts.requested, counts.unchanged, counts.fetched) == (4, 4, 0)
    assert f"{BASE}202401/t20240110_2.html" in web.conditional
    for url, document in crawls.documents().items():
        assert (document.warc, document.fetched_at) == (before[url].warc, before[url].fetched_at)
        assert not document.versions
    # The revisit records of the second run lead to the bytes of the first.
    lines = (crawls.archive / "山东省" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    again = [
        line
        for line in map(json.loads, lines)
        if line["kind"] == "fetch" and line["run"] == "r2" and line["role"] == "article"
    ]
    assert len(again) == 3 and all(line["unchanged"] for line in again)
    for line in again:
        payload = read_payload(crawls.archive, line["warc"], line["offset"])
        answer = web.pages[line["url"]]
        assert isinstance(answer, Answer) and payload.body == answer.data


HANWEB = "http://www.h.gov.cn"


def hanweb_records(rows: list[tuple[str, str, str]]) -> str:
    return "".join(
        f"<record><![CDATA[<li><a href='{h}' title='{t}'>{t[:8]}...</a>"
        f"<span>{d[:5]}\n{d[5:8]}\n{d[8:]}</span></li>]]></record>"
        for h, t, d in rows
    )


def hanweb_site(
    web: Web, *, group_link: bool, honours_start: bool = True, answers: str = "both"
) -> int:
    rows = [
        (
            f"/art/2024/1/{n % 28 + 1}/art_77_{n}.html",
            title(2023 - n % 7, f"第{n}街道"),
            "2024-01-15",
        )
        for n in range(70)
    ]
    query = "appid=1&appid=1&webid=9&path=/&columnid=77&unitid=555&webname=x&permissiontype=0"
    link = f"/module/web/jpage/dataproxy.jsp?page=2&{query}"
    group = f'<nextgroup><![CDATA[<a href="{link}"></a>]]></nextgroup>' if group_link else ""

    def proxy(fields: dict[str, str]) -> Answer:
        is_post = "sourceContentType" in fields
        deaf = answers == "neither" or (answers == "post" and not is_post)
        if deaf or fields.get("columnid") != "77" or fields.get("unitid") != "555":
            return Answer("<datastore><recordset></recordset></datastore>", type="text/xml")
        if "startrecord" in fields and honours_start:
            part = rows[int(fields["startrecord"]) - 1 : int(fields["endrecord"])]
        else:
            number = int(fields.get("page", 1))
            part = rows[(number - 1) * 45 : number * 45]
        records = f"<recordset>{hanweb_records(part)}</recordset>"
        text = f"<datastore><totalrecord>70</totalrecord>{records}</datastore>"
        return Answer(text, type="text/xml")

    web.put(
        f"{HANWEB}/col/col77/index.html",
        f"<html><div id='555'><script type='text/xml'><datastore>{group}<recordset>"
        f"{hanweb_records(rows[:45])}</recordset></datastore></script></div><script>"
        "$('#555').jpage({proxyUrl:'/module/web/jpage/dataproxy.jsp',perPage:15,totalRecord:70,"
        "ajaxParam:{col:1,appid:1,webid:9,path:'/',columnid:77,sourceContentType:1,unitid:'555',"
        "webname:'某某区',permissiontype:0}})</script></html>",
    )
    web.pages[f"{HANWEB}/module/web/jpage/dataproxy.jsp"] = proxy
    for href, _, _ in rows:
        web.put(HANWEB + href, f"<html><body>{href}</body></html>")
    return len(rows)


def test_hanweb_pages_by_link_by_post_and_on_servers_that_ignore_startrecord(
    web: Web, crawls: Crawls
) -> None:
    entry = site("www.h.gov.cn", "hanweb", f"{HANWEB}/col/col77/index.html")
    ways = [
        {"group_link": True},
        {"group_link": False},
        {"group_link": False, "honours_start": False},
        {"group_link": True, "answers": "post"},
    ]
    for number, way in enumerate(ways):
        rows = hanweb_site(web, **way)
        expected = rows // 7
        counts = crawls.run(entry, years=(2023,)).sites["www.h.gov.cn"]
        assert not counts.errors, way
        assert (counts.rows, counts.fetched, counts.skipped_unchanged) == (
            (rows, expected, 0) if number == 0 else (rows, 0, expected)
        ), way


def test_hanweb_list_that_stays_short_is_said(web: Web, crawls: Crawls) -> None:
    rows = hanweb_site(web, group_link=True, answers="neither")
    entry = site("www.h.gov.cn", "hanweb", f"{HANWEB}/col/col77/index.html")
    counts = crawls.run(entry, years=(2023,)).sites["www.h.gov.cn"]
    assert (counts.rows, counts.lists_short, counts.lists_failed) == (45, 1, 0)
    assert counts.errors[0].endswith(f"the list gave 45 of its {rows} rows")


def test_ucap_static_pages_and_json_search(web: Web, crawls: Crawls) -> None:
    host = "http://www.u.gov.cn"
    key = "0123456789abcdef" * 2

    def article(n: int) -> str:
        return f"/u/c100/202401/{n:032x}.shtml"

    call = "<script>createPageHTML('page_div', 2, 1, 'common_list', 'shtml', 20);</script>"
    web.put(
        f"{host}/u/c100/common_list.shtml", listing([(article(1), title(2023), "2024-01-05")], call)
    )
    web.put(
        f"{host}/u/c100/common_list_2.shtml", listing([(article(2), title(2022), "2023-01-05")])
    )
    web.put(
        f"{host}/u/c200/common_list.shtml",
        f"<html><script>var u='/common/search/{key}?_isAgg=true';</script></html>",
    )

    def search(fields: dict[str, str]) -> Answer:
        number = int(fields["page"])
        results = [
            {
                "title": title(2023, f"第{n}镇人民政府"),
                "url": article(n),
                "publishedTimeStr": "2024-01-09 10:00:00",
            }
            for n in range(number * 15 - 5, number * 15 + 10)
        ]
        data = {"total": 30, "page": number, "rows": 15, "results": results}
        return Answer(json.dumps({"data": data}), type="application/json")

    web.pages[f"{host}/common/search/{key}"] = search
    for n in range(50):
        web.put(host + article(n), f"<html><body>{n}</body></html>")
    columns = [f"{host}/u/c100/common_list.shtml", f"{host}/u/c200/common_list.shtml"]
    counts = crawls.run(site("www.u.gov.cn", "ucap", *columns)).sites["www.u.gov.cn"]
    assert not counts.errors
    assert (counts.lists, counts.fetched) == (5, 32)


def test_one_failing_list_page_does_not_hide_the_pages_behind_it(web: Web, crawls: Crawls) -> None:
    trs_site(web)
    web.put(f"{BASE}index_1.html", "broken", status=500)
    counts = crawls.run().sites["www.a.gov.cn"]
    assert counts.lists_failed == 1 and "index_1.html" in counts.errors[0]
    assert f"{BASE}index_2.html" in web.asked
    assert web.count(f"{BASE}index_1.html") == 3, "an error of the server is tried three times"


def test_queue_of_a_host_is_slow_whoever_asks(web: Web, crawls: Crawls) -> None:
    for host in ("www.a.gov.cn", "www.b.gov.cn"):
        web.put(
            f"http://{host}/nb/", listing([("t20240101_1.html", title(2023, host), "2024-01-01")])
        )
        link = f"<a href='http://files.gov.cn/{host}.doc'>x</a><a href='http://files.gov.cn/2{host}.doc'>y</a>"
        web.put(f"http://{host}/nb/t20240101_1.html", f"<html><body>{link}</body></html>")
        web.put(f"http://files.gov.cn/{host}.doc", b"1")
        web.put(f"http://files.gov.cn/2{host}.doc", b"2")
    report = crawls.run(site("www.a.gov.cn"), site("www.b.gov.cn"), delay=0.25)
    assert report.finish_reason == "finished"
    times = [at for at, url in web.times if url.startswith("http://files.gov.cn/")]
    assert len(times) == 6, "robots.txt for each site and four files"
    assert min(b - a for a, b in pairwise(times)) > 0.2


def test_list_stub_is_followed_and_a_list_without_reports_is_an_error(
    web: Web, crawls: Crawls
) -> None:
    web.put(BASE, '<meta http-equiv="refresh" content="0;url=real/">')
    web.put(f"{BASE}real/", listing([("1.html", title(2023), "2024-01-05")]))
    web.put(f"{BASE}real/1.html", "<html><body>1</body></html>")
    web.put("http://www.b.gov.cn/nb/", "<html><body>The column has moved.</body></html>")
    report = crawls.run(site(), site("www.b.gov.cn"))
    assert report.sites["www.a.gov.cn"].fetched == 1
    assert "names an annual report" in report.sites["www.b.gov.cn"].errors[0]
